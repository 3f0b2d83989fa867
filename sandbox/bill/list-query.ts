import { compared } from '../money';
import type { Collection } from './collection';
import type { Stored } from './records';
import { refuse } from './refusal';
import type { BillSwitches } from './switches';

export interface ListField<T> {
  readonly type: 'text' | 'flag' | 'time' | 'date' | 'number';
  readonly ops: readonly string[];
  readonly read: (row: T) => string | number | boolean | undefined;
}

/** What a list can be filtered and sorted by. */
export interface ListSpec<T extends Stored> {
  readonly name: string;
  readonly fields: Readonly<Record<string, ListField<T>>>;
  readonly sortable: readonly string[];
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly nextPage: string | undefined;
  readonly prevPage: string | undefined;
}

const ORDERED = ['gt', 'gte', 'lt', 'lte'];
export const EQUALITY = ['eq', 'ne'];

/** Fields that every list has. */
export function commonFields<T extends Stored>(): Record<string, ListField<T>> {
  return {
    id: { type: 'text', ops: ['eq', 'ne', 'in'], read: (row) => row.id },
    archived: { type: 'flag', ops: EQUALITY, read: (row) => row.archived },
    createdTime: { type: 'time', ops: ORDERED, read: (row) => row.created },
    updatedTime: { type: 'time', ops: ORDERED, read: (row) => row.updated },
  };
}

interface Condition {
  readonly field: string;
  readonly op: string;
  readonly value: string;
}

/** Splits `field:op:value,field:op:value`; values with commas or colons stand in double quotes. */
function parseFilters(filters: string): Condition[] {
  const conditions: Condition[] = [];
  const pattern = /([^:,"]+):([^:,"]+):(?:"([^"]*)"|([^,:"]*))(,|$)/y;
  let at = 0;
  while (at < filters.length) {
    pattern.lastIndex = at;
    const found = pattern.exec(filters);
    if (found === null)
      throw refuse(400, 'BDC_1117', `filters: cannot be parsed at position ${at}`, 'REQUEST');
    conditions.push({ field: found[1] ?? '', op: found[2] ?? '', value: found[3] ?? found[4] ?? '' });
    at = pattern.lastIndex;
  }
  return conditions;
}

function timeOf(value: string): number {
  const forms = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
  if (!forms.test(value)) return Number.NaN;
  if (value.length === 10) return Date.parse(`${value}T00:00:00Z`);
  return Date.parse(/(Z|[+-]\d{2}:?\d{2})$/.test(value) ? value : `${value}Z`);
}

function test<T extends Stored>(spec: ListSpec<T>, { field, op, value }: Condition): (row: T) => boolean {
  const known = spec.fields[field];
  if (known === undefined)
    throw refuse(
      400,
      'BDC_1130',
      `filters: ${field} is not a field that ${spec.name} can be filtered by`,
      'REQUEST',
    );
  if (!known.ops.includes(op))
    throw refuse(400, 'BDC_1131', `filters: ${op} is not supported for ${field}`, 'REQUEST');
  const wrong = () => refuse(400, 'BDC_1129', `filters: ${value} is not a value of ${field}`, 'REQUEST');
  if (op === 'sw') return (row) => String(known.read(row) ?? '').startsWith(value);
  if (op === 'in' || op === 'nin') {
    const wanted = new Set(value.split(',').map((each) => each.trim()));
    return (row) => wanted.has(String(known.read(row))) === (op === 'in');
  }
  const sign = comparer(known, value, wrong);
  return (row) => {
    const read = known.read(row);
    if (read === undefined) return op === 'ne';
    const order = sign(read);
    if (op === 'eq' || op === 'ne') return (order === 0) === (op === 'eq');
    return op === 'gt' ? order > 0 : op === 'gte' ? order >= 0 : op === 'lt' ? order < 0 : order <= 0;
  };
}

function comparer<T>(
  field: ListField<T>,
  value: string,
  wrong: () => Error,
): (read: string | number | boolean) => number {
  switch (field.type) {
    case 'time': {
      const wanted = timeOf(value);
      if (Number.isNaN(wanted)) throw wrong();
      return (read) => Number(read) - wanted;
    }
    case 'number':
      if (!/^-?\d+(\.\d+)?$/.test(value)) throw wrong();
      return (read) => compared(String(read), value);
    case 'flag':
      if (value !== 'true' && value !== 'false') throw wrong();
      return (read) => (String(read) === value ? 0 : 1);
    case 'date':
      if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) throw wrong();
      break;
    case 'text':
      break;
  }
  return (read) => (String(read) < value ? -1 : String(read) > value ? 1 : 0);
}

interface Sort {
  readonly field: string;
  readonly sign: 1 | -1;
}

function parseSort<T extends Stored>(spec: ListSpec<T>, sort: string): Sort[] {
  return sort.split(',').map((part) => {
    const [field = '', direction = 'asc'] = part.split(':');
    if (!spec.sortable.includes(field))
      throw refuse(
        400,
        'BDC_1130',
        `sort: ${field} is not a field that ${spec.name} can be sorted by`,
        'REQUEST',
      );
    if (direction !== 'asc' && direction !== 'desc')
      throw refuse(400, 'BDC_1117', `sort: ${direction} is not a direction`, 'REQUEST');
    return { field, sign: direction === 'desc' ? -1 : 1 };
  });
}

type SortValue = string | number | boolean;

function sortValues<T extends Stored>(spec: ListSpec<T>, sorts: readonly Sort[], row: T): SortValue[] {
  return [...sorts.map(({ field }) => spec.fields[field]?.read(row) ?? ''), row.id];
}

function compareValues(sorts: readonly Sort[], a: readonly SortValue[], b: readonly SortValue[]): number {
  for (let index = 0; index < a.length; index += 1) {
    const [left, right] = [a[index] ?? '', b[index] ?? ''];
    if (left !== right) return (left < right ? -1 : 1) * (sorts[index]?.sign ?? 1);
  }
  return 0;
}

interface PageToken {
  readonly list: string;
  readonly max: string;
  readonly filters: string;
  readonly sort: string;
  readonly after: SortValue[];
  readonly offset: number;
}

function readToken(text: string, list: string): PageToken {
  const damaged = () => refuse(400, 'BDC_1117', 'page: the token is not valid', 'REQUEST');
  try {
    const token = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as PageToken;
    if (token.list !== list || !Array.isArray(token.after)) throw damaged();
    return token;
  } catch {
    throw damaged();
  }
}

function maxOf(given: string): number {
  const max = Number(given);
  if (!/^\d+$/.test(given) || max < 1 || max > 100)
    throw refuse(400, 'BDC_1117', 'max: must be between 1 and 100', 'REQUEST');
  return max;
}

const PARAMETERS = new Set(['max', 'page', 'sort', 'filters']);

/** Answers a list: filters, order, one page of at most 100 rows, and opaque tokens of its neighbours. */
export function readPage<T extends Stored>(
  spec: ListSpec<T>,
  collection: Collection<T>,
  query: URLSearchParams,
  switches: BillSwitches,
  now: number,
): Page<T> {
  for (const name of query.keys()) {
    if (!PARAMETERS.has(name))
      throw refuse(400, 'BDC_1117', `${name} is not a parameter of this list`, 'REQUEST');
  }
  const page = query.get('page');
  const token = page === null || page === '' ? undefined : readToken(page, spec.name);
  const chosen = (name: 'max' | 'filters' | 'sort', fallback: string): string => {
    const given = query.get(name);
    if (token === undefined) return given ?? fallback;
    if (given !== null && given !== token[name])
      throw refuse(400, 'BDC_1117', `page: the token was made with another ${name}`, 'REQUEST');
    return token[name];
  };
  const [max, filters, sort] = [
    chosen('max', '20'),
    chosen('filters', ''),
    chosen('sort', 'createdTime:asc'),
  ];
  const limit = Math.min(maxOf(max), switches.pageLimit);
  const sorts = parseSort(spec, sort);
  const conditions = parseFilters(filters);
  const tests = conditions.map((condition) => test(spec, condition));
  const visible = (row: T) => row.created + switches.listLagMs <= now;
  const found = candidates(spec, collection, conditions, sorts, sort).filter(
    (row) => visible(row) && tests.every((holds) => holds(row)),
  );
  const start = token === undefined ? 0 : startOf(spec, found, sorts, token, switches);
  const rows = found.slice(start, start + limit);
  const tokenAt = (offset: number, last: T | undefined): string => {
    const after = last === undefined ? [] : sortValues(spec, sorts, last);
    return Buffer.from(JSON.stringify({ list: spec.name, max, filters, sort, after, offset })).toString(
      'base64url',
    );
  };
  const before = Math.max(0, start - limit);
  return {
    rows,
    nextPage: found.length > start + limit ? tokenAt(start + limit, rows.at(-1)) : undefined,
    prevPage: start > 0 ? tokenAt(before, before === 0 ? undefined : found[before - 1]) : undefined,
  };
}

/** The rows that can match, in order; rows of one vendor are found without looking at all of them. */
function candidates<T extends Stored>(
  spec: ListSpec<T>,
  collection: Collection<T>,
  conditions: readonly Condition[],
  sorts: readonly Sort[],
  sort: string,
): readonly T[] {
  const compare = (a: T, b: T) =>
    compareValues(sorts, sortValues(spec, sorts, a), sortValues(spec, sorts, b));
  const vendor = conditions.find((condition) => condition.field === 'vendorId' && condition.op === 'eq');
  if (vendor !== undefined) return collection.inGroup(vendor.value).toSorted(compare);
  return collection.ordered(sort, compare);
}

function startOf<T extends Stored>(
  spec: ListSpec<T>,
  found: readonly T[],
  sorts: readonly Sort[],
  token: PageToken,
  switches: BillSwitches,
): number {
  if (switches.paging === 'offset' || token.after.length === 0) return token.offset;
  const next = found.findIndex((row) => compareValues(sorts, sortValues(spec, sorts, row), token.after) > 0);
  return next < 0 ? found.length : next;
}
