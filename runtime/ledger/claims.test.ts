import { expect, it } from 'vitest';
import { landing, openRuntime, row, SYNC } from '../../tests/support/delivery';
import { withStores } from '../../tests/support/stores';
import { claimRecords } from './claims';
import { recordIdOf } from './identity';
import type { Store } from './store';

const recordId = recordIdOf({ sync: SYNC, company: 'EPIC06', key: 'A-1' });

async function wakeOf(store: Store) {
  const { rows } = await store.query<{ job_id: string }>('select job_id from record where id = $1', [
    recordId,
  ]);
  return { recordId, jobId: rows[0]?.job_id ?? '' };
}

withStores('claiming', (open) => {
  it('sees the version that a landing commits while the claim waits for it', async () => {
    const store = await open();
    const { ledger, delivery } = await openRuntime(store);
    await delivery.land(landing(row('A-1')));
    const wake = await wakeOf(store);
    const written = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const landed = ledger.change(async () => {
      await delivery.land(landing(row('A-1', { amount: '12.00' })));
      written.resolve();
      await commit.promise;
    });
    await written.promise;
    const claimed = claimRecords(ledger, [wake]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    commit.resolve();
    await landed;
    expect(await claimed).toMatchObject([{ version: 2, data: { amount: '12.00' }, attempt: 1, crashes: 0 }]);
  });

  it('takes a record once, over again only for its own job, and never one whose time has not come', async () => {
    const store = await open();
    const { ledger, delivery } = await openRuntime(store);
    await delivery.land(landing(row('A-1')));
    const wake = await wakeOf(store);
    await store.query(`update record set next_attempt_at = now() + interval '1 minute'`);
    expect(await claimRecords(ledger, [wake])).toEqual([]);
    await store.query('update record set next_attempt_at = null');
    expect(await claimRecords(ledger, [wake])).toMatchObject([{ attempt: 1, crashes: 0 }]);
    expect(await claimRecords(ledger, [{ ...wake, jobId: recordId }])).toEqual([]);
    expect(await claimRecords(ledger, [wake])).toMatchObject([{ attempt: 2, crashes: 1 }]);
  });
});
