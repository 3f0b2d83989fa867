import { expect, it } from 'vitest';
import {
  eventually,
  landing,
  openRuntime,
  type Runtime,
  recordOf,
  row,
  SYNC,
  untilState,
} from '../../tests/support/delivery';
import { withStores } from '../../tests/support/stores';
import type { Attempt, Consumption } from './protocol';

/** Collects attempts and leaves them alone. */
async function collect(runtime: Runtime, more: Partial<Consumption> = {}) {
  const attempts: Attempt[] = [];
  const consumer = await runtime.delivery.consume({
    sync: SYNC,
    window: 10,
    holdMs: 60_000,
    onAttempt: (attempt) => void attempts.push(attempt),
    ...more,
  });
  return { attempts, consumer };
}

function keys(attempts: readonly Attempt[]): string[] {
  return attempts.map(({ key }) => key);
}

withStores('hand-out', (open) => {
  it('gives an attempt everything a flow needs, and hands nothing out twice', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const { attempts } = await collect(runtime);
    await runtime.delivery.land(landing(row('A-1', { memo: 'x' })));
    await eventually(() => attempts.length).toBe(1);
    expect(attempts[0]).toMatchObject({
      sync: SYNC,
      company: 'EPIC06',
      key: 'A-1',
      attempt: 1,
      version: 1,
      sent: false,
      data: { number: 'A-1', amount: '10.00', vendor: 'V1', memo: 'x' },
    });
    await runtime.delivery.land(landing(row('A-1', { memo: 'x' })));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(attempts).toHaveLength(1);
  });

  it('works on the records of one order key one at a time, oldest first, and on others meanwhile', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const { attempts } = await collect(runtime);
    const invoice = (key: string, orderKey: string) => row(key, {}, { orderKey });
    await runtime.delivery.land(landing(invoice('A-1', 'V1'), invoice('A-2', 'V1'), invoice('B-1', 'V2')));
    await eventually(() => keys(attempts).sort()).toEqual(['A-1', 'B-1']);
    const first = attempts.find(({ key }) => key === 'A-1') as Attempt;
    await runtime.delivery.settle(first, { outcome: 'confirmed' });
    await eventually(() => keys(attempts).sort()).toEqual(['A-1', 'A-2', 'B-1']);
  });

  it('keeps the order of a key across two runtimes', async () => {
    const store = await open();
    const runtimes = [await openRuntime(store), await openRuntime(store)];
    const order: string[] = [];
    let inWork = 0;
    let most = 0;
    for (const { delivery } of runtimes) {
      await delivery.consume({
        sync: SYNC,
        window: 4,
        holdMs: 60_000,
        onAttempt: async (attempt) => {
          most = Math.max(most, ++inWork);
          order.push(attempt.key);
          await new Promise((resolve) => setTimeout(resolve, 5));
          inWork -= 1;
          await delivery.settle(attempt, { outcome: 'confirmed' });
        },
      });
    }
    const numbers = Array.from({ length: 12 }, (_, n) => `A-${String(n).padStart(2, '0')}`);
    const [first, second] = runtimes as [Runtime, Runtime];
    await first.delivery.land(landing(...numbers.slice(0, 6).map((key) => row(key, {}, { orderKey: 'V1' }))));
    await second.delivery.land(landing(...numbers.slice(6).map((key) => row(key, {}, { orderKey: 'V1' }))));
    await eventually(() => order.length).toBe(12);
    expect(order).toEqual(numbers);
    expect(most).toBe(1);
    await Promise.all(numbers.map((key) => untilState(store, key, 'confirmed')));
  });

  it('hands out no more than the window, and more once room is free', async () => {
    const store = await open();
    const runtime = await openRuntime(store, { policies: { idleMs: 60_000 } });
    const { attempts, consumer } = await collect(runtime, { window: 2 });
    await runtime.delivery.land(landing(row('A-1'), row('A-2'), row('A-3')));
    await eventually(() => attempts.length).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(attempts).toHaveLength(2);
    expect(consumer.inFlight).toBe(2);
    await runtime.delivery.settle(attempts[0] as Attempt, { outcome: 'confirmed' });
    await eventually(() => attempts.length).toBe(3);
  });

  it('lets an attempt that nobody touches leave its room, and parks it after the hold', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const { attempts } = await collect(runtime, { window: 1, holdMs: 400 });
    await runtime.delivery.land(landing(row('A-1'), row('A-2')));
    await eventually(() => attempts.length).toBe(1);
    runtime.delivery.touch(attempts[0] as Attempt, 'map invoices');
    await eventually(() => attempts.length).toBe(2);
    const { reason, detail } = await untilState(store, keys(attempts)[0] as string, 'parked');
    expect([reason, detail]).toEqual(['unfinished-in-flow', { lastNode: 'map invoices' }]);
    expect(await runtime.delivery.settle(attempts[0] as Attempt, { outcome: 'confirmed' })).toEqual({
      state: 'parked',
      reason: 'unfinished-in-flow',
    });
  });

  it('holds an attempt for as long as nodes touch it', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const { attempts } = await collect(runtime, { holdMs: 200 });
    await runtime.delivery.land(landing(row('A-1')));
    await eventually(() => attempts.length).toBe(1);
    for (let n = 0; n < 10; n += 1) {
      runtime.delivery.touch(attempts[0] as Attempt, 'delay');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await recordOf(store, 'A-1')).state).toBe('working');
  });

  it('puts back what a stop cuts: never parked, never a failure (H1)', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const { attempts, consumer } = await collect(runtime);
    await runtime.delivery.land(landing(row('A-1')));
    await eventually(() => attempts.length).toBe(1);
    await consumer.stop(50);
    expect(await recordOf(store, 'A-1')).toMatchObject({ state: 'landed', failures: 0 });
    expect(await runtime.delivery.settle(attempts[0] as Attempt, { outcome: 'confirmed' })).toEqual({
      state: 'landed',
    });
    const again = await collect(runtime);
    await eventually(() => again.attempts.length).toBe(1);
    expect(again.attempts[0]?.attempt).toBe(2);
  });

  it('works again on a record whose newer version landed meanwhile, and on the newest only', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const { attempts } = await collect(runtime);
    await runtime.delivery.land(landing(row('A-1')));
    await eventually(() => attempts.length).toBe(1);
    await runtime.delivery.land(landing(row('A-1', { amount: '11.00' })));
    await runtime.delivery.land(landing(row('A-1', { amount: '12.00' })));
    await runtime.delivery.settle(attempts[0] as Attempt, { outcome: 'confirmed' });
    await eventually(() => attempts.length).toBe(2);
    expect(attempts[1]).toMatchObject({ version: 3, data: { amount: '12.00' } });
  });

  it('wakes records whose job was lost', async () => {
    const store = await open();
    const landed = await openRuntime(store);
    await landed.delivery.land(landing(row('A-1'), row('A-2')));
    await store.query('delete from pgboss.job');
    await store.query(`update record set woken_at = now() - interval '1 hour'`);
    const { attempts } = await collect(landed);
    await eventually(() => keys(attempts).sort()).toEqual(['A-1', 'A-2']);
  });

  it('takes back a record in work whose process and job are lost', async () => {
    const store = await open();
    const first = await openRuntime(store);
    const lost = await collect(first);
    await first.delivery.land(landing(row('A-1')));
    await eventually(() => lost.attempts.length).toBe(1);
    await first.kill();
    await store.query('delete from pgboss.job');
    await store.query(`update record set alive_at = now() - interval '1 hour'`);
    const { attempts } = await collect(await openRuntime(store));
    await eventually(() => attempts.length).toBe(1);
    expect(attempts[0]?.attempt).toBe(2);
  });

  it('parks a record that takes its process down each time (H5)', async () => {
    const store = await open();
    for (let crash = 0; crash < 3; crash += 1) {
      const runtime = await openRuntime(store, { policies: { maxCrashes: 2 } });
      const { attempts } = await collect(runtime);
      if (crash === 0) await runtime.delivery.land(landing(row('A-1')));
      await eventually(() => attempts.length).toBe(1);
      await runtime.kill();
    }
    const last = await openRuntime(store, { policies: { maxCrashes: 2 } });
    const { attempts } = await collect(last);
    expect((await untilState(store, 'A-1', 'parked')).reason).toBe('attempts-exhausted');
    expect(attempts).toEqual([]);
  });

  it('drains, hands out nothing meanwhile, and goes on', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const { attempts } = await collect(runtime);
    await runtime.delivery.land(landing(row('A-1')));
    await eventually(() => attempts.length).toBe(1);
    expect(await runtime.delivery.drain(50)).toBe(false);
    await runtime.delivery.land(landing(row('A-2')));
    await runtime.delivery.settle(attempts[0] as Attempt, { outcome: 'confirmed' });
    expect(await runtime.delivery.drain(1_000)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(attempts).toHaveLength(1);
    runtime.delivery.resume();
    await eventually(() => attempts.length).toBe(2);
  });
});
