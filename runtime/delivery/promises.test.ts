import { expect, it } from 'vitest';
import { type Breakage, World } from '../../tests/support/delivery-world';
import { withStores } from '../../tests/support/stores';

/** The embedded store belongs to one process. */
function runtimesOf(kind: 'embedded' | 'server'): number {
  return kind === 'server' ? 2 : 1;
}

withStores('whatever is killed, dropped, repeated or changed meanwhile', (open) => {
  it.each([1, 2, 3, 4])('every document stands once, as the source says (seed %i)', async (seed) => {
    const store = await open();
    const world = new World({ store, seed, runtimes: runtimesOf(store.kind) });
    await world.run();
    expect(await world.faults()).toEqual([]);
    const calls = world.target.calls.length;
    await world.rerun();
    expect(await world.faults()).toEqual([]);
    expect(world.target.calls.length).toBe(calls);
  });

  it.each<Breakage>(['no-look-up', 'no-durable-intent'])(
    'is noticed when it is not so: %s',
    async (breakage) => {
      const faults: string[] = [];
      for (let seed = 1; seed <= 6 && faults.length === 0; seed += 1) {
        const store = await open();
        const world = new World({ store, seed, runtimes: runtimesOf(store.kind), breakage });
        await world.run();
        faults.push(...(await world.faults()));
      }
      expect(faults).not.toEqual([]);
    },
  );

  it('is noticed when what landed before makes work again', async () => {
    const store = await open();
    const world = new World({ store, seed: 1, runtimes: runtimesOf(store.kind), breakage: 'no-dedup' });
    await world.run();
    const attempts = async () => {
      const { rows } = await store.query<{ sum: string }>('select sum(attempt) as sum from record');
      return Number(rows[0]?.sum);
    };
    const before = await attempts();
    await world.rerun();
    expect(await attempts()).toBeGreaterThan(before);
  });
});
