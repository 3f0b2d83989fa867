import { isDecimalText } from '../../../runtime/connector/decimal-text';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import { itemSchema, propertySchema, type Schema } from '../../../runtime/connector/schema-fields';
import { shortest } from '../../../runtime/mapping/decimals';

/**
 * The document with its amounts in as few digits as they need: AvidXchange takes two decimals, and the source may
 * write all that its column has (`10.00000`).
 */
export function withPlainDecimals(document: JsonObject, schema: Schema): JsonObject {
  return plain(document, schema) as JsonObject;
}

function plain(value: Json, schema: Schema | undefined): Json {
  if (!schema) return value;
  if (Array.isArray(value)) return value.map((item) => plain(item, itemSchema(schema)));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => [name, plain(child, propertySchema(schema, name))]),
    );
  }
  const isAmount = schema['format'] === 'decimal' && typeof value === 'string' && isDecimalText(value);
  return isAmount ? shortest(value) : value;
}
