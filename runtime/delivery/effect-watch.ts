import { SystemError } from '../connector/errors';
import type { Calls } from '../connector/system';

/** The calls of one write, watched for whether the target may have done anything. */
export interface EffectWatch {
  readonly calls: Calls;
  /** True as soon as a call other than a read went through, or may have. */
  readonly mayHaveHappened: boolean;
}

/** Whether a write that ended with this error may have had an effect: its calls may have, or the error says so itself. */
export function isUnclear(watch: EffectWatch, error: unknown): boolean {
  return watch.mayHaveHappened || (error instanceof SystemError && error.recovery === 'ambiguous');
}

/**
 * An intent is rejected only when provably nothing happened: no call with an effect was made, or all that were
 * made failed in a way that says so. An idempotent call may be repeated by the HTTP client after a failure, so
 * its failure proves nothing.
 */
export function watchEffects(calls: Calls, mayHaveHappened = false): EffectWatch {
  const watch = {
    mayHaveHappened,
    calls: {
      async call(request) {
        if (request.effect === 'read') return calls.call(request);
        try {
          const answer = await calls.call(request);
          if (answer.status < 400 || answer.status >= 500) watch.mayHaveHappened = true;
          return answer;
        } catch (error) {
          if (!saysNothingHappened(error, request.effect)) watch.mayHaveHappened = true;
          throw error;
        }
      },
    } satisfies Calls,
  };
  return watch;
}

function saysNothingHappened(error: unknown, effect: 'idempotent' | 'once'): boolean {
  if (!(error instanceof SystemError)) return false;
  if (error.recovery === 'ambiguous') return false;
  return effect === 'once' || error.recovery !== 'retry';
}
