/** One comparison; several together must all hold. Columns are physical ones: linked columns cannot be filtered on. */
export interface Condition {
  readonly column: string;
  readonly operator: 'eq' | 'gt' | 'ge' | 'le';
  readonly value: ConditionValue;
}

export type ConditionValue =
  | { readonly text: string }
  /** A whole number, as its digits. */
  | { readonly number: string }
  /** `YYYY-MM-DD`. */
  | { readonly date: string }
  | { readonly flag: boolean };

export function equals(column: string, value: string | number): Condition {
  return {
    column,
    operator: 'eq',
    value: typeof value === 'number' ? { number: String(value) } : { text: value },
  };
}

/** How a date is written in `$filter`: with the time zone that OData demands, or without, as some builds want. */
export type DateLiteral = 'utc' | 'local' | 'date';

/** The conditions as an OData `$filter`. */
export function toFilter(conditions: readonly Condition[], dates: DateLiteral = 'utc'): string {
  return conditions
    .map(({ column, operator, value }) => `${column} ${operator} ${odataLiteral(value, dates)}`)
    .join(' and ');
}

const whereOperators = { eq: '=', gt: '>', ge: '>=', le: '<=' } as const;

/** The conditions and the order as a where clause of `GetRows`. */
export function toWhereClause(conditions: readonly Condition[], order: readonly string[]): string {
  const where = conditions
    .map(({ column, operator, value }) => `${column} ${whereOperators[operator]} ${whereLiteral(value)}`)
    .join(' AND ');
  return [where, ...order.map((column) => `BY ${column}`)].filter((part) => part !== '').join(' ');
}

function odataLiteral(value: ConditionValue, dates: DateLiteral): string {
  if ('text' in value) return quoted(value.text);
  if ('number' in value) return value.number;
  if ('flag' in value) return String(value.flag);
  if (dates === 'date') return value.date;
  return dates === 'utc' ? `${value.date}T00:00:00Z` : `${value.date}T00:00:00`;
}

function whereLiteral(value: ConditionValue): string {
  if ('number' in value) return value.number;
  if ('flag' in value) return String(value.flag);
  return quoted('text' in value ? value.text : value.date);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
