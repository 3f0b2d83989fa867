import { isDecimalText } from './decimal-text';
import type { Json } from './json';
import type { FieldDeclaration } from './manifest';
import { validator } from './schema';

export type Parsed = { readonly value: Json } | { readonly problem: string };

const isDate = validator({ type: 'string', format: 'date' });

/** Reads what was written into a field by the field's type. A problem's text never repeats the value. */
export function parseField(field: FieldDeclaration, written: unknown): Parsed {
  if (typeof written === 'object') {
    return field.type === 'list' ? parseList(written) : { problem: `must be ${field.type}` };
  }
  const text = String(written);
  switch (field.type) {
    case 'boolean':
      return text === 'true' || text === 'false'
        ? { value: text === 'true' }
        : { problem: 'must be true or false' };
    case 'integer':
      return parseInteger(field, text);
    case 'decimal':
      return isDecimalText(text) ? { value: text } : { problem: 'must be a decimal number such as 12.50' };
    case 'date':
      return isDate(text).length === 0 ? { value: text } : { problem: 'must be a date, YYYY-MM-DD' };
    case 'url':
      return parseUrl(text);
    case 'choice':
      return parseChoice(field, text);
    case 'list':
      return parseList(text.split(',').map((item) => item.trim()));
    case 'text':
    case 'secret':
      return parseText(field, text);
  }
}

function parseInteger(field: FieldDeclaration, text: string): Parsed {
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) return { problem: 'must be a whole number' };
  if (field.minimum !== undefined && value < field.minimum)
    return { problem: `must be at least ${field.minimum}` };
  if (field.maximum !== undefined && value > field.maximum)
    return { problem: `must be at most ${field.maximum}` };
  return { value };
}

/** However it is capitalized: a person writes `Basic` as easily as `basic`. */
function parseChoice({ choices = [] }: FieldDeclaration, text: string): Parsed {
  const values = choices.map(({ value }) => value);
  const alike = values.filter((known) => known.toLowerCase() === text.toLowerCase());
  const value = alike.find((known) => known === text) ?? alike[0];
  return value === undefined ? { problem: `must be one of ${values.join(', ')}` } : { value };
}

/** An absolute http(s) address without a trailing slash. */
function parseUrl(text: string): Parsed {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) {
    return { problem: 'must be an address that begins with https:// or http://' };
  }
  if (url.username !== '' || url.password !== '') return { problem: 'must not hold a user name or password' };
  if (url.search !== '' || url.hash !== '') return { problem: 'must end before any ? or #' };
  return { value: text.replace(/\/+$/, '') };
}

function parseText(field: FieldDeclaration, text: string): Parsed {
  if (field.maxLength !== undefined && text.length > field.maxLength) {
    return { problem: `must have at most ${field.maxLength} characters` };
  }
  if (/[\r\n\0]/.test(text)) return { problem: 'must be one line' };
  if (field.pattern !== undefined && !new RegExp(`^(?:${field.pattern})$`, 'u').test(text)) {
    return { problem: `must match ${field.pattern}` };
  }
  return { value: text };
}

function parseList(items: object | null): Parsed {
  if (!Array.isArray(items) || items.some((item) => typeof item !== 'string')) {
    return { problem: 'must be a list of texts' };
  }
  return { value: items.filter((item) => item !== '') };
}
