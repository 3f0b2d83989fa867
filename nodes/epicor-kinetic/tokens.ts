import { toDecimalText } from '../../runtime/connector/decimal-text';
import type { Json } from '../../runtime/connector/json';

// Part of ECMAScript's "JSON.parse source text access", which the type library does not know yet.
interface SourceTextJson {
  parse(
    text: string,
    reviver: (this: unknown, name: string, value: Json, context: { readonly source?: string }) => Json,
  ): Json;
  rawJSON(token: string): Json;
  isRawJSON(value: unknown): value is { readonly rawJSON: string };
}
const sourceText = JSON as unknown as SourceTextJson;

/**
 * Reads JSON that is going to be sent back: every number that a binary float might change is kept as its very
 * token, so that writing the value again gives the same number. A dataset goes through a dozen calls this way.
 * @returns undefined when the text is not JSON
 */
export function parseWithTokens(text: string): Json | undefined {
  try {
    return sourceText.parse(text, (_name, value, context) => {
      if (typeof value !== 'number') return value;
      const token = context.source ?? String(value);
      return Number.isSafeInteger(value) && String(value) === token ? value : sourceText.rawJSON(token);
    });
  } catch {
    return undefined;
  }
}

/** A number for the wire, exactly as the decimal text says: `100.10` stays `100.10`. */
export function numberToken(decimal: string): Json {
  return sourceText.rawJSON(decimal);
}

/** Text of a text or number, decimal text for numbers of any form; undefined for anything else. */
export function scalarText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return sourceText.isRawJSON(value) ? toDecimalText(value.rawJSON) : undefined;
}

/** The value as the rest of the product has it: decimal text in the place of number tokens. */
export function tokensToText(value: Json): Json {
  if (Array.isArray(value)) return value.map(tokensToText);
  if (value === null || typeof value !== 'object') return value;
  if (isToken(value)) return scalarText(value) ?? null;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, tokensToText(child)]));
}

export function isToken(value: Json | undefined): boolean {
  return sourceText.isRawJSON(value);
}
