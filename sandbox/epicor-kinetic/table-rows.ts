import type { Column, Table } from './schema';

/** A stored value. Decimals are decimal text, dates `YYYY-MM-DD` or `YYYY-MM-DDTHH:mm:ss`. */
export type Value = string | number | boolean | null;
export type Row = Record<string, Value>;

const UNSET: Readonly<Record<Column['type'], Value>> = {
  text: '',
  int: 0,
  long: 0,
  dec: '0',
  bool: false,
  date: null,
  stamp: null,
  guid: '00000000-0000-0000-0000-000000000000',
};

/** What a column holds: rows are stored sparsely, an unset column has its type's default. */
export function columnValue(row: Row, column: Column): Value {
  const value = row[column.name];
  return value === undefined ? UNSET[column.type] : value;
}

/** Text as the database compares it: without case and without trailing blanks. */
export function collated(text: string): string {
  return text.toLowerCase().replace(/ +$/, '');
}

function keyPart(value: Value | undefined): string {
  return typeof value === 'string' ? collated(value) : String(value ?? '');
}

function partsOf(row: Row, names: readonly string[]): string {
  return names.map((name) => keyPart(row[name])).join('|');
}

/** The rows of one table in one company, indexed by key and by parent. */
export class TableRows {
  readonly all: Row[] = [];
  #version = 0;
  readonly #byKey = new Map<string, Row>();
  readonly #byParent = new Map<string, Row[]>();
  readonly #orders = new Map<string, { version: number; rows: Row[] }>();

  constructor(
    readonly table: Table,
    private readonly parentKey: readonly string[],
    /** What the columns of the parent's key are called here. */
    private readonly ownKey: readonly string[] = parentKey,
  ) {}

  keyOf(row: Row): string {
    return partsOf(row, this.table.key);
  }

  find(...key: Value[]): Row | undefined {
    return this.#byKey.get(key.map(keyPart).join('|'));
  }

  /** The rows that repeat the parent's key columns, oldest first. */
  childrenOf(parent: Row): readonly Row[] {
    return this.#byParent.get(partsOf(parent, this.parentKey)) ?? [];
  }

  add(row: Row): void {
    this.all.push(row);
    this.#byKey.set(this.keyOf(row), row);
    if (this.parentKey.length > 0) {
      const parent = partsOf(row, this.ownKey);
      const siblings = this.#byParent.get(parent);
      if (siblings === undefined) this.#byParent.set(parent, [row]);
      else siblings.push(row);
    }
    this.#version += 1;
  }

  remove(row: Row): void {
    this.all.splice(this.all.indexOf(row), 1);
    this.#byKey.delete(this.keyOf(row));
    const siblings = this.#byParent.get(partsOf(row, this.ownKey));
    siblings?.splice(siblings.indexOf(row), 1);
    this.#version += 1;
  }

  /** Says that a row's values changed, so that remembered orders are no longer right. */
  touched(): void {
    this.#version += 1;
  }

  /** All rows in an order, remembered under `name` until the table changes: paging through it must not sort again. */
  ordered(name: string, compare: (a: Row, b: Row) => number): readonly Row[] {
    const known = this.#orders.get(name);
    if (known?.version === this.#version) return known.rows;
    const rows = this.all.toSorted(compare);
    this.#orders.set(name, { version: this.#version, rows });
    return rows;
  }
}
