import type { SystemError } from './errors';
import type { HttpRequest } from './system';

const shortest = 500;
const longest = 30_000;
const mostAttempts = 4;

/**
 * Whether a failed attempt is repeated at once inside the client, and after how long.
 * Only `read` and `idempotent` calls are, and only on failures that pass by themselves.
 * @param attempt the attempt that failed, counted from 1
 * @param previousMs the wait before this attempt, 0 for the first
 * @param random from 0 to 1
 * @returns the wait in milliseconds, or undefined when the failure is the caller's to handle
 */
export function repeatAfter(
  error: SystemError,
  effect: HttpRequest['effect'],
  attempt: number,
  previousMs: number,
  random: () => number,
): number | undefined {
  if (effect === 'once' || attempt >= mostAttempts) return undefined;
  if (error.recovery !== 'retry' && error.recovery !== 'rate-limited') return undefined;
  if (error.waitMs !== undefined) return error.waitMs <= longest ? error.waitMs : undefined;
  return jitter(previousMs, random);
}

/** Decorrelated jitter: between the shortest wait and three times the one before, so that callers spread out. */
export function jitter(previousMs: number, random: () => number): number {
  const upper = Math.max(shortest, previousMs) * 3;
  return Math.min(longest, Math.round(shortest + random() * (upper - shortest)));
}

/**
 * What a `Retry-After` header asks for, milliseconds: seconds or an HTTP date.
 * @param serverDate the answer's `Date` header, so that a wrong clock on either side does not matter
 */
export function retryAfterMs(
  header: string | undefined,
  serverDate: string | undefined,
  now: Date,
): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  const until = /[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(until)) return undefined;
  const theirs = Date.parse(serverDate ?? '');
  return Math.max(0, until - (Number.isNaN(theirs) ? now.getTime() : theirs));
}
