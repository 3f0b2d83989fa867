import type { IncomingHttpHeaders } from 'node:http';
import { basicLogin, type SignIn } from './sign-in';

export interface TokenAnswer {
  readonly status: number;
  readonly type: 'application/json' | 'application/xml';
  readonly body: string;
}

function json(status: number, body: object): TokenAnswer {
  return { status, type: 'application/json', body: JSON.stringify(body) };
}

/** `POST TokenResource.svc/`: login in headers, Basic or form; answers XML unless JSON is asked for. */
export function tokenResource(
  signIn: SignIn,
  headers: IncomingHttpHeaders,
  body: string,
  lifeMs: number,
): TokenAnswer {
  const form = new URLSearchParams(body);
  const basic = basicLogin(headers.authorization ?? '');
  const user = String(headers['username'] ?? basic?.user ?? form.get('username') ?? '');
  const password = String(headers['password'] ?? basic?.password ?? form.get('password') ?? '');
  if (!signIn.passwordMatches(user, password)) {
    return json(401, {
      HttpStatus: 401,
      ReasonPhrase: 'Unauthorized',
      ErrorMessage: 'Invalid username or password.',
      ErrorType: 'Epicor.RESTApi.ErrorHandling.ApiException',
      CorrelationId: crypto.randomUUID(),
    });
  }
  const token = signIn.issue(user, lifeMs);
  const seconds = Math.floor(lifeMs / 1000);
  if ((headers.accept ?? '').includes('application/json')) {
    return json(200, { AccessToken: token, ExpiresIn: seconds, TokenType: 'Bearer' });
  }
  const xml = `<?xml version="1.0" encoding="utf-8"?><Token><AccessToken>${token}</AccessToken><ExpiresIn>${seconds}</ExpiresIn><TokenType>Bearer</TokenType></Token>`;
  return { status: 200, type: 'application/xml', body: xml };
}

/** `POST /connect/token`: OAuth 2 client credentials of the identity provider. */
export function identityProvider(signIn: SignIn, body: string, lifeMs: number): TokenAnswer {
  const form = new URLSearchParams(body);
  if (form.get('grant_type') !== 'client_credentials') return json(400, { error: 'unsupported_grant_type' });
  const client = form.get('client_id') ?? '';
  if (!signIn.secretMatches(client, form.get('client_secret') ?? ''))
    return json(400, { error: 'invalid_client' });
  if (!(form.get('scope') ?? '').split(' ').includes('epicor_erp'))
    return json(400, { error: 'invalid_scope' });
  return json(200, {
    access_token: signIn.issue(client, lifeMs),
    expires_in: Math.floor(lifeMs / 1000),
    token_type: 'Bearer',
    scope: 'epicor_erp',
  });
}
