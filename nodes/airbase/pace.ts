import type { Clock } from '../../runtime/connector/clock';

/** Share of the limit from which on calls are spread. */
const lowShare = 0.1;
/** The limit is counted over about so long, milliseconds. */
const windowMs = 60_000;
const longestGapMs = 1_000;

/**
 * Slows calls down before the limit is reached: Airbase counts them per token and says with every answer how many are
 * left, but not until when. A limit that is reached nevertheless is answered 429, with the wait.
 */
export class Pace {
  readonly #clock: Clock;
  #gapMs = 0;
  #next = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Waits for the turn of the next call. */
  async before(): Promise<void> {
    if (this.#gapMs === 0) return;
    const now = this.#clock.now().getTime();
    const at = Math.max(now, this.#next);
    this.#next = at + this.#gapMs;
    if (at > now) await this.#clock.wait(at - now);
  }

  /** @param headers of an answer, with lower-case names */
  note(headers: Readonly<Record<string, string>>): void {
    const limit = Number(headers['x-ratelimit-limit']);
    const left = Number(headers['x-ratelimit-remaining']);
    if (!(limit > 0) || !(left >= 0)) return;
    const low = left < limit * lowShare;
    this.#gapMs = low ? Math.min(longestGapMs, Math.round(windowMs / Math.max(left, 1))) : 0;
    if (!low) this.#next = 0;
  }
}
