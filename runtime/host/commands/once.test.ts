import { describe, expect, it } from 'vitest';
import { type ManualClock, manualClock } from '../../../tests/support/manual-clock';
import { SystemError } from '../../connector/errors';
import type { Pending } from '../../delivery/protocol';
import { type OnceParts, type OnceSync, runOnce } from './once';

const nothing: Pending = { active: 0, waiting: [], unknown: 0 };

/** Runs to the end while time passes by itself. */
async function run(parts: Partial<OnceParts> & { syncs: readonly OnceSync[]; clock?: ManualClock }) {
  const clock = parts.clock ?? manualClock();
  const said: string[] = [];
  const begun = clock.now().getTime();
  let ended = false;
  const status = runOnce({
    pending: async () => nothing,
    offline: () => [],
    clock,
    longestWaitMs: 300_000,
    signal: new AbortController().signal,
    say: (text) => said.push(text),
    ...parts,
  }).finally(() => {
    ended = true;
  });
  for (let step = 0; step < 20_000 && !ended; step += 1) {
    await clock.advance(clock.waits.length > 0 ? Math.min(...clock.waits) : 0);
  }
  return { status: await status, said, seconds: (clock.now().getTime() - begun) / 1000, clock };
}
const sync = (name: string, read: OnceSync['read'] = async () => {}): OnceSync => ({
  name,
  read,
  inFlight: () => 0,
});
const failure = (recovery: SystemError['recovery'], waitMs?: number) =>
  new SystemError({ recovery, code: 'TEST', text: 'it failed', remedy: 'mend it', waitMs });

describe('a run to the end', () => {
  it('reads each sync when those before it are quiet, and not what is disabled', async () => {
    const events: string[] = [];
    const left = [3, 0, 0];
    const { status } = await run({
      syncs: [
        sync('vendors', async () => void events.push('read vendors')),
        { ...sync('quiet'), read: undefined },
        sync('bills', async () => void events.push('read bills')),
      ],
      pending: async (names) => {
        events.push(`look at ${names.join(' ')}`);
        const active = left[0] ?? 0;
        left[0] = Math.max(0, active - 1);
        return { ...nothing, active };
      },
    });
    expect(status).toBe(0);
    expect(events.filter((event) => event.startsWith('read'))).toEqual(['read vendors', 'read bills']);
    expect(events.indexOf('read bills')).toBeGreaterThan(events.lastIndexOf('look at vendors'));
    expect(events.at(-1)).toBe('look at vendors quiet bills');
  });

  it('does not look into the ledger while records are in the flow', async () => {
    let looks = 0;
    let inFlight = 50;
    await run({
      syncs: [{ ...sync('bills'), inFlight: () => Math.max(0, inFlight--) }],
      pending: async () => {
        looks += 1;
        return nothing;
      },
    });
    expect(looks).toBe(2);
  });

  it('H7: ends when the store is away for long while records are in the flow, and outlasts a short absence', async () => {
    const clock = manualClock();
    const begun = clock.now().getTime();
    const away = (fromMs: number, toMs: number) => async () => {
      const after = clock.now().getTime() - begun;
      if (after >= fromMs && after < toMs) throw new Error('no space is left');
      return nothing;
    };
    const busy = { ...sync('bills'), inFlight: () => (clock.now().getTime() - begun < 200_000 ? 5 : 0) };
    const short = await run({ clock, syncs: [busy], pending: away(10_000, 50_000) });
    expect(short.status).toBe(0);
    const lost = { ...sync('bills'), inFlight: () => 5 };
    const long = await run({ clock, syncs: [lost], pending: away(0, Number.POSITIVE_INFINITY) });
    expect([long.status, long.said.at(-1)]).toEqual([1, expect.stringContaining('no space is left')]);
    expect(long.seconds).toBeLessThan(90);
  });

  it('waits for a retry that is near, and ends with 1 and a list when it is far', async () => {
    const clock = manualClock();
    const at = (ms: number) => [
      { sync: 'bills', key: 'B1', until: new Date(clock.now().getTime() + ms), why: 'HTTP 503' },
    ];
    let looks = 0;
    const near = await run({
      syncs: [sync('bills')],
      pending: async () => {
        looks += 1;
        return { ...nothing, waiting: looks > 20 ? [] : at(60_000) };
      },
    });
    expect(near.status).toBe(0);
    const far = await run({
      syncs: [sync('bills')],
      pending: async () => ({ ...nothing, waiting: at(900_000) }),
    });
    expect(far.status).toBe(1);
    expect(far.said.at(-1)).toMatch(/bills B1: until .* \(HTTP 503\)/);
  });

  it('ends with 4 when an outcome is left unknown', async () => {
    const { status, said } = await run({
      syncs: [sync('bills')],
      pending: async () => ({ ...nothing, unknown: 2 }),
    });
    expect(status).toBe(4);
    expect(said.at(-1)).toContain('2 records');
  });

  it('ends with 3 and the cause after a connection was offline for a minute', async () => {
    const offline = {
      name: 'books',
      cause: 'wrong key',
      remedy: 'Enter the right one.',
      since: manualClock().now(),
    };
    const { status, said, seconds } = await run({
      syncs: [
        sync('bills', async () => {
          throw failure('configuration');
        }),
      ],
      offline: () => [offline],
    });
    expect(status).toBe(3);
    expect(said.at(-1)).toBe('books is offline: wrong key Enter the right one.');
    expect(seconds).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThan(62);
  });

  it('ends with 3 too when the probe works and the calls do not', async () => {
    const clock = manualClock();
    let refusedAt = 0;
    const { status, seconds } = await run({
      clock,
      syncs: [
        sync('bills', async () => {
          refusedAt = clock.now().getTime();
          throw failure('configuration');
        }),
      ],
      offline: () =>
        clock.now().getTime() - refusedAt < 2_000
          ? [{ name: 'books', cause: 'no right', remedy: '', since: new Date(refusedAt) }]
          : [],
    });
    expect(status).toBe(3);
    expect(seconds).toBeLessThan(70);
  });

  it('ends with 3 as well when only the read says what is wrong, and its connection seems well', async () => {
    let reads = 0;
    const refusing = sync('bills', async () => {
      reads += 1;
      throw failure('configuration');
    });
    const { status, said, seconds } = await run({ syncs: [refusing] });
    expect(status).toBe(3);
    expect(said.at(-1)).toBe('bills: cannot be read: it failed mend it');
    expect(seconds).toBeGreaterThanOrEqual(60);
    expect(seconds).toBeLessThan(65);
    expect(reads).toBeLessThan(100);
  });

  it('does not count as one trouble what long reads meet now and then', async () => {
    const clock = manualClock();
    let reads = 0;
    const { status } = await run({
      clock,
      syncs: [
        sync('bills', async () => {
          await clock.wait(40_000);
          if (++reads < 4) throw failure('configuration');
        }),
      ],
    });
    expect([status, reads]).toEqual([0, 4]);
  });

  it('ends when it is told to stop, also in the middle of a read that goes on and on', async () => {
    const stop = new AbortController();
    const events: string[] = [];
    const { status } = await run({
      signal: stop.signal,
      syncs: [
        sync('bills', () => {
          events.push('bills');
          stop.abort();
          return new Promise(() => {});
        }),
        sync('payments', async () => void events.push('payments')),
      ],
    });
    expect([status, events]).toEqual([1, ['bills']]);
  });

  it('goes on when the connection comes back', async () => {
    let reads = 0;
    const { status } = await run({
      syncs: [
        sync('bills', async () => {
          reads += 1;
          if (reads < 3) throw failure('configuration');
        }),
      ],
      offline: () => [],
    });
    expect([status, reads]).toEqual([0, 3]);
  });

  it('reads again after a failure that passes, and gives up when that lasts', async () => {
    let reads = 0;
    const passes = await run({
      syncs: [
        sync('bills', async () => {
          reads += 1;
          if (reads < 4) throw failure('retry');
        }),
      ],
    });
    expect([passes.status, reads]).toEqual([0, 4]);
    const lasts = await run({
      syncs: [
        sync('bills', async () => {
          throw failure('rate-limited', 3_600_000);
        }),
      ],
    });
    expect(lasts.status).toBe(1);
    expect(lasts.said.at(-1)).toContain('it failed mend it');
  });

  it('works the other syncs when one cannot be read at all, and ends with 1', async () => {
    const read: string[] = [];
    const { status, said } = await run({
      syncs: [
        sync('accounts', async () => {
          throw failure('rejected');
        }),
        sync('bills', async () => void read.push('bills')),
      ],
    });
    expect([status, read]).toEqual([1, ['bills']]);
    expect(said.join()).toContain('accounts: cannot be read: it failed mend it');
  });

  it('ends with 1 when it is told to stop', async () => {
    const stop = new AbortController();
    const { status } = await run({
      syncs: [sync('bills')],
      signal: stop.signal,
      pending: async () => {
        stop.abort();
        return { ...nothing, active: 1 };
      },
    });
    expect(status).toBe(1);
  });
});
