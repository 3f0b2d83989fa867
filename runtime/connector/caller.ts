import type { AuditSink } from './audit-sink';
import { recordCall } from './call-audit';
import { classify } from './classify';
import type { Clock } from './clock';
import type { CallCounters } from './counters';
import { SystemError } from './errors';
import type { HealthKeeper } from './health';
import type { Attempt, HttpClient } from './http-client';
import { type Limiter, LimiterClosed, LimiterPaused, type Slot } from './limiter';
import type { ErrorRule } from './manifest';
import type { Redactor } from './redaction';
import { jitter, repeatAfter, retryAfterMs } from './retry-policy';
import { runtimeError } from './runtime-error';
import type { SessionKeeper } from './sign-in';
import type { FailureDescription, HttpAnswer, HttpRequest, Session, SystemClient } from './system';

/** For whom a call is made. */
export interface CallContext {
  readonly sync?: string | undefined;
  readonly recordId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly priority?: number | undefined;
  /** A probe: made although the connection is offline. */
  readonly probe?: boolean;
  /** Part of signing in or out: carries no session. */
  readonly unsigned?: boolean;
  readonly onAnswer?: (answer: HttpAnswer, sentAt: Date, receivedAt: Date) => void;
}

/** What a caller works with; one per connection. */
export interface CallerParts {
  readonly connection: string;
  readonly http: HttpClient;
  readonly client: SystemClient;
  readonly sessions: SessionKeeper | undefined;
  /** What to check when the sign-in is refused: names of variables or fields. */
  readonly credentials: readonly string[];
  readonly rules: readonly ErrorRule[];
  readonly limiter: Limiter;
  readonly limit: { readonly key: string; readonly inFlight: number };
  readonly health: HealthKeeper;
  readonly counters: CallCounters;
  readonly audit: AuditSink;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random: () => number;
  /** Aborted, with a `SystemError`, when the connection closes. */
  readonly closing: AbortSignal;
}

/** Stands for an answer that the client could not make sense of. */
const unreadable: FailureDescription = { message: '' };

/** How often one call may find its session refused, as long as the sessions in between have worked. */
const mostRefreshes = 2;

/**
 * Makes one call, with everything around it: health, session, limit, audit, classification, repetition.
 * A call with effect `once` is sent a second time only after the server refused its session, which it does
 * before it handles anything.
 * @throws SystemError
 */
export async function makeCall(
  parts: CallerParts,
  request: HttpRequest,
  purpose: CallContext,
): Promise<HttpAnswer> {
  const context = { ...purpose, signal: endOf(purpose, parts.closing) };
  context.signal?.throwIfAborted();
  let waitedMs = 0;
  let refreshes = 0;
  for (let attempt = 1; ; ) {
    const { answer, error, session } = await attemptOnce(parts, request, context);
    if (!error) return answer;
    if (error.code === 'CALL_ABORTED') context.signal?.throwIfAborted();
    if (error.recovery === 'refresh-sign-in') {
      refreshes++;
      await refreshOrRefuse(parts, request, error, session, refreshes);
      parts.counters.retries++;
      continue;
    }
    if (error.recovery === 'configuration' && !context.unsigned) parts.health.goOffline(error);
    const wait = repeatAfter(error, request.effect, attempt, waitedMs, parts.random);
    if (wait === undefined) throw error;
    attempt++;
    waitedMs = wait;
    parts.counters.retries++;
    await parts.clock.wait(wait, context.signal);
  }
}

/** What ends waiting: the caller, or the close of the connection; signing out outlives that. */
function endOf({ unsigned, signal }: CallContext, closing: AbortSignal): AbortSignal | undefined {
  if (unsigned) return signal;
  return signal ? AbortSignal.any([signal, closing]) : closing;
}

type AttemptResult =
  | { readonly answer: HttpAnswer; readonly error?: undefined; readonly session: Session | undefined }
  | { readonly answer?: undefined; readonly error: SystemError; readonly session: Session | undefined };

async function attemptOnce(
  parts: CallerParts,
  request: HttpRequest,
  context: CallContext,
): Promise<AttemptResult> {
  const { slot, session } = await enter(parts, request, context);
  const { clock, counters, health } = parts;
  const sentAt = clock.now();
  counters.begin();
  let attempt: Attempt;
  try {
    const authorized = context.unsigned ? request : parts.client.authorize(request, session);
    attempt = await parts.http.attempt(authorized, context.signal);
  } finally {
    counters.end();
    slot.release();
  }
  const receivedAt = clock.now();
  if (attempt.phase !== 'unsent') counters.sent(request.name);
  if (attempt.answer) context.onAnswer?.(attempt.answer, sentAt, receivedAt);
  const error = judge(parts, request, attempt);
  health.noteAttempt(error);
  if (error?.recovery === 'rate-limited') holdBack(parts, error);
  const ms = receivedAt.getTime() - sentAt.getTime();
  await recordCall(parts, request, context, attempt, error, ms).catch((cause: unknown) => {
    throw runtimeError('AUDIT_FAILED', request, { cause });
  });
  if (error) return { error, session };
  if (session) parts.sessions?.worked(session);
  health.succeeded();
  return { answer: attempt.answer as HttpAnswer, session };
}

/** Waits for a session and a slot, in an order that cannot deadlock: a sign-in needs a slot of its own. */
async function enter(
  { sessions, limiter, limit, health, clock }: CallerParts,
  request: HttpRequest,
  context: CallContext,
): Promise<{ slot: Slot; session: Session | undefined }> {
  for (;;) {
    if (!context.probe && !context.unsigned) health.assertUsable(request.name);
    const keeper = context.unsigned ? undefined : sessions;
    await keeper?.current();
    const slot = await limiter
      .acquire(limit.key, limit.inFlight, { signal: context.signal, priority: context.priority })
      .catch((error: unknown) => {
        throw limiterError(error, request, clock.now());
      });
    // While this call waited, the session may have ended or the connection gone offline.
    const session = keeper?.usable();
    const offline = health.current.state === 'offline' && !context.probe && !context.unsigned;
    if (!offline && (!keeper || session)) return { slot, session };
    slot.release();
  }
}

function judge(parts: CallerParts, request: HttpRequest, attempt: Attempt): SystemError | undefined {
  const { answer, error } = attempt;
  if (error && !answer) return redacted(error, parts.redactor);
  if (!answer || request.accept?.includes(answer.status)) return undefined;
  const description = describe(parts.client, request, answer);
  // An answer that cannot be read may still be one that the system's client knows: a sign-in page.
  if (!description) return error && redacted(error, parts.redactor);
  if (description === unreadable) return runtimeError('ANSWER_UNREADABLE', request);
  const date = answer.headers['date'];
  const ours = parts.clock.now();
  const theirs = Date.parse(date ?? '');
  return classify(
    {
      call: request.name,
      effect: request.effect,
      status: answer.status,
      description,
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], date, ours),
      now: Number.isNaN(theirs) ? ours : new Date(theirs),
    },
    parts.rules,
    parts.redactor.text,
  );
}

/**
 * What the system says about a failure, undefined when there is none. A client that stumbles over an answer must
 * not hide that the call was made.
 */
function describe(
  client: SystemClient,
  request: HttpRequest,
  answer: HttpAnswer,
): FailureDescription | undefined {
  try {
    return answer.status < 300 ? client.findHiddenFailure?.(answer, request) : client.describeFailure(answer);
  } catch {
    return answer.status < 300 ? unreadable : { message: answer.text.slice(0, 200) };
  }
}

/** Decides about a refused session: a fresh one and a repetition, or the end. */
async function refreshOrRefuse(
  parts: CallerParts,
  request: HttpRequest,
  error: SystemError,
  session: Session | undefined,
  refreshes: number,
): Promise<void> {
  const { sessions, health, credentials } = parts;
  const last = refreshes > mostRefreshes || (refreshes > 1 && session && !sessions?.isProven(session));
  if (!sessions || !session || last) {
    const refusal = runtimeError('SIGN_IN_REFUSED', request, {
      systemWords: error.systemWords,
      status: error.status,
      cause: error,
      ...(credentials.length === 0 ? {} : { remedy: checkCredentials(credentials) }),
    });
    if (session) sessions?.refuseAll(refusal);
    health.goOffline(refusal);
    throw refusal;
  }
  sessions.refused(session);
}

function checkCredentials(names: readonly string[]): string {
  return `Check user, password, keys and rights of the connection: ${names.join(', ')}.`;
}

/** Everybody who calls for the same limit holds back, not only this call. */
function holdBack({ limiter, limit, clock, counters, random }: CallerParts, error: SystemError): void {
  counters.throttled++;
  limiter.pause(limit.key, clock.now().getTime() + (error.waitMs ?? jitter(0, random)));
}

function redacted(error: SystemError, redactor: Redactor): SystemError {
  const { systemWords } = error;
  if (systemWords === undefined) return error;
  return new SystemError({ ...error, text: error.message, systemWords: redactor.text(systemWords) });
}

function limiterError(error: unknown, request: HttpRequest, now: Date): unknown {
  if (error instanceof LimiterPaused) {
    return runtimeError('CALLS_PAUSED', request, { waitMs: Math.max(0, error.untilEpochMs - now.getTime()) });
  }
  return error instanceof LimiterClosed ? runtimeError('CONNECTION_CLOSED', request) : error;
}
