import { toDecimalText } from '../../runtime/connector/decimal-text';
import type { Json, JsonObject } from '../../runtime/connector/json';

const noReference = /^0{20}$/;

/** Text of a member; undefined when it is absent, null, empty, or BILL's "no reference" of twenty zeros. */
export function textAt(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' && !noReference.test(value) ? value : undefined;
}

export function objectAt(object: JsonObject | undefined, name: string): JsonObject | undefined {
  return asObject(object?.[name]);
}

/** The objects of a list; an absent list is empty. */
export function objectsAt(object: JsonObject | undefined, name: string): readonly JsonObject[] {
  const value = object?.[name];
  return Array.isArray(value) ? value.map(asObject).filter((item) => item !== undefined) : [];
}

/** Decimal text of an amount, sent as a number or as text; undefined when absent, which is not zero. */
export function decimalAt(object: JsonObject | undefined, name: string): string | undefined {
  const text = textAt(object, name);
  return text === undefined ? undefined : toDecimalText(text.trim());
}

/** The calendar date of a date or date-time. */
export function dateAt(object: JsonObject | undefined, name: string): string | undefined {
  return textAt(object, name)?.slice(0, 10);
}

export function asObject(value: Json | undefined): JsonObject | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

/**
 * BILL leaves out what is not set, or sends null or twenty zeros for it: all three become absent, so that the
 * same document always reads the same.
 */
export function withoutUnset(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => {
      const kept = keptValue(value);
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

function keptValue(value: Json): Json | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return noReference.test(value) ? undefined : value;
  if (Array.isArray(value)) return value.flatMap((item) => keptValue(item) ?? []);
  return typeof value === 'object' ? withoutUnset(value) : value;
}

/** What is sent leaves out what is blank; text goes without outer spaces. */
export function withoutBlanks(object: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => {
      const kept = sentValue(value);
      return kept === undefined ? [] : [[name, kept]];
    }),
  );
}

function sentValue(value: Json): Json | undefined {
  if (value === null) return undefined;
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  if (Array.isArray(value)) return value.flatMap((item) => sentValue(item) ?? []);
  if (typeof value !== 'object') return value;
  const inner = withoutBlanks(value);
  return Object.keys(inner).length === 0 ? undefined : inner;
}
