import { isObject, type Wire, type WireObject } from '../http/exact-json';
import { detail } from './refusal';

/** A call that has been admitted. */
export interface AirbaseCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Address of this server as the caller sees it. */
  readonly origin: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly body: Wire | undefined;
  readonly token: string;
}

export interface AirbaseAnswer {
  readonly status: number;
  /** Absent: no body. */
  readonly body?: Wire;
}

export type Verb = 'get' | 'post' | 'patch' | 'delete';

/** What a path allows; every other method is refused with 405. */
export interface AirbaseRoute {
  /** Parameters as `:name`; ends with a slash. */
  readonly path: string;
  readonly run: Partial<Record<Verb, (call: AirbaseCall) => AirbaseAnswer | Promise<AirbaseAnswer>>>;
  /** Writes that it refuses are trespasses: what stands there is read-only for callers. */
  readonly readOnly?: boolean;
}

export function ok(body: Wire): AirbaseAnswer {
  return { status: 200, body };
}

/** The body as an object. Throws 400. */
export function objectOf({ body }: AirbaseCall): WireObject {
  if (isObject(body)) return body;
  throw detail(400, 'Invalid data. Expected a dictionary.');
}
