import { RecordOutcome, SystemError } from '../../runtime/connector/errors';
import type { AcumaticaConnection } from './connection';

export function hasCode(error: unknown, ...codes: readonly string[]): error is SystemError {
  return error instanceof SystemError && codes.includes(error.code);
}

export function noSession(status: number, how: string, what: string): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: 'ACUMATICA_NO_SESSION',
    text: `The sign-in was answered ${how}.`,
    remedy: `Check ${what}.`,
    status,
    call: 'sign-in',
  });
}

export function unreadableAnswer(call: string): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'ACUMATICA_UNREADABLE_ANSWER',
    text: 'Acumatica said success, but the answer is none of its records.',
    remedy: 'Look for a proxy or sign-in page between here and the server.',
    call,
  });
}

export function wrongAddress({ baseUrl }: AcumaticaConnection, status: number): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: 'ACUMATICA_WRONG_ADDRESS',
    text: `There is no Acumatica instance at ${baseUrl}.`,
    remedy:
      'Check ACUMATICA_BASE_URL: the full address of the instance, with the name of the instance if the site has one.',
    status,
    call: 'list-endpoints',
  });
}

export function rowWithoutKey(call: string, field: string): SystemError {
  return new SystemError({
    recovery: 'rejected',
    code: 'ACUMATICA_ROW_WITHOUT_KEY',
    text: `A record comes without ${field}, which is part of its key.`,
    remedy: 'An endpoint of your own must keep the fields of the endpoint that it extends.',
    call,
  });
}

export function rowsMove(call: string): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'ACUMATICA_ROWS_MOVE',
    text: 'Records were added or deleted again and again while they were read.',
    remedy: 'Nothing to do: it is read again.',
    call,
  });
}

/** Work that Acumatica does on its own and has not finished. */
export function stillWorking(call: string, text: string): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'ACUMATICA_STILL_WORKING',
    text,
    remedy: 'Nothing to do: it is looked up again.',
    waitMs: 15_000,
    call,
  });
}

/** What an operation ended with, as the refusal that it is. */
export function operationFailed({
  code,
  message,
  remedy,
  systemWords,
  status,
  call,
}: SystemError): SystemError {
  return new SystemError({ recovery: 'rejected', code, text: message, remedy, systemWords, status, call });
}

/** Refused while an operation may still hold the session; in which words is documented nowhere. */
export function sessionAtWork(call: string, systemWords: string | undefined): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'ACUMATICA_SESSION_AT_WORK',
    text: 'An operation may still be going on in the session, and Acumatica takes nothing else meanwhile.',
    remedy: 'Nothing to do: it is tried again.',
    waitMs: 5_000,
    systemWords,
    status: 500,
    call,
  });
}

/** Parks a record whose document cannot be brought about, with what a person needs to know. */
export function parked(reason: string, message: string, facts: Record<string, unknown> = {}): RecordOutcome {
  return new RecordOutcome('park', reason, { message, ...facts });
}

/**
 * A refusal in the middle of a write of several calls: what is there and what is not is known exactly, so the
 * record parks with Acumatica's words instead of an unknown outcome. Other errors are given back as they are.
 */
export function asOutcome(error: unknown): unknown {
  if (!(error instanceof SystemError)) return error;
  if (error.recovery !== 'rejected' && error.recovery !== 'not-found') return error;
  const { code, message, systemWords, remedy, status, call } = error;
  return parked(error.reason, message, { code, systemWords, remedy, status, call });
}
