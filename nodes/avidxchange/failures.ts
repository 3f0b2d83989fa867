import type { Json, JsonObject } from '../../runtime/connector/json';
import type { FailureDescription, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { asObject, flagAt, memberOf, objectAt, objectsAt, textAt } from './members';

const longestMessage = 1000;

/** One complaint of AvidXchange about an item or a call. */
export interface Complaint {
  readonly code: string | undefined;
  readonly message: string;
  /** The document it is about, when the complaint says so: of a duplicate the one that is there. */
  readonly id: string | undefined;
}

/**
 * Reads a failed answer. AvidSuite says `{exception: {reason, detail}}`, the gateway before it `{fault: {code,
 * message, description}}` with or without the wrapper, sign-in `{error, error_description}`, writes `{Results:
 * [{Errors: [{Message}]}]}`, and a proxy anything.
 */
export function describeFailure(answer: HttpAnswer): FailureDescription {
  const { code, message } = complaintOf(answer.json) ?? { code: undefined, message: '' };
  const words = message || plainText(answer.text) || `HTTP ${answer.status} without a message`;
  const waitMs = waitOf(answer);
  return {
    ...(code === undefined ? {} : { code }),
    message: words.slice(0, longestMessage),
    ...(waitMs === undefined ? {} : { waitMs }),
  };
}

/**
 * Errors that came with a good status: an exception, or a write of which nothing was taken and no item is named.
 * An answer to the sign-in is left to the sign-in, which keeps none of its words.
 */
export function findHiddenFailure(answer: HttpAnswer, request: HttpRequest): FailureDescription | undefined {
  if (request.name === 'sign-in') return undefined;
  const body = asObject(answer.json);
  const failed = objectAt(body, 'exception') ?? objectAt(body, 'fault');
  return failed || refusesAll(body) ? describeFailure(answer) : undefined;
}

/** The complaints of a result. `Errors` may be a list, an object or a text. */
export function complaintsOf(result: JsonObject): readonly Complaint[] {
  const errors = memberOf(result, 'Errors');
  if (typeof errors === 'string') return [{ code: undefined, message: errors, id: undefined }];
  const listed = Array.isArray(errors) ? errors : errors === null || errors === undefined ? [] : [errors];
  return listed.flatMap((error): Complaint[] => {
    if (typeof error === 'string') return [{ code: undefined, message: error, id: undefined }];
    const object = asObject(error);
    if (!object) return [];
    const code = textAt(object, 'Code');
    const message = textAt(object, 'Message') ?? textAt(object, 'Description') ?? code ?? 'no message';
    return [{ code, message: message.slice(0, longestMessage), id: textAt(object, 'Id') }];
  });
}

export function wordsOf(complaints: readonly Complaint[]): string {
  const all = complaints.map(({ code, message }) =>
    code === undefined || message.includes(code) ? message : `${code} ${message}`,
  );
  return [...new Set(all)].join('; ').slice(0, longestMessage);
}

function refusesAll(body: JsonObject | undefined): boolean {
  // A batch that is shown is what was asked for, however it ended.
  if (textAt(body, 'BatchGUID') !== undefined || objectAt(body, 'ExternalIdentifier')) return false;
  const results = objectsAt(body, 'Results');
  return (
    results.length > 0 && results.every((result) => flagAt(result, 'Successful') === false && !names(result))
  );
}

/** Whether a result says which item it is about. */
function names(result: JsonObject): boolean {
  return Object.entries(result).some(
    ([name, value]) => !/^(successful|errors)$/i.test(name) && value !== null && value !== '',
  );
}

function complaintOf(json: Json | undefined): { code: string | undefined; message: string } | undefined {
  if (typeof json === 'string') return { code: undefined, message: json };
  const body = asObject(json);
  if (!body) return undefined;
  const exception = objectAt(body, 'exception');
  if (exception) {
    return said(textAt(exception, 'reason'), [textAt(exception, 'reason'), textAt(exception, 'detail')]);
  }
  const results = objectsAt(body, 'Results').flatMap(complaintsOf);
  if (results.length > 0) return { code: results[0]?.code, message: wordsOf(results) };
  const fault = objectAt(body, 'fault') ?? body;
  const code = textAt(fault, 'code') ?? textAt(fault, 'error');
  return said(code, [
    code,
    textAt(fault, 'message'),
    textAt(fault, 'description') ?? textAt(fault, 'error_description') ?? textAt(fault, 'detail'),
  ]);
}

function said(code: string | undefined, parts: readonly (string | undefined)[]) {
  const words = new Set(parts.filter((part) => part !== undefined));
  return { code, message: [...words].join(': ') };
}

/** The gateway says when it takes calls again: `2026-Jan-05 10:01:00+0000 UTC`. Measured against its own clock. */
function waitOf(answer: HttpAnswer): number | undefined {
  const body = asObject(answer.json);
  const next = textAt(objectAt(body, 'fault') ?? body, 'nextAccessTime');
  const match = /^(\d{4})-([A-Za-z]{3})-(\d{2}) (\d{2}:\d{2}:\d{2})/.exec(next ?? '');
  const their = Date.parse(answer.headers['date'] ?? '');
  if (!match || Number.isNaN(their)) return undefined;
  const [, year, month, day, time] = match;
  const until = Date.parse(`${day} ${month} ${year} ${time} GMT`);
  return Number.isNaN(until) ? undefined : Math.max(0, until - their);
}

function plainText(text: string): string {
  return text
    .slice(0, 4000)
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
