import { expect, it } from 'vitest';
import { eventually, landing, openRuntime, row, SYNC, writeRequest } from '../../tests/support/delivery';
import { FakeTarget } from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';
import { RecordOutcome } from '../connector/errors';
import type { TallyRow } from '../connector/system';
import { certificate } from './certificate';
import { recordIdOf } from './identity';
import { countRecords, listRecords } from './overview';
import { passportOf } from './passport';
import { reconcile } from './reconcile';
import type { SourceRow } from './reconcile-differences';
import type { Store } from './store';

function invoice(key: string, amount: string, currency = 'USD', date = '2026-11-20', more = {}) {
  return row(key, { amount }, { tally: { amount, currency, date }, ...more });
}

/** Seven invoices: three confirmed, one ignored, one parked, one unknown, one a credit. */
async function settled(store: Store) {
  const target = new FakeTarget();
  const runtime = await openRuntime(store, { policies: { settleMs: 60_000 } });
  await runtime.delivery.consume({
    sync: SYNC,
    window: 10,
    holdMs: 5_000,
    onAttempt: async (attempt) => {
      if (attempt.key === 'PARKED') {
        const error = new RecordOutcome(
          'park',
          'vendor-inactive',
          { vendor: 'Ångström & Söhne' },
          { sync: 'v', key: 'V1' },
        );
        await runtime.delivery.settle(attempt, { outcome: 'failed', error, node: 'map' });
        return;
      }
      if (attempt.key === 'UNKNOWN') target.faults.push('lose-request');
      await runtime.delivery.write(writeRequest(attempt, target));
    },
  });
  for (const page of [
    landing(
      invoice('A-1', '0.10'),
      invoice('A-2', '0.20'),
      invoice('A-3', '1000', 'JPY', '2026-10-31'),
      invoice('CREDIT', '-5.50'),
      invoice('PARKED', '7.00'),
      invoice('IGNORED', '8.00', 'USD', '2026-11-01', { ignore: 'not-approved' }),
    ),
    landing(invoice('UNKNOWN', '9.99')),
  ]) {
    await runtime.delivery.land(page);
    await eventually(async () => (await runtime.delivery.pending([SYNC])).active).toBe(0);
  }
  return { runtime, target };
}

async function* of<T>(...rows: T[]): AsyncIterable<T> {
  yield* rows;
}

withStores('what the ledger shows', (open) => {
  it('certifies counts and exact sums by company, currency and month', async () => {
    const store = await open();
    await settled(store);
    const rows = await certificate(store);
    expect(rows.map(({ currency, period }) => [currency, period])).toEqual([
      ['JPY', '2026-10'],
      ['USD', '2026-11'],
    ]);
    expect(rows[1]).toMatchObject({
      sync: SYNC,
      company: 'EPIC06',
      source: { count: 6, sum: '19.79' },
      confirmed: { count: 3, sum: '-5.20' },
      parked: { count: 1, sum: '7.00' },
      ignored: { count: 1, sum: '8.00' },
      unknown: { count: 1, sum: '9.99' },
      pending: { count: 0, sum: '0' },
      live: { count: 3, sum: '-5.20' },
    });
    expect(await certificate(store, ['other'])).toEqual([]);
  });

  it('names what differs between the ledger and the two systems, document by document', async () => {
    const store = await open();
    const { target } = await settled(store);
    const refOf = (number: string) => target.live.find((each) => each.number === number)?.ref ?? '';
    const source: SourceRow[] = [
      { key: 'A-1', company: 'EPIC06', amount: '0.1', currency: 'USD' },
      { key: 'A-2', company: 'EPIC06', amount: '0.21', currency: 'USD' },
      { key: 'A-3', company: 'EPIC06', amount: '1000', currency: 'JPY' },
      { key: 'CREDIT', company: 'EPIC06', amount: '-5.50', currency: 'USD' },
      { key: 'UNKNOWN', company: 'EPIC06', amount: '9.99', currency: 'USD' },
      { key: 'NEW', company: 'EPIC06', amount: '1.00', currency: 'USD' },
      { key: 'NO-WORK', company: 'EPIC06', amount: '7.77', currency: 'USD', optional: true },
    ];
    const there: TallyRow[] = [
      { ref: refOf('A-1'), amount: '0.10', currency: 'USD' },
      { ref: refOf('A-3'), amount: '1000', currency: 'USD' },
      { ref: refOf('CREDIT'), amount: '5.5', currency: 'USD' },
      { ref: 'HAND', amount: '3.00', currency: 'USD' },
    ];
    const report = await reconcile(store, SYNC, { source: of(...source), target: of(...there) });
    expect(report.differences.map(({ kind, key, ref }) => [kind, key ?? ref])).toEqual([
      ['changed-at-source', 'A-2'],
      ['not-landed', 'NEW'],
      ['not-in-source', 'PARKED'],
      ['differs-in-target', 'A-3'],
      ['not-ours', 'HAND'],
      ['missing-in-target', 'A-2'],
    ]);
    expect(report.differences[0]).toMatchObject({ there: '0.21 USD', ledger: '0.20 USD' });
    expect(report.target).toMatchObject([{ company: 'EPIC06', currency: 'USD', count: 3, sum: '994.6' }]);
    expect(report.source.map(({ currency, sum }) => [currency, sum])).toEqual([
      ['JPY', '1000'],
      ['USD', '5.8'],
    ]);
  });

  it('compares more documents than fit in one query', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const keys = Array.from({ length: 1_201 }, (_, n) => `A-${n}`);
    await runtime.delivery.land(landing(...keys.map((key) => invoice(key, '1.00'))));
    const source = keys.slice(1).map((key) => ({ key, company: 'EPIC06', amount: '1.00', currency: 'USD' }));
    const report = await reconcile(store, SYNC, { source: of(...source) });
    expect(report.differences).toEqual([
      { kind: 'not-in-source', company: 'EPIC06', key: 'A-0', ledger: '1.00 USD' },
    ]);
    expect(report.source[0]).toMatchObject({ count: 1_200, sum: '1200' });
  });

  it('counts by state, and finds records by sync, state, reason and text', async () => {
    const store = await open();
    await settled(store);
    expect((await countRecords(store)).get(SYNC)).toEqual({
      landed: 1,
      working: 0,
      confirmed: 4,
      parked: 1,
      ignored: 1,
      unknown: 1,
    });
    const keysOf = async (filter: object) =>
      (await listRecords(store, { page: 0, ...filter })).records.map(({ key }) => key);
    expect(await keysOf({ sync: SYNC, state: 'parked' })).toEqual(['PARKED']);
    expect(await keysOf({ state: 'unknown' })).toEqual(['UNKNOWN']);
    expect(await keysOf({ reason: 'not-approved' })).toEqual(['IGNORED']);
    expect(await keysOf({ text: 'ÅNGSTRöm' })).toEqual(['PARKED']);
    expect(await keysOf({ text: '%' })).toEqual([]);
    const all = await listRecords(store, { page: 0 });
    expect([all.total, all.reasons]).toEqual([7, { 'vendor-inactive': 1, 'not-approved': 1 }]);
    expect((await listRecords(store, { page: 1 })).records).toEqual([]);
    expect(all.records.find(({ key }) => key === 'UNKNOWN')).toMatchObject({ unknown: true, amount: '9.99' });
  });

  it('shows everything about one record on its passport', async () => {
    const store = await open();
    const { runtime } = await settled(store);
    const id = (key: string) => recordIdOf({ sync: SYNC, company: 'EPIC06', key });
    const passport = await passportOf(runtime.ledger, id('A-1'));
    expect(passport).toMatchObject({
      record: { key: 'A-1', state: 'confirmed', ref: expect.stringMatching(/^T/) },
      versions: [{ version: 1, data: { number: 'A-1', amount: '0.10' } }],
      intents: [{ operation: 'upsert-bill', state: 'confirmed', body: { amount: '0.10' } }],
      links: [{ connection: 'bill', attributes: { currency: 'USD' } }],
    });
    expect(passport?.events.map(({ kind }) => kind)).toEqual([
      'landed',
      'attempt',
      'intent-sent',
      'intent-confirmed',
      'confirmed',
    ]);
    expect(await passportOf(runtime.ledger, id('PARKED'))).toMatchObject({
      reasonText: 'The vendor is inactive or blocked.',
      waitsFor: { sync: 'v', key: 'V1' },
    });
    expect(await passportOf(runtime.ledger, id('NEVER'))).toBeUndefined();
    expect(await passportOf(runtime.ledger, 'no id')).toBeUndefined();
  });
});
