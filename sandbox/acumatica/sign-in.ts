import { createHash } from 'node:crypto';
import type { Clock } from '../clock';
import type { WireObject } from '../http/exact-json';
import { AcumaticaRefusal, badRequest, httpError, serverError } from './refusal';
import type { Session, Sessions } from './sessions';
import type { AcumaticaSwitches } from './switches';
import type { Tenant } from './tenant';

export interface AcumaticaAccess {
  /** User to password; the same in every tenant. */
  readonly users: Readonly<Record<string, string>>;
  /** Connected applications: the id before `@` and the tenant, to their secret. */
  readonly clients: Readonly<Record<string, string>>;
  /** Where an authorization code may be sent. */
  readonly redirectUris?: readonly string[];
}

interface Grant {
  readonly client: string;
  readonly user: string;
  readonly tenant: Tenant;
  readonly scopes: readonly string[];
  readonly refreshEnds: number;
  session: string | undefined;
}

interface Code {
  readonly client: string;
  readonly user: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly challenge: string | undefined;
}

const SCOPES = ['api', 'offline_access', 'api:concurrent_access', 'openid', 'email', 'profile', 'phone'];

/** Who may come in: the sign-in with cookies, and the identity server. */
export class SignIn {
  readonly #access = new Map<string, { grant: Grant; ends: number }>();
  readonly #refresh = new Map<string, Grant>();
  readonly #codes = new Map<string, Code>();
  access: AcumaticaAccess;

  constructor(
    access: AcumaticaAccess,
    private readonly tenants: ReadonlyMap<string, Tenant>,
    private readonly sessions: Sessions,
    private readonly switches: AcumaticaSwitches,
    private readonly clock: Clock,
  ) {
    this.access = access;
  }

  /** Signs in with name and password. A site with one tenant takes any tenant's name. */
  login(body: WireObject): Session {
    if (body['tenant'] !== undefined && body['company'] !== undefined) {
      throw badRequest('Both tenant and company are specified.');
    }
    const named = String(body['tenant'] ?? body['company'] ?? '');
    const tenant = this.#tenant(named);
    if (tenant === undefined) {
      throw serverError('PX.Data.PXUndefinedCompanyException', 'A proper company ID cannot be determined.');
    }
    const user = String(body['name'] ?? '');
    if (!this.#isUser(user, String(body['password'] ?? ''))) {
      const exception = { type: 'PX.Data.PXException', message: 'Invalid credentials. Please try again.' };
      throw httpError(this.switches.loginFailureStatus, 'An error has occurred.', exception);
    }
    const branch = body['branch'];
    if (typeof branch === 'string' && branch !== '' && !tenant.branches.includes(branch)) {
      throw serverError('PX.Data.PXException', `The ${branch} branch cannot be found in the system.`);
    }
    return this.sessions.take(user, tenant, 'cookie');
  }

  /** The session that a bearer token belongs to; undefined for a token that is not, or no longer, good. */
  bearer(token: string, cookies: string | undefined): { session: Session; isNew: boolean } | undefined {
    const known = this.#access.get(token);
    if (known === undefined || known.ends <= this.clock.now()) return undefined;
    const { grant } = known;
    if (grant.scopes.includes('api:concurrent_access')) {
      const named = this.sessions.ofCookies(cookies);
      if (named !== undefined) return { session: named, isNew: false };
      return { session: this.sessions.take(grant.user, grant.tenant, 'token', known.ends), isNew: true };
    }
    const session = this.sessions.find(grant.session);
    return session === undefined ? undefined : { session, isNew: false };
  }

  /** Answers the token endpoint. Throws the errors of OAuth with 400. */
  token(form: URLSearchParams): WireObject {
    const client = this.#client(form);
    switch (form.get('grant_type')) {
      case 'password': {
        const user = form.get('username') ?? '';
        if (!this.#isUser(user, form.get('password') ?? ''))
          throw oauthError('invalid_grant', 'Invalid credentials');
        return this.#grant(client, user, form.get('scope') ?? '');
      }
      case 'authorization_code':
        return this.#redeem(client, form);
      case 'refresh_token':
        return this.#renew(client, form.get('refresh_token') ?? '');
      case 'client_credentials':
        if (this.switches.clientCredentials === 'allow') {
          return this.#grant(client, `client ${client}`, form.get('scope') ?? 'api');
        }
        throw oauthError('unsupported_grant_type');
      default:
        throw oauthError('unsupported_grant_type');
    }
  }

  /** A code for a user who consents at once, and where it is sent. */
  authorize(query: URLSearchParams, user: string): string {
    const client = query.get('client_id') ?? '';
    const redirectUri = query.get('redirect_uri') ?? '';
    const known = this.access.redirectUris?.includes(redirectUri) === true;
    if (!known || query.get('response_type') !== 'code' || this.access.clients[idOf(client)] === undefined) {
      throw oauthError('unauthorized_client');
    }
    const challenge = query.get('code_challenge_method') === 'S256' ? query.get('code_challenge') : null;
    const code = crypto.randomUUID();
    const scope = query.get('scope') ?? '';
    this.#codes.set(code, { client, user, redirectUri, scope, challenge: challenge ?? undefined });
    const target = new URL(redirectUri);
    target.searchParams.set('code', code);
    if (query.has('state')) target.searchParams.set('state', query.get('state') ?? '');
    return target.href;
  }

  /** Ends every token given out so far, those to refresh with as well. */
  expireTokens(): void {
    this.#access.clear();
    this.#refresh.clear();
  }

  #redeem(client: string, form: URLSearchParams): WireObject {
    const code = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const fits =
      code !== undefined &&
      code.client === client &&
      code.redirectUri === form.get('redirect_uri') &&
      (code.challenge === undefined || code.challenge === verifier);
    if (!fits) throw oauthError('invalid_grant');
    return this.#grant(client, code.user, code.scope);
  }

  #renew(client: string, token: string): WireObject {
    const grant = this.#refresh.get(token);
    if (grant === undefined || grant.client !== client || grant.refreshEnds <= this.clock.now()) {
      throw oauthError('invalid_grant');
    }
    if (this.switches.rotatesRefresh) this.#refresh.delete(token);
    return this.#issue(grant, this.switches.rotatesRefresh ? undefined : token);
  }

  #grant(client: string, user: string, scope: string): WireObject {
    const scopes = scope.split(/\s+/).filter((word) => word !== '');
    if (!scopes.includes('api') || scopes.some((word) => !SCOPES.includes(word))) {
      throw oauthError('invalid_scope');
    }
    const tenant = this.#tenant(client.slice(client.indexOf('@') + 1));
    if (tenant === undefined) throw oauthError('invalid_client');
    const refreshEnds = this.clock.now() + this.switches.refreshLifeMs;
    return this.#issue({ client, user, tenant, scopes, refreshEnds, session: undefined }, undefined);
  }

  /** Gives an access token; the session of the grant lives on with it, or a new seat is taken. */
  #issue(grant: Grant, kept: string | undefined): WireObject {
    const ends = this.clock.now() + this.switches.tokenLifeMs;
    if (!grant.scopes.includes('api:concurrent_access')) {
      const live = this.sessions.find(grant.session);
      if (live === undefined) grant.session = this.sessions.take(grant.user, grant.tenant, 'token', ends).id;
      else live.ends = ends;
    }
    for (const [token, known] of this.#access) if (known.grant === grant) this.#access.delete(token);
    const access = crypto.randomUUID().replaceAll('-', '');
    this.#access.set(access, { grant, ends });
    const answer: WireObject = {
      access_token: access,
      expires_in: Math.floor(this.switches.tokenLifeMs / 1000),
      token_type: 'Bearer',
      scope: grant.scopes.join(' '),
    };
    if (!grant.scopes.includes('offline_access')) return answer;
    const refresh = kept ?? crypto.randomUUID().replaceAll('-', '');
    this.#refresh.set(refresh, grant);
    return { ...answer, refresh_token: refresh };
  }

  #client(form: URLSearchParams): string {
    const client = form.get('client_id') ?? '';
    const secret = this.access.clients[idOf(client)];
    if (secret === undefined || secret !== form.get('client_secret') || !client.includes('@')) {
      throw oauthError('invalid_client');
    }
    return client;
  }

  #tenant(name: string): Tenant | undefined {
    const [first] = this.tenants.values();
    return name === '' || this.tenants.size === 1 ? first : this.tenants.get(name);
  }

  #isUser(user: string, password: string): boolean {
    return user !== '' && this.access.users[user] === password;
  }
}

function idOf(client: string): string {
  return client.split('@', 1)[0] ?? '';
}

function oauthError(error: string, description?: string): AcumaticaRefusal {
  const body = description === undefined ? { error } : { error, error_description: description };
  return new AcumaticaRefusal(400, body, {}, error);
}
