import { exact, type Wire, type WireObject } from '../http/exact-json';
import { rounded } from '../money';
import { rowsOf, type StoredEntity, type Value, type Values } from './entity-store';
import { type EntityType, type Field, type Fields, isServed } from './entity-types';
import type { QueryOptions } from './query-options';
import type { Tenant } from './tenant';

/** Where an answer is shown: links and fields depend on it. */
export interface Endpoint {
  /** Path of the endpoint, such as `/Site/entity/Default/24.200.001`. */
  readonly path: string;
  readonly version: string;
}

/** Problems of a body by place, such as `Vendor` or `Details[0].Account`. */
export type FieldErrors = ReadonlyMap<string, string>;

type Shape = Pick<QueryOptions, 'select' | 'expand' | 'custom'>;
const PLAIN: Shape = { select: undefined, expand: new Set(), custom: [] };

/** Shows records of one tenant as an endpoint represents them. */
export class Shower {
  constructor(
    private readonly tenant: Tenant,
    private readonly endpoint: Endpoint,
  ) {}

  /** One record. `rowNumber` is its place in the answer, counted from 1. */
  entity(entity: StoredEntity, rowNumber: number, shape: Shape = PLAIN): WireObject {
    const { type } = entity;
    const base = `${this.endpoint.path}/${type.name}/${entity.id}`;
    const files = `${this.endpoint.path}/files/${type.graph}`;
    const shown: WireObject = { ...this.#system(entity.id, rowNumber, entity.note) };
    Object.assign(shown, this.#fields(type.fields, entity.values, wanted(shape.select, '')));
    for (const [path, fields] of type.linked) {
      if (path.includes('/') || !shape.expand.has(path)) continue;
      shown[path] = this.#linked(entity, path, fields, shape);
    }
    for (const [list, { view, fields }] of type.details) {
      if (!shape.expand.has(list)) continue;
      shown[list] = rowsOf(entity, list).map((row, index) => ({
        ...this.#system(row.id, index + 1, ''),
        ...this.#fields(fields, row.values, wanted(shape.select, list)),
        custom: {},
        _links: { 'files:put': `${files}/${view}/${row.id}/{filename}` },
      }));
    }
    if (shape.expand.has('files')) shown['files'] = [];
    shown['custom'] = customOf(entity, shape.custom);
    shown['_links'] = { self: base, 'files:put': `${files}/Document/${entity.id}/{filename}` };
    return shown;
  }

  /** A record that was refused, with what is wrong at its places. */
  withErrors(entity: StoredEntity, errors: FieldErrors): WireObject {
    const lists = [...entity.type.details.keys()].filter((list) => rowsOf(entity, list).length > 0);
    const shown = this.entity(entity, 1, { ...PLAIN, expand: new Set(lists) });
    for (const [place, error] of errors) {
      const [, list, index, field = ''] = /^(?:(\w+)\[(\d+)\]\.?)?(\w*)$/.exec(place) ?? [];
      const rows = list === undefined ? undefined : shown[list];
      const row = Array.isArray(rows) ? (rows[Number(index)] as WireObject | undefined) : shown;
      if (row === undefined) continue;
      if (field === '') row['error'] = error;
      else row[field] = { ...(row[field] as WireObject | undefined), error };
    }
    const act = entity.values['ReferenceNbr'] === '<NEW>' ? 'Inserting' : 'Updating';
    shown['error'] ??=
      `${act} '${entity.type.name}' record raised at least one error. Please review the errors.`;
    return shown;
  }

  #system(id: string, rowNumber: number, note: string): WireObject {
    const bare = this.tenant.switches.noteStyle === 'bare';
    return { id, rowNumber, note: bare ? note : { value: note } };
  }

  #linked(entity: StoredEntity, path: string, fields: Fields, shape: Shape): WireObject {
    const shown = this.#fields(fields, entity.linked[path] ?? {}, wanted(shape.select, path));
    for (const [inner, innerFields] of entity.type.linked) {
      if (!inner.startsWith(`${path}/`) || !shape.expand.has(inner)) continue;
      shown[inner.slice(path.length + 1)] = {
        ...this.#fields(innerFields, entity.linked[inner] ?? {}, wanted(shape.select, inner)),
        custom: {},
      };
    }
    return { id: entity.id, rowNumber: 1, note: null, ...shown, custom: {} };
  }

  #fields(fields: Fields, values: Values, select: ReadonlySet<string> | undefined): WireObject {
    const shown: WireObject = {};
    for (const field of fields.values()) {
      if (!isServed(field, this.endpoint.version)) continue;
      if (select !== undefined && !select.has(field.name)) continue;
      shown[field.name] = this.#field(field, values[field.name] ?? null);
    }
    return shown;
  }

  #field(field: Field, value: Value): WireObject {
    if (value === null || value === '') return {};
    return { value: this.#value(field, value) };
  }

  #value({ type }: Field, value: Value): Wire {
    const { zone, switches } = this.tenant;
    if (type === 'decimal') return exact(rounded(String(value), switches.decimalScale));
    if (type === 'date') return zone.dateText(String(value));
    return type === 'instant' ? zone.instantText(Number(value)) : value;
  }
}

/** The names selected at a path; a list that is expanded and not selected from is shown whole. */
function wanted(select: ReadonlySet<string> | undefined, path: string): ReadonlySet<string> | undefined {
  if (select === undefined) return undefined;
  const prefix = path === '' ? '' : `${path}/`;
  const names = [...select]
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  return path !== '' && names.length === 0 ? undefined : new Set(names);
}

function customOf(entity: StoredEntity, names: readonly string[]): WireObject {
  const shown: Record<string, WireObject> = {};
  for (const name of names) {
    const [view = '', field = ''] = name.split('.');
    const of = shown[view] ?? {};
    shown[view] = of;
    of[field] = { type: 'CustomStringField', value: entity.custom[name] ?? null };
  }
  return shown;
}

/** Where a linked path or list of a type can be expanded. */
export function isExpandable(type: EntityType, path: string): boolean {
  return path === 'files' || type.details.has(path) || type.linked.has(path);
}
