import type { JsonObject } from '../connector/json';
import type { RecordKey } from './identity';
import { type Intent, type IntentRow, intentOf } from './intents';
import type { Ledger } from './ledger';
import { type Link, type LinkRow, linkOf } from './links';

/** A job that came from the engine: it wakes a record, the ledger decides what becomes of it. */
export interface Wake {
  readonly jobId: string;
  readonly recordId: string;
}

/** A record that is now worked on, with all that an attempt needs to know. */
export interface Claim extends RecordKey {
  readonly id: string;
  readonly orderKey: string;
  readonly jobId: string;
  readonly attempt: number;
  readonly version: number;
  readonly data: JsonObject;
  readonly failures: number;
  /** Attempts in a row that ended with their process. */
  readonly crashes: number;
  readonly options: JsonObject | undefined;
  readonly link: Link | undefined;
  /** The newest intent of every operation that the record reached. */
  readonly intents: readonly Intent[];
}

interface ClaimRow {
  readonly id: string;
  readonly sync: string;
  readonly company: string;
  readonly source_key: string;
  readonly order_key: string;
  readonly place: string;
  readonly job_id: string;
  readonly attempt: number;
  readonly version: number;
  readonly failures: number;
  readonly crashes: number;
  readonly options: JsonObject | null;
}

interface ContentRow {
  readonly record_id: string;
  readonly payload: string;
  readonly link: LinkRow | null;
  readonly intents: IntentRow[] | null;
}

/**
 * Takes the records that these jobs wake, for one new attempt each. Taken is a landed record whose time has
 * come and that is first in its line, and a record in work whose own job is handed out again: the process that
 * had it is dead, and its attempt is fenced off by the raised counter. Every other job has nothing to wake.
 */
export async function claimRecords(ledger: Ledger, wakes: readonly Wake[]): Promise<readonly Claim[]> {
  const { rows } = await ledger.store.query<ClaimRow>(
    `with woken as materialized (
       select r.*, w.job_id as woken_by from record r
         join unnest($1::uuid[], $2::uuid[]) as w(record_id, job_id) on w.record_id = r.id
        order by r.id for update of r
     ), due as (
       select r.id, r.woken_by, r.state from woken r
        where (r.state = 'working' and r.job_id = r.woken_by)
           or (r.state = 'landed' and (r.next_attempt_at is null or r.next_attempt_at <= $3)
               and not exists (
                 select from record ahead
                  where ahead.sync = r.sync and ahead.company = r.company and ahead.order_key = r.order_key
                    and ahead.place < r.place and ahead.state in ('landed', 'working')))
     )
     update record r
        set state = 'working', attempt = r.attempt + 1, worked_version = r.version, job_id = due.woken_by,
            crashes = case when due.state = 'working' then r.crashes + 1 else r.crashes end,
            next_attempt_at = null, detail = null, alive_at = $3, changed_at = $3
       from due where r.id = due.id
     returning r.*`,
    [wakes.map((wake) => wake.recordId), wakes.map((wake) => wake.jobId), ledger.now().toISOString()],
  );
  const contents = await contentsOf(ledger, rows);
  const inOrder = rows.toSorted((a, b) => Number(BigInt(a.place) - BigInt(b.place)));
  return inOrder.flatMap((row) => {
    const content = contents.get(row.id);
    return content ? claimOf(row, content, ledger) : [];
  });
}

/**
 * A statement of its own: the one that claims may have waited for a change to commit, and still sees versions
 * and intents as they were before it. From here on nobody else changes them.
 */
async function contentsOf(
  { store }: Ledger,
  claims: readonly ClaimRow[],
): Promise<ReadonlyMap<string, ContentRow>> {
  if (claims.length === 0) return new Map();
  const { rows } = await store.query<ContentRow>(
    `select v.record_id, v.payload,
            (select to_json(l) from link l where l.record_id = v.record_id and l.closed_at is null) as link,
            (select json_agg(i) from (
               select distinct on (operation) * from intent where record_id = v.record_id
                order by operation, generation desc) i) as intents
       from record_version v
       join unnest($1::uuid[], $2::integer[]) as c(id, version) on v.record_id = c.id and v.version = c.version`,
    [claims.map(({ id }) => id), claims.map(({ version }) => version)],
  );
  return new Map(rows.map((row) => [row.record_id, row]));
}

function claimOf(row: ClaimRow, content: ContentRow, ledger: Ledger): Claim {
  return {
    id: row.id,
    sync: row.sync,
    company: row.company,
    key: row.source_key,
    orderKey: row.order_key,
    jobId: row.job_id,
    attempt: row.attempt,
    version: row.version,
    data: JSON.parse(ledger.vault.open(content.payload)),
    failures: row.failures,
    crashes: row.crashes,
    options: row.options ?? undefined,
    link: content.link ? linkOf(content.link, ledger) : undefined,
    intents: (content.intents ?? []).map((intent) => intentOf(intent, ledger)),
  };
}

/** Says that these attempts are alive, so that no sweep takes their records over. */
export async function renewClaims(ledger: Ledger, recordIds: readonly string[]): Promise<void> {
  if (recordIds.length === 0) return;
  await ledger.store.query(
    `update record set alive_at = $2 where id = any($1::uuid[]) and state = 'working'`,
    [recordIds, ledger.now().toISOString()],
  );
}
