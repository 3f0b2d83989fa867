import { afterEach, describe, expect, it } from 'vitest';
import { type ManualClock, manualClock } from '../../tests/support/manual-clock';
import {
  create,
  failureOf,
  type Handler,
  jumpingClock,
  list,
  reply,
  type SampleConnection,
  sampleConnection,
} from '../../tests/support/sample-connection';
import { SystemError } from './errors';
import { createSessionKeeper } from './sign-in';
import type { Session } from './system';

let sample: SampleConnection;
afterEach(() => sample?.stop());

const loginsOf = ({ calls }: SampleConnection) => calls.filter((call) => call.url === '/base/login').length;

/** A server whose sessions the test can end. */
function expiring(more: Handler = (_call, answer) => reply(answer, 200, {})) {
  let valid = 0;
  const handler: Handler = (call, answer, nth) => {
    if (call.url === '/base/login') return reply(answer, 200, { token: `session-${++valid}` });
    if (call.headers.authorization !== `Bearer session-${valid}`) return reply(answer, 401, {});
    return more(call, answer, nth);
  };
  return {
    handler,
    expire: () => {
      valid++;
    },
  };
}

describe('signing in', () => {
  it('happens once for twenty callers whose session has expired, and loses none of their calls (G1)', async () => {
    let writes = 0;
    const server = expiring((call, answer) => {
      if (call.method === 'POST') writes++;
      reply(answer, 200, {});
    });
    sample = await sampleConnection(server.handler, { config: { inFlight: 10 } });
    await sample.connection.calls().call(list);
    for (let storm = 1; storm <= 5; storm++) {
      server.expire();
      const calls = Array.from({ length: 20 }, () => sample.connection.calls().call(create));
      expect(await Promise.all(calls)).toHaveLength(20);
      expect(loginsOf(sample)).toBe(1 + storm);
      expect(writes).toBe(20 * storm);
    }
    expect(sample.connection.counters.signIns).toBe(6);
    expect(sample.connection.health.state).toBe('online');
  });

  it('outlives sessions that expire at random', async () => {
    let nth = 0;
    const server = expiring();
    sample = await sampleConnection((call, answer, n) => {
      if (call.url !== '/base/login' && ++nth % 7 === 0) server.expire();
      return server.handler(call, answer, n);
    });
    for (let round = 0; round < 60; round++) await sample.connection.calls().call(create);
    expect(sample.connection.health.state).toBe('online');
    expect(loginsOf(sample)).toBeLessThan(15);
  });

  it('takes the connection offline when a fresh session is refused too, and does not storm', async () => {
    const clock = manualClock();
    sample = await sampleConnection(
      (call, answer) =>
        call.url === '/base/login'
          ? reply(answer, 200, { token: 't' })
          : reply(answer, 401, { message: 'no right' }),
      { clock },
    );
    const error = await failureOf(sample.connection.calls().call(create));
    expect(error).toMatchObject({
      recovery: 'configuration',
      code: 'SIGN_IN_REFUSED',
      systemWords: 'no right',
    });
    expect(loginsOf(sample)).toBe(2);
    await Promise.all(Array.from({ length: 20 }, () => failureOf(sample.connection.calls().call(list))));
    expect(loginsOf(sample)).toBe(2);
    expect(sample.connection.health).toMatchObject({ state: 'offline', code: 'SIGN_IN_REFUSED' });
    // Twenty minutes of probing: sign-ins grow rarer, up to one in five minutes.
    await advanceInSteps(clock, 1_200_000);
    expect(loginsOf(sample)).toBeLessThan(25);
  });

  it('refused with a wrong password is tried by nobody else until the next probe may', async () => {
    const clock = manualClock();
    let right = false;
    sample = await sampleConnection(
      (call, answer) => {
        if (call.url === '/base/login' && !right) return reply(answer, 401, { message: 'Bad password' });
        return reply(answer, 200, { token: 't' });
      },
      { clock },
    );
    const errors = await Promise.all(
      Array.from({ length: 20 }, () => failureOf(sample.connection.calls().call(list))),
    );
    expect(new Set(errors.map((error) => error.recovery))).toEqual(new Set(['configuration']));
    expect(loginsOf(sample)).toBe(1);
    await clock.advance(4_000);
    expect(loginsOf(sample)).toBe(1);
    right = true;
    await advanceInSteps(clock, 60_000);
    expect(sample.connection.health.state).toBe('online');
    expect((await sample.connection.calls().call(list)).status).toBe(200);
    expect(loginsOf(sample)).toBe(2);
  });

  it('repeats a refused write only because the server refused it before handling it (G2)', async () => {
    const server = expiring((_call, answer) => answer.socket?.resetAndDestroy() as never);
    sample = await sampleConnection(server.handler);
    server.expire();
    const error = await failureOf(sample.connection.calls().call(create));
    expect(error.recovery).toBe('ambiguous');
    expect(sample.calls.filter((call) => call.url === '/base/bills')).toHaveLength(1);
  });

  it('is refused at once where every call carries its own credentials', async () => {
    sample = await sampleConnection((_call, answer) => reply(answer, 401, {}), { config: { auth: 'key' } });
    const refusal = await failureOf(sample.connection.calls().call(list));
    expect(refusal.code).toBe('SIGN_IN_REFUSED');
    // What this way to sign in does not need is not named.
    expect(refusal.remedy).toMatch(/: SAMPLE_API_KEY\.$/);
    expect(sample.calls).toHaveLength(1);
  });
});

describe('a session', () => {
  const opened = (facts: Partial<Session>) => {
    let opens = 0;
    const clock = manualClock();
    const keeper = createSessionKeeper(async () => {
      opens++;
      const end = facts.expiresAt === undefined ? {} : { expiresAt: clock.now().getTime() + facts.expiresAt };
      return { token: `t${opens}`, ...facts, ...end };
    }, clock);
    return { keeper, clock, opens: () => opens };
  };

  it('is renewed a little before it expires', async () => {
    const { keeper, clock, opens } = opened({ expiresAt: 3_600_000 });
    await keeper.current();
    await clock.advance(3_600_000 - 61_000);
    await keeper.current();
    expect(opens()).toBe(1);
    await clock.advance(2_000);
    await keeper.current();
    expect(opens()).toBe(2);
  });

  it('is renewed when it was idle for nearly too long, and use keeps it alive', async () => {
    const { keeper, clock, opens } = opened({ idleMs: 35 * 60_000 });
    for (let round = 0; round < 5; round++) {
      keeper.worked(await keeper.current());
      await clock.advance(30 * 60_000);
    }
    expect(opens()).toBe(1);
    await clock.advance(5 * 60_000);
    await keeper.current();
    expect(opens()).toBe(2);
  });

  it('with a nonsensical end is used all the same, not opened for every call', async () => {
    const { keeper, opens } = opened({ expiresAt: -1_000_000 });
    for (let round = 0; round < 10; round++) await keeper.current();
    expect(opens()).toBe(1);
  });

  it('is dropped only by the call that used it', async () => {
    const { keeper, opens } = opened({});
    const first = await keeper.current();
    keeper.refused(first);
    const second = await keeper.current();
    keeper.refused(first);
    expect(await keeper.current()).toBe(second);
    expect(opens()).toBe(2);
  });

  it('that cannot be opened is not asked for again before its time, which grows up to five minutes', async () => {
    const clock = manualClock();
    const tries: number[] = [];
    const refusal = new SystemError({ recovery: 'configuration', code: 'X', text: 'no', remedy: 'none' });
    const keeper = createSessionKeeper(async () => {
      tries.push(clock.now().getTime());
      throw refusal;
    }, clock);
    for (let second = 0; second < 2_100; second++) {
      await expect(keeper.current()).rejects.toBe(refusal);
      await clock.advance(1_000);
    }
    const gaps = tries.slice(1).map((at, index) => (at - (tries[index] ?? 0)) / 1_000);
    expect(gaps).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300]);
  });

  it('H10: that could not be opened is asked for soon, although the clock was set back by hours meanwhile', async () => {
    let behindMs = 0;
    let opens = 0;
    const clock = manualClock();
    const keeper = createSessionKeeper(
      async () => {
        opens += 1;
        if (opens > 1) return { token: 't' };
        throw new SystemError({ recovery: 'configuration', code: 'X', text: 'no', remedy: 'none' });
      },
      { now: () => new Date(clock.now().getTime() - behindMs), wait: clock.wait },
    );
    await expect(keeper.current()).rejects.toThrow('no');
    await expect(keeper.current()).rejects.toThrow('no');
    expect(opens).toBe(1);
    behindMs = 10_800_000;
    expect((await keeper.current()).token).toBe('t');
  });

  it('survives a network that fails at sign-in: the next caller tries again at once', async () => {
    let fails = true;
    const keeper = createSessionKeeper(async () => {
      if (fails)
        throw new SystemError({ recovery: 'retry', code: 'NETWORK_DNS', text: 'no', remedy: 'none' });
      return { token: 't' };
    }, jumpingClock());
    await expect(keeper.current()).rejects.toThrow('no');
    fails = false;
    expect((await keeper.current()).token).toBe('t');
  });
});

async function advanceInSteps(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 5_000) {
    await clock.advance(5_000);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
