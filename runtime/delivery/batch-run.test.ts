import { expect, it } from 'vitest';
import {
  type BatchFlowOptions,
  batchFlow,
  intents,
  keys,
  rows,
  states,
} from '../../tests/support/batch-flow';
import { eventually, landing, row, SYNC, untilState } from '../../tests/support/delivery';
import { FakeBatches } from '../../tests/support/fake-batches';
import { FakeTarget } from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';
import type { SourceFiles } from '../connector/system';
import { verifyChain } from '../ledger/audit-chain';
import type { Store } from '../ledger/store';

const GATHER = { gatherMs: 150 };

withStores('a batch', (open) => {
  it('is durable with all its intents before it is sent', async () => {
    const store = await open();
    const batches = new FakeBatches(new FakeTarget());
    const seen: unknown[] = [];
    batches.onSend = async (externalId) => {
      const { rows: found } = await store.query(
        `select b.external_id, b.company, b.operation, count(*)::integer as items
           from batch b join intent i on i.batch_id = b.id and i.state = 'sent' group by b.id`,
      );
      seen.push({ externalId, found });
    };
    const { runtime, results } = await batchFlow(store, { batches, declaration: GATHER });
    await runtime.delivery.land(rows(3));
    await eventually(() => results.length).toBe(3);
    const external_id = batches.taken[0]?.externalId;
    expect(seen).toEqual([
      {
        externalId: external_id,
        found: [{ external_id, company: 'EPIC06', operation: 'upsert-bill', items: 3 }],
      },
    ]);
    expect(results.map(({ result }) => result)).toEqual(['confirmed', 'confirmed', 'confirmed']);
    expect(await intents(store)).toEqual(keys(3).map((key) => `${key} create 1 confirmed`));
    const { rows: noted } = await store.query(
      `select distinct detail->>'batch' as batch from audit_event where kind = 'intent-sent'`,
    );
    expect(noted).toEqual([{ batch: external_id }]);
    expect(await verifyChain(store)).toMatchObject({ ok: true });
  });

  it('can fetch files of the source while it is sent', async () => {
    const store = await open();
    const sourceFiles: SourceFiles = { read: async (key) => ({ bytes: Buffer.from(key), sha256: 'x' }) };
    const read: string[] = [];
    const { runtime, results } = await batchFlow(store, {
      declaration: GATHER,
      request: () => ({ sourceFiles }),
      batch: {
        async send(items, context) {
          for (const { id, record } of items) {
            const file = await context.sourceFiles?.read(record.key, 100);
            read.push(`${id.length} ${Buffer.from(file?.bytes ?? []).toString()}`);
          }
          return { status: 'done', results: items.map(({ id }) => ({ id, outcome: 'done', ref: id })) };
        },
      },
    });
    await runtime.delivery.land(rows(2));
    await eventually(() => results.length).toBe(2);
    expect(read.sort()).toEqual(['36 A-1', '36 A-2']);
  });

  it('parks what is refused with the words of the target, and lets the others be (B13)', async () => {
    const store = await open();
    const { runtime, batches, target } = await batchFlow(store, { declaration: { ...GATHER, size: 10 } });
    batches.refused.add('A-2');
    await runtime.delivery.land(rows(4));
    const { reason, detail } = await untilState(store, 'A-2', 'parked');
    expect(reason).toBe('rejected-by-target');
    expect(detail).toMatchObject({ code: 'VendorOnStrike', systemWords: 'the vendor is on strike' });
    await eventually(() => target.live.length).toBe(3);
    expect(await states(store)).toEqual({
      'A-1': 'confirmed',
      'A-2': 'parked',
      'A-3': 'confirmed',
      'A-4': 'confirmed',
    });
    expect(target.countOf('send-batch')).toBe(1);
  });

  it.each([
    ['by name', true],
    ['without a name', false],
  ])('that is refused as a whole, %s, goes again without the one it is refused for', async (_how, named) => {
    const store = await open();
    const batches = new FakeBatches(new FakeTarget(), true);
    batches.namesRefused = named;
    batches.refused.add('A-3');
    const { runtime, target } = await batchFlow(store, {
      batches,
      declaration: { ...GATHER, size: 10, atomic: true },
    });
    await runtime.delivery.land(rows(8));
    await untilState(store, 'A-3', 'parked');
    for (const key of keys(8).filter((each) => each !== 'A-3')) await untilState(store, key, 'confirmed');
    expect(target.live).toHaveLength(7);
    // Halving finds one among eight in three steps.
    expect(target.countOf('send-batch')).toBe(named ? 2 : 7);
    expect(new Set(batches.taken.map(({ externalId }) => externalId)).size).toBe(batches.taken.length);
  });

  it('adopts what is there already, asked for all at once (B9)', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.documents.push({ ref: 'HAND', number: 'A-1', document: {}, closed: false });
    const { runtime, batches } = await batchFlow(store, {
      batches: new FakeBatches(target),
      declaration: GATHER,
      batch: {
        lookUpItems: async (items) =>
          items.map(({ document }) =>
            document['number'] === 'A-1' ? { found: 'present', ref: 'HAND' } : { found: 'absent' },
          ),
      },
    });
    await runtime.delivery.land(rows(3));
    for (const key of keys(3)) await untilState(store, key, 'confirmed');
    expect(batches.taken.map(({ numbers }) => numbers)).toEqual([['A-2', 'A-3']]);
    expect(target.countOf('find')).toBe(0);
    const { rows: adopted } = await store.query('select source_key from link where adopted');
    expect(adopted).toEqual([{ source_key: 'A-1' }]);
  });

  it('takes changes of linked documents along where it may', async () => {
    const store = await open();
    const { runtime, target, batches } = await batchFlow(store, { declaration: GATHER });
    await runtime.delivery.land(rows(2));
    for (const key of keys(2)) await untilState(store, key, 'confirmed');
    await runtime.delivery.land(landing(row('A-1', { amount: '12.00' }), row('A-3')));
    await untilState(store, 'A-3', 'confirmed');
    await eventually(() => target.live.map(({ document }) => document['amount'])).toEqual([
      '12.00',
      '10.00',
      '10.00',
    ]);
    expect(batches.sizes).toEqual([2, 2]);
    expect(await intents(store)).toContain('A-1 update 2 confirmed');
  });

  it('parks a change where batches may not take it and nothing else can', async () => {
    const store = await open();
    const { runtime } = await batchFlow(store, { declaration: { ...GATHER, updates: false } });
    await runtime.delivery.land(rows(1));
    await untilState(store, 'A-1', 'confirmed');
    await runtime.delivery.land(landing(row('A-1', { amount: '12.00' })));
    expect((await untilState(store, 'A-1', 'parked')).reason).toBe('changed-after-sent');
  });

  it('holds back a near-duplicate in the same batch (B11)', async () => {
    const store = await open();
    const { runtime, target } = await batchFlow(store, {
      declaration: GATHER,
      request: () => ({ options: { nearDuplicates: 'park' } }),
    });
    await runtime.delivery.land(landing(row('A 1'), row('a-1'), row('B-1')));
    await untilState(store, 'B-1', 'confirmed');
    await eventually(async () => Object.values(await states(store)).sort()).toEqual([
      'confirmed',
      'confirmed',
      'parked',
    ]);
    expect(target.live).toHaveLength(2);
  });

  it('waits as told when the target is not to be reached, and goes again', async () => {
    const store = await open();
    const { runtime, target } = await batchFlow(store, { declaration: GATHER });
    target.faults.push('rate-limited', 'unavailable', 'offline');
    await runtime.delivery.land(rows(3));
    for (const key of keys(3)) await untilState(store, key, 'confirmed');
    expect(target.documents).toHaveLength(3);
  });

  it('that is turned back again and again, for no reason of its items, parks them at last', async () => {
    const store = await open();
    const { runtime } = await batchFlow(store, {
      policies: { maxFailures: 3 },
      batch: {
        send: async (items) => ({
          status: 'done',
          results: items.map(({ id }) => ({ id, outcome: 'again', message: 'busy' })),
        }),
      },
    });
    await runtime.delivery.land(rows(1));
    expect((await untilState(store, 'A-1', 'parked')).reason).toBe('attempts-exhausted');
    expect((await intents(store)).every((each) => each.endsWith('rejected'))).toBe(true);
  });

  it('that was slow is looked at as soon as another process begins; what a look did not find keeps its time', async () => {
    const store = await open();
    const slow: BatchFlowOptions = {
      declaration: GATHER,
      batch: {
        send: async () => ({ status: 'pending', lookInMs: 3_600_000, why: 'still at it' }),
        lookUp: async (items) => ({
          status: 'done',
          results: items.map(({ id, record }) => ({ id, outcome: 'done', ref: record.key })),
        }),
      },
    };
    const { runtime } = await batchFlow(store, slow);
    await runtime.delivery.land(rows(3));
    await eventually(async () => (await runtime.delivery.pending([SYNC])).waiting.length).toBe(3);
    await runtime.kill();
    const notFound = `update intent set checks = 1 where business_key = 'bill A-2'`;
    await store.query(notFound);
    await batchFlow(store, slow);
    await untilState(store, 'A-1', 'confirmed');
    await untilState(store, 'A-3', 'confirmed');
    expect(await states(store)).toMatchObject({ 'A-2': 'landed' });
  });

  it('does without the one item that the store refuses', async () => {
    const store = await open();
    const query: Store['query'] = async (sql, parameters) => {
      if (sql.startsWith('insert into intent') && String(parameters?.[0]).includes('bill A-2')) {
        throw Object.assign(new Error('refused'), { code: '22P02' });
      }
      return store.query(sql, parameters);
    };
    const door: Store = {
      kind: store.kind,
      query,
      transaction: (work) => store.transaction(work),
      listen: (channel, onNotify) => store.listen(channel, onNotify),
      housekeep: () => store.housekeep(),
      close: () => store.close(),
    };
    const { runtime, target } = await batchFlow(door, { declaration: GATHER });
    await runtime.delivery.land(rows(4));
    expect((await untilState(store, 'A-2', 'parked')).reason).toBe('flow-failed');
    for (const key of ['A-1', 'A-3', 'A-4']) await untilState(store, key, 'confirmed');
    expect(target.live).toHaveLength(3);
  });
});
