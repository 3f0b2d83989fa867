import { ConfigurationError, RecordOutcome, SystemError } from '../connector/errors';
import type { JsonObject } from '../connector/json';
import { storableObject } from '../ledger/canonical-json';
import { backoff, type Policies } from './policies';
import type { Ending } from './step';

export interface FailureContext {
  /** Counted failures before this one. */
  readonly failures: number;
  /** A write of the record has, or now gets, an unknown outcome. */
  readonly open: boolean;
  readonly policies: Policies;
  readonly now: Date;
  readonly random: () => number;
}

/**
 * What becomes of a record whose attempt ended with `error`: the class of the error says how one recovers.
 * Anything that was thrown is welcome, whatever it is.
 */
export function endingOfFailure(error: unknown, context: FailureContext): Ending {
  if (error instanceof RecordOutcome) return endingOfOutcome(error, context);
  if (error instanceof ConfigurationError) {
    const { code, message, where, remedy } = error;
    return { state: 'parked', reason: 'setting-missing', detail: { code, message, where, remedy } };
  }
  const detail = describe(error);
  if (error instanceof SystemError) return endingOfSystemError(error, detail, context);
  if (isAbort(error)) return { state: 'landed', at: undefined, detail, counts: false };
  if (isPassing(error)) return retry(detail, 0, context);
  return { state: 'parked', reason: 'flow-failed', detail };
}

function endingOfOutcome(outcome: RecordOutcome, context: FailureContext): Ending {
  const { reason, waitsFor } = outcome;
  const detail = storableObject(outcome.detail);
  if (outcome.outcome === 'park') return { state: 'parked', reason, detail, waitsFor };
  // Ignored records are out of sight: one whose last write may have happened must stay in it.
  if (context.open)
    return { state: 'parked', reason: 'outcome-unknown', detail: { ...detail, intended: reason } };
  return { state: 'ignored', reason, detail, waitsFor };
}

function endingOfSystemError(error: SystemError, detail: JsonObject, context: FailureContext): Ending {
  const { policies, now, random } = context;
  const later = (ms: number) => new Date(now.getTime() + ms);
  switch (error.recovery) {
    case 'retry':
      return retry(detail, error.waitMs ?? 0, context);
    case 'ambiguous':
      return retry(detail, Math.max(error.waitMs ?? 0, policies.settleMs), context);
    case 'rate-limited': {
      const wait = error.waitMs ?? backoff(2, policies, random);
      return { state: 'landed', at: later(wait), detail, counts: false };
    }
    case 'configuration':
    case 'refresh-sign-in': {
      const wait = error.waitMs ?? policies.offlineMs * (1 + random() / 5);
      return { state: 'landed', at: later(wait), detail, counts: false };
    }
    case 'rejected':
    case 'not-found':
      return { state: 'parked', reason: error.reason, detail };
  }
}

function retry(detail: JsonObject, waitMs: number, context: FailureContext): Ending {
  const { failures, policies, now, random, open } = context;
  if (failures + 1 >= policies.maxFailures) {
    return { state: 'parked', reason: open ? 'outcome-unknown' : 'attempts-exhausted', detail };
  }
  const wait = Math.max(waitMs, backoff(failures, policies, random));
  return { state: 'landed', at: new Date(now.getTime() + wait), detail, counts: true };
}

/** The error as people and the audit see it. System errors are redacted by the HTTP client already. */
export function describe(error: unknown): JsonObject {
  if (error instanceof SystemError) {
    const { code, message, remedy, systemWords, status, call, recovery } = error;
    return storableObject({ message, code, recovery, remedy, systemWords, status, call });
  }
  if (error instanceof RecordOutcome) return storableObject({ reason: error.reason, ...error.detail });
  if (error instanceof Error) {
    const code = (error as { code?: unknown }).code;
    return storableObject({ message: error.message, name: error.name, code });
  }
  return storableObject({
    message: typeof error === 'string' ? error : 'something that is not an error was thrown',
  });
}

/** It is about what was to be sent, or a mistake of ours: the same again would fail again. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof SystemError) return error.recovery === 'rejected' || error.recovery === 'not-found';
  return !isAbort(error) && !isPassing(error);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** Errors of the network, the operating system and the store that are not about this record. */
function isPassing(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^(E(?!RR_)[A-Z_]{3,}|(08|40|53|55|57|58)[0-9A-Z]{3})$/.test(code);
}
