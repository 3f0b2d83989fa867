import { afterEach, describe, expect, it } from 'vitest';
import { manualClock } from '../../tests/support/manual-clock';
import {
  create,
  drop,
  failureOf,
  type Handler,
  list,
  reply,
  type SampleConnection,
  sampleConnection,
} from '../../tests/support/sample-connection';
import { sampleSystem } from '../../tests/support/sample-system';
import type { ConnectionSettings, HttpAnswer, HttpRequest } from './system';

const withoutSession = { config: { auth: 'key' } };
const update: HttpRequest = { ...create, name: 'update-bill', method: 'PUT', effect: 'idempotent' };

let sample: SampleConnection;
afterEach(() => sample?.stop());

/** What can go wrong with a call that the server may have handled. */
const unclear: Record<string, Handler> = {
  'the connection breaks after the request': (_call, answer) => drop(answer),
  'a 502 page comes from a gateway (B3)': (_call, answer) => {
    answer.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
  },
  'a 500 comes': (_call, answer) => reply(answer, 500, { message: 'oops' }),
  'a 503 comes without a rule for it': (_call, answer) => reply(answer, 503, {}, { 'retry-after': '1' }),
  'a 408 comes': (_call, answer) => reply(answer, 408, {}),
  'no answer comes in time': () => undefined,
  'the body is truncated': (_call, answer) => {
    answer.writeHead(201, { 'content-type': 'application/json', 'content-length': '100' });
    answer.write('{"id":', () => answer.socket?.destroy());
  },
  'the body is not the JSON it says it is': (_call, answer) => {
    answer.writeHead(201, { 'content-type': 'application/json' }).end('{"id": tru');
  },
  'a sign-in page comes instead of JSON': (_call, answer) => {
    answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Sign in</html>');
  },
};

describe.each(Object.entries(unclear))('when %s', (_name, handler) => {
  // Long enough for a busy machine, short enough for the one that waits it out.
  const quick = { timeoutMs: handler === unclear['no answer comes in time'] ? 400 : 5_000 };

  it('a call with effect once is sent once, and its outcome is ambiguous (B1)', async () => {
    sample = await sampleConnection(handler, withoutSession);
    const error = await failureOf(sample.connection.calls().call({ ...create, ...quick }));
    expect(error.recovery).toBe('ambiguous');
    expect(error.call).toBe('create-bill');
    expect(sample.calls).toHaveLength(1);
  });

  it.each([list, update])(
    'an $effect call is repeated four times at most, then left to the caller',
    async (request) => {
      sample = await sampleConnection(handler, withoutSession);
      const error = await failureOf(sample.connection.calls().call({ ...request, ...quick }));
      expect(error.recovery).toBe('retry');
      expect(sample.calls).toHaveLength(4);
      expect(sample.connection.counters.retries).toBe(3);
    },
  );

  it('a read goes on by itself once the trouble is over', async () => {
    sample = await sampleConnection(
      (call, answer, nth) => (nth < 3 ? handler(call, answer, nth) : reply(answer, 200, { n: nth })),
      withoutSession,
    );
    expect((await sample.connection.calls().call({ ...list, ...quick })).json).toEqual({ n: 3 });
  });
});

describe('repetition', () => {
  it('leaves a write that provably never left to be tried again (B2)', async () => {
    sample = await sampleConnection(() => undefined, withoutSession);
    await sample.stop();
    const gone = sample.url;
    sample = await sampleConnection(() => undefined, { config: { auth: 'key', baseUrl: gone } });
    const error = await failureOf(sample.connection.calls().call(create));
    expect(error).toMatchObject({ recovery: 'retry', code: 'NETWORK_REFUSED' });
    expect(sample.audit.map(({ detail }) => detail['phase'])).toEqual(['unsent']);
    expect(sample.connection.counters.calls).toBe(0);
  });

  it('asks the client about an answer that cannot be read: it may know the sign-in page', async () => {
    const module = {
      ...sampleSystem,
      connect: (settings: ConnectionSettings) => ({
        ...sampleSystem.connect(settings),
        findHiddenFailure: ({ text }: HttpAnswer) =>
          text.includes('Sign in') ? { message: 'a sign-in page' } : undefined,
      }),
    };
    const page = unclear['a sign-in page comes instead of JSON'] as Handler;
    sample = await sampleConnection(page, { ...withoutSession, module });
    expect(await failureOf(sample.connection.calls().call(create))).toMatchObject({
      code: 'HIDDEN_FAILURE',
      systemWords: 'a sign-in page',
    });
  });

  it('does not mistake a client that stumbles over an answer for a call that was not made', async () => {
    const module = {
      ...sampleSystem,
      connect: (settings: ConnectionSettings) => ({
        ...sampleSystem.connect(settings),
        findHiddenFailure: () => {
          throw new TypeError('cannot read properties of undefined');
        },
      }),
    };
    sample = await sampleConnection((_call, answer) => reply(answer, 200, {}), { ...withoutSession, module });
    expect(await failureOf(sample.connection.calls().call(create))).toMatchObject({
      recovery: 'ambiguous',
      code: 'ANSWER_UNREADABLE',
    });
    expect(sample.audit).toHaveLength(1);
  });

  it('treats a socket that the server closed between two calls as ambiguous for a write', async () => {
    sample = await sampleConnection((_call, answer, nth) => {
      if (nth % 2 === 0) return drop(answer);
      reply(answer, 200, {});
    }, withoutSession);
    for (let round = 0; round < 20; round++) {
      await sample.connection.calls().call(list);
      expect((await failureOf(sample.connection.calls().call(create))).recovery).toBe('ambiguous');
    }
    expect(sample.calls.filter((call) => call.method === 'POST')).toHaveLength(20);
  });

  it('waits as long as Retry-After says, in seconds or as a date by the server clock (G4)', async () => {
    sample = await sampleConnection((_call, answer, nth) => {
      if (nth === 1) return reply(answer, 429, {}, { 'retry-after': '7' });
      if (nth === 2) {
        const date = 'Mon, 02 Mar 2020 10:00:00 GMT';
        return reply(answer, 429, {}, { date, 'retry-after': 'Mon, 02 Mar 2020 10:00:11 GMT' });
      }
      reply(answer, 200, {});
    }, withoutSession);
    await sample.connection.calls().call(list);
    expect(sample.waits).toEqual(expect.arrayContaining([7_000, 11_000]));
  });

  it('hands a wait that is too long to the caller, who sees how long', async () => {
    sample = await sampleConnection(
      (_call, answer) => reply(answer, 429, {}, { 'retry-after': '3600' }),
      withoutSession,
    );
    const error = await failureOf(sample.connection.calls().call(list));
    expect(error).toMatchObject({ recovery: 'rate-limited', waitMs: 3_600_000 });
    expect(sample.calls).toHaveLength(1);
  });

  it('makes no call at all during a long pause, says how long it lasts, and goes on after it', async () => {
    const clock = manualClock();
    sample = await sampleConnection(
      (_call, answer, nth) =>
        nth === 1 ? reply(answer, 429, {}, { 'retry-after': '3600' }) : reply(answer, 200, {}),
      { ...withoutSession, clock },
    );
    await failureOf(sample.connection.calls().call(create));
    await clock.advance(600_000);
    expect(await failureOf(sample.connection.calls().call(create))).toMatchObject({
      recovery: 'rate-limited',
      code: 'CALLS_PAUSED',
      waitMs: 3_000_000,
    });
    expect(sample.calls).toHaveLength(1);
    await clock.advance(3_000_000);
    expect((await sample.connection.calls().call(create)).status).toBe(200);
  });

  it('slows everybody down when a rule of the system says so at any status, and reports a write as not done', async () => {
    sample = await sampleConnection((_call, answer, nth) => {
      if (nth === 1) return reply(answer, 422, { code: 'SLOW_DOWN', message: 'too many' });
      reply(answer, 200, {});
    }, withoutSession);
    const error = await failureOf(sample.connection.calls().call(create));
    expect(error).toMatchObject({ recovery: 'rate-limited', code: 'SAMPLE_SLOW_DOWN', waitMs: 2_000 });
    await sample.connection.calls().call(list);
    expect(sample.waits).toEqual([2_000]);
    expect(sample.connection.counters.throttled).toBe(1);
  });
});
