import { isDecimalText, toDecimalText } from '../../runtime/connector/decimal-text';
import type { Json, JsonObject } from '../../runtime/connector/json';

/** Members that Acumatica sends and takes as they are. */
const bare = new Set(['id', 'rowNumber', 'delete', 'error']);
/** Members that are about the record and no part of it. */
const surroundings = new Set(['_links', 'custom', 'files']);

/**
 * Takes every value out of its `{ "value": … }`, at all depths: an empty field, `{}`, becomes null. Links,
 * files and custom fields are left out.
 */
export function unwrap(entity: Json | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(asObject(entity) ?? {}).flatMap(([name, value]) =>
      surroundings.has(name) ? [] : [[name, unwrapped(value)]],
    ),
  );
}

function unwrapped(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => (asObject(item) ? unwrap(item) : item));
  const object = asObject(value);
  if (!object) return value;
  if ('value' in object) return object['value'] ?? null;
  const isField = Object.keys(object).every((name) => name === 'error');
  return isField ? null : unwrap(object);
}

/**
 * Puts every value into its `{ "value": … }`, at all depths: lists and linked entities themselves stay bare,
 * and so do ids. Null clears a field; a field that is not there is left alone.
 */
export function wrap(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, bare.has(name) ? value : wrapped(value)]),
  );
}

function wrapped(value: Json): Json {
  if (Array.isArray(value)) return value.map((item) => (asObject(item) ? wrap(item as JsonObject) : item));
  const object = asObject(value);
  return object ? wrap(object) : { value };
}

/** The schema of wrapped fields by the schema of bare ones, so that decimal text leaves as number tokens. */
export function wrappedSchema(schema: JsonObject): JsonObject {
  const properties = asObject(schema['properties']) ?? {};
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, wrappedProperty(asObject(property) ?? {})]),
    ),
  };
}

function wrappedProperty(property: JsonObject): JsonObject {
  const items = asObject(property['items']);
  if (items) return { type: 'array', items: wrappedSchema(items) };
  if (asObject(property['properties'])) return wrappedSchema(property);
  return { type: 'object', properties: { value: property } };
}

/** Text of a field that is no longer wrapped, without the blanks that pad keys; undefined when it is empty. */
export function textAt(row: JsonObject | undefined, name: string): string | undefined {
  const value = row?.[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.trimEnd() || undefined : undefined;
}

/** Decimal text of an amount; undefined when it is absent or no number, which is not zero. */
export function decimalAt(row: JsonObject | undefined, name: string): string | undefined {
  const text = textAt(row, name);
  const decimal = text === undefined ? undefined : toDecimalText(text.trim());
  return decimal !== undefined && isDecimalText(decimal) ? decimal : undefined;
}

/** The calendar date of a field: what stands before the time, never converted. */
export function dateAt(row: JsonObject | undefined, name: string): string | undefined {
  const text = textAt(row, name);
  return text !== undefined && /^\d{4}-\d{2}-\d{2}/.test(text) ? text.slice(0, 10) : undefined;
}

/** The objects of a list; an absent list is empty. */
export function rowsAt(row: JsonObject | undefined, name: string): readonly JsonObject[] {
  const value = row?.[name];
  return Array.isArray(value) ? value.map(asObject).filter((item) => item !== undefined) : [];
}

export function asObject(value: Json | undefined): JsonObject | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}
