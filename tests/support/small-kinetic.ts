import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from './serve';
import { BadQuery, parseConditions, type Row, sortBy } from './small-kinetic-lists';

export interface SeenCall {
  readonly method: string;
  /** After the company: `Erp.BO.VendorSvc/Vendors`; the whole path elsewhere. */
  readonly path: string;
  readonly company: string;
  readonly query: URLSearchParams;
  readonly rawQuery: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Row;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** The call is handled first, and answered so. */
  readonly afterwards?: boolean;
  /** No answer at all: the connection is cut. */
  readonly cut?: boolean;
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

/** A business rule said no. */
export function refuse(message: string, status = 400): Refused {
  return new Refused(status, 'Ice.Common.BusinessObjectException', message);
}

export interface EntitySet {
  readonly service: string;
  readonly set: string;
  readonly table: string;
  rows(): Row[];
  columns(): string[];
}

type Method = (call: SeenCall) => unknown;

/** A small Kinetic for tests beside the code: one instance, strict where the real one is strict. */
export class SmallKinetic {
  url = '';
  readonly calls: SeenCall[] = [];
  readonly sets: EntitySet[] = [];
  readonly methods = new Map<string, Method>();
  readonly company = 'EPIC06';
  readonly apiKey = 'canary-api-key';
  readonly user = { username: 'robot', password: 'canary-password' };
  /** Consulted for every call before it is answered. */
  fault: (call: SeenCall) => Answer | undefined = () => undefined;
  /** Runs after a page was made and before it is sent. */
  onPage: (set: string, rows: Row[]) => Row[] = (_set, rows) => rows;
  /** Rows that a page holds at most, whatever is asked for. */
  cap = 100;
  readonly tokens = new Set<string>();
  tokenSeconds: number | undefined = 3600;
  tokenForm: 'json' | 'xml' = 'json';
  rejectsSilently = false;
  tokensGiven = 0;
  #revision = 5_000;
  #stop: () => Promise<void> = async () => {};

  async start(): Promise<this> {
    const server = await serve((request, response) => void this.#handle(request, response));
    this.url = `${server.url}/KineticLive`;
    this.#stop = server.stop;
    return this;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  /** What the connection of a test is configured with. */
  get credentials(): Record<string, string> {
    return { company: this.company, apiKey: this.apiKey, auth: 'basic', ...this.user, bankAccount: 'MAIN' };
  }

  revision(): number {
    this.#revision += 1;
    return this.#revision;
  }

  /** Adds an entity set over a list that the test owns; its columns are those of its rows and the extra ones. */
  addSet(service: string, set: string, table: string, rows: Row[], extra: readonly string[] = []): void {
    const columns = () => [...new Set([...extra, ...rows.flatMap((row) => Object.keys(row))])];
    this.sets.push({ service, set, table, rows: () => rows, columns });
  }

  seen(path: string): SeenCall[] {
    return this.calls.filter((call) => call.path === path);
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
    const type = text.startsWith('<html')
      ? 'text/html'
      : text.startsWith('<')
        ? 'application/xml'
        : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers }).end(text);
  }

  #answer(call: SeenCall): Answer {
    try {
      if (call.path.endsWith('/TokenResource.svc/') || call.path.endsWith('/connect/token'))
        return this.#token(call);
      this.#authenticate(call);
      if (call.company !== this.company) throw new Refused(404, 'Ice.ApiException', 'Company not found.');
      return { body: this.#dispatch(call) };
    } catch (error) {
      if (error instanceof BadQuery)
        return errorAnswer(new Refused(400, 'Ice.ODataException', error.message));
      if (error instanceof Refused) {
        return error.status === 401 && this.rejectsSilently ? { status: 401 } : errorAnswer(error);
      }
      return { status: 500, body: { ErrorMessage: String(error), ErrorType: 'TestServerException' } };
    }
  }

  #token({ headers, path }: SeenCall): Answer {
    const { username, password } = this.user;
    const oauth = path.endsWith('/connect/token');
    const fits = oauth || (headers['username'] === username && headers['password'] === password);
    if (!fits) return errorAnswer(new Refused(401, 'Ice.ApiException', 'Invalid username or password.'));
    this.tokensGiven += 1;
    const token = `token-${this.tokensGiven}`;
    this.tokens.clear();
    this.tokens.add(token);
    if (oauth) return { body: { access_token: token, expires_in: 3600, token_type: 'Bearer' } };
    if (this.tokenForm === 'xml') return { body: `<Token><AccessToken>${token}</AccessToken></Token>` };
    const seconds = this.tokenSeconds === undefined ? {} : { ExpiresIn: this.tokenSeconds };
    return { body: { AccessToken: token, ...seconds, TokenType: 'Bearer' } };
  }

  #authenticate({ headers }: SeenCall): void {
    const refused = (message: string) => new Refused(401, 'Ice.ApiException', message);
    if (headers['x-api-key'] !== this.apiKey) throw refused('Invalid or missing API key.');
    const { username, password } = this.user;
    const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const authorization = headers['authorization'] ?? '';
    const token = authorization.replace(/^Bearer /, '');
    if (authorization === basic || this.tokens.has(token)) return;
    throw refused(authorization.startsWith('Bearer') ? 'Token expired.' : 'Invalid username or password.');
  }

  #dispatch(call: SeenCall): unknown {
    const method = this.methods.get(`${call.method} ${call.path}`);
    if (method) return method(call);
    const set = this.sets.find(({ service, set }) => call.path === `${service}/${set}`);
    if (set && call.method === 'GET') return { '@odata.context': 'x', value: this.#list(set, call) };
    const rows = this.sets.find(({ service }) => call.path === `${service}/GetRows`);
    if (rows && call.method === 'POST') return this.#getRows(rows, call);
    throw new Refused(404, 'Ice.ApiException', `${call.path} not found.`);
  }

  #list(set: EntitySet, { query, rawQuery }: SeenCall): Row[] {
    if (rawQuery.includes('+')) throw new BadQuery('Unexpected +.');
    const columns = set.columns();
    const select = (query.get('$select') ?? '').split(',').filter(Boolean);
    const unknown = select.find((name) => !columns.includes(name));
    if (unknown)
      throw new BadQuery(`Could not find a property named '${unknown}' on type 'Erp.${set.table}'.`);
    const matches = parseConditions(query.get('$filter') ?? '', columns);
    const order = (query.get('$orderby') ?? '').split(',').filter(Boolean);
    const top = Math.min(Number(query.get('$top') ?? this.cap), this.cap);
    const skip = Number(query.get('$skip') ?? 0);
    const rows = sortBy(set.rows().filter(matches), order).slice(skip, skip + top);
    const page = this.onPage(set.set, copies(rows));
    if (select.length === 0) return page;
    return page.map((row) => Object.fromEntries(select.map((name) => [name, row[name] ?? null])));
  }

  #getRows(set: EntitySet, { body }: SeenCall): unknown {
    const where = String(body[`whereClause${set.table}`]);
    const [conditions = '', ...order] = where.split(/\s*\bBY\b\s+/);
    const rows = sortBy(set.rows().filter(parseConditions(conditions, set.columns())), order);
    const size = Math.min(Number(body['pageSize']) || this.cap, this.cap);
    const at = Number(body['absolutePage']) * size;
    const page = this.onPage(set.set, copies(rows.slice(at, at + size)));
    return { returnObj: { [set.table]: page }, parameters: { morePages: rows.length > at + size } };
  }
}

/** A page is a snapshot: what a test changes afterwards does not show in it. */
function copies(rows: readonly Row[]): Row[] {
  return rows.map((row) => ({ ...row }));
}

function readCall(request: IncomingMessage, text: string): SeenCall {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const match = /^\/KineticLive\/api\/v2\/odata\/([^/]*)\/(.+)$/.exec(url.pathname);
  let body: Row = {};
  try {
    body = JSON.parse(text) as Row;
  } catch {}
  return {
    method: request.method ?? '',
    path: match?.[2] ?? url.pathname,
    company: decodeURIComponent(match?.[1] ?? ''),
    query: url.searchParams,
    rawQuery: url.search,
    headers: request.headers,
    text,
    body,
  };
}

function errorAnswer({ status, type, message }: Refused): Answer {
  const body = {
    HttpStatus: status,
    ReasonPhrase: 'REST API Exception',
    ErrorMessage: message,
    ErrorType: type,
  };
  return { status, body };
}
