import type { Json, JsonObject } from '../../runtime/connector/json';

/** A member by its name, whatever its case: AvidSuite writes PascalCase, AvidConnect camelCase. */
export function memberOf(object: JsonObject | undefined, name: string): Json | undefined {
  if (!object) return undefined;
  if (Object.hasOwn(object, name)) return object[name];
  const wanted = name.toLowerCase();
  const found = Object.keys(object).find((each) => each.toLowerCase() === wanted);
  return found === undefined ? undefined : object[found];
}

/** Text of a member; undefined when it is absent, null or blank. Numbers become text. */
export function textAt(object: JsonObject | undefined, name: string): string | undefined {
  const value = memberOf(object, name);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** A whole number, also where it came as text; undefined when there is none. */
export function numberAt(object: JsonObject | undefined, name: string): number | undefined {
  const text = textAt(object, name);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

export function objectAt(object: JsonObject | undefined, name: string): JsonObject | undefined {
  return asObject(memberOf(object, name));
}

/** The objects of a list, which may be a single object instead. Absent is empty. */
export function objectsAt(object: JsonObject | undefined, name: string): readonly JsonObject[] {
  return objectsIn(memberOf(object, name));
}

export function objectsIn(value: Json | undefined): readonly JsonObject[] {
  if (Array.isArray(value)) return value.map(asObject).filter((item) => item !== undefined);
  const single = asObject(value);
  return single ? [single] : [];
}

export function asObject(value: Json | undefined): JsonObject | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

/** `true`, `"true"` and 1 are true; `false`, `"false"` and 0 are not; undefined for anything else. */
export function flagAt(object: JsonObject | undefined, name: string): boolean | undefined {
  const text = textAt(object, name) ?? String(memberOf(object, name));
  if (/^(true|1)$/i.test(text)) return true;
  return /^(false|0)$/i.test(text) ? false : undefined;
}

/** Without members that are not set or blank, at every depth; lists keep their empty places out. */
export function withoutBlanks(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => {
      const kept = keptValue(value);
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

function keptValue(value: Json): Json | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  if (Array.isArray(value)) return value.flatMap((item) => keptValue(item) ?? []);
  return typeof value === 'object' ? withoutBlanks(value) : value;
}

/** Items of a setting that holds several, separated by commas. */
export function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
