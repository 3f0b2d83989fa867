import { types } from 'pg';

/** Type ids of PostgreSQL's catalog, with the id of the array of that type. */
const BOOL = { id: 16, array: 1000 };
const BYTEA = { id: 17, array: 1001 };
const INT2 = { id: 21, array: 1005 };
const INT4 = { id: 23, array: 1007 };
const OID = { id: 26, array: 1028 };
const JSON_TEXT = { id: 114, array: 199 };
const FLOAT4 = { id: 700, array: 1021 };
const FLOAT8 = { id: 701, array: 1022 };
const TIMESTAMPTZ = { id: 1184, array: 1185 };
const JSONB = { id: 3802, array: 3807 };
/** Arrays whose elements stay text: text, varchar, char, name, bigint, numeric, date, uuid. */
const TEXT_ARRAYS = [1009, 1015, 1014, 1003, 1016, 1231, 1182, 2951];

type Reader = (text: string) => unknown;

/** The driver's own readers; its types leave the arrays out. */
const driverReader = types.getTypeParser as (id: number, format: 'text') => Reader;
const readTextArray = driverReader(1009, 'text') as (text: string) => unknown[];

const readers = new Map<number, Reader>(TEXT_ARRAYS.map((id) => [id, readTextArray]));
for (const [type, read] of [
  [BOOL, (text: string) => text === 't'],
  [BYTEA, driverReader(17, 'text')],
  [INT2, Number],
  [INT4, Number],
  [OID, Number],
  [FLOAT4, Number],
  [FLOAT8, Number],
  [JSON_TEXT, JSON.parse],
  [JSONB, JSON.parse],
  [TIMESTAMPTZ, driverReader(1184, 'text')],
] as [{ id: number; array: number }, Reader][]) {
  readers.set(type.id, (text) => read(text));
  readers.set(type.array, (text) => readElements(readTextArray(text), read));
}

function readElements(values: unknown[], read: Reader): unknown[] {
  return values.map((value) => {
    if (Array.isArray(value)) return readElements(value, read);
    return value === null ? null : read(String(value));
  });
}

const asItIs: Reader = (text) => text;

/**
 * How the text that PostgreSQL sends for a column of this type becomes a value. The same for both stores, and
 * narrower than the drivers' own: what is not listed above stays text, above all `bigint`, `numeric`, `date` and
 * `timestamp`, which a JS number or `Date` would falsify.
 */
export function readerOf(typeId: number): Reader {
  return readers.get(typeId) ?? asItIs;
}

/**
 * The text that is sent for a parameter: dates as ISO 8601, bytes as hexadecimal, arrays as PostgreSQL arrays,
 * other objects as JSON. An array meant as JSON must be given as JSON text.
 */
export function parameterText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return arrayText(value);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function arrayText(values: readonly unknown[]): string {
  const elements = values.map((value) => {
    if (Array.isArray(value)) return arrayText(value);
    const text = parameterText(value);
    return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${elements.join(',')}}`;
}
