import { SystemError } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import { textIn } from './dataset';
import type { Table } from './tables';

/** Key columns joined by a bar. */
export function keyOf(table: Table, call: string): (row: JsonObject) => string {
  return (row) =>
    table.key
      .map((column) => {
        const part = textIn(row, column);
        if (part !== undefined) return part;
        throw new SystemError({
          recovery: 'rejected',
          code: 'EPICOR_ROW_WITHOUT_KEY',
          text: `A row of ${table.table} comes without ${column}, which is part of its key.`,
          remedy: 'A BAQ must show all key columns.',
          call,
        });
      })
      .join('|');
}
