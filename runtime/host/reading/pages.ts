import { randomUUID } from 'node:crypto';
import { ConfigurationError } from '../../connector/errors';
import type { Page, Row } from '../../connector/system';
import type { LandingResult } from '../../delivery/protocol';

/** What travels in `msg.page`; the page itself stays in the registry, with its cursor. */
export interface PageRef {
  readonly id: string;
  readonly sync: string;
  /** Read because something new was announced: what parked is left to the next scheduled read. */
  readonly hinted?: boolean;
}

export interface PendingPage {
  readonly ref: PageRef;
  /**
   * Resolves when dedup has landed the page. Rejects when landing failed, when nobody landed it in time, or when
   * the signal aborts.
   */
  readonly landed: Promise<LandingResult>;
}

/** How long a page may be on its way from read to dedup, milliseconds. */
const PATIENCE_MS = 60_000;

interface Entry {
  readonly page: Page;
  readonly ref: PageRef;
  taken: boolean;
  readonly resolve: (result: LandingResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Where read and dedup meet: read leaves a page here and sends a message that only points at it; dedup takes it,
 * lands it and says so. The next page is asked for after that, so memory stays flat and a cursor never passes
 * rows that did not land.
 */
export class Pages {
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly patienceMs: number = PATIENCE_MS) {}

  leave(sync: string, page: Page, signal: AbortSignal, hinted = false): PendingPage {
    const ref: PageRef = { id: randomUUID(), sync, ...(hinted ? { hinted } : {}) };
    const { promise, resolve, reject } = Promise.withResolvers<LandingResult>();
    this.#entries.set(ref.id, { page, ref, taken: false, resolve, reject });
    const timer = setTimeout(() => reject(notLanded(sync, this.patienceMs)), this.patienceMs);
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    const landed = promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      this.#entries.delete(ref.id);
    });
    // Whoever left the page may be gone when it fails; that is no unhandled rejection.
    landed.catch(() => {});
    return { ref, landed };
  }

  /**
   * Lands the page that a message points at.
   * @param rows the message's rows; all rows of the page must still be among them
   * @throws ConfigurationError for a message that points at no page of this sync, or lost some of its rows
   */
  async take(
    ref: unknown,
    sync: string,
    rows: unknown,
    land: (page: Page, ref: PageRef) => Promise<LandingResult>,
  ): Promise<LandingResult> {
    const entry = this.#entries.get(String((ref as PageRef | undefined)?.id));
    if (!entry || entry.taken) throw notAPage(sync);
    if (entry.ref.sync !== sync) throw otherSync(entry.ref.sync, sync);
    entry.taken = true;
    try {
      requireAllRows(entry.page.rows, rows, sync);
      const result = await land(entry.page, entry.ref);
      entry.resolve(result);
      return result;
    } catch (error) {
      entry.reject(error);
      throw error;
    }
  }
}

/** Rows left out on the wire would be passed by the cursor and never read again. */
function requireAllRows(sent: readonly Row[], received: unknown, sync: string): void {
  const keys = new Set(Array.isArray(received) ? received.map((row: Partial<Row> | null) => row?.key) : []);
  const lost = sent.filter(({ key }) => !keys.has(key));
  if (lost.length === 0) return;
  throw new ConfigurationError(
    'PAGE_ROWS_LOST',
    `${lost.length} of ${sent.length} rows did not arrive at the dedup node, the first is ${lost[0]?.key}.`,
    `between read and dedup of ${sync}`,
    'Wire the read node to the dedup node, and leave rows out with its "only work on" rule.',
  );
}

function notLanded(sync: string, patienceMs: number): ConfigurationError {
  return new ConfigurationError(
    'PAGE_NOT_LANDED',
    `Nothing landed the page within ${patienceMs / 1000} s; the cursor stays where it was.`,
    `between read and dedup of ${sync}`,
    'Wire the read node to the dedup node of the same sync.',
  );
}

function notAPage(sync: string): ConfigurationError {
  return new ConfigurationError(
    'NOT_A_PAGE',
    'The message carries no page that waits to be landed.',
    `dedup of ${sync}`,
    'Wire a read node of this sync to the dedup node, once.',
  );
}

function otherSync(sent: string, expected: string): ConfigurationError {
  return new ConfigurationError(
    'PAGE_OF_OTHER_SYNC',
    `The page was read for ${sent}, but this dedup node lands ${expected}.`,
    `dedup of ${expected}`,
    'Give read and dedup the same sync.',
  );
}
