import { parseExact, type Wire } from '../http/exact-json';
import type { Answered } from './callers';

/** A plain caller of the simulated Acumatica, for tests: endpoint of an environment, token or cookies. */
export class AcumaticaCaller {
  readonly root: string;
  readonly site: string;
  headers: Record<string, string> = {};
  /** Latest answer of the token endpoint. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape
  token: any;

  constructor(private readonly env: Readonly<Record<string, string>>) {
    this.site = String(env['ACUMATICA_BASE_URL']);
    this.root = `${this.site}/entity/${env['ACUMATICA_ENDPOINT']}/${env['ACUMATICA_VERSION']}`;
  }

  /** Asks for a token, with the password unless told otherwise; it stays in the headers. */
  async grant(differing: Readonly<Record<string, string>> = {}): Promise<Answered> {
    const form = new URLSearchParams({
      grant_type: 'password',
      client_id: String(this.env['ACUMATICA_CLIENT_ID']),
      client_secret: String(this.env['ACUMATICA_CLIENT_SECRET']),
      username: String(this.env['ACUMATICA_USERNAME']),
      password: String(this.env['ACUMATICA_PASSWORD']),
      scope: 'api offline_access',
      ...differing,
    });
    const response = await fetch(`${this.site}/identity/connect/token`, { method: 'POST', body: form });
    const reply = await answered(response);
    if (reply.status === 200) {
      this.token = reply.json;
      this.headers = { authorization: `Bearer ${reply.json.access_token}` };
    }
    return reply;
  }

  /** Signs in with cookies, which stay in the headers. */
  async login(differing: Readonly<Record<string, string>> = {}): Promise<Answered> {
    const body = {
      name: this.env['ACUMATICA_USERNAME'],
      password: this.env['ACUMATICA_PASSWORD'],
      tenant: this.env['ACUMATICA_TENANT'],
      ...differing,
    };
    const response = await fetch(`${this.site}/entity/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.status === 204) {
      const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
      this.headers = { cookie: cookies.join('; ') };
    }
    return answered(response);
  }

  logout(): Promise<Answered> {
    return this.#send('POST', `${this.site}/entity/auth/logout`);
  }

  /** GET below the endpoint; options are encoded. */
  get(path: string, options: Readonly<Record<string, string | number>> = {}): Promise<Answered> {
    const query = Object.entries(options).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    return this.#send('GET', `${this.root}/${path}${query.length > 0 ? `?${query.join('&')}` : ''}`);
  }

  put(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    return this.#send('PUT', `${this.root}/${path}`, body, headers);
  }

  post(path: string, body: unknown): Promise<Answered> {
    return this.#send('POST', `${this.root}/${path}`, body);
  }

  delete(path: string): Promise<Answered> {
    return this.#send('DELETE', `${this.root}/${path}`);
  }

  /** Runs an action on a document and waits until it is done; gives the last answer. */
  async act(action: string, type: string, number: string): Promise<Answered> {
    const started = await this.post(action, { entity: wrapped({ Type: type, ReferenceNbr: number }) });
    const place = started.headers.get('location');
    if (started.status !== 202 || place === null) return started;
    for (let polls = 0; polls < 500; polls += 1) {
      const reply = await this.#send('GET', new URL(place, this.root).href);
      if (reply.status !== 202) return reply;
    }
    throw new Error(`${action} does not end`);
  }

  async #send(
    method: string,
    url: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Answered> {
    const headers: Record<string, string> = { ...this.headers, ...more };
    if (body === undefined) return answered(await fetch(url, { method, headers, redirect: 'manual' }));
    headers['content-type'] = 'application/json';
    return answered(await fetch(url, { method, headers, body: JSON.stringify(body), redirect: 'manual' }));
  }
}

/** Fields in their value objects; lists and linked entities are wrapped inside. */
export function wrapped(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (name === 'id' || name === 'delete') return [name, value];
      if (Array.isArray(value)) return [name, value.map(wrapped)];
      return [name, { value }];
    }),
  );
}

async function answered(response: Response): Promise<Answered> {
  const text = await response.text();
  let json: Wire | undefined;
  try {
    json = parseExact(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, text, headers: response.headers, json };
}
