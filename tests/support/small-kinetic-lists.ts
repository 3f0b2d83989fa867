/** A value as it goes over the wire: `amount('100.10')` is exactly that number token. */
export type Row = Record<string, unknown>;

const exact = JSON as unknown as {
  rawJSON(token: string): object;
  isRawJSON(value: unknown): value is { rawJSON: string };
};

export function amount(decimal: string): object {
  return exact.rawJSON(decimal);
}

/** Digits of a wire value: an amount, a number or text. */
export function digits(value: unknown): string {
  return exact.isRawJSON(value) ? value.rawJSON : String(value ?? '');
}

export class BadQuery extends Error {}

type Test = (row: Row) => boolean;

const operators: Record<string, (order: number) => boolean> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
  '=': (order) => order === 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** A `$filter` or where clause of conditions joined by `and`. Null matches no comparison. */
export function parseConditions(text: string, columns: readonly string[]): Test {
  if (text.trim() === '') return () => true;
  const tests = splitAnd(text).map((part): Test => {
    const match = /^(\w+) (\S+) (.+)$/.exec(part.trim());
    const [, column = '', operator = '', literal = ''] = match ?? [];
    const holds = operators[operator];
    if (!holds) throw new BadQuery(`Syntax error in '${part}'.`);
    if (!columns.includes(column)) throw new BadQuery(`Could not find a property named '${column}'.`);
    const wanted = literalValue(literal);
    return (row) => row[column] !== null && row[column] !== undefined && holds(compare(row[column], wanted));
  });
  return (row) => tests.every((test) => test(row));
}

function splitAnd(text: string): string[] {
  const parts: string[] = [''];
  for (const token of text.match(/'(?:[^']|'')*'|[^']+/g) ?? []) {
    if (token.startsWith("'")) {
      parts[parts.length - 1] += token;
      continue;
    }
    const [first = '', ...rest] = token.split(/ and /i);
    parts[parts.length - 1] += first;
    parts.push(...rest);
  }
  return parts;
}

function literalValue(literal: string): unknown {
  if (/^'.*'$/.test(literal)) return literal.slice(1, -1).replaceAll("''", "'");
  if (literal === 'true' || literal === 'false') return literal === 'true';
  if (/^-?\d+(\.\d+)?$/.test(literal) || /^\d{4}-\d{2}-\d{2}/.test(literal)) return literal;
  throw new BadQuery(`Syntax error in '${literal}'.`);
}

export function compare(left: unknown, right: unknown): number {
  const [a, b] = [digits(left), digits(right)];
  if (/^-?\d+(\.\d+)?$/.test(a) && /^-?\d+(\.\d+)?$/.test(b)) return Math.sign(Number(a) - Number(b));
  const [textA, textB] = [a.slice(0, 200).toLowerCase(), b.replace(/T00:00:00Z?$/, '').toLowerCase()];
  const shorter = /^\d{4}-\d{2}-\d{2}/.test(textB) ? textA.slice(0, 10) : textA;
  return shorter < textB ? -1 : shorter > textB ? 1 : 0;
}

export function sortBy(rows: readonly Row[], order: readonly string[]): Row[] {
  return rows.toSorted((a, b) => {
    for (const each of order) {
      const [column = '', direction] = each.trim().split(' ');
      const difference = compare(a[column], b[column]);
      if (difference !== 0) return direction?.toLowerCase() === 'desc' ? -difference : difference;
    }
    return 0;
  });
}
