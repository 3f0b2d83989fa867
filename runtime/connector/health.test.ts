import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type ManualClock, manualClock } from '../../tests/support/manual-clock';
import {
  create,
  failureOf,
  list,
  reply,
  type SampleConnection,
  sampleConnection,
} from '../../tests/support/sample-connection';
import { SystemError } from './errors';
import { HealthKeeper } from './health';

let sample: SampleConnection;
afterEach(() => sample?.stop());

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

function refusal(code: string): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code,
    text: 'wrong key',
    remedy: 'enter the right one',
  });
}

describe('the health of a connection', () => {
  it('is unknown until a call succeeds', async () => {
    sample = await sampleConnection((_call, answer) => reply(answer, 200, {}), { config: { auth: 'key' } });
    expect(sample.connection.health).toEqual({ state: 'unknown' });
    await sample.connection.calls().call(list);
    expect(sample.connection.health.state).toBe('online');
  });

  it('goes offline on a matter of configuration, with cause and remedy, fails fast, probes, and comes back', async () => {
    const clock = manualClock();
    let wrong = true;
    sample = await sampleConnection(
      (_call, answer) =>
        wrong ? reply(answer, 403, { code: 'BAD_KEY', message: 'unknown key' }) : reply(answer, 200, {}),
      { clock, config: { auth: 'key' } },
    );
    const seen: string[] = [];
    sample.connection.onHealth(({ state }) => seen.push(state));

    const first = await failureOf(sample.connection.calls().call(create));
    expect(first).toMatchObject({ recovery: 'configuration', code: 'SAMPLE_BAD_KEY' });
    expect(sample.connection.health).toMatchObject({
      state: 'offline',
      code: 'SAMPLE_BAD_KEY',
      cause: 'The API key is wrong. (unknown key)',
      remedy: 'Enter the right API key.',
    });

    const fast = await Promise.all([1, 2, 3].map(() => failureOf(sample.connection.calls().call(create))));
    expect(fast.map(({ recovery, code }) => [recovery, code])).toEqual(
      Array(3).fill(['configuration', 'SAMPLE_BAD_KEY']),
    );
    expect(sample.calls).toHaveLength(1);

    await until(() => sample.calls.length >= 3, clock, 1_000);
    expect(sample.calls.slice(1).every((call) => call.url === '/base/me')).toBe(true);
    wrong = false;
    await until(() => sample.connection.health.state === 'online', clock, 1_000);
    expect(seen).toEqual(['offline', 'online']);
    expect((await sample.connection.calls().call(create)).status).toBe(200);
  });

  it('goes offline when three attempts in a row could not be sent, and comes back when the server is there', async () => {
    sample = await sampleConnection((_call, answer) => reply(answer, 200, {}), { config: { auth: 'key' } });
    const { url } = sample;
    await sample.stop();
    const clock = manualClock();
    sample = await sampleConnection(() => undefined, { clock, config: { auth: 'key', baseUrl: url } });
    for (let nth = 1; nth <= 3; nth++) {
      expect((await failureOf(sample.connection.calls().call(create))).recovery).toBe('retry');
      expect(sample.connection.health.state).toBe(nth < 3 ? 'unknown' : 'offline');
    }
    expect(sample.connection.health.code).toBe('NETWORK_REFUSED');
    expect((await failureOf(sample.connection.calls().call(create))).recovery).toBe('configuration');
  });

  it('says why a ping fails, and that it is offline', async () => {
    sample = await sampleConnection(() => undefined, { config: { baseUrl: 'http://no-such-host.invalid' } });
    const error = await failureOf(sample.connection.ping());
    expect(error.code).toBe('NETWORK_DNS');
    expect(sample.connection.health).toMatchObject({ state: 'offline', code: 'NETWORK_DNS' });
  });

  it.each([
    [
      'a gateway speaks for it',
      (_call: unknown, answer: ServerResponse) => reply(answer, 503, {}),
      'HTTP_SERVER_ERROR',
    ],
    ['it hangs up', (_call: unknown, answer: ServerResponse) => void answer.destroy(), 'NETWORK_RESET'],
    [
      'a page for people stands there',
      (_call: unknown, answer: ServerResponse) =>
        void answer.setHeader('content-type', 'application/json').end('<html>'),
      'ANSWER_UNREADABLE',
    ],
  ])(
    'goes offline when no call was answered for three minutes (%s), and comes back',
    async (_how, fail, code) => {
      const clock = manualClock();
      let down = true;
      sample = await sampleConnection(
        (call, answer) => (down ? fail(call, answer) : reply(answer, 200, {})),
        { clock, config: { auth: 'key' } },
      );
      const attempt = () => failureOf(sample.connection.calls().call(create));
      await attempt();
      await clock.advance(179_000);
      expect((await attempt()).recovery).toBe('ambiguous');
      expect(sample.connection.health.state).toBe('unknown');
      await clock.advance(1_000);
      await attempt();
      expect(sample.connection.health).toMatchObject({ state: 'offline', code });
      expect((await attempt()).recovery).toBe('configuration');
      down = false;
      await until(() => sample.connection.health.state === 'online', clock, 1_000);
    },
  );

  it('counts silence from the last answer, and only what the other side was asked', async () => {
    const clock = manualClock();
    const health = new HealthKeeper('books', async () => undefined, clock, quiet);
    const failure = (code: string, status?: number) =>
      new SystemError({ recovery: 'retry', code, text: 'failed', remedy: '', status });
    health.noteAttempt(failure('NETWORK_TIMEOUT'));
    await clock.advance(170_000);
    health.noteAttempt(failure('HTTP_SERVER_ERROR', 500));
    health.noteAttempt(failure('NETWORK_TIMEOUT'));
    await clock.advance(170_000);
    health.noteAttempt(failure('CALL_ABORTED'));
    health.noteAttempt(failure('NETWORK_TIMEOUT'));
    expect(health.current.state).toBe('unknown');
    await clock.advance(10_000);
    health.noteAttempt(failure('CALL_ABORTED'));
    expect(health.current.state).toBe('unknown');
    health.noteAttempt(failure('NETWORK_TIMEOUT'));
    expect(health.current.state).toBe('offline');
    health.close();
  });

  it('does not go offline by an answer, however bad: the server is there', async () => {
    sample = await sampleConnection((_call, answer) => reply(answer, 500, {}), { config: { auth: 'key' } });
    for (let nth = 0; nth < 5; nth++) await failureOf(sample.connection.calls().call(create));
    expect(sample.connection.health.state).not.toBe('offline');
  });

  it('probes after 1, 2, 4, 8, 16 and then every 30 seconds', async () => {
    const clock = manualClock();
    const probes: number[] = [];
    const start = clock.now().getTime();
    const health = new HealthKeeper(
      'books',
      async () => {
        probes.push((clock.now().getTime() - start) / 1_000);
        throw refusal('KEY');
      },
      clock,
      quiet,
    );
    health.goOffline(refusal('KEY'));
    await clock.advance(150_000);
    health.close();
    expect(probes).toEqual([1, 3, 7, 15, 31, 61, 91, 121]);
  });

  it('probes more rarely when it goes offline again soon after it came back, and afresh after a calm time', async () => {
    const clock = manualClock();
    const health = new HealthKeeper('books', async () => undefined, clock, quiet);
    const waits: number[] = [];
    for (let round = 0; round < 4; round++) {
      health.goOffline(refusal('KEY'));
      waits.push(clock.waits[0] ?? 0);
      await clock.advance(30_000);
      expect(health.current.state).toBe('online');
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000]);
    await clock.advance(120_000);
    health.goOffline(refusal('KEY'));
    expect(clock.waits).toEqual([1_000]);
    health.close();
  });

  it('stops probing when it is closed', async () => {
    const clock = manualClock();
    const health = new HealthKeeper('books', () => expect.fail('probed'), clock, quiet);
    health.goOffline(refusal('KEY'));
    health.close();
    await clock.advance(60_000);
    expect(clock.waits).toEqual([]);
  });
});

/** Moves time on, step by step, until something is so. */
async function until(holds: () => boolean, clock: ManualClock, stepMs: number): Promise<void> {
  for (let step = 0; step < 200 && !holds(); step++) {
    await clock.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(holds()).toBe(true);
}
