import type { IncomingMessage, ServerResponse } from 'node:http';
import { isObject, parseExact, type Wire, type WireObject } from '../http/exact-json';
import { type AcumaticaRefusal, badRequest, noSuchAddress, serverError } from './refusal';
import type { Session } from './sessions';

/** Folder of the site. */
export const INSTANCE = 'Site';

export interface Answer {
  readonly status: number;
  readonly body?: Wire;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly route: string;
}

/** One call as it came in. */
export interface Call {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly url: string;
  /** Path segments behind the instance, decoded. */
  readonly segments: readonly string[];
  readonly search: string;
  readonly body: string;
}

/** Reads a request. Throws 404 outside the site. */
export function callOf(request: IncomingMessage, body: string): Call {
  const url = request.url ?? '/';
  const [path = '/', search = ''] = url.split('?', 2);
  const [, instance, ...segments] = path.split('/').map(decodeURIComponent);
  if (instance !== INSTANCE) throw noSuchAddress(url);
  while (segments.at(-1) === '') segments.pop();
  return { request, method: request.method ?? 'GET', url, segments, search, body };
}

/** The cookies of a session; two of them are asked for. */
export function setCookies(session: Session): Record<string, readonly string[]> {
  const cookies = [
    `ASP.NET_SessionId=${session.id}; path=/; HttpOnly; SameSite=Lax`,
    `.ASPXAUTH=${session.ticket}; path=/; HttpOnly`,
    'UserBranch=1; path=/',
    'Locale=TimeZone=GMTM0500A&Culture=en-US; path=/',
  ];
  return { 'set-cookie': cookies };
}

/** The body of a sign-in. */
export function jsonOf(body: string): WireObject {
  try {
    const parsed = parseExact(body);
    if (isObject(parsed)) return parsed;
  } catch {
    // Said below.
  }
  throw badRequest('The body of a sign-in must be an object.');
}

/** What went wrong inside, as the server says it. */
export function unexpected(error: unknown, url: string): AcumaticaRefusal {
  if (error instanceof URIError) return noSuchAddress(url);
  return serverError('System.Exception', error instanceof Error ? error.message : 'unexpected');
}

/** Answers with JSON, or without a body. */
export function send(
  response: ServerResponse,
  status: number,
  body: Wire | undefined,
  headers: Readonly<Record<string, string | readonly string[]>>,
): void {
  if (response.headersSent || response.destroyed) return;
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, value);
  }
  if (body === undefined) {
    response.writeHead(status, status === 204 ? {} : { 'content-length': 0 }).end();
    return;
  }
  const json = JSON.stringify(body);
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(json),
    })
    .end(json);
}

/** Answers with what refuses a call. */
export function sendRefusal(response: ServerResponse, { status, body, headers }: AcumaticaRefusal): void {
  if (response.headersSent || response.destroyed) return;
  const page = body === undefined ? undefined : 'html' in body ? body.html : undefined;
  const plain = body === undefined ? undefined : 'text' in body ? body.text : undefined;
  if (typeof page === 'string')
    response.writeHead(status, { ...headers, 'content-type': 'text/html' }).end(page);
  else if (typeof plain === 'string')
    response.writeHead(status, { ...headers, 'content-type': 'text/plain' }).end(plain);
  else send(response, status, body as WireObject | undefined, headers);
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
