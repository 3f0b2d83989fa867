import {
  comparable,
  compareRows,
  comparison,
  instantOf,
  type Literal,
  type Operator,
  type Predicate,
} from './comparison';
import type { ColumnOf } from './odata-filter';
import { businessError } from './refusal';
import { columnValue, type Row } from './table-rows';

const TOKENS =
  /\s*(?:(?<text>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?<date>\d{1,2}\/\d{1,2}\/\d{4}|\d{4}-\d{2}-\d{2})|(?<number>-?\d+(?:\.\d+)?)|(?<mark><>|<=|>=|[=<>(),])|(?<name>[A-Za-z_][\w.]*))/y;

const OPERATORS: Readonly<Record<string, Operator>> = {
  '=': 'eq',
  eq: 'eq',
  '<>': 'ne',
  ne: 'ne',
  '>': 'gt',
  gt: 'gt',
  '>=': 'ge',
  ge: 'ge',
  '<': 'lt',
  lt: 'lt',
  '<=': 'le',
  le: 'le',
};

/** A row filter and an order, from a Progress-like clause such as `SysRevID > 555 BY SysRevID`. */
export interface WhereClause {
  readonly matches: Predicate;
  readonly compare: ((a: Row, b: Row) => number) | undefined;
}

/** Parses the where clause of `GetRows` and `GetList`. Words are case-insensitive, columns are not. */
export function parseWhere(clause: string, columnOf: ColumnOf): WhereClause {
  if (clause.trim() === '') return { matches: () => true, compare: undefined };
  return new WhereParser(clause, columnOf).whole();
}

class WhereParser {
  readonly #tokens: string[] = [];
  #next = 0;

  constructor(
    private readonly clause: string,
    private readonly columnOf: ColumnOf,
  ) {
    let at = 0;
    while (clause.slice(at).trim() !== '') {
      TOKENS.lastIndex = at;
      const found = TOKENS.exec(clause);
      if (found === null) throw this.#syntax();
      this.#tokens.push(found[0].trim());
      at = TOKENS.lastIndex;
    }
  }

  whole(): WhereClause {
    const matches = this.#isWord('by') ? () => true : this.#or();
    const orders: ((a: Row, b: Row) => number)[] = [];
    while (this.#takeWord('by')) {
      const column = this.columnOf(this.#take());
      const sign = this.#takeWord('desc') || this.#takeWord('descending') ? -1 : 1;
      orders.push((a, b) => sign * compareRows(column, a, b));
    }
    if (this.#next < this.#tokens.length) throw this.#syntax();
    if (orders.length === 0) return { matches, compare: undefined };
    return { matches, compare: (a, b) => orders.reduce((sign, next) => (sign === 0 ? next(a, b) : sign), 0) };
  }

  #or(): Predicate {
    let left = this.#and();
    while (this.#takeWord('or')) {
      const [a, b] = [left, this.#and()];
      left = (row) => a(row) || b(row);
    }
    return left;
  }

  #and(): Predicate {
    let left = this.#not();
    while (this.#takeWord('and')) {
      const [a, b] = [left, this.#not()];
      left = (row) => a(row) && b(row);
    }
    return left;
  }

  #not(): Predicate {
    if (!this.#takeWord('not')) return this.#primary();
    const inner = this.#not();
    return (row) => !inner(row);
  }

  #primary(): Predicate {
    if (this.#takeWord('(')) {
      const inner = this.#or();
      if (!this.#takeWord(')')) throw this.#syntax();
      return inner;
    }
    const column = this.columnOf(this.#take().replace(/^\w+\./, ''));
    if (this.#takeWord('like')) {
      const pattern = likePattern(unquoted(this.#take()));
      return (row) => pattern.test(String(columnValue(row, column) ?? ''));
    }
    const operator = OPERATORS[(this.#tokens[this.#next] ?? '').toLowerCase()];
    if (operator === undefined) {
      if (column.type === 'bool') return (row) => columnValue(row, column) === true;
      throw this.#syntax();
    }
    this.#next += 1;
    const literal = this.#literal(column.type === 'date' || column.type === 'stamp');
    if (!comparable(column, literal))
      throw businessError(`Incompatible data types in where clause: ${this.clause}`);
    return comparison(column, operator, literal);
  }

  #literal(asDate: boolean): Literal {
    const source = this.#take();
    const us = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(source);
    if (us !== null) {
      return {
        kind: 'date',
        value: instantOf(`${us[3]}-${us[1]?.padStart(2, '0')}-${us[2]?.padStart(2, '0')}`),
      };
    }
    if (/^['"]/.test(source)) {
      const text = unquoted(source);
      return asDate ? { kind: 'date', value: instantOf(text) } : { kind: 'text', value: text };
    }
    if (/^\d{4}-\d{2}-\d{2}$/.test(source)) return { kind: 'date', value: instantOf(source) };
    if (/^-?\d/.test(source)) return { kind: 'number', value: source };
    const word = source.toLowerCase();
    if (['true', 'yes', 'false', 'no'].includes(word))
      return { kind: 'bool', value: word === 'true' || word === 'yes' };
    if (word === 'null' || word === '?') return { kind: 'null' };
    throw this.#syntax();
  }

  #isWord(word: string): boolean {
    return this.#tokens[this.#next]?.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#next += 1;
    return true;
  }

  #take(): string {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw this.#syntax();
    this.#next += 1;
    return token;
  }

  #syntax(): Error {
    return businessError(`Where clause could not be parsed: ${this.clause}`);
  }
}

function unquoted(source: string): string {
  const quote = source[0] ?? "'";
  return source.slice(1, -1).replaceAll(quote + quote, quote);
}

function likePattern(like: string): RegExp {
  const escaped = like.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('%', '.*').replaceAll('_', '.')}$`, 'is');
}
