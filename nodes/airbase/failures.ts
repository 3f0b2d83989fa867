import type { Json, JsonObject } from '../../runtime/connector/json';
import type { FailureDescription, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { asObject, objectsAt } from './members';

const longestMessage = 1000;
const deepest = 5;

/** What Airbase says about one entity of a bulk call. */
export interface Complaint {
  /** Place of the entity in the call, from 0. */
  readonly index: number;
  readonly message: string;
}

/**
 * Reads a failed answer: `{detail}`, `{field: [messages]}`, `{validation_errors: [{index, …}]}`, plain text, or the
 * page of whatever stands in front.
 */
export function describeFailure(answer: HttpAnswer): FailureDescription {
  const said = answer.json === undefined ? plainText(answer.text) : wordsIn(answer.json);
  const message = said === '' ? `HTTP ${answer.status} without a message` : said;
  const waitMs = waitIn(message);
  return { message: message.slice(0, longestMessage), ...(waitMs === undefined ? {} : { waitMs }) };
}

/** Errors that came with a good status: words of a refusal, and nothing that was asked for. */
export function findHiddenFailure(answer: HttpAnswer, request: HttpRequest): FailureDescription | undefined {
  const body = asObject(answer.json);
  // Lists and rows are known by what they hold; sessions may be answered with nothing but words.
  if (!body || request.effect === 'read' || request.name.endsWith('-entity-sync')) return undefined;
  const refused = ['detail', 'error', 'errors', 'non_field_errors'].some((name) => hasWords(body[name]));
  const answered = ['id', 'airbase_id', 'data', 'entities', 'created', 'updated', 'status', 'action'];
  return refused && !answered.some((name) => name in body) ? describeFailure(answer) : undefined;
}

/** What is said of single entities; empty when the refusal names none. */
export function complaintsOf(answer: HttpAnswer): readonly Complaint[] {
  return objectsAt(asObject(answer.json), 'validation_errors').flatMap((error) => {
    const index = Number(error['index']);
    if (!Number.isSafeInteger(index) || index < 0) return [];
    const { index: _place, ...rest } = error;
    return [{ index, message: wordsIn(rest) || 'refused without a reason' }];
  });
}

function hasWords(value: Json | undefined): boolean {
  return value !== undefined && value !== null && wordsIn(value) !== '';
}

/** Every message in there, each with the name of its field. */
function wordsIn(value: Json, depth = 0): string {
  if (depth > deepest || value === null) return '';
  if (Array.isArray(value)) return joined(value.map((item) => wordsIn(item, depth + 1)));
  if (typeof value !== 'object') return String(value).trim();
  return joined(Object.entries(value).map(([name, child]) => named(name, wordsIn(child, depth + 1))));
}

function named(name: string, words: string): string {
  const silent = /^(detail|message|messages|error|errors|non_field_errors|validation_errors)$/.test(name);
  return words === '' || silent ? words : `${name}: ${words}`;
}

function joined(parts: readonly string[]): string {
  return [...new Set(parts.filter((part) => part !== ''))].join('; ');
}

/** `Request was throttled. Expected available in 42 seconds.` */
function waitIn(message: string): number | undefined {
  const seconds = /available in (\d{1,6}) second/i.exec(message)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
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

/** Whether an answer is about sessions: a load that was made outside of one. */
export function isAboutSession(answer: HttpAnswer): boolean {
  return [400, 404, 409].includes(answer.status) && /sync session/i.test(describeFailure(answer).message);
}

/** The object of an answer, bare or within `data`. */
export function objectOf(answer: HttpAnswer): JsonObject | undefined {
  const body = asObject(answer.json);
  return asObject(body?.['data']) ?? body;
}
