import { SystemError } from '../../runtime/connector/errors';

export function isNotFound(error: unknown): error is SystemError {
  return error instanceof SystemError && error.recovery === 'not-found';
}

/** Whether AvidXchange understood the call and refused it: the same call will be refused again. */
export function isRefusal(error: unknown): error is SystemError {
  return error instanceof SystemError && error.recovery === 'rejected';
}

/** A good status with a body that is not what was asked for. */
export function unreadable(call: string): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'AVIDXCHANGE_UNREADABLE_ANSWER',
    text: `AvidXchange answered ${call} with something that is not what was asked for.`,
    remedy:
      'Nothing to do: it is repeated. If it goes on, compare the names of rows and paging in the conventions of the connection with an answer.',
    call,
  });
}

/** A batch was taken, and nobody said under which id, nor what became of it. */
export function unclearBatch(call: string): SystemError {
  return new SystemError({
    recovery: 'ambiguous',
    code: 'AVIDXCHANGE_BATCH_UNCLEAR',
    text: 'AvidXchange took the batch and did not say what became of it.',
    remedy: 'Nothing to do: the batch is looked up by its external id before anything is sent again.',
    call,
  });
}
