import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { PgBoss } from 'pg-boss';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDatabase, dropDatabase, withStores } from '../../tests/support/stores';
import { openServerStore } from '../ledger/server-store';
import type { Store } from '../ledger/store';
import { type Job, type JobEngine, openJobEngine, queueName, type Taking } from './job-engine';
import { JobHeartbeats } from './job-engine-heartbeats';

const SYNC = 'invoices-to-bills';

interface Workplace {
  readonly engine: JobEngine;
  readonly events: { readonly event: string; readonly [detail: string]: unknown }[];
}

async function workplace(store: Store, pollMs?: number): Promise<Workplace> {
  const events: Workplace['events'] = [];
  const engine = await openJobEngine({
    store,
    log: (event) => events.push(event),
    ...(pollMs ? { pollMs } : {}),
  });
  onTestFinished(() => engine.close());
  await engine.open(SYNC);
  return { engine, events };
}

function jobs(count: number): { id: string; recordId: string }[] {
  return Array.from({ length: count }, () => ({ id: randomUUID(), recordId: randomUUID() }));
}

/** Takes with a fixed capacity and keeps what comes. */
async function collect(engine: JobEngine, capacity = 50): Promise<{ taken: Job[]; taking: Taking }> {
  const taken: Job[] = [];
  const taking = await engine.take(SYNC, {
    capacity: () => capacity - taken.length,
    onJobs: (arrived) => taken.push(...arrived),
  });
  return { taken, taking };
}

async function openStore(connectionString: string): Promise<Store> {
  const store = await openServerStore({ connectionString, onError: () => {} });
  onTestFinished(() => store.close());
  return store;
}

function ids(list: readonly { readonly id: string }[]): string[] {
  return list.map(({ id }) => id).sort();
}

async function states(store: Store): Promise<Record<string, number>> {
  const { rows } = await store.query<{ state: string; count: string }>(
    'select state::text, count(*) from pgboss.job group by 1',
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
}

withStores('the job engine', (open) => {
  it('hands out what was enqueued, before and after it began to take', async () => {
    const { engine } = await workplace(await open());
    const [first, second] = [jobs(3), jobs(2)];
    await engine.enqueue(SYNC, first);
    const { taken } = await collect(engine);
    await vi.waitFor(() => expect(ids(taken)).toEqual(ids(first)));
    await engine.enqueue(SYNC, second);
    await vi.waitFor(() => expect(ids(taken)).toEqual(ids([...first, ...second])));
    expect(taken.map(({ recordId }) => recordId).sort()).toEqual(
      [...first, ...second].map(({ recordId }) => recordId).sort(),
    );
  });

  it('enqueues with the rows of the same transaction, or not at all', async () => {
    const store = await open();
    const { engine } = await workplace(store);
    await store.query('create table ml.note (text text)');
    const lost = store.transaction(async () => {
      await store.query(`insert into ml.note values ('lost')`);
      await engine.enqueue(SYNC, jobs(1));
      throw new Error('changed its mind');
    });
    await expect(lost).rejects.toThrow('changed its mind');
    expect(await states(store)).toEqual({});
    await store.transaction(async () => {
      await store.query(`insert into ml.note values ('kept')`);
      await engine.enqueue(SYNC, jobs(1));
    });
    expect(await states(store)).toEqual({ created: 1 });
    expect((await store.query('select text from ml.note')).rows).toEqual([{ text: 'kept' }]);
  });

  it('rolls everything back when a statement beside the queue failed and the error was swallowed', async () => {
    const store = await open();
    const { engine } = await workplace(store);
    const half = store.transaction(async () => {
      await engine.enqueue(SYNC, jobs(1));
      await store.query('select 1 / 0').catch(() => {});
      await engine.enqueue(SYNC, jobs(1)).catch(() => {});
    });
    await expect(half).rejects.toThrow('rolled back');
    expect(await states(store)).toEqual({});
  });

  it('enqueues in a transaction for a queue that pg-boss has not read yet, without waiting for itself', async () => {
    const store = await open();
    const { engine } = await workplace(store);
    const other = await workplace(store);
    await other.engine.open('vendors');
    await store.transaction(() => engine.enqueue('vendors', jobs(1)));
    expect(await states(store)).toEqual({ created: 1 });
  });

  it('drops ids that are queued already, in one call and in two', async () => {
    const store = await open();
    const { engine } = await workplace(store);
    const [job] = jobs(1) as [{ id: string; recordId: string }];
    await engine.enqueue(SYNC, [job, job]);
    await engine.enqueue(SYNC, [job]);
    expect(await states(store)).toEqual({ created: 1 });
  });

  it('never hands out more than there is capacity for, and goes on when some is freed', async () => {
    const { engine } = await workplace(await open(), 60_000);
    await engine.enqueue(SYNC, jobs(10));
    const held: Job[] = [];
    const taking = await engine.take(SYNC, {
      capacity: () => 3 - held.length,
      onJobs: (arrived) => held.push(...arrived),
    });
    await vi.waitFor(() => expect(held).toHaveLength(3));
    await wait(50);
    expect(held).toHaveLength(3);
    let done = 0;
    while (done < 10) {
      await vi.waitFor(() => expect(held.length).toBeGreaterThan(0));
      const batch = held.splice(0);
      expect(batch.length).toBeLessThanOrEqual(3);
      expect(await engine.complete(SYNC, batch)).toBe(batch.length);
      done += batch.length;
      taking.wake();
    }
    expect(done).toBe(10);
  });

  it('completes in the transaction in hand, so that a rollback leaves the claim as it was', async () => {
    const store = await open();
    const { engine } = await workplace(store);
    await engine.enqueue(SYNC, jobs(1));
    const { taken } = await collect(engine);
    await vi.waitFor(() => expect(taken).toHaveLength(1));
    const failed = store.transaction(async () => {
      expect(await engine.complete(SYNC, taken)).toBe(1);
      throw new Error('not yet');
    });
    await expect(failed).rejects.toThrow('not yet');
    expect(await states(store)).toEqual({ active: 1 });
    expect(await engine.complete(SYNC, taken)).toBe(1);
    expect(await states(store)).toEqual({ completed: 1 });
  });

  it('does not let a lost claim complete the attempt that took its place', async () => {
    const store = await open();
    const { engine } = await workplace(store);
    await engine.enqueue(SYNC, jobs(1));
    const { taken } = await collect(engine);
    await vi.waitFor(() => expect(taken).toHaveLength(1));
    // What the supervision does to a claim without a heartbeat.
    await store.query(`update pgboss.job set state = 'retry', start_after = now()`);
    await vi.waitFor(() => expect(taken).toHaveLength(2));
    const [lost, current] = taken as [Job, Job];
    expect(await engine.complete(SYNC, [lost])).toBe(0);
    expect(await engine.complete(SYNC, [current])).toBe(1);
  });

  it('hands out nothing before its time', async () => {
    const { engine } = await workplace(await open(), 50);
    const [job] = jobs(1) as [{ id: string; recordId: string }];
    const due = Date.now() + 600;
    await engine.enqueue(SYNC, [{ ...job, startAfter: new Date(due) }]);
    const { taken } = await collect(engine);
    await vi.waitFor(() => expect(taken).toHaveLength(1), { timeout: 5_000 });
    expect(Date.now()).toBeGreaterThanOrEqual(due - 50);
  });

  it('starts a job when it is enqueued, not at the next poll', async () => {
    const { engine } = await workplace(await open(), 60_000);
    const { taken } = await collect(engine);
    await wait(100);
    const begun = performance.now();
    await engine.enqueue(SYNC, jobs(1));
    await vi.waitFor(() => expect(taken).toHaveLength(1), { interval: 5, timeout: 10_000 });
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('finds by polling what no notification told', async () => {
    const store = await open();
    const { engine } = await workplace(store, 100);
    const { taken } = await collect(engine);
    await wait(50);
    await engine.enqueue(
      SYNC,
      jobs(1).map((job) => ({ ...job, startAfter: new Date(Date.now() + 300) })),
    );
    await vi.waitFor(() => expect(taken).toHaveLength(1), { timeout: 5_000 });
  });

  it('gives back what arrives while it stops, and what is held when it closes', async () => {
    const store = await open();
    const { engine } = await workplace(store);
    await engine.enqueue(SYNC, jobs(2));
    const { taken, taking } = await collect(engine, 1);
    await vi.waitFor(() => expect(taken).toHaveLength(1));
    await taking.stop();
    await engine.enqueue(SYNC, jobs(1));
    await wait(100);
    expect(taken).toHaveLength(1);
    await engine.close();
    expect(await states(store)).toEqual({ retry: 1, created: 2 });
  });

  it('keeps jobs for years and takes names that people type', async () => {
    const store = await open();
    const { engine } = await workplace(store);
    const name = 'Rechnungen → BILL (2026)';
    const other = (await workplace(store)).engine;
    await Promise.all([engine.open(name), engine.open(name), other.open(name)]);
    await engine.enqueue(name, jobs(1));
    const { rows } = await store.query<{ years: string; heartbeat: number }>(
      `select extract(year from age(keep_until, now())) as years, heartbeat_seconds as heartbeat from pgboss.job`,
    );
    expect(Number(rows[0]?.years)).toBeGreaterThan(40);
    expect(rows[0]?.heartbeat).toBe(10);
  });

  it('keeps a claim alive as long as it is held', async () => {
    const store = await open();
    const { engine } = await workplace(store);
    await engine.enqueue(SYNC, jobs(1));
    const { taken } = await collect(engine);
    await vi.waitFor(() => expect(taken).toHaveLength(1));
    await store.query(`update pgboss.job set heartbeat_on = now() - interval '6 seconds'`);
    const age = async () => {
      const { rows } = await store.query<{ age: number }>(
        'select extract(epoch from now() - heartbeat_on)::float8 as age from pgboss.job',
      );
      return rows[0]?.age;
    };
    await vi.waitFor(async () => expect(await age()).toBeLessThan(3), { timeout: 10_000, interval: 100 });
    expect(taken).toHaveLength(1);
  });

  it('hands out again what a dead process held, without waiting for anybody', async () => {
    const store = await open();
    const dead = await workplace(store);
    await dead.engine.enqueue(SYNC, jobs(1));
    const { taken: lost, taking } = await collect(dead.engine, 1);
    await vi.waitFor(() => expect(lost).toHaveLength(1));
    await taking.stop();
    // As if its last sign of life were longer ago than is allowed.
    await store.query(`update pgboss.job set heartbeat_on = now() - interval '1 hour'`);
    const { taken } = await collect((await workplace(store)).engine);
    await vi.waitFor(() => expect(ids(taken)).toEqual(ids(lost)), { timeout: 8_000 });
    expect(await dead.engine.complete(SYNC, lost)).toBe(0);
  });

  it('gives each job to one taker only, however many there are', async () => {
    const store = await open();
    const [first, second] = [await workplace(store), await workplace(store)];
    const all = jobs(300);
    await first.engine.enqueue(SYNC, all);
    const seen: string[] = [];
    const takings = await Promise.all(
      [first, second, second].map(async ({ engine }) => {
        let held = 0;
        const taking: Taking = await engine.take(SYNC, {
          capacity: () => 7 - held,
          onJobs: async (arrived) => {
            held += arrived.length;
            seen.push(...arrived.map(({ id }) => id));
            await engine.complete(SYNC, arrived);
            held -= arrived.length;
            taking.wake();
          },
        });
        return taking;
      }),
    );
    await vi.waitFor(async () => expect(await states(store)).toEqual({ completed: 300 }), {
      timeout: 20_000,
    });
    await Promise.all(takings.map((taking) => taking.stop()));
    expect(seen.sort()).toEqual(ids(all));
  });

  it('analyzes the job table after a large landing', async () => {
    const store = await open();
    const { engine } = await workplace(store);
    await engine.enqueue(SYNC, jobs(2_500));
    const analyzed = async () => {
      const { rows } = await store.query(
        `select reltuples from pg_class where oid = 'pgboss.job_common'::regclass`,
      );
      expect(rows).toEqual([{ reltuples: 2_500 }]);
    };
    await vi.waitFor(analyzed, { timeout: 10_000, interval: 200 });
  });

  it('goes on when the database failed for a while, and says so', async () => {
    const store = await open();
    let failing = false;
    const faulty: Store = {
      kind: store.kind,
      query: (sql, parameters) =>
        failing ? Promise.reject(new Error('the database is away')) : store.query(sql, parameters),
      transaction: (work) => store.transaction(work),
      listen: (channel, onNotify) => store.listen(channel, onNotify),
      housekeep: () => store.housekeep(),
      close: () => store.close(),
    };
    const { engine, events } = await workplace(faulty, 50);
    const { taken } = await collect(engine);
    failing = true;
    await vi.waitFor(() =>
      expect(events).toContainEqual({
        event: 'job-engine.fetch-failed',
        sync: SYNC,
        message: 'the database is away',
      }),
    );
    failing = false;
    await engine.enqueue(SYNC, jobs(1));
    await vi.waitFor(() => expect(taken).toHaveLength(1));
  });

  it('starts with the schema that pg-boss expects, and says nothing', async () => {
    const { events } = await workplace(await open());
    expect(events).toEqual([]);
  });
});

describe('the heartbeats of jobs', () => {
  it('pass over what is being settled, instead of waiting for it', async () => {
    const connectionString = await createDatabase();
    onTestFinished(() => dropDatabase(connectionString));
    const [store, other] = await Promise.all([openStore(connectionString), openStore(connectionString)]);
    const { engine } = await workplace(store);
    await engine.enqueue(SYNC, jobs(2));
    const { taken } = await collect(engine);
    await vi.waitFor(() => expect(taken).toHaveLength(2));
    const [settling, held] = taken as [Job, Job];
    const boss = { touch: vi.fn(async () => ({})) };
    const heartbeats = new JobHeartbeats(boss as unknown as PgBoss, store);
    heartbeats.add(SYNC, taken);
    await other.transaction(async () => {
      await other.query('select id from pgboss.job where id = $1 for update', [settling.id]);
      await heartbeats.beat();
    });
    expect(boss.touch).toHaveBeenCalledExactlyOnceWith(SYNC, [held.raw]);
  });
});

describe('queueName', () => {
  it('keeps ordinary names, and makes distinct valid ones of others', () => {
    expect(queueName('invoices-to-bills')).toBe('invoices-to-bills');
    const odd = ['a b', 'a/b', 'ä', '日本', 'x'.repeat(200)];
    const names = odd.map(queueName);
    expect(new Set(names).size).toBe(odd.length);
    for (const name of names) expect(name).toMatch(/^[\w.-]{1,80}$/);
  });
});
