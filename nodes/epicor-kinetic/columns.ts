import type { Json, JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';

/** Columns as a stream declares them. Any of them may be null or missing: versions differ. */
export const text = (description?: string) => column(['string', 'null'], description);
export const flag = (description?: string) => column(['boolean', 'null'], description);
export const integer = (description?: string) => column(['integer', 'null'], description);
export const decimal = (description?: string) => ({
  ...column(['string', 'null'], description),
  format: 'decimal',
});
export const day = (description?: string) => ({ ...column(['string', 'null'], description), format: 'date' });

export function rowSchema(properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return { type: 'object', properties: { ...properties } };
}

export function listOf(items: JsonObject): JsonObject {
  return { type: 'array', items };
}

/**
 * A row in its declared shape. A flag that this build does not have, or leaves out, is null and not missing: in a
 * mapping `$not()` of what is missing is missing too, and a rule about it would never hold.
 */
export function conformed(row: Json, schema: JsonObject): JsonObject {
  return withFlags(conform(row, schema), schema);
}

function withFlags(row: JsonObject, schema: JsonObject): JsonObject {
  const properties = schema['properties'] as Readonly<Record<string, JsonObject>>;
  const complete: JsonObject = { ...row };
  for (const [name, declared] of Object.entries(properties)) {
    const value = row[name];
    if (value === undefined && [declared['type']].flat().includes('boolean')) complete[name] = null;
    if (Array.isArray(value)) complete[name] = value.map((each) => withItemFlags(each, declared));
  }
  return complete;
}

function withItemFlags(item: Json, list: JsonObject): Json {
  const schema = list['items'] as JsonObject;
  const isRow = item !== null && typeof item === 'object' && !Array.isArray(item);
  return isRow && schema['properties'] ? withFlags(item, schema) : item;
}

/** Names of the columns that hold a single value: those that a list can be asked for. */
export function columnNames(schema: JsonObject): string[] {
  const properties = schema['properties'] as Readonly<Record<string, JsonObject>>;
  return Object.keys(properties).filter((name) => properties[name]?.['type'] !== 'array');
}

function column(type: string[], description: string | undefined): JsonObject {
  return description === undefined ? { type } : { type, description };
}
