import { isDecimalText } from './decimal-text';
import { RecordOutcome } from './errors';
import type { Json } from './json';
import { itemSchema, propertySchema, type Schema } from './schema-fields';

// Part of ECMAScript's "JSON.parse source text access", which the type library does not know yet.
interface SourceTextJson {
  parse(
    text: string,
    reviver: (this: unknown, name: string, value: Json, context: { readonly source?: string }) => Json,
  ): Json;
  rawJSON(token: string): Json;
}
const sourceText = JSON as unknown as SourceTextJson;

/**
 * Reads JSON without losing a digit: safe integers become numbers, every other number its exact text, so that
 * `1.10` stays `1.10` and an identifier beyond 2^53 stays whole.
 * @throws SyntaxError when the text is not JSON
 */
export function parseLossless(text: string): Json {
  return sourceText.parse(text, (_name, value, context) => {
    if (typeof value !== 'number') return value;
    const token = context.source ?? String(value);
    return Number.isSafeInteger(value) && String(value) === token ? value : token;
  });
}

/**
 * Writes JSON for the wire. Text in a place that the schema declares `format: "decimal"` leaves as exactly that
 * number token, unless `wire: "text"` stands beside it.
 * @throws RecordOutcome (park, `schema-failed`) when text in such a place is not a decimal
 */
export function encodeLossless(value: Json, schema?: Schema): string {
  return JSON.stringify(schema ? withNumberTokens(value, schema, '') : value);
}

function withNumberTokens(value: Json, schema: Schema | undefined, path: string): Json {
  if (!schema) return value;
  if (Array.isArray(value)) {
    const items = itemSchema(schema);
    return items ? value.map((item, at) => withNumberTokens(item, items, `${path}[${at}]`)) : value;
  }
  if (value !== null && typeof value === 'object') {
    // fromEntries makes own properties of every name; assignment would lose `__proto__`.
    return Object.fromEntries(
      Object.entries(value).map(([name, child]) => {
        const childPath = path === '' ? name : `${path}.${name}`;
        return [name, withNumberTokens(child, propertySchema(schema, name), childPath)];
      }),
    );
  }
  if (typeof value !== 'string' || schema['format'] !== 'decimal' || schema['wire'] === 'text') return value;
  if (!isDecimalText(value)) {
    throw new RecordOutcome('park', 'schema-failed', { field: path, message: `${path} is not a decimal` });
  }
  return sourceText.rawJSON(value);
}
