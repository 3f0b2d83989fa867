import type { Json, JsonObject } from './json';

/** The field `wire: "text"` beside `format: "decimal"` keeps an amount text in outgoing JSON. */
export type Schema = JsonObject;

/** Schema of a property of an object, or undefined when the schema does not declare it. */
export function propertySchema(schema: Schema | undefined, name: string): Schema | undefined {
  const properties = asSchema(schema?.['properties']);
  if (properties && Object.hasOwn(properties, name)) return asSchema(properties[name]);
  return asSchema(schema?.['additionalProperties']);
}

/** Schema of the elements of an array. */
export function itemSchema(schema: Schema | undefined): Schema | undefined {
  return asSchema(schema?.['items']);
}

/** Whether a schema's `type`, one or a list, names this type. */
export function hasType(schema: Schema, type: string): boolean {
  const declared = schema['type'];
  return Array.isArray(declared) ? declared.includes(type) : declared === type;
}

export function asSchema(value: Json | undefined): Schema | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}
