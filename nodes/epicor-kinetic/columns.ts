import type { JsonObject } from '../../runtime/connector/json';

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

/** Names of the columns that hold a single value: those that a list can be asked for. */
export function columnNames(schema: JsonObject): string[] {
  const properties = schema['properties'] as Readonly<Record<string, JsonObject>>;
  return Object.keys(properties).filter((name) => properties[name]?.['type'] !== 'array');
}

function column(type: string[], description: string | undefined): JsonObject {
  return description === undefined ? { type } : { type, description };
}
