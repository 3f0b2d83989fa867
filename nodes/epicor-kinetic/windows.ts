import { SystemError } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import type { Condition } from './conditions';
import type { RowSource } from './row-source';
import { readByVersion } from './row-versions';

export interface WindowRead {
  readonly source: RowSource;
  readonly name: string;
  readonly conditions: readonly Condition[];
  /** Columns that identify a row: they do not change, so a changed row keeps its place. */
  readonly key: readonly string[];
  readonly pageSize: number;
  keyOf(row: JsonObject): string;
}

const mostRestarts = 5;

/**
 * Reads all rows that match, with `$top` and `$skip` in the order of the key. Each page begins with the last
 * row of the one before: if another row stands there, rows were added or deleted before it, and the window is
 * read from the beginning, as when a key comes twice. Rows may so come again; none is passed over.
 * `GetRows` counts whole pages, which cannot overlap; there the row version carries from page to page instead.
 * @throws SystemError of recovery `retry` when the rows never keep still
 */
export async function* readWindow(read: WindowRead): AsyncGenerator<readonly JsonObject[], void, void> {
  for (let restart = 0; restart <= mostRestarts; restart++) {
    if (read.source.mode === 'getRows') return yield* readWithGetRows(read);
    const complete = yield* readOnce(read);
    if (complete) return;
  }
  throw new SystemError({
    recovery: 'retry',
    code: 'EPICOR_ROWS_MOVE',
    text: 'Rows were added or deleted again and again while they were read.',
    remedy: 'Nothing to do: it is read again. If it lasts, choose "by row version" under "Find changes by".',
    call: read.name,
  });
}

async function* readWithGetRows(read: WindowRead): AsyncGenerator<readonly JsonObject[], void, void> {
  for await (const { rows } of readByVersion({ ...read, after: 0n })) yield rows;
}

/** Gives true when it came to the end, false when the rows moved. */
async function* readOnce(read: WindowRead): AsyncGenerator<readonly JsonObject[], boolean, void> {
  const { source, conditions, key, pageSize: top, keyOf } = read;
  const { mode } = source;
  const seen = new Set<string>();
  let last: string | undefined;
  let overlaps = false;
  for (;;) {
    const skip = overlaps ? seen.size - 1 : seen.size;
    const page = await source.page({ conditions, order: key, top, skip });
    if (source.mode !== mode) return false;
    if (page.length === 0) return !overlaps;
    const fresh = overlaps ? page.slice(1) : page;
    if (overlaps && keyOf(page[0] as JsonObject) !== last) return false;
    const keys = fresh.map(keyOf);
    if (new Set(keys).size < keys.length || keys.some((each) => seen.has(each))) return false;
    for (const each of keys) seen.add(each);
    if (fresh.length > 0) yield fresh;
    last = keys.at(-1) ?? last;
    // A page that held nothing but the row before may be short: the end is where nothing comes at all.
    overlaps = page.length > 1;
  }
}
