import type { HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import type { AcumaticaConnection, HeldSession } from './connection';
import { noSession } from './troubles';
import { asObject } from './values';

/** A request for a token, with what the chosen grant proves. */
export function tokenRequest(
  { baseUrl, clientId, clientSecret }: AcumaticaConnection,
  grant: Readonly<Record<string, string>>,
): HttpRequest {
  return {
    name: 'sign-in',
    method: 'POST',
    url: `${baseUrl}/identity/connect/token`,
    form: { ...grant, client_id: clientId, client_secret: clientSecret },
    effect: 'idempotent',
  };
}

/** The grant that opens a session: user and password, the client alone, or the code of a person's sign-in. */
export function openingGrant(connection: AcumaticaConnection): Record<string, string> {
  const { auth, grant, username, password, scope, authorizationCode, redirectUri } = connection;
  if (auth === 'oauth-code') {
    return { grant_type: 'authorization_code', code: authorizationCode, redirect_uri: redirectUri };
  }
  return grant === 'password'
    ? { grant_type: grant, username, password, scope }
    : { grant_type: grant, scope };
}

export function refreshGrant(refreshToken: string): Record<string, string> {
  return { grant_type: 'refresh_token', refresh_token: refreshToken };
}

/**
 * The session behind a token that was given.
 * @param before the refresh token until now: it goes on where none comes with the answer
 * @throws SystemError `configuration` when the answer holds no token
 */
export function tokenSession(
  { clock }: AcumaticaConnection,
  answer: HttpAnswer,
  before: string | undefined,
  renewed: boolean,
): HeldSession {
  const body = asObject(answer.json) ?? {};
  const accessToken = body['access_token'];
  const refreshToken = body['refresh_token'];
  if (typeof accessToken !== 'string' || accessToken === '') {
    throw noSession(answer.status, 'without a token', 'ACUMATICA_BASE_URL and ACUMATICA_AUTH');
  }
  const seconds = Number(body['expires_in']);
  const known = Number.isFinite(seconds) && seconds > 0;
  return {
    token: accessToken,
    refreshToken: typeof refreshToken === 'string' ? refreshToken : before,
    renewed,
    ...(known ? { expiresAt: clock.now().getTime() + seconds * 1000 } : {}),
  };
}
