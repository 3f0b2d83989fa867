import type { Clock } from './clock';
import { type AcquireOptions, LimiterPaused, longestPauseToWaitFor, type Slot } from './limiter';

interface Waiter {
  readonly priority: number;
  serve(slot: Slot): void;
  refuse(reason: unknown): void;
}

/** Timers may fire this early, milliseconds. */
const EARLY_MS = 50;

/** The calls that wait for a slot of one key, by priority, then in the order they came; and the key's pause. */
export class WaitingLine {
  private readonly waiters: Waiter[] = [];
  private pausedUntil = 0;
  /** How long the pause is from its beginning, milliseconds. */
  private pauseLength = 0;
  private readonly closing = new AbortController();

  constructor(
    private readonly clock: Clock,
    /** Called when a pause is over. */
    private readonly onOpen: () => void,
  ) {}

  get length(): number {
    return this.waiters.length;
  }

  /** How much longer nobody is served, milliseconds. */
  get pauseMs(): number {
    // A clock that is set back must not make a pause longer.
    return Math.max(0, Math.min(this.pauseLength, this.pausedUntil - this.clock.now().getTime()));
  }

  /**
   * Resolves when served.
   * @throws the signal's reason when aborted first, `LimiterPaused` when the pause is too long to wait for
   */
  join(options: AcquireOptions = {}): Promise<Slot> {
    const { signal, priority = 0 } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.pauseMs > longestPauseToWaitFor) return reject(new LimiterPaused(this.pausedUntil));
      const onAbort = () => {
        const at = this.waiters.indexOf(waiter);
        if (at >= 0) this.waiters.splice(at, 1);
        reject(signal?.reason);
      };
      const leave = () => signal?.removeEventListener('abort', onAbort);
      const waiter: Waiter = {
        priority,
        serve: (slot) => {
          leave();
          resolve(slot);
        },
        refuse: (reason) => {
          leave();
          reject(reason);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      const behind = this.waiters.findIndex((other) => other.priority < priority);
      this.waiters.splice(behind < 0 ? this.waiters.length : behind, 0, waiter);
    });
  }

  /** Gives a slot to the first in the line. */
  serve(slot: Slot): void {
    this.waiters.shift()?.serve(slot);
  }

  /** Serves nobody before this instant (epoch ms). A shorter pause never ends a longer one. */
  pause(untilEpochMs: number): void {
    if (untilEpochMs <= this.pausedUntil) return;
    this.pausedUntil = untilEpochMs;
    this.pauseLength = untilEpochMs - this.clock.now().getTime();
    if (this.pauseMs > longestPauseToWaitFor) this.refuseAll(new LimiterPaused(untilEpochMs));
    this.openAfterPause().catch(() => undefined);
  }

  close(reason: Error): void {
    this.closing.abort();
    this.refuseAll(reason);
  }

  private refuseAll(reason: Error): void {
    for (const waiter of this.waiters.splice(0)) waiter.refuse(reason);
  }

  private async openAfterPause(): Promise<void> {
    const until = this.pausedUntil;
    await this.clock.wait(this.pauseMs, this.closing.signal);
    const left = until - this.clock.now().getTime();
    if (left > 0 && left <= EARLY_MS) await this.clock.wait(left, this.closing.signal);
    if (until !== this.pausedUntil) return;
    this.pauseLength = 0;
    this.pausedUntil = 0;
    this.onOpen();
  }
}
