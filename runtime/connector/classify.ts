import { type ErrorEntry, STATUS_ERRORS } from './error-table';
import { SystemError } from './errors';
import type { ErrorRule, Recovery } from './manifest';
import type { FailureDescription, HttpRequest } from './system';

type Effect = HttpRequest['effect'];

/** A failed answer, as far as its recovery depends on it. */
export interface Failure {
  readonly call: string;
  readonly effect: Effect;
  readonly status: number;
  readonly description: FailureDescription;
  /** What the answer's `Retry-After` asks for, milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The server's clock where it tells its time, else ours. */
  readonly now: Date;
}

/** A clock that does not say its time may be a little behind: asked too early, it would cost another hour. */
const hourMarginMs = 5_000;

/**
 * Names a failed answer by how one recovers from it: the first rule of the manifest that matches, else the table
 * by status. The server's own wait goes before the rule's.
 * @param redact applied to the system's own words
 */
export function classify(
  failure: Failure,
  rules: readonly ErrorRule[],
  redact: (text: string) => string,
): SystemError {
  const rule = rules.find((candidate) => matches(candidate.when, failure));
  const entry = rule ?? byStatus(failure.status);
  const words = redact(failure.description.message.slice(0, 1000)).trim();
  return new SystemError({
    recovery: rule ? rule.recovery : recoveryOf(entry, failure.effect),
    code: entry.code,
    text: entry.text,
    remedy: entry.remedy,
    systemWords: words === '' ? undefined : words,
    waitMs: failure.retryAfterMs ?? failure.description.waitMs ?? waitOf(rule, failure.now),
    reason: rule?.reason,
    status: failure.status,
    call: failure.call,
  });
}

/** What the table says for a call of this effect: `once` calls may have their own recovery. */
export function recoveryOf(entry: ErrorEntry, effect: Effect): Recovery {
  return effect === 'once' ? (entry.once ?? entry.recovery) : entry.recovery;
}

function matches(when: ErrorRule['when'], { status, description, effect, call }: Failure): boolean {
  return (
    (when.status?.includes(status) ?? true) &&
    (when.effect?.includes(effect) ?? true) &&
    (when.code?.includes(description.code ?? '') ?? true) &&
    (when.call === undefined || found(when.call, call)) &&
    (when.type === undefined || found(when.type, description.type ?? '')) &&
    (when.message === undefined || found(when.message, description.message))
  );
}

/** `search` ignores the state that a global expression would carry from call to call. */
function found(pattern: RegExp, text: string): boolean {
  return text.search(pattern) >= 0;
}

function byStatus(status: number): ErrorEntry & { readonly code: string } {
  const entry = STATUS_ERRORS[status] ?? STATUS_ERRORS[Math.floor(status / 100)];
  return entry ?? (STATUS_ERRORS[5] as NonNullable<typeof entry>);
}

function waitOf(rule: ErrorRule | undefined, now: Date): number | undefined {
  if (rule?.wait !== 'next-hour') return rule?.wait;
  const hour = 3_600_000;
  return hour - (now.getTime() % hour) + hourMarginMs;
}
