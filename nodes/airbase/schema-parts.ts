import type { JsonObject } from '../../runtime/connector/json';

export const text: JsonObject = { type: 'string' };
export const integer: JsonObject = { type: 'integer' };
export const boolean: JsonObject = { type: 'boolean' };
export const decimal: JsonObject = { type: 'string', format: 'decimal' };
export const date: JsonObject = { type: 'string', format: 'date' };
export const instant: JsonObject = { type: 'string', format: 'date-time' };

export function object(properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { type: 'object', properties, required: [...required] };
}

export function listOf(items: JsonObject): JsonObject {
  return { type: 'array', items };
}

/** @param names separated by spaces */
export function texts(names: string): JsonObject {
  return Object.fromEntries(names.split(' ').map((name) => [name, text]));
}

/** Text that must not be blank, up to a length. */
export function filled(maxLength: number): JsonObject {
  return { type: 'string', minLength: 1, maxLength, pattern: '\\S' };
}

/** Text up to a length. */
export function upTo(maxLength: number): JsonObject {
  return { type: 'string', maxLength };
}

/** A document: nothing but these members. */
export function closed(properties: JsonObject, required: readonly string[]): JsonObject {
  return { ...object(properties, required), additionalProperties: false };
}
