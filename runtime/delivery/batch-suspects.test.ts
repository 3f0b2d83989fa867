import { expect, it } from 'vitest';
import { batchFlow, keys, rows } from '../../tests/support/batch-flow';
import { untilState } from '../../tests/support/delivery';
import { FakeBatches } from '../../tests/support/fake-batches';
import { FakeTarget } from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';
import type { BatchAnswer, BatchItem } from '../connector/batch';

const GATHER = { gatherMs: 150, size: 50 };

/** A target that fails whole batches because of one document, and names none. */
class Sulking {
  readonly batches: string[][] = [];
  readonly made: string[] = [];
  tries = 0;

  constructor(readonly bad: (number: string) => boolean) {}

  take(items: readonly BatchItem[]): BatchAnswer {
    const numbers = items.map(({ document }) => String(document['number']));
    this.batches.push(numbers);
    this.tries += 1;
    if (numbers.some(this.bad)) {
      const again = (id: string) => ({ id, outcome: 'again', message: 'the batch ended in Error' }) as const;
      return { status: 'done', results: items.map(({ id }) => again(id)) };
    }
    this.made.push(...numbers);
    return { status: 'done', results: items.map(({ id }) => ({ id, outcome: 'done', ref: `T-${id}` })) };
  }
}

withStores('a batch that fails as a whole, without a name', (open) => {
  it.each([
    ['at once', false],
    ['later', true],
  ])('%s, is sent in parts until the one at fault is alone, which is parked (B13)', async (_when, later) => {
    const store = await open();
    const target = new Sulking((number) => number === 'A-7');
    const answers = new Map<string, BatchAnswer>();
    const { runtime } = await batchFlow(store, {
      batches: new FakeBatches(new FakeTarget()),
      declaration: GATHER,
      policies: { maxFailures: 5 },
      batch: {
        async send(items, { externalId }) {
          const answer = target.take(items);
          answers.set(externalId, answer);
          return later ? { status: 'pending', lookInMs: 20, why: 'it is being processed' } : answer;
        },
        lookUp: async (_items, { externalId }) => answers.get(externalId) ?? { status: 'absent' },
      },
    });
    await runtime.delivery.land(rows(20));
    const { reason, detail } = await untilState(store, 'A-7', 'parked');
    expect([reason, detail]).toEqual([
      'attempts-exhausted',
      expect.objectContaining({ systemWords: 'the batch ended in Error' }),
    ]);
    for (const key of keys(20).filter((each) => each !== 'A-7')) await untilState(store, key, 'confirmed');
    expect(target.made.toSorted()).toEqual([...new Set(target.made)].toSorted());
    // 20, then four of 5, then four at most of the 5 that failed, then the one alone.
    expect(target.batches.map(({ length }) => length).slice(0, 5)).toEqual([20, 5, 5, 5, 5]);
    expect(target.batches.at(-1)).toEqual(['A-7']);
    expect(target.tries).toBeLessThanOrEqual(12);
  });

  it('is not split for what was not at fault: the next batches are full again', async () => {
    const store = await open();
    const target = new Sulking(() => target.tries === 1);
    const { runtime } = await batchFlow(store, {
      batches: new FakeBatches(new FakeTarget()),
      declaration: GATHER,
      batch: { send: async (items) => target.take(items) },
    });
    await runtime.delivery.land(rows(8));
    for (const key of keys(8)) await untilState(store, key, 'confirmed');
    expect(target.batches.map(({ length }) => length)).toEqual([8, 2, 2, 2, 2]);
  });
});
