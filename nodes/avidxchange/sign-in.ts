import { SystemError } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import { retryAfterMs } from '../../runtime/connector/retry-policy';
import type { HttpAnswer, HttpRequest, Session, UnsignedCalls } from '../../runtime/connector/system';
import { type AvidConnection, urlOf } from './connection';
import { describeFailure } from './failures';
import { asObject, numberAt, textAt } from './members';

/** Read here, all of them: AvidXchange may repeat user name and password in the body, which nobody else may see. */
const everyFailure = Array.from({ length: 300 }, (_, at) => 300 + at);
const passing = [408, 429, 500, 502, 503, 504];
/** Codes of OAuth, which say nothing of the credentials. */
const knownCode =
  /^(invalid_(client|grant|request|scope)|unauthorized_client|unsupported_grant_type|access_denied)$/;
const attempts = 3;
const firstWaitMs = 1_000;
/** What is longer is waited for by whoever wants the session. */
const longestWaitMs = 30_000;

/**
 * Opens a session: of a user by name and password, of a partner by client credentials.
 * @throws SystemError without AvidXchange's words; `configuration` when the credentials are refused
 */
export async function signIn(avid: AvidConnection, calls: UnsignedCalls): Promise<Session> {
  const askedAt = avid.clock.now().getTime();
  const answer = await ask(avid, calls);
  const body = asObject(answer.json);
  const tokenName = avid.name('signInMember');
  const token = textAt(body, tokenName);
  if (token === undefined) throw noToken(answer.status, tokenName, body);
  const seconds = numberAt(body, 'expires_in');
  const told = seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000;
  const kept = avid.auth === 'session' ? Number(avid.field('sessionMinutes')) * 60_000 : told;
  const life = Math.min(told, kept);
  return Number.isFinite(life) ? { token, expiresAt: askedAt + life } : { token };
}

/** A call that fails in passing is repeated here, where nothing of the answer is written down. */
async function ask(avid: AvidConnection, calls: UnsignedCalls): Promise<HttpAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await calls.call(avid.auth === 'partner' ? tokenRequest(avid) : userRequest(avid));
    if (answer.status < 300) return answer;
    if (!passing.includes(answer.status)) throw refused(avid, answer);
    const waitMs = waitOf(answer, avid.clock.now());
    if (attempt === attempts || (waitMs ?? 0) > longestWaitMs) throw unavailable(answer.status, waitMs);
    await avid.clock.wait(waitMs ?? firstWaitMs * 2 ** (attempt - 1));
  }
}

/** When AvidXchange, or the gateway before it, wants to be asked again. */
function waitOf(answer: HttpAnswer, now: Date): number | undefined {
  const { 'retry-after': header, date } = answer.headers;
  return retryAfterMs(header, date, now) ?? describeFailure(answer).waitMs;
}

function userRequest(avid: AvidConnection): HttpRequest {
  return {
    name: 'sign-in',
    method: 'POST',
    url: urlOf(avid, 'signInPath'),
    headers: { Accept: 'application/json', Authorization: bearer(avid.field('gatewayKey')) },
    form: { grant_type: 'password', username: avid.field('username'), password: avid.field('password') },
    effect: 'idempotent',
    accept: everyFailure,
  };
}

function tokenRequest(avid: AvidConnection): HttpRequest {
  const client = `${avid.field('clientId')}:${avid.field('clientSecret')}`;
  return {
    name: 'sign-in',
    method: 'POST',
    url: avid.field('tokenUrl') || `${new URL(avid.baseUrl).origin}/token`,
    headers: {
      Accept: 'application/json',
      Authorization: `Basic ${Buffer.from(client, 'utf8').toString('base64')}`,
    },
    form: { grant_type: 'client_credentials' },
    effect: 'idempotent',
    accept: everyFailure,
  };
}

/** Adds what identifies the caller, in the headers that the connection names. */
export function authorize(
  request: HttpRequest,
  session: Session | undefined,
  avid: AvidConnection,
): HttpRequest {
  return {
    ...request,
    headers: { Accept: 'application/json', ...request.headers, ...identity(avid, session) },
  };
}

function identity(avid: AvidConnection, session: Session | undefined): Record<string, string> {
  const { field } = avid;
  const gatewayKey = field('gatewayKey');
  switch (avid.auth) {
    case 'session':
      return { Authorization: bearer(gatewayKey), [field('sessionHeader')]: bearer(session?.token ?? '') };
    case 'partner':
      return {
        Authorization: bearer(session?.token ?? ''),
        [field('companyIdHeader')]: field('companyId'),
      };
    case 'tokens':
      return {
        ...(gatewayKey === '' ? {} : { Authorization: bearer(gatewayKey) }),
        [field('companyHeader')]: prefixed(field('companyPrefix'), field('companyToken')),
        [field('userHeader')]: prefixed(field('userPrefix'), field('userToken')),
      };
  }
}

function prefixed(prefix: string, token: string): string {
  return prefix === '' ? token : `${prefix} ${token}`;
}

function bearer(token: string): string {
  return `Bearer ${token}`;
}

function refused(avid: AvidConnection, { status, json }: HttpAnswer): SystemError {
  const said = textAt(asObject(json), 'error') ?? '';
  const facts = {
    recovery: 'configuration',
    status,
    call: 'sign-in',
    ...(knownCode.test(said) ? { systemWords: said } : {}),
  } as const;
  if (status === 404 || status === 405 || status < 400) {
    return new SystemError({
      ...facts,
      code: 'AVIDXCHANGE_WRONG_SIGN_IN_PATH',
      text: 'There is no sign-in at this address.',
      remedy:
        'Check AVIDXCHANGE_BASE_URL, AVIDXCHANGE_TOKEN_URL, and the sign-in path in the conventions of the connection.',
    });
  }
  return new SystemError({
    ...facts,
    code: 'AVIDXCHANGE_SIGN_IN_REFUSED',
    text: 'AvidXchange refused the sign-in.',
    remedy: `Check ${suspectsOf(avid, status)}, all of the same environment.`,
  });
}

/** The gateway refuses its key with 401, before the sign-in behind it refuses the user with 400. */
function suspectsOf({ auth }: AvidConnection, status: number): string {
  if (auth === 'partner') return 'AVIDXCHANGE_CLIENT_ID and AVIDXCHANGE_CLIENT_SECRET';
  const user = 'AVIDXCHANGE_USERNAME and AVIDXCHANGE_PASSWORD';
  return status === 401 || status === 403 ? `AVIDXCHANGE_GATEWAY_KEY, then ${user}` : user;
}

function unavailable(status: number, waitMs: number | undefined): SystemError {
  return new SystemError({
    recovery: status === 429 ? 'rate-limited' : 'retry',
    waitMs,
    code: 'AVIDXCHANGE_SIGN_IN_UNAVAILABLE',
    text: 'AvidXchange takes no sign-ins for the moment.',
    remedy: 'Nothing to do: it is tried again. Its answer is not kept, because it may hold the credentials.',
    status,
    call: 'sign-in',
  });
}

/** Names of members are no secret, unlike what they hold; what does not look like a name is not shown. */
function noToken(status: number, tokenName: string, body: JsonObject | undefined): SystemError {
  const names = Object.keys(body ?? {}).filter((name) => /^[A-Za-z_]{1,30}$/.test(name));
  const has = names.length === 0 ? 'no members at all' : names.join(', ');
  return new SystemError({
    recovery: 'configuration',
    code: 'AVIDXCHANGE_NO_TOKEN',
    text: `AvidXchange answered the sign-in without a token: there is no ${tokenName} in it. It has ${has}.`,
    remedy:
      'When one of these holds the token, set Member: token in the conventions of the connection to its name. Else check that AVIDXCHANGE_BASE_URL is the address of the API.',
    status,
    call: 'sign-in',
  });
}
