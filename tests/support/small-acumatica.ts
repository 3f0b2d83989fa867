import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseLossless } from '../../runtime/connector/lossless-json';
import { serve } from './serve';
import { shown, stored } from './small-acumatica-values';

/** A record as the server keeps it: bare fields, amounts as text, lists of records. */
export type Entity = Record<string, unknown>;

export interface SeenCall {
  readonly method: string;
  /** After the instance, decoded: `entity/Default/24.200.001/Bill/Bill/000001`. */
  readonly path: string;
  /** Parts after the endpoint's version, decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly rawQuery: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  /** Unwrapped. */
  readonly body: Entity;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string | string[]>;
  /** The call is handled first, and answered so. */
  readonly afterwards?: boolean;
  /** No answer at all: the connection is cut. */
  readonly cut?: boolean;
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly type = 'PX.Data.PXException',
  ) {
    super(message);
  }
}

export type Action = (keys: Entity, headers: IncomingMessage['headers']) => void;

/** A small Acumatica for tests beside the code: sessions and seats, wrapped records, upserts, long operations. */
export class SmallAcumatica {
  url = '';
  readonly calls: SeenCall[] = [];
  readonly entities = new Map<string, { readonly keys: readonly string[]; readonly rows: Entity[] }>();
  readonly actions = new Map<string, Action>();
  /** Runs before a record is stored; may refuse, or fill in what the server knows. */
  readonly saving = new Map<string, (row: Entity, isNew: boolean) => void>();
  /** Parts that no list can bring along. */
  readonly delegates = new Set(['Check/Details', 'Check/History', 'Bill/Applications', 'Vendor/Contacts']);
  readonly versions = ['22.200.001', '24.200.001'];
  readonly user = { username: 'robot', password: 'canary-password' };
  readonly app = { clientId: 'guid@ACME', clientSecret: 'canary-client-secret' };
  seats = 2;
  readonly sessions = new Set<string>();
  sessionsOpened = 0;
  tokenSeconds = 3600;
  readonly refreshTokens = new Map<string, string>();
  /** Authorization codes that were not used yet, `code for redirect URI`. */
  readonly codes = new Set<string>();
  /** How often a long operation says that it still runs; undefined: it is over at once. */
  polls: number | undefined = 1;
  missingStatus: 404 | 500 = 500;
  /** Consulted for every call before it is answered. */
  fault: (call: SeenCall) => Answer | undefined = () => undefined;
  /** A list gives no more rows than this, whatever is asked. */
  mostRows = Number.POSITIVE_INFINITY;
  onList: (entity: string, rows: Entity[]) => Entity[] = (_entity, rows) => rows;
  readonly #operations = new Map<string, { left: number; run: () => void; failure?: Refused }>();
  #counter = 0;
  #stop: () => Promise<void> = async () => {};

  async start(): Promise<this> {
    const server = await serve((request, response) => void this.#handle(request, response));
    this.url = `${server.url}/Books`;
    this.#stop = server.stop;
    return this;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  get credentials(): Record<string, string> {
    return { tenant: 'ACME', auth: 'cookie', ...this.user, ...this.app };
  }

  next(): number {
    this.#counter += 1;
    return this.#counter;
  }

  addEntity(name: string, keys: readonly string[], rows: Entity[] = []): Entity[] {
    this.entities.set(name, { keys, rows });
    return rows;
  }

  rows(entity: string): Entity[] {
    return this.entities.get(entity)?.rows ?? [];
  }

  seen(method: string, path: string): SeenCall[] {
    return this.calls.filter((call) => call.method === method && call.parts.join('/').startsWith(path));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = readCall(request, Buffer.concat(chunks).toString('utf8'));
    this.calls.push(call);
    const fault = this.fault(call);
    if (fault?.cut && !fault.afterwards) return void response.destroy();
    let answer: Answer = fault ?? {};
    if (!fault || fault.afterwards) {
      const made = this.#answer(call);
      answer = fault ? { ...made, ...fault } : made;
    }
    if (fault?.cut) return void response.destroy();
    const { status = 200, body, headers = {} } = answer;
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const type = text.startsWith('<') ? 'text/html' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers }).end(text);
  }

  #answer(call: SeenCall): Answer {
    try {
      if (call.path === 'entity/auth/login') return this.#login(call);
      if (call.path === 'entity/auth/logout') return this.#logout(call);
      if (call.path === 'identity/connect/token') return this.#token(call);
      if (call.path === 'entity') return { body: this.#offered() };
      if (!this.#isSignedIn(call)) throw new Refused(401, 'You are not currently logged in.', '');
      return this.#dispatch(call);
    } catch (error) {
      if (error instanceof Refused) return errorAnswer(error);
      return { status: 418, body: { message: String(error) } };
    }
  }

  #offered(): unknown {
    const endpoints = this.versions.map((version) => ({
      name: 'Default',
      version,
      href: `/Books/${version}`,
    }));
    return { version: { acumaticaBuildVersion: '24.206.0024' }, endpoints };
  }

  #open(): string {
    if (this.sessions.size >= this.seats) throw new Refused(500, 'API Login Limit', 'PX.Data.PXException');
    this.sessionsOpened += 1;
    const session = `session${this.sessionsOpened}`;
    this.sessions.add(session);
    return session;
  }

  #login({ body, headers }: SeenCall): Answer {
    if (headers['content-type'] !== 'application/json') throw new Refused(400, 'JSON expected', '');
    if (body['name'] !== this.user.username || body['password'] !== this.user.password) {
      throw new Refused(500, 'Invalid credentials. Please try again.');
    }
    if (body['tenant'] !== 'ACME') {
      throw new Refused(
        500,
        'A proper company ID cannot be determined',
        'PX.Data.PXUndefinedCompanyException',
      );
    }
    const session = this.#open();
    const cookies = [
      `ASP.NET_SessionId=${session}; path=/; HttpOnly`,
      `.ASPXAUTH=auth${session}; expires=Wed, 02-Dec-2026 10:00:00 GMT; path=/`,
      'Old=; expires=Thu, 01-Jan-1970 00:00:00 GMT',
    ];
    return { status: 204, headers: { 'set-cookie': cookies } };
  }

  #token({ text }: SeenCall): Answer {
    const form = new URLSearchParams(text);
    const refuse = (error: string): Answer => ({ status: 400, body: { error } });
    if (form.get('client_id') !== this.app.clientId || form.get('client_secret') !== this.app.clientSecret) {
      return refuse('invalid_client');
    }
    let session: string | undefined;
    if (form.get('grant_type') === 'refresh_token') {
      session = this.refreshTokens.get(form.get('refresh_token') ?? '');
      if (session === undefined) return refuse('invalid_grant');
      this.refreshTokens.clear();
      this.sessions.delete(session);
      session = `${session.split('.')[0]}.${this.next()}`;
      this.sessions.add(session);
    } else if (form.get('grant_type') === 'authorization_code') {
      if (!this.codes.delete(`${form.get('code')} for ${form.get('redirect_uri')}`))
        return refuse('invalid_grant');
      session = this.#open();
    } else if (form.get('grant_type') === 'password') {
      if (form.get('password') !== this.user.password) return refuse('invalid_grant');
      session = this.#open();
    } else return refuse('unsupported_grant_type');
    const refresh = `refresh${this.next()}`;
    this.refreshTokens.set(refresh, session);
    const body = {
      access_token: session,
      expires_in: this.tokenSeconds,
      token_type: 'Bearer',
      refresh_token: refresh,
    };
    return { body };
  }

  #logout(call: SeenCall): Answer {
    if (call.headers['content-length'] !== '0') return { status: 411, body: '<html>Length Required</html>' };
    this.sessions.delete(sessionOf(call));
    return { status: 204 };
  }

  #isSignedIn(call: SeenCall): boolean {
    return this.sessions.has(sessionOf(call));
  }

  #dispatch(call: SeenCall): Answer {
    const [, endpoint, version = ''] = call.path.split('/');
    const [entity = '', ...rest] = call.parts;
    const kept = this.entities.get(entity);
    if (endpoint !== 'Default' || !this.versions.includes(version) || !kept) {
      throw new Refused(404, `No HTTP resource was found that matches the request URI '${call.path}'.`, '');
    }
    if (rest[1] === 'status') return this.#state(rest[2] ?? '');
    if (call.method === 'POST') return this.#act(entity, rest[0] ?? '', call);
    if (call.method === 'PUT') return this.#put(entity, call);
    if (rest.length === 0) return { body: this.#list(entity, call) };
    const row = kept.rows.find(
      (each) => each['id'] === rest[0] || kept.keys.every((key, at) => each[key] === rest[at]),
    );
    if (!row) {
      const type = 'PX.Api.ContractBased.NoEntitySatisfiesTheConditionException';
      if (this.missingStatus === 404) throw new Refused(404, '', '');
      throw new Refused(500, 'No entity satisfies the condition.', type);
    }
    if (call.method === 'DELETE') {
      kept.rows.splice(kept.rows.indexOf(row), 1);
      return { status: 204 };
    }
    return { body: shown(row, expandOf(call)) };
  }

  #list(entity: string, call: SeenCall): unknown[] {
    if (call.rawQuery.includes('+')) throw new Refused(500, 'Bad date', 'System.FormatException');
    const expand = expandOf(call);
    const culprit = expand.find((part) => this.delegates.has(`${entity}/${part}`));
    if (culprit) {
      const type = 'PX.Api.ContractBased.OptimizedExport.CannotOptimizeException';
      throw new Refused(
        500,
        `Optimization cannot be performed.The following fields cause the error: ${culprit}`,
        type,
      );
    }
    const matches = filterOf(call.query.get('$filter') ?? '');
    const skip = Number(call.query.get('$skip') ?? 0);
    const top = Number(call.query.get('$top') ?? Number.MAX_SAFE_INTEGER);
    const rows = this.onList(entity, this.rows(entity).filter(matches)).slice(
      skip,
      skip + Math.min(top, this.mostRows),
    );
    return rows.map((row) => shown(row, expand));
  }

  #put(entity: string, call: SeenCall): Answer {
    const { keys, rows } = this.entities.get(entity) as { keys: readonly string[]; rows: Entity[] };
    const named = keys.every((key) => key in call.body);
    const existing = named ? rows.find((row) => keys.every((key) => row[key] === call.body[key])) : undefined;
    if (existing && call.headers['if-none-match'] === '*') throw new Refused(412, 'It exists.', '');
    if (!existing && call.headers['if-match'] === '*') throw new Refused(412, 'It does not exist.', '');
    const row: Entity = existing ? structuredClone(existing) : { id: `id-${this.next()}` };
    for (const [name, value] of Object.entries(call.body)) {
      if (!Array.isArray(value)) row[name] = value;
      else
        row[name] = [
          ...((row[name] as Entity[]) ?? []),
          ...value.map((each) => ({ id: `id-${this.next()}`, ...each })),
        ];
    }
    this.saving.get(entity)?.(row, !existing);
    if (existing) rows[rows.indexOf(existing)] = row;
    else rows.push(row);
    return { body: shown(row, expandOf(call)) };
  }

  #act(entity: string, action: string, call: SeenCall): Answer {
    const run = this.actions.get(`${entity}/${action}`);
    if (!run) throw new Refused(404, 'No such action.', '');
    const keys = call.body['entity'] as Entity;
    if (this.polls === undefined) {
      run(keys, call.headers);
      return { status: 204, headers: { location: '/Books/entity/nowhere' } };
    }
    const id = `op${this.next()}`;
    this.#operations.set(id, { left: this.polls, run: () => run(keys, call.headers) });
    const location = `/Books/entity/Default/24.200.001/${entity}/${action}/status/${id}`;
    return { status: 202, headers: { location } };
  }

  #state(id: string): Answer {
    const operation = this.#operations.get(id);
    if (!operation) throw new Refused(404, '', '');
    if (operation.left > 0) {
      operation.left -= 1;
      return { status: 202 };
    }
    this.#operations.delete(id);
    operation.run();
    return { status: 204 };
  }
}

function sessionOf({ headers }: SeenCall): string {
  const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  return bearer ?? /ASP\.NET_SessionId=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
}

function expandOf({ query }: SeenCall): string[] {
  return (query.get('$expand') ?? '').split(',').filter(Boolean);
}

function filterOf(filter: string): (row: Entity) => boolean {
  const conditions = filter.split(' and ').filter(Boolean).map(conditionOf);
  return (row) => conditions.every((matches) => matches(row));
}

function conditionOf(text: string): (row: Entity) => boolean {
  const alternatives = text.replace(/^\((.*)\)$/, '$1').split(' or ');
  if (alternatives.length > 1) {
    const any = alternatives.map(conditionOf);
    return (row) => any.some((matches) => matches(row));
  }
  const [, field = '', operator, instant, quoted] =
    /^(\w+) (eq|ge) (?:datetimeoffset'([^']+)'|'(.*)')$/.exec(text) ?? [];
  if (operator === undefined)
    throw new Refused(500, `Cannot read ${text}`, 'Microsoft.Data.OData.ODataException');
  if (instant !== undefined) return (row) => Date.parse(String(row[field])) >= Date.parse(instant);
  const value = (quoted ?? '').replaceAll("''", "'").toLowerCase();
  return (row) => String(row[field] ?? '').toLowerCase() === value;
}

function readCall(request: IncomingMessage, text: string): SeenCall {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const path = decodeURIComponent(url.pathname).replace(/^\/Books\//, '');
  let body: Entity = {};
  try {
    body = stored(parseLossless(text) as Entity);
  } catch {}
  return {
    method: request.method ?? '',
    path,
    parts: url.pathname.split('/').slice(5).map(decodeURIComponent),
    query: url.searchParams,
    rawQuery: url.search,
    headers: request.headers,
    text,
    body,
  };
}

function errorAnswer({ status, type, message }: Refused): Answer {
  if (type === '') return { status, body: message === '' ? undefined : { message } };
  const body = {
    message: 'An error has occurred.',
    exceptionMessage: message,
    exceptionType: type,
    stackTrace: '',
  };
  return { status, body };
}
