import { expect, it } from 'vitest';
import {
  eventually,
  landing,
  openRuntime,
  recordOf,
  row,
  SYNC,
  untilState,
  writeRequest,
} from '../../tests/support/delivery';
import { closeOperation, DECLARATIONS, FakeTarget } from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';
import type { Store } from '../ledger/store';
import type { Delivery } from './protocol';

const UNIQUE = { ...DECLARATIONS.put, unique: true };

/** A flow of one write node; rows that say `gone` close their document. */
async function flow(delivery: Delivery, target: FakeTarget, declaration = UNIQUE): Promise<void> {
  await delivery.consume({
    sync: SYNC,
    window: 10,
    holdMs: 5_000,
    onAttempt: async (attempt) => {
      const closes = attempt.data['gone'] === true;
      const close = {
        operationName: 'close',
        declaration: DECLARATIONS.close,
        operation: closeOperation(target),
      };
      await delivery.write(writeRequest(attempt, target, closes ? close : { declaration }));
    },
  });
}

/** Two documents that a company entered under one number. */
const FIRST = row('first', { number: 'N-1', amount: '20.00' });
const SECOND = row('second', { number: 'N-1', amount: '21.00' });

async function statesOf(store: Store): Promise<string[]> {
  return [(await recordOf(store, 'first')).state, (await recordOf(store, 'second')).state].sort();
}

withStores('two records under one business key (B10)', (open) => {
  it('send one document, although the target shows a new one late', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.lagMs = 60_000;
    const { delivery } = await openRuntime(store);
    await flow(delivery, target);
    await delivery.land(landing(FIRST));
    await untilState(store, 'first', 'confirmed');
    await delivery.land(landing(SECOND));
    const { reason, detail } = await untilState(store, 'second', 'parked');
    expect([reason, detail]).toMatchObject(['number-in-use', { like: 'first', ref: 'T1' }]);
    expect(target.live).toHaveLength(1);
  });

  it('send one document when they are sent at the same moment', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.latency = () => 50;
    const { delivery } = await openRuntime(store);
    await flow(delivery, target);
    await delivery.land(landing(FIRST, SECOND));
    await eventually(() => statesOf(store)).toEqual(['confirmed', 'parked']);
    expect(target.live).toHaveLength(1);
  });

  it('do not share the document of one of them', async () => {
    const store = await open();
    const target = new FakeTarget();
    const { delivery } = await openRuntime(store);
    await flow(delivery, target);
    await delivery.land(landing(FIRST));
    await untilState(store, 'first', 'confirmed');
    await delivery.land(landing(row('second', { number: 'N-1', amount: '20.00' })));
    expect((await untilState(store, 'second', 'parked')).reason).toBe('number-in-use');
  });

  it('do not come together by a change of the number', async () => {
    const store = await open();
    const target = new FakeTarget();
    const { delivery } = await openRuntime(store);
    await flow(delivery, target);
    await delivery.land(landing(FIRST, row('second', { number: 'N-2' })));
    await untilState(store, 'first', 'confirmed');
    await untilState(store, 'second', 'confirmed');
    await delivery.land(landing(SECOND));
    expect((await untilState(store, 'second', 'parked')).reason).toBe('number-in-use');
    expect(target.countOf('update')).toBe(0);
  });

  it.each([0, 60_000])(
    'follow each other by themselves when the first is taken back (lists lag %i ms)',
    async (lag) => {
      const store = await open();
      const target = new FakeTarget();
      target.lagMs = lag;
      const { delivery } = await openRuntime(store);
      await flow(delivery, target);
      await delivery.land(landing(FIRST));
      await untilState(store, 'first', 'confirmed');
      target.conflict = lag === 0 ? { reason: 'number-in-use', detail: {} } : undefined;
      await delivery.land(landing(SECOND));
      expect((await untilState(store, 'second', 'parked')).detail).toMatchObject({ like: 'first' });
      target.conflict = undefined;
      await delivery.land(landing(row('first', { number: 'N-1', amount: '20.00', gone: true })));
      await untilState(store, 'second', 'confirmed');
      expect(target.live.map(({ document }) => document['amount'])).toEqual(['21.00']);
    },
  );

  it('may both send where a business key may name several documents', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.lagMs = 60_000;
    const { delivery } = await openRuntime(store);
    await flow(delivery, target, { ...UNIQUE, unique: false });
    await delivery.land(landing(FIRST, SECOND));
    await eventually(() => statesOf(store)).toEqual(['confirmed', 'confirmed']);
    expect(target.live).toHaveLength(2);
  });
});
