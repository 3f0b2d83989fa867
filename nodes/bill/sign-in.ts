import { SystemError } from '../../runtime/connector/errors';
import type { HttpRequest, Session, UnsignedCalls } from '../../runtime/connector/system';
import type { Endpoints } from './endpoints';
import { asObject, textAt } from './members';

/** BILL ends a session after 35 idle minutes; we give ours up earlier, so that no call meets the end. */
const idleMs = 30 * 60_000;

export interface Credentials {
  readonly devKey: string;
  readonly username: string;
  readonly password: string;
  readonly organizationId: string;
}

/**
 * Opens a session with `POST /v3/login`. The developer key is in the body here, and in a header from then on.
 * @throws SystemError; `configuration` when BILL refuses the credentials, whatever code it gives
 */
export async function signIn(
  credentials: Credentials,
  endpoints: Endpoints,
  calls: UnsignedCalls,
): Promise<Session> {
  const { username, password, organizationId, devKey } = credentials;
  const answer = await login(calls, {
    name: 'login',
    method: 'POST',
    url: `${endpoints.connect}/login`,
    json: { username, password, organizationId, devKey },
    effect: 'idempotent',
  });
  const body = asObject(answer.json);
  const token = textAt(body, 'sessionId');
  if (token === undefined) {
    throw refused('BILL_NO_SESSION', 'BILL answered the login without a session.', {
      remedy: 'Check that BILL_BASE_URL is the gateway of BILL, and that API access is enabled.',
      status: answer.status,
    });
  }
  checkOrganization(textAt(body, 'organizationId'), organizationId);
  return { token, idleMs };
}

/** Ends the session with `POST /v3/logout`, which answers with an empty body. */
export async function signOut(
  session: Session,
  credentials: Credentials,
  endpoints: Endpoints,
  calls: UnsignedCalls,
) {
  await calls.call(
    authorize(
      { name: 'logout', method: 'POST', url: `${endpoints.connect}/logout`, effect: 'idempotent' },
      session,
      credentials,
    ),
  );
}

/** Adds session and developer key. Without a session it is the login, which carries the key in its body. */
export function authorize(
  request: HttpRequest,
  session: Session | undefined,
  credentials: Credentials,
): HttpRequest {
  const identity: Record<string, string> = session
    ? { devKey: credentials.devKey, sessionId: session.token }
    : {};
  return { ...request, headers: { Accept: 'application/json', ...request.headers, ...identity } };
}

/**
 * A session belongs to one organization; another one's data must never be read or written.
 * @throws SystemError `configuration`
 */
export function checkOrganization(actual: string | undefined, configured: string): void {
  if (actual === undefined || actual === configured) return;
  throw refused('BILL_OTHER_ORGANIZATION', `BILL signed in to organization ${actual}, not ${configured}.`, {
    remedy: 'Correct BILL_ORGANIZATION_ID, or use a user of that organization.',
  });
}

async function login(calls: UnsignedCalls, request: HttpRequest) {
  try {
    return await calls.call(request);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    const { systemWords, status } = error;
    switch (error.code === 'BILL_WRONG_PATH' ? 'not-found' : error.recovery) {
      case 'rejected':
        throw refused('BILL_LOGIN_REFUSED', 'BILL refused the login.', {
          remedy: 'Check user name, password, developer key and organization, all of the same environment.',
          systemWords,
          status,
        });
      case 'not-found':
        throw refused('BILL_WRONG_PATH', 'There is no BILL API at this address.', {
          remedy: 'Check that BILL_BASE_URL is the gateway, for example https://gateway.prod.bill.com.',
          systemWords,
          status,
        });
      default:
        throw error;
    }
  }
}

function refused(
  code: string,
  text: string,
  facts: {
    readonly remedy: string;
    readonly systemWords?: string | undefined;
    readonly status?: number | undefined;
  },
): SystemError {
  return new SystemError({ recovery: 'configuration', code, text, call: 'login', ...facts });
}
