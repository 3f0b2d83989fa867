import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { manualClock } from '../../tests/support/manual-clock';
import { createDatabase, dropDatabase } from '../../tests/support/stores';
import { openServerStore } from '../ledger/server-store';
import type { Store } from '../ledger/store';
import { type Clock, systemClock } from './clock';
import { createInProcessLimiter } from './in-process-limiter';
import { openLeaseLimiter } from './lease-limiter';
import { type Limiter, LimiterClosed, LimiterPaused } from './limiter';

/** Counts who is in flight, as the system over there would. */
function meter() {
  let inFlight = 0;
  let most = 0;
  let done = 0;
  return {
    get most() {
      return most;
    },
    get done() {
      return done;
    },
    async call(limiter: Pick<Limiter, 'acquire'>, limit: number, ms: number, key = 'org') {
      const slot = await limiter.acquire(key, limit);
      most = Math.max(most, ++inFlight);
      await sleep(ms);
      inFlight--;
      done++;
      slot.release();
    },
  };
}

/** What every limiter promises. */
function promises(open: () => Promise<Limiter>) {
  let limiter: Limiter;
  beforeEach(async () => {
    limiter = await open();
  });

  it('gives no more slots than the limit, and each again', async () => {
    const count = meter();
    await Promise.all(Array.from({ length: 60 }, () => count.call(limiter, 3, 2)));
    expect(count).toMatchObject({ most: 3, done: 60 });
  });

  it('counts keys apart', async () => {
    const one = await limiter.acquire('one', 1);
    const other = await limiter.acquire('other', 1);
    one.release();
    other.release();
  });

  it('serves by priority, then in the order of coming', async () => {
    const order: string[] = [];
    const first = await limiter.acquire('org', 1);
    const waiting = [
      ['master 1', 0],
      ['master 2', 0],
      ['payment 1', 2],
      ['bill 1', 1],
      ['payment 2', 2],
    ].map(async ([name, priority]) => {
      const slot = await limiter.acquire('org', 1, { priority: priority as number });
      order.push(name as string);
      slot.release();
    });
    first.release();
    await Promise.all(waiting);
    expect(order).toEqual(['payment 1', 'payment 2', 'bill 1', 'master 1', 'master 2']);
  });

  it('lets a waiting call give up, without losing a slot', async () => {
    const slot = await limiter.acquire('org', 1);
    const giving = new AbortController();
    const waiting = limiter.acquire('org', 1, { signal: giving.signal });
    giving.abort(new Error('given up'));
    await expect(waiting).rejects.toThrow('given up');
    slot.release();
    (await limiter.acquire('org', 1)).release();
  });

  it('is not fooled by a slot that is given back twice', async () => {
    const twice = await limiter.acquire('org', 1);
    twice.release();
    twice.release();
    const count = meter();
    await Promise.all(Array.from({ length: 5 }, () => count.call(limiter, 1, 2)));
    expect(count.most).toBe(1);
  });

  it('refuses what waits when it closes, and what comes later', async () => {
    const slot = await limiter.acquire('org', 1);
    const waiting = limiter.acquire('org', 1);
    const refusal = expect(waiting).rejects.toThrow(LimiterClosed);
    await limiter.close();
    await refusal;
    await expect(limiter.acquire('org', 1)).rejects.toThrow(LimiterClosed);
    slot.release();
  });

  it('holds everybody back during a pause, and goes on after it (G4)', async () => {
    const until = Date.now() + 120;
    limiter.pause('org', until);
    limiter.pause('org', until - 60);
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        const slot = await limiter.acquire('org', 2);
        expect(Date.now()).toBeGreaterThanOrEqual(until);
        slot.release();
      }),
    );
  });

  it('refuses calls when the pause is longer than they should wait', async () => {
    const slot = await limiter.acquire('org', 1);
    const waiting = expect(limiter.acquire('org', 1)).rejects.toThrow(LimiterPaused);
    limiter.pause('org', Date.now() + 600_000);
    await waiting;
    await expect(limiter.acquire('org', 1)).rejects.toThrow(LimiterPaused);
    slot.release();
  });
}

describe('the limiter of one process', () => {
  promises(async () => createInProcessLimiter(systemClock));

  it('ends a pause by the clock it is given', async () => {
    const clock = manualClock();
    const limiter = createInProcessLimiter(clock);
    limiter.pause('org', clock.now().getTime() + 20_000);
    let served = false;
    const waiting = limiter.acquire('org', 1).then(() => {
      served = true;
    });
    await clock.advance(19_999);
    expect(served).toBe(false);
    await clock.advance(1);
    await waiting;
  });
});

describe('a pause', () => {
  it('H10: is over after its length, although the clock was set back meanwhile', async () => {
    const clock = manualClock();
    let behindMs = 0;
    const setBack: Clock = { now: () => new Date(clock.now().getTime() - behindMs), wait: clock.wait };
    const limiter = createInProcessLimiter(setBack);
    limiter.pause('org', clock.now().getTime() + 20_000);
    let served = false;
    const waiting = limiter.acquire('org', 1).then(() => {
      served = true;
    });
    behindMs = 3_600_000;
    const late = limiter.acquire('org', 2);
    await clock.advance(19_999);
    expect(served).toBe(false);
    await clock.advance(1);
    await Promise.all([waiting, late]);
  });

  it('gives way to a longer one', async () => {
    const clock = manualClock();
    const limiter = createInProcessLimiter(clock);
    limiter.pause('org', clock.now().getTime() + 10_000);
    limiter.pause('org', clock.now().getTime() + 20_000);
    let served = false;
    const waiting = limiter.acquire('org', 1).then(() => {
      served = true;
    });
    await clock.advance(19_999);
    expect(served).toBe(false);
    await clock.advance(1);
    await waiting;
  });
});

describe('the limiter of several processes', () => {
  const open = async () => {
    const connectionString = await createDatabase();
    const store = await openServerStore({ connectionString, onError: () => undefined });
    onTestFinished(async () => {
      await store.close();
      await dropDatabase(connectionString);
    });
    return store;
  };

  const openLimiter = async (store: Store, leaseMs?: number) => {
    const limiter = await openLeaseLimiter({ store, clock: systemClock, ...(leaseMs ? { leaseMs } : {}) });
    onTestFinished(() => limiter.close());
    return limiter;
  };

  describe('alone', () => promises(async () => openLimiter(await open())));

  it('never exceeds the limit over four of them, and every one gets its turn', async () => {
    const store = await open();
    const limiters = await Promise.all([1, 2, 3, 4].map(() => openLimiter(store)));
    const count = meter();
    const share = limiters.map(() => 0);
    const end = performance.now() + 3_000;
    await Promise.all(
      limiters.flatMap((limiter, at) =>
        Array.from({ length: 5 }, async () => {
          while (performance.now() < end) {
            await count.call(limiter, 3, 20);
            share[at] = (share[at] ?? 0) + 1;
          }
        }),
      ),
    );

    expect(count.most).toBe(3);
    // Three slots of 20 ms for three seconds: 450 calls at best.
    expect(count.done).toBeGreaterThan(200);
    expect(Math.min(...share)).toBeGreaterThan(3);
  });

  it('would exceed it with a limiter for each process: the oracle notices', async () => {
    const count = meter();
    const limiters = [1, 2].map(() => createInProcessLimiter(systemClock));
    await Promise.all(limiters.flatMap((limiter) => [1, 2, 3].map(() => count.call(limiter, 3, 10))));
    expect(count.most).toBeGreaterThan(3);
  });

  it('frees slots that lie idle, so that others need not wait for a lease to end', async () => {
    const store = await open();
    const [one, other] = [await openLimiter(store), await openLimiter(store)];
    (await one.acquire('org', 1)).release();
    const before = performance.now();
    (await other.acquire('org', 1)).release();
    expect(performance.now() - before).toBeLessThan(8_000);
    await sleep(250);
    const { rows } = await store.query("select from lease where until > clock_timestamp() and key = 'org'");
    expect(rows).toHaveLength(0);
  });

  it('keeps the slots of a holder that died until its lease ends, and then gives them on', async () => {
    const store = await open();
    let dead = false;
    const dying = await openLeaseLimiter({
      store: failing(store, () => dead),
      clock: systemClock,
      leaseMs: 900,
    });
    await dying.acquire('org', 1);
    const diedAt = performance.now();
    dead = true;
    const other = await openLimiter(store, 900);
    (await other.acquire('org', 1)).release();
    expect(performance.now() - diedAt).toBeGreaterThan(700);
    expect(performance.now() - diedAt).toBeLessThan(10_000);
  });

  it('renews the slots of long calls beyond the length of a lease', async () => {
    const store = await open();
    const [one, other] = [await openLimiter(store, 300), await openLimiter(store, 300)];
    const count = meter();
    const long = count.call(one, 1, 1_200);
    await sleep(20);
    await Promise.all([long, count.call(other, 1, 5)]);
    expect(count.most).toBe(1);
  });

  it('begins no call on a slot whose lease it could not renew', async () => {
    const store = await open();
    let down = false;
    const errors: unknown[] = [];
    const limiter = await openLeaseLimiter({
      store: failing(store, () => down),
      clock: systemClock,
      leaseMs: 300,
      onError: (error) => errors.push(error),
    });
    onTestFinished(() => limiter.close());
    const slot = await limiter.acquire('org', 1);
    down = true;
    await sleep(400);
    slot.release();
    let served = false;
    const waiting = limiter.acquire('org', 1).then((next) => {
      served = true;
      next.release();
    });
    await sleep(100);
    expect(served).toBe(false);
    expect(errors.length).toBeGreaterThan(0);
    down = false;
    await waiting;
  });

  it('H10: keeps the limit, and lets nobody wait longer, while the clocks of the processes jump by hours', async () => {
    const store = await open();
    let hours = 0;
    const jumping: Clock = {
      now: () => {
        hours = hours === 5 ? -5 : 5;
        return new Date(Date.now() + hours * 3_600_000);
      },
      wait: systemClock.wait,
    };
    const limiters = await Promise.all(
      [1, 2, 3].map(async () => {
        const limiter = await openLeaseLimiter({ store, clock: jumping, leaseMs: 300 });
        onTestFinished(() => limiter.close());
        return limiter;
      }),
    );
    let inFlight = 0;
    let most = 0;
    const begun = performance.now();
    await Promise.all(
      limiters.flatMap((limiter) =>
        Array.from({ length: 4 }, async () => {
          const slot = await limiter.acquire('org', 2);
          inFlight += 1;
          most = Math.max(most, inFlight);
          // Longer than a lease: it has to be renewed in between.
          await sleep(400);
          inFlight -= 1;
          slot.release();
        }),
      ),
    );
    expect(most).toBe(2);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });

  it('tells all processes of a pause', async () => {
    const store = await open();
    const [one, other] = [await openLimiter(store), await openLimiter(store)];
    const until = Date.now() + 200;
    one.pause('org', until);
    await sleep(50);
    const slot = await other.acquire('org', 1);
    expect(Date.now()).toBeGreaterThanOrEqual(until - 5);
    slot.release();
  });

  it('wastes less than a tenth of the slot time when it is alone with calls of 100 ms', async () => {
    const limiter = await openLimiter(await open());
    const used = async (on: Limiter) => {
      const count = meter();
      const before = performance.now();
      await Promise.all(Array.from({ length: 90 }, () => count.call(on, 3, 100)));
      expect(count.most).toBe(3);
      return (90 * 100) / (3 * (performance.now() - before));
    };
    // Timers of a busy machine fire late with any limiter: the ceiling is what the same calls reach at the same
    // time without a table.
    const [share, ceiling] = await Promise.all([used(limiter), used(createInProcessLimiter(systemClock))]);
    expect(share / ceiling).toBeGreaterThan(0.9);
  });
});

/** A store whose statements fail while `down` says so. */
function failing(store: Store, down: () => boolean): Store {
  return {
    kind: store.kind,
    query: async (sql, parameters) => {
      if (down()) throw new Error('no database');
      return store.query(sql, parameters);
    },
    transaction: (work) => store.transaction(work),
    listen: (channel, onNotify) => store.listen(channel, onNotify),
    housekeep: () => store.housekeep(),
    close: () => store.close(),
  };
}
