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
  writeRequest,
} from '../../tests/support/delivery';
import { FakeTarget } from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';
import { ConfigurationError, RecordOutcome, SystemError } from '../connector/errors';
import { recordIdOf } from '../ledger/identity';
import type { Attempt, AttemptOutcome, Settlement } from './protocol';

const VENDORS = 'vendors-to-bill';

/** Settles every attempt as `decide` says. */
async function settling(runtime: Runtime, decide: (attempt: Attempt) => AttemptOutcome, sync = SYNC) {
  const settlements: Settlement[] = [];
  await runtime.delivery.consume({
    sync,
    window: 10,
    holdMs: 5_000,
    onAttempt: async (attempt) => {
      settlements.push(await runtime.delivery.settle(attempt, decide(attempt)));
    },
  });
  return settlements;
}

function failed(error: unknown): AttemptOutcome {
  return { outcome: 'failed', error, node: 'map invoices' };
}

withStores('settling', (open) => {
  it('ends a record as the flow says, and stays so', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const attempts: Attempt[] = [];
    await settling(runtime, (attempt) => {
      attempts.push(attempt);
      return { outcome: 'ignored', reason: 'not-ours', detail: { bill: 'b1' } };
    });
    await runtime.delivery.land(landing(row('A-1')));
    expect(await untilState(store, 'A-1', 'ignored')).toMatchObject({
      reason: 'not-ours',
      detail: { bill: 'b1' },
    });
    const [attempt] = attempts as [Attempt];
    expect(await runtime.delivery.settle(attempt, { outcome: 'confirmed' })).toEqual({
      state: 'ignored',
      reason: 'not-ours',
    });
    const elsewhere = await openRuntime(store);
    expect(await elsewhere.delivery.settle(attempt, { outcome: 'confirmed' })).toEqual({
      state: 'ignored',
      reason: 'not-ours',
    });
    expect((await runtime.delivery.land(landing(row('A-1')))).unchanged).toBe(1);
    expect(runtime.counts.get(`${SYNC} ignored not-ours`)).toBe(1);
  });

  it('parks errors of the flow at once, tries passing ones again, and takes anything that is thrown', async () => {
    const store = await open();
    const thrown: Record<string, unknown> = {
      bug: new TypeError('x is undefined'),
      text: 'just text',
      nothing: undefined,
      cycle: Object.assign(new Error('cycle'), { self: thrownCycle() }),
      network: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
      setting: new ConfigurationError('NO_GROUP', 'No group prefix.', 'write node', 'Set it.'),
      refused: new SystemError({
        recovery: 'rejected',
        code: 'X',
        text: 'no',
        remedy: 'r',
        reason: 'period-closed',
      }),
      meant: new RecordOutcome('park', 'vendor-inactive', { vendor: 'V1', since: new Date(0) }),
    };
    const runtime = await openRuntime(store);
    await settling(runtime, ({ key, attempt }) =>
      attempt > 1 ? { outcome: 'confirmed' } : failed(thrown[key]),
    );
    await runtime.delivery.land(landing(...Object.keys(thrown).map((key) => row(key))));
    const reasons: Record<string, string | null> = {};
    for (const key of Object.keys(thrown)) {
      const { reason } = await untilState(store, key, key === 'network' ? 'confirmed' : 'parked');
      reasons[key] = reason;
    }
    expect(reasons).toEqual({
      bug: 'flow-failed',
      text: 'flow-failed',
      nothing: 'flow-failed',
      cycle: 'flow-failed',
      network: null,
      setting: 'setting-missing',
      refused: 'period-closed',
      meant: 'vendor-inactive',
    });
  });

  it('releases what waits for a link when the link appears, in whatever order (C5)', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const target = new FakeTarget();
    let linked = false;
    await settling(runtime, () =>
      linked
        ? { outcome: 'confirmed' }
        : { outcome: 'parked', reason: 'vendor-not-linked', waitsFor: { sync: VENDORS, key: 'V1' } },
    );
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'parked');
    linked = true;
    await runtime.delivery.consume({
      sync: VENDORS,
      window: 1,
      holdMs: 5_000,
      onAttempt: (attempt) => runtime.delivery.write(writeRequest(attempt, target)),
    });
    await runtime.delivery.land({ ...landing(row('V1')), sync: VENDORS });
    await untilState(store, 'A-1', 'confirmed');
  });

  it('brings an ignored record back when what it belongs to gets a link, found by its id in the target', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const target = new FakeTarget();
    let linked = false;
    const notOurs = new RecordOutcome('ignore', 'not-ours', {}, { sync: VENDORS, key: 'T1' });
    await settling(runtime, () => (linked ? { outcome: 'confirmed' } : failed(notOurs)));
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'ignored');
    linked = true;
    await runtime.delivery.consume({
      sync: VENDORS,
      window: 1,
      holdMs: 5_000,
      onAttempt: (attempt) => runtime.delivery.write(writeRequest(attempt, target)),
    });
    await runtime.delivery.land({ ...landing(row('V1')), sync: VENDORS });
    await untilState(store, 'A-1', 'confirmed');
  });

  it('does not miss a link that appears while the record parks for it', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const target = new FakeTarget();
    const waiting: Attempt[] = [];
    await runtime.delivery.consume({
      sync: SYNC,
      window: 1,
      holdMs: 60_000,
      onAttempt: async (attempt) => {
        if (attempt.attempt === 1) waiting.push(attempt);
        else await runtime.delivery.settle(attempt, { outcome: 'confirmed' });
      },
    });
    await runtime.delivery.land(landing(row('A-1')));
    await eventually(() => waiting.length).toBe(1);
    await runtime.delivery.consume({
      sync: VENDORS,
      window: 1,
      holdMs: 5_000,
      onAttempt: (attempt) => runtime.delivery.write(writeRequest(attempt, target)),
    });
    await runtime.delivery.land({ ...landing(row('V1')), sync: VENDORS });
    await eventually(async () => (await recordOf(store, 'V1', VENDORS)).state).toBe('confirmed');
    await runtime.delivery.settle(waiting[0] as Attempt, {
      outcome: 'parked',
      reason: 'vendor-not-linked',
      waitsFor: { sync: VENDORS, key: 'V1' },
    });
    await untilState(store, 'A-1', 'confirmed');
  });

  it('never hides an open write: what the flow would ignore or confirm parks instead', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const target = new FakeTarget();
    target.faults.push('lose-answer', 'lose-answer');
    await runtime.delivery.consume({
      sync: SYNC,
      window: 10,
      holdMs: 5_000,
      onAttempt: async (attempt) => {
        if (attempt.attempt === 1) await runtime.delivery.write(writeRequest(attempt, target));
        else if (attempt.key === 'A-1') await runtime.delivery.settle(attempt, { outcome: 'confirmed' });
        else await runtime.delivery.settle(attempt, { outcome: 'ignored', reason: 'not-approved' });
      },
    });
    await runtime.delivery.land(landing(row('A-1'), row('A-2')));
    expect((await untilState(store, 'A-1', 'parked')).reason).toBe('outcome-unknown');
    expect((await untilState(store, 'A-2', 'parked')).reason).toBe('outcome-unknown');
    expect((await runtime.delivery.pending([SYNC])).unknown).toBe(2);
  });

  it('resolves an open write before the flow sees the record, whatever the canvas has become', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.faults.push('lose-answer');
    const runtime = await openRuntime(store, {
      targets: (intent, signal) => {
        const request = writeRequest({} as Attempt, target);
        return { ...request, operationName: intent.operation, options: {}, signal };
      },
    });
    const seen: boolean[] = [];
    await runtime.delivery.consume({
      sync: SYNC,
      window: 10,
      holdMs: 5_000,
      onAttempt: async (attempt) => {
        seen.push(attempt.sent);
        if (attempt.attempt === 1) await runtime.delivery.write(writeRequest(attempt, target));
        else await runtime.delivery.settle(attempt, { outcome: 'ignored', reason: 'not-approved' });
      },
    });
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'ignored');
    expect(seen).toEqual([false, true]);
    expect((await runtime.delivery.pending([SYNC])).unknown).toBe(0);
    expect(target.live).toHaveLength(1);
  });

  it('says what is left: due, waiting until when and why, unknown', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    await settling(runtime, () =>
      failed(
        new SystemError({
          recovery: 'rate-limited',
          code: 'X',
          text: 'slow down',
          remedy: 'r',
          waitMs: 60_000,
        }),
      ),
    );
    await runtime.delivery.land(landing(row('A-1', {}, { orderKey: 'V1' })));
    await eventually(async () => (await runtime.delivery.pending([SYNC])).waiting.length).toBe(1);
    await runtime.delivery.land(landing(row('A-2', {}, { orderKey: 'V1' })));
    await runtime.delivery.land({ ...landing(row('X')), sync: 'other' });
    const pending = await runtime.delivery.pending([SYNC]);
    expect(pending).toMatchObject({ active: 0, unknown: 0 });
    expect(pending.waiting.map(({ key, why }) => [key, why])).toEqual([
      ['A-1', 'slow down'],
      ['A-2', 'slow down'],
    ]);
    expect((await runtime.delivery.pending(['other'])).active).toBe(1);
  });

  it('replays the records of a line in the order they had', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const seen: string[] = [];
    await settling(runtime, ({ key }) => {
      seen.push(key);
      return { outcome: 'parked', reason: 'period-closed' };
    });
    const keys = Array.from({ length: 8 }, (_, n) => `A-${n}`);
    await runtime.delivery.land(landing(...keys.map((key) => row(key, {}, { orderKey: 'V1' }))));
    await eventually(() => seen).toEqual(keys);
    await eventually(async () => (await runtime.delivery.pending([SYNC])).active).toBe(0);
    await runtime.delivery.replay({ by: 'ann', why: 'open again', sync: SYNC });
    await eventually(() => seen).toEqual([...keys, ...keys]);
  });

  it('replays settled records once, by id, sync or reason, and writes down who and why', async () => {
    const store = await open();
    const runtime = await openRuntime(store);
    const settlements = await settling(runtime, ({ key }) =>
      key === 'A-1' ? { outcome: 'confirmed' } : { outcome: 'parked', reason: 'period-closed' },
    );
    await runtime.delivery.land(landing(row('A-1'), row('A-2'), row('A-3')));
    await eventually(() => settlements.length).toBe(3);
    const signed = { by: 'ann', why: 'the period is open again' };
    expect(await runtime.delivery.replay({ ...signed, reason: 'period-closed' })).toBe(2);
    await eventually(() => settlements.length).toBe(5);
    const recordIds = [recordIdOf({ sync: SYNC, company: 'EPIC06', key: 'A-1' })];
    expect(await runtime.delivery.replay({ ...signed, recordIds })).toBe(1);
    await eventually(() => settlements.length).toBe(6);
    const { rows } = await store.query(`select detail from audit_event where kind = 'replayed' order by seq`);
    expect(rows).toEqual([signed, signed, signed].map((detail) => ({ detail })));
    await expect(runtime.delivery.replay({ ...signed })).rejects.toMatchObject({
      code: 'REPLAY_OF_EVERYTHING',
    });
    await expect(runtime.delivery.replay({ ...signed, recordIds: ['1'] })).rejects.toMatchObject({
      code: 'RECORD_ID_MALFORMED',
    });
  });
});

function thrownCycle(): object {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  return cycle;
}
