import type { Json, JsonObject } from '../../runtime/connector/json';
import { asObject, memberOf } from './members';

/** Fields that an installation names differently: ours with the object before it, theirs. */
export type FieldNames = ReadonlyMap<string, string>;

/** @param text `payment.AchTraceNumber=TraceNumber,invoice.Number=InvoiceNumber` */
export function parseFieldNames(text: string): FieldNames {
  return parsePairs(text);
}

/** @param text `one=other,second=another`; names keep their inner spaces */
export function parsePairs(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').flatMap((pair) => {
      const [ours = '', theirs = ''] = pair.split('=').map((part) => part.trim());
      return ours === '' || theirs === '' ? [] : [[ours, theirs] as const];
    }),
  );
}

/**
 * Gives a row as AvidXchange wrote it the names that our schema declares, whatever their case, and drops the rest.
 * A single object in the place of a list becomes a list of one; null is as good as absent.
 * @param at what the row is, as `FieldNames` calls it: `payment`
 */
export function toOurNames(row: JsonObject, schema: JsonObject, names: FieldNames, at: string): JsonObject {
  const properties = asObject(schema['properties']) ?? {};
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) => {
      const path = `${at}.${name}`;
      const value = find(row, names.get(path) ?? name);
      if (value === undefined || value === null) return [];
      return [[name, inOurNames(value, asObject(property) ?? {}, names, path)]];
    }),
  );
}

function inOurNames(value: Json, schema: JsonObject, names: FieldNames, path: string): Json {
  const items = asObject(schema['items']);
  if (items) {
    const list = Array.isArray(value) ? value : [value];
    return list.flatMap((item) => (item === null ? [] : [inOurNames(item, items, names, path)]));
  }
  const object = asObject(value);
  return object && schema['properties'] ? toOurNames(object, schema, names, path) : value;
}

/** Dots reach into objects. */
function find(row: JsonObject, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((value, name) => memberOf(asObject(value), name), row);
}

/** The other way round, for what is sent. Gives the document with its schema, both in the names of the installation. */
export function toTheirNames(
  document: JsonObject,
  schema: JsonObject,
  names: FieldNames,
  at: string,
): { readonly document: JsonObject; readonly schema: JsonObject } {
  if (names.size === 0) return { document, schema };
  return {
    document: asObject(renamed(document, names, at)) ?? document,
    schema: renamedSchema(schema, names, at),
  };
}

function renamed(value: Json, names: FieldNames, path: string): Json {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names, path));
  const object = asObject(value);
  if (!object) return value;
  return Object.fromEntries(
    Object.entries(object).map(([name, child]) => {
      const childPath = `${path}.${name}`;
      return [names.get(childPath) ?? name, renamed(child, names, childPath)];
    }),
  );
}

function renamedSchema(schema: JsonObject, names: FieldNames, path: string): JsonObject {
  const items = asObject(schema['items']);
  if (items) return { ...schema, items: renamedSchema(items, names, path) };
  const properties = asObject(schema['properties']);
  if (!properties) return schema;
  const changed = Object.entries(properties).map(([name, property]) => {
    const childPath = `${path}.${name}`;
    return [names.get(childPath) ?? name, renamedSchema(asObject(property) ?? {}, names, childPath)];
  });
  return { ...schema, properties: Object.fromEntries(changed) };
}
