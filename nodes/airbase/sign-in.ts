import { SystemError } from '../../runtime/connector/errors';
import type {
  HttpAnswer,
  HttpRequest,
  Session,
  SessionMemory,
  UnsignedCalls,
} from '../../runtime/connector/system';
import { type AirbaseConnection, queueRequest, wordsOf } from './connection';
import { rowsIn } from './list-reader';

/** The token is looked at so often although it works: its age is warned about, and a rotation that is not finished. */
const lookedAtMs = 24 * 60 * 60_000;
/** Statuses that say that a token is not, or no longer, good. */
const refusals = [401, 403];

/**
 * There is nothing to sign in to: this finds out which of the tokens Airbase takes, with the least possible call.
 * @throws SystemError `configuration` when it takes none, naming what to do
 */
export async function signIn(
  airbase: AirbaseConnection,
  calls: UnsignedCalls,
  memory: SessionMemory,
): Promise<Session> {
  const refused: string[] = [];
  let last: HttpAnswer | undefined;
  for (const token of airbase.tokens.all) {
    const request = authorized(airbase, queueRequest(airbase), token);
    const answer = await calls.call({ ...request, accept: [...refusals, 404] });
    if (answer.status === 404 || (answer.status < 300 && !rowsIn(airbase, answer)))
      throw wrongAddress(airbase, answer);
    if (answer.status < 300) {
      const now = airbase.clock.now();
      await airbase.tokens.took(token, refused, memory, now);
      return { token, expiresAt: now.getTime() + lookedAtMs };
    }
    refused.push(token);
    last = answer;
  }
  throw tokenRejected(airbase, last);
}

/** Adds the token. Pure. */
export function authorize(
  airbase: AirbaseConnection,
  request: HttpRequest,
  session: Session | undefined,
): HttpRequest {
  return session ? authorized(airbase, request, session.token) : request;
}

function authorized({ scheme }: AirbaseConnection, request: HttpRequest, token: string): HttpRequest {
  return { ...request, headers: { ...request.headers, Authorization: `${scheme} ${token}` } };
}

function tokenRejected(airbase: AirbaseConnection, answer: HttpAnswer | undefined): SystemError {
  const { scheme, tokens } = airbase;
  const other = scheme === 'Bearer' ? 'Token' : 'Bearer';
  const which = tokens.all.length > 1 ? 'both tokens' : 'the token';
  return new SystemError({
    recovery: 'configuration',
    code: 'AIRBASE_TOKEN_REJECTED',
    text: `Airbase rejects ${which}, sent as "${scheme}".`,
    remedy: `Make a new token in the Airbase portal and enter it as AIRBASE_TOKEN. A token ends when it is revoked, or when the admin who made it leaves. If the token is good, try the other word before it: AIRBASE_AUTH_SCHEME=${other}.`,
    systemWords: answer && wordsOf(airbase, answer),
    status: answer?.status,
    call: 'check-token',
  });
}

function wrongAddress(airbase: AirbaseConnection, answer: HttpAnswer): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: 'AIRBASE_WRONG_ADDRESS',
    text: 'There is no Airbase accounting API at this address.',
    remedy: 'Check the tenant URL (without /v1) and the paths of the connection.',
    systemWords: wordsOf(airbase, answer),
    status: answer.status,
    call: 'check-token',
  });
}
