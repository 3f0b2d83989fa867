import type { Json, JsonObject } from '../../runtime/connector/json';
import type { FailureDescription, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { asObject, objectsAt, textAt } from './members';

const longestMessage = 1000;

/** The `type` of a failure that a store of files answered with, behind a redirect. */
export const fromStore = 'store';

interface Complaint {
  readonly code: string | undefined;
  readonly type: string | undefined;
  readonly message: string | undefined;
}

/**
 * Reads a failed answer. The API says `{hasErrors, errors: […]}`, subscriptions `{hasError, errorMessages: […]}`,
 * the gateway before it `{message}`, sign-in `{error}` or `{detail: […]}`, the store of files XML, and many
 * refusals have no body at all.
 */
export function describeFailure(answer: HttpAnswer): FailureDescription {
  const behindRedirect = answer.headers['location'] !== undefined;
  const complaints = complaintsOf(answer.json) ?? xmlComplaint(answer.text);
  const main = complaints.find(({ code }) => code !== undefined);
  const type = behindRedirect ? fromStore : main?.type;
  const message = wordsOf(complaints) || plainText(answer.text) || `HTTP ${answer.status} without a message`;
  return {
    ...(main?.code === undefined ? {} : { code: main.code }),
    ...(type === undefined ? {} : { type }),
    message: message.slice(0, longestMessage),
  };
}

/** Errors that came with a good status. */
export function findHiddenFailure(answer: HttpAnswer, _request: HttpRequest): FailureDescription | undefined {
  const body = asObject(answer.json);
  const failed = body?.['hasErrors'] === true || body?.['hasError'] === true;
  return failed ? describeFailure(answer) : undefined;
}

/** What Basware says about single records of a call, by their external code. */
export function complaintsByCode(answer: HttpAnswer): ReadonlyMap<string, string> {
  const said = new Map<string, string>();
  for (const error of objectsAt(asObject(answer.json), 'errors')) {
    const code = textAt(error, 'externalCode');
    if (code === undefined) continue;
    const words = wordsOf([complaintOf(error)]) || 'refused without a reason';
    said.set(code, [said.get(code), words].filter((text) => text !== undefined).join('; '));
  }
  return said;
}

function complaintsOf(body: Json | undefined): readonly Complaint[] | undefined {
  if (typeof body === 'string') return [{ code: undefined, type: undefined, message: body }];
  const object = asObject(body);
  if (!object) return undefined;
  const listed = ['errors', 'errorMessages', 'detail'].flatMap((name) => objectsAt(object, name));
  return [...(listed.length === 0 ? [object] : listed)].map(complaintOf);
}

function complaintOf(error: JsonObject): Complaint {
  const field = textAt(error, 'externalCode');
  const message =
    textAt(error, 'error_description') ??
    textAt(error, 'message') ??
    textAt(error, 'Message') ??
    textAt(error, 'msg') ??
    textAt(error, 'detail') ??
    textAt(error, 'error');
  const info = textAt(error, 'info');
  const parts = [field && `${field}:`, message, info && info !== message ? `(${info})` : undefined];
  const words = parts.filter((part) => part !== undefined).join(' ');
  return {
    code: textAt(error, 'code') ?? textAt(error, 'error'),
    type: textAt(error, 'type'),
    message: words === '' ? undefined : words,
  };
}

function xmlComplaint(text: string): readonly Complaint[] {
  const inside = (name: string) => new RegExp(`<${name}>([^<]{1,500})</${name}>`).exec(text)?.[1]?.trim();
  const code = inside('Code');
  return code === undefined ? [] : [{ code, type: undefined, message: inside('Message') }];
}

function wordsOf(complaints: readonly Complaint[]): string {
  const messages = complaints.flatMap(({ code, message }) => {
    const parts = [code, message].filter((part) => part !== undefined && part !== '');
    return parts.length === 0 ? [] : [[...new Set(parts)].join(' ')];
  });
  return [...new Set(messages)].join('; ');
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
