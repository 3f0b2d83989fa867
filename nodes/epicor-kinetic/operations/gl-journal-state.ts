import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, OperationContext } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { type Dataset, dateIn, decimalIn, flagIn, integerIn, rowsOf, textIn } from '../dataset';
import { findRows } from '../find-rows';
import { getById } from '../get-by-id';
import { journalTable, postedJournalTable } from '../tables';
import { isStatus } from '../troubles';

export const journalTables = { head: 'GLJrnHed', line: 'GLJrnDtlMnl' } as const;

/** What makes a journal unique in its company. */
export interface JournalKey {
  readonly bookID: string;
  readonly fiscalYear: number;
  readonly fiscalYearSuffix: string;
  readonly journalCode: string;
  readonly journalNum: number;
  readonly fiscalCalendarID: string;
}

/** A journal as it stands in Epicor. */
export interface FoundJournal {
  readonly key: JournalKey;
  readonly posted: boolean;
  readonly groupId: string | undefined;
  readonly date: string | undefined;
  readonly currency: string | undefined;
  readonly lines: readonly JsonObject[];
  /** For the next call that changes it. Absent when only its posted lines can be read. */
  readonly dataset: Dataset | undefined;
}

/**
 * Journals that carry the ID of a document, also where posted ones have left the entry service.
 * @throws SystemError
 */
export async function findJournals(
  connection: EpicorConnection,
  documentId: string,
  context: OperationContext,
): Promise<readonly FoundJournal[]> {
  const { journalColumn } = connection;
  const { calls } = context;
  const heads = await findRows(connection, calls, {
    name: 'find-journals',
    table: journalTable,
    conditions: [equals(journalColumn, documentId)],
    columns: [journalColumn],
  });
  const found: FoundJournal[] = [];
  for (const head of heads.filter((row) => textIn(row, journalColumn) === documentId)) {
    const journal = await readJournal(connection, keyOf(head), context);
    if (journal) found.push(journal);
  }
  return found.length > 0 ? found : postedJournals(connection, documentId, context);
}

/** One journal, fresh and whole. */
export async function readJournal(
  connection: EpicorConnection,
  key: JournalKey,
  { calls }: OperationContext,
): Promise<FoundJournal | undefined> {
  const columns = Object.fromEntries(
    Object.entries(key).map(([name, value]) => [name.charAt(0).toUpperCase() + name.slice(1), value]),
  );
  const found = await getById(connection, calls, journalTable, { ...key }, columns);
  if (!found) return undefined;
  const { dataset, head } = found;
  return { ...stateOf(head), lines: rowsOf(dataset, journalTables.line), dataset };
}

export function keyOf(row: JsonObject): JournalKey {
  return {
    bookID: textIn(row, 'BookID') ?? '',
    fiscalYear: integerIn(row, 'FiscalYear') ?? 0,
    fiscalYearSuffix: textIn(row, 'FiscalYearSuffix') ?? '',
    journalCode: textIn(row, 'JournalCode') ?? '',
    journalNum: integerIn(row, 'JournalNum') ?? 0,
    fiscalCalendarID: textIn(row, 'FiscalCalendarID') ?? '',
  };
}

/** Reference of a journal: book, year, journal code and number, as people quote it. */
export function refOf({ bookID, fiscalYear, journalCode, journalNum }: JournalKey): string {
  return `${bookID}|${fiscalYear}|${journalCode}|${journalNum}`;
}

export function effectOf({ key, groupId, currency }: FoundJournal): Effect {
  return {
    ref: refOf(key),
    attributes: {
      ...(groupId === undefined ? {} : { group: groupId }),
      ...(currency === undefined ? {} : { currency }),
    },
  };
}

/** Amount of a line: positive a debit, negative a credit. */
export function amountOf(line: JsonObject): string | undefined {
  return decimalIn(line, 'DocTransAmt') ?? decimalIn(line, 'TransAmt');
}

async function postedJournals(
  connection: EpicorConnection,
  documentId: string,
  { calls }: OperationContext,
): Promise<readonly FoundJournal[]> {
  const { journalColumn } = connection;
  try {
    const rows = await findRows(connection, calls, {
      name: 'find-posted-journals',
      table: postedJournalTable,
      conditions: [equals(journalColumn, documentId)],
      columns: [
        ...[journalColumn, 'GroupID', 'JEDate', 'CurrencyCode', 'DocTransAmt', 'COACode', 'GLAccount'],
        ...['Description', 'Reverse', 'VendorNum'],
      ],
    });
    const own = rows.filter(
      (row) => textIn(row, journalColumn) === documentId && flagIn(row, 'Reverse') !== true,
    );
    const byJournal = Map.groupBy(own, (row) => refOf(keyOf(row)));
    return [...byJournal.values()].map((lines) => ({
      ...stateOf(lines[0] ?? {}),
      posted: true,
      lines,
      dataset: undefined,
    }));
  } catch (error) {
    // A site that keeps posted journals in the entry service need not let this user read the ledger.
    if (isStatus(error, 400, 403, 404, 405)) return [];
    throw error;
  }
}

function stateOf(row: JsonObject) {
  return {
    key: keyOf(row),
    posted: flagIn(row, 'Posted') === true,
    groupId: textIn(row, 'GroupID'),
    date: dateIn(row, 'JEDate'),
    currency: textIn(row, 'CurrencyCode'),
  };
}
