import type { IncomingHttpHeaders } from 'node:http';
import type { Wire, WireObject } from '../http/exact-json';
import type { Session } from './access';
import type { Organization } from './organization';

/** A call that has been admitted. */
export interface BillCall {
  readonly organization: Organization;
  readonly session: Session;
  /** The id in the path. */
  readonly id: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Wire | undefined;
  readonly headers: IncomingHttpHeaders;
}

export interface BillAnswer {
  readonly status: number;
  /** Absent: no body. */
  readonly body?: Wire;
}

export interface BillRoute {
  readonly method: 'get' | 'post' | 'patch' | 'put' | 'delete';
  /** Path behind `/connect` or `/connect-events`, parameters as `:name`. */
  readonly path: string;
  readonly run: (call: BillCall) => BillAnswer;
}

export function ok(body: Wire): BillAnswer {
  return { status: 200, body };
}

export function created(body: Wire): BillAnswer {
  return { status: 201, body };
}

/** A page of a list in its envelope. */
export function listed(page: {
  rows: WireObject[];
  nextPage: string | undefined;
  prevPage: string | undefined;
}): BillAnswer {
  const links: WireObject = {};
  if (page.nextPage !== undefined) links['nextPage'] = page.nextPage;
  if (page.prevPage !== undefined) links['prevPage'] = page.prevPage;
  return ok({ results: page.rows, ...links });
}
