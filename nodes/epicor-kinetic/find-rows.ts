import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { Condition } from './conditions';
import { type EpicorConnection, missingColumns, serviceUrl } from './connection';
import { textIn } from './dataset';
import { fallbackSource } from './fallback-source';
import { getRowsSource } from './get-rows-source';
import { type ODataList, odataSource } from './odata-source';
import type { RowSource } from './row-source';
import type { Table } from './tables';
import { foreignCompany } from './troubles';

/** As many rows as every server gives at once. */
const rowLimit = 100;

export interface Search {
  /** What the call is counted as. */
  readonly name: string;
  readonly table: Table;
  readonly conditions: readonly Condition[];
  /** Columns wanted besides the key. */
  readonly columns: readonly string[];
  readonly descending?: boolean;
  readonly top?: number;
}

/**
 * Finds rows of a table, in the order of its key: the first hundred that match.
 * @throws SystemError
 */
export async function findRows(
  connection: EpicorConnection,
  calls: Calls,
  search: Search,
): Promise<readonly JsonObject[]> {
  const { table, conditions, name, descending = false, top = rowLimit } = search;
  const source = searchSource(connection, calls, search);
  const rows = await source.page({ conditions, order: table.key, descending, top, skip: 0 });
  assertCompany(rows, connection, name);
  return rows;
}

/** Reads the entity set directly, and through `GetRows` where the service is too heavy for that. */
export function searchSource(
  connection: EpicorConnection,
  calls: Calls,
  { table, name, columns }: Pick<Search, 'table' | 'name' | 'columns'>,
): RowSource {
  const needed = ['Company', ...table.key];
  const url = serviceUrl(connection, table.service, table.set);
  const direct = (onTooHeavy: ODataList['onTooHeavy']) =>
    odataSource(
      connection,
      {
        name,
        url,
        missing: missingColumns(connection, url),
        columns: [...new Set([...needed, ...columns])],
        needed,
        onTooHeavy,
      },
      calls,
    );
  return fallbackSource(direct, getRowsSource(connection, table, name, calls));
}

/** @throws SystemError `WRONG_COMPANY`, of recovery `configuration`, when a row is not of our company */
export function assertCompany(rows: readonly JsonObject[], connection: EpicorConnection, call: string): void {
  for (const row of rows) {
    const company = textIn(row, 'Company');
    if (company !== connection.company) throw foreignCompany(call, connection.company, company);
  }
}
