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
/** Times the pages of a list that moves are read. */
const mostPasses = 5;
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
 * All entries in one state. The list shrinks while entries are marked, and has no order to rely on, so its pages are all
 * read once for the ids before anything is given, whatever a later reading skips is fetched by id, and a list that was seen
 * to move is read again: an entry may have slipped through each time.
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
  // Not every Airbase narrows the list by status.
  const isHere = ({ status: shown }: JsonObject) =>
    typeof shown !== 'string' || airbase.conventions.stateOf(shown) === state;
  const counts = (entry: JsonObject) => isHere(entry) && wanted(entry);
  const given = new Set<string>();
  const fresh = (rows: readonly JsonObject[]) =>
    rows.filter((entry) => {
      const id = idOf(entry);
      if (id === undefined) throw unreadable(listName, 'an entry without an id');
      if (given.has(id) || !counts(entry)) return false;
      given.add(id);
      return true;
    });
  const sightings = new Sightings();
  const whole = await survey(readPages(airbase, calls, list, signal), counts, sightings);
  if (whole) {
    const rows = fresh(whole);
    if (rows.length > 0) yield rows;
    return;
  }
  for (let pass = 1; pass <= mostPasses; pass += 1) {
    sightings.beginPass();
    for await (const page of readPages(airbase, calls, list, signal)) {
      sightings.note(page.rows.filter(counts));
      const rows = fresh(page.rows);
      if (rows.length > 0) yield rows;
    }
    const skipped = sightings.takeMissing(given);
    for (let at = 0; at < skipped.length; at += chunk) {
      const rows: JsonObject[] = [];
      for (const id of skipped.slice(at, at + chunk)) {
        signal.throwIfAborted();
        const entry = await fetchEntry(airbase, calls, id);
        if (entry) rows.push(...fresh([entry]));
      }
      if (rows.length > 0) yield rows;
    }
    if (!sightings.moved && skipped.length === 0) return;
  }
}

/** What the passes over a list have shown, and whether it moved under them. */
class Sightings {
  readonly #ids = new Set<string>();
  #inThisPass = new Set<string>();
  #passes = 0;
  #moved = false;
  #movedBefore = false;

  /** In this pass, or in the one before it, on which this one builds: something stood there twice, or anew. */
  get moved(): boolean {
    return this.#moved || this.#movedBefore;
  }

  beginPass(): void {
    this.#movedBefore = this.#moved;
    this.#moved = false;
    this.#inThisPass = new Set();
    this.#passes += 1;
  }

  note(entries: readonly JsonObject[]): void {
    for (const entry of entries) {
      const id = idOf(entry);
      if (id === undefined) continue;
      const isNew = this.#passes > 1 && !this.#ids.has(id);
      if (isNew || this.#inThisPass.has(id)) this.#moved = true;
      this.#inThisPass.add(id);
      this.#ids.add(id);
    }
  }

  /** What was seen and is not among these; told once. */
  takeMissing(given: ReadonlySet<string>): string[] {
    const missing = [...this.#ids].filter((id) => !given.has(id));
    for (const id of missing) this.#ids.delete(id);
    return missing;
  }
}

/** A list of one page as it is; of a longer one, what stands there is noted. */
async function survey(
  pages: AsyncIterable<ListPage>,
  counts: (entry: JsonObject) => boolean,
  sightings: Sightings,
): Promise<readonly JsonObject[] | undefined> {
  sightings.beginPass();
  let first = true;
  for await (const { rows, last } of pages) {
    if (first && last) return rows;
    first = false;
    sightings.note(rows.filter(counts));
  }
  return undefined;
}
