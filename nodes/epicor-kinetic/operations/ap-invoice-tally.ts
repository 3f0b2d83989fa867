import type { OperationContext, TallyRow } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { dateIn, decimalIn, textIn } from '../dataset';
import { assertCompany, searchSource } from '../find-rows';
import { keyOf } from '../row-keys';
import { readByVersion, versionColumn } from '../row-versions';
import { invoiceTable } from '../tables';

const name = 'tally-invoices';
const pageSize = 100;

/** Every invoice in Epicor that carries the ID of a document or was adopted; amounts as stored, negative for debit memos. */
export async function* tallyInvoices(
  connection: EpicorConnection,
  { calls, signal }: OperationContext,
  adopted: ReadonlySet<string> = new Set(),
): AsyncGenerator<TallyRow, void, void> {
  const { invoiceColumn } = connection;
  const columns = [versionColumn, invoiceColumn, 'DocInvoiceAmt', 'CurrencyCode', 'InvoiceDate'];
  const source = searchSource(connection, calls, { table: invoiceTable, name, columns });
  const key = keyOf(invoiceTable, name);
  const read = { source, name, after: 0n, pageSize, conditions: [], key: invoiceTable.key, keyOf: key };
  const seen = new Set<string>();
  for await (const { rows } of readByVersion(read)) {
    signal.throwIfAborted();
    assertCompany(rows, connection, name);
    for (const row of rows) {
      const ref = key(row);
      const isOurs = textIn(row, invoiceColumn) !== undefined || adopted.has(ref);
      if (!isOurs || seen.has(ref)) continue;
      seen.add(ref);
      const amount = decimalIn(row, 'DocInvoiceAmt');
      const currency = textIn(row, 'CurrencyCode');
      const date = dateIn(row, 'InvoiceDate');
      yield {
        ref,
        ...(amount === undefined ? {} : { amount }),
        ...(currency === undefined ? {} : { currency }),
        ...(date === undefined ? {} : { date }),
      };
    }
  }
}
