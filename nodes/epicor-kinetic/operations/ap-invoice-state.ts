import type { OperationContext } from '../../../runtime/connector/system';
import { absolute, equal } from '../../../runtime/mapping/decimals';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { type Dataset, dateIn, decimalIn, flagIn, textIn } from '../dataset';
import { findRows } from '../find-rows';
import { type FoundDocument, getById } from '../get-by-id';
import { invoiceTable } from '../tables';
import { isStatus } from '../troubles';
import { type Invoice, invoiceKey } from './ap-invoice-document';

/** An invoice as it stands in Epicor. */
export interface FoundInvoice {
  readonly dataset: Dataset;
  readonly documentId: string | undefined;
  readonly groupId: string | undefined;
  readonly posted: boolean;
  readonly isDebitMemo: boolean;
  readonly amount: string | undefined;
  readonly currency: string | undefined;
  readonly date: string | undefined;
}

/**
 * The invoice of this vendor and number, fresh and whole.
 * @returns undefined when there is none
 * @throws SystemError
 */
export async function readInvoice(
  connection: EpicorConnection,
  { vendorNum, invoiceNum }: Pick<Invoice, 'vendorNum' | 'invoiceNum'>,
  { calls }: OperationContext,
): Promise<FoundInvoice | undefined> {
  const key = { VendorNum: vendorNum, InvoiceNum: invoiceNum };
  const found = await getById(connection, calls, invoiceTable, { vendorNum, invoiceNum }, key);
  return found && stateOf(connection, found);
}

/**
 * Whether an invoice of this number is there, without reading it whole.
 * @returns its number as Epicor has it: numbers are compared without case over there
 */
export async function findNumber(
  connection: EpicorConnection,
  { vendorNum, invoiceNum }: Invoice,
  { calls }: OperationContext,
): Promise<string | undefined> {
  const [row] = await findRows(connection, calls, {
    name: 'find-invoice',
    table: invoiceTable,
    conditions: [equals('VendorNum', vendorNum), equals('InvoiceNum', invoiceNum)],
    columns: [],
  });
  return textIn(row, 'InvoiceNum');
}

/** Keys of the invoices that carry the ID of our document, under whatever number. */
export async function findByDocument(
  connection: EpicorConnection,
  { documentId }: Pick<Invoice, 'documentId'>,
  { calls }: OperationContext,
): Promise<readonly string[]> {
  const { invoiceColumn } = connection;
  try {
    const rows = await findRows(connection, calls, {
      name: 'find-invoice-by-document',
      table: invoiceTable,
      conditions: [equals(invoiceColumn, documentId)],
      columns: [invoiceColumn],
    });
    return rows
      .filter((row) => textIn(row, invoiceColumn) === documentId)
      .map((row) => `${textIn(row, 'VendorNum')}|${textIn(row, 'InvoiceNum')}`);
  } catch (error) {
    // A server that cannot filter by the column still finds the invoice by its number.
    if (isStatus(error, 400)) return [];
    throw error;
  }
}

/** The same document by what people compare: type, currency, total and date. */
export function looksLike(invoice: Invoice, found: FoundInvoice): boolean {
  return (
    found.isDebitMemo === invoice.isDebitMemo &&
    found.currency?.toUpperCase() === invoice.currency.toUpperCase() &&
    found.date === invoice.invoiceDate &&
    found.amount !== undefined &&
    equal(absolute(found.amount), invoice.amount)
  );
}

/** Both documents side by side, for a person to decide. */
export function bothShown(invoice: Invoice, found: FoundInvoice) {
  const { amount, currency, date, documentId, posted, groupId } = found;
  return {
    invoice: invoiceKey(invoice),
    ours: {
      amount: invoice.amount,
      currency: invoice.currency,
      date: invoice.invoiceDate,
      documentId: invoice.documentId,
    },
    theirs: {
      amount: amount ?? null,
      currency: currency ?? null,
      date: date ?? null,
      documentId: documentId ?? null,
      posted,
      group: groupId ?? null,
    },
  };
}

function stateOf({ invoiceColumn }: EpicorConnection, { dataset, head }: FoundDocument): FoundInvoice {
  return {
    dataset,
    documentId: textIn(head, invoiceColumn),
    groupId: textIn(head, 'GroupID'),
    posted: flagIn(head, 'Posted') === true,
    isDebitMemo: flagIn(head, 'DebitMemo') === true,
    amount: decimalIn(head, 'DocInvoiceAmt'),
    currency: textIn(head, 'CurrencyCode'),
    date: dateIn(head, 'InvoiceDate'),
  };
}
