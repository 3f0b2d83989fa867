import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../clock';
import type { Wire } from '../http/exact-json';
import { BaswareRefusal, gatewayRefusal, refusalOf, refuseRows } from './refusal';
import type { BaswareSwitches } from './switches';

export interface BaswareClient {
  readonly id: string;
  readonly secret: string;
  /** Scopes it may ask for; absent: all. */
  readonly scopes?: readonly string[];
}

export interface BaswareAccess {
  readonly clients: readonly BaswareClient[];
  /** Accounts that may call with Basic, without a token. */
  readonly users?: readonly { readonly name: string; readonly password: string }[];
}

interface Token {
  readonly client: string;
  readonly scopes: ReadonlySet<string>;
  readonly until: number;
}

const SCOPE = /^[A-Za-z]+\.(read|write|delete)$/;

/** Tokens and the limit on calls at the same time. */
export class Access {
  readonly #tokens = new Map<string, Token>();
  readonly #inFlight = new Map<string, number>();
  /** Most calls seen at the same time for one credential, refused ones included. */
  maxInFlight = 0;
  refusedConcurrent = 0;

  constructor(
    public access: BaswareAccess,
    private readonly switches: BaswareSwitches,
    private readonly clock: Clock,
  ) {}

  /** Answers the token endpoint: Basic login of the client, form body. */
  issue(authorization: string | undefined, form: URLSearchParams): Wire {
    const login = basicOf(authorization);
    const client = this.access.clients.find(
      (each) => login !== undefined && each.id === login.name && each.secret === login.password,
    );
    if (client === undefined) throw refusalOf(401, { error: 'invalid_client' }, 'invalid client');
    const grant = form.get('grant_type');
    if (grant === null) throw invalidRequest('grant_type field required');
    if (grant !== 'client_credentials') {
      throw refusalOf(400, { error: 'unsupported_grant_type' }, 'unsupported grant type');
    }
    const asked = form.get('scope');
    if (asked === null || asked.trim() === '') {
      const detail = [{ loc: ['body', 'scope'], msg: 'field required', type: 'value_error.missing' }];
      throw refusalOf(422, { detail }, 'scope field required');
    }
    const scopes = asked.split(' ').filter((scope) => scope !== '');
    if (scopes.some((scope) => !SCOPE.test(scope) || client.scopes?.includes(scope) === false)) {
      throw refusalOf(400, { error: 'invalid_scope' }, 'invalid scope');
    }
    const now = this.clock.now();
    const token = this.#token(client.id, scopes, now);
    this.#tokens.set(token, {
      client: client.id,
      scopes: new Set(scopes),
      until: now + this.switches.tokenLifeMs,
    });
    return {
      access_token: token,
      scope: scopes.join(' '),
      expires_in: Math.floor(this.switches.tokenLifeMs / 1000),
      token_type: 'Bearer',
    };
  }

  /** The account that a call's header names; throws 401 for none, 403 when its token lacks the scope. */
  admit(authorization: string | undefined, scope: string): string {
    const login = basicOf(authorization);
    if (login !== undefined) {
      const user = this.access.users?.find(
        (each) => each.name === login.name && each.password === login.password,
      );
      if (user === undefined) throw this.#unauthorized();
      return user.name;
    }
    const token = this.#tokens.get(bearerOf(authorization) ?? '');
    if (token === undefined || this.clock.now() >= token.until) throw this.#unauthorized();
    if (!token.scopes.has(scope)) {
      throw gatewayRefusal(403, 'User is not authorized to access this resource');
    }
    return token.client;
  }

  /** Refuses every token given out so far. */
  expireTokens(): void {
    this.#tokens.clear();
  }

  /** Counts a call in; the function returned counts it out. Throws when it is one too many at the same time. */
  enter(authorization: string | undefined): () => void {
    const key = this.#tokens.get(bearerOf(authorization) ?? '')?.client ?? basicOf(authorization)?.name ?? '';
    const now = (this.#inFlight.get(key) ?? 0) + 1;
    this.#inFlight.set(key, now);
    this.maxInFlight = Math.max(this.maxInFlight, now);
    let inside = true;
    const leave = () => {
      if (inside) this.#inFlight.set(key, (this.#inFlight.get(key) ?? 1) - 1);
      inside = false;
    };
    if (now > this.switches.concurrentLimit) {
      leave();
      this.refusedConcurrent += 1;
      throw gatewayRefusal(429, 'Too Many Requests');
    }
    return leave;
  }

  #token(client: string, scopes: readonly string[], now: number): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const exp = Math.floor((now + this.switches.tokenLifeMs) / 1000);
    const claims = { sub: client, scope: scopes.join(' '), exp, jti: randomBytes(9).toString('hex') };
    const unsigned = `${part({ alg: 'RS256', typ: 'at+jwt', kid: 'sandbox' })}.${part(claims)}`;
    return `${unsigned}.${createHash('sha256').update(unsigned).digest('base64url')}`;
  }

  #unauthorized(): BaswareRefusal {
    const style = this.switches.unauthorizedBody;
    if (style === 'empty') return new BaswareRefusal(401, undefined, 'Unauthorized');
    if (style === 'message') return gatewayRefusal(401, 'Unauthorized');
    const message = 'The access token is not valid';
    return refuseRows(401, [{ type: 'SECURITY', code: 'ACCESS_TOKEN_VALIDATION_ERROR', message }]);
  }
}

function invalidRequest(description: string): BaswareRefusal {
  return refusalOf(400, { error: 'invalid_request', error_description: description }, description);
}

function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
}

function basicOf(authorization: string | undefined): { name: string; password: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : { name: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
