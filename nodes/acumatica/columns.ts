import type { JsonObject } from '../../runtime/connector/json';

/** Fields as a stream declares them. Any of them may be null or missing: empty ones have no value. */
export const text = (description?: string) => column(['string', 'null'], description);
export const flag = (description?: string) => column(['boolean', 'null'], description);
export const integer = (description?: string) => column(['integer', 'null'], description);
export const decimal = (description?: string) => ({
  ...column(['string', 'null'], description),
  format: 'decimal',
});
export const day = (description?: string) => ({ ...column(['string', 'null'], description), format: 'date' });
export const instant = (description?: string) => ({
  ...column(['string', 'null'], description),
  format: 'date-time',
});

export function rowSchema(properties: Readonly<Record<string, JsonObject>>): JsonObject {
  return { type: 'object', properties: { ...properties } };
}

export function listOf(items: JsonObject): JsonObject {
  return { type: 'array', items };
}

export function texts(...names: readonly string[]): Record<string, JsonObject> {
  return Object.fromEntries(names.map((name) => [name, text()]));
}

function column(type: string[], description: string | undefined): JsonObject {
  return description === undefined ? { type } : { type, description };
}
