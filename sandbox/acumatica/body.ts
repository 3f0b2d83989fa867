import { isObject, numberText, type Wire, type WireObject } from '../http/exact-json';
import type { Value, Values } from './entity-store';
import { type EntityType, type Field, type Fields, isServed } from './entity-types';
import { badRequest } from './refusal';
import type { Endpoint } from './show';
import type { AcumaticaSwitches } from './switches';

export interface GivenRow {
  readonly id: string | undefined;
  readonly remove: boolean;
  readonly values: Values;
}

/** What a body says, unwrapped. Fields that it does not give are absent; cleared ones are null. */
export interface Given {
  readonly id: string | undefined;
  /** Key fields, those numbered by the server as well. */
  readonly keys: Values;
  readonly values: Values;
  readonly linked: Readonly<Record<string, Values>>;
  readonly details: Readonly<Record<string, readonly GivenRow[]>>;
  readonly note: string | undefined;
  readonly custom: Values;
}

const SYSTEM = new Set(['id', 'rowNumber', 'note', 'error', 'delete', 'custom', 'files', '_links']);

/** Reads bodies of one endpoint as strictly as its switches say. */
export class BodyReader {
  constructor(
    private readonly endpoint: Endpoint,
    private readonly switches: AcumaticaSwitches,
  ) {}

  /** Throws 400 for what is not wrapped, has a wrong type, or is unknown. */
  entity(type: EntityType, body: Wire | undefined): Given {
    if (!isObject(body)) throw badRequest('The body must be an entity.');
    const keys: Values = {};
    const values: Values = {};
    const linked: Record<string, Values> = {};
    const details: Record<string, GivenRow[]> = {};
    for (const [name, given] of Object.entries(body)) {
      if (SYSTEM.has(name)) continue;
      const field = type.fields.get(name);
      if (field !== undefined && isServed(field, this.endpoint.version)) {
        const value = this.#wrapped(field, given, name);
        if (value === undefined) continue;
        if (type.keys.includes(name)) keys[name] = value;
        if (!field.derived) values[name] = value;
      } else if (type.details.has(name)) {
        details[name] = this.#rows(type.details.get(name)?.fields ?? new Map(), given, name);
      } else if (type.linked.has(name)) {
        this.#linked(type, name, given, linked);
      } else this.#unknown(name);
    }
    return {
      id: idOf(body),
      keys,
      values,
      linked,
      details,
      note: noteOf(body['note']),
      custom: customOf(body['custom']),
    };
  }

  #rows(fields: Fields, given: Wire, list: string): GivenRow[] {
    if (!Array.isArray(given)) throw badRequest(`${list} must be an array.`, { [list]: 'not an array' });
    return given.map((row, index) => {
      const place = `${list}[${index}]`;
      if (!isObject(row)) throw badRequest(`${place} must be an object.`, { [place]: 'not an object' });
      return { id: idOf(row), remove: row['delete'] === true, values: this.#values(fields, row, place) };
    });
  }

  #linked(type: EntityType, path: string, given: Wire, into: Record<string, Values>): void {
    if (!isObject(given)) throw badRequest(`${path} must be an object.`, { [path]: 'not an object' });
    const own: WireObject = {};
    for (const [name, value] of Object.entries(given)) {
      const inner = `${path}/${name}`;
      if (type.linked.has(inner)) this.#linked(type, inner, value, into);
      else own[name] = value;
    }
    into[path] = this.#values(type.linked.get(path) ?? new Map(), own, path);
  }

  #values(fields: Fields, row: WireObject, place: string): Values {
    const values: Values = {};
    for (const [name, given] of Object.entries(row)) {
      if (SYSTEM.has(name)) continue;
      const field = fields.get(name);
      if (field === undefined || !isServed(field, this.endpoint.version)) {
        this.#unknown(`${place}.${name}`);
        continue;
      }
      const value = this.#wrapped(field, given, `${place}.${name}`);
      if (value !== undefined && !field.derived) values[name] = value;
    }
    return values;
  }

  #unknown(place: string): void {
    if (this.switches.unknownFields === 'refuse') {
      throw badRequest(`The ${place} field is not in the contract.`, { [place]: 'unknown field' });
    }
  }

  /** `{}` says nothing, `{"value": null}` clears. */
  #wrapped(field: Field, given: Wire, place: string): Value | undefined {
    if (!isObject(given)) {
      throw badRequest(`Error converting value of ${place} to a value object.`, { [place]: 'not wrapped' });
    }
    const value = given['value'];
    if (value === undefined) return undefined;
    if (value === null) return null;
    const read = readValue(field, value);
    if (read === undefined) {
      throw badRequest(`Could not convert the value of ${place}.`, { [place]: `not a ${field.type}` });
    }
    return read;
  }
}

function readValue({ type }: Field, value: Wire): Value | undefined {
  const number = numberText(value);
  const words = typeof value === 'string' ? value.trim() : undefined;
  switch (type) {
    case 'text':
      return typeof value === 'string' ? value.trimEnd() : number;
    case 'bool':
      if (typeof value === 'boolean') return value;
      return words === 'true' ? true : words === 'false' ? false : undefined;
    case 'decimal': {
      const digits = number ?? words ?? '';
      return /^-?\d+(\.\d+)?$/.test(digits) ? digits : undefined;
    }
    case 'int': {
      const digits = number ?? words ?? '';
      return /^-?\d{1,15}$/.test(digits) ? Number(digits) : undefined;
    }
    default:
      return words === undefined ? undefined : dateOf(words);
  }
}

/** The calendar date of `2025-03-01`, of an ISO date-time, or of `03/01/2025`. */
function dateOf(words: string): string | undefined {
  const american = /^(\d{2})\/(\d{2})\/(\d{4})$/.exec(words);
  const date = american ? `${american[3]}-${american[1]}-${american[2]}` : words.slice(0, 10);
  const valid = /^\d{4}-\d{2}-\d{2}$/.test(date) && (american !== null || /^.{10}(T.*)?$/.test(words));
  return valid && !Number.isNaN(Date.parse(`${date}T00:00:00Z`)) ? date : undefined;
}

function idOf(row: WireObject): string | undefined {
  return typeof row['id'] === 'string' ? row['id'].toLowerCase() : undefined;
}

/** A note comes wrapped, or bare as older endpoints have it. */
function noteOf(given: Wire | undefined): string | undefined {
  const value = isObject(given) ? given['value'] : given;
  return typeof value === 'string' ? value : undefined;
}

function customOf(given: Wire | undefined): Values {
  const found: Values = {};
  if (!isObject(given)) return found;
  for (const [view, fields] of Object.entries(given)) {
    if (!isObject(fields)) continue;
    for (const [name, wrapped] of Object.entries(fields)) {
      const value = isObject(wrapped) ? wrapped['value'] : undefined;
      if (typeof value === 'string' || value === null) found[`${view}.${name}`] = value;
    }
  }
  return found;
}
