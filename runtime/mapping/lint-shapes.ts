import type { Json, JsonObject } from '../connector/json';

/** What is known of a value: its JSON Schema, or nothing. */
export type Shape = JsonObject | undefined;

export const DECIMAL: JsonObject = { type: 'string', format: 'decimal' };

export function isDecimal(shape: Shape): boolean {
  return itemsOf(shape)?.['format'] === 'decimal';
}

/** The shape of the items of a list; of anything else the shape itself, as the language treats both alike. */
export function itemsOf(shape: Shape): Shape {
  return shape && isSchema(shape['items']) ? itemsOf(shape['items']) : shape;
}

/** The shape of a member, `unknown-field` when the schema says that there is none, undefined when nothing is known. */
export function memberOf(shape: Shape, name: string): Shape | 'unknown-field' {
  const properties = itemsOf(shape)?.['properties'];
  if (!isSchema(properties)) return undefined;
  if (Object.hasOwn(properties, name)) {
    const member = properties[name];
    return isSchema(member) ? member : undefined;
  }
  return itemsOf(shape)?.['additionalProperties'] === true ? undefined : 'unknown-field';
}

function isSchema(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
