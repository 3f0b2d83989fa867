/** Lists as BILL has them: filters, order, opaque page tokens. Strict: what it does not know it refuses. */

export interface Row {
  [name: string]: unknown;
}

export class BadList extends Error {}

export interface ListRules {
  readonly filterable: readonly string[];
  readonly sortable: readonly string[];
  /** Rows on a page at most, below what was asked for. */
  readonly mostRows?: number;
  /** Members that rows of the list do not have, though the rows themselves do. */
  readonly hidden?: readonly string[];
  /** How the end of the data is said. */
  readonly end?: 'absent' | 'null' | 'empty';
}

export function listOf(rows: readonly Row[], query: URLSearchParams, rules: ListRules): Row {
  const max = Number(query.get('max') ?? 20);
  if (!Number.isInteger(max) || max < 1 || max > 100) throw new BadList('max must be 1 to 100');
  const shape = JSON.stringify([query.get('filters') ?? '', query.get('sort') ?? '']);
  const offset = offsetOf(query.get('page'), shape);
  const conditions = conditionsOf(query.get('filters'), rules);
  const matching = rows.filter((row) => conditions.every((holds) => holds(row)));
  const sorted = inOrder(matching, query.get('sort'), rules);
  const size = Math.min(max, rules.mostRows ?? max);
  const results = sorted.slice(offset, offset + size).map((row) => withoutHidden(row, rules.hidden ?? []));
  const next = offset + size < sorted.length ? tokenOf(offset + size, shape) : undefined;
  const end = rules.end === 'null' ? { nextPage: null } : rules.end === 'empty' ? { nextPage: '' } : {};
  return { results, ...(next === undefined ? end : { nextPage: next }) };
}

function tokenOf(offset: number, shape: string): string {
  return Buffer.from(JSON.stringify([offset, shape])).toString('base64');
}

function offsetOf(token: string | null, shape: string): number {
  if (token === null) return 0;
  try {
    const [offset, made] = JSON.parse(Buffer.from(token, 'base64').toString());
    if (Number.isInteger(offset) && made === shape) return offset;
  } catch {}
  throw new BadList('page token is damaged');
}

function conditionsOf(filters: string | null, rules: ListRules): readonly ((row: Row) => boolean)[] {
  if (filters === null) return [];
  return splitOutsideQuotes(filters).map((text) => {
    const [, field = '', operator = '', raw = ''] = /^([^:]+):([^:]+):(.*)$/s.exec(text) ?? [];
    if (!rules.filterable.includes(field)) throw new BadList(`cannot filter on ${field}`);
    const value = raw.replace(/^"(.*)"$/s, '$1');
    if (raw.includes('"') && raw !== `"${value}"`) throw new BadList(`bad value ${raw}`);
    return (row) => compare(String(at(row, field) ?? ''), operator, value);
  });
}

function splitOutsideQuotes(text: string): string[] {
  return text.match(/(?:[^,"]|"[^"]*")+/g) ?? [];
}

function compare(actual: string, operator: string, value: string): boolean {
  const [one, other] = /^\d{4}-\d\d-\d\dT/.test(value)
    ? [Date.parse(actual), Date.parse(value)]
    : [actual, value];
  if (operator === 'eq') return one === other;
  if (operator === 'gte') return one >= other;
  if (operator === 'sw') return actual.startsWith(value);
  throw new BadList(`unknown operator ${operator}`);
}

function inOrder(rows: readonly Row[], sort: string | null, rules: ListRules): readonly Row[] {
  if (sort === null) return rows;
  const [field = '', direction] = sort.split(':');
  if (!rules.sortable.includes(field)) throw new BadList(`cannot sort by ${field}`);
  const sign = direction === 'desc' ? -1 : 1;
  return rows.toSorted((a, b) => sign * String(at(a, field)).localeCompare(String(at(b, field))));
}

function at(row: Row, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Row | undefined)?.[name], row);
}

function withoutHidden(row: Row, hidden: readonly string[]): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !hidden.includes(name)));
}
