import type { Line } from './lines';
import type { Store } from './store';

/**
 * Brings forward to `now` the next look at batches that the target was still at when it was last looked. What is
 * looked at before `soon` stays, and so does what a look did not find: there the time between looks decides what is
 * sent again.
 * @returns the lines to wake
 */
export async function endBatchWaits(
  store: Store,
  sync: string,
  now: Date,
  soon: Date,
): Promise<readonly Line[]> {
  const { rows } = await store.query<{ company: string; order_key: string }>(
    `with early as (
       update intent i set check_at = $2 from record r
        where r.id = i.record_id and r.sync = $1 and r.state = 'landed' and r.next_attempt_at > $3
          and i.batch_id is not null and i.state in ('sent', 'unknown') and i.checks = 0 and i.check_at > $3
       returning i.record_id)
     update record r set next_attempt_at = $2 from early
      where r.id = early.record_id returning r.company, r.order_key`,
    [sync, now.toISOString(), soon.toISOString()],
  );
  return rows.map(({ company, order_key }) => ({ sync, company, orderKey: order_key }));
}
