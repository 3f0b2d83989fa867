import { SystemError } from '../../runtime/connector/errors';
import type { HttpAnswer, HttpRequest, Session, UnsignedCalls } from '../../runtime/connector/system';
import { type BaswareConnection, urlOf } from './connection';
import { describeFailure } from './failures';
import { asObject, textAt } from './members';

/** Answers to the sign-in that say something about the client. */
const refusals = [400, 401, 403, 404, 422];

/**
 * Gets a token by client credentials: the client in the Basic header, grant and scopes in the form. There is no
 * refresh token; a token lasts as many seconds as `expires_in` says.
 * @throws SystemError; `configuration` when the client is refused
 */
export async function signIn(basware: BaswareConnection, calls: UnsignedCalls): Promise<Session> {
  const askedAt = basware.clock.now().getTime();
  const answer = await calls.call({
    name: 'sign-in',
    method: 'POST',
    url: urlOf(basware, 'tokens'),
    headers: { Accept: 'application/json', Authorization: basic(basware) },
    form: { grant_type: 'client_credentials', scope: basware.scope },
    effect: 'idempotent',
    accept: refusals,
  });
  if (answer.status >= 300) throw refused(answer);
  const body = asObject(answer.json);
  const token = textAt(body, 'access_token');
  if (token === undefined) {
    throw new SystemError({
      recovery: 'configuration',
      code: 'BASWARE_NO_TOKEN',
      text: 'Basware answered the sign-in without a token.',
      remedy: 'Check that BASWARE_BASE_URL is the address of the Basware API.',
      status: answer.status,
      call: 'sign-in',
    });
  }
  const seconds = Number(textAt(body, 'expires_in'));
  return seconds > 0 ? { token, expiresAt: askedAt + seconds * 1000 } : { token };
}

/** Adds the token, or the API user where there are no tokens. */
export function authorize(
  request: HttpRequest,
  session: Session | undefined,
  basware: BaswareConnection,
): HttpRequest {
  const identity = session ? `Bearer ${session.token}` : basic(basware);
  return { ...request, headers: { Accept: 'application/json', ...request.headers, Authorization: identity } };
}

function basic({ clientId, clientSecret }: BaswareConnection): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`, 'utf8').toString('base64')}`;
}

function refused(answer: HttpAnswer): SystemError {
  const { code, message } = describeFailure(answer);
  const facts = {
    recovery: 'configuration',
    systemWords: message,
    status: answer.status,
    call: 'sign-in',
  } as const;
  if (answer.status === 404) {
    return new SystemError({
      ...facts,
      code: 'BASWARE_WRONG_PATH',
      text: 'There is no Basware API at this address.',
      remedy: 'Check that BASWARE_BASE_URL is the host of your region, for example https://api.basware.com.',
    });
  }
  if (code === 'invalid_scope' || answer.status === 403) {
    return new SystemError({
      ...facts,
      code: 'BASWARE_SCOPE_REFUSED',
      text: 'The client was not given one of the scopes that a token is asked for.',
      remedy: 'Have Basware add the scope, or take it out of the field Scopes of the connection.',
    });
  }
  if (answer.status === 401 || code === 'invalid_client') {
    return new SystemError({
      ...facts,
      code: 'BASWARE_CLIENT_REFUSED',
      text: 'Basware does not accept the client.',
      remedy: 'Check BASWARE_CLIENT_ID and BASWARE_CLIENT_SECRET, both of the same region and environment.',
    });
  }
  return new SystemError({
    ...facts,
    code: 'BASWARE_SIGN_IN_REFUSED',
    text: 'Basware refused the sign-in.',
    remedy: 'Read its words; check the field Scopes of the connection.',
  });
}
