import { refuse, type SeenCall } from './small-kinetic';
import { amount, type Row } from './small-kinetic-lists';

export type Dataset = Record<string, Row[]>;

/** The dataset that was sent, its numbers as the very tokens: what the test server sums is exact too. */
export function withExactNumbers({ text }: SeenCall): Dataset {
  const parsed = (
    JSON as unknown as {
      parse(
        text: string,
        reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
      ): Row;
    }
  ).parse(text, (_name, value, { source }) => {
    return typeof value === 'number' && String(value) !== source ? amount(source ?? '') : value;
  });
  return (parsed['ds'] ?? {}) as Dataset;
}

export function number({ body, text }: SeenCall, name: string): object {
  if (typeof body[name] !== 'number') throw refuse(`${name} must be a number.`);
  return amount(new RegExp(`"${name}":([^,}]+)`).exec(text)?.[1] ?? '0');
}

export function push(ds: Dataset, table: string, row: Row): void {
  ds[table] = [...(ds[table] ?? []), row];
}

export function last(ds: Dataset, table: string): Row {
  return (ds[table] ?? []).at(-1) ?? {};
}

export function set(ds: Dataset, table: string, columns: Row): void {
  Object.assign(last(ds, table), columns);
}

export function remove(rows: Row[], which: (row: Row) => boolean): void {
  for (let at = rows.length - 1; at >= 0; at--) if (which(rows[at] as Row)) rows.splice(at, 1);
}
