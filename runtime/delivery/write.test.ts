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
import {
  actOperation,
  billInTwoCalls,
  closeOperation,
  DECLARATIONS,
  FakeTarget,
} from '../../tests/support/fake-target';
import { withStores } from '../../tests/support/stores';
import { RecordOutcome } from '../connector/errors';
import type { Operation } from '../connector/system';
import { recordIdOf } from '../ledger/identity';
import type { Store } from '../ledger/store';
import type { Attempt, WriteRequest, WriteResult } from './protocol';

/** A flow of one write node that keeps what came of each write. */
async function flow(
  runtime: Runtime,
  target: FakeTarget,
  request: (attempt: Attempt) => Partial<WriteRequest> = () => ({}),
): Promise<WriteResult[]> {
  const results: WriteResult[] = [];
  await runtime.delivery.consume({
    sync: SYNC,
    window: 10,
    holdMs: 5_000,
    onAttempt: async (attempt) => {
      results.push(await runtime.delivery.write(writeRequest(attempt, target, request(attempt))));
    },
  });
  return results;
}

async function intents(store: Store) {
  const { rows } = await store.query<{ state: string; generation: number; effect: string }>(
    'select state, generation, effect from intent order by generation',
  );
  return rows.map(({ state, generation, effect }) => `${effect} ${generation} ${state}`);
}

withStores('a write', (open) => {
  it('looks, writes an intent, calls, links and confirms', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    const results = await flow(runtime, target);
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'confirmed');
    expect(target.calls).toEqual(['find', 'create']);
    expect(results).toEqual([{ result: 'confirmed', ref: 'T1' }]);
    expect(await intents(store)).toEqual(['create 1 confirmed']);
  });

  it('leaves unchanged what did not change, and updates under a new intent what did', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    const results = await flow(runtime, target);
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'confirmed');
    await runtime.delivery.land(landing(row('A-1', { memo: 'not material' })));
    await eventually(() => results.length).toBe(2);
    await runtime.delivery.land(landing(row('A-1', { amount: '11.00' })));
    await eventually(() => results.length).toBe(3);
    expect(results.map(({ result }) => result)).toEqual(['confirmed', 'unchanged', 'updated']);
    expect(target.live.map(({ document }) => document['amount'])).toEqual(['11.00']);
    expect(await intents(store)).toEqual(['create 1 confirmed', 'update 2 confirmed']);
  });

  it('parks a change after sending that the operation cannot make, with the difference', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    await flow(runtime, target, () => {
      const { update: _, ...operation } = writeRequest({} as Attempt, target).operation;
      return { operation };
    });
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'confirmed');
    await runtime.delivery.land(landing(row('A-1', { amount: '11.00' })));
    const { reason, detail } = await untilState(store, 'A-1', 'parked');
    expect(reason).toBe('changed-after-sent');
    expect(detail).toMatchObject({ ref: 'T1', changed: { amount: { sent: '10.00', now: '11.00' } } });
  });

  it('D11: parks a change that the operation leaves to a person, with the difference', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    await flow(runtime, target, () => {
      const { operation } = writeRequest({} as Attempt, target);
      const update = () =>
        Promise.reject(new RecordOutcome('park', 'changed-after-sent', { message: 'It is posted.' }));
      return { operation: { ...operation, update } };
    });
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'confirmed');
    await runtime.delivery.land(landing(row('A-1', { amount: '11.00' })));
    const { detail } = await untilState(store, 'A-1', 'parked');
    expect(detail).toMatchObject({
      message: 'It is posted.',
      changed: { amount: { sent: '10.00', now: '11.00' } },
    });
  });

  it('adopts what is there already (B9)', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.documents.push({ ref: 'HAND', number: 'A-1', document: {}, closed: false });
    const runtime = await openRuntime(store);
    const results = await flow(runtime, target);
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'confirmed');
    expect(results).toEqual([{ result: 'confirmed', ref: 'HAND' }]);
    expect(target.countOf('create')).toBe(0);
    const { rows } = await store.query('select adopted from link');
    expect(rows).toEqual([{ adopted: true }]);
  });

  it('parks a conflict and writes nothing (B10)', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.conflict = { reason: 'number-in-use', detail: { theirs: '99.00' } };
    const runtime = await openRuntime(store);
    const results = await flow(runtime, target);
    await runtime.delivery.land(landing(row('A-1')));
    expect((await untilState(store, 'A-1', 'parked')).reason).toBe('number-in-use');
    expect(results).toMatchObject([
      { result: 'parked', reason: 'number-in-use', detail: { theirs: '99.00' } },
    ]);
    expect(await intents(store)).toEqual([]);
  });

  it.each(['lose-answer', 'lose-request'] as const)(
    'makes one document when the call ends in %s (B1, B3)',
    async (fault) => {
      const store = await open();
      const target = new FakeTarget();
      target.faults.push(fault);
      const runtime = await openRuntime(store);
      const results = await flow(runtime, target);
      await runtime.delivery.land(landing(row('A-1')));
      await untilState(store, 'A-1', 'confirmed');
      expect(target.live).toHaveLength(1);
      const last = results.at(-1)?.result;
      expect([results[0]?.result, last]).toEqual(['waiting', 'confirmed']);
      expect(runtime.counts.get(`${SYNC} unknown`)).toBe(1);
      expect(await intents(store)).toEqual(
        fault === 'lose-answer' ? ['create 1 confirmed'] : ['create 1 rejected', 'create 2 confirmed'],
      );
    },
  );

  it('looks several times before it believes that nothing happened (B1)', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.faults.push('lose-answer');
    const runtime = await openRuntime(store);
    await flow(runtime, target);
    target.blindLookUps = 3;
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'confirmed');
    expect(target.documents).toHaveLength(1);
    expect(target.countOf('find')).toBe(4);
  });

  it('absorbs a newer version into a create whose outcome is unknown (B17)', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.faults.push('lose-answer');
    const runtime = await openRuntime(store, { policies: { settleMs: 300 } });
    const results = await flow(runtime, target);
    await runtime.delivery.land(landing(row('A-1')));
    await eventually(() => results.length).toBe(1);
    await runtime.delivery.land(landing(row('A-1', { amount: '12.00' })));
    await untilState(store, 'A-1', 'confirmed');
    expect(target.documents.map(({ document }) => document['amount'])).toEqual(['12.00']);
    expect(target.calls).toEqual(['find', 'create', 'find', 'update']);
  });

  it('completes under the same intent what a cut line left partial (B14)', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    await flow(runtime, target, () => ({ operation: billInTwoCalls(target) }));
    target.faults.push('none', 'unavailable');
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'confirmed');
    expect(target.live.map(({ document }) => document['whole'])).toEqual([true]);
    expect(target.calls).toEqual(['find', 'create', 'complete', 'find', 'complete']);
    expect(await intents(store)).toEqual(['create 1 confirmed']);
  });

  it('parks what the operation itself decides as known, also after some of its calls: the next look-up finds them', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    const refusal = new RecordOutcome('park', 'period-closed', { period: '2026-10' });
    await flow(runtime, target, ({ key }) => {
      const operation = billInTwoCalls(target);
      const create: Operation['create'] = async (document, context) => {
        if (key === 'A-2')
          await context.calls.call({
            name: 'create',
            method: 'POST',
            url: '/',
            json: document,
            effect: 'once',
          });
        throw refusal;
      };
      return { operation: { ...operation, create } };
    });
    await runtime.delivery.land(landing(row('A-1'), row('A-2')));
    expect((await untilState(store, 'A-1', 'parked')).reason).toBe('period-closed');
    expect((await untilState(store, 'A-2', 'parked')).reason).toBe('period-closed');
    const { rows } = await store.query(
      'select r.source_key, i.state from intent i join record r on r.id = i.record_id order by 1',
    );
    expect(rows).toEqual([
      { source_key: 'A-1', state: 'rejected' },
      { source_key: 'A-2', state: 'rejected' },
    ]);
    expect((await runtime.delivery.pending([SYNC])).unknown).toBe(0);
  });

  it('tries again what provably did not happen, waits as told, parks what was refused', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.faults.push('unavailable', 'rate-limited', 'offline', 'reject');
    const runtime = await openRuntime(store);
    const results = await flow(runtime, target);
    await runtime.delivery.land(landing(row('A-1')));
    const { reason, detail } = await untilState(store, 'A-1', 'parked');
    expect(reason).toBe('rejected-by-target');
    expect(detail).toMatchObject({ systemWords: 'the vendor is on strike' });
    expect(results.map(({ result }) => result)).toEqual(['waiting', 'waiting', 'waiting', 'parked']);
    expect(await intents(store)).toEqual([1, 2, 3, 4].map((generation) => `create ${generation} rejected`));
    expect(target.documents).toEqual([]);
  });

  it('parks after ten failures that counted; being offline does not count', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.faults.push('offline', 'offline', ...Array.from({ length: 3 }, () => 'unavailable' as const));
    const runtime = await openRuntime(store, { policies: { maxFailures: 3 } });
    await flow(runtime, target);
    await runtime.delivery.land(landing(row('A-1')));
    const { reason, attempt } = await untilState(store, 'A-1', 'parked');
    expect([reason, attempt]).toEqual(['attempts-exhausted', 5]);
  });

  it('parks an unknown outcome that no look-up can settle, and lets a person say what happened', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.faults.push('lose-answer');
    const runtime = await openRuntime(store);
    await flow(runtime, target);
    target.conflictAfter = 1;
    target.conflict = { reason: 'number-in-use', detail: { theirs: '99.00' } };
    await runtime.delivery.land(landing(row('A-1')));
    const { reason, detail } = await untilState(store, 'A-1', 'parked');
    expect(reason).toBe('outcome-unknown');
    expect(detail).toMatchObject({ found: 'number-in-use', theirs: '99.00' });
    expect(await intents(store)).toEqual(['create 1 unknown']);

    const recordId = recordIdOf({ sync: SYNC, company: 'EPIC06', key: 'A-1' });
    const decision = { happened: true, ref: 'T1' } as const;
    await runtime.delivery.resolve({ by: 'ann', why: 'saw it', recordId, decision });
    await untilState(store, 'A-1', 'confirmed');
    expect(target.countOf('create')).toBe(1);
    const again = runtime.delivery.resolve({ by: 'ann', why: 'saw it', recordId, decision });
    await expect(again).rejects.toMatchObject({ code: 'NOTHING_TO_RESOLVE' });
  });

  it('parks for what keeps it from being made now where an unclear write did certainly not happen', async () => {
    const store = await open();
    const target = new FakeTarget();
    target.faults.push('lose-request');
    const runtime = await openRuntime(store);
    await flow(runtime, target);
    target.conflictAfter = 1;
    target.conflict = { reason: 'voided-after-sent', detail: { by: 'the payer' }, absent: true };
    await runtime.delivery.land(landing(row('A-1')));
    const { reason, detail } = await untilState(store, 'A-1', 'parked');
    expect(reason).toBe('voided-after-sent');
    expect(detail).toMatchObject({ by: 'the payer' });
    expect(await intents(store)).toEqual(['create 1 rejected']);
    expect(target.documents).toEqual([]);
  });

  it('closes a link, once, and does not close it again', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    const results = await flow(runtime, target, ({ data }) =>
      data['void'] === true
        ? {
            operationName: 'archive-bill',
            declaration: DECLARATIONS.close,
            operation: closeOperation(target),
          }
        : {},
    );
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'confirmed');
    await runtime.delivery.land(landing(row('A-1', { void: true })));
    await eventually(() => results.length).toBe(2);
    await runtime.delivery.land(landing(row('A-1', { void: true, memo: 'again' })));
    await eventually(() => results.length).toBe(3);
    expect(target.live).toEqual([]);
    expect(target.countOf('close')).toBe(1);
    expect(results.map(({ result }) => result)).toEqual(['confirmed', 'confirmed', 'unchanged']);
    const { rows } = await store.query('select closed_at is not null as closed from link');
    expect(rows).toEqual([{ closed: true }]);
  });

  it('acts once for the same document, leaves the link alone, and keeps the record open for a later write', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    const results: WriteResult[] = [];
    await runtime.delivery.consume({
      sync: SYNC,
      window: 1,
      holdMs: 5_000,
      onAttempt: async (attempt) => {
        results.push(await runtime.delivery.write(writeRequest(attempt, target, { closes: false })));
        results.push(
          await runtime.delivery.write(
            writeRequest(attempt, target, {
              operationName: 'mark',
              declaration: DECLARATIONS.act,
              operation: actOperation(target),
            }),
          ),
        );
      },
    });
    await runtime.delivery.land(landing(row('A-1')));
    await untilState(store, 'A-1', 'confirmed');
    await runtime.delivery.land(landing(row('A-1', { memo: 'x' })));
    await eventually(() => results.length).toBe(4);
    expect(results.map(({ result }) => result)).toEqual(['confirmed', 'confirmed', 'unchanged', 'unchanged']);
    expect(target.countOf('mark')).toBe(1);
  });

  it('lets a reply run for a record that parked in the flow, without moving the record', async () => {
    const store = await open();
    const target = new FakeTarget();
    const runtime = await openRuntime(store);
    const results: WriteResult[] = [];
    const reply = {
      operationName: 'reply',
      declaration: DECLARATIONS.reply,
      operation: actOperation(target),
    };
    await runtime.delivery.consume({
      sync: SYNC,
      window: 1,
      holdMs: 5_000,
      onAttempt: async (attempt) => {
        await runtime.delivery.settle(attempt, { outcome: 'parked', reason: 'vendor-inactive' });
        results.push(await runtime.delivery.write(writeRequest(attempt, target, reply)));
        results.push(await runtime.delivery.write(writeRequest(attempt, target)));
      },
    });
    await runtime.delivery.land(landing(row('A-1')));
    await eventually(() => results.length).toBe(2);
    expect(results.map(({ result }) => result)).toEqual(['confirmed', 'waiting']);
    expect(target.calls).toEqual(['find', 'mark']);
    expect((await recordOf(store, 'A-1')).state).toBe('parked');
  });
});
