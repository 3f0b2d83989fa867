import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from './serve';

export interface Row {
  [name: string]: unknown;
}

export interface SeenCall {
  readonly method: string;
  /** Below the version, for example `/vendors/batches`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: Row | undefined;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

interface Batch {
  readonly guid: string;
  readonly externalId: string;
  readonly kind: string;
  readonly items: Row[];
  looks: number;
}

/** How a batch ends, by its items. `looks`: so many looks it is still being worked on. */
export interface Judgement {
  readonly status?: string;
  readonly results?: unknown;
  readonly more?: Row;
  readonly looks?: number;
}

/**
 * A small AvidXchange for tests beside the code: takes batches, judges them as the test says, gives lists page by
 * page, and has a place to put faults.
 */
export class SmallAvidXchange {
  url = '';
  readonly calls: SeenCall[] = [];
  readonly batches: Batch[] = [];
  readonly payments: Row[] = [];
  readonly invoices: Row[] = [];
  readonly vendors: Row[] = [];
  readonly codes: Row[] = [];
  readonly orders: Row[] = [];
  /** Batches of invoices that were closed. */
  readonly closed: Row[] = [];
  /** Multipart bodies, by invoice. */
  readonly uploads: { readonly invoice: string; readonly type: string; readonly content: Buffer }[] = [];
  systems: Row[] = [
    { ID: 4811, Name: ' Epic06 ' },
    { ID: 4812, Name: 'Other' },
  ];
  pageSize = 100;
  paging: 'links' | 'numbers' | 'pages' | 'absent' = 'links';
  envelope: 'Items' | 'items' = 'Items';
  /** Consulted for every call before it is answered; status 0 cuts the connection. */
  fault: (call: SeenCall) => Answer | undefined = () => undefined;
  /** The same, once the call has been handled. */
  afterwards: (call: SeenCall) => Answer | undefined = () => undefined;
  judge: (items: readonly Row[], batch: Batch) => Judgement = (items) => ({
    status: 'Success',
    results: items.map((item, at) => ({ ...nameOf(item), Id: 900 + at, Successful: true, Errors: [] })),
  });
  /** What a submission is answered, instead of its receipt. */
  receipt: ((batch: Batch) => unknown) | undefined;
  #stop: () => Promise<void> = async () => {};

  async start(): Promise<this> {
    const served = await serve((request, answer) => void this.#receive(request, answer));
    this.url = served.url;
    this.#stop = served.stop;
    return this;
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  /** Calls of this method and path, for example `POST /vendors/batches`. */
  seen(what: string): SeenCall[] {
    return this.calls.filter((call) => `${call.method} ${call.path}` === what);
  }

  async #receive(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', 'http://small');
    const text = raw.toString('utf8');
    const call: SeenCall = {
      method: request.method ?? '',
      path: url.pathname.replace(/^\/v1/, ''),
      query: url.searchParams,
      headers: request.headers,
      text,
      body: text.startsWith('{') ? JSON.parse(text) : undefined,
    };
    this.calls.push(call);
    const fault = this.fault(call);
    const handled = fault ?? this.#handle(call, raw);
    const { status = 200, body, headers = {} } = (fault ? undefined : this.afterwards(call)) ?? handled;
    if (status === 0) return void answer.socket?.resetAndDestroy();
    answer.writeHead(status, { 'content-type': 'application/json', ...headers });
    answer.end(typeof body === 'string' ? body : JSON.stringify(body ?? ''));
  }

  #handle(call: SeenCall, raw: Buffer): Answer {
    const [, resource = '', second = '', third = ''] = call.path.split('/').map(decodeURIComponent);
    if (call.path === '/authorizations') return { body: { access_token: 'session-1', expires_in: 1800 } };
    if (call.path === '/token') return { body: { access_token: 'partner-token', expires_in: 3600 } };
    if (call.method === 'POST' && second === 'batches') return this.#take(call, resource);
    if (call.method === 'POST' && third === 'images') {
      const type = String(call.headers['content-type']);
      this.uploads.push({ invoice: second, type, content: raw });
      return { body: { ImageUrl: `https://images.example/${second}` } };
    }
    if (call.method !== 'GET')
      return { status: 405, body: { exception: { reason: 'ReadOnly', detail: '' } } };
    if (second === 'batches' && third === 'closed') return this.#list(call, this.closed);
    if (second === 'batches') return third === '' ? this.#findBatch(call, resource) : this.#batch(third);
    return this.#rows(call, resource);
  }

  #rows(call: SeenCall, resource: string): Answer {
    switch (resource) {
      case 'accountingSystems':
        return { body: { Items: this.systems } };
      case 'payments':
        return this.#list(call, named(this.payments, call, 'paymentIds', 'PaymentId'));
      case 'invoices':
        return this.#list(call, named(this.invoices, call, 'externalInvoiceIds', 'ExternalInvoiceId'));
      case 'vendors':
        return this.#list(call, named(this.vendors, call, 'externalVendorCodes', 'ExternalVendorCode'));
      case 'purchaseOrders':
        return this.#list(call, named(this.orders, call, 'orderNumbers', 'OrderNumber'));
      case 'enterpriseCodes':
        return this.#list(call, named(this.codes, call, 'groupName', 'GroupName'));
      default:
        return { status: 404, body: { fault: { code: 900906, message: 'No matching resource' } } };
    }
  }

  #take({ body }: SeenCall, kind: string): Answer {
    const externalId = String(body?.['ExternalBatchId']);
    if (this.batches.some((batch) => batch.externalId === externalId)) {
      return { status: 409, body: { exception: { reason: 'DuplicateBatch', detail: externalId } } };
    }
    const guid = `guid-${this.batches.length + 1}`;
    const batch = { guid, externalId, kind, items: (body?.['Items'] ?? []) as Row[], looks: 0 };
    this.batches.push(batch);
    if (this.receipt) return { body: this.receipt(batch) };
    const item = {
      BatchGUID: guid,
      ExternalIdentifier: { Value: externalId },
      Status: { Id: 1, Description: 'Received' },
    };
    return { status: 202, body: { Results: [{ Successful: true, Item: item, Errors: [] }] } };
  }

  #findBatch(call: SeenCall, kind: string): Answer {
    const wanted = call.query.get('externalBatchIds');
    const found = this.batches.filter((batch) => batch.kind === kind && batch.externalId === wanted);
    return { body: { Items: found.map((batch) => this.#show(batch)) } };
  }

  #batch(guid: string): Answer {
    const batch = this.batches.find((each) => each.guid === guid);
    if (!batch) return { status: 404, body: { exception: { reason: 'NotFound', detail: guid } } };
    return { body: this.#show(batch) };
  }

  #show(batch: Batch): Row {
    const { status = 'Success', results, more = {}, looks = 0 } = this.judge(batch.items, batch);
    batch.looks += 1;
    const running = batch.looks <= looks;
    return {
      BatchGUID: batch.guid,
      ExternalIdentifier: { Value: batch.externalId },
      Status: { Id: 2, Description: running ? 'Processing' : status },
      ...(running || results === undefined ? {} : { Results: results }),
      ...(running ? {} : more),
    };
  }

  #list(call: SeenCall, rows: readonly Row[]): Answer {
    const asked = Number(call.query.get('pageSize') ?? this.pageSize);
    const size = this.paging === 'absent' ? rows.length : Math.min(asked, this.pageSize);
    const number = Number(call.query.get('pageNumber') ?? 1);
    const page = this.paging === 'absent' ? rows : rows.slice((number - 1) * size, number * size);
    const count = Math.max(1, Math.ceil(rows.length / size));
    const next = new URL(`/v1${call.path}?${call.query}`, this.url);
    next.searchParams.set('pageNumber', String(number + 1));
    const links = [
      { Rel: 'first', Href: '/' },
      ...(number < count ? [{ Rel: 'next', Href: next.pathname + next.search }] : []),
    ];
    const paging = {
      PageNumber: number,
      PageSize: size,
      TotalItems: rows.length,
      ...(this.paging === 'pages' ? { Pages: count } : { PageCount: count }),
      ...(this.paging === 'links' ? { Links: links } : {}),
    };
    return { body: { [this.envelope]: page, ...(this.paging === 'absent' ? {} : { Paging: paging }) } };
  }
}

/** The members of an item that results name. */
export function nameOf(item: Row): Row {
  const keys = ['ExternalInvoiceId', 'ExternalVendorCode', 'CodeValue', 'GroupName', 'OrderNumber'];
  return Object.fromEntries(keys.flatMap((key) => (key in item ? [[key, item[key]]] : [])));
}

function named(rows: readonly Row[], { query }: SeenCall, parameter: string, member: string): readonly Row[] {
  const wanted = query.get(parameter)?.split(',');
  return wanted ? rows.filter((row) => wanted.includes(String(row[member]))) : rows;
}
