import { AsyncLocalStorage } from 'node:async_hooks';
import { expect, onTestFinished } from 'vitest';
import type { JsonObject } from '../../runtime/connector/json';
import { type DeliveryParts, type OpenDelivery, openDelivery } from '../../runtime/delivery/delivery';
import { type JobEngine, openJobEngine } from '../../runtime/delivery/job-engine';
import type { Policies } from '../../runtime/delivery/policies';
import type { Attempt, Landing, WriteRequest } from '../../runtime/delivery/protocol';
import type { Counted } from '../../runtime/delivery/settler';
import { Ledger } from '../../runtime/ledger/ledger';
import type { RecordState } from '../../runtime/ledger/records';
import type { Store } from '../../runtime/ledger/store';
import { openVault } from '../../runtime/ledger/vault';
import { billOperation, DECLARATIONS, type FakeTarget } from './fake-target';

/** Times short enough for tests, long enough for a busy machine. */
export const QUICK: Partial<Policies> = {
  settleMs: 30,
  callMs: 100,
  firstBackoffMs: 20,
  longestBackoffMs: 100,
  offlineMs: 40,
  gatherMs: 20,
  idleMs: 80,
  tickMs: 20,
  sweepMs: 200,
};

export interface Runtime {
  readonly ledger: Ledger;
  readonly engine: JobEngine;
  readonly delivery: OpenDelivery;
  readonly counts: Map<string, number>;
  /** Ends like a killed process: nothing more reaches the store, what was in work stays as it is. */
  kill(): Promise<void>;
}

export const SYNC = 'invoices-to-bill';

/** One runtime on the store; another on the same store is another process. */
export async function openRuntime(
  store: Store,
  parts: Partial<DeliveryParts> = {},
  now: () => Date = () => new Date(),
): Promise<Runtime> {
  const door = mortal(store);
  const ledger = new Ledger({ store: door.store, vault: openVault, now });
  const engine = await openJobEngine({ store, log: () => {}, pollMs: 20 });
  const counts = new Map<string, number>();
  const onCount = (sync: string, what: Counted, n: number, reason?: string) => {
    const name = [sync, what, ...(reason ? [reason] : [])].join(' ');
    counts.set(name, (counts.get(name) ?? 0) + n);
  };
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  const delivery = await openDelivery({
    ledger,
    engine,
    log,
    onCount,
    ...parts,
    policies: { ...QUICK, ...parts.policies },
  });
  let killed = false;
  let finished = false;
  onTestFinished(async () => {
    finished = true;
    if (killed) return;
    await delivery.close();
    await engine.close();
  });
  return {
    ledger,
    engine,
    delivery: outlivingTests(delivery, () => finished),
    counts,
    async kill() {
      killed = true;
      door.die();
      // Gives its jobs back at once, as their heartbeat would after ten seconds.
      await engine.close();
    },
  };
}

/** What a test's attempts still do when the test has ended finds everything closed: no error of the test. */
function outlivingTests(delivery: OpenDelivery, isFinished: () => boolean): OpenDelivery {
  const consume: OpenDelivery['consume'] = (consumption) =>
    delivery.consume({
      ...consumption,
      onAttempt: (attempt) => {
        const work: unknown = consumption.onAttempt(attempt);
        if (!(work instanceof Promise)) return;
        work.catch((error) => {
          if (!isFinished()) throw error;
        });
      },
    });
  return new Proxy(delivery, {
    get(target, name) {
      if (name === 'consume') return consume;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/**
 * A store that stops answering, as a dead process hears nothing more: open transactions are rolled back, and
 * no promise settles any more.
 */
function mortal(store: Store): { readonly store: Store; die(): void } {
  const inTransaction = new AsyncLocalStorage<boolean>();
  let dead = false;
  const never = new Promise<never>(() => {});
  const lives = <T>(work: () => Promise<T>): Promise<T> => {
    if (!dead) return work();
    return inTransaction.getStore() ? Promise.reject(new Error('killed')) : never;
  };
  const door: Store = {
    kind: store.kind,
    query: (sql, parameters) => lives(() => store.query(sql, parameters)),
    transaction: async (work) => {
      if (inTransaction.getStore()) return lives(() => store.transaction(work));
      try {
        const result = await lives(() =>
          inTransaction.run(true, () =>
            store.transaction(() => lives(work).then((value) => lives(async () => value))),
          ),
        );
        return await (dead ? never : result);
      } catch (error) {
        return await (dead ? never : Promise.reject(error));
      }
    },
    listen: (channel, onNotify) => store.listen(channel, onNotify),
    housekeep: () => store.housekeep(),
    close: () => store.close(),
  };
  return {
    store: door,
    die: () => {
      dead = true;
    },
  };
}

export function row(key: string, data: JsonObject = {}, more: Partial<Landing['rows'][number]> = {}) {
  return { key, company: 'EPIC06', data: { number: key, amount: '10.00', vendor: 'V1', ...data }, ...more };
}

export function landing(...rows: Landing['rows']): Landing {
  return { sync: SYNC, rows };
}

/** A flow of one write node: the document is the row. */
export function writeRequest(
  attempt: Attempt,
  target: FakeTarget,
  more: Partial<WriteRequest> = {},
): WriteRequest {
  return {
    attempt,
    document: attempt.data,
    operationName: 'upsert-bill',
    declaration: DECLARATIONS.put,
    operation: billOperation(target),
    connection: 'bill',
    calls: target.client,
    options: {},
    mappingVersion: 'm1',
    closes: true,
    signal: new AbortController().signal,
    ...more,
  };
}

export interface RecordFacts {
  readonly state: RecordState;
  readonly reason: string | null;
  readonly detail: JsonObject | null;
  readonly attempt: number;
  readonly failures: number;
  readonly version: number;
}

export async function recordOf(store: Store, key: string, sync = SYNC): Promise<RecordFacts> {
  const { rows } = await store.query<RecordFacts>(
    'select state, reason, detail, attempt, failures, version from record where sync = $1 and source_key = $2',
    [sync, key],
  );
  if (!rows[0]) throw new Error(`no record ${key}`);
  return rows[0];
}

/** Waits until it is so; patient, for a busy machine. */
export function eventually<T>(read: () => T) {
  return expect.poll(read, { timeout: 10_000, interval: 15 });
}

export async function untilState(store: Store, key: string, state: RecordState): Promise<RecordFacts> {
  await eventually(async () => (await recordOf(store, key)).state).toBe(state);
  return recordOf(store, key);
}
