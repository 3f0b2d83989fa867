const rawJson = (JSON as unknown as { rawJSON(text: string): object }).rawJSON;

/** A JSON number token kept as it was written, so that an amount never passes through a binary float. */
export class ExactNumber {
  constructor(readonly text: string) {}

  toJSON(): object {
    return rawJson(this.text);
  }
}

/** What a request body holds: whole numbers are numbers, every other number token is an `ExactNumber`. */
export type Wire = null | boolean | number | string | ExactNumber | Wire[] | WireObject;
export interface WireObject {
  [member: string]: Wire;
}

type Reviver = (this: unknown, key: string, value: unknown, context: { source: string }) => unknown;

const keepExact: Reviver = (_key, value, context) =>
  typeof value === 'number' && !/^-?\d{1,15}$/.test(context.source) ? new ExactNumber(context.source) : value;

/** Parses JSON without touching number tokens. Throws `SyntaxError`. */
export function parseExact(text: string): Wire {
  return JSON.parse(text, keepExact as (key: string, value: unknown) => unknown) as Wire;
}

/** Decimal text as a JSON number token. */
export function exact(text: string): ExactNumber {
  return new ExactNumber(text);
}

export function isObject(value: Wire | undefined): value is WireObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber)
  );
}

/** The decimal text of a JSON number, or undefined when the value is not a number. */
export function numberText(value: Wire | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return value instanceof ExactNumber ? value.text : undefined;
}
