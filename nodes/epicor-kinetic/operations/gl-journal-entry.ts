import type { JsonObject } from '../../../runtime/connector/json';
import type { HttpRequest, OperationContext } from '../../../runtime/connector/system';
import { absolute, compare, equal } from '../../../runtime/mapping/decimals';
import type { EpicorConnection } from '../connection';
import { afterSave, type Dataset, decimalIn, rowsOf, withColumns, withNewColumns } from '../dataset';
import { callMethod } from '../methods';
import { journalTable } from '../tables';
import { numberToken } from '../tokens';
import { accountColumns } from './gl-accounts';
import type { CodedLine, JournalGaps } from './gl-journal-check';
import type { Journal } from './gl-journal-document';
import { type FoundJournal, type JournalKey, journalTables } from './gl-journal-state';

const { service } = journalTable;
/** What the column of the description holds at least. */
const descriptionLength = 50;

/** Enters the head of a journal into its group; Epicor numbers it. */
export async function enterJournalHead(
  connection: EpicorConnection,
  journal: Journal,
  groupId: string,
  context: OperationContext,
): Promise<void> {
  const calls = journalCalls(connection, context);
  const started = await calls.step('GetNewGlJrnHedTran', { GroupID: groupId }, {});
  const columns = {
    GroupID: groupId,
    Description: clipped(journal.description),
    JEDate: journal.date,
    CurrencyCode: journal.currency,
    [connection.journalColumn]: journal.documentId,
    RowMod: 'A',
  };
  await calls.save(withNewColumns(started, journalTables.head, columns));
}

/** Corrects lines that are wrong, then enters those that are missing, one save each. */
export async function repairJournal(
  connection: EpicorConnection,
  { corrections, missing }: JournalGaps,
  { dataset, key }: FoundJournal,
  context: OperationContext,
): Promise<void> {
  const calls = journalCalls(connection, context);
  let ds = dataset ?? {};
  if (corrections.length > 0) {
    for (const { row, columns } of corrections) {
      const change = columns === 'delete' ? { RowMod: 'D' } : { ...columns, RowMod: 'U' };
      ds = withColumns(ds, journalTables.line, change, (each) => each === row);
    }
    await calls.save(ds);
    return;
  }
  const { fiscalCalendarID: _calendar, ...parameters } = key;
  for (const line of missing) {
    ds = await calls.step('GetNewGLJrnDtlMnl', { ...parameters, journalLine: 0 }, ds);
    ds = await calls.save(withNewColumns(ds, journalTables.line, lineColumns(connection, line, ds)));
  }
}

/** Deletes a journal that is not posted. */
export async function deleteJournal(
  connection: EpicorConnection,
  key: JournalKey,
  { calls }: OperationContext,
): Promise<void> {
  const parameters = { ...key };
  await callMethod(connection, calls, { service, method: 'DeleteByID', parameters, effect: 'once' });
}

/** In the currency of the book, all columns say the same; in another one Epicor computes them. */
function lineColumns({ journalColumn }: EpicorConnection, line: CodedLine, dataset: Dataset): JsonObject {
  const { amount, account, description, vendorNum } = line;
  const [head] = rowsOf(dataset, journalTables.head);
  const rate = decimalIn(head, 'ExchangeRate');
  const isBase = rate === undefined || equal(rate, '1') || equal(rate, '0');
  const isDebit = compare(amount, '0') > 0;
  const side = numberToken(absolute(amount));
  const id = head?.[journalColumn];
  return {
    ...accountColumns(account),
    DocTransAmt: numberToken(amount),
    ...(isBase
      ? {
          TransAmt: numberToken(amount),
          DebitAmount: isDebit ? side : 0,
          CreditAmount: isDebit ? 0 : side,
        }
      : {}),
    ...(description === undefined ? {} : { Description: clipped(description) }),
    ...(vendorNum === undefined ? {} : { VendorNum: vendorNum }),
    // Posted lines are found by it where posted journals leave the entry service.
    ...(journalColumn === 'CommentText' && id !== undefined ? { CommentText: id } : {}),
    RowMod: 'A',
  };
}

function journalCalls(connection: EpicorConnection, { calls }: OperationContext) {
  const call = async (method: string, parameters: JsonObject, effect: HttpRequest['effect']) =>
    (await callMethod(connection, calls, { service, method, parameters, effect })).dataset;
  return {
    step: (method: string, parameters: JsonObject, ds: Dataset) =>
      call(method, { ...parameters, ds }, 'read'),
    save: async (ds: Dataset) => afterSave(await call('Update', { ds }, 'once'), journalTables.head),
  };
}

function clipped(text: string): string {
  return [...text].slice(0, descriptionLength).join('');
}
