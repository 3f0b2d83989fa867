import type { Stored } from './records';

/** Stored objects of one kind, in the order they were made, indexed by id and by a group such as the vendor. */
export class Collection<T extends Stored> {
  readonly all: T[] = [];
  version = 0;
  readonly #byId = new Map<string, T>();
  readonly #byGroup = new Map<string, T[]>();
  readonly #orders = new Map<string, { version: number; rows: T[] }>();

  /** What `groupOf` gives for an object changes only inside `move`. */
  constructor(private readonly groupOf: (row: T) => string = () => '') {}

  add(row: T): T {
    this.all.push(row);
    this.#byId.set(row.id, row);
    const group = this.#byGroup.get(this.groupOf(row));
    if (group === undefined) this.#byGroup.set(this.groupOf(row), [row]);
    else group.push(row);
    this.version += 1;
    return row;
  }

  /** Makes a change that takes an object into another group. */
  move(row: T, change: () => void): void {
    const before = this.#byGroup.get(this.groupOf(row)) ?? [];
    before.splice(before.indexOf(row), 1);
    change();
    const group = this.#byGroup.get(this.groupOf(row));
    if (group === undefined) this.#byGroup.set(this.groupOf(row), [row]);
    else group.push(row);
    this.version += 1;
  }

  get(id: string): T | undefined {
    return this.#byId.get(id);
  }

  inGroup(group: string): readonly T[] {
    return this.#byGroup.get(group) ?? [];
  }

  /** All rows in an order, remembered under `name` until something changes. */
  ordered(name: string, compare: (a: T, b: T) => number): readonly T[] {
    const known = this.#orders.get(name);
    if (known?.version === this.version) return known.rows;
    const rows = this.all.toSorted(compare);
    this.#orders.set(name, { version: this.version, rows });
    return rows;
  }
}
