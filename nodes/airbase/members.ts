import type { Json, JsonObject } from '../../runtime/connector/json';

/** Text of a member; undefined when it is absent, null or blank. */
export function textAt(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

export function objectAt(object: JsonObject | undefined, name: string): JsonObject | undefined {
  return asObject(object?.[name]);
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

/** Airbase names its own id twice, under an old and a new name, and may give only one of them. */
export function idOf(object: JsonObject | undefined): string | undefined {
  return textAt(object, 'airbase_id') ?? textAt(object, 'id');
}

/** A field of options: a list of texts, or one text with commas. */
export function namesAt(options: Readonly<Record<string, Json>>, name: string): readonly string[] {
  const value = options[name];
  const items = Array.isArray(value) ? value.map(String) : String(value ?? '').split(',');
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/**
 * What is not set comes as null, as empty text or not at all: all three become absent, so that a document always
 * reads the same.
 */
export function withoutBlanks(object: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => {
      const kept = keptValue(value);
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

function keptValue(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (Array.isArray(value)) return value.flatMap((item) => keptValue(item) ?? []);
  if (typeof value !== 'object') return value;
  const inner = withoutBlanks(value);
  return Object.keys(inner).length === 0 ? undefined : inner;
}
