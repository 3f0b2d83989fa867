import { compared } from '../money';
import { collated, type StoredEntity, type Value } from './entity-store';
import { type EntityType, type Field, type FieldType, isServed } from './entity-types';
import { serverError } from './refusal';
import type { Tenant } from './tenant';

export type Predicate = (entity: StoredEntity) => boolean;

const TOKENS =
  /\s*(?:(?<typed>(?:datetimeoffset|datetime|date|guid)'[^']*')|(?<text>'(?:[^']|'')*')|(?<number>-?\d+(?:\.\d+)?[Mm]?)|(?<name>[A-Za-z_][\w.]*(?:\/[A-Za-z_]\w*)*)|(?<mark>[(),=]))/y;

interface Token {
  readonly kind: 'typed' | 'text' | 'number' | 'name' | 'mark' | 'end';
  readonly source: string;
  readonly at: number;
}

type Literal =
  | { readonly kind: 'text' | 'number'; readonly value: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'instant'; readonly value: number }
  | { readonly kind: 'guid'; readonly value: string }
  | { readonly kind: 'null'; readonly value: null };

/** What a name of a filter means: how to read it, and of what type it is. */
interface Operand {
  readonly name: string;
  readonly kind: Literal['kind'];
  readonly read: (entity: StoredEntity) => Value;
}

const KINDS: Readonly<Record<FieldType, Literal['kind']>> = {
  text: 'text',
  bool: 'bool',
  decimal: 'number',
  int: 'number',
  date: 'instant',
  instant: 'instant',
};

const COMPARISONS: Readonly<Record<string, (sign: number) => boolean>> = {
  eq: (sign) => sign === 0,
  ne: (sign) => sign !== 0,
  gt: (sign) => sign > 0,
  ge: (sign) => sign >= 0,
  lt: (sign) => sign < 0,
  le: (sign) => sign <= 0,
};

function refused(message: string): Error {
  return serverError('Microsoft.Data.OData.ODataException', message);
}

function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (filter.slice(at).trim() !== '') {
    TOKENS.lastIndex = at;
    const found = TOKENS.exec(filter);
    const entry = Object.entries(found?.groups ?? {}).find(([, source]) => source !== undefined);
    if (entry === undefined) throw refused(`Syntax error at position ${at} in '${filter}'.`);
    tokens.push({ kind: entry[0] as Token['kind'], source: entry[1], at });
    at = TOKENS.lastIndex;
  }
  tokens.push({ kind: 'end', source: '', at: filter.length });
  return tokens;
}

/** Parses OData v3 as far as the server takes it: comparisons, `and`, `or`, `not`, parentheses, three text functions, custom fields. */
export function parseFilter(filter: string, type: EntityType, version: string, tenant: Tenant): Predicate {
  return new FilterParser(tokenize(filter), filter, type, version, tenant).whole();
}

class FilterParser {
  #next = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly source: string,
    private readonly type: EntityType,
    private readonly version: string,
    private readonly tenant: Tenant,
  ) {}

  whole(): Predicate {
    const predicate = this.#or();
    if (this.#peek().kind !== 'end') throw this.#syntax();
    return predicate;
  }

  #or(): Predicate {
    let left = this.#and();
    while (this.#takes('name', 'or')) {
      const [a, b] = [left, this.#and()];
      left = (row) => a(row) || b(row);
    }
    return left;
  }

  #and(): Predicate {
    let left = this.#not();
    while (this.#takes('name', 'and')) {
      const [a, b] = [left, this.#not()];
      left = (row) => a(row) && b(row);
    }
    return left;
  }

  #not(): Predicate {
    if (!this.#takes('name', 'not')) return this.#primary();
    const inner = this.#primary();
    return (row) => !inner(row);
  }

  #primary(): Predicate {
    if (this.#takes('mark', '(')) {
      const inner = this.#or();
      this.#needs(')');
      return inner;
    }
    const name = this.#take('name').source;
    if (['substringof', 'startswith', 'endswith'].includes(name)) return this.#search(name);
    const operand = this.#operand(name);
    const compare = this.#peek().kind === 'name' ? COMPARISONS[this.#peek().source] : undefined;
    if (compare === undefined) {
      if (operand.kind === 'bool') return (row) => operand.read(row) === true;
      throw this.#syntax();
    }
    this.#next += 1;
    return this.#comparison(operand, compare, this.#literal());
  }

  #comparison(operand: Operand, compare: (sign: number) => boolean, literal: Literal): Predicate {
    if (literal.kind === 'null') return (row) => compare(isEmpty(operand.read(row)) ? 0 : 1);
    if (literal.kind !== operand.kind) {
      throw refused(
        `A binary operator with incompatible types was detected. Found operand types 'Edm.${operand.kind}' and 'Edm.${literal.kind}' for '${operand.name}'.`,
      );
    }
    return (row) => {
      const value = operand.read(row);
      return isEmpty(value) ? compare(1) && !compare(0) && compare(-1) : compare(order(value, literal));
    };
  }

  #search(name: string): Predicate {
    this.#needs('(');
    const wanted = name === 'substringof' ? this.#literal() : undefined;
    if (wanted !== undefined) this.#needs(',');
    const operand = this.#operand(this.#take('name').source);
    if (wanted === undefined) this.#needs(',');
    const literal = wanted ?? this.#literal();
    this.#needs(')');
    if (literal.kind !== 'text' || operand.kind !== 'text') throw this.#syntax();
    const searched = literal.value.toLowerCase();
    return (row) => {
      const value = String(operand.read(row) ?? '').toLowerCase();
      if (name === 'substringof') return value.includes(searched);
      return name === 'startswith' ? value.startsWith(searched) : value.endsWith(searched);
    };
  }

  #operand(name: string): Operand {
    if (name.startsWith('cf.')) return this.#customOperand();
    if (name === 'id') return { name, kind: 'guid', read: (row) => row.id };
    const { type } = this;
    const slash = name.lastIndexOf('/');
    const path = name.slice(0, Math.max(slash, 0));
    // Rows of a list cannot be filtered by; the answer is then not what one would think.
    if (type.details.has(path)) {
      const field = type.details.get(path)?.fields.get(name.slice(slash + 1));
      if (field !== undefined) return { name, kind: KINDS[field.type], read: () => null };
    }
    const field = (path === '' ? type.fields : type.linked.get(path))?.get(name.slice(slash + 1));
    if (field === undefined || !isServed(field, this.version)) {
      throw refused(`Could not find a property named '${name}' on type '${type.name}'.`);
    }
    return { name, kind: KINDS[field.type], read: this.#reader(field, path) };
  }

  #reader({ name, type }: Field, path: string): Operand['read'] {
    const of = (row: StoredEntity): Value => (path === '' ? row.values : row.linked[path])?.[name] ?? null;
    if (type !== 'date') return of;
    return (row) => {
      const value = of(row);
      return value === null ? null : this.tenant.zone.startOf(String(value));
    };
  }

  #customOperand(): Operand {
    this.#needs('(');
    this.#take('name');
    this.#needs('=');
    const name = this.#take('text').source.slice(1, -1);
    this.#needs(')');
    return { name, kind: 'text', read: (row) => row.custom[name] ?? null };
  }

  #literal(): Literal {
    const token = this.#peek();
    this.#next += 1;
    switch (token.kind) {
      case 'text':
        return { kind: 'text', value: token.source.slice(1, -1).replaceAll("''", "'") };
      case 'number':
        return { kind: 'number', value: token.source.replace(/[Mm]$/, '') };
      case 'typed':
        return this.#typed(token);
      case 'name':
        if (token.source === 'null') return { kind: 'null', value: null };
        if (token.source === 'true' || token.source === 'false') {
          return { kind: 'bool', value: token.source === 'true' };
        }
        throw this.#syntax();
      default:
        throw this.#syntax();
    }
  }

  #typed({ source, at }: Token): Literal {
    const [type = '', value = ''] = source.split("'");
    if (type === 'guid') return { kind: 'guid', value: value.toLowerCase() };
    const whole = type === 'datetimeoffset' || type === 'datetime';
    const form = whole
      ? /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})?$/
      : /^\d{4}-\d{2}-\d{2}$/;
    const withOffset = type === 'datetimeoffset' && /(Z|[+-]\d{2}:\d{2})$/.test(value);
    const known = whole ? withOffset : this.tenant.switches.dateLiterals === 'allow';
    const instant = whole
      ? Date.parse(value)
      : form.test(value)
        ? this.tenant.zone.startOf(value)
        : Number.NaN;
    if (!known || !form.test(value) || Number.isNaN(instant)) {
      throw refused(`Unrecognized '${source}' literal at '${at}' in '${this.source}'.`);
    }
    return { kind: 'instant', value: instant };
  }

  #peek(): Token {
    const token = this.tokens[this.#next] ?? this.tokens.at(-1);
    if (token === undefined) throw this.#syntax();
    return token;
  }

  #take(kind: Token['kind']): Token {
    const token = this.#peek();
    if (token.kind !== kind) throw this.#syntax();
    this.#next += 1;
    return token;
  }

  #takes(kind: Token['kind'], source: string): boolean {
    const token = this.#peek();
    if (token.kind !== kind || token.source !== source) return false;
    this.#next += 1;
    return true;
  }

  #needs(mark: string): void {
    if (!this.#takes('mark', mark)) throw this.#syntax();
  }

  #syntax(): Error {
    return refused(`Syntax error at position ${this.tokens[this.#next]?.at ?? 0} in '${this.source}'.`);
  }
}

function isEmpty(value: Value): boolean {
  return value === null || value === '';
}

function order(value: Value, literal: Literal): number {
  if (typeof value === 'boolean') return Number(value) - Number(literal.value);
  if (literal.kind === 'number') return compared(String(value), String(literal.value));
  if (typeof value === 'number') return value - Number(literal.value);
  const [a, b] = [collated(String(value)), collated(String(literal.value))];
  return a < b ? -1 : a > b ? 1 : 0;
}
