import type { JsonObject } from '../../runtime/connector/json';

export const text: JsonObject = { type: 'string' };
export const integer: JsonObject = { type: 'integer' };
export const boolean: JsonObject = { type: 'boolean' };
export const decimal: JsonObject = { type: 'string', format: 'decimal' };
export const date: JsonObject = { type: 'string', format: 'date' };
export const instant: JsonObject = { type: 'string', format: 'date-time' };

export function object(properties: JsonObject): JsonObject {
  return { type: 'object', properties };
}

export function listOf(items: JsonObject): JsonObject {
  return { type: 'array', items };
}

/** @param names several in one text, separated by spaces */
export function texts(...names: readonly string[]): JsonObject {
  return each(names, text);
}

export function decimals(...names: readonly string[]): JsonObject {
  return each(names, decimal);
}

/** `text1` to `text60` and the like. */
export function numbered(name: string, last: number, schema: JsonObject): JsonObject {
  return Object.fromEntries(Array.from({ length: last }, (_, at) => [`${name}${at + 1}`, schema]));
}

/** Text that must not be blank, up to a length. */
export function filled(maxLength: number): JsonObject {
  return { type: 'string', minLength: 1, maxLength };
}

/** Text up to a length. */
export function upTo(maxLength: number): JsonObject {
  return { type: 'string', maxLength };
}

function each(names: readonly string[], schema: JsonObject): JsonObject {
  return Object.fromEntries(
    names.flatMap((group) => group.split(' ').map((name) => [name, schema] as const)),
  );
}
