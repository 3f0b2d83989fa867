import { RecordOutcome, SystemError } from '../../runtime/connector/errors';

export function isStatus(error: unknown, ...statuses: readonly number[]): error is SystemError {
  return error instanceof SystemError && error.status !== undefined && statuses.includes(error.status);
}

/** Rows, or none where the answer has one of these statuses: the site, or the user, does not have the service. */
export async function noneWhere<Row>(
  statuses: readonly number[],
  read: () => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  try {
    return await read();
  } catch (error) {
    if (isStatus(error, ...statuses)) return [];
    throw error;
  }
}

export function hasCode(error: unknown, code: string): error is SystemError {
  return error instanceof SystemError && error.code === code;
}

export const unsupportedCode = 'EPICOR_READING_UNSUPPORTED';

/** A way of reading that this server does not support; which option to change is in the remedy. */
export function unsupportedReading(call: string, text: string, remedy: string, cause?: unknown): SystemError {
  const systemWords = cause instanceof SystemError ? cause.systemWords : undefined;
  const status = cause instanceof SystemError ? cause.status : undefined;
  return new SystemError({
    recovery: 'rejected',
    code: unsupportedCode,
    text,
    remedy,
    systemWords,
    status,
    call,
    cause,
  });
}

export function unreadableAnswer(call: string): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'EPICOR_UNREADABLE_ANSWER',
    text: 'Epicor said success, but the answer holds no rows.',
    remedy: 'Look for a proxy or sign-in page between here and the server.',
    call,
  });
}

export function foreignCompany(call: string, expected: string, found: string | undefined): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: 'WRONG_COMPANY',
    text:
      found === undefined
        ? 'A row does not say which company it belongs to.'
        : `Epicor answered with rows of company ${found}, not ${expected}.`,
    remedy:
      'Check EPICOR_COMPANY, and to which company the API key and the user are limited. A BAQ must show the Company column.',
    call,
  });
}

/** Work that Epicor does on its own and has not finished. */
export function stillWorking(call: string, text: string, waitMs: number): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'EPICOR_STILL_WORKING',
    text,
    remedy:
      'Nothing to do: it is looked up again. If it lasts, look at the System Agent and its tasks in Epicor.',
    waitMs,
    call,
  });
}

/**
 * A refusal in the middle of a write of several calls: what is there and what is not is known exactly, so the
 * record parks with Epicor's words instead of an unknown outcome. Other errors are given back as they are.
 */
export function asOutcome(error: unknown): unknown {
  if (!(error instanceof SystemError)) return error;
  if (error.recovery !== 'rejected' && error.recovery !== 'not-found') return error;
  const { code, message, systemWords, remedy, status, call } = error;
  return new RecordOutcome('park', error.reason, { message, code, systemWords, remedy, status, call });
}
