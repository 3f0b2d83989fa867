import type { Json, JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Page, ReadContext, ReadQuery, Row, StreamReader } from '../../runtime/connector/system';
import { ownRows } from './accounting-system';
import type { AvidConnection } from './connection';
import { toOurNames } from './field-names';
import type { ListPage } from './list-reader';
import { objectAt, textAt } from './members';
import { lookup } from './schema-parts';
import { unreadable } from './troubles';
import { cursorAfter, type Window, windowsOf } from './windows';

/** What a stream's rows are. */
export interface RowShape {
  readonly schema: JsonObject;
  /** What the row is, as other names of fields call it. */
  readonly at: string;
  readonly key: readonly string[];
  /** Last touch before the row is conformed; `raw` is as AvidXchange wrote it. */
  readonly complete?: (row: JsonObject, raw: JsonObject) => JsonObject;
  /** Rows that go before the others of their page. */
  readonly first?: (row: JsonObject) => boolean;
}

export interface WindowedSource extends RowShape {
  /** Name of the call. */
  readonly name: string;
  /** `undefined` asks for everything: only where `wholeAtOnce`. */
  readonly pages: (
    window: Window | undefined,
    query: ReadQuery,
    context: ReadContext,
  ) => AsyncIterable<ListPage>;
  /** The list may be asked for without a first day; a first read and a full pass do so. */
  readonly wholeAtOnce?: boolean;
}

/** Rows moved while they were read: the window is read again, so often at most. */
const mostRestarts = 2;

/**
 * Reads a list that finds changes by days: window after window, the cursor moving when a whole window has landed.
 * Days overlap, because the day of a change is AvidXchange's.
 */
export function windowReader(avid: AvidConnection, source: WindowedSource): StreamReader {
  return { read: (query, context) => readWindows(avid, source, query, context) };
}

async function* readWindows(
  avid: AvidConnection,
  source: WindowedSource,
  query: ReadQuery,
  context: ReadContext,
): AsyncGenerator<Page, void, void> {
  const windows = windowsOf(query, context.now());
  const whole =
    source.wholeAtOnce === true && (query.full || query.cursor === undefined || windows.length > 1);
  const asked = whole ? windows.slice(-1) : windows;
  const today = windows.at(-1)?.to ?? '';
  let landed: Json = query.cursor ?? null;
  for (const window of asked) {
    const open = () => source.pages(whole ? undefined : window, query, context);
    for await (const { rows, complete } of readOrderly(avid, source, open, context)) {
      const before = JSON.stringify(landed);
      if (complete) landed = cursorAfter(window, query, today);
      if (rows.length > 0 || JSON.stringify(landed) !== before) yield { rows, cursor: landed };
    }
  }
}

/** Reads a list in full every time. The cursor says nothing. */
export function wholeReader(
  avid: AvidConnection,
  source: RowShape & {
    readonly lists: (query: ReadQuery, context: ReadContext) => readonly (() => AsyncIterable<ListPage>)[];
  },
): StreamReader {
  return {
    async *read(query, context) {
      for (const open of source.lists(query, context)) {
        for await (const { rows } of readOrderly(avid, source, open, context)) {
          if (rows.length > 0) yield { rows, cursor: null };
        }
      }
    },
  };
}

interface OrderlyPage {
  readonly rows: readonly Row[];
  /** All rows of the list have come by now. */
  readonly complete: boolean;
}

/**
 * Pages are counted off by number, so a row that moves meanwhile may be missed: when rows came twice, or fewer than
 * there are, the list is read again. Rows that came before come again; whoever lands them knows them.
 */
async function* readOrderly(
  avid: AvidConnection,
  shape: RowShape & { readonly name?: string },
  open: () => AsyncIterable<ListPage>,
  { calls }: ReadContext,
): AsyncGenerator<OrderlyPage, void, void> {
  const isOurs = await ownRows(avid, calls);
  for (let restarts = 0; ; restarts += 1) {
    const seen = new Set<string>();
    let [moved, others] = [false, 0];
    for await (const page of open()) {
      const ours = page.rows.filter(isOurs);
      const rows = rowsOf(avid, shape, ours);
      others += page.rows.length - ours.length;
      moved ||= rows.some(({ key }) => seen.has(key));
      for (const { key } of rows) seen.add(key);
      if (!page.last) {
        yield { rows, complete: false };
        continue;
      }
      const orderly = !moved && (page.total === undefined || seen.size + others >= page.total);
      yield { rows, complete: orderly || restarts >= mostRestarts };
      if (orderly || restarts >= mostRestarts) return;
    }
  }
}

function rowsOf(
  avid: AvidConnection,
  shape: RowShape & { readonly name?: string },
  listed: readonly JsonObject[],
): Row[] {
  const rows = listed.map((raw) => {
    const data = shapeRow(avid, shape, raw);
    const parts = shape.key.map((name) => textAt(data, name));
    if (parts.includes(undefined)) throw unreadable(`${shape.name ?? shape.at} (a row without ${shape.key})`);
    return { key: parts.join('|'), company: avid.accountingSystem, data };
  });
  const { first = () => false } = shape;
  return [true, false].flatMap((wanted) => rows.filter(({ data }) => first(data) === wanted));
}

/** A row as AvidXchange wrote it, as it lands. */
export function shapeRow(avid: AvidConnection, shape: RowShape, raw: JsonObject): JsonObject {
  const named = withLookups(toOurNames(raw, shape.schema, avid.fieldNames, shape.at), shape.schema);
  return conform(shape.complete ? shape.complete(conform(named, shape.schema), raw) : named, shape.schema);
}

/** An entry such as a status may come as its bare description, or as its bare number. */
function withLookups(row: JsonObject, schema: JsonObject): JsonObject {
  const declared = objectAt(schema, 'properties');
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const bare = declared?.[name] === lookup ? textAt(row, name) : undefined;
      if (bare === undefined) return [name, value];
      return [name, /^\d+$/.test(bare) ? { Id: bare } : { Description: bare }];
    }),
  );
}
