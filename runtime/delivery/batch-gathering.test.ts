import { expect, it } from 'vitest';
import { batchFlow, keys } from '../../tests/support/batch-flow';
import { eventually, landing, recordOf, row, untilState } from '../../tests/support/delivery';
import { withStores } from '../../tests/support/stores';
import type { Store } from '../ledger/store';

/** Nothing goes because of the time. */
const PATIENT = { gatherMs: 60_000, longestGatherMs: 60_000 };

async function allConfirmed(store: Store, names: readonly string[]): Promise<void> {
  for (const name of names) await untilState(store, name, 'confirmed');
}

withStores('gathering', (open) => {
  it('fills batches, and sends the rest when nothing more comes', async () => {
    const store = await open();
    const { runtime, batches } = await batchFlow(store, { declaration: { size: 5, gatherMs: 150 } });
    await runtime.delivery.land(landing(...keys(12).map((key) => row(key))));
    await allConfirmed(store, keys(12));
    expect(batches.sizes.toSorted()).toEqual([2, 5, 5]);
  });

  it('does not wait when all that the window allows have gathered', async () => {
    const store = await open();
    const { runtime, batches } = await batchFlow(store, {
      window: 3,
      policies: PATIENT,
      declaration: { size: 50 },
    });
    await runtime.delivery.land(landing(...keys(6).map((key) => row(key))));
    await allConfirmed(store, keys(6));
    expect(batches.sizes).toEqual([3, 3]);
  });

  it('lets nobody wait for ever while others keep coming', async () => {
    const store = await open();
    const { runtime, batches } = await batchFlow(store, {
      policies: { gatherMs: 60_000, longestGatherMs: 100 },
      declaration: { size: 50 },
    });
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'confirmed');
    expect(batches.sizes).toEqual([1]);
  });

  it('takes the size from the option that a customer may change', async () => {
    const store = await open();
    const { runtime, batches } = await batchFlow(store, {
      policies: PATIENT,
      declaration: { size: 50, field: 'batchSize' },
      request: () => ({ options: { batchSize: 2 } }),
    });
    await runtime.delivery.land(landing(...keys(4).map((key) => row(key))));
    await allConfirmed(store, keys(4));
    expect(batches.sizes).toEqual([2, 2]);
  });

  it('sends heavy documents in smaller batches', async () => {
    const store = await open();
    const { runtime, batches } = await batchFlow(store, {
      declaration: { size: 50, maxWeight: 10, gatherMs: 150 },
      batch: { weigh: (document) => Number(document['pages']) },
    });
    const pages = [4, 4, 4, 25];
    await runtime.delivery.land(landing(...keys(4).map((key, at) => row(key, { pages: pages[at] ?? 0 }))));
    await allConfirmed(store, keys(4));
    expect(batches.taken.map(({ numbers }) => numbers)).toEqual(
      expect.arrayContaining([['A-1', 'A-2'], ['A-3'], ['A-4']]),
    );
  });

  it('puts companies and different options into batches of their own, known by a name of letters and digits', async () => {
    const store = await open();
    const { runtime, batches } = await batchFlow(store, {
      request: ({ key }) => ({ options: { folder: key === 'A-3' ? 'b' : 'a' } }),
    });
    await runtime.delivery.land(
      landing(
        row('A-1'),
        row('A-2'),
        row('A-3'),
        row('A-4', {}, { company: 'Büro & Söhne GmbH, Abteilung 7' }),
      ),
    );
    await eventually(() => batches.taken.length).toBe(3);
    const ids = batches.taken.map(({ externalId }) => externalId);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,20}-20\d{6}-[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(3);
    expect(batches.sizes.toSorted()).toEqual([1, 1, 2]);
  });

  it('never has two records of one order key, or two versions of one record, in a batch', async () => {
    const store = await open();
    const { runtime, batches, target } = await batchFlow(store);
    await runtime.delivery.land(
      landing(row('A-1', {}, { orderKey: 'V1' }), row('A-2', {}, { orderKey: 'V1' }), row('A-3')),
    );
    await runtime.delivery.land(landing(row('A-3', { amount: '11.00' })));
    await allConfirmed(store, keys(3));
    await eventually(() => target.live.find(({ number }) => number === 'A-3')?.document['amount']).toBe(
      '11.00',
    );
    for (const { numbers } of batches.taken) {
      expect(numbers).not.toEqual(expect.arrayContaining(['A-1', 'A-2']));
      expect(new Set(numbers).size).toBe(numbers.length);
    }
    expect(target.live).toHaveLength(3);
  });

  it('gives back what still gathers when the flow stops', async () => {
    const store = await open();
    const { runtime, batches } = await batchFlow(store, { policies: { gatherMs: 200 } });
    await runtime.delivery.land(landing(row('A-1')));
    await eventually(async () => (await recordOf(store, 'A-1')).state).toBe('working');
    await runtime.delivery.close();
    expect((await recordOf(store, 'A-1')).state).toBe('landed');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(batches.target.calls).toEqual([]);
  });
});
