import type { JsonObject } from '../connector/json';
import type { RecordKey } from './identity';
import type { Store } from './store';

export type RecordState = 'landed' | 'working' | 'confirmed' | 'parked' | 'ignored';

/** A record as a change of the ledger sees it, locked until the change ends. */
export interface LockedRecord extends RecordKey {
  readonly id: string;
  readonly orderKey: string;
  readonly version: number;
  readonly contentHash: string;
  readonly state: RecordState;
  readonly reason: string | undefined;
  readonly detail: JsonObject | undefined;
  readonly attempt: number;
  readonly workedVersion: number | undefined;
  /** Its document stands in the target. */
  readonly linked: boolean;
  /** A write of it has an outcome that is not known yet. */
  readonly open: boolean;
}

/** The state a record goes to, and all that hangs on the state. What is absent is emptied. */
export interface RecordChange {
  readonly id: string;
  readonly state: RecordState;
  readonly reason?: string | undefined;
  readonly detail?: JsonObject | undefined;
  readonly waitsFor?: { readonly sync: string; readonly key: string } | undefined;
  readonly nextAttemptAt?: Date | undefined;
  /** Failed attempts from now on. */
  readonly failures: number;
  /** It goes to the end of its line: it comes back from a settled state. */
  readonly requeued: boolean;
  readonly options?: JsonObject | undefined;
}

interface LockedRow {
  readonly id: string;
  readonly sync: string;
  readonly company: string;
  readonly source_key: string;
  readonly order_key: string;
  readonly version: number;
  readonly content_hash: string;
  readonly state: RecordState;
  readonly reason: string | null;
  readonly detail: JsonObject | null;
  readonly attempt: number;
  readonly worked_version: number | null;
  readonly linked: boolean;
  readonly open: boolean;
}

/** Locks the records that exist, always in the same order so that no two changes wait for each other. */
export async function lockRecords(store: Store, ids: readonly string[]): Promise<Map<string, LockedRecord>> {
  if (ids.length === 0) return new Map();
  const { rows } = await store.query<LockedRow>(
    `select r.id, r.sync, r.company, r.source_key, r.order_key, r.version, r.content_hash, r.state, r.reason,
            r.detail, r.attempt, r.worked_version,
            exists (select from link l where l.record_id = r.id and l.closed_at is null) as linked,
            exists (select from intent i where i.record_id = r.id and i.state in ('sent', 'unknown')) as open
       from record r where r.id = any($1::uuid[]) order by r.id for update of r`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, lockedOf(row)]));
}

function lockedOf(row: LockedRow): LockedRecord {
  return {
    id: row.id,
    sync: row.sync,
    company: row.company,
    key: row.source_key,
    orderKey: row.order_key,
    version: row.version,
    contentHash: row.content_hash,
    state: row.state,
    reason: row.reason ?? undefined,
    detail: row.detail ?? undefined,
    attempt: row.attempt,
    workedVersion: row.worked_version ?? undefined,
    linked: row.linked,
    open: row.open,
  };
}

export async function changeRecords(store: Store, changes: readonly RecordChange[], at: Date): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map((change) => ({
    id: change.id,
    state: change.state,
    reason: change.reason ?? null,
    detail: change.detail ?? null,
    waits_for_sync: change.waitsFor?.sync ?? null,
    waits_for_key: change.waitsFor?.key ?? null,
    next_attempt_at: change.nextAttemptAt?.toISOString() ?? null,
    failures: change.failures,
    requeued: change.requeued,
    options: change.options ?? null,
  }));
  await store.query(
    `update record r
        set state = x.state, reason = x.reason, detail = x.detail, waits_for_sync = x.waits_for_sync,
            waits_for_key = x.waits_for_key, next_attempt_at = x.next_attempt_at, failures = x.failures,
            crashes = 0, options = x.options, changed_at = $2,
            place = case when x.requeued then nextval('place') else r.place end
       from json_to_recordset($1::json) as x(
              id uuid, state text, reason text, detail jsonb, waits_for_sync text, waits_for_key text,
              next_attempt_at timestamptz, failures integer, requeued boolean, options jsonb)
      where r.id = x.id`,
    [JSON.stringify(rows), at.toISOString()],
  );
}

/**
 * Parked and ignored records that waited for one of these links, by its source key or its target id, go back to
 * landed. Returns what was released.
 * The company is not compared: a payer and an ERP name the same books differently, and a record released for
 * nothing parks again.
 */
export async function releaseWaiting(
  store: Store,
  links: readonly { readonly sync: string; readonly key: string; readonly ref: string }[],
  at: Date,
): Promise<readonly (RecordKey & { readonly id: string; readonly orderKey: string })[]> {
  if (links.length === 0) return [];
  const names = links.flatMap(({ sync, key, ref }) => [
    { sync, key },
    { sync, key: ref },
  ]);
  const { rows } = await store.query<Pick<LockedRow, 'id' | 'sync' | 'company' | 'source_key' | 'order_key'>>(
    `update record r
        set state = 'landed', reason = null, detail = null, waits_for_sync = null, waits_for_key = null,
            next_attempt_at = null, failures = 0, crashes = 0, woken_at = null, place = nextval('place'),
            changed_at = $2
      where r.id in (
              select w.id from record w join json_to_recordset($1::json) as x(sync text, key text)
                on w.waits_for_sync = x.sync and w.waits_for_key = x.key
               where w.state in ('parked', 'ignored') order by w.id for update of w)
      returning r.id, r.sync, r.company, r.source_key, r.order_key`,
    [JSON.stringify(names), at.toISOString()],
  );
  return rows.map((row) => ({
    id: row.id,
    sync: row.sync,
    company: row.company,
    key: row.source_key,
    orderKey: row.order_key,
  }));
}
