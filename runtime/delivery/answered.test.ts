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
import { actOperation, DECLARATIONS, FakeTarget } from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';
import type { Attempt, WriteResult } from './protocol';

interface Scene {
  readonly erp: FakeTarget;
  readonly sender: FakeTarget;
}

function scene(): Scene {
  return { erp: new FakeTarget(), sender: new FakeTarget() };
}

/** A flow that enters a record in the ERP, and tells the sender where a Catch says that it was refused. */
async function consume(
  runtime: Runtime,
  { erp, sender }: Scene,
  { answered = true, tell = () => Promise.resolve(true) }: Partial<Telling> = {},
): Promise<void> {
  await runtime.delivery.consume({
    sync: SYNC,
    window: 5,
    holdMs: 300,
    onAttempt: async (attempt) => {
      const entered = await runtime.delivery.write(writeRequest(attempt, erp, { answered }));
      if (entered.result !== 'parked' || !(await tell(entered))) return;
      await reply(runtime, attempt, sender);
    },
  });
}

interface Telling {
  readonly answered: boolean;
  /** Waits, or says that nobody is told. */
  readonly tell: (refusal: WriteResult) => Promise<boolean>;
}

function reply(runtime: Runtime, attempt: Attempt, sender: FakeTarget): Promise<WriteResult> {
  return runtime.delivery.write(
    writeRequest(attempt, sender, {
      operationName: 'reply',
      declaration: DECLARATIONS.reply,
      operation: actOperation(sender),
      connection: 'sender',
    }),
  );
}

const refused = { state: 'parked', reason: 'rejected-by-target' };

withStores('a refusal that the sender is told of', (open) => {
  it('parks once it has been told, with what the ERP said', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const it = scene();
    it.erp.faults.push('reject');
    const before: string[] = [];
    await consume(runtime, it, {
      tell: async () => {
        before.push((await recordOf(store, 'A-1')).state);
        return true;
      },
    });
    await runtime.delivery.land(landing(row('A-1')));
    expect(await untilState(store, 'A-1', 'parked')).toMatchObject({
      ...refused,
      detail: { systemWords: 'the vendor is on strike' },
    });
    expect([before, [...it.sender.marks], it.erp.countOf('create')]).toEqual([['working'], ['A-1'], 1]);
    expect([...runtime.counts].filter(([name]) => /parked|confirmed/.test(name))).toEqual([
      [`${SYNC} parked rejected-by-target`, 1],
    ]);
  });

  it('B5: is told after all when the process is killed before', async () => {
    const store = await open();
    const first = await openRuntime(store);
    const it = scene();
    it.erp.faults.push('reject', 'reject');
    const killed = new Promise<void>((resolve) => {
      void consume(first, it, {
        tell: () => {
          resolve();
          return new Promise(() => {});
        },
      });
    });
    await first.delivery.land(landing(row('A-1')));
    await killed;
    await first.kill();
    expect((await recordOf(store, 'A-1')).state).toBe('working');
    const second = await openRuntime(store, { policies: { deadMs: 60, staleMs: 60, sweepMs: 50 } });
    await consume(second, it);
    expect(await untilState(store, 'A-1', 'parked')).toMatchObject(refused);
    expect([[...it.sender.marks], it.erp.live.length]).toEqual([['A-1'], 0]);
  });

  it('is told later when the sender cannot be reached', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const it = scene();
    it.erp.faults.push('reject', 'reject');
    it.sender.faults.push('unavailable');
    await consume(runtime, it);
    await runtime.delivery.land(landing(row('A-1')));
    expect(await untilState(store, 'A-1', 'parked')).toMatchObject(refused);
    expect([...it.sender.marks]).toEqual(['A-1']);
  });

  it('parks with what the ERP said when the sender does not take the answer', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const it = scene();
    it.erp.faults.push('reject');
    it.sender.faults.push('reject');
    await consume(runtime, it);
    await runtime.delivery.land(landing(row('A-1')));
    expect(await untilState(store, 'A-1', 'parked')).toMatchObject(refused);
    expect([it.erp.countOf('create'), it.sender.countOf('mark')]).toEqual([1, 1]);
  });

  it('parks when the flow tells nobody: at the audit node, else when its time is over', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const it = scene();
    it.erp.faults.push('reject', 'reject');
    const error = Object.assign(new Error('no'), { code: 'rejected-by-target' });
    await runtime.delivery.consume({
      sync: SYNC,
      window: 5,
      holdMs: 300,
      onAttempt: async (attempt) => {
        await runtime.delivery.write(writeRequest(attempt, it.erp, { answered: true }));
        if (attempt.key !== 'audited') return;
        await runtime.delivery.settle(attempt, { outcome: 'failed', error, node: 'audit' });
      },
    });
    await runtime.delivery.land(landing(row('audited'), row('forgotten')));
    for (const key of ['audited', 'forgotten']) {
      expect(await untilState(store, key, 'parked')).toMatchObject(refused);
    }
  });

  it('parks at once where no Catch leads to an answer', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const it = scene();
    it.erp.faults.push('reject');
    const before: string[] = [];
    await consume(runtime, it, {
      answered: false,
      tell: async () => {
        before.push((await recordOf(store, 'A-1')).state);
        return true;
      },
    });
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'parked');
    expect(before).toEqual(['parked']);
  });
});
