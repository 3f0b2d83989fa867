import type { WireAnswer } from './exchange';
import type { Json } from './json';
import { encodeLossless, parseLossless } from './lossless-json';
import { runtimeError } from './runtime-error';
import type { HttpAnswer, HttpRequest } from './system';

/** Body and content type of a request. */
export function encodeBody(request: HttpRequest): { body: Uint8Array | undefined; type: string | undefined } {
  if (request.json !== undefined) {
    return { body: Buffer.from(encodeLossless(request.json, request.bodySchema)), type: 'application/json' };
  }
  if (request.form) {
    return { body: Buffer.from(encodePairs(request.form)), type: 'application/x-www-form-urlencoded' };
  }
  return { body: request.bytes?.content, type: request.bytes?.type };
}

/**
 * The absolute address of a request: relative ones are appended to the base URL, whose path stays.
 * A space becomes `%20`, never `+`; `$` in names such as `$filter` stays readable.
 * @throws SystemError `REQUEST_INVALID`
 */
export function addressOf(request: HttpRequest, baseUrl: string): URL {
  const absolute = request.url.startsWith('/') ? baseUrl.replace(/\/+$/, '') + request.url : request.url;
  const query = request.query ? encodePairs(request.query) : '';
  const text = query === '' ? absolute : `${absolute}${absolute.includes('?') ? '&' : '?'}${query}`;
  if (!URL.canParse(text)) {
    throw runtimeError('REQUEST_INVALID', request);
  }
  return new URL(text);
}

function encodePairs(pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${encodeURIComponent(name).replace(/%24/g, '$')}=${encodeURIComponent(value)}`)
    .join('&');
}

/** Reads the answer's body as UTF-8 and, when it is JSON, losslessly; a file stays as it is. Never throws. */
export function decodeAnswer(wire: WireAnswer, { file }: Pick<HttpRequest, 'file'> = {}): HttpAnswer {
  if (file && wire.status < 300) {
    return { status: wire.status, headers: wire.headers, text: '', json: undefined, bytes: wire.body };
  }
  const text = new TextDecoder().decode(wire.body);
  return { status: wire.status, headers: wire.headers, text, json: jsonOf(text) };
}

/** Whether a success answer holds something other than the JSON that was asked for. An empty body is fine. */
export function isUnreadable(answer: HttpAnswer, requestHeaders: Readonly<Record<string, string>>): boolean {
  if (answer.json !== undefined || answer.text.trim() === '') return false;
  const type = answer.headers['content-type'] ?? '';
  const wantsJson = /json/i.test(requestHeaders['accept'] ?? '');
  return /[/+]json/i.test(type) || (wantsJson && /text\/html/i.test(type));
}

function jsonOf(text: string): Json | undefined {
  if (!/^\s*["[{\d\-tfn]/.test(text)) return undefined;
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}
