import { ExactNumber, exact, isObject, numberText, type Wire, type WireObject } from '../http/exact-json';
import { rounded } from '../money';
import { businessError } from './refusal';
import type { Column, Table } from './schema';
import type { EpicorSwitches } from './switches';
import { columnValue, type Row, type Value } from './table-rows';

function dateText(value: Value, style: EpicorSwitches['dateStyle']): Value {
  if (typeof value !== 'string') return null;
  const full = value.length === 10 ? `${value}T00:00:00` : value;
  return style === 'plain' ? full : `${full}${style === 'z' ? 'Z' : '-06:00'}`;
}

function wireValue(value: Value, column: Column, switches: EpicorSwitches): Wire {
  if (column.type === 'dec')
    return exact(switches.decimalStyle === 'five' ? rounded(String(value), 5) : String(value));
  if (column.type === 'date' || column.type === 'stamp') return dateText(value, switches.dateStyle);
  return value;
}

/** A stored row as the API shows it: the chosen columns, or all of them. */
export function encodeRow(row: Row, columns: Iterable<Column>, switches: EpicorSwitches): WireObject {
  const shown: WireObject = {};
  for (const column of columns) shown[column.name] = wireValue(columnValue(row, column), column, switches);
  return shown;
}

/** A row of a request as it would be stored. Columns the table does not have are ignored, wrong types are refused. */
export function decodeRow(sent: Wire, table: Table): Row {
  if (!isObject(sent)) throw businessError(`A row of ${table.name} must be an object.`, table.name);
  const row: Row = {};
  for (const [name, value] of Object.entries(sent)) {
    const column = table.columns.get(name);
    if (column !== undefined) row[name] = decodeValue(value, column, table.name);
  }
  return row;
}

/** A value of a request as it would be stored in a column. */
export function decodeValue(sent: Wire, column: Column, table: string): Value {
  const wrong = () =>
    businessError(`The value of ${column.name} could not be converted to its data type.`, table, column.name);
  switch (column.type) {
    case 'dec': {
      const text = numberText(sent);
      if (sent === null) return '0';
      if (text === undefined || /[eE]/.test(text)) throw wrong();
      return text;
    }
    case 'int':
    case 'long':
      if (sent === null) return 0;
      if (sent instanceof ExactNumber || typeof sent !== 'number' || !Number.isInteger(sent)) throw wrong();
      if (column.type === 'int' && (sent > 2_147_483_647 || sent < -2_147_483_648)) throw wrong();
      return sent;
    case 'bool':
      if (sent !== null && typeof sent !== 'boolean') throw wrong();
      return sent ?? false;
    case 'date':
    case 'stamp':
      if (sent === null || sent === '') return null;
      if (typeof sent !== 'string' || !/^\d{4}-\d{2}-\d{2}(T|$)/.test(sent)) throw wrong();
      return column.type === 'date' ? sent.slice(0, 10) : sent;
    case 'guid':
    case 'text':
      if (sent !== null && typeof sent !== 'string') throw wrong();
      return sent ?? '';
  }
}
