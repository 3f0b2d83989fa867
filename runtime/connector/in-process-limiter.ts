import type { Clock } from './clock';
import { type Limiter, LimiterClosed, LimiterPaused, longestPauseToWaitFor, type Slot } from './limiter';
import { WaitingLine } from './waiting-line';

interface KeyState {
  readonly line: WaitingLine;
  limit: number;
  inFlight: number;
  pausedUntil: number;
}

/** The limiter of a single process: exact, in memory. */
export function createInProcessLimiter(clock: Clock): Limiter {
  const keys = new Map<string, KeyState>();
  const closing = new AbortController();

  const stateOf = (key: string) => {
    let state = keys.get(key);
    if (!state) {
      state = { line: new WaitingLine(), limit: 0, inFlight: 0, pausedUntil: 0 };
      keys.set(key, state);
    }
    return state;
  };

  const isPausedForLong = (state: KeyState) =>
    state.pausedUntil - clock.now().getTime() > longestPauseToWaitFor;

  const serve = (state: KeyState) => {
    while (
      state.line.length > 0 &&
      state.inFlight < state.limit &&
      clock.now().getTime() >= state.pausedUntil
    ) {
      state.inFlight++;
      state.line.serve(slotOf(state));
    }
  };

  const slotOf = (state: KeyState): Slot => {
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        state.inFlight--;
        serve(state);
      },
    };
  };

  /** Timers may fire a little early: looks again until the pause is over. Rejects when the limiter closes. */
  const serveAfterPause = async (state: KeyState) => {
    for (;;) {
      const ms = state.pausedUntil - clock.now().getTime();
      if (ms <= 0) return serve(state);
      await clock.wait(ms, closing.signal);
    }
  };

  return {
    async acquire(key, limit, options) {
      if (closing.signal.aborted) throw new LimiterClosed();
      const state = stateOf(key);
      state.limit = limit;
      if (isPausedForLong(state)) throw new LimiterPaused(state.pausedUntil);
      const slot = state.line.join(options);
      serve(state);
      return slot;
    },
    pause(key, untilEpochMs) {
      const state = stateOf(key);
      if (untilEpochMs <= state.pausedUntil) return;
      state.pausedUntil = untilEpochMs;
      if (isPausedForLong(state)) state.line.refuseAll(new LimiterPaused(untilEpochMs));
      serveAfterPause(state).catch(() => undefined);
    },
    async close() {
      closing.abort();
      for (const state of keys.values()) state.line.refuseAll(new LimiterClosed());
    },
  };
}
