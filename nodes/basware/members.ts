import type { Json, JsonObject } from '../../runtime/connector/json';

/** Text of a member; undefined when it is absent, null or blank. */
export function textAt(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The objects of a list; an absent list is empty. */
export function objectsAt(object: JsonObject | undefined, name: string): readonly JsonObject[] {
  return objectsIn(object?.[name]);
}

export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(asObject).filter((item) => item !== undefined) : [];
}

export function asObject(value: Json | undefined): JsonObject | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

/** Optional members of Basware's may be null or missing: both become missing, so that a document always reads the same. */
export function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => (value === null ? [] : [[name, kept(value)]])),
  );
}

function kept(value: Json): Json {
  if (Array.isArray(value)) return value.flatMap((item) => (item === null ? [] : [kept(item)]));
  return value !== null && typeof value === 'object' ? withoutNulls(value) : value;
}

/** What is sent leaves out what is not set or blank: schemas of Basware allow no extras. */
export function withoutBlanks(object: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => {
      const sent = sentValue(value);
      return sent === undefined ? [] : [[name, sent]];
    }),
  );
}

function sentValue(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => sentValue(item) ?? []);
    return items.length === 0 ? undefined : items;
  }
  if (typeof value !== 'object') return value;
  const inner = withoutBlanks(value);
  return Object.keys(inner).length === 0 ? undefined : inner;
}
