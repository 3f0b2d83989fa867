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
 * A row in its declared shape, with empty text and unset flags as Kinetic writes them: `""` and `false`. Some builds
 * and BAQs say null, or leave the column out; then a mapping that asks for `!= ''` or `$not()` would go wrong.
 */
export function conformed(row: Json, schema: JsonObject): JsonObject {
  return withEmpties(conform(row, schema), schema);
}

function withEmpties(row: JsonObject, schema: JsonObject): JsonObject {
  const properties = schema['properties'] as Readonly<Record<string, JsonObject>>;
  const complete: JsonObject = { ...row };
  for (const [name, declared] of Object.entries(properties)) {
    const value = row[name] ?? null;
    const empty = value === null ? emptyOf(declared) : undefined;
    if (empty !== undefined) complete[name] = empty;
    if (Array.isArray(value)) complete[name] = value.map((each) => withItemEmpties(each, declared));
  }
  return complete;
}

/** Amounts, numbers and dates have none: nothing is not zero. */
function emptyOf({ type, format }: JsonObject): string | boolean | undefined {
  const types = [type].flat();
  if (types.includes('boolean')) return false;
  return types.includes('string') && format === undefined ? '' : undefined;
}

function withItemEmpties(item: Json, list: JsonObject): Json {
  const schema = list['items'] as JsonObject;
  const isRow = item !== null && typeof item === 'object' && !Array.isArray(item);
  return isRow && schema['properties'] ? withEmpties(item, schema) : item;
}

/** Names of the columns that hold a single value: those that a list can be asked for. */
export function columnNames(schema: JsonObject): string[] {
  const properties = schema['properties'] as Readonly<Record<string, JsonObject>>;
  return Object.keys(properties).filter((name) => properties[name]?.['type'] !== 'array');
}

function column(type: string[], description: string | undefined): JsonObject {
  return description === undefined ? { type } : { type, description };
}
