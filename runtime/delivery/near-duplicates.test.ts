import { expect, it } from 'vitest';
import {
  landing,
  openRuntime,
  type Runtime,
  recordOf,
  row,
  SYNC,
  untilState,
  writeRequest,
} from '../../tests/support/delivery';
import { FakeTarget } from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';

/** A flow of one write node that parks near-duplicates. */
async function flow({ delivery }: Runtime, target: FakeTarget): Promise<void> {
  await delivery.consume({
    sync: SYNC,
    window: 10,
    holdMs: 5_000,
    onAttempt: async (attempt) => {
      await delivery.write(writeRequest(attempt, target, { options: { nearDuplicates: 'park' } }));
    },
  });
}

withStores('numbers that differ in case, spaces or punctuation (B11)', (open) => {
  it('parks a near-duplicate by policy, and sends it when a replay says so', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    await flow(runtime, target);
    await runtime.delivery.land(landing(row('INV-0042')));
    await untilState(store, 'INV-0042', 'confirmed');
    await runtime.delivery.land(landing(row('inv 0042', { amount: '10.0' }), row('inv 0043')));
    const { reason, detail } = await untilState(store, 'inv 0042', 'parked');
    expect([reason, detail]).toEqual(['near-duplicate', { like: 'INV-0042', ref: 'T1' }]);
    await untilState(store, 'inv 0043', 'confirmed');

    const replay = {
      by: 'ann',
      why: 'both are real',
      reason: 'near-duplicate',
      options: { nearDuplicates: 'allow' },
    };
    expect(await runtime.delivery.replay({ ...replay, dryRun: true })).toBe(1);
    expect(await runtime.delivery.replay(replay)).toBe(1);
    await untilState(store, 'inv 0042', 'confirmed');
  });

  it('holds back one of two near-duplicates that are sent at the same moment', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    await flow(runtime, target);
    await runtime.delivery.land(landing(row('A 1'), row('a-1')));
    await expect
      .poll(async () => [(await recordOf(store, 'A 1')).state, (await recordOf(store, 'a-1')).state].sort())
      .toEqual(['confirmed', 'parked']);
    expect(target.live).toHaveLength(1);
  });
});
