import { compared } from '../money';
import { businessError } from './refusal';
import type { Column, Table } from './schema';
import { columnValue, type Row, type Value } from './table-rows';

const OWN_COLUMNS = new Set([
  'Company',
  'SysRevID',
  'SysRowID',
  'RowMod',
  'BitFlag',
  'UpdatedOn',
  'UD_SysRevID',
]);

/** Whether a value that travelled out and back still says the same: `100` is `100.00`, and a date has no time. */
function isSame(column: Column, before: Value, after: Value): boolean {
  if (column.type === 'dec') return compared(String(before), String(after)) === 0;
  const plain = (value: Value) =>
    typeof value === 'string' && column.type === 'date' ? value.slice(0, 10) : value;
  return plain(before) === plain(after);
}

/** The physical columns in which a sent row says something else than the stored one. */
export function differing(stored: Row, sent: Row, table: Table): Row {
  const changes: Row = {};
  for (const [name, value] of Object.entries(sent)) {
    const column = table.columns.get(name);
    if (column === undefined || column.linked || OWN_COLUMNS.has(name)) continue;
    if (!isSame(column, columnValue(stored, column), value)) changes[name] = value;
  }
  return changes;
}

/** Refuses an update row in which physical columns are missing. */
export function needComplete(sent: Row, table: Table): void {
  for (const column of table.columns.values()) {
    const needed = !column.linked && !OWN_COLUMNS.has(column.name) && !column.name.endsWith('_c');
    if (needed && sent[column.name] === undefined)
      throw businessError(`Column ${column.name} is missing in the row.`, table.name, column.name);
  }
}
