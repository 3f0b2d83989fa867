import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import { type Condition, equals, toWhereClause } from './conditions';
import type { EpicorConnection } from './connection';
import { serviceUrl } from './connection';
import { asRow, rowsOf } from './dataset';
import type { PageRequest, RowSource } from './row-source';
import type { Table } from './tables';
import { unreadableAnswer } from './troubles';

/** Reads a table with the method `GetRows` of its service, which takes a where clause for every table. */
export function getRowsSource(
  connection: EpicorConnection,
  table: Table,
  name: string,
  calls: Calls,
): RowSource {
  const { renamed = {} } = table;
  return {
    mode: 'getRows',
    async page(request: PageRequest) {
      const conditions =
        request.conditions.length > 0 ? request.conditions : [equals('Company', connection.company)];
      // How a renamed column is spelled in a where clause differs, and so does a second column to sort by; the
      // first one is good enough.
      const order = request.order
        .slice(0, 1)
        .filter((property) => renamed[property] === undefined)
        .map((property) => (request.descending ? `${property} DESC` : property));
      // In a where clause a renamed column may go by its own name or by that of the property.
      const physical = conditions.map((each) => ({ ...each, column: renamed[each.column] ?? each.column }));
      const isRenamed = conditions.some(({ column }) => renamed[column] !== undefined);
      const ask = (those: readonly Condition[], accept: readonly number[]) =>
        calls.call({
          name,
          method: 'POST',
          url: serviceUrl(connection, table.service, 'GetRows'),
          json: {
            ...Object.fromEntries(table.tables.map((each) => [`whereClause${each}`, ''])),
            [`whereClause${table.table}`]: toWhereClause(those, order),
            pageSize: request.top,
            absolutePage: 0,
          },
          effect: 'read',
          accept,
        });
      const first = await ask(physical, isRenamed ? [400] : []);
      const answer = first.status === 400 ? await ask(conditions, []) : first;
      const returned = asRow(answer.json)?.['returnObj'];
      const dataset = Array.isArray(returned) ? asRow(returned[0]) : asRow(returned);
      if (!dataset) throw unreadableAnswer(name);
      return rowsOf(dataset, table.table).map((row) => withPropertyNames(row, table));
    },
  };
}

function withPropertyNames(row: JsonObject, { renamed }: Table): JsonObject {
  if (!renamed) return row;
  const named = Object.entries(renamed).flatMap(([property, column]) =>
    property in row || row[column] === undefined ? [] : [[property, row[column]] as const],
  );
  return { ...row, ...Object.fromEntries(named) };
}
