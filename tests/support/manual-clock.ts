import type { Clock } from '../../runtime/connector/clock';

export interface ManualClock extends Clock {
  /** Moves time on, and wakes what waits for a moment passed on the way, in order. */
  advance(ms: number): Promise<void>;
  /** How many waits are open, and how long each still has. */
  readonly waits: readonly number[];
}

/** A clock that stands still until a test moves it. */
export function manualClock(start = Date.parse('2026-03-02T10:20:30.000Z')): ManualClock {
  let now = start;
  const sleepers = new Set<{ readonly at: number; wake(): void }>();
  return {
    now: () => new Date(now),
    get waits() {
      return [...sleepers].map((sleeper) => sleeper.at - now);
    },
    wait: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        const sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
        };
        const onAbort = () => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        sleepers.add(sleeper);
      }),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...sleepers].filter((sleeper) => sleeper.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        next.wake();
        // Lets what was woken run, real sockets included, before time goes on.
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      now = end;
      await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
}
