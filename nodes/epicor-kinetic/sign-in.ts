import { SystemError } from '../../runtime/connector/errors';
import type { HttpAnswer, HttpRequest, Session, UnsignedCalls } from '../../runtime/connector/system';
import type { EpicorConnection } from './connection';
import { asRow, integerIn, textIn } from './dataset';
import { describeFailure } from './failures';

/** Answers to a sign-in that say something about the credentials. */
const refusals = [400, 401, 403, 404];

/**
 * Adds identity, API key and context to a call. The key goes with every call, beside the sign-in; company and
 * plant are said in the `CallSettings` header too, because some services look only there.
 */
export function authorize(
  request: HttpRequest,
  session: Session | undefined,
  connection: EpicorConnection,
): HttpRequest {
  const { username, password, apiKey, company, plant } = connection;
  const identity = session ? `Bearer ${session.token}` : basic(username, password);
  const callSettings = JSON.stringify(
    plant === undefined ? { Company: company } : { Company: company, Plant: plant },
  );
  return {
    ...request,
    headers: {
      Accept: 'application/json',
      ...request.headers,
      Authorization: identity,
      'x-api-key': apiKey,
      CallSettings: asciiOnly(callSettings),
    },
  };
}

/**
 * Gets a token: from TokenResource.svc by user and password, or from the identity provider by client
 * credentials. Neither gives a refresh token.
 * @throws SystemError; `configuration` when the credentials are refused
 */
export async function signIn(connection: EpicorConnection, calls: UnsignedCalls): Promise<Session> {
  const request = connection.auth === 'oauth' ? clientCredentials(connection) : tokenResource(connection);
  const answer = await calls.call({ ...request, accept: refusals });
  if (answer.status >= 300) throw refused(connection, answer);
  const { token, seconds } = readToken(answer);
  if (token === undefined) {
    throw new SystemError({
      recovery: 'configuration',
      code: 'EPICOR_NO_TOKEN',
      text: 'The token address answered without a token.',
      remedy: 'Check EPICOR_TOKEN_URL and EPICOR_AUTH.',
      status: answer.status,
      call: 'sign-in',
    });
  }
  const expiresAt = connection.clock.now().getTime() + (seconds ?? 0) * 1000;
  return seconds === undefined ? { token } : { token, expiresAt };
}

/** The call that TokenResource.svc expects: user and password in headers, JSON asked for. */
export function tokenResource(connection: EpicorConnection, url = connection.tokenUrl): HttpRequest {
  const { username, password, apiKey, baseUrl } = connection;
  const inHeaders = [username, password].every((text) =>
    /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text),
  );
  return {
    name: 'sign-in',
    method: 'POST',
    url,
    headers: {
      Accept: 'application/json',
      // A header cannot hold every character; the service takes the Basic form as well.
      ...(inHeaders ? { username, password } : { Authorization: basic(username, password) }),
      ...(url.startsWith(baseUrl) ? { 'x-api-key': apiKey } : {}),
    },
    form: {},
    effect: 'idempotent',
  };
}

function clientCredentials({ tokenUrl, clientId, clientSecret, scope }: EpicorConnection): HttpRequest {
  return {
    name: 'sign-in',
    method: 'POST',
    url: tokenUrl,
    headers: { Accept: 'application/json' },
    form: { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope },
    effect: 'idempotent',
  };
}

/** JSON in either spelling, or the XML that the service prefers. */
function readToken(answer: HttpAnswer): {
  readonly token: string | undefined;
  readonly seconds: number | undefined;
} {
  const body = asRow(answer.json);
  const fromXml = (name: string) =>
    new RegExp(`<${name}>\\s*([^<\\s]+)\\s*</${name}>`).exec(answer.text)?.[1];
  const seconds =
    integerIn(body, 'ExpiresIn') ?? integerIn(body, 'expires_in') ?? Number(fromXml('ExpiresIn'));
  return {
    token: textIn(body, 'AccessToken') ?? textIn(body, 'access_token') ?? fromXml('AccessToken'),
    seconds: Number.isSafeInteger(seconds) && seconds > 0 ? seconds : undefined,
  };
}

function refused({ auth, tokenUrl }: EpicorConnection, answer: HttpAnswer): SystemError {
  const systemWords = textIn(asRow(answer.json), 'error') ?? describeFailure(answer).message;
  const facts = { recovery: 'configuration', systemWords, status: answer.status, call: 'sign-in' } as const;
  if (answer.status === 404) {
    return new SystemError({
      ...facts,
      code: 'EPICOR_NO_TOKEN_SERVICE',
      text: `There is no token service at ${tokenUrl}.`,
      remedy: 'Check EPICOR_TOKEN_URL; a site without TokenResource.svc needs EPICOR_AUTH=basic or oauth.',
    });
  }
  return new SystemError({
    ...facts,
    code: 'EPICOR_LOGIN_REFUSED',
    text: auth === 'oauth' ? 'The identity provider refuses the client.' : 'Epicor refuses user or password.',
    remedy:
      auth === 'oauth'
        ? 'Check EPICOR_CLIENT_ID, EPICOR_CLIENT_SECRET and the scope.'
        : 'Check EPICOR_USERNAME and EPICOR_PASSWORD, and that the user is not disabled.',
  });
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function asciiOnly(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
