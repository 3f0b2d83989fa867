import { EventEmitter } from 'node:events';
import type { Clock } from '../clock';
import { scaleOf } from '../money';
import { Random } from '../random';
import {
  type EntityData,
  EntityStore,
  guid,
  type StoredEntity,
  type StoredRow,
  text,
  type Values,
} from './entity-store';
import { ENTITY_TYPES, entityType } from './entity-types';
import { lockedRecord } from './refusal';
import type { AcumaticaSwitches } from './switches';
import { ZoneTime } from './zone-time';

/** What a tenant starts with. */
export interface TenantData {
  /** Its login name. */
  readonly name: string;
  readonly baseCurrency: string;
  /** The last date of the latest closed financial period. */
  readonly closedThrough: string;
  readonly branches: readonly string[];
  /** Rows by entity. */
  readonly entities: Readonly<Record<string, readonly EntityData[]>>;
  /** Custom fields by entity, as `View.Field`. */
  readonly customFields?: Readonly<Record<string, readonly string[]>>;
}

/** One write of a record, as the database's transaction saw it. */
export interface Change {
  readonly entity: StoredEntity;
  /** Undefined: it is new. */
  readonly before: Values | undefined;
}

/** One tenant: its records, its numbering, its calendar. */
export class Tenant {
  readonly name: string;
  readonly baseCurrency: string;
  readonly branches: readonly string[];
  readonly customFields: Readonly<Record<string, readonly string[]>>;
  closedThrough: string;
  readonly news = new EventEmitter<{ change: [Change] }>();
  /** Payments that still wait for their release. */
  readonly unreleased = new Set<StoredEntity>();
  readonly random: Random;
  readonly #stores = new Map([...ENTITY_TYPES.values()].map((type) => [type.name, new EntityStore(type)]));
  readonly #numbers = new Map<string, number>();
  #zone: ZoneTime | undefined;
  #writes = 0;

  constructor(
    data: TenantData,
    readonly switches: AcumaticaSwitches,
    readonly clock: Clock,
    seed: number,
  ) {
    this.name = data.name;
    this.baseCurrency = data.baseCurrency;
    this.branches = data.branches;
    this.customFields = data.customFields ?? {};
    this.closedThrough = data.closedThrough;
    this.random = new Random(seed);
    for (const [name, rows] of Object.entries(data.entities)) {
      for (const row of rows) this.#load(name, row);
    }
  }

  rows(entity: string): EntityStore {
    const store = this.#stores.get(entity);
    if (store === undefined) throw new Error(`no entity ${entity} in the simulated Acumatica`);
    return store;
  }

  get zone(): ZoneTime {
    if (this.#zone?.zone !== this.switches.zone) this.#zone = new ZoneTime(this.switches.zone);
    return this.#zone;
  }

  /** The business date of a call that does not say one. */
  today(): string {
    return this.zone.dateOf(this.clock.now());
  }

  /** A record that is not stored yet. */
  draft(entity: string, values: Values, by: string): StoredEntity {
    return {
      id: guid(this.random),
      type: entityType(entity),
      values,
      note: '',
      linked: {},
      details: {},
      custom: {},
      created: this.clock.now(),
      by,
    };
  }

  row(values: Values): StoredRow {
    return { id: guid(this.random), values };
  }

  insert(entity: StoredEntity): StoredEntity {
    this.#stamp(entity);
    this.rows(entity.type.name).add(entity);
    this.news.emit('change', { entity, before: undefined });
    return entity;
  }

  /** Changes fields of a stored record, whose keys must stay, and stamps it unless told not to. */
  change(entity: StoredEntity, changes: Values, options: { readonly stamp?: boolean } = {}): void {
    const before = entity.values;
    entity.values = { ...before, ...changes };
    if (options.stamp ?? true) this.#stamp(entity);
    this.rows(entity.type.name).version += 1;
    this.news.emit('change', { entity, before });
  }

  /** Counts a write; some meet another process at the record. */
  countWrite(entity: string): void {
    this.#writes += 1;
    const { lockedEvery } = this.switches;
    if (lockedEvery > 0 && this.#writes % lockedEvery === 0) throw lockedRecord(entity);
  }

  remove(entity: StoredEntity): void {
    this.rows(entity.type.name).remove(entity);
    this.unreleased.delete(entity);
  }

  /** The next number of a document type, six digits. */
  nextNumber(sequence: string): string {
    const next = (this.#numbers.get(sequence) ?? 0) + 1;
    this.#numbers.set(sequence, next);
    return String(next).padStart(6, '0');
  }

  /** The financial period of a date, `MMyyyy`. */
  period(date: string): string {
    return `${date.slice(5, 7)}${date.slice(0, 4)}`;
  }

  /** Why a document cannot be dated so; undefined: it can. */
  refusedDate(date: string): string | undefined {
    const year = Number(this.today().slice(0, 4));
    if (date <= this.closedThrough) return `The ${this.period(date)} financial period is closed.`;
    const far = Math.abs(Number(date.slice(0, 4)) - year) > 1;
    return far ? `The financial period that corresponds to the ${date} date does not exist.` : undefined;
  }

  scale(currency: string): number {
    return scaleOf(currency || this.baseCurrency);
  }

  #stamp(entity: StoredEntity): void {
    if (entity.type.fields.has('LastModifiedDateTime')) {
      entity.values['LastModifiedDateTime'] = this.clock.now();
    }
  }

  #load(name: string, data: EntityData): void {
    const stamp = data.values['LastModifiedDateTime'];
    const entity: StoredEntity = {
      ...this.draft(name, { ...data.values }, 'clerk'),
      note: data.note ?? '',
      linked: structuredClone(data.linked ?? {}) as Record<string, Values>,
      created: 0,
    };
    for (const [list, rows] of Object.entries(data.details ?? {})) {
      entity.details[list] = rows.map((values) => this.row({ ...values }));
    }
    if (stamp === undefined) this.#stamp(entity);
    this.rows(name).add(entity);
    const number = Number(text(entity, 'ReferenceNbr'));
    const sequence = `${name} ${text(entity, 'Type')}`;
    if (number > (this.#numbers.get(sequence) ?? 0)) this.#numbers.set(sequence, number);
  }
}
