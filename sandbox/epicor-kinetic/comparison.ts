import { compared } from '../money';
import type { Column } from './schema';
import { collated, columnValue, type Row, type Value } from './table-rows';

export type Operator = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type Predicate = (row: Row) => boolean;

/** A literal of a query: its kind decides which columns it may be compared with. */
export type Literal =
  | { kind: 'text'; value: string }
  | { kind: 'number'; value: string }
  | { kind: 'date'; value: number }
  | { kind: 'bool'; value: boolean }
  | { kind: 'guid'; value: string }
  | { kind: 'null' };

const KINDS: Readonly<Record<Column['type'], Literal['kind']>> = {
  text: 'text',
  int: 'number',
  long: 'number',
  dec: 'number',
  bool: 'bool',
  date: 'date',
  stamp: 'date',
  guid: 'guid',
};

/** The instant of a date, time or both; without an offset it counts as UTC, as the server compares it. */
export function instantOf(date: string): number {
  const full = date.length === 10 ? `${date}T00:00:00Z` : date;
  return Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(full) ? full : `${full}Z`);
}

/** Whether a literal of this kind may be compared with the column. */
export function comparable(column: Column, literal: Literal): boolean {
  return literal.kind === 'null' || KINDS[column.type] === literal.kind;
}

function order(column: Column, a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (column.type === 'dec') return compared(String(a), String(b));
  const [left, right] = [collated(String(a)), collated(String(b))];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Compares two rows by a column for sorting; empty values come first. */
export function compareRows(column: Column, a: Row, b: Row): number {
  const [left, right] = [columnValue(a, column), columnValue(b, column)];
  if (left === null || right === null) return Number(left !== null) - Number(right !== null);
  return order(column, left, right);
}

function holds(operator: Operator, sign: number): boolean {
  switch (operator) {
    case 'eq':
      return sign === 0;
    case 'ne':
      return sign !== 0;
    case 'gt':
      return sign > 0;
    case 'ge':
      return sign >= 0;
    case 'lt':
      return sign < 0;
    case 'le':
      return sign <= 0;
  }
}

/** `column operator literal` as a test of a row. An empty value matches nothing but `eq null` and `ne <value>`. */
export function comparison(column: Column, operator: Operator, literal: Literal): Predicate {
  if (literal.kind === 'null') {
    return (row) => (columnValue(row, column) === null) === (operator === 'eq');
  }
  const wanted = literal.value;
  return (row) => {
    const value = columnValue(row, column);
    if (value === null) return operator === 'ne';
    if (typeof wanted === 'boolean') return holds(operator, Number(value) - Number(wanted));
    if (literal.kind === 'date') return holds(operator, instantOf(String(value)) - Number(wanted));
    if (typeof value === 'number') return holds(operator, value - Number(wanted));
    return holds(operator, order(column, value, wanted));
  };
}
