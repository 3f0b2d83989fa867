import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock';
import { EpicorRefusal, unauthorized } from './refusal';

export interface ApiKey {
  readonly key: string;
  /** The only company it may reach; absent: all. */
  readonly company?: string;
  /** Services of its access scope; absent: all. */
  readonly services?: readonly string[];
  /** Instant of its end, ms. */
  readonly expires?: number;
}

export interface EpicorAccess {
  readonly users: Readonly<Record<string, string>>;
  readonly apiKeys: readonly ApiKey[];
  /** OAuth clients: id to secret. */
  readonly clients: Readonly<Record<string, string>>;
}

interface Token {
  readonly user: string;
  readonly expires: number;
}

/** Who may come in: users, API keys, and the tokens given out. */
export class SignIn {
  readonly #tokens = new Map<string, Token>();
  access: EpicorAccess;

  constructor(
    access: EpicorAccess,
    private readonly clock: Clock,
  ) {
    this.access = access;
  }

  /** A token of a user or client, living `lifeMs`. */
  issue(user: string, lifeMs: number): string {
    const token = `tok-${crypto.randomUUID()}`;
    this.#tokens.set(token, { user, expires: this.clock.now() + lifeMs });
    return token;
  }

  /** Ends every token given out so far. */
  expireTokens(): void {
    this.#tokens.clear();
  }

  passwordMatches(user: string, password: string): boolean {
    return user !== '' && this.access.users[user] === password;
  }

  secretMatches(client: string, secret: string): boolean {
    return client !== '' && this.access.clients[client] === secret;
  }

  /** The user behind a call. Throws 401 for a missing key or identity, 403 beyond the key's scope. */
  admit(
    headers: IncomingHttpHeaders,
    queryKey: string | undefined,
    company: string,
    service: string,
  ): string {
    const given = headers['x-api-key'] ?? queryKey;
    const key = this.access.apiKeys.find((candidate) => candidate.key === given);
    if (key === undefined || (key.expires ?? Number.POSITIVE_INFINITY) <= this.clock.now()) {
      throw unauthorized('Invalid or missing API key.');
    }
    const user = this.#identify(headers.authorization ?? '');
    const outside =
      (key.company !== undefined && company !== '' && key.company !== company) ||
      (key.services !== undefined && service !== '' && !key.services.includes(service));
    if (outside) {
      throw new EpicorRefusal(403, 'System.UnauthorizedAccessException', `Access to ${service} is denied.`);
    }
    return user;
  }

  #identify(authorization: string): string {
    const [scheme = '', given = ''] = authorization.split(' ', 2);
    if (scheme.toLowerCase() === 'bearer') {
      const token = this.#tokens.get(given);
      if (token === undefined) throw unauthorized('Token is not valid.');
      if (token.expires <= this.clock.now()) throw unauthorized('Token expired.');
      return token.user;
    }
    const login = basicLogin(authorization);
    if (login === undefined || !this.passwordMatches(login.user, login.password)) {
      throw unauthorized('Invalid username or password.');
    }
    return login.user;
  }
}

/** User and password of a Basic header. */
export function basicLogin(authorization: string): { user: string; password: string } | undefined {
  const [scheme = '', given = ''] = authorization.split(' ', 2);
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const plain = Buffer.from(given, 'base64').toString('utf8');
  const colon = plain.indexOf(':');
  return colon < 0 ? undefined : { user: plain.slice(0, colon), password: plain.slice(colon + 1) };
}
