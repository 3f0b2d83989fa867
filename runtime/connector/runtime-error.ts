import { recoveryOf } from './classify';
import { CONNECTION_ERRORS, type ErrorEntry, SENT_ERRORS, UNSENT_ERRORS } from './error-table';
import { SystemError } from './errors';
import type { HttpRequest } from './system';

const entries = { ...UNSENT_ERRORS, ...SENT_ERRORS, ...CONNECTION_ERRORS };

export type RuntimeErrorCode = keyof typeof entries;

/** An error of the runtime's own table about a call. */
export function runtimeError(
  code: RuntimeErrorCode,
  request: Pick<HttpRequest, 'name' | 'effect'> | undefined,
  more: {
    readonly systemWords?: string | undefined;
    readonly waitMs?: number;
    readonly status?: number | undefined;
    readonly cause?: unknown;
    /** Instead of the table's. */
    readonly remedy?: string;
  } = {},
): SystemError {
  const entry: ErrorEntry = entries[code];
  return new SystemError({
    ...more,
    recovery: request ? recoveryOf(entry, request.effect) : entry.recovery,
    code,
    text: entry.text,
    remedy: more.remedy ?? entry.remedy,
    call: request?.name,
  });
}
