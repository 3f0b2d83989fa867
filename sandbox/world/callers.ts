import { parseExact, type Wire } from '../http/exact-json';

/** An answer as a test looks at it. */
export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  /** The body as JSON; undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape
  readonly json: any;
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

/** A plain caller of the simulated Epicor, for tests: company path, key and basic login of an environment. */
export class EpicorCaller {
  readonly root: string;
  headers: Record<string, string>;

  constructor(env: Readonly<Record<string, string>>) {
    this.root = `${env['EPICOR_BASE_URL']}/api/v2/odata/${env['EPICOR_COMPANY']}`;
    const login = Buffer.from(`${env['EPICOR_USERNAME']}:${env['EPICOR_PASSWORD']}`).toString('base64');
    this.headers = { 'x-api-key': String(env['EPICOR_API_KEY']), authorization: `Basic ${login}` };
  }

  /** GET of a set or method below the company; options are encoded. */
  async get(path: string, options: Readonly<Record<string, string | number>> = {}): Promise<Answered> {
    const query = Object.entries(options).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return answered(await fetch(`${this.root}/${path}?${query.join('&')}`, { headers: this.headers }));
  }

  async post(path: string, body: unknown): Promise<Answered> {
    return this.#send('POST', path, body);
  }

  async patch(path: string, body: unknown): Promise<Answered> {
    return this.#send('PATCH', path, body);
  }

  /** Calls a method and gives the dataset of its reply. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into datasets of any shape
  async dataset(path: string, body: object): Promise<any> {
    const reply = await this.post(path, body);
    if (reply.status !== 200) throw new Error(`${path}: ${reply.status} ${reply.text}`);
    return reply.json.parameters.ds;
  }

  async #send(method: string, path: string, body: unknown): Promise<Answered> {
    const headers = { ...this.headers, 'content-type': 'application/json' };
    return answered(await fetch(`${this.root}/${path}`, { method, headers, body: JSON.stringify(body) }));
  }
}

/** A plain caller of the simulated BILL, for tests. */
export class BillCaller {
  headers: Record<string, string>;

  constructor(private readonly env: Readonly<Record<string, string>>) {
    this.headers = { devKey: String(env['BILL_DEV_KEY']) };
  }

  /** Signs in; the session stays in the headers. */
  async login(differing: Readonly<Record<string, string>> = {}): Promise<Answered> {
    const body = {
      username: this.env['BILL_USERNAME'],
      password: this.env['BILL_PASSWORD'],
      organizationId: this.env['BILL_ORGANIZATION_ID'],
      devKey: this.env['BILL_DEV_KEY'],
      ...differing,
    };
    const reply = await this.send('POST', '/connect/v3/login', body);
    if (reply.status === 200) this.headers['sessionId'] = reply.json.sessionId;
    return reply;
  }

  get(path: string): Promise<Answered> {
    return this.send('GET', `/connect/v3/${path}`);
  }

  post(path: string, body: unknown = {}): Promise<Answered> {
    return this.send('POST', `/connect/v3/${path}`, body);
  }

  patch(path: string, body: unknown): Promise<Answered> {
    return this.send('PATCH', `/connect/v3/${path}`, body);
  }

  /** Any call, with a path from the gateway's root. */
  async send(
    method: string,
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const url = `${this.env['BILL_BASE_URL']}${path}`;
    const headers: Record<string, string> = { ...this.headers, ...more };
    if (body === undefined) return answered(await fetch(url, { method, headers }));
    headers['content-type'] = 'application/json';
    return answered(await fetch(url, { method, headers, body: JSON.stringify(body) }));
  }
}
