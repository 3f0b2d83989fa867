import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../clock';
import type { Wire } from '../http/exact-json';
import { AvidRefusal, exception, fault, grantRefused } from './refusal';
import type { AvidSwitches } from './switches';

export interface AvidAccess {
  /** Static tokens, made in the portal. */
  readonly companyToken: string;
  readonly userToken: string;
  /** For the password call, and for every call after it. */
  readonly gatewayKey: string;
  readonly users: readonly { readonly name: string; readonly password: string }[];
  readonly clients: readonly { readonly id: string; readonly secret: string; readonly companyId: string }[];
}

type Mode = 'tokens' | 'session' | 'partner';

/** Sign-in in three ways, and the limits on calls. */
export class Access {
  readonly #sessions = new Map<string, number>();
  readonly #tokens = new Map<string, { readonly companyId: string; readonly until: number }>();
  readonly #inFlight = new Map<string, number>();
  readonly #minutes = new Map<string, { readonly minute: number; calls: number }>();
  #passwordCalls = 0;
  /** Most calls seen at the same time for one credential, refused ones included. */
  maxInFlight = 0;

  constructor(
    public access: AvidAccess,
    private readonly switches: AvidSwitches,
    private readonly clock: Clock,
  ) {}

  /** Answers the password call: gateway key in the header, form in the body. */
  authorize(headers: IncomingHttpHeaders, form: URLSearchParams): Wire {
    if (headers.authorization !== `Bearer ${this.access.gatewayKey}`) throw this.#missing();
    if (form.get('grant_type') !== 'password') {
      throw grantRefused(400, 'unsupported_grant_type', 'grant_type must be password.');
    }
    const [name, password] = [form.get('username') ?? '', form.get('password') ?? ''];
    this.#passwordCalls += 1;
    const { echoedPasswordEvery, sessionLifeMs } = this.switches;
    if (echoedPasswordEvery > 0 && this.#passwordCalls % echoedPasswordEvery === 0) {
      const detail = `Authorization service unavailable: grant_type=password&username=${name}&password=${password}`;
      throw new AvidRefusal(503, { exception: { reason: 'ServiceUnavailable', detail } }, 'unavailable');
    }
    if (!this.access.users.some((user) => user.name === name && user.password === password)) {
      throw grantRefused(400, 'invalid_grant', 'The user name or password is incorrect.');
    }
    const token = randomBytes(24).toString('base64url');
    this.#sessions.set(token, this.clock.now() + sessionLifeMs);
    return { access_token: token, token_type: 'Bearer', expires_in: Math.floor(sessionLifeMs / 1000) };
  }

  /** Answers the partners' token endpoint: Basic login of the client, form in the body. */
  issue(headers: IncomingHttpHeaders, form: URLSearchParams): Wire {
    const [id, secret] = basicOf(headers.authorization);
    const client = this.access.clients.find((each) => each.id === id && each.secret === secret);
    if (client === undefined) throw grantRefused(401, 'invalid_client', 'Client authentication failed.');
    if (form.get('grant_type') !== 'client_credentials') {
      throw grantRefused(400, 'unsupported_grant_type', 'Unsupported grant_type value.');
    }
    const token = randomBytes(24).toString('hex');
    const { tokenLifeMs } = this.switches;
    this.#tokens.set(token, { companyId: client.companyId, until: this.clock.now() + tokenLifeMs });
    const expires_in = Math.floor(tokenLifeMs / 1000);
    return { access_token: token, token_type: 'Bearer', expires_in, scope: 'default' };
  }

  /** Lets a call in, or throws 401 or 403. */
  admit(headers: IncomingHttpHeaders): void {
    if (this.#hasTokens(headers)) return;
    const bearer = bearerOf(headers.authorization);
    const now = this.clock.now();
    if (bearer === this.access.gatewayKey) {
      const session = this.#sessions.get(bearerOf(String(headers['avidauthorization'] ?? '')) ?? '');
      if (session !== undefined && now < session) return;
      throw this.#unauthorized('The session has expired or is not valid.');
    }
    const token = this.#tokens.get(bearer ?? '');
    if (token !== undefined && now < token.until) {
      if (headers['x-avid-company-id'] === token.companyId) return;
      throw fault(403, 900908, 'Resource forbidden', 'The company is not subscribed to this API.');
    }
    const named = this.#header(headers, 'company') !== undefined || bearer !== undefined;
    throw named ? this.#unauthorized('Invalid credentials.') : this.#missing();
  }

  /** Refuses every session and partner's token given out so far; static tokens live on. */
  expireSessions(): void {
    this.#sessions.clear();
    this.#tokens.clear();
  }

  /** Counts a call in; the function returned counts it out. Throws 429 when it is one too many. */
  enter(headers: IncomingHttpHeaders): () => void {
    const mode = this.#modeOf(headers);
    const now = (this.#inFlight.get(mode) ?? 0) + 1;
    this.#inFlight.set(mode, now);
    this.maxInFlight = Math.max(this.maxInFlight, now);
    let inside = true;
    const leave = () => {
      if (inside) this.#inFlight.set(mode, (this.#inFlight.get(mode) ?? 1) - 1);
      inside = false;
    };
    const minute = Math.floor(this.clock.now() / 60_000);
    const known = this.#minutes.get(mode);
    const count = known?.minute === minute ? known : { minute, calls: 0 };
    count.calls += 1;
    this.#minutes.set(mode, count);
    const tooMany = now > this.switches.concurrentLimit || count.calls > this.switches.callsPerMinute;
    if (!tooMany) return leave;
    leave();
    throw this.#throttled();
  }

  #modeOf(headers: IncomingHttpHeaders): Mode {
    if (headers.authorization === `Bearer ${this.access.gatewayKey}`) return 'session';
    return this.#header(headers, 'company') === undefined ? 'partner' : 'tokens';
  }

  #header(headers: IncomingHttpHeaders, which: 'company' | 'user'): string | undefined {
    const value = headers[this.switches[`${which}Header`].toLowerCase()];
    return typeof value === 'string' ? value : undefined;
  }

  #hasTokens(headers: IncomingHttpHeaders): boolean {
    const { companyPrefix, userPrefix } = this.switches;
    return (
      this.#header(headers, 'company') === `${companyPrefix}${this.access.companyToken}` &&
      this.#header(headers, 'user') === `${userPrefix}${this.access.userToken}`
    );
  }

  #missing(): AvidRefusal {
    const description = 'Make sure your API invocation call has a header: Authorization';
    return this.#refused(900902, 'Missing Credentials', description);
  }

  #unauthorized(detail: string): AvidRefusal {
    return this.#refused(900901, 'Invalid Credentials', detail);
  }

  #refused(code: number, message: string, detail: string): AvidRefusal {
    const { unauthorizedBody } = this.switches;
    if (unauthorizedBody === 'exception') return exception(401, 'Unauthorized', detail);
    return fault(401, code, message, detail, unauthorizedBody === 'fault');
  }

  #throttled(): AvidRefusal {
    const wait = (this.switches.retryAfter ?? 1) * 1000;
    const [, , day, month, year, time] =
      /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(this.clock.now() + wait).toUTCString()) ?? [];
    const nextAccessTime = `${year}-${month}-${day} ${time}+0000 UTC`;
    const description = 'You have exceeded your quota';
    return fault(429, 900800, 'Message throttled out', description, true, { nextAccessTime });
  }
}

function bearerOf(value: string | undefined): string | undefined {
  return /^Bearer (.+)$/i.exec(value ?? '')?.[1];
}

function basicOf(value: string | undefined): [string, string] {
  const decoded = Buffer.from(/^Basic (.+)$/i.exec(value ?? '')?.[1] ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return [decoded.slice(0, Math.max(colon, 0)), decoded.slice(colon + 1)];
}
