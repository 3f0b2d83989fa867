import { SystemError } from '../../runtime/connector/errors';

export function isNotFound(error: unknown): error is SystemError {
  return error instanceof SystemError && error.recovery === 'not-found';
}

/** Whether Basware understood the call and refused it: the same call will be refused again. */
export function isRefusal(error: unknown): error is SystemError {
  return error instanceof SystemError && error.recovery === 'rejected';
}

/** A good status with a body that is not what was asked for. */
export function unreadable(call: string): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'BASWARE_UNREADABLE_ANSWER',
    text: `Basware answered ${call} with something that is not what was asked for.`,
    remedy: 'Nothing to do: it is repeated. If it goes on, look for a proxy between here and Basware.',
    call,
  });
}

/** Basware took the call, and has not said yet what its second phase made of it. */
export function stillProcessing(call: string, waitMs: number): SystemError {
  return new SystemError({
    recovery: 'ambiguous',
    code: 'BASWARE_STILL_PROCESSING',
    text: 'Basware has taken it and is not done with it.',
    remedy: 'Nothing to do: it is looked up. If it goes on for long, ask Basware about the request.',
    waitMs,
    call,
  });
}
