import { ConfigurationError, RecordOutcome, SystemError } from '../../runtime/connector/errors';

const BADGE_LENGTH = 60;

/** What a badge says about a failure: the cause, short. */
export function badgeText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.length > BADGE_LENGTH ? `${text.slice(0, BADGE_LENGTH - 1)}…` : text;
}

/** What the log and the debug sidebar say: the cause and what to do. */
export function fullText(error: unknown): string {
  if (error instanceof ConfigurationError) return `${error.message} ${error.remedy} (${error.where})`;
  if (error instanceof SystemError)
    return [error.message, error.systemWords, error.remedy].filter(Boolean).join(' ');
  return error instanceof Error ? error.message : String(error);
}

/**
 * The error that a Catch node gets for a parked record: `msg.error.code` is the reason, `msg.error.cause` what a
 * person would be shown, with the words of the other system as `systemWords`.
 */
export function parkedError(reason: string, detail: Readonly<Record<string, unknown>>): RecordOutcome {
  // Node-RED passes these on only when they are the error's own.
  return Object.defineProperties(new RecordOutcome('park', reason, detail), {
    code: { value: reason },
    cause: { value: detail },
  });
}
