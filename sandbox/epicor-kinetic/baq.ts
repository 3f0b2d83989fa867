import type { WireObject } from '../http/exact-json';
import { compareRows } from './comparison';
import { parseFilter } from './odata-filter';
import { readOptions } from './odata-options';
import { noSuchRoute, odataError } from './refusal';
import { type Column, tableOf } from './schema';
import type { CompanyState, EpicorState } from './state';
import type { Row } from './table-rows';
import { encodeRow } from './wire-rows';

/** A stored query: columns of one table, shown as `Table_Column`. */
export interface BaqDefinition {
  readonly table: string;
  readonly columns: readonly string[];
}

/** Answers `GET BaqSvc/<id>/Data`: the options act on the query's own column names, after it has run. */
export function runBaq(
  state: EpicorState,
  company: CompanyState,
  id: string,
  definition: BaqDefinition | undefined,
  query: ReadonlyMap<string, string>,
): WireObject[] {
  if (definition === undefined) throw noSuchRoute(`The query ${id} does not exist or is not shared.`);
  const table = tableOf(state.schema, definition.table);
  const columns = definition.columns.flatMap((name) => table.columns.get(name) ?? []);
  const shown = (column: Column) => `${table.name}_${column.name}`;
  const find = (name: string): Column => {
    const column = columns.find((candidate) => shown(candidate) === name);
    if (column === undefined) throw odataError(`Could not find a property named '${name}' on the query.`);
    return column;
  };
  const options = readOptions(query);
  const matches = options.filter === undefined ? () => true : parseFilter(options.filter, find);
  const ordered = company.rows(table.name).all.filter(matches);
  if (options.orderby !== undefined) sortBy(ordered, options.orderby, find);
  const limit = Math.min(options.top ?? state.switches.rowLimit, state.switches.rowLimit);
  return ordered.slice(options.skip, options.skip + limit).map((row) => {
    const encoded = encodeRow(row, columns, state.switches);
    const named: WireObject = { RowIdent: String(row['SysRowID'] ?? '') };
    for (const column of columns) named[shown(column)] = encoded[column.name] ?? null;
    return named;
  });
}

function sortBy(rows: Row[], orderby: string, find: (name: string) => Column): void {
  const parts = orderby.split(',').map((part) => part.trim().split(/\s+/));
  rows.sort((a, b) => {
    for (const [name = '', direction] of parts) {
      const column = find(name);
      const sign = compareRows(column, a, b) * (direction === 'desc' ? -1 : 1);
      if (sign !== 0) return sign;
    }
    return 0;
  });
}
