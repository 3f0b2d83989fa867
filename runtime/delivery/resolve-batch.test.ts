import { expect, it } from 'vitest';
import { batchFlow, intents, keys, rows } from '../../tests/support/batch-flow';
import { eventually, recordOf, untilState } from '../../tests/support/delivery';
import { FakeBatches } from '../../tests/support/fake-batches';
import { FakeTarget, failure } from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';
import type { BatchItem } from '../connector/batch';

const GATHER = { gatherMs: 150 };

withStores('a batch whose outcome is open', (open) => {
  it.each(['lose-answer', 'lose-request'] as const)(
    'that ends in %s is looked up by its id, once for all, and made once (B1, B3)',
    async (fault) => {
      const store = await open();
      const { runtime, batches, target } = await batchFlow(store, { declaration: GATHER });
      target.faults.push(fault);
      await runtime.delivery.land(rows(4));
      for (const key of keys(4)) await untilState(store, key, 'confirmed');
      expect(target.documents).toHaveLength(4);
      expect(batches.taken).toHaveLength(1);
      expect(target.countOf('find-batch')).toBeLessThanOrEqual(fault === 'lose-answer' ? 1 : 6);
      expect(target.countOf('find-batch')).toBeGreaterThanOrEqual(fault === 'lose-answer' ? 1 : 3);
    },
  );

  it('whose results come later is followed to its end', async () => {
    const store = await open();
    const batches = new FakeBatches(new FakeTarget());
    batches.processMs = () => 150;
    batches.refused.add('A-2');
    const { runtime, target } = await batchFlow(store, { batches, declaration: GATHER });
    await runtime.delivery.land(rows(4));
    await eventually(async () => (await recordOf(store, 'A-1')).detail).toMatchObject({
      message: 'the batch is being processed',
    });
    await untilState(store, 'A-2', 'parked');
    for (const key of ['A-1', 'A-3', 'A-4']) await untilState(store, key, 'confirmed');
    expect(target.countOf('send-batch')).toBe(1);
    expect(target.documents).toHaveLength(3);
    // Four records ask together: once for each look, give or take a late one.
    expect(target.countOf('find-batch')).toBeLessThan(12);
  });

  it('that never comes to an end is left to a person', async () => {
    const store = await open();
    const batches = new FakeBatches(new FakeTarget());
    batches.processMs = () => 3_600_000;
    const { runtime, target } = await batchFlow(store, { batches, policies: { batchPatienceMs: 150 } });
    await runtime.delivery.land(rows(1));
    const { reason, detail } = await untilState(store, 'A-1', 'parked');
    expect(reason).toBe('outcome-unknown');
    expect(detail).toMatchObject({ operation: 'upsert-bill', businessKey: 'bill A-1' });
    expect(target.countOf('send-batch')).toBe(1);
    expect(await intents(store)).toEqual(['A-1 create 1 sent']);
  });

  it('whose answer leaves an item out has that one looked up by itself', async () => {
    const store = await open();
    const { runtime, batches, target } = await batchFlow(store, { declaration: GATHER });
    batches.silent.add('A-2');
    await runtime.delivery.land(rows(3));
    for (const key of keys(3)) await untilState(store, key, 'confirmed');
    expect(target.documents).toHaveLength(3);
    expect(target.countOf('send-batch')).toBe(1);
  });

  it('is looked up when a later call fails, whatever that failure would mean for a single write', async () => {
    const store = await open();
    let failing = true;
    const batches = new FakeBatches(new FakeTarget());
    const { runtime, target } = await batchFlow(store, {
      batches,
      declaration: GATHER,
      batch: {
        async send(items, { calls, externalId }) {
          const sent = items.map(({ id, document }: BatchItem) => ({ id, document }));
          const request = { name: 'send-batch', method: 'POST', url: '/', effect: 'once' } as const;
          await calls.call({ ...request, json: { externalId, items: sent } });
          if (failing) throw failure('reject', 'batch-status');
          return { status: 'done', results: [] };
        },
      },
    });
    await runtime.delivery.land(rows(2));
    for (const key of keys(2)) await untilState(store, key, 'confirmed');
    failing = false;
    expect(target.documents).toHaveLength(2);
    expect(target.countOf('send-batch')).toBe(1);
  });

  it('is not sent any more when much went before the call and another process has its records by then', async () => {
    const store = await open();
    let later = 0;
    const batches = new FakeBatches(new FakeTarget());
    const flow = await batchFlow(store, {
      batches,
      now: () => new Date(Date.now() + later),
      batch: {
        async send(_items, { calls, externalId }) {
          await store.query('update record set attempt = attempt + 1');
          later = 10_000;
          await calls.call({
            name: 'send-batch',
            method: 'POST',
            url: '/',
            json: { externalId, items: [] },
            effect: 'once',
          });
          return { status: 'done', results: [] };
        },
      },
    });
    await flow.runtime.delivery.land(rows(1));
    await eventually(() => flow.results).toEqual([{ result: 'waiting' }]);
    expect(batches.target.countOf('send-batch')).toBe(0);
  });

  it('remembers facts of the batch and of its items beyond its process', async () => {
    const store = await open();
    const batches = new FakeBatches(new FakeTarget());
    const never = new Promise<never>(() => {});
    const first = await batchFlow(store, {
      batches,
      declaration: GATHER,
      batch: {
        async send(items, context) {
          await context.remember({ guid: 'G-1' });
          await context.remember({ step: 'images' });
          await items[1]?.remember({ image: 'sent' });
          return never;
        },
      },
    });
    await first.runtime.delivery.land(rows(2));
    await eventually(async () => {
      const { rows: found } = await store.query('select from intent where remembered is not null');
      return found.length;
    }).toBe(1);
    await first.runtime.kill();
    const seen: unknown[] = [];
    await batchFlow(store, {
      batches,
      batch: {
        async lookUp(items, context) {
          seen.push(context.remembered, ...items.map(({ remembered }) => remembered));
          await expect(context.remember({})).rejects.toThrow('only reads');
          return {
            status: 'done',
            results: items.map(({ id }) => ({ id, outcome: 'done', ref: `R-${id}` })),
          };
        },
      },
    });
    for (const key of keys(2)) await untilState(store, key, 'confirmed');
    expect(seen).toEqual([{ guid: 'G-1', step: 'images' }, {}, { image: 'sent' }]);
  });
});
