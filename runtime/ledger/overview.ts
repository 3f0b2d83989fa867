import type { JsonObject } from '../connector/json';
import type { RecordState } from './records';
import type { Store } from './store';

/** Records of a sync by state; `unknown` are those, in whatever state, whose last write has an unknown outcome. */
export type StateCounts = Readonly<Record<RecordState | 'unknown', number>>;

/** A write under way is not an unknown one: its attempt still waits for the answer. */
const UNRESOLVED = `(i.state = 'unknown' or (i.state = 'sent' and r.state <> 'working'))`;

export async function countRecords(store: Store): Promise<ReadonlyMap<string, StateCounts>> {
  const { rows } = await store.query<{ sync: string; state: RecordState | 'unknown'; count: string }>(
    `select sync, state, count(*) as count from record group by sync, state
     union all
     select r.sync, 'unknown', count(distinct r.id) from intent i join record r on r.id = i.record_id
      where ${UNRESOLVED} group by r.sync`,
  );
  const counts = new Map<string, Record<RecordState | 'unknown', number>>();
  for (const { sync, state, count } of rows) {
    const ofSync = counts.get(sync) ?? { ...NONE };
    ofSync[state] = Number(count);
    counts.set(sync, ofSync);
  }
  return counts;
}

export const NONE: StateCounts = { landed: 0, working: 0, confirmed: 0, parked: 0, ignored: 0, unknown: 0 };

export interface RecordFilter {
  readonly sync?: string | undefined;
  /** A state, or `unknown`. */
  readonly state?: string | undefined;
  readonly reason?: string | undefined;
  /** Part of the key, the target's id, or what is shown as detail. */
  readonly text?: string | undefined;
  /** From 0. */
  readonly page: number;
}

/** One line of a list of records. Instants are ISO-8601 UTC. */
export interface RecordLine {
  readonly id: string;
  readonly sync: string;
  readonly company: string;
  readonly key: string;
  readonly state: RecordState;
  readonly reason?: string;
  readonly detail?: JsonObject;
  readonly unknown: boolean;
  readonly amount?: string;
  readonly currency?: string;
  readonly date?: string;
  readonly ref?: string;
  readonly failures: number;
  readonly nextAttemptAt?: string;
  readonly updatedAt: string;
}

export interface RecordList {
  readonly records: readonly RecordLine[];
  readonly total: number;
  /** Parked and ignored records of the same filter, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
}

export const PAGE = 50;

const OPEN = `exists (select from intent i where i.record_id = r.id and ${UNRESOLVED})`;
const REF = `(select l.ref from link l where l.record_id = r.id order by l.closed_at desc nulls first limit 1)`;
const LINE = `r.*, ${OPEN} as open, ${REF} as ref`;
const MATCHES = `($1::text is null or r.sync = $1)
  and ($2::text is null or r.state = $2 or ($2 = 'unknown' and ${OPEN}))
  and ($3::text is null or r.reason = $3)
  and ($4::text is null or strpos(lower(r.source_key), lower($4)) > 0 or strpos(lower(r.detail::text), lower($4)) > 0
       or strpos(lower(${REF}), lower($4)) > 0)`;

interface LineRow {
  readonly id: string;
  readonly sync: string;
  readonly company: string;
  readonly source_key: string;
  readonly state: RecordState;
  readonly reason: string | null;
  readonly detail: JsonObject | null;
  readonly open: boolean;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly business_date: string | null;
  readonly ref: string | null;
  readonly failures: number;
  readonly next_attempt_at: Date | null;
  readonly changed_at: Date;
}

/** A page of records, the latest change first. */
export async function listRecords(store: Store, filter: RecordFilter): Promise<RecordList> {
  const { sync, state, reason, text, page } = filter;
  const matching = [sync || null, state || null, reason || null, text || null];
  const { rows } = await store.query<LineRow>(
    `select ${LINE} from record r where ${MATCHES} order by r.changed_at desc, r.id limit ${PAGE} offset $5`,
    [...matching, page * PAGE],
  );
  const { rows: counts } = await store.query<{ reason: string | null; count: string }>(
    `select r.reason, count(*) as count from record r where ${MATCHES} group by r.reason`,
    matching,
  );
  return {
    records: rows.map(lineOf),
    total: counts.reduce((sum, { count }) => sum + Number(count), 0),
    reasons: Object.fromEntries(
      counts.flatMap(({ reason: code, count }) => (code === null ? [] : [[code, Number(count)]])),
    ),
  };
}

export async function findRecord(store: Store, id: string): Promise<RecordLine | undefined> {
  const { rows } = await store.query<LineRow>(`select ${LINE} from record r where r.id = $1`, [id]);
  return rows[0] && lineOf(rows[0]);
}

function lineOf(row: LineRow): RecordLine {
  return {
    id: row.id,
    sync: row.sync,
    company: row.company,
    key: row.source_key,
    state: row.state,
    ...present('reason', row.reason),
    ...present('detail', row.detail),
    unknown: row.open,
    ...present('amount', row.amount),
    ...present('currency', row.currency),
    ...present('date', row.business_date),
    ...present('ref', row.ref),
    failures: row.failures,
    ...present('nextAttemptAt', row.next_attempt_at?.toISOString() ?? null),
    updatedAt: row.changed_at.toISOString(),
  };
}

function present<Name extends string, Value>(name: Name, value: Value | null): { [name in Name]?: Value } {
  return value === null ? {} : ({ [name]: value } as { [name in Name]: Value });
}
