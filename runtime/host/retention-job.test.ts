import { expect, it } from 'vitest';
import { landing, openRuntime, row } from '../../tests/support/delivery';
import { withStores } from '../../tests/support/stores';
import { startRetention } from './retention-job';

const DAY_MS = 86_400_000;

withStores('the retention job', (open) => {
  it.each([
    [0, 40, 2],
    [30, 20, 2],
    [30, 40, 1],
  ])('with %i days leaves, after %i days, %i of two versions of a record', async (days, later, left) => {
    const store = await open();
    let ahead = 0;
    const { ledger, delivery } = await openRuntime(store, {}, () => new Date(Date.now() + ahead));
    await delivery.land(landing(row('A-1')));
    await delivery.land(landing(row('A-1', { amount: '11.00' })));
    await store.query(`update record set state = 'confirmed'`);
    ahead = later * DAY_MS;
    const said: string[] = [];
    const log = { info: (text: string) => said.push(text), warn: () => {}, error: () => {} };
    await startRetention(ledger, days, log)();
    const { rows } = await store.query('select version from record_version');
    expect(rows).toHaveLength(left);
    expect(said).toHaveLength(2 - left);
  });

  it('goes on when the store is away', async () => {
    const store = await open();
    const { ledger } = await openRuntime(store);
    const said: string[] = [];
    const broken = Object.assign(Object.create(ledger), { change: () => Promise.reject(new Error('away')) });
    const log = { info: () => {}, warn: (text: string) => said.push(text), error: () => {} };
    await startRetention(broken, 30, log)();
    expect(said).toEqual(['retention: away']);
  });
});
