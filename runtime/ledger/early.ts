import type { Wake } from './claims';
import type { Line } from './lines';
import type { Store } from './store';

/**
 * Lines of the records whose newest job came before they are due: it is spent, and they need another.
 * All other jobs that wake nothing are spent for good: the record is settled, or somebody ahead of it wakes it.
 */
export async function linesWokenEarly(
  store: Store,
  wakes: readonly Wake[],
  now: Date,
): Promise<readonly Line[]> {
  const { rows } = await store.query<{ sync: string; company: string; order_key: string }>(
    `select r.sync, r.company, r.order_key
       from record r join unnest($1::uuid[], $2::uuid[]) as w(record_id, job_id)
         on r.id = w.record_id and r.job_id = w.job_id
      where r.state = 'landed' and r.next_attempt_at > $3`,
    [wakes.map((wake) => wake.recordId), wakes.map((wake) => wake.jobId), now.toISOString()],
  );
  return rows.map((row) => ({ sync: row.sync, company: row.company, orderKey: row.order_key }));
}
