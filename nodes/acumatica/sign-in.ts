import { SystemError } from '../../runtime/connector/errors';
import type {
  HttpAnswer,
  HttpRequest,
  Session,
  SessionMemory,
  UnsignedCalls,
} from '../../runtime/connector/system';
import type { AcumaticaConnection, HeldSession } from './connection';
import { cookiesOf } from './cookies';
import { describeFailure } from './failures';
import { forgetSession, keepSession, leftRefreshToken, leftSession } from './left-session';
import { openingGrant, refreshGrant, tokenRequest, tokenSession } from './token-grants';
import { noSession } from './troubles';

/** Answers to a sign-in that say something about it. Acumatica gives 500 where others give 401. */
const refusals = [400, 401, 403, 404, 429, 500];
/** A token that has less time left than this is renewed because it ends. */
const renewalMs = 120_000;
const loginRefused = 'ACUMATICA_LOGIN_REFUSED';
const seatWaits = [15_000, 30_000, 45_000, 60_000, 75_000];
/** Acumatica locks a user after a few wrong passwords in a row; after this long it begins to count anew. */
const lockedMs = 600_000;

/**
 * Goes on with the session that another runtime holds or left, renews the token of the one there is, or opens one.
 * What was held before is ended first: an open session takes a license seat until it ends by itself, and other
 * integrations need it.
 * @throws SystemError; `configuration` when the sign-in is refused, `rate-limited` while no seat is free
 */
export async function signIn(
  connection: AcumaticaConnection,
  calls: UnsignedCalls,
  memory: SessionMemory,
): Promise<Session> {
  const { seat, gate, clock } = connection;
  const left = await leftSession(connection, memory);
  if (left && left.token !== seat.held?.token && hasTime(connection, left)) {
    // A token that was not of this process and is refused is not worth renewing: the session behind it is gone.
    seat.held = { ...left, renewed: true };
    // Whoever held it may have been killed while it waited for an operation.
    gate.leftAtWork(clock.now().getTime());
    return sessionOf(connection, left);
  }
  seat.held ??= left;
  const chain = seat.held?.refreshToken ?? (await leftRefreshToken(connection, memory));
  const held = (await renew(connection, chain, calls)) ?? (await open(connection, calls));
  seat.held = held;
  seat.refusals = 0;
  await keepSession(connection, held, memory);
  return sessionOf(connection, held);
}

async function open(connection: AcumaticaConnection, calls: UnsignedCalls): Promise<HeldSession> {
  const { seat, auth, clock } = connection;
  if (seat.refused && clock.now().getTime() < seat.refused.until) throw seat.refused.error;
  if (seat.held) await endSession(connection, seat.held.token, calls).catch(() => undefined);
  seat.held = undefined;
  const request = auth === 'cookie' ? login(connection) : tokenRequest(connection, openingGrant(connection));
  const answer = await calls.call({ ...request, accept: refusals });
  if (answer.status >= 300) {
    const error = refusedSignIn(connection, answer);
    if (locksUser(error)) seat.refused = { error, until: clock.now().getTime() + lockedMs };
    throw error;
  }
  return auth === 'cookie' ? cookieSession(answer) : tokenSession(connection, answer, undefined, false);
}

function locksUser({ code, systemWords = '' }: SystemError): boolean {
  return code === loginRefused && /invalid_grant|credential|password|locked|disabled/i.test(systemWords);
}

function sessionOf({ auth, idleMs }: AcumaticaConnection, { token, expiresAt }: HeldSession): Session {
  if (auth === 'cookie') return { token, idleMs };
  return expiresAt === undefined ? { token } : { token, expiresAt };
}

/** Long enough to be worth going on with. */
function hasTime({ clock }: AcumaticaConnection, { expiresAt }: HeldSession): boolean {
  return clock.now().getTime() < (expiresAt ?? Number.POSITIVE_INFINITY) - renewalMs;
}

/** Ends the session and gives its seat back. */
export async function signOut(
  connection: AcumaticaConnection,
  session: Session,
  calls: UnsignedCalls,
  memory: SessionMemory,
): Promise<void> {
  connection.seat.held = undefined;
  await endSession(connection, session.token, calls);
  await forgetSession(connection, session.token, memory);
}

/** Adds what proves identity, and the branch that the call is made in. */
export function authorize(
  request: HttpRequest,
  session: Session | undefined,
  { auth, branch }: AcumaticaConnection,
): HttpRequest {
  return {
    ...request,
    // A call without a session is sent to the sign-in page, which must not be taken for an answer.
    redirects: 'none',
    headers: {
      Accept: 'application/json',
      ...(branch === undefined ? {} : { 'PX-CbApiBranch': encodeHeader(branch) }),
      ...request.headers,
      ...(session ? identity(auth, session.token) : {}),
    },
  };
}

function identity(auth: AcumaticaConnection['auth'], token: string): Record<string, string> {
  return auth === 'cookie' ? { Cookie: token } : { Authorization: `Bearer ${token}` };
}

/** A header holds printable ASCII only. */
function encodeHeader(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}

/** A session that is gone already is ended too. The empty body has a length: some web servers insist on it. */
async function endSession(
  { baseUrl, auth }: AcumaticaConnection,
  token: string,
  calls: UnsignedCalls,
): Promise<void> {
  await calls.call({
    name: 'sign-out',
    method: 'POST',
    url: `${baseUrl}/entity/auth/logout`,
    headers: identity(auth, token),
    bytes: { content: new Uint8Array(), type: 'application/json' },
    effect: 'idempotent',
    accept: [302, 400, 401, 403, 404, 411, 500],
  });
}

/** Same session, same seat, new token. Undefined when only a new sign-in helps. */
async function renew(
  connection: AcumaticaConnection,
  refreshToken: string | undefined,
  calls: UnsignedCalls,
): Promise<HeldSession | undefined> {
  const { auth, seat } = connection;
  if (refreshToken === undefined) return undefined;
  // A renewed token that is refused before its time: the session behind it is gone. Where nobody is there to sign in
  // again, the chain of refresh tokens is what a new session comes from.
  if (auth !== 'oauth-code' && seat.held?.renewed && hasTime(connection, seat.held)) return undefined;
  const request = tokenRequest(connection, refreshGrant(refreshToken));
  const answer = await calls.call({ ...request, accept: refusals });
  if (answer.status < 300) return tokenSession(connection, answer, refreshToken, true);
  // A full house, or a fault, is no end of the chain.
  if (auth === 'oauth-code' && answer.status !== 400) throw refusedSignIn(connection, answer);
  return undefined;
}

function login({ baseUrl, username, password, tenant, branch }: AcumaticaConnection): HttpRequest {
  return {
    name: 'sign-in',
    method: 'POST',
    url: `${baseUrl}/entity/auth/login`,
    json: { name: username, password, tenant, ...(branch === undefined ? {} : { branch }) },
    effect: 'idempotent',
  };
}

function cookieSession(answer: HttpAnswer): HeldSession {
  const cookies = cookiesOf(answer.headers['set-cookie']);
  if (cookies === '') throw noSession(answer.status, 'without a session cookie', 'ACUMATICA_BASE_URL');
  return { token: cookies, refreshToken: undefined, renewed: false };
}

function refusedSignIn(connection: AcumaticaConnection, answer: HttpAnswer): SystemError {
  const { message, type = '', code } = describeFailure(answer);
  const facts = { systemWords: message || code, status: answer.status, call: 'sign-in' } as const;
  if (/API Login Limit|CheckApiUsersLimits/i.test(`${message} ${type}`) || answer.status === 429) {
    return noSeat(connection, facts);
  }
  connection.seat.refusals = 0;
  const configuration = (code: string, text: string, remedy: string) =>
    new SystemError({ ...facts, recovery: 'configuration', code, text, remedy });
  if (/PXUndefinedCompany|proper company ID/i.test(`${type} ${message}`)) {
    return configuration(
      'ACUMATICA_NO_SUCH_TENANT',
      `Acumatica does not know the tenant ${connection.tenant}.`,
      'Check ACUMATICA_TENANT: the login name of the tenant, exactly as written.',
    );
  }
  if (answer.status === 404) {
    return configuration(
      'ACUMATICA_WRONG_ADDRESS',
      `There is no Acumatica sign-in at ${connection.baseUrl}.`,
      'Check ACUMATICA_BASE_URL: the full address of the instance, with the name of the instance if the site has one.',
    );
  }
  if (connection.auth === 'oauth-code' && code === 'invalid_grant') {
    return configuration(
      'ACUMATICA_SIGN_IN_AGAIN',
      'The authorization code, or the chain of tokens that began with it, is not good any more.',
      'Sign in again in the browser, and enter the new code on the connection. A code works once and for minutes; the chain ends after 30 days without use.',
    );
  }
  if (code !== undefined && /client|grant_type|scope/.test(code)) {
    return configuration(
      'ACUMATICA_CLIENT_REFUSED',
      'Acumatica refuses the connected application.',
      'Check ACUMATICA_CLIENT_ID and ACUMATICA_CLIENT_SECRET, and on Connected Applications the flow and the scope.',
    );
  }
  if (connection.branch !== undefined && /\bbranch\b/i.test(message)) {
    return configuration(
      'ACUMATICA_NO_SUCH_BRANCH',
      `Acumatica does not let the user into the branch ${connection.branch}.`,
      'Check ACUMATICA_BRANCH, and the branches that the user may work in; or leave it empty.',
    );
  }
  if (answer.status !== 500 || /credential|password|locked|disabled|user/i.test(message)) {
    return configuration(
      loginRefused,
      'Acumatica refuses user or password.',
      'Check ACUMATICA_USERNAME and ACUMATICA_PASSWORD, and that the user is neither locked nor disabled. The same ones are tried again after ten minutes at the earliest, so that they lock no user.',
    );
  }
  return new SystemError({
    ...facts,
    recovery: 'retry',
    code: 'ACUMATICA_SIGN_IN_FAILED',
    text: 'Acumatica failed while signing in.',
    remedy: 'Nothing to do unless it goes on for long: it is tried again.',
  });
}

/** Sessions that nobody ends go on for up to an hour: waiting helps, and for long it is a matter of the license. */
function noSeat(
  { seat }: AcumaticaConnection,
  facts: { readonly systemWords: string | undefined; readonly status: number; readonly call: string },
): SystemError {
  const waitMs = seatWaits[seat.refusals];
  seat.refusals = waitMs === undefined ? 0 : seat.refusals + 1;
  return new SystemError({
    ...facts,
    recovery: waitMs === undefined ? 'configuration' : 'rate-limited',
    code: 'ACUMATICA_NO_SEAT',
    text: 'All license seats for web service sessions are taken.',
    remedy:
      'Sessions left behind end by themselves, after 20 minutes to an hour. If it lasts, end them in Acumatica, or raise the number of API users of the license.',
    waitMs,
  });
}
