import { expect, it } from 'vitest';
import {
  eventually,
  landing,
  openRuntime,
  row,
  SYNC,
  untilState,
  writeRequest,
} from '../../tests/support/delivery';
import { closeOperation, DECLARATIONS, FakeTarget } from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';
import type { Store } from '../ledger/store';
import type { WriteRequest } from './protocol';

async function intents(store: Store): Promise<string[]> {
  const { rows } = await store.query<Record<'effect' | 'mapping_version' | 'state', string>>(
    'select effect, mapping_version, state from intent order by sent_at, generation',
  );
  return rows.map(({ effect, mapping_version, state }) => `${effect} ${mapping_version} ${state}`);
}

withStores('generations of a write', (open) => {
  it('B7: make a document anew after its end, under an intent of their own, and never link the one that is gone', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    const close: Partial<WriteRequest> = {
      operationName: 'archive-bill',
      declaration: DECLARATIONS.close,
      operation: closeOperation(target),
    };
    await runtime.delivery.consume({
      sync: SYNC,
      window: 1,
      holdMs: 5_000,
      onAttempt: (attempt) =>
        void runtime.delivery.write(
          writeRequest(attempt, target, attempt.data['void'] === true ? close : {}),
        ),
    });
    const counted = async (what: string) =>
      (await store.query(`select ${what} as n from link`)).rows.map((each) =>
        Number((each as { n: string }).n),
      )[0];
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'confirmed');
    await runtime.delivery.land(landing(row('A-1', { void: true })));
    await eventually(() => counted('count(closed_at)')).toBe(1);
    // Its answer is lost: what an older intent made must not be taken for what this one makes.
    target.faults.push('lose-answer');
    await runtime.delivery.land(landing(row('A-1', { void: false })));
    await eventually(() => counted('count(*) - count(closed_at)')).toBe(1);
    expect(target.documents.map(({ ref, closed }) => [ref, closed])).toEqual([
      ['T1', true],
      ['T2', false],
    ]);
    const { rows } = await store.query('select ref, closed_at is null as live from link order by id');
    expect(rows).toEqual([
      { ref: 'T1', live: false },
      { ref: 'T2', live: true },
    ]);
    const made = await store.query<{ id: string }>(`select id from intent where effect = 'create'`);
    expect(new Set(made.rows.map(({ id }) => id)).size).toBe(2);
  });

  it('H6: settle what was sent under the mapping it was sent with, and map anew what waits and what is replayed', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.faults.push('lose-answer');
    const runtime = await openRuntime(store, { policies: { settleMs: 200 } });
    let mapping = { version: 'old', amount: '10.00' };
    await runtime.delivery.consume({
      sync: SYNC,
      window: 5,
      holdMs: 5_000,
      onAttempt: async (attempt) => {
        if (mapping.version === 'old' && attempt.key === 'A-2') {
          await runtime.delivery.settle(attempt, { outcome: 'parked', reason: 'mapping-failed' });
          return;
        }
        const document = { ...attempt.data, amount: mapping.amount };
        await runtime.delivery.write(
          writeRequest(attempt, target, { document, mappingVersion: mapping.version }),
        );
      },
    });
    await runtime.delivery.land(landing(row('A-1'), row('A-2')));
    await untilState(store, 'A-2', 'parked');
    await eventually(() => runtime.counts.get(`${SYNC} unknown`)).toBe(1);
    mapping = { version: 'new', amount: '12.00' };
    await untilState(store, 'A-1', 'confirmed');
    expect(await intents(store)).toEqual(['create old confirmed', 'update new confirmed']);
    expect(target.documents.map(({ document }) => document['amount'])).toEqual(['12.00']);

    const replay = { by: 'ann', why: 'corrected', sync: SYNC, reason: 'mapping-failed' };
    expect(await runtime.delivery.replay(replay)).toBe(1);
    await untilState(store, 'A-2', 'confirmed');
    expect(await intents(store)).toEqual([
      'create old confirmed',
      'update new confirmed',
      'create new confirmed',
    ]);
  });
});
