import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv';
import { Temporal } from 'temporal-polyfill';
import { isDecimalText, toDecimalText } from './decimal-text';
import { ConfigurationError } from './errors';
import type { Json, JsonObject } from './json';
import { asSchema, hasType, itemSchema, propertySchema, type Schema } from './schema-fields';

/** One thing that is wrong with a document. */
export interface Problem {
  /** Where, readable: `lines[2].amount`; empty for the document itself. */
  readonly field: string;
  /** What, without the value itself: it may be confidential. */
  readonly message: string;
}

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: true,
  allowUnionTypes: true,
  verbose: true,
});
ajv.addFormat('decimal', { type: 'string', validate: isDecimalText });
ajv.addFormat('date', { type: 'string', validate: isCalendarDate });
ajv.addFormat('date-time', { type: 'string', validate: isInstant });
ajv.addKeyword({ keyword: 'wire', schemaType: 'string', metaSchema: { enum: ['text'] } });

const compiled = new WeakMap<Schema, ValidateFunction>();

/**
 * Makes the check of a document against a JSON Schema (draft-07) with the formats `decimal` (`12.50`),
 * `date` (a day that exists, `YYYY-MM-DD`) and `date-time` (ISO-8601 with a zone).
 * The check gives every problem at once, an empty list when the document is right.
 * @throws ConfigurationError `SCHEMA_INVALID` when the schema itself is wrong
 */
export function validator(schema: Schema): (value: Json) => Problem[] {
  let check = compiled.get(schema);
  if (!check) {
    try {
      check = ajv.compile(schema);
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigurationError('SCHEMA_INVALID', said, 'JSON Schema', 'Correct the schema.');
    }
    compiled.set(schema, check);
  }
  const valid = check;
  return (value) => (valid(value) ? [] : (valid.errors ?? []).map(problemOf));
}

/**
 * Brings a row as a system gave it into the declared shape: undeclared fields are dropped, `decimal` fields
 * become decimal text even where they look like integers, `date` fields are cut to the day, `date-time` fields
 * become UTC with milliseconds, numbers in text fields become text. What does not fit is left for `validator`.
 */
export function conform(row: Json, schema: Schema): JsonObject {
  const conformed = conformValue(row, schema);
  return asSchema(conformed) ?? {};
}

function conformValue(value: Json, schema: Schema): Json {
  if (Array.isArray(value)) {
    const items = itemSchema(schema);
    return items ? value.map((item) => conformValue(item, items)) : value;
  }
  if (value !== null && typeof value === 'object') return conformObject(value, schema);
  if (typeof value === 'boolean' || value === null) return value;
  if (schema['format'] === 'decimal') return toDecimalText(value);
  if (typeof value === 'number') {
    return hasType(schema, 'string') && !hasType(schema, 'integer') && !hasType(schema, 'number')
      ? String(value)
      : value;
  }
  if (schema['format'] === 'date') return /^\d{4}-\d{2}-\d{2}[T ]/.test(value) ? value.slice(0, 10) : value;
  if (schema['format'] === 'date-time') return isInstant(value) ? new Date(value).toISOString() : value;
  return value;
}

function conformObject(value: JsonObject, schema: Schema): JsonObject {
  const declared = asSchema(schema['properties']);
  if (!declared && !asSchema(schema['additionalProperties'])) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, child]) => {
      const childSchema = propertySchema(schema, name);
      return childSchema ? [[name, conformValue(child, childSchema)]] : [];
    }),
  );
}

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
}

function isInstant(text: string): boolean {
  const match = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.exec(text);
  return match !== null && isCalendarDate(match[1] ?? '') && !Number.isNaN(Date.parse(text));
}

function problemOf(error: ErrorObject): Problem {
  const at = readablePath(error.instancePath);
  const named = (name: unknown) => (at === '' ? String(name) : `${at}.${String(name)}`);
  const given = error.data as Json | undefined;
  switch (error.keyword) {
    case 'required':
      return { field: named(error.params['missingProperty']), message: 'is missing' };
    case 'additionalProperties':
      return { field: named(error.params['additionalProperty']), message: 'is not a field of this document' };
    case 'type':
      return { field: at, message: `must be ${String(error.params['type'])}, is ${typeName(given)}` };
    case 'maxLength':
      return {
        field: at,
        message: `is longer than ${String(error.params['limit'])} characters (${[...String(given)].length})`,
      };
    case 'minLength':
      return {
        field: at,
        message: given === '' ? 'is empty' : `is shorter than ${error.params['limit']} characters`,
      };
    case 'format':
      return { field: at, message: `is not a ${String(error.params['format'])}` };
    case 'enum':
      return { field: at, message: `must be one of ${(error.schema as Json[]).join(', ')}` };
    default:
      return { field: at, message: error.message ?? 'is wrong' };
  }
}

/** `/lines/2/amount` as `lines[2].amount`. */
function readablePath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replace(/~1/g, '/').replace(/~0/g, '~'))
    .reduce((path, part) => {
      if (/^\d+$/.test(part)) return `${path}[${part}]`;
      return path === '' ? part : `${path}.${part}`;
    }, '');
}

function typeName(value: Json | undefined): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
