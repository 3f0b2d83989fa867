import type { JsonObject } from '../connector/json';
import type { RecordKey } from './identity';
import type { Ledger } from './ledger';

/** What the proof of completeness sums. */
export interface Tally {
  /** Decimal text. */
  readonly amount: string;
  readonly currency: string;
  /** Calendar date. */
  readonly date: string;
}

/** A row as it changes the ledger: a new record, or a new version or state of a known one. */
export interface LandingWrite extends RecordKey {
  readonly id: string;
  readonly orderKey: string;
  readonly version: number;
  readonly contentHash: string;
  readonly state: 'landed' | 'working' | 'ignored';
  readonly reason: string | undefined;
  readonly detail: JsonObject | undefined;
  readonly tally: Tally | undefined;
  readonly known: boolean;
  /** A known record goes to the end of its line. */
  readonly requeued: boolean;
  /** JSON text of the row; absent when its version is known. */
  readonly payload: string | undefined;
}

/** With its new turn in its line, where it gets one. */
interface PlacedWrite extends LandingWrite {
  readonly place: string | undefined;
}

const COLUMNS = `id uuid, place bigint, sync text, company text, source_key text, order_key text, version integer,
  content_hash text, state text, reason text, detail jsonb, amount numeric, currency text, business_date date`;

/**
 * Writes records and their versions by sets. A record that is being worked on only gets its newer version. New
 * records and those that come again join their lines in the order of the rows, one among the other.
 */
export async function writeLandings(
  ledger: Ledger,
  writes: readonly LandingWrite[],
  at: Date,
): Promise<void> {
  const placed = await placesFor(ledger, writes);
  await insertRecords(
    ledger,
    placed.filter((write) => !write.known),
    at,
  );
  await updateRecords(
    ledger,
    placed.filter((write) => write.known),
    at,
  );
  await insertVersions(ledger, writes, at);
}

async function placesFor({ store }: Ledger, writes: readonly LandingWrite[]): Promise<PlacedWrite[]> {
  const joins = (write: LandingWrite) => !write.known || write.requeued;
  const { rows } = await store.query<{ place: string }>(
    `select nextval('place') as place from generate_series(1, $1::integer) order by 1`,
    [writes.filter(joins).length],
  );
  const places = rows.values();
  return writes.map((write) => ({
    ...write,
    place: joins(write) ? places.next().value?.place : undefined,
  }));
}

async function insertRecords({ store }: Ledger, writes: readonly PlacedWrite[], at: Date): Promise<void> {
  if (writes.length === 0) return;
  await store.query(
    `insert into record (id, sync, company, source_key, order_key, place, version, content_hash, state, reason,
                         detail, amount, currency, business_date, landed_at, changed_at)
     select id, sync, company, source_key, order_key, place, version, content_hash, state, reason,
            detail, amount, currency, business_date, $2, $2
       from json_to_recordset($1::json) as x(${COLUMNS})`,
    [rowsOf(writes), at.toISOString()],
  );
}

async function updateRecords({ store }: Ledger, writes: readonly PlacedWrite[], at: Date): Promise<void> {
  if (writes.length === 0) return;
  await store.query(
    `update record r
        set order_key = x.order_key, version = x.version, content_hash = x.content_hash, state = x.state,
            reason = x.reason, detail = x.detail, waits_for_sync = null, waits_for_key = null, failures = 0,
            amount = x.amount, currency = x.currency, business_date = x.business_date, options = null,
            next_attempt_at = case when r.state = 'landed' then r.next_attempt_at end,
            place = coalesce(x.place, r.place), changed_at = $2
       from json_to_recordset($1::json) as x(${COLUMNS})
      where r.id = x.id`,
    [rowsOf(writes), at.toISOString()],
  );
}

async function insertVersions(
  { store, vault }: Ledger,
  writes: readonly LandingWrite[],
  at: Date,
): Promise<void> {
  const rows = writes.flatMap(({ id, version, contentHash, payload }) =>
    payload === undefined ? [] : { id, version, content_hash: contentHash, payload: vault.seal(payload) },
  );
  if (rows.length === 0) return;
  await store.query(
    `insert into record_version (record_id, version, content_hash, payload, landed_at)
     select id, version, content_hash, payload, $2
       from json_to_recordset($1::json) as x(id uuid, version integer, content_hash text, payload text)`,
    [JSON.stringify(rows), at.toISOString()],
  );
}

function rowsOf(writes: readonly PlacedWrite[]): string {
  const rows = writes.map((write) => ({
    id: write.id,
    place: write.place ?? null,
    sync: write.sync,
    company: write.company,
    source_key: write.key,
    order_key: write.orderKey,
    version: write.version,
    content_hash: write.contentHash,
    state: write.state,
    reason: write.reason ?? null,
    detail: write.detail ?? null,
    amount: write.tally?.amount ?? null,
    currency: write.tally?.currency ?? null,
    business_date: write.tally?.date ?? null,
  }));
  return JSON.stringify(rows);
}
