import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from './serve';
import { BadList, type ListRules, listOf, type Row } from './small-bill-lists';

export interface SeenCall {
  readonly method: string;
  /** Below `/connect` or `/connect-events`, for example `/v3/bills`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Row;
}

/** What a test makes the server do instead of answering, or after it has done what was asked. */
export interface Fault {
  readonly status?: number;
  /** The body, or what makes it once the call has been handled. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** The document is stored, and then the fault happens. */
  readonly afterwards?: boolean;
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(`refused ${status}`);
  }
}

export function complaint(status: number, code: string | undefined, message: string): Refused {
  const element = { timestamp: 'now', severity: 'ERROR', category: 'REQUEST', message };
  return new Refused(status, [code === undefined ? element : { code, ...element }]);
}

const times = ['createdTime', 'updatedTime'];

/**
 * A small BILL for tests beside the code: one organization, strict where the real one is strict, with a place
 * to put faults.
 */
export class SmallBill {
  url = '';
  readonly calls: SeenCall[] = [];
  readonly tables: Record<
    'vendors' | 'bills' | 'credits' | 'payments' | 'accounts' | 'subscriptions',
    Row[]
  > = {
    vendors: [],
    bills: [],
    credits: [],
    payments: [],
    accounts: [],
    subscriptions: [],
  };
  readonly lists: Record<string, ListRules> = {
    vendors: { filterable: ['id', 'archived', 'name', ...times], sortable: times },
    bills: { filterable: ['id', 'vendorId', 'invoice.invoiceNumber', ...times], sortable: times },
    credits: { filterable: ['vendorId'], sortable: [] },
    payments: { filterable: ['id', 'vendorId', ...times], sortable: times },
    accounts: { filterable: [], sortable: [] },
    subscriptions: { filterable: [], sortable: [] },
  };
  /** Consulted for every call before it is answered. */
  fault: (call: SeenCall) => Fault | undefined = () => undefined;
  /** Answers in a session, before the tables do. */
  extra: (call: SeenCall) => { status?: number; body?: unknown } | undefined = () => undefined;
  /** Last touch on what is about to be stored, to have it stored otherwise than it was sent. */
  store: (table: string, row: Row) => Row = (_table, row) => row;
  knowsGuard = true;
  knowsCreditDescription = true;
  latencyMs = 0;
  inFlight = 0;
  maxInFlight = 0;
  logins = 0;
  now = Date.parse('2026-03-02T10:00:00.000Z');
  readonly credentials: Row = {
    username: 'robot@example.com',
    password: 'canary-password',
    organizationId: '00801ORGANIZATION001',
    devKey: 'canary-dev-key',
  };
  #sessions = new Set<string>();
  #ids = 0;
  #stop = async () => {};

  async start(): Promise<this> {
    const server = await serve((request, answer) => void this.#receive(request, answer));
    this.url = server.url;
    this.#stop = server.stop;
    return this;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  expireSessions(): void {
    this.#sessions.clear();
  }

  add(table: keyof SmallBill['tables'], prefix: string, row: Row): Row {
    const made = { id: this.id(prefix), archived: false, ...this.stamp(), ...row };
    this.tables[table].push(made);
    return made;
  }

  id(prefix: string): string {
    this.#ids += 1;
    return `${prefix}02${'ABCDEFGHIJ'}${String(this.#ids).padStart(5, '0')}`;
  }

  stamp(): Row {
    this.now += 1000;
    const time = new Date(this.now).toISOString();
    return { createdTime: time, updatedTime: time };
  }

  touch(row: Row, change: Row): void {
    this.now += 1000;
    Object.assign(row, change, { updatedTime: new Date(this.now).toISOString() });
  }

  /** Calls of this method and path, for example `POST /v3/bills`. */
  seen(what: string): SeenCall[] {
    return this.calls.filter((call) => `${call.method} ${call.path}` === what);
  }

  async #receive(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    try {
      const call = await readCall(request);
      this.calls.push(call);
      if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs));
      this.#answer(call, answer);
    } finally {
      this.inFlight -= 1;
    }
  }

  #answer(call: SeenCall, answer: ServerResponse): void {
    const fault = this.fault(call);
    let outcome: { status: number; body: unknown };
    try {
      if (this.inFlight > 3) throw complaint(429, 'BDC_1322', 'Max number of concurrent requests.');
      if (fault && !fault.afterwards) throw new Refused(fault.status ?? 0, bodyOf(fault));
      outcome = { status: 200, body: undefined, ...this.#handle(call) };
    } catch (error) {
      if (error instanceof BadList)
        outcome = { status: 400, body: complaint(400, 'BDC_1130', error.message).body };
      else if (error instanceof Refused) outcome = error;
      else throw error;
    }
    if (fault?.afterwards) outcome = { status: fault.status ?? 0, body: bodyOf(fault) };
    if (outcome.status === 0) return void answer.socket?.resetAndDestroy();
    const text = typeof outcome.body === 'string' ? outcome.body : JSON.stringify(outcome.body ?? '');
    answer.writeHead(outcome.status, {
      'content-type': typeof outcome.body === 'string' ? 'text/plain' : 'application/json',
      ...fault?.headers,
    });
    answer.end(outcome.body === undefined ? '' : text);
  }

  #handle(call: SeenCall): { status?: number; body?: unknown } {
    const [, , first = '', second = '', third = ''] = call.path.split('/');
    if (`${call.method} ${call.path}` === 'POST /v3/login') return this.#login(call.body);
    const { sessionid, devkey } = call.headers;
    if (!this.#sessions.has(String(sessionid)) || devkey !== this.credentials['devKey']) {
      throw complaint(401, 'BDC_1109', 'Session is  invalid. Please log in.');
    }
    if (call.path === '/v3/login/session')
      return { body: { organizationId: this.credentials['organizationId'] } };
    if (call.path === '/v3/logout') return {};
    const extra = this.extra(call);
    if (extra) return extra;
    const routes: Record<string, keyof SmallBill['tables']> = {
      vendors: 'vendors',
      bills: 'bills',
      'vendor-credits': 'credits',
      payments: 'payments',
      'classifications/chart-of-accounts': 'accounts',
    };
    const table = routes[first] ?? routes[`${first}/${second}`];
    if (!table) throw complaint(404, 'BDC_1121', 'API not supported');
    const nested = first === 'classifications';
    return this.#document(call, table, nested ? third : second, nested ? '' : third);
  }

  #login(body: Row): { body: unknown } {
    this.logins += 1;
    for (const name of ['devKey', 'username', 'password', 'organizationId']) {
      if (body[name] === this.credentials[name]) continue;
      throw complaint(401, name === 'devKey' ? 'BDC_1102' : 'BDC_1101', 'Invalid login.');
    }
    const sessionId = `session-${this.logins}`;
    this.#sessions.add(sessionId);
    return {
      body: { sessionId, organizationId: this.credentials['organizationId'], userId: '006', trusted: false },
    };
  }

  #document(
    call: SeenCall,
    table: keyof SmallBill['tables'],
    id: string,
    action: string,
  ): { status?: number; body?: unknown } {
    const rows = this.tables[table];
    if (id === '' && call.method === 'GET')
      return { body: listOf(rows, call.query, this.lists[table] as ListRules) };
    if (id === '' && call.method === 'POST') return { status: 201, body: this.#create(table, call.body) };
    const row = rows.find((candidate) => candidate['id'] === id);
    if (!row) throw complaint(404, 'BDC_1120', 'No data found');
    if (call.method === 'GET') return { body: row };
    const locked = row['paymentStatus'] !== undefined && row['paymentStatus'] !== 'UNPAID';
    if (locked) throw complaint(422, 'BDC_1999', 'The bill has a payment.');
    if (action === 'archive')
      this.touch(row, { archived: true, ...(table === 'bills' && { recordStatus: 'INACTIVE' }) });
    else this.touch(row, this.#changed(table, row, call.body, call.method === 'PUT'));
    return { body: row };
  }

  #create(table: keyof SmallBill['tables'], body: Row): Row {
    const prefix = { vendors: '009', bills: '00n', credits: 'vcr' }[table as 'bills'];
    if (prefix === undefined) throw complaint(404, 'BDC_1121', 'API not supported');
    checkMembers(table, body, this);
    const same = (bill: Row) =>
      bill['vendorId'] === body['vendorId'] && numberOf(bill) === numberOf(body) && table === 'bills';
    if (body['allowDuplicateInvoiceNumber'] === false && this.tables.bills.some(same)) {
      throw complaint(422, 'BDC_1171', 'Invoice number already exists.');
    }
    const { allowDuplicateInvoiceNumber, ...members } = body;
    const made = this.store(
      table,
      withDefaults(table, members, (kind) => this.id(kind)),
    );
    return this.add(table, prefix, made);
  }

  #changed(table: keyof SmallBill['tables'], row: Row, body: Row, whole: boolean): Row {
    checkMembers(table, whole ? body : { ...required(table), ...body }, this);
    const lines = body['billLineItems'] as Row[] | undefined;
    if (lines === undefined) return body;
    const before = row['billLineItems'] as Row[];
    const known = lines.every(
      (line) => line['id'] === undefined || before.some((old) => old['id'] === line['id']),
    );
    if (!known || (!whole && lines.some((line) => line['id'] === undefined)))
      throw complaint(400, undefined, 'line id');
    const kept = whole ? [] : before.filter((old) => !lines.some((line) => line['id'] === old['id']));
    const next = lines.map((line) => ({ ...before.find((old) => old['id'] === line['id']), ...line }));
    const all = [...kept, ...next].map((line) => ({ id: this.id('bli'), ...line }));
    return { ...body, billLineItems: all, amount: sum(all) };
  }
}

function bodyOf({ body }: Fault): unknown {
  return typeof body === 'function' ? body() : body;
}

function numberOf(bill: Row): unknown {
  return (bill['invoice'] as Row | undefined)?.['invoiceNumber'];
}

function required(table: string): Row {
  const address = { line1: 'x', city: 'x', zipOrPostalCode: 'x', country: 'US' };
  if (table === 'vendors') return { name: 'x', address };
  if (table === 'credits') return { vendorId: 'x', referenceNumber: 'x', vendorCreditLineItems: [] };
  return { vendorId: 'x', dueDate: '2026-01-01', invoice: { invoiceNumber: 'x' }, billLineItems: [] };
}

const members: Record<string, readonly string[]> = {
  vendors: [
    ...['name', 'shortName', 'accountNumber', 'email', 'phone', 'address', 'additionalInfo', 'billCurrency'],
    'paymentInformation',
  ],
  bills: [
    ...['vendorId', 'dueDate', 'invoice', 'billLineItems', 'description', 'classifications'],
    ...['payFromChartOfAccountId', 'purchaseOrderNumber', 'allowDuplicateInvoiceNumber'],
  ],
  credits: ['vendorId', 'referenceNumber', 'creditDate', 'vendorCreditLineItems', 'description'],
};

function checkMembers(table: string, body: Row, { knowsGuard, knowsCreditDescription }: SmallBill): void {
  for (const name of Object.keys(body)) {
    const known =
      members[table]?.includes(name) &&
      (knowsGuard || name !== 'allowDuplicateInvoiceNumber') &&
      (knowsCreditDescription || table !== 'credits' || name !== 'description');
    if (!known) throw complaint(400, undefined, `Unrecognized field "${name}"`);
    if (body[name] === '' || body[name] === null)
      throw complaint(400, undefined, `${name}: must not be blank`);
  }
  for (const [name, value] of Object.entries(required(table))) {
    if (body[name] === undefined) throw complaint(400, undefined, `${name}: must not be null`);
    if (name !== 'address') continue;
    const missing = Object.keys(value as Row).find((part) => !(body[name] as Row)[part]);
    if (missing) throw complaint(400, undefined, `address.${missing}: must not be blank`);
  }
  if (String(numberOf(body) ?? '').length > 21)
    throw complaint(400, 'BDC_1143', 'invoiceNumber: maximum length is 21');
}

function withDefaults(table: string, body: Row, id: (prefix: string) => string): Row {
  if (table === 'vendors') return { billCurrency: 'USD', ...body };
  const name = table === 'bills' ? 'billLineItems' : 'vendorCreditLineItems';
  const lines = (body[name] as Row[]).map((line) => ({ id: id('bli'), ...line }));
  const state = table === 'bills' && {
    recordStatus: 'ACTIVE',
    paymentStatus: 'UNPAID',
    approvalStatus: 'UNASSIGNED',
  };
  return { ...body, [name]: lines, amount: sum(lines), ...state };
}

function sum(lines: readonly Row[]): number {
  return Math.round(lines.reduce((total, line) => total + Number(line['amount']) * 100, 0)) / 100;
}

async function readCall(request: IncomingMessage): Promise<SeenCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const url = new URL(request.url ?? '/', 'http://small-bill');
  const body = text === '' ? {} : (JSON.parse(text) as Row);
  const { method = '', headers } = request;
  const path = url.pathname.replace(/^\/connect(-events)?/, '');
  return { method, path, query: url.searchParams, headers, text, body };
}
