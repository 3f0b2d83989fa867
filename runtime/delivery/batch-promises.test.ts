import { expect, it } from 'vitest';
import { World, type WorldOptions } from '../../tests/support/delivery-world';
import { batchDeclaration, batchedBills, FakeBatches } from '../../tests/support/fake-batches';
import type { FakeTarget } from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';
import type { BatchedWrite } from '../connector/batch';
import type { Store } from '../ledger/store';

interface Manner {
  readonly atomic?: boolean;
  /** How long a batch is being processed, milliseconds. */
  readonly processMs?: number;
  readonly refused?: ReadonlySet<string>;
  readonly namesRefused?: boolean;
  readonly batch?: Partial<BatchedWrite>;
}

/** The embedded store belongs to one process. */
function worldOf(store: Store, seed: number, manner: Manner, more: Partial<WorldOptions> = {}) {
  const { atomic = false, processMs = 0, refused = new Set<string>(), namesRefused = true, batch } = manner;
  const declaration = batchDeclaration({ atomic });
  let batches: FakeBatches | undefined;
  const batchesOf = (target: FakeTarget) => {
    const fresh = new FakeBatches(target, atomic);
    fresh.processMs = () => processMs;
    fresh.namesRefused = namesRefused;
    for (const number of refused) fresh.refused.add(number);
    return fresh;
  };
  return new World({
    store,
    seed,
    runtimes: store.kind === 'server' ? 2 : 1,
    window: 12,
    refused,
    write: (target) => {
      batches ??= batchesOf(target);
      const operation = batchedBills(batches, batch);
      return { declaration, operation, calls: batches.client };
    },
    ...more,
  });
}

const MANNERS: readonly (readonly [string, Manner])[] = [
  ['answers at once', {}],
  ['answers later', { processMs: 60 }],
  ['refuses some of a batch', { refused: new Set(['INV-3', 'INV-8']) }],
  ['refuses whole batches by name', { atomic: true, refused: new Set(['INV-3', 'INV-8']) }],
  ['refuses whole batches', { atomic: true, refused: new Set(['INV-3']), namesRefused: false }],
];

withStores('batches, whatever is killed, dropped, repeated or changed meanwhile', (open) => {
  it.each(MANNERS.flatMap(([name, manner]) => [1, 2].map((seed) => [name, seed, manner] as const)))(
    'every document stands once, where the target %s (seed %i)',
    async (_name, seed, manner) => {
      const store = await open();
      const world = worldOf(store, seed, manner);
      await world.run();
      expect(await world.faults()).toEqual([]);
      const calls = world.target.calls.length;
      await world.rerun();
      expect(await world.faults()).toEqual([]);
      expect(world.target.calls.length).toBe(calls);
    },
  );

  it.each<readonly [string, Manner, Partial<WorldOptions>]>([
    [
      'a batch sent again without looking',
      {
        batch: {
          lookUp: async () => ({ status: 'absent' }),
          lookUpItems: async (items) => items.map(() => ({ found: 'absent' })),
        },
      },
      {},
    ],
    ['intents and batches that are not durable before the call', {}, { breakage: 'no-durable-intent' }],
  ])('is noticed when it is not so: %s', async (_name, manner, more) => {
    const faults: string[] = [];
    for (let seed = 1; seed <= 6 && faults.length === 0; seed += 1) {
      const world = worldOf(await open(), seed, manner, more);
      await world.run();
      faults.push(...(await world.faults()));
    }
    expect(faults).not.toEqual([]);
  });
});
