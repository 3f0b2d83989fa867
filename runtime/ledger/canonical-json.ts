import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../connector/json';

/** JSON text that is the same for equal values: names sorted, no white space. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .filter((name) => value[name] !== undefined)
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] as Json)}`);
  return `{${members.join(',')}}`;
}

/** SHA-256 of the UTF-8 text, base64url. */
export function hashText(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

export function hashJson(value: Json): string {
  return hashText(canonicalJson(value));
}

/** PostgreSQL takes neither NUL nor half a surrogate pair in text. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\ufffd');
}

const DEEPEST = 24;

/**
 * Anything that was thrown or handed over as detail, as JSON that `jsonb` takes: what JSON cannot say becomes
 * text, what is too deep (or refers to itself) is cut.
 */
export function storableJson(value: unknown, depth = 0): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object') return storableText(String(value));
  if (depth > DEEPEST) return '…';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return { name: value.name, message: storableText(value.message) };
  if (Array.isArray(value)) return value.map((item) => storableJson(item, depth + 1));
  return storableObject(value, depth);
}

/** The same for an object's members. */
export function storableObject(value: object, depth = 0): JsonObject {
  const result: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || typeof member === 'function') continue;
    result[storableText(name)] = storableJson(member, depth + 1);
  }
  return result;
}
