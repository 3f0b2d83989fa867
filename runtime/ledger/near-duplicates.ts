import type { Json, JsonObject } from '../connector/json';
import { normalNumber } from '../mapping/texts';
import { hashJson } from './canonical-json';
import type { RecordKey } from './identity';
import type { Store } from './store';

/** A document of the same party and amount whose number differs only in spelling. */
export interface NearDuplicate {
  readonly nearKey: string;
  readonly recordId: string;
  readonly key: string;
  /** The target's id, unless its write is still under way. */
  readonly ref: string | undefined;
}

/**
 * What documents have in common that differ only in the spelling of their number.
 * @param names fields of the document, the number last: `['vendorId', 'currency', 'amount', 'invoiceNumber']`;
 *   a name may reach inside with dots. Undefined when the document lacks one of them.
 */
export function nearKeyOf(
  { sync, company }: Pick<RecordKey, 'sync' | 'company'>,
  document: JsonObject,
  names: readonly string[],
): string | undefined {
  const values = names.map((name) => valueAt(document, name));
  const number = values.pop();
  if (number === undefined || values.includes(undefined)) return undefined;
  const common = values.map((value) => plainDecimal(String(value)));
  return hashJson([sync, company, ...common, normalNumber(String(number)) ?? '']);
}

/** `100.50` and `100.5` are one amount. */
function plainDecimal(text: string): string {
  return /^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text;
}

function valueAt(document: JsonObject, name: string): Json | undefined {
  let value: Json | undefined = document;
  for (const part of name.split('.')) {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return undefined;
    value = value[part];
  }
  return value === null ? undefined : value;
}

/** Live links and writes under way with one of these keys. */
export async function nearDuplicates(
  store: Store,
  nearKeys: readonly string[],
): Promise<readonly NearDuplicate[]> {
  if (nearKeys.length === 0) return [];
  const { rows } = await store.query<{
    near_key: string;
    record_id: string;
    source_key: string;
    ref: string | null;
  }>(
    `select near_key, record_id, source_key, ref from link
      where near_key = any($1::text[]) and closed_at is null
     union all
     select i.near_key, i.record_id, r.source_key, null from intent i join record r on r.id = i.record_id
      where i.near_key = any($1::text[]) and i.state in ('sent', 'unknown')`,
    [nearKeys],
  );
  return rows.map((row) => ({
    nearKey: row.near_key,
    recordId: row.record_id,
    key: row.source_key,
    ref: row.ref ?? undefined,
  }));
}
