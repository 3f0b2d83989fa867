import { isDecimalText, toDecimalText } from '../../runtime/connector/decimal-text';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { isToken, scalarText } from './tokens';

/**
 * A dataset of a business object: tables of rows, each row with its `RowMod`. Sent and received whole; what a
 * call returns goes into the next one. Values are exact, see `parseWithTokens`.
 */
export type Dataset = JsonObject;

/** Rows of a table; an absent table has none. */
export function rowsOf(dataset: JsonObject | undefined, table: string): readonly JsonObject[] {
  const rows = dataset?.[table];
  return Array.isArray(rows) ? rows.map(asRow).filter((row) => row !== undefined) : [];
}

/** The dataset with these columns set in the rows that match. */
export function withColumns(
  dataset: Dataset,
  table: string,
  columns: JsonObject,
  which: (row: JsonObject) => boolean = () => true,
): Dataset {
  if (!(table in dataset)) return dataset;
  const rows = rowsOf(dataset, table).map((row) => (which(row) ? { ...row, ...columns } : row));
  return { ...dataset, [table]: rows };
}

/** The row that a `GetNew…` call has just added: the last one marked as added, else the last one. */
export function newRow(dataset: Dataset, table: string): JsonObject | undefined {
  const rows = rowsOf(dataset, table);
  return rows.findLast(isAdded) ?? rows.at(-1);
}

/** The dataset with these columns set in the row that a `GetNew…` call has just added, or in one that we add. */
export function withNewColumns(dataset: Dataset, table: string, columns: JsonObject): Dataset {
  const row = newRow(dataset, table);
  return row
    ? withColumns(dataset, table, columns, (each) => each === row)
    : { ...dataset, [table]: [columns] };
}

/**
 * The dataset after a save, with nothing marked any more, so that the next save says nothing twice. Some builds give
 * back the head only: what was sent with it stays in the dataset as it was sent, marks and all.
 */
export function afterSave(dataset: Dataset, head: string): Dataset {
  const names = Object.keys(dataset).filter((name) => Array.isArray(dataset[name]));
  const tables = names.map((name) => {
    const rows = rowsOf(dataset, name);
    if (name === head) return [name, rows.map((row) => ({ ...row, RowMod: '' }))] as const;
    return [name, rows.filter(({ RowMod }) => RowMod === '' || RowMod === undefined)] as const;
  });
  return { ...dataset, ...Object.fromEntries(tables) };
}

export function isAdded(row: JsonObject): boolean {
  return row['RowMod'] === 'A';
}

/** Text of a column; undefined when it is absent, null or empty. */
export function textIn(row: JsonObject | undefined, column: string): string | undefined {
  return scalarText(row?.[column]) || undefined;
}

/** Whole number of a column, written as number or text. */
export function integerIn(row: JsonObject | undefined, column: string): number | undefined {
  const text = textIn(row, column);
  const value = Number(text);
  return text !== undefined && Number.isSafeInteger(value) ? value : undefined;
}

/** Decimal text of an amount; undefined when it is absent or no number, which is not zero. */
export function decimalIn(row: JsonObject | undefined, column: string): string | undefined {
  const text = textIn(row, column);
  const decimal = text === undefined ? undefined : toDecimalText(text.trim());
  return decimal !== undefined && isDecimalText(decimal) ? decimal : undefined;
}

/** Business date of a column: the first ten characters, whatever time and zone follow. */
export function dateIn(row: JsonObject | undefined, column: string): string | undefined {
  const text = textIn(row, column);
  return text !== undefined && /^\d{4}-\d{2}-\d{2}/.test(text) ? text.slice(0, 10) : undefined;
}

export function flagIn(row: JsonObject | undefined, column: string): boolean | undefined {
  const value = row?.[column];
  if (typeof value === 'boolean') return value;
  const text = scalarText(value)?.toLowerCase();
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}

export function asRow(value: Json | undefined): JsonObject | undefined {
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value) && !isToken(value);
  return isObject ? (value as JsonObject) : undefined;
}
