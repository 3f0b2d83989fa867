import type { JsonObject } from '../../runtime/connector/json';
import { rowsMove } from './troubles';

export interface WindowRead {
  readonly name: string;
  readonly pageSize: number;
  keyOf(row: JsonObject): string;
  page(top: number, skip: number): Promise<readonly JsonObject[]>;
}

const mostRestarts = 3;
/** More than any list holds: all of it in one call. */
const wholeList = 1_000_000;

/**
 * Reads all rows that match. Acumatica cannot be asked for an order, and a row that is added or deleted shifts the
 * pages: so each page begins with the last row of the one before (where pages have more than one). If another row
 * stands there, or a key comes twice, the window is read from the beginning; a server whose order never keeps still
 * is asked for everything in one call. Rows may so come again; none is passed over. Rows of a page come in the order
 * of their keys.
 * @throws SystemError of recovery `retry` when even that does not help
 */
export async function* readWindow(read: WindowRead): AsyncGenerator<readonly JsonObject[], void, void> {
  const met = new Set<string>();
  for (let restart = 0; restart <= mostRestarts; restart++) {
    const complete = yield* readOnce(read, met);
    if (complete) return;
  }
  const byKey = new Map((await read.page(wholeList, 0)).map((row) => [read.keyOf(row), row]));
  // Fewer than came in pages: the server cuts lists off, and what is missing cannot be asked for.
  if (byKey.size < met.size) throw rowsMove(read.name);
  const ordered = inOrder([...byKey.values()], read.keyOf);
  for (let at = 0; at < ordered.length; at += read.pageSize) yield ordered.slice(at, at + read.pageSize);
}

/** Gives true when it came to the end, false when the rows moved. Adds the keys that it meets. */
async function* readOnce(
  read: WindowRead,
  met: Set<string>,
): AsyncGenerator<readonly JsonObject[], boolean, void> {
  const { pageSize, keyOf } = read;
  const seen = new Set<string>();
  let last: string | undefined;
  let longest = 0;
  for (;;) {
    // A page of one row would hold nothing but the last one.
    const overlaps = longest > 1;
    const page = await read.page(pageSize, seen.size - (overlaps ? 1 : 0));
    longest = Math.max(longest, page.length);
    if (overlaps && (page.length === 0 || keyOf(page[0] as JsonObject) !== last)) return false;
    const fresh = overlaps ? page.slice(1) : page;
    // A short page is the end, but only an empty one proves it: a server may have a limit of its own.
    if (fresh.length === 0) return true;
    const keys = fresh.map(keyOf);
    if (new Set(keys).size < keys.length || keys.some((key) => seen.has(key))) return false;
    for (const key of keys) {
      seen.add(key);
      met.add(key);
    }
    last = keys.at(-1);
    yield inOrder(fresh, keyOf);
  }
}

function inOrder(rows: readonly JsonObject[], keyOf: WindowRead['keyOf']): readonly JsonObject[] {
  return [...rows].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
