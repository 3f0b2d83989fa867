import type { CodingRow } from '../basware/document-record';
import type { Money } from '../money';

/**
 * How the tenant's coders name an account: the natural account with its cost center and dimension, or the whole
 * account, with cost center and dimension beside it.
 */
export type CodingStyle = 'segments' | 'whole';

/** A coding row for an account of the company, its segments joined by `|`. */
export function codingRow(
  style: CodingStyle,
  account: string,
  net: Money,
  more: Partial<CodingRow> = {},
): CodingRow {
  const [natural = '', costCenter = '', dimension = ''] = account.split('|');
  const name = style === 'whole' ? account.replaceAll('|', '-') : natural;
  return { account: name, costCenter, dimension, net, ...more };
}

/** The account that a coding row stands for, segments joined by `|`, whatever the style. */
export function accountOf(row: CodingRow): string {
  if (row.account.includes('-')) return row.account.replaceAll('-', '|');
  return [row.account, row.costCenter ?? '', row.dimension ?? ''].join('|');
}
