import type { Json, JsonObject } from '../../../runtime/connector/json';
import type { AvidConnection } from '../connection';
import { toOurNames } from '../field-names';
import { asObject } from '../members';
import type { BatchKind } from './batch-kind';

/** Whether a row has all that was sent, as far as it shows it: numbers by their value, dates by their day. */
export function saysAll(
  { fieldNames }: AvidConnection,
  { schema, at }: BatchKind,
  row: JsonObject,
  sent: JsonObject,
): boolean {
  return says(toOurNames(row, schema, fieldNames, at), sent);
}

function says(shown: Json | undefined, sent: Json): boolean {
  if (shown === undefined) return true;
  if (Array.isArray(sent)) {
    return (
      Array.isArray(shown) && shown.length === sent.length && sent.every((item, at) => says(shown[at], item))
    );
  }
  const object: JsonObject | undefined = asObject(sent);
  if (object) return Object.entries(object).every(([name, value]) => says(asObject(shown)?.[name], value));
  return plain(shown) === plain(sent);
}

function plain(value: Json): string {
  const text = String(value).trim().toLowerCase();
  if (/^\d{4}-\d{2}-\d{2}t/.test(text)) return text.slice(0, 10);
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}
