import type { JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Page, ReadContext, ReadQuery, Row, StreamReader } from '../../runtime/connector/system';
import type { AirbaseConnection } from './connection';
import type { EntryState } from './conventions';
import { entryOf, headOf } from './ledger-entry';
import { fetchEntry, readQueue } from './ledger-queue';
import { idOf, namesAt, objectAt, textAt } from './members';
import { ledgerEntryRow } from './row-schemas';
import { billDetailOf } from './spend-bills';
import { belongingOf } from './subsidiaries';
import { candidatesFor } from './vendor-candidates';

type QueueState = Exclude<EntryState, 'other'>;
/** How old the knowledge of all vendors may be, milliseconds. */
const keptMs = 120_000;
/** Deliveries that come together and are followed one by one. */
const mostNamed = 50;
const states: readonly QueueState[] = ['ready', 'done', 'failed'];

/** Entries of the accounting queue: what waits for the ERP, of every kind. */
export function ledgerReader(airbase: AirbaseConnection): StreamReader {
  return {
    read: (query, context) => readEntries(airbase, query, context),
    get: (key, context) => getEntry(airbase, key, context),
  };
}

async function* readEntries(
  airbase: AirbaseConnection,
  query: ReadQuery,
  { calls, signal }: ReadContext,
): AsyncGenerator<Page, void, void> {
  const { conventions } = airbase;
  const belonging = await belongingOf(airbase, calls);
  const wanted = wantedOf(airbase, query.options);
  const given = new Set<string>();
  const chosen = chosenStates(query.options);
  const rowOf = (raw: JsonObject): Row => {
    const data = headOf(entryOf(raw, conventions, belonging));
    return { key: idOf(raw) ?? '', company: belonging.companyOf(objectAt(data, 'subsidiary')), data };
  };
  for (const state of query.full ? states : chosen) {
    // What was settled before the first sync is none of ours.
    const notNow = !chosen.includes(state);
    for await (const entries of readQueue(airbase, calls, state, wanted, signal)) {
      const rows = entries.map((raw): Row => ({ ...rowOf(raw), ...(notNow ? { notNow } : {}) }));
      // An entry may change its state between two lists.
      const fresh = rows.filter(({ key }) => !given.has(key)).sort(byDate);
      for (const { key } of fresh) given.add(key);
      if (fresh.length > 0) yield { rows: fresh, cursor: null };
    }
  }
  // What a delivery named may not stand in the lists yet; a backlog of deliveries names what long does.
  const { named = [] } = query;
  for (const key of named.length > mostNamed ? [] : named) {
    signal.throwIfAborted();
    const raw = given.has(key) ? undefined : await fetchEntry(airbase, calls, key);
    const isChosen = chosen.some((state) => state === conventions.stateOf(textAt(raw, 'status')));
    if (raw && isChosen && wanted(raw)) yield { rows: [rowOf(raw)], cursor: null };
  }
}

async function getEntry(
  airbase: AirbaseConnection,
  key: string,
  { calls, signal }: ReadContext,
): Promise<JsonObject | undefined> {
  const raw = await fetchEntry(airbase, calls, key);
  if (!raw) return undefined;
  const entry = entryOf(raw, airbase.conventions, await belongingOf(airbase, calls));
  const bill = entry['kind'] === 'bill' ? await billDetailOf(airbase, calls, raw, signal) : undefined;
  const order = textAt(objectAt(bill, 'purchase_order'), 'po_number');
  const whole = {
    ...(await withCandidates(airbase, calls, entry)),
    ...(bill && { spend: bill }),
    ...(order === undefined ? {} : { po_number: order }),
  };
  return conform(whole, ledgerEntryRow);
}

/**
 * Which vendor is meant, where only a key of the ERP says so; and who it could be, where it was made in Airbase and
 * the ERP does not know it.
 */
export async function withCandidates(
  airbase: AirbaseConnection,
  calls: ReadContext['calls'],
  row: JsonObject,
): Promise<JsonObject> {
  const changed: JsonObject = {};
  for (const name of ['vendor', 'payee']) {
    const party = objectAt(row, name);
    if (!party) continue;
    const reference = textAt(party, 'erp_reference_id');
    const known =
      reference === undefined
        ? await candidatesFor(airbase, calls, party)
        : await vendorUnder(airbase, calls, reference, objectAt(row, 'vendor'));
    changed[name] = { ...party, ...known };
  }
  return { ...row, ...changed };
}

/** Employees have ids of their own; the one that counts is that of the vendor under the same key. */
async function vendorUnder(
  airbase: AirbaseConnection,
  calls: ReadContext['calls'],
  reference: string,
  vendor: JsonObject | undefined,
): Promise<JsonObject> {
  if (textAt(vendor, 'erp_reference_id') === reference && idOf(vendor) !== undefined) return {};
  const vendors = (await airbase.books.vendors.all(airbase, calls, keptMs)) ?? [];
  const id = vendors.find((each) => each.reference === reference)?.id;
  return id === undefined ? {} : { airbase_id: id };
}

function chosenStates(options: ReadQuery['options']): readonly QueueState[] {
  const chosen = namesAt(options, 'states');
  const some = states.filter((state) => chosen.includes(state));
  return some.length === 0 ? ['ready'] : some;
}

function wantedOf(
  { conventions }: AirbaseConnection,
  options: ReadQuery['options'],
): (entry: JsonObject) => boolean {
  const kinds = namesAt(options, 'kinds');
  const from = textAt(options, 'from');
  return (entry) => {
    const day = textAt(entry, 'entry_date')?.slice(0, 10);
    const early = from !== undefined && day !== undefined && day < from;
    return !early && (kinds.length === 0 || kinds.includes(conventions.kindOf(textAt(entry, 'type') ?? '')));
  };
}

function byDate(one: Row, other: Row): number {
  const day = ({ data }: Row) => textAt(data, 'entry_date') ?? '';
  return day(one).localeCompare(day(other)) || one.key.localeCompare(other.key);
}
