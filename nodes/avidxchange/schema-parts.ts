import type { JsonObject } from '../../runtime/connector/json';

export const text: JsonObject = { type: 'string' };
export const integer: JsonObject = { type: 'integer' };
export const boolean: JsonObject = { type: 'boolean' };
export const decimal: JsonObject = { type: 'string', format: 'decimal' };
export const date: JsonObject = { type: 'string', format: 'date' };

export function object(properties: JsonObject): JsonObject {
  return { type: 'object', properties };
}

/** A document: what it must have, what it may have, and nothing else. */
export function document(required: readonly string[], properties: JsonObject): JsonObject {
  return { type: 'object', additionalProperties: false, required: [...required], properties };
}

export function listOf(items: JsonObject): JsonObject {
  return { type: 'array', items };
}

/** @param names several in one text, separated by spaces */
export function texts(names: string): JsonObject {
  return Object.fromEntries(names.split(' ').map((name) => [name, text]));
}

export function decimals(names: string): JsonObject {
  return Object.fromEntries(names.split(' ').map((name) => [name, decimal]));
}

/** Text that must not be blank, up to a length. */
export function filled(maxLength: number): JsonObject {
  return { type: 'string', minLength: 1, maxLength };
}

/** Text up to a length. */
export function upTo(maxLength: number): JsonObject {
  return { type: 'string', maxLength };
}

/** An entry of a list of fixed meanings, with its number. Only the description lasts. */
export const lookup: JsonObject = object(texts('Id Description'));
