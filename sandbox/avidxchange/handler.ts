import type { Wire } from '../http/exact-json';

/** A call that has been admitted. */
export interface AvidCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Path and query as sent. */
  readonly url: string;
  /** Scheme and host that the caller used. */
  readonly origin: string;
  readonly contentType: string;
  readonly raw: Buffer;
  /** The body as JSON; undefined when there is none. Throws 400 or 415 when it is no JSON. */
  body(): Wire | undefined;
}

export interface AvidAnswer {
  readonly status: number;
  readonly body?: Wire;
  /** Instead of a body: a file. */
  readonly file?: { readonly type: string; readonly bytes: Buffer };
}

export interface AvidRoute {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Parameters as `:name`. */
  readonly path: string;
  readonly run: (call: AvidCall) => AvidAnswer | Promise<AvidAnswer>;
}

export function ok(body: Wire): AvidAnswer {
  return { status: 200, body };
}
