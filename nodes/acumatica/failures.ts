import type { Json, JsonObject } from '../../runtime/connector/json';
import type { FailureDescription, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import type { AcumaticaConnection } from './connection';
import { endpointsIn, offers } from './endpoints';
import { asObject } from './values';

/** Codes of what no status shows. */
export const hiddenCodes = {
  sessionLost: 'session-lost',
  notServed: 'endpoint-not-served',
  fieldErrors: 'entity-with-errors',
  exception: 'exception',
} as const;

const signInPage = /\/(Frames\/(Login|Outdated)|ui\/error|identity\/(account|login|connect\/authorize))/i;

const signInMark = /<input[^>]+type=["']?password|<form[^>]+(log|sign)[-_]?in|<title>[^<]*(log|sign)[- ]?in/i;

/**
 * Reads a failed answer: Acumatica's error body with its inner exceptions, an entity with errors at its fields,
 * an OAuth error, the page of a web server, plain text or nothing. `type` holds the exception types, which say
 * more than the status.
 */
export function describeFailure(answer: HttpAnswer): FailureDescription {
  const location = answer.headers['location'];
  if (answer.status < 400 && location !== undefined && signInPage.test(location)) {
    return { code: hiddenCodes.sessionLost, message: `sent to ${location.split('?')[0]}` };
  }
  const body = asObject(answer.json);
  if (!body) return { message: plainText(answer.text) };
  const exceptions = [...exceptionChain(body)];
  const types = exceptions.flatMap((exception) => textIn(exception, 'exceptionType') ?? []);
  const oauth = textIn(body, 'error_description') ?? undefined;
  const refused = fieldErrors(body);
  const thrown = exceptions.flatMap((exception) => textIn(exception, 'exceptionMessage') ?? []);
  const isOauth = oauth !== undefined || isOauthError(body);
  const code = isOauth ? textIn(body, 'error') : codeOf(refused, thrown);
  const words = [...refused, ...modelErrors(body), ...thrown, oauth ?? textIn(body, 'error') ?? ''].filter(
    (text) => text !== '',
  );
  const message = words.length > 0 ? [...new Set(words)].join('; ') : generalWords(body);
  return {
    ...(types.length === 0 ? {} : { type: types.join(' ') }),
    ...(code === undefined ? {} : { code }),
    message: plainText(message),
  };
}

/**
 * Finds what an answer with a good status hides: an error body, the sign-in page in the place of data, and a list
 * of endpoints without the configured one.
 */
export function findHiddenFailure(
  answer: HttpAnswer,
  request: HttpRequest,
  connection: AcumaticaConnection,
): FailureDescription | undefined {
  if (request.name === 'list-endpoints') return missingEndpoint(answer, connection);
  const body = asObject(answer.json);
  if (body && isErrorBody(body)) return describeFailure(answer);
  if (answer.json !== undefined || !/^\s*<(!doctype|html)/i.test(answer.text)) return undefined;
  const isSignIn = signInPage.test(answer.text) || signInMark.test(answer.text);
  // Any page in the place of data is taken for a lost session; of a write, only one that says so: its look-up tells.
  if (!isSignIn && request.effect !== 'read') return undefined;
  const message = isSignIn ? 'a sign-in page came back' : 'a page came back in the place of data';
  return { code: hiddenCodes.sessionLost, message };
}

/** What a body of Acumatica's own says beyond its status: an entity with errors at its fields, or an exception. */
function codeOf(refused: readonly string[], thrown: readonly string[]): string | undefined {
  if (refused.length > 0) return hiddenCodes.fieldErrors;
  return thrown.length > 0 ? hiddenCodes.exception : undefined;
}

function missingEndpoint(
  answer: HttpAnswer,
  { endpoint, version }: AcumaticaConnection,
): FailureDescription | undefined {
  const offered = endpointsIn(answer.json);
  if (!offered || offered.length === 0 || offers(offered, endpoint, version)) return undefined;
  const list = offered.map((each) => `${each.name}/${each.version}`).join(', ');
  return {
    code: hiddenCodes.notServed,
    message: `endpoint ${endpoint}, version ${version} is not served; offered: ${list}`,
  };
}

function* exceptionChain(body: JsonObject): Generator<JsonObject> {
  let at: JsonObject | undefined = body;
  for (let depth = 0; at && depth < 5; depth++) {
    yield at;
    at = asObject(at['innerException']);
  }
}

/** `Details[0].Project: …`, from the entity itself, which comes back with an error at each field. */
function fieldErrors(entity: JsonObject, path = ''): string[] {
  return Object.entries(entity).flatMap(([name, value]) => {
    if (name.startsWith('_') || name === 'innerException' || name === 'custom') return [];
    const at = path === '' ? name : `${path}.${name}`;
    if (Array.isArray(value)) {
      return value.flatMap((row, index) => rowErrors(asObject(row), `${at}[${index}]`));
    }
    return rowErrors(asObject(value), at);
  });
}

function rowErrors(value: JsonObject | undefined, at: string): string[] {
  if (!value) return [];
  const error = textIn(value, 'error');
  return [...(error === undefined ? [] : [`${at}: ${error}`]), ...fieldErrors(value, at)];
}

function modelErrors(body: JsonObject): string[] {
  return Object.entries(asObject(body['modelState']) ?? {}).flatMap(([field, said]) =>
    (Array.isArray(said) ? said : [said]).flatMap((each: Json) =>
      typeof each === 'string' && each !== '' ? [`${field}: ${each}`] : [],
    ),
  );
}

function isErrorBody(body: JsonObject): boolean {
  return textIn(body, 'exceptionMessage') !== undefined || textIn(body, 'error') !== undefined;
}

function isOauthError(body: JsonObject): boolean {
  return /^(invalid|unsupported|unauthorized)_[a-z_]+$/.test(textIn(body, 'error') ?? '');
}

function generalWords(body: JsonObject): string {
  return [textIn(body, 'message'), textIn(body, 'messageDetail')].filter(Boolean).join(' ');
}

function textIn(object: JsonObject, name: string): string | undefined {
  const value = object[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function plainText(text: string): string {
  return text
    .slice(0, 4000)
    .replace(/<(script|style|title)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[a-z!/][^>]*>/gi, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 800);
}
