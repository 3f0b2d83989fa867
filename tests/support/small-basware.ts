import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve } from './serve';

export interface Row {
  [name: string]: unknown;
}

export interface SeenCall {
  readonly method: string;
  /** Below `/v1`, for example `/vendors`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  readonly body: unknown;
}

export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

const pageToken = 'x-amz-meta-continuationtoken';

/**
 * A small Basware for tests beside the code: one tenant and its store of files at another address, strict where
 * the real one is strict, with a place to put faults.
 */
export class SmallBasware {
  url = '';
  storeUrl = '';
  readonly calls: SeenCall[] = [];
  /** Requests to the store of files. */
  readonly downloads: IncomingMessage['headers'][] = [];
  readonly documents: Row[] = [];
  /** Master data as it was sent, by path and external code. */
  readonly master = new Map<string, Row>();
  readonly requests = new Map<string, Row>();
  subscriptions: Row[] = [];
  /** Consulted for every call before it is answered; status 0 cuts the connection. */
  fault: (call: SeenCall) => Answer | undefined = () => undefined;
  /** The same, once the call has been handled. */
  afterwards: (call: SeenCall) => Answer | undefined = () => undefined;
  /** What the second phase says of a record: its status, and words with an error. */
  secondPhase: (record: Row, type: string) => { status: string; message?: string } = () => ({
    status: 'Success',
  });
  pageSize = 100;
  redirects = false;
  wrapped = true;
  /** Tokens of pages that are still good. */
  readonly pages = new Map<string, Row[]>();
  signIns = 0;
  readonly #tokens = new Set<string>();
  readonly #stored = new Map<string, { body: string; headers: Record<string, string> }>();
  #stops: (() => Promise<void>)[] = [];
  #ids = 0;

  async start(): Promise<this> {
    const api = await serve((request, answer) => void this.#receive(request, answer));
    const store = await serve((request, answer) => this.#download(request, answer));
    this.url = api.url;
    this.storeUrl = store.url;
    this.#stops = [api.stop, store.stop];
    return this;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()));
  }

  expireTokens(): void {
    this.#tokens.clear();
  }

  /** An approved invoice that waits for the ERP. */
  addDocument(change: Row = {}): Row {
    this.#ids += 1;
    const document = {
      invoiceId: `138e7d94997847aebe7432e521b3${String(this.#ids).padStart(4, '0')}`,
      invoiceNumber: `INV-${this.#ids}`,
      processingStatus: 'WaitingForTransfer',
      companyCode: 'BW00',
      supplierCode: 'V100',
      currencyCode: 'USD',
      grossSum: 1160,
      netSum: 1000,
      invoiceDate: '2026-10-01T00:00:00',
      paymentBlock: false,
      voucherNumber1: null,
      lastUpdated: new Date(Date.UTC(2026, 1, 1, 0, 0, this.#ids)).toISOString(),
      codingRows: [{ externalCode: 'c1', rowIndex: 1, accountCode: '6100', netTotal: 1000 }],
      attachments: [],
      transferResponses: [],
      paymentResponses: [],
      ...change,
    };
    this.documents.push(document);
    return document;
  }

  document(invoiceId: unknown): Row {
    const found = this.documents.find((document) => document['invoiceId'] === invoiceId);
    if (!found) throw new Error(`no document ${String(invoiceId)}`);
    return found;
  }

  /** Calls of this method and path, for example `POST /vendors`. */
  seen(what: string): SeenCall[] {
    return this.calls.filter((call) => `${call.method} ${call.path}` === what);
  }

  async #receive(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const call = await readCall(request);
    this.calls.push(call);
    const fault = this.fault(call);
    const handled = fault ?? this.#handle(call);
    const outcome = (fault ? undefined : this.afterwards(call)) ?? handled;
    if (outcome.status === 0) return void answer.socket?.resetAndDestroy();
    this.#send(call, outcome, answer);
  }

  #send(call: SeenCall, { status = 200, body, headers = {} }: Answer, answer: ServerResponse): void {
    const text = typeof body === 'string' || body === undefined ? (body ?? '') : JSON.stringify(body);
    const away =
      this.redirects && status === 200 && call.method === 'GET' && call.path.startsWith('/accounting');
    if (!away) {
      answer.writeHead(status, { 'content-type': 'application/json', ...headers });
      return void answer.end(text);
    }
    this.#ids += 1;
    this.#stored.set(`/${this.#ids}`, { body: text, headers });
    answer.writeHead(302, { location: `${this.storeUrl}/${this.#ids}?X-Amz-Signature=x` });
    answer.end();
  }

  #download(request: IncomingMessage, answer: ServerResponse): void {
    this.downloads.push(request.headers);
    const found = this.#stored.get(new URL(request.url ?? '/', 'http://x').pathname);
    const clean = !Object.keys(request.headers).some(
      (name) => name === 'authorization' || name.startsWith('x-amz'),
    );
    if (!found || !clean) {
      answer.writeHead(403, { 'content-type': 'application/xml' });
      return void answer.end(
        '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>',
      );
    }
    answer.writeHead(200, { 'content-type': 'application/json', ...found.headers });
    answer.end(found.body);
  }

  #handle(call: SeenCall): Answer {
    if (call.path === '/tokens') return this.#token(call);
    const { authorization = '' } = call.headers;
    const bearer = this.#tokens.has(authorization.replace('Bearer ', ''));
    if (!bearer && authorization !== basic('api-client', 'canary-secret')) return { status: 401 };
    const [, resource = '', id = '', action = ''] = call.path.split('/').map(decodeURIComponent);
    if (resource === 'accountingDocuments') return this.#document(call, id, action);
    if (resource === 'requestStatus') return this.#request(call, id);
    if (resource === 'subscriptions') return this.#subscribe(call);
    return call.method === 'POST' ? this.#import(call) : this.#masterData(call);
  }

  #token(call: SeenCall): Answer {
    this.signIns += 1;
    const form = new URLSearchParams(call.text);
    if (call.headers.authorization !== basic('api-client', 'canary-secret')) {
      return { status: 401, body: { error: 'invalid_client' } };
    }
    if (form.get('grant_type') !== 'client_credentials' || !form.get('scope')) {
      return { status: 400, body: { error: 'invalid_request', error_description: 'scope field required' } };
    }
    const token = `token-${this.signIns}`;
    this.#tokens.add(token);
    return {
      body: { access_token: token, scope: form.get('scope'), expires_in: 3600, token_type: 'Bearer' },
    };
  }

  #document(call: SeenCall, id: string, action: string): Answer {
    if (id === '') return this.#list(call, this.#matching(call.query), 'accountingDocuments');
    const document = this.documents.find((candidate) => candidate['invoiceId'] === id);
    if (!document) return { status: 404 };
    if (action === '') return { body: this.wrapped ? { accountingDocuments: [document] } : document };
    if (action === 'acknowledge') {
      if (document['processingStatus'] !== 'WaitingForTransfer') return { status: 405 };
      document['processingStatus'] = 'TransferInProgress';
      return { body: '"Acknowledged"' };
    }
    return this.#respond(document, action, call.body as Row);
  }

  #respond(document: Row, list: string, body: Row): Answer {
    const responses = document[list] as Row[];
    if (responses.some(({ externalCode }) => externalCode === body['externalCode'])) {
      return {
        status: 409,
        body: { hasErrors: true, errors: [{ code: 'CONFLICT_IN_POST', message: 'used' }] },
      };
    }
    if (list === 'transferResponses' && document['processingStatus'] === 'Transferred') {
      return {
        status: 400,
        body: { hasErrors: true, errors: [{ code: 'DATA_VALIDATION_FAILED', message: 'no' }] },
      };
    }
    responses.push(body);
    const type = list === 'transferResponses' ? 'TransferResponse' : 'PaymentResponse';
    const requestId = this.#process(type, [body]);
    const taken = this.secondPhase(body, type).status !== 'Error';
    if (taken && list === 'transferResponses') {
      document['processingStatus'] = body['success'] === true ? 'Transferred' : 'TransferFailed';
      if (body['success'] === true) document['voucherNumber1'] = body['voucherNumber1'];
    }
    return { body, headers: { 'x-amzn-RequestId': requestId } };
  }

  #matching(query: URLSearchParams): Row[] {
    const status = query.get('ProcessingStatus');
    const since = query.get('lastUpdated');
    return this.documents.filter(
      (document) =>
        (status === null || document['processingStatus'] === status) &&
        (since === null || Date.parse(String(document['lastUpdated'])) > Date.parse(since)),
    );
  }

  #list(call: SeenCall, matching: Row[], wrapper: string): Answer {
    const token = call.headers[pageToken];
    const rows = token === undefined ? matching : this.pages.get(`${call.query} ${String(token)}`);
    if (!rows) return { status: 400, body: { hasErrors: true, errors: [{ message: 'unknown token' }] } };
    if (rows.length === 0) return { status: 404 };
    const page = rows.slice(0, this.pageSize);
    const rest = rows.slice(this.pageSize);
    this.#ids += 1;
    if (rest.length > 0) this.pages.set(`${call.query} page-${this.#ids}`, rest);
    return {
      body: this.wrapped ? { [wrapper]: page } : page,
      headers: rest.length > 0 ? { [pageToken]: `page-${this.#ids}` } : {},
    };
  }

  #import(call: SeenCall): Answer {
    const records = call.body as Row[];
    const short = records.filter((record) => String(record['name'] ?? '').includes('INVALID'));
    if (short.length > 0) {
      const errors = short.map(({ externalCode }) => ({
        externalCode,
        code: 'SCHEMA_VALIDATION_ERROR',
        message: 'name',
      }));
      return { status: 400, body: { requestId: 'r', hasErrors: true, errors } };
    }
    const changed = records.filter((record) => {
      const place = `${call.path}/${String(record['externalCode'])}`;
      const same = JSON.stringify(this.master.get(place)) === JSON.stringify(record);
      this.master.set(place, record);
      return !same;
    });
    const type = entityTypes[call.path] ?? 'GenericList';
    const requestId = this.#process(type, records, (record) => !changed.includes(record));
    return { body: records, headers: { 'x-amzn-RequestId': requestId } };
  }

  /** The second phase, done at once. */
  #process(entityType: string, records: Row[], passedOver: (record: Row) => boolean = () => false): string {
    const requestId = `request-${this.requests.size + 1}`;
    const items = records.map((record) => {
      const { status, message } = passedOver(record)
        ? { status: 'NotProcessed', message: undefined }
        : this.secondPhase(record, entityType);
      const errors = message === undefined ? [] : [{ type: 'Error', message, category: 'DataValidation' }];
      return { externalCode: record['externalCode'], status, errors };
    });
    const has = (status: string) => items.some((item) => item.status === status);
    const requestStatus = has('InProgress') ? 'InProgress' : has('Error') ? 'Error' : 'Success';
    const systems = [{ system: 'P2P', systemStatus: requestStatus, items }];
    this.requests.set(requestId, { requestId, entityType, requestStatus, systems });
    return requestId;
  }

  #request(call: SeenCall, id: string): Answer {
    if (id !== '') {
      const found = this.requests.get(id);
      return found ? { body: { requestStatus: [found] } } : { status: 404 };
    }
    const rows = [...this.requests.values()].filter(
      (row) =>
        row['entityType'] === call.query.get('entityType') &&
        row['requestStatus'] === call.query.get('status'),
    );
    return this.#list(call, rows, 'requestStatus');
  }

  #masterData(call: SeenCall): Answer {
    const found = this.master.get(call.path);
    return found ? { body: found } : { status: 404 };
  }

  #subscribe(call: SeenCall): Answer {
    if (call.method === 'GET') {
      return this.subscriptions.length === 0
        ? { status: 404, body: { detail: 'Not Found' } }
        : { body: { subscriptions: this.subscriptions } };
    }
    const made = call.body as Row[];
    const isSame = (one: Row) => made.some((other) => other['taskSubType'] === one['taskSubType']);
    this.subscriptions = [...this.subscriptions.filter((one) => !isSame(one)), ...made];
    return { body: made };
  }
}

/** A push notification with its signature over exactly these bytes. */
export function signed(body: string, token: string, form: 'hex' | 'base64' = 'hex'): string {
  return createHmac('sha256', token).update(body).digest(form);
}

const entityTypes: Record<string, string> = {
  '/vendors': 'Vendor',
  '/accounts': 'Account',
  '/costCenters': 'CostCenter',
  '/paymentTerms': 'PaymentTerm',
  '/taxCodes': 'TaxCode',
};

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

async function readCall(request: IncomingMessage): Promise<SeenCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const { method = '', headers } = request;
  const url = new URL(request.url ?? '/', 'http://x');
  const json = headers['content-type'] === 'application/json' && text !== '';
  const path = url.pathname.replace(/^\/v1/, '');
  return { method, path, query: url.searchParams, headers, text, body: json ? JSON.parse(text) : undefined };
}
