import { afterEach, expect, it } from 'vitest';
import { manualClock } from '../../../tests/support/manual-clock';
import { withStores } from '../../../tests/support/stores';
import type { Clock } from '../../connector/clock';
import { SystemError } from '../../connector/errors';
import { createInProcessLimiter } from '../../connector/in-process-limiter';
import { DueTimes } from './due-times';
import { Poller, type PollerParts, type PollState } from './poller';
import { parseSchedule } from './schedule';

const brought = { pages: 1, rows: 2, landed: 2 };
const running: Poller[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((poller) => poller.stop()));
});

withStores('a poller', (open) => {
  /** Runtimes that share a ledger and the right to read; every read of any of them is noted. */
  async function runtimes(more: Partial<PollerParts> = {}) {
    const clock = manualClock();
    const dueTimes = new DueTimes(await open());
    const limiter = createInProcessLimiter(clock);
    const reads: string[] = [];
    const states: PollState[] = [];
    const start = (name: string, schedule = '60', itsClock: Clock = clock): Poller => {
      const poller = new Poller({
        sync: 'bills',
        schedule: parseSchedule(schedule, 300, 'read'),
        dueTimes,
        limiter,
        clock: itsClock,
        read: async (full) => {
          reads.push(full ? `${name} full` : name);
          return brought;
        },
        onState: (state) => states.push(state),
        ...more,
      });
      running.push(poller);
      poller.start();
      return poller;
    };
    const settle = () => expect.poll(() => clock.waits.length).toBeGreaterThan(0);
    return { clock, dueTimes, reads, states, start, settle };
  }

  it('reads at once the first time, then when it is due', async () => {
    const { clock, reads, start, settle } = await runtimes();
    start('a');
    await expect.poll(() => reads).toEqual(['a']);
    await settle();
    await clock.advance(59_000);
    expect(reads).toEqual(['a']);
    await clock.advance(1_000);
    await expect.poll(() => reads).toEqual(['a', 'a']);
  });

  it('H2: is not reset by a restart', async () => {
    const { clock, reads, start, settle } = await runtimes();
    await start('a').readNow();
    await running.pop()?.stop();
    reads.length = 0;
    await clock.advance(30_000);
    start('b');
    await settle();
    await clock.advance(29_000);
    expect(reads).toEqual([]);
    await clock.advance(1_000);
    await expect.poll(() => reads).toEqual(['b']);
  });

  it('reads once for several runtimes', async () => {
    const { clock, reads, start } = await runtimes();
    start('a');
    start('b');
    await expect.poll(() => clock.waits.length).toBe(2);
    for (let round = 1; round <= 5; round += 1) {
      expect(reads).toHaveLength(round);
      await clock.advance(60_000);
      await expect.poll(() => reads.length).toBe(round + 1);
      await expect.poll(() => clock.waits.length).toBe(2);
    }
  });

  it('does what is asked for during a read once afterwards, whole if anybody wanted it whole', async () => {
    const gate = Promise.withResolvers<void>();
    const seen: boolean[] = [];
    const { start } = await runtimes({
      read: async (full) => {
        seen.push(full);
        if (seen.length === 1) await gate.promise;
        return brought;
      },
    });
    const poller = start('a');
    await expect.poll(() => seen).toEqual([false]);
    const asked = [poller.readNow(), poller.readNow(true), poller.readNow()];
    gate.resolve();
    expect(await Promise.all(asked)).toEqual([brought, brought, brought]);
    expect(seen).toEqual([false, true]);
  });

  it('leaves the scheduled read due when it reads for what was announced, unless somebody wants more', async () => {
    const seen: boolean[] = [];
    const { clock, start, settle } = await runtimes({
      read: async (_full, _signal, hinted) => {
        seen.push(hinted);
        return brought;
      },
    });
    const poller = start('a');
    await expect.poll(() => seen).toEqual([false]);
    await settle();
    await clock.advance(30_000);
    await poller.readNow(false, true);
    await Promise.all([poller.readNow(false, true), poller.readNow()]);
    expect(seen).toEqual([false, true, false]);
    await settle();
    await clock.advance(30_000);
    await poller.readNow(false, true);
    await settle();
    await clock.advance(30_000);
    await expect.poll(() => seen).toEqual([false, true, false, true, false]);
  });

  it('tells one read all the keys that were announced for it, and the next one none of them', async () => {
    const gate = Promise.withResolvers<void>();
    const seen: (readonly string[])[] = [];
    const { start } = await runtimes({
      read: async (_full, _signal, _hinted, named) => {
        seen.push(named);
        if (seen.length === 1) await gate.promise;
        return brought;
      },
    });
    const poller = start('a');
    await expect.poll(() => seen).toEqual([[]]);
    const asked = [['a', 'b'], ['b', 'c'], []].map((named) => poller.readNow(false, true, named));
    gate.resolve();
    await Promise.all(asked);
    await poller.readNow();
    expect(seen).toEqual([[], ['a', 'b', 'c'], []]);
  });

  it('comes back sooner after a failure that may pass, and as the server said', async () => {
    let failures = 1;
    const seen: string[] = [];
    const { clock, states, start, settle } = await runtimes({
      read: async () => {
        seen.push('read');
        if (failures-- > 0) throw failure('rate-limited', 7_000);
        return brought;
      },
    });
    start('a');
    await expect.poll(() => states.at(-1)?.state).toBe('failed');
    await settle();
    await clock.advance(7_000);
    await expect.poll(() => seen).toHaveLength(2);
    await expect.poll(() => states.at(-1)?.state).toBe('idle');
  });

  it('keeps to its schedule after a failure that a person must end, and tells whoever asked', async () => {
    const { clock, states, start } = await runtimes({
      read: async () => {
        throw failure('configuration');
      },
    });
    const poller = start('a');
    await expect(poller.readNow()).rejects.toMatchObject({ code: 'TEST' });
    await expect
      .poll(() => states.at(-1))
      .toMatchObject({ state: 'failed', nextAt: new Date(clock.now().getTime() + 60_000) });
  });

  it('brings a due time nearer that was stored under a slower schedule', async () => {
    const { clock, dueTimes, reads, start, settle } = await runtimes();
    await dueTimes.set('bills', new Date(clock.now().getTime() + 86_400_000));
    start('a');
    await settle();
    await clock.advance(60_000);
    await expect.poll(() => reads).toEqual(['a']);
  });

  it('H10: goes on with its schedule after the clock of the machine was ahead by a day', async () => {
    let ahead = 86_400_000;
    const { clock, reads, start, settle } = await runtimes();
    const wrong: Clock = { now: () => new Date(clock.now().getTime() + ahead), wait: clock.wait };
    const poller = start('a', '60', wrong);
    await expect.poll(() => reads).toEqual(['a']);
    await settle();
    ahead = 0;
    await clock.advance(60_000);
    await settle();
    await clock.advance(60_000);
    await expect.poll(() => reads).toEqual(['a', 'a']);
    expect(poller.nextReadAt?.getTime()).toBeLessThanOrEqual(clock.now().getTime() + 60_000);
  });

  it('ends a read that is under way when it stops, and says so to whoever waits', async () => {
    const { start } = await runtimes({
      read: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    });
    const poller = start('a');
    const asked = poller.readNow();
    await poller.stop();
    await expect(asked).rejects.toThrow('closed');
  });
});

function failure(recovery: SystemError['recovery'], waitMs?: number): SystemError {
  return new SystemError({ recovery, code: 'TEST', text: 'failed', remedy: '', waitMs });
}
