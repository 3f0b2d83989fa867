import { SystemError } from '../../runtime/connector/errors';

/** Whether BILL understood the call and refused it: the same call will be refused again. */
export function isRefusal(error: unknown): error is SystemError {
  return error instanceof SystemError && error.recovery === 'rejected';
}

/** Whether a list cannot be had here: the user may not see it, or the organization does not have it. */
export function isUnavailable(error: unknown): error is SystemError {
  return isRefusal(error) || (error instanceof SystemError && error.code === 'BILL_NO_SUCH_LIST');
}

/** Whether BILL refused the list itself: a filter or an order that it does not know, or a damaged page token. */
export function isBadRequest(error: unknown): error is SystemError {
  return isRefusal(error) && (error.status === 400 || error.status === 422);
}

export function isNotFound(error: unknown): error is SystemError {
  return error instanceof SystemError && error.recovery === 'not-found';
}

/** A good status with a body that is not what was asked for, for example a page of a proxy in between. */
export function unreadableList(call: string): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'BILL_UNREADABLE_ANSWER',
    text: `BILL answered ${call} with something that is not a list.`,
    remedy: 'Nothing to do: it is repeated. If it goes on, look for a proxy between here and BILL.',
    call,
  });
}

/** The same after a write: it may have happened. */
export function unreadableWrite(call: string, status: number): SystemError {
  return new SystemError({
    recovery: 'ambiguous',
    code: 'BILL_UNREADABLE_ANSWER',
    text: `BILL answered ${call} with status ${status} but without an id; it may have been stored.`,
    remedy: 'Nothing to do: it is looked up before anything is sent again.',
    status,
    call,
  });
}

/**
 * There is no such list, although the sign-in was answered: something between here and BILL is unwell, or the
 * organization does not have what is asked for. It is given up after a while: the connection itself works.
 */
export function noSuchList(call: string, cause: SystemError): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'BILL_NO_SUCH_LIST',
    text: `BILL does not have what ${call} asks for.`,
    remedy:
      'Check that BILL_BASE_URL is the gateway, for example https://gateway.prod.bill.com, and that the organization has this feature.',
    systemWords: cause.systemWords,
    status: cause.status,
    call,
    cause,
  });
}
