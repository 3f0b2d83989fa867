/**
 * Holds back calls so that no more are in flight than a system allows. One limiter serves all connections of a
 * process; calls count for a key.
 */
export interface Limiter {
  /**
   * Waits for a slot of the key. Waiting calls are served by priority, then in the order they came.
   * @param limit slots of the key
   * @throws the signal's reason when it is aborted while waiting; `LimiterPaused` when the key is paused for
   * longer than a call should wait; `LimiterClosed` after `close`
   */
  acquire(key: string, limit: number, options?: AcquireOptions): Promise<Slot>;
  /** Gives no slot of the key to anybody before this instant (epoch ms). A shorter pause never ends a longer one. */
  pause(key: string, untilEpochMs: number): void;
  /** Refuses what waits and gives back what is held. */
  close(): Promise<void>;
}

export interface AcquireOptions {
  readonly signal?: AbortSignal | undefined;
  /** Higher is served first; 0 when not given. */
  readonly priority?: number | undefined;
}

export interface Slot {
  /** Gives the slot back. A second call does nothing. */
  release(): void;
}

/** A call waits for this long a pause, milliseconds; a longer one is the caller's to plan around. */
export const longestPauseToWaitFor = 30_000;

export class LimiterPaused extends Error {
  override readonly name = 'LimiterPaused';

  constructor(readonly untilEpochMs: number) {
    super('calls are paused');
  }
}

export class LimiterClosed extends Error {
  override readonly name = 'LimiterClosed';

  constructor() {
    super('the limiter is closed');
  }
}
