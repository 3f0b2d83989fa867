import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from './serve';
import { type Loads, loadMasters } from './small-airbase-loads';

export interface Row {
  [name: string]: unknown;
}

export interface SeenCall {
  readonly method: string;
  /** Below `/v1`, for example `/accounting/vendors/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Row;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/**
 * A small Airbase for tests beside the code: one tenant, strict where the real one is strict, with a place to put
 * faults.
 */
export class SmallAirbase {
  url = '';
  readonly calls: SeenCall[] = [];
  tokens = ['canary-token'];
  scheme = 'Bearer';
  readonly entries: Row[] = [];
  readonly masters: Record<string, Row[]> = {
    vendors: [],
    accounts: [],
    tags: [],
    subsidiaries: [
      { airbase_id: 'sub-1', erp_reference_id: 'EPIC06', name: 'Main Co', erp_currency_reference_id: 'USD' },
    ],
    currencies: [
      { airbase_id: 'cur-0', erp_reference_id: '', iso_code: 'USD' },
      { airbase_id: 'cur-1', erp_reference_id: 'USD', iso_code: 'USD' },
    ],
  };
  /** Lists of the spend API by their names; absent: the tenant has none. */
  spend: Record<string, Row[]> | undefined;
  webhooks: Row[] = [];
  /** Consulted for every call before it is answered; status 0 cuts the connection. */
  fault: (call: SeenCall) => Answer | undefined = () => undefined;
  /** The same, once the call has been handled. */
  afterwards: (call: SeenCall) => Answer | undefined = () => undefined;
  readonly loads: Loads = { session: false, sessions: 'needed', starts: 0, refuse: () => undefined };
  pageSize = 250;
  /** The queue is listed whole, whatever status is asked for. */
  ignoresStatus = false;
  rateHeaders: Record<string, string> = {};
  #stop: () => Promise<void> = async () => {};

  async start(): Promise<this> {
    const server = await serve((request, answer) => void this.#receive(request, answer));
    this.url = server.url;
    this.#stop = server.stop;
    return this;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  /** An approved bill that waits for the ERP. */
  addEntry(change: Row = {}): Row {
    const id = randomUUID();
    const money = { amount: '125.5', currency: { erp_reference_id: 'USD', iso_code: 'USD' } };
    const entry = {
      id,
      airbase_id: id,
      erp_reference_id: null,
      erp_url: null,
      airbase_url: 'https://dashboard.example/x',
      type: 'bill',
      status: 'sync_ready',
      error_message: '',
      spend_owner: { name: 'Ann Lee', email: 'ann@example.com' },
      subsidiary: { erp_reference_id: 'EPIC06', name: 'Main Co' },
      vendor: { id: 'v1', airbase_id: 'v1', name: 'Acme Steel', erp_reference_id: 'ACME' },
      employee: null,
      invoice_number: `INV-${this.entries.length + 1}`,
      bank_account: null,
      ap_account: { erp_reference_id: '2000', name: 'Accounts Payable' },
      applied_to: null,
      receipt_link: 'https://files.example/x?signature=secret',
      entry_date: '2026-01-05T00:00:00',
      payment_entry_date: null,
      currency: { erp_reference_id: 'USD', iso_code: 'USD' },
      total_amount: '125.5',
      transaction_tags: [],
      notes: 'PO 4711',
      expense_list: [
        {
          line_number: 1,
          account: { erp_reference_id: '6100-00', name: 'Supplies' },
          amount: '125.5',
          tags: [{ erp_reference_id: 'D10', type_label: 'Department', name: 'Ops' }],
          description: 'Steel',
        },
      ],
      amounts: { amount: money, transaction_amount: money, settlement_amount: null },
      ...change,
    };
    this.entries.push(entry);
    return entry;
  }

  addMaster(kind: string, change: Row): Row {
    const places = [{ airbase_id: 'sub-1', erp_reference_id: 'EPIC06' }];
    const row = { airbase_id: randomUUID(), is_active: true, subsidiary_reference_ids: places, ...change };
    this.masters[kind]?.push(row);
    return row;
  }

  /** Calls of this method and path, for example `POST /accounting/vendors/bulk_upsert/`. */
  seen(what: string): SeenCall[] {
    return this.calls.filter((call) => `${call.method} ${call.path}` === what);
  }

  async #receive(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const call = await readCall(request);
    this.calls.push(call);
    const fault = this.fault(call);
    const handled = fault ?? this.#admit(call);
    const { status = 200, body, headers } = (fault ? undefined : this.afterwards(call)) ?? handled;
    if (status === 0) return void answer.socket?.resetAndDestroy();
    const html = typeof body === 'string';
    const type = html ? 'text/html' : 'application/json';
    answer.writeHead(status, { 'content-type': type, ...this.rateHeaders, ...headers });
    answer.end(html ? body : body === undefined ? '' : JSON.stringify(body));
  }

  #admit(call: SeenCall): Answer {
    const good = this.tokens.map((token) => `${this.scheme} ${token}`);
    if (!good.includes(call.headers.authorization ?? '')) {
      return { status: 401, body: { detail: 'Invalid token.' } };
    }
    if (!call.path.endsWith('/')) return { status: 404, body: { detail: 'Not found.' } };
    const [, first = '', second = '', third = ''] = call.path.split('/').map(decodeURIComponent);
    if (first === 'accounting') return this.#accounting(call, second, third);
    if (first === 'webhooks') return this.#webhook(call, second);
    const rows = this.spend?.[first];
    if (!rows) return { status: 404, body: { detail: 'Not found.' } };
    if (call.method !== 'GET') return { status: 405, body: { detail: 'Method not allowed.' } };
    if (second !== '') return one(rows, second);
    const since = call.query.get('updated_since');
    const status = call.query.get('sync_status');
    return this.#page(
      call,
      rows.filter(
        (row) =>
          (since === null || String(row['updated_at']) >= since) &&
          (status === null || row['sync_status'] === status),
      ),
    );
  }

  #accounting(call: SeenCall, resource: string, id: string): Answer {
    if (resource === 'ledger_entries') return this.#ledger(call, id);
    if (resource === 'entity' || id === 'bulk_upsert') {
      return loadMasters(this.loads, this.masters, call.method, id === 'sync' ? 'sync' : resource, call.body);
    }
    const rows = this.masters[resource] ?? [];
    if (call.method === 'PATCH') {
      const row = rows.find((each) => each['airbase_id'] === id);
      if (!row) return { status: 404, body: { detail: 'Not found.' } };
      if (row['erp_reference_id'] !== '') {
        return { status: 400, body: { erp_reference_id: ['This field cannot be changed.'] } };
      }
      return { body: Object.assign(row, call.body) };
    }
    const wanted = call.query.get('erp_reference_id');
    return this.#page(
      call,
      rows.filter((row) => wanted === null || (row['erp_reference_id'] ?? '') === wanted),
    );
  }

  #ledger(call: SeenCall, id: string): Answer {
    if (id === '') {
      if (call.method !== 'GET') return { status: 405, body: { detail: 'Method "POST" not allowed.' } };
      const status = call.query.get('status') ?? 'sync_ready';
      return this.#page(
        call,
        this.entries.filter((entry) => this.ignoresStatus || entry['status'] === status),
      );
    }
    const entry = this.entries.find((each) => each['airbase_id'] === id);
    if (!entry) return { status: 404, body: { detail: 'Not found.' } };
    if (call.method === 'PATCH') Object.assign(entry, call.body);
    return { body: entry };
  }

  #page(call: SeenCall, rows: readonly Row[]): Answer {
    const page = Number(call.query.get('page') ?? '1');
    const size = Math.min(Number(call.query.get('page_size') ?? '100'), this.pageSize);
    const data = rows.slice((page - 1) * size, page * size);
    const next = page * size < rows.length ? `${this.url}/v1${call.path}?page=${page + 1}` : null;
    return { body: { data, pagination: { next, previous: null, page, page_size: size } } };
  }

  #webhook(call: SeenCall, id: string): Answer {
    if (call.method === 'GET') {
      const data = this.webhooks.map(({ secret: _shownOnce, ...shown }) => shown);
      return { body: { data, pagination: { next: null } } };
    }
    if (call.method === 'POST') {
      const made = { id: `hook-${this.webhooks.length + 1}`, ...call.body, secret: `secret-${randomUUID()}` };
      this.webhooks.push(made);
      return { status: 201, body: made };
    }
    const at = this.webhooks.findIndex((each) => each['id'] === id);
    if (at < 0) return { status: 404, body: { detail: 'Not found.' } };
    if (call.method === 'DELETE') this.webhooks.splice(at, 1);
    else Object.assign(this.webhooks[at] ?? {}, call.body);
    return call.method === 'DELETE' ? { status: 204 } : { body: this.webhooks[at] };
  }
}

function one(rows: readonly Row[], id: string): Answer {
  const found = rows.find((row) => row['id'] === id);
  return found ? { body: found } : { status: 404, body: { detail: 'Not found.' } };
}

async function readCall(request: IncomingMessage): Promise<SeenCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const url = new URL(request.url ?? '/', 'http://x');
  return {
    method: request.method ?? '',
    path: url.pathname.replace(/^\/v1/, ''),
    query: url.searchParams,
    headers: request.headers,
    text,
    body: text === '' ? {} : JSON.parse(text),
  };
}
