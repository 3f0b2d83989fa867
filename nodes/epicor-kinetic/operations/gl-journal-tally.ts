import { SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext, TallyRow } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { dateIn, flagIn, textIn } from '../dataset';
import { assertCompany, searchSource } from '../find-rows';
import { readByVersion, versionColumn } from '../row-versions';
import { journalTable, postedJournalTable, type Table } from '../tables';
import { reversalId } from './gl-journal-changes';
import { keyOf, refOf } from './gl-journal-state';

const pageSize = 100;

/**
 * Every journal in Epicor that carries the ID of a document, but for those that were taken back and what took them
 * back. Without amounts: what a journal is about is the amount of one of its lines, and its head does not say of which.
 */
export async function* tallyJournals(
  connection: EpicorConnection,
  context: OperationContext,
): AsyncGenerator<TallyRow, void, void> {
  const journals = new Map<string, JsonObject>();
  const take = async (rows: AsyncIterable<JsonObject>) => {
    for await (const row of rows) journals.set(refOf(keyOf(row)), row);
  };
  await take(ownRows(connection, context, journalTable, 'tally-journals'));
  try {
    await take(ownRows(connection, context, postedJournalTable, 'tally-posted-journals'));
  } catch (error) {
    // A site that keeps posted journals in the entry service need not let this user read the ledger.
    if (!(error instanceof SystemError) || error.status === undefined || error.recovery !== 'rejected')
      throw error;
  }
  const documentOf = (row: JsonObject) => textIn(row, connection.journalColumn) ?? '';
  const documents = new Set([...journals.values()].map(documentOf));
  const takenBack = [...documents].filter((each) => documents.has(reversalId(each)));
  const gone = new Set([...takenBack, ...takenBack.map(reversalId)]);
  for (const [ref, row] of journals) {
    if (gone.has(documentOf(row))) continue;
    const [currency, date] = [textIn(row, 'CurrencyCode'), dateIn(row, 'JEDate')];
    yield {
      ref,
      ...(currency === undefined ? {} : { currency }),
      ...(date === undefined ? {} : { date }),
    };
  }
}

/** Heads, or posted lines, that came through a group of ours. */
async function* ownRows(
  connection: EpicorConnection,
  { calls, signal }: OperationContext,
  table: Table,
  name: string,
): AsyncGenerator<JsonObject, void, void> {
  const { journalColumn, groupPrefix } = connection;
  const columns = [versionColumn, journalColumn, 'GroupID', 'JEDate', 'CurrencyCode', 'Reverse'];
  const source = searchSource(connection, calls, { table, name, columns });
  const read = {
    ...{ source, name, after: 0n, pageSize, key: table.key },
    conditions: [{ column: journalColumn, operator: 'gt', value: { text: '' } }] as const,
    keyOf: (row: JsonObject) => `${refOf(keyOf(row))}|${textIn(row, 'JournalLine') ?? ''}`,
  };
  for await (const { rows } of readByVersion(read)) {
    signal.throwIfAborted();
    assertCompany(rows, connection, name);
    for (const row of rows) {
      const isOurs = textIn(row, 'GroupID')?.startsWith(groupPrefix) ?? true;
      if (isOurs && textIn(row, journalColumn) !== undefined && flagIn(row, 'Reverse') !== true) yield row;
    }
  }
}
