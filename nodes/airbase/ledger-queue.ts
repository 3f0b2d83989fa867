import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import { type AirbaseConnection, ask, urlOf } from './connection';
import type { EntryState } from './conventions';
import { objectOf } from './failures';
import { type ListPage, type ListQuery, readPages } from './list-reader';
import { idOf } from './members';
import { unreadable } from './troubles';

/** Entries that a moving list has skipped are fetched one by one, and given so many at a time. */
const chunk = 50;
const listName = 'list-ledger-entries';

/** One entry, whole and fresh; undefined when Airbase does not have it, or no longer shows it. */
export async function fetchEntry(
  airbase: AirbaseConnection,
  calls: Calls,
  id: string,
): Promise<JsonObject | undefined> {
  const name = 'get-ledger-entry';
  const answer = await ask(airbase, calls, {
    name,
    method: 'GET',
    url: urlOf(airbase, 'ledgerEntries', id),
    effect: 'read',
    accept: [404],
  });
  if (answer.status === 404) return undefined;
  const entry = objectOf(answer);
  if (!entry || idOf(entry) === undefined) throw unreadable(name);
  return entry;
}

/**
 * All entries in one state. The list shrinks while entries are marked, and has no order to rely on: its pages are
 * all read once for the ids before anything is given, and whatever the second reading then skips is fetched by id.
 * @param wanted which entries to give; others are left out from the beginning
 */
export async function* readQueue(
  airbase: AirbaseConnection,
  calls: Calls,
  state: Exclude<EntryState, 'other'>,
  wanted: (entry: JsonObject) => boolean,
  signal: AbortSignal,
): AsyncGenerator<readonly JsonObject[], void, void> {
  const status = airbase.conventions.statuses[state];
  const list: ListQuery = { name: listName, path: 'ledgerEntries', query: { status } };
  const isHere = ({ status: shown }: JsonObject) =>
    typeof shown !== 'string' || airbase.conventions.stateOf(shown) === state;
  const given = new Set<string>();
  const fresh = (rows: readonly JsonObject[]) =>
    rows.filter((entry) => {
      const id = idOf(entry);
      if (id === undefined) throw unreadable(listName, 'an entry without an id');
      if (given.has(id) || !isHere(entry) || !wanted(entry)) return false;
      given.add(id);
      return true;
    });
  const first = await survey(readPages(airbase, calls, list, signal), wanted);
  if ('whole' in first) {
    const rows = fresh(first.whole);
    if (rows.length > 0) yield rows;
    return;
  }
  for await (const page of readPages(airbase, calls, list, signal)) {
    const rows = fresh(page.rows);
    if (rows.length > 0) yield rows;
  }
  const skipped = [...first.ids].filter((id) => !given.has(id));
  for (let at = 0; at < skipped.length; at += chunk) {
    const rows: JsonObject[] = [];
    for (const id of skipped.slice(at, at + chunk)) {
      signal.throwIfAborted();
      const entry = await fetchEntry(airbase, calls, id);
      if (entry) rows.push(...fresh([entry]));
    }
    if (rows.length > 0) yield rows;
  }
}

/** A list of one page as it is, or the ids of a longer one. */
async function survey(
  pages: AsyncIterable<ListPage>,
  wanted: (entry: JsonObject) => boolean,
): Promise<{ readonly whole: readonly JsonObject[] } | { readonly ids: ReadonlySet<string> }> {
  const ids = new Set<string>();
  let first = true;
  for await (const { rows, last } of pages) {
    if (first && last) return { whole: rows };
    first = false;
    for (const entry of rows) {
      const id = idOf(entry);
      if (id !== undefined && wanted(entry)) ids.add(id);
    }
  }
  return { ids };
}
