import { expect, it } from 'vitest';
import { eventually, landing, openRuntime, recordOf, row, SYNC } from '../../tests/support/delivery';
import { withStores } from '../../tests/support/stores';
import { readCursor } from '../ledger/cursors';
import type { Store } from '../ledger/store';

async function jobs(store: Store): Promise<number> {
  const { rows } = await store.query<{ count: string }>('select count(*) as count from pgboss.job');
  return Number(rows[0]?.count);
}

withStores('landing', (open) => {
  it('makes records, versions, jobs and the cursor of a page at once, and nothing when it comes again', async () => {
    const store = await open();
    const { delivery } = await openRuntime(store);
    const page = { ...landing(row('A-1'), row('A-2')), cursor: { at: '2026-11-20', key: 'A-2' } };
    expect(await delivery.land(page)).toEqual({ read: 2, landed: 2, unchanged: 0, ignored: {} });
    expect(await delivery.land(page)).toEqual({ read: 2, landed: 0, unchanged: 2, ignored: {} });
    expect((await readCursor(store, SYNC))?.value).toEqual({ at: '2026-11-20', key: 'A-2' });
    expect(await jobs(store)).toBe(2);
    expect((await recordOf(store, 'A-1')).state).toBe('landed');
  });

  it('does not move the cursor when a page cannot land (A8)', async () => {
    const store = await open();
    const { delivery } = await openRuntime(store);
    await delivery.land({ ...landing(row('A-1')), cursor: 1 });
    await store.query('alter table ml.record_version rename to away');
    await expect(delivery.land({ ...landing(row('A-2')), cursor: 2 })).rejects.toThrow();
    await store.query('alter table ml.away rename to record_version');
    expect((await readCursor(store, SYNC))?.value).toBe(1);
    expect(await jobs(store)).toBe(1);
    expect((await delivery.land({ ...landing(row('A-2')), cursor: 2 })).landed).toBe(1);
  });

  it('lands two pages with the same rows, sent at the same moment, as one', async () => {
    const store = await open();
    const { delivery } = await openRuntime(store);
    const page = landing(...Array.from({ length: 50 }, (_, n) => row(`A-${n}`)));
    const results = await Promise.all([delivery.land(page), delivery.land(page)]);
    expect(results.map(({ landed }) => landed).sort((a, b) => a - b)).toEqual([0, 50]);
    expect(await jobs(store)).toBe(50);
  });

  it('puts what comes again and what is new into one line, in the order of the page', async () => {
    const store = await open();
    const { delivery } = await openRuntime(store);
    const inLine = (...keys: string[]) => keys.map((key) => row(key, { version: 1 }, { orderKey: 'V1' }));
    await delivery.land(landing(...inLine('B', 'D')));
    await store.query(`update record set state = 'confirmed'`);
    const again = (key: string) => row(key, { version: 2 }, { orderKey: 'V1' });
    await delivery.land(landing(again('D'), ...inLine('A'), again('B'), ...inLine('C')));
    const { rows } = await store.query<{ source_key: string }>(
      'select source_key from record order by place',
    );
    expect(rows.map(({ source_key }) => source_key)).toEqual(['D', 'A', 'B', 'C']);
  });

  it('keeps companies and syncs with the same key apart (I1)', async () => {
    const store = await open();
    const { delivery } = await openRuntime(store);
    await delivery.land(landing(row('A-1'), row('A-1', {}, { company: 'EPIC07' })));
    await delivery.land({ ...landing(row('A-1')), sync: 'other' });
    const { rows } = await store.query('select count(*) as records from record');
    expect(rows).toEqual([{ records: '3' }]);
  });

  it('ignores by rule without a job, and lets the record in when the rule or the row changes', async () => {
    const store = await open();
    const { delivery } = await openRuntime(store);
    const refused = landing(row('A-1', {}, { ignore: 'not-approved' }));
    expect((await delivery.land(refused)).ignored).toEqual({ 'not-approved': 1 });
    expect(await delivery.land(refused)).toEqual({ read: 1, landed: 0, unchanged: 1, ignored: {} });
    expect(await jobs(store)).toBe(0);
    expect((await delivery.land(landing(row('A-1')))).landed).toBe(1);
    expect(await recordOf(store, 'A-1')).toMatchObject({ state: 'landed', version: 1, reason: null });
    const changed = landing(row('A-1', { amount: '11.00' }, { ignore: 'not-approved' }));
    expect((await delivery.land(changed)).ignored).toEqual({ 'not-approved': 1 });
    expect((await recordOf(store, 'A-1')).state).toBe('ignored');
  });

  it('tries parked records again for the reasons it is told, and when they change', async () => {
    const store = await open();
    const { delivery } = await openRuntime(store);
    await delivery.consume({
      sync: SYNC,
      window: 5,
      holdMs: 5_000,
      onAttempt: (attempt) => delivery.settle(attempt, { outcome: 'parked', reason: 'period-closed' }),
    });
    await delivery.land(landing(row('A-1')));
    const attempts = () => recordOf(store, 'A-1').then(({ state, attempt }) => `${state} ${attempt}`);
    await eventually(attempts).toBe('parked 1');
    expect((await delivery.land(landing(row('A-1')))).unchanged).toBe(1);
    expect((await delivery.land({ ...landing(row('A-1')), retryParked: ['period-closed'] })).landed).toBe(1);
    await eventually(attempts).toBe('parked 2');
    expect((await delivery.land(landing(row('A-1', { amount: '1.00' })))).landed).toBe(1);
    await eventually(attempts).toBe('parked 3');
  });

  it('lands keys, texts and amounts that PostgreSQL would refuse', async () => {
    const store = await open();
    const { delivery, ledger } = await openRuntime(store);
    const tally = { amount: '12,5', currency: 'USD', date: '2026-02-30' };
    const odd = row('A\u0000\ud800', { memo: 'nul \u0000 half \udc00' }, { tally });
    expect((await delivery.land(landing(odd))).landed).toBe(1);
    expect((await delivery.land(landing(odd))).unchanged).toBe(1);
    const { rows } = await store.query<{ payload: string; amount: string | null }>(
      'select payload, amount from record_version v join record r on r.id = v.record_id',
    );
    expect(JSON.parse(ledger.vault.open(rows[0]?.payload ?? ''))['memo']).toBe('nul \u0000 half \udc00');
    expect(rows[0]?.amount).toBeNull();
  });

  it('takes the last of two rows with one key, and counts the amounts of the newest version', async () => {
    const store = await open();
    const { delivery } = await openRuntime(store);
    const tally = (amount: string) => ({ tally: { amount, currency: 'USD', date: '2026-11-20' } });
    await delivery.land(
      landing(row('A-1', { amount: '0.10' }, tally('0.10')), row('A-1', { amount: '0.30' }, tally('0.30'))),
    );
    const { rows } = await store.query('select amount, currency, business_date, version from record');
    expect(rows).toEqual([{ amount: '0.30', currency: 'USD', business_date: '2026-11-20', version: 1 }]);
  });
});
