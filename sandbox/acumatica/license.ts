import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../clock';
import { AcumaticaRefusal, httpError } from './refusal';
import type { AcumaticaSwitches } from './switches';

/** The limits of the license: how many calls run at once, and how fast they may come. Too many wait first, and are declined only then. */
export class License {
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** Instants of the calls of the past minute. */
  #recent: number[] = [];
  delayed = 0;
  declined = 0;

  constructor(
    private readonly switches: AcumaticaSwitches,
    private readonly clock: Clock,
  ) {}

  /** Waits for a turn; the function given ends it. Throws 429 when the queue is full or the wait too long. */
  async enter(): Promise<() => void> {
    const began = this.clock.now();
    await this.#pace();
    if (this.#running >= this.switches.concurrentCalls) {
      if (this.#waiting.length >= this.switches.maxQueue) throw this.#decline();
      await new Promise<void>((turn) => this.#waiting.push(turn));
    } else this.#running += 1;
    let inside = true;
    const leave = () => {
      if (!inside) return;
      inside = false;
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    };
    if (this.clock.now() - began > this.switches.maxWaitMs) {
      leave();
      throw this.#decline();
    }
    return leave;
  }

  /** From half of the allowance on, each call is held back so that the rest lasts until the minute ends. */
  async #pace(): Promise<void> {
    const { perMinute, minuteMs, maxWaitMs } = this.switches;
    if (perMinute === undefined) return;
    const now = this.clock.now();
    this.#recent = this.#recent.filter((at) => now - at < minuteMs);
    const used = this.#recent.length;
    const left = minuteMs - (now - (this.#recent[0] ?? now));
    this.#recent.push(now);
    if (used < perMinute / 2) return;
    const delay = Math.min(left / Math.max(perMinute - used, 1), maxWaitMs);
    this.delayed += 1;
    await sleep(delay);
  }

  #decline(): AcumaticaRefusal {
    this.declined += 1;
    const message = 'The number of requests has exceeded the limit imposed by the license.';
    const { throttleBody, retryAfter } = this.switches;
    const headers: Record<string, string> =
      retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
    return throttleBody === 'text'
      ? new AcumaticaRefusal(429, { text: message }, headers, message)
      : new AcumaticaRefusal(429, httpError(429, message).body, headers, message);
  }
}
