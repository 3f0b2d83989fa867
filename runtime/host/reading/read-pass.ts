import type { Json, JsonObject } from '../../connector/json';
import type { Page, ReadContext, StreamReader } from '../../connector/system';
import type { LandingResult } from '../../delivery/protocol';
import type { PageRef, Pages } from './pages';

export interface ReadPass {
  readonly sync: string;
  readonly reader: StreamReader;
  readonly cursor: Json | undefined;
  readonly options: JsonObject;
  readonly full: boolean;
  readonly hinted: boolean;
  readonly named: readonly string[];
  readonly context: ReadContext;
  readonly pages: Pages;
  /** Sends the page on its way to dedup. */
  readonly emit: (ref: PageRef, page: Page) => void;
}

/** What one read of a stream brought. */
export interface ReadTotals {
  readonly pages: number;
  readonly rows: number;
  readonly landed: number;
}

/**
 * Reads a stream from its cursor to its end, one page at a time: the next is asked for when the one before has
 * landed, so the cursor never passes a row that has not, and memory does not grow with the backlog.
 */
export async function readPass(pass: ReadPass): Promise<ReadTotals> {
  const { reader, cursor, options, full, named, context } = pass;
  let totals: ReadTotals = { pages: 0, rows: 0, landed: 0 };
  for await (const page of reader.read({ cursor, options, full, named }, context)) {
    const result = await land(pass, page);
    totals = {
      pages: totals.pages + 1,
      rows: totals.rows + page.rows.length,
      landed: totals.landed + result.landed,
    };
  }
  return totals;
}

async function land({ sync, context, pages, emit, hinted }: ReadPass, page: Page): Promise<LandingResult> {
  const pending = pages.leave(sync, page, context.signal, hinted);
  emit(pending.ref, page);
  return pending.landed;
}
