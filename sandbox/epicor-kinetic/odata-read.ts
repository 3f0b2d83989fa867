import type { WireObject } from '../http/exact-json';
import { compareRows, type Predicate } from './comparison';
import { type ColumnOf, parseFilter } from './odata-filter';
import { type ODataOptions, readOptions } from './odata-options';
import { odataError } from './refusal';
import type { Column, Table } from './schema';
import type { CompanyState, EpicorState } from './state';
import type { Row, TableRows } from './table-rows';
import { encodeRow } from './wire-rows';

/** The answer of an entity-set read, before it is wrapped in its envelope. */
export interface ReadResult {
  readonly rows: WireObject[];
  /** Matching rows in all, when `$count=true`. */
  readonly total: number | undefined;
  /** Query of the following page, when the site sends links. */
  readonly nextSkip: number | undefined;
}

/** Finds columns of a table for filtering and sorting; joined and calculated ones are refused unless the site allows them. */
export function filterColumns(table: Table, state: EpicorState): ColumnOf {
  return (name) => {
    const column = table.columns.get(name);
    if (column === undefined || (column.linked && state.switches.linkedColumnFilter === 'refuse')) {
      throw odataError(`Could not find a property named '${name}' on type 'Erp.Tablesets.${table.name}Row'.`);
    }
    return column;
  };
}

function selected(table: Table, names: readonly string[] | undefined): Column[] {
  if (names === undefined) return [...table.columns.values()];
  return names.map((name) => {
    const column = table.columns.get(name);
    if (column === undefined) {
      throw odataError(`Could not find a property named '${name}' on type 'Erp.Tablesets.${table.name}Row'.`);
    }
    return column;
  });
}

type Compare = (a: Row, b: Row) => number;

function sorting(orderby: string, columnOf: ColumnOf): Compare {
  const parts = orderby.split(',').map((part): Compare => {
    const [name = '', direction = 'asc', ...rest] = part.trim().split(/\s+/);
    if (rest.length > 0 || (direction !== 'asc' && direction !== 'desc')) {
      throw odataError(`Syntax error in $orderby '${orderby}'.`);
    }
    const column = columnOf(name);
    const sign = direction === 'desc' ? -1 : 1;
    return (a, b) => sign * compareRows(column, a, b);
  });
  return (a, b) => parts.reduce((sign, compare) => (sign === 0 ? compare(a, b) : sign), 0);
}

/** Rows in the asked order. Where the order leaves ties, a site may answer differently each time. */
function inOrder(
  rows: TableRows,
  options: ODataOptions,
  state: EpicorState,
  columnOf: ColumnOf,
): readonly Row[] {
  const compare = options.orderby === undefined ? undefined : sorting(options.orderby, columnOf);
  if (state.switches.unstableOrder) {
    const dealt = rows.all.map((row) => ({ row, at: Math.random() })).sort((a, b) => a.at - b.at);
    const mixed = dealt.map((entry) => entry.row);
    return compare === undefined ? mixed : mixed.sort(compare);
  }
  if (compare === undefined || options.orderby === undefined) return rows.all;
  return rows.ordered(options.orderby, compare);
}

/** Answers `GET <set>?<options>`: filter, order, skip, the row limit, selected columns, expanded children. */
export function readSet(
  state: EpicorState,
  company: CompanyState,
  table: Table,
  query: ReadonlyMap<string, string>,
  within?: (row: Row) => boolean,
): ReadResult {
  const options = readOptions(query);
  const columnOf = filterColumns(table, state);
  const shape = shapeOf(state, table, options);
  const matches = options.filter === undefined ? () => true : parseFilter(options.filter, columnOf);
  const { rowLimit, capTop, nextLink } = state.switches;
  const top = options.top ?? rowLimit;
  const limit = capTop ? Math.min(top, rowLimit) : top;
  const found: Row[] = [];
  let total = 0;
  for (const row of inOrder(company.rows(table.name), options, state, columnOf)) {
    if ((within !== undefined && !within(row)) || !matches(row)) continue;
    total += 1;
    if (total > options.skip && found.length < limit) found.push(row);
    else if (total > options.skip && !options.count && !nextLink) break;
  }
  const more = total > options.skip + found.length && found.length === limit && limit > 0;
  return {
    rows: found.map((row) => shown(state, company, row, shape)),
    total: options.count ? total : undefined,
    nextSkip: nextLink && more && options.top === undefined ? options.skip + found.length : undefined,
  };
}

/** The number that `GET <set>/$count` answers. */
export function countSet(
  state: EpicorState,
  company: CompanyState,
  table: Table,
  filter: string | undefined,
): number {
  const matches = filter === undefined ? () => true : parseFilter(filter, filterColumns(table, state));
  return company.rows(table.name).all.filter(matches).length;
}

/** What is shown of a row and of its children. */
interface Shape {
  readonly columns: readonly Column[];
  readonly children: readonly { readonly table: Table; readonly matches: Predicate; readonly shape: Shape }[];
}

function shapeOf(state: EpicorState, table: Table, options: ODataOptions, depth = 0): Shape {
  const children = options.expand.map(({ nav, options: inner }) => {
    const child = table.children.find((candidate) => candidate.set === nav);
    if (child === undefined || (depth > 0 && !state.switches.nestedExpand)) {
      throw odataError(`Could not find a property named '${nav}' on type 'Erp.Tablesets.${table.name}Row'.`);
    }
    const matches =
      inner.filter === undefined ? () => true : parseFilter(inner.filter, filterColumns(child, state));
    return { table: child, matches, shape: shapeOf(state, child, inner, depth + 1) };
  });
  return { columns: selected(table, options.select), children };
}

function shown(state: EpicorState, company: CompanyState, row: Row, shape: Shape): WireObject {
  const wire = encodeRow(row, shape.columns, state.switches);
  for (const child of shape.children) {
    const rows = company.rows(child.table.name).childrenOf(row).filter(child.matches);
    wire[child.table.set] = rows.map((each) => shown(state, company, each, child.shape));
  }
  return wire;
}
