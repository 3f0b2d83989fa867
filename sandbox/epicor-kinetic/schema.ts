import { ATTACHMENT_TABLES } from './attachment-columns';
import { INVOICE_TABLES } from './invoice-columns';
import { JOURNAL_TABLES } from './journal-columns';
import { MASTER_TABLES } from './master-columns';
import { PAYMENT_TABLES } from './payment-columns';
import { PURCHASE_TABLES, RECEIPT_CHOICE_TABLES } from './purchase-columns';
import { TAX_TABLES } from './tax-columns';

export type ColumnType = 'text' | 'int' | 'long' | 'dec' | 'bool' | 'date' | 'stamp' | 'guid';

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Joined or calculated: readable, but not physical, so not safe to filter or sort on. */
  readonly linked: boolean;
}

/** A table as the system declares it; `columns` is a compact list `Name:type`, a trailing `~` marks a linked column. */
export interface TableDeclaration {
  readonly name: string;
  /** Entity set, whose plural is irregular and taken literally. */
  readonly set: string;
  readonly service: string;
  /** Key columns behind Company. */
  readonly key: readonly string[];
  readonly columns: string;
  /** Parent table; a child belongs to the parent whose key columns it repeats. */
  readonly parent?: string;
  /** Names of those key columns here, where they differ from the parent's. */
  readonly parentKey?: readonly string[];
}

export interface Table {
  readonly name: string;
  readonly set: string;
  readonly service: string;
  readonly key: readonly string[];
  readonly columns: ReadonlyMap<string, Column>;
  readonly parent: string | undefined;
  readonly parentKey: readonly string[] | undefined;
  readonly children: Table[];
  /** Custom columns live in a second table with its own row version. */
  readonly hasCustom: boolean;
}

/** Tables by name. */
export type Schema = ReadonlyMap<string, Table>;

const COMMON = 'Company:text SysRevID:long SysRowID:guid BitFlag:int RowMod:text~';

function parseColumns(list: string): Column[] {
  return list
    .split(/\s+/)
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [name = '', type = 'text'] = entry.replace('~', '').split(':');
      return { name, type: type as ColumnType, linked: entry.endsWith('~') };
    });
}

/**
 * The tables of one simulated environment.
 * `custom` adds columns ending in `_c`, for example `{ APInvHed: 'BillStatus_c:text' }`.
 * `updatedOn` adds the column of that name to every table.
 */
export function buildSchema(custom: Readonly<Record<string, string>>, updatedOn: boolean): Schema {
  const schema = new Map<string, Table>();
  for (const declared of TABLES) {
    const extra = custom[declared.name];
    const lists = [COMMON, declared.columns];
    if (updatedOn) lists.push('UpdatedOn:stamp');
    if (extra !== undefined) lists.push('UD_SysRevID:text', extra);
    schema.set(declared.name, {
      ...declared,
      columns: new Map(parseColumns(lists.join(' ')).map((column) => [column.name, column])),
      parent: declared.parent,
      parentKey: declared.parentKey,
      children: [],
      hasCustom: extra !== undefined,
    });
  }
  for (const table of schema.values()) {
    if (table.parent !== undefined) tableOf(schema, table.parent).children.push(table);
  }
  return schema;
}

const TABLES = [
  ...ATTACHMENT_TABLES,
  ...MASTER_TABLES,
  ...TAX_TABLES,
  ...PURCHASE_TABLES,
  ...INVOICE_TABLES,
  ...RECEIPT_CHOICE_TABLES,
  ...PAYMENT_TABLES,
  ...JOURNAL_TABLES,
];

export function tableOf(schema: Schema, name: string): Table {
  const table = schema.get(name);
  if (table === undefined) throw new Error(`no table ${name} in the simulated Epicor`);
  return table;
}
