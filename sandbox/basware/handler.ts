import type { Wire } from '../http/exact-json';
import { BaswareRefusal } from './refusal';

/** A call that has been admitted. */
export interface BaswareCall {
  readonly params: Readonly<Record<string, string>>;
  /** Names in lower case: the server does not care about theirs. */
  readonly query: ReadonlyMap<string, string>;
  readonly body: Wire | undefined;
  /** The continuation token of the request's header. */
  readonly pageToken: string | undefined;
  readonly requestId: string;
  /** Name of the account that calls. */
  readonly caller: string;
}

export interface BaswareAnswer {
  readonly status: number;
  /** Absent: no body. */
  readonly body?: Wire;
  /** Token of the next page. */
  readonly nextPage?: string | undefined;
  /** The body may leave through the storage, where the caller is sent by 302. */
  readonly download?: boolean;
  /** Instead of a body: the bytes of a file, which always leave through the storage. */
  readonly file?: { readonly type: string; readonly bytes: Buffer };
}

export interface BaswareRoute {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** Parameters as `:name`. */
  readonly path: string;
  /** What the token must allow; several: any of them. */
  readonly scope: string;
  readonly run: (call: BaswareCall) => BaswareAnswer | Promise<BaswareAnswer>;
}

export function ok(body: Wire): BaswareAnswer {
  return { status: 200, body };
}

/** A list's answer when it has no rows: 404, in the body that the tenant has. */
export function noRows(style: 'none' | 'text' | 'json'): BaswareRefusal {
  const message = 'No records found';
  if (style === 'none') return new BaswareRefusal(404, undefined, message);
  return new BaswareRefusal(404, () => (style === 'text' ? message : { message }), message);
}
