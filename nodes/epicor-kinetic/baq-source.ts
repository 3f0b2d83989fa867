import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { DateLiteral } from './conditions';
import { type EpicorConnection, serviceUrl } from './connection';
import { odataSource } from './odata-source';
import type { RowSource } from './row-source';
import type { Table } from './tables';

export interface Baq {
  readonly id: string;
  /** BAQ column of a property, where it is not `<Table>_<Column>`. */
  readonly columns: Readonly<Record<string, string>>;
}

/**
 * Reads a business activity query. Its columns are called `<Table>_<Column>`; the rows come back under the
 * property names of the entity set.
 */
export function baqSource(
  connection: EpicorConnection,
  table: Table,
  baq: Baq,
  list: {
    readonly name: string;
    readonly properties: readonly string[];
    readonly dates: DateLiteral;
  },
  calls: Calls,
): RowSource {
  const columnOf = (property: string) =>
    baq.columns[property] ?? `${table.table}_${table.renamed?.[property] ?? property}`;
  const source = odataSource(
    connection,
    {
      name: list.name,
      url: serviceUrl(connection, 'BaqSvc', `${encodeURIComponent(baq.id)}/Data`),
      columns: [],
      needed: [],
      dates: list.dates,
      onTooHeavy: 'fail',
    },
    calls,
  );
  const named = (row: JsonObject): JsonObject =>
    Object.fromEntries(
      list.properties.flatMap((property) => {
        const value = row[columnOf(property)];
        return value === undefined ? [] : [[property, value]];
      }),
    );
  return {
    mode: 'baq',
    async page(request) {
      const rows = await source.page({
        ...request,
        conditions: request.conditions.map((each) => ({ ...each, column: columnOf(each.column) })),
        order: request.order.map(columnOf),
      });
      return rows.map(named);
    },
  };
}
