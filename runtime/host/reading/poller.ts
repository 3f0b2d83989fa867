import type { Clock } from '../../connector/clock';
import { SystemError } from '../../connector/errors';
import type { Limiter } from '../../connector/limiter';
import { backoffMs } from '../backoff';
import type { DueTimes } from './due-times';
import type { ReadTotals } from './read-pass';
import type { Schedule } from './schedule';

/** What a poller shows of itself. */
export type PollState =
  | { readonly state: 'idle'; readonly nextAt: Date | undefined; readonly last: ReadTotals }
  | { readonly state: 'reading' }
  | { readonly state: 'failed'; readonly error: unknown; readonly nextAt: Date | undefined };

export interface PollerParts {
  readonly sync: string;
  /** Absent: reads only when asked. */
  readonly schedule: Schedule | undefined;
  readonly dueTimes: DueTimes;
  /** Gives the right to read a sync to one runtime at a time. */
  readonly limiter: Limiter;
  readonly clock: Clock;
  /**
   * One read from the cursor to the end of the stream. `hinted`: only because something new was announced; `named`:
   * the keys that were announced.
   */
  readonly read: (
    full: boolean,
    signal: AbortSignal,
    hinted: boolean,
    named: readonly string[],
  ) => Promise<ReadTotals>;
  readonly onState: (state: PollState) => void;
}

/** What a read is to be, and who waits for it. */
interface Asked {
  full: boolean;
  hinted: boolean;
  readonly named: Set<string>;
  readonly waiting: PromiseWithResolvers<ReadTotals>[];
}

/** How often a runtime looks whether another has read meanwhile, milliseconds. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Reads one sync when it is due, and when asked. Reads of a sync never overlap, in this process or another: what
 * is asked for meanwhile is done once afterwards.
 */
export class Poller {
  readonly #parts: PollerParts;
  readonly #closing = new AbortController();
  #asked: Asked | undefined;
  #wake: () => void = () => {};
  #failures = 0;
  #running: Promise<void> | undefined;
  #lastReadAt: Date | undefined;
  #nextReadAt: Date | undefined;

  constructor(parts: PollerParts) {
    this.#parts = parts;
  }

  get lastReadAt(): Date | undefined {
    return this.#lastReadAt;
  }

  get nextReadAt(): Date | undefined {
    return this.#nextReadAt;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /**
   * Wants a read now, on top of the schedule. Resolves with what it brought, rejects with why it failed.
   * @param hinted something new was announced: the scheduled read, which looks after everything, stays due
   * @param named keys of what was announced
   */
  readNow(full = false, hinted = false, named: readonly string[] = []): Promise<ReadTotals> {
    const waiting = Promise.withResolvers<ReadTotals>();
    waiting.promise.catch(() => {});
    this.#asked ??= { full, hinted, named: new Set(), waiting: [] };
    this.#asked.full ||= full;
    this.#asked.hinted &&= hinted;
    for (const key of named) this.#asked.named.add(key);
    this.#asked.waiting.push(waiting);
    this.#wake();
    return waiting.promise;
  }

  async stop(): Promise<void> {
    const reason = new Error('the read node was closed');
    this.#closing.abort(reason);
    this.#wake();
    await this.#running;
    for (const { reject } of this.#asked?.waiting ?? []) reject(reason);
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const { clock, onState } = this.#parts;
    while (!signal.aborted) {
      try {
        await this.#prepare();
        await this.#turn();
      } catch (error) {
        if (signal.aborted) return;
        // The ledger did not say when to read: ask it again in a while.
        onState({ state: 'failed', error, nextAt: undefined });
        await clock.wait(backoffMs(this.#failures++), signal).catch(() => {});
      }
    }
  }

  /** The due time of a sync never read. One stored under a slower schedule, or a clock that was ahead, comes nearer. */
  async #prepare(): Promise<void> {
    const { sync, schedule, dueTimes, clock } = this.#parts;
    if (!schedule) return;
    const now = clock.now();
    const stored = await dueTimes.get(sync);
    const latest = schedule.after(now);
    if (!stored) await dueTimes.set(sync, schedule.firstAtOnce ? now : latest);
    else if (stored > latest) await dueTimes.set(sync, latest);
  }

  async #turn(): Promise<void> {
    const { sync, schedule, dueTimes, clock } = this.#parts;
    if (schedule) this.#nextReadAt = await dueTimes.get(sync);
    const sleep = this.#nextReadAt ? this.#nextReadAt.getTime() - clock.now().getTime() : LONGEST_SLEEP_MS;
    if (sleep > 0) await this.#sleep(Math.min(sleep, LONGEST_SLEEP_MS));

    const asked = this.#asked;
    const now = clock.now();
    if (asked) {
      this.#asked = undefined;
      if (schedule && !asked.hinted) {
        await dueTimes.set(sync, schedule.after(now)).catch(refusing(asked.waiting));
      }
      await this.#read(asked);
    } else if (schedule && !this.#closing.signal.aborted) {
      const isDue = await dueTimes.claim(sync, now, schedule.after(now));
      if (isDue) await this.#read({ full: false, hinted: false, named: new Set(), waiting: [] });
    }
  }

  async #read({ full, hinted, named, waiting }: Asked): Promise<void> {
    const { sync, limiter, clock, read, onState } = this.#parts;
    const { signal } = this.#closing;
    try {
      const turn = await limiter.acquire(`read:${sync}`, 1, { signal });
      try {
        onState({ state: 'reading' });
        const last = await read(full, signal, hinted, [...named]);
        this.#failures = 0;
        this.#lastReadAt = clock.now();
        for (const { resolve } of waiting) resolve(last);
        onState({ state: 'idle', nextAt: await this.#storedDue(), last });
      } finally {
        turn.release();
      }
    } catch (error) {
      for (const { reject } of waiting) reject(error);
      if (!signal.aborted) await this.#failed(error);
    }
  }

  /** What may pass by itself is tried again sooner than the schedule says, never later. */
  async #failed(error: unknown): Promise<void> {
    const { sync, schedule, dueTimes, clock, onState } = this.#parts;
    const passing = error instanceof SystemError && error.recovery !== 'configuration';
    const waitMs = (passing ? error.waitMs : undefined) ?? backoffMs(this.#failures++);
    const scheduled = await this.#storedDue();
    const retryAt = new Date(clock.now().getTime() + waitMs);
    const sooner = schedule && passing && (!scheduled || retryAt < scheduled);
    if (sooner) await dueTimes.set(sync, retryAt);
    onState({ state: 'failed', error, nextAt: sooner ? retryAt : scheduled });
  }

  async #storedDue(): Promise<Date | undefined> {
    const { sync, schedule, dueTimes } = this.#parts;
    this.#nextReadAt = schedule ? await dueTimes.get(sync) : undefined;
    return this.#nextReadAt;
  }

  /** Ends early when a read is asked for or the poller stops. */
  async #sleep(ms: number): Promise<void> {
    const awake = new AbortController();
    this.#wake = () => awake.abort();
    if (this.#asked || this.#closing.signal.aborted) return;
    await this.#parts.clock.wait(ms, awake.signal).catch(() => {});
  }
}

/** Whoever waits for a read hears that it did not even begin. */
function refusing(waiting: readonly PromiseWithResolvers<ReadTotals>[]): (error: unknown) => never {
  return (error) => {
    for (const { reject } of waiting) reject(error);
    throw error;
  };
}
