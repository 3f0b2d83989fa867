import type { RecordKey } from './identity';
import type { Store } from './store';

/** Records of one order key are worked on one at a time, oldest first. */
export interface Line {
  readonly sync: string;
  readonly company: string;
  readonly orderKey: string;
}

/** The first unsettled record of a line, when it is landed: the one a job may wake. */
export interface Head extends RecordKey {
  readonly id: string;
  readonly version: number;
  /** How often it was woken before. */
  readonly wakes: number;
  readonly nextAttemptAt: Date | undefined;
}

interface HeadRow {
  readonly id: string;
  readonly sync: string;
  readonly company: string;
  readonly source_key: string;
  readonly state: string;
  readonly version: number;
  readonly wakes: number;
  readonly next_attempt_at: Date | null;
}

/** A line whose first record is being worked on has no head: that record wakes the next when it settles. */
export async function headsOf(store: Store, lines: readonly Line[]): Promise<readonly Head[]> {
  if (lines.length === 0) return [];
  const { rows } = await store.query<HeadRow>(
    `select distinct on (r.sync, r.company, r.order_key)
            r.id, r.sync, r.company, r.source_key, r.state, r.version, r.wakes, r.next_attempt_at
       from record r join json_to_recordset($1::json) as line(sync text, company text, "orderKey" text)
         on r.sync = line.sync and r.company = line.company and r.order_key = line."orderKey"
      where r.state in ('landed', 'working')
      order by r.sync, r.company, r.order_key, r.place`,
    [JSON.stringify(lines.map(({ sync, company, orderKey }) => ({ sync, company, orderKey })))],
  );
  return rows
    .filter((row) => row.state === 'landed')
    .map((row) => ({
      id: row.id,
      sync: row.sync,
      company: row.company,
      key: row.source_key,
      version: row.version,
      wakes: row.wakes,
      nextAttemptAt: row.next_attempt_at ?? undefined,
    }));
}

/** Notes the newest job of each head. */
export async function noteWakes(
  store: Store,
  wakes: readonly { readonly recordId: string; readonly jobId: string }[],
  at: Date,
): Promise<void> {
  if (wakes.length === 0) return;
  await store.query(
    `update record r set wakes = r.wakes + 1, job_id = w.job_id, woken_at = $3
       from unnest($1::uuid[], $2::uuid[]) as w(record_id, job_id)
      where r.id = w.record_id and r.state = 'landed'`,
    [wakes.map((wake) => wake.recordId), wakes.map((wake) => wake.jobId), at.toISOString()],
  );
}
