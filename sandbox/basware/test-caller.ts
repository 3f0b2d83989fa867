import { parseExact, type Wire } from '../http/exact-json';
import type { DocumentContent } from './document-record';
import { type Basware, type BaswareOptions, startBasware } from './start';

const SCOPES = [
  'accountingDocuments',
  'vendors',
  'accounts',
  'costCenters',
  'lists',
  'paymentTerms',
  'taxCodes',
]
  .concat([
    'matchingOrders',
    'matchingOrderLines',
    'requestStatus',
    'errorFeedbacks',
    'subscriptions',
    'tasks',
  ])
  .flatMap((name) => [`${name}.read`, `${name}.write`, `${name}.delete`]);

/** An answer as a test looks at it. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The body as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape
  readonly json: any;
}

/** A plain caller of a simulated Basware, for tests. */
export class BaswareCaller {
  headers: Record<string, string> = {};

  constructor(private readonly url: string) {}

  /** Asks for a token, which stays in the headers. */
  async signIn(id = 'client', secret = 'secret', scope = SCOPES.join(' ')): Promise<Answered> {
    const login = Buffer.from(`${id}:${secret}`).toString('base64');
    const answer = await answered(
      await fetch(`${this.url}/v1/tokens`, {
        method: 'POST',
        headers: { authorization: `Basic ${login}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
      }),
    );
    if (answer.status === 200) this.headers = { authorization: `Bearer ${answer.json.access_token}` };
    return answer;
  }

  /** GET without following a redirect. */
  async bare(path: string, headers: Record<string, string> = {}): Promise<Answered> {
    return answered(
      await fetch(`${this.url}${path}`, { headers: { ...this.headers, ...headers }, redirect: 'manual' }),
    );
  }

  /** GET that follows a redirect as it must be followed: without credentials. */
  async get(path: string, token?: string): Promise<Answered> {
    const page = token === undefined ? {} : { 'x-amz-meta-continuationtoken': token };
    const first = await this.bare(path, page);
    const location = first.headers.get('location');
    return first.status === 302 && location !== null ? answered(await fetch(location)) : first;
  }

  async send(method: string, path: string, body?: unknown): Promise<Answered> {
    const headers = { ...this.headers, 'content-type': 'application/json' };
    const text = body === undefined ? null : JSON.stringify(body);
    return answered(await fetch(`${this.url}${path}`, { method, headers, body: text }));
  }

  post(path: string, body?: unknown): Promise<Answered> {
    return this.send('POST', path, body);
  }

  /** POST of master data, then its request's status once it is no longer in progress. */
  async import(path: string, rows: readonly object[]): Promise<Answered> {
    const answer = await this.post(path, rows);
    if (answer.status !== 200) return answer;
    const id = answer.headers.get('x-amzn-requestid');
    for (let turn = 0; turn < 200; turn += 1) {
      const status = await this.get(`/v1/requestStatus/${id}`);
      if (status.json.requestStatus[0].requestStatus !== 'InProgress') return status;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error('the request never ended');
  }
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, json: jsonOf(text) };
}

function jsonOf(text: string): Wire | undefined {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

/** Starts a small tenant with one company. */
export function startSmall(options: Partial<BaswareOptions> = {}): Promise<Basware> {
  return startBasware({
    companies: ['BW01', 'BW02'],
    access: {
      clients: [{ id: 'client', secret: 'secret' }],
      users: [{ name: 'api-user', password: 'pass' }],
    },
    ...options,
  });
}

/** A document with one coding row. */
export function someDocument(differing: Partial<DocumentContent> = {}): DocumentContent {
  return {
    companyCode: 'BW01',
    supplierCode: 'V100',
    supplierName: 'Acme',
    invoiceNumber: 'INV-1',
    invoiceType: 'INV',
    invoiceDate: '2026-10-01',
    dueDate: '2026-10-31',
    currency: 'USD',
    net: '100.10',
    tax: '0',
    gross: '100.10',
    rows: [{ account: '6100', costCenter: '10', net: '100.10' }],
    title: 'plain',
    ...differing,
  };
}
