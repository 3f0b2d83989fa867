import type { Json, JsonObject } from '../connector/json';

/**
 * Gives a mapped document the shape that its schema declares where JSONata cannot: a list of one element comes out
 * of an expression as the element itself, so where the schema wants a list, a single value becomes a list of one;
 * and a whole number where the schema wants decimal text becomes that text. Nothing else is touched.
 */
export function shapeDocument(value: Json, schema: JsonObject): Json {
  if (wants(schema, 'array')) {
    if (value === null && wants(schema, 'null')) return value;
    const items = isObject(schema['items']) ? schema['items'] : {};
    return (Array.isArray(value) ? value : [value]).map((item) => shapeDocument(item, items));
  }
  if (schema['format'] === 'decimal' && Number.isSafeInteger(value)) return String(value);
  const properties = schema['properties'];
  if (!isObject(value) || !isObject(properties)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      const declared = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, isObject(declared) ? shapeDocument(part, declared) : part];
    }),
  );
}

function wants(schema: JsonObject, type: string): boolean {
  const declared = schema['type'];
  return Array.isArray(declared) ? declared.includes(type) : declared === type;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
