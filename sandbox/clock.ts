import { Temporal } from 'temporal-polyfill';

/** The time of a simulated system, in milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** A clock that runs with the machine's and can be pushed forward, so that a test need not wait for a session to idle out. */
export class MovableClock implements Clock {
  #ahead = 0;

  now(): number {
    return Date.now() + this.#ahead;
  }

  advance(ms: number): void {
    this.#ahead += ms;
  }
}

/** The calendar date (UTC) of an instant, `YYYY-MM-DD`. */
export function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** `date` moved by whole days; both `YYYY-MM-DD`. */
export function addDays(date: string, days: number): string {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}
