import type { Wire, WireObject } from '../http/exact-json';
import { type Method, type MethodCall, type MethodReply, reads } from './method';
import { filterColumns } from './odata-read';
import { noSuchRecord } from './refusal';
import { type Table, tableOf } from './schema';
import type { CompanyState, EpicorState } from './state';
import type { Row, Value } from './table-rows';
import { parseWhere } from './where-clause';
import { encodeRow } from './wire-rows';

/** A head row with everything below it, by table name. */
export function treeOf(
  state: EpicorState,
  company: CompanyState,
  table: Table,
  heads: readonly Row[],
): WireObject {
  const tree: Record<string, Wire[]> = {};
  const walk = (level: Table, rows: readonly Row[]): void => {
    const shown = tree[level.name] ?? [];
    tree[level.name] = shown;
    const columns = [...level.columns.values()];
    for (const row of rows) shown.push(encodeRow(row, columns, state.switches));
    for (const child of level.children) {
      const store = company.rows(child.name);
      walk(
        child,
        rows.flatMap((row) => store.childrenOf(row)),
      );
    }
  };
  walk(table, heads);
  return tree;
}

/** A method that reads one document by key, such as `GetByID`. */
export function getByKey(tableName: string, key: (call: MethodCall) => Value[]): Method {
  return reads((call) => {
    const row = call.company.rows(tableName).find(...key(call));
    if (row === undefined) throw noSuchRecord();
    return { returnObj: treeOf(call.state, call.company, tableOf(call.state.schema, tableName), [row]) };
  });
}

/** A method that reads one document by another unique column. */
export function getByColumn(tableName: string, column: string, parameter: string): Method {
  return reads((call) => {
    const wanted = call.text(parameter).toLowerCase();
    const row = call.company
      .rows(tableName)
      .all.find((each) => String(each[column]).toLowerCase() === wanted);
    if (row === undefined) throw noSuchRecord();
    return { returnObj: treeOf(call.state, call.company, tableOf(call.state.schema, tableName), [row]) };
  });
}

function pageOf(call: MethodCall, rows: readonly Row[]): { rows: readonly Row[]; more: boolean } {
  const [size, page] = [call.whole('pageSize'), call.whole('absolutePage')];
  if (size <= 0) return { rows, more: false };
  const start = page * size;
  return { rows: rows.slice(start, start + size), more: rows.length > start + size };
}

function matching(call: MethodCall, table: Table, clause: string): Row[] {
  const { matches, compare } = parseWhere(clause, filterColumns(table, call.state));
  const found = call.company.rows(table.name).all.filter(matches);
  return compare === undefined ? found : found.sort(compare);
}

/** `GetRows`: one where clause per table, all of them required; the first table's rows with everything below them. */
export function getRows(root: string, tables: readonly string[]): Method {
  return reads((call): MethodReply => {
    const clauses = tables.map((name) => [name, call.text(`whereClause${name}`)] as const);
    const table = tableOf(call.state.schema, root);
    const { rows, more } = pageOf(call, matching(call, table, clauses[0]?.[1] ?? ''));
    const tree = treeOf(call.state, call.company, table, rows);
    for (const name of tables) tree[name] ??= [];
    return { returnObj: tree, parameters: { morePages: more } };
  });
}

/** `GetList`: light rows of the first table. */
export function getList(root: string, columns: readonly string[]): Method {
  return reads((call): MethodReply => {
    const table = tableOf(call.state.schema, root);
    const { rows, more } = pageOf(call, matching(call, table, call.text('whereClause')));
    const shown = columns.flatMap((name) => table.columns.get(name) ?? []);
    return {
      returnObj: { [`${root}List`]: rows.map((row) => encodeRow(row, shown, call.state.switches)) },
      parameters: { morePages: more },
    };
  });
}
