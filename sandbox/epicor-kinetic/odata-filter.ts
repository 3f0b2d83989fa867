import { comparable, comparison, instantOf, type Literal, type Operator, type Predicate } from './comparison';
import { odataError } from './refusal';
import type { Column } from './schema';
import { collated, columnValue } from './table-rows';

const TOKENS =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})|(?<date>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?)|(?<number>-?\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*)|(?<mark>[(),]))/y;

interface Token {
  readonly kind: 'text' | 'guid' | 'date' | 'number' | 'name' | 'mark' | 'end';
  readonly source: string;
  readonly at: number;
}

function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  TOKENS.lastIndex = 0;
  let at = 0;
  while (filter.slice(at).trim() !== '') {
    TOKENS.lastIndex = at;
    const found = TOKENS.exec(filter);
    const entry = Object.entries(found?.groups ?? {}).find(([, source]) => source !== undefined);
    if (entry === undefined) throw odataError(`Syntax error at position ${at} in '${filter}'.`);
    const before = tokens.at(-1);
    if (
      before !== undefined &&
      TOKENS.lastIndex - entry[1].length === at &&
      isWord(before) &&
      entry[0] !== 'mark'
    ) {
      throw odataError(`Syntax error at position ${at} in '${filter}'.`);
    }
    tokens.push({ kind: entry[0] as Token['kind'], source: entry[1], at });
    at = TOKENS.lastIndex;
  }
  tokens.push({ kind: 'end', source: '', at: filter.length });
  return tokens;
}

function isWord(token: Token): boolean {
  return token.kind !== 'mark';
}

const OPERATORS = new Set(['eq', 'ne', 'gt', 'ge', 'lt', 'le']);

/** Gives the column of a name or refuses it. */
export type ColumnOf = (name: string) => Column;

/** Parses the OData `$filter` subset: comparisons, `and or not`, parentheses, `contains`, `startswith`, boolean columns. */
export function parseFilter(filter: string, columnOf: ColumnOf): Predicate {
  const parser = new FilterParser(tokenize(filter), filter, columnOf);
  return parser.whole();
}

class FilterParser {
  #next = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly source: string,
    private readonly columnOf: ColumnOf,
  ) {}

  whole(): Predicate {
    const predicate = this.#or();
    if (this.#peek().kind !== 'end') throw this.#syntax();
    return predicate;
  }

  #or(): Predicate {
    let left = this.#and();
    while (this.#takeName('or')) {
      const [a, b] = [left, this.#and()];
      left = (row) => a(row) || b(row);
    }
    return left;
  }

  #and(): Predicate {
    let left = this.#not();
    while (this.#takeName('and')) {
      const [a, b] = [left, this.#not()];
      left = (row) => a(row) && b(row);
    }
    return left;
  }

  #not(): Predicate {
    if (!this.#takeName('not')) return this.#primary();
    const inner = this.#not();
    return (row) => !inner(row);
  }

  #primary(): Predicate {
    if (this.#takeMark('(')) {
      const inner = this.#or();
      this.#needMark(')');
      return inner;
    }
    const name = this.#peek();
    if (name.kind !== 'name') throw this.#syntax();
    this.#next += 1;
    if (this.#takeMark('(')) return this.#call(name.source);
    const column = this.columnOf(name.source);
    const operator = this.#peek();
    if (operator.kind !== 'name' || !OPERATORS.has(operator.source)) {
      if (column.type === 'bool') return (row) => columnValue(row, column) === true;
      throw this.#syntax();
    }
    this.#next += 1;
    const literal = this.#literal();
    if (!comparable(column, literal)) {
      throw odataError(
        `A binary operator with incompatible types was detected. Found operand types for '${column.name}' and operator kind '${operator.source}'.`,
      );
    }
    return comparison(column, operator.source as Operator, literal);
  }

  #call(name: string): Predicate {
    if (name !== 'contains' && name !== 'startswith') {
      throw odataError(`An unknown function with name '${name}' was found.`);
    }
    const first = this.#peek();
    if (first.kind !== 'name') throw this.#syntax();
    this.#next += 1;
    const column = this.columnOf(first.source);
    this.#needMark(',');
    const literal = this.#literal();
    if (literal.kind !== 'text' || column.type !== 'text') throw this.#syntax();
    this.#needMark(')');
    const wanted = literal.value.toLowerCase();
    return (row) => {
      const value = collated(String(columnValue(row, column) ?? ''));
      return name === 'contains' ? value.includes(wanted) : value.startsWith(wanted);
    };
  }

  #literal(): Literal {
    const token = this.#peek();
    this.#next += 1;
    switch (token.kind) {
      case 'text':
        return { kind: 'text', value: token.source.slice(1, -1).replaceAll("''", "'") };
      case 'number':
        return { kind: 'number', value: token.source };
      case 'guid':
        return { kind: 'guid', value: token.source.toLowerCase() };
      case 'date': {
        const value = instantOf(token.source);
        if (Number.isNaN(value)) throw this.#syntax();
        return { kind: 'date', value };
      }
      case 'name':
        if (token.source === 'null') return { kind: 'null' };
        if (token.source === 'true' || token.source === 'false') {
          return { kind: 'bool', value: token.source === 'true' };
        }
        throw odataError(`Could not find a literal at position ${token.at} in '${this.source}'.`);
      default:
        throw this.#syntax();
    }
  }

  #peek(): Token {
    const token = this.tokens[this.#next] ?? this.tokens.at(-1);
    if (token === undefined) throw this.#syntax();
    return token;
  }

  #takeName(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'name' || token.source !== word) return false;
    this.#next += 1;
    return true;
  }

  #takeMark(mark: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'mark' || token.source !== mark) return false;
    this.#next += 1;
    return true;
  }

  #needMark(mark: string): void {
    if (!this.#takeMark(mark)) throw this.#syntax();
  }

  #syntax(): Error {
    return odataError(`Syntax error at position ${this.tokens[this.#next]?.at ?? 0} in '${this.source}'.`);
  }
}
