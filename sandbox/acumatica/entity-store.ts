import type { Random } from '../random';
import type { EntityType } from './entity-types';

/** Decimals and dates (`YYYY-MM-DD`) as text, instants and whole numbers as numbers, null for an empty field. */
export type Value = string | number | boolean | null;
export type Values = Record<string, Value>;

export interface StoredRow {
  readonly id: string;
  values: Values;
}

export interface StoredEntity extends StoredRow {
  readonly type: EntityType;
  note: string;
  /** By path, such as `MainContact/Address`. */
  linked: Record<string, Values>;
  details: Record<string, StoredRow[]>;
  /** Custom fields by `View.Field`. */
  custom: Values;
  /** When it was first stored, milliseconds; 0: it was there from the start. */
  readonly created: number;
  /** The user who entered it. */
  readonly by: string;
}

/** What the loader gives for one entity; ids are made. */
export interface EntityData {
  readonly values: Values;
  readonly note?: string;
  readonly linked?: Readonly<Record<string, Values>>;
  readonly details?: Readonly<Record<string, readonly Values[]>>;
}

/** A text field; empty text when unset. */
export function text(row: StoredRow, name: string): string {
  const value = row.values[name];
  return value === undefined || value === null ? '' : String(value);
}

/** A decimal field as text; `0` when unset. */
export function amount(row: StoredRow, name: string): string {
  return text(row, name) || '0';
}

/** The rows of a list; none when it was never filled. */
export function rowsOf(entity: StoredEntity, list: string): StoredRow[] {
  return entity.details[list] ?? [];
}

export function guid(random: Random): string {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => '0123456789abcdef'[random.whole(0, 15)]).join('');
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
}

/** Case and blanks at the end do not count, as the database compares. */
export function collated(value: string): string {
  return value.trimEnd().toLowerCase();
}

/** All records of one entity, found by key and by id. */
export class EntityStore {
  readonly all: StoredEntity[] = [];
  /** Moves with every change. */
  version = 0;
  readonly #byKey = new Map<string, StoredEntity>();
  readonly #byId = new Map<string, StoredEntity>();
  #ordered: { version: number; rows: StoredEntity[] } | undefined;

  constructor(readonly type: EntityType) {}

  add(entity: StoredEntity): StoredEntity {
    this.all.push(entity);
    this.#byKey.set(this.keyOf(entity), entity);
    this.#byId.set(entity.id, entity);
    this.version += 1;
    return entity;
  }

  remove(entity: StoredEntity): void {
    this.all.splice(this.all.indexOf(entity), 1);
    this.#byKey.delete(this.keyOf(entity));
    this.#byId.delete(entity.id);
    this.version += 1;
  }

  find(...key: readonly string[]): StoredEntity | undefined {
    return this.#byKey.get(key.map(collated).join('|'));
  }

  byId(id: string): StoredEntity | undefined {
    return this.#byId.get(id.toLowerCase());
  }

  keyOf(entity: StoredEntity): string {
    return this.type.keys.map((name) => collated(text(entity, name))).join('|');
  }

  /** In the order of the keys. */
  ordered(): readonly StoredEntity[] {
    if (this.#ordered?.version !== this.version) {
      const keyed = this.all.map((entity) => ({ entity, key: this.keyOf(entity) }));
      keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
      this.#ordered = { version: this.version, rows: keyed.map(({ entity }) => entity) };
    }
    return this.#ordered.rows;
  }
}
