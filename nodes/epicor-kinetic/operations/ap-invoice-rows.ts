import Big from 'big.js';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { absolute, compare, negate } from '../../../runtime/mapping/decimals';
import type { EpicorConnection } from '../connection';
import { decimalIn } from '../dataset';
import { numberToken } from '../tokens';
import type { Invoice } from './ap-invoice-document';
import type { Coding, InvoicePlan, PlannedLine } from './ap-invoice-plan';
import { accountColumns } from './gl-accounts';

export const tables = {
  head: 'APInvHed',
  line: 'APInvDtl',
  expense: 'APInvExp',
  account: 'APInvExpTGLC',
} as const;

/** What the columns hold at least. */
const descriptionLength = 50;
/** Decimal places that a unit cost keeps. */
const costScale = 5;

/** How amounts are written into the screen's columns, and how they are stored. */
export interface Signs {
  entered(amount: string): string;
  stored(amount: string): string;
}

/**
 * Debit memos are stored negative. The screen's columns show them positive; the option says which way a site
 * wants them.
 */
export function signsOf({ isDebitMemo }: Invoice, { options }: OperationContext): Signs {
  const turns = isDebitMemo && options['memoSign'] === 'negative';
  return {
    entered: (amount) => (turns ? negate(amount) : amount),
    stored: (amount) => (isDebitMemo ? negate(amount) : amount),
  };
}

/** The other way round: for a site that stores what it is given where it was expected to turn it, and back. */
export function turned({ entered, stored }: Signs): Signs {
  return { entered: (amount) => negate(entered(amount)), stored };
}

/** Whether a debit memo was stored with the signs of an invoice: the site takes amounts as they are. */
export function isUnturned(row: JsonObject | undefined, { isDebitMemo }: Invoice): boolean {
  const total = decimalIn(row, 'DocInvoiceAmt');
  return isDebitMemo && total !== undefined && compare(total, '0') > 0;
}

/** Columns of the head that the document says; Epicor's defaults stay in the others. */
export function headColumns(
  connection: EpicorConnection,
  { invoice, vendorId, order }: InvoicePlan,
  groupId: string,
  signs: Signs,
): JsonObject {
  const { description, comment, termsCode, dueDate, invoiceRef } = invoice;
  const optional = (column: string, value: Json | undefined) =>
    value === undefined ? {} : { [column]: value };
  return {
    Company: connection.company,
    VendorNum: invoice.vendorNum,
    VendorNumVendorID: vendorId,
    InvoiceNum: invoice.invoiceNum,
    DebitMemo: invoice.isDebitMemo,
    GroupID: groupId,
    InvoiceDate: invoice.invoiceDate,
    ApplyDate: invoice.applyDate,
    CurrencyCode: invoice.currency,
    ScrDocInvoiceVendorAmt: numberToken(signs.entered(invoice.amount)),
    [connection.invoiceColumn]: invoice.documentId,
    ...optional('PayHold', invoice.payHold),
    ...optional('DueDate', dueDate),
    ...optional('TermsCode', termsCode),
    ...optional('Description', description && clipped(description)),
    ...optional('InvoiceComment', comment ?? tooLong(description)),
    ...optional('InvoiceRef', invoiceRef),
    ...optional('REFPONum', order),
    RowMod: 'A',
  };
}

/** The rows of a line that is matched with nothing, with its distributions and their accounts. */
export function lineRows(
  connection: EpicorConnection,
  { invoice }: InvoicePlan,
  line: PlannedLine,
  number: number,
  signs: Signs,
): { readonly line: JsonObject; readonly expenses: JsonObject[]; readonly accounts: JsonObject[] } {
  const key = { ...keyOf(connection, invoice), InvoiceLine: number };
  return {
    line: { ...key, LineType: 'M', ...lineColumns(line, signs), RowMod: 'A' },
    expenses: line.coding.map((each, at) => ({
      ...key,
      InvExpSeq: at + 1,
      ...expenseColumns(connection, each, signs),
      RowMod: 'A',
    })),
    accounts: line.coding.map((each, at) => ({
      ...accountKey(connection, invoice, number, at + 1),
      ...accountColumns(each.account),
      RowMod: 'A',
    })),
  };
}

/** Columns of a line that the document says. */
export function lineColumns(line: PlannedLine, signs: Signs): JsonObject {
  const comment = line.comment === undefined ? {} : { LineComment: line.comment };
  return { PartNum: '', Description: line.description, ...comment, ...costColumns(line, signs) };
}

/**
 * Quantity and unit cost that come to exactly the amount: the quantity of the document where the cost comes out
 * even, else one. A negative amount is a negative quantity.
 */
export function costColumns({ amount, quantity }: PlannedLine, signs: Signs): JsonObject {
  const entered = signs.entered(amount);
  const { units, cost } = evenly(absolute(amount), quantity);
  return {
    ScrVendorQty: numberToken(compare(entered, '0') < 0 ? negate(units) : units),
    DocUnitCost: numberToken(cost),
    ScrDocExtCost: numberToken(entered),
  };
}

/** For a line that is matched with an order: without a quantity of the document, the one that the row has counts. */
export function ofOrder(line: PlannedLine, row: JsonObject | undefined): PlannedLine {
  const quantity = line.quantity ?? decimalIn(row, 'ScrVendorQty') ?? decimalIn(row, 'VendorQty');
  return { ...line, quantity };
}

export function expenseColumns(
  { book }: EpicorConnection,
  { amount }: Pick<Coding, 'amount'>,
  signs: Signs,
): JsonObject {
  return {
    DocScrExpAmt: numberToken(signs.entered(amount)),
    ...(book === undefined ? {} : { BookID: book }),
  };
}

/** Where a row of accounts belongs: in columns of its own, and in the general key of such rows. */
export function accountKey(
  connection: EpicorConnection,
  invoice: Invoice,
  number: number,
  sequence: number,
): JsonObject {
  return {
    ...keyOf(connection, invoice),
    InvoiceLine: number,
    InvExpSeq: sequence,
    RelatedToFile: tables.expense,
    Key1: String(invoice.vendorNum),
    Key2: invoice.invoiceNum,
    Key3: String(number),
    Key4: String(sequence),
    GLAcctContext: 'Expense',
    RecordType: 'A',
    ...(connection.book === undefined ? {} : { BookID: connection.book }),
  };
}

function keyOf({ company }: EpicorConnection, { vendorNum, invoiceNum }: Invoice): JsonObject {
  return { Company: company, VendorNum: vendorNum, InvoiceNum: invoiceNum };
}

function evenly(amount: string, quantity: string | undefined): { units: string; cost: string } {
  if (quantity !== undefined && compare(quantity, '0') !== 0) {
    const units = absolute(quantity);
    const cost = new Big(amount).div(units).round(costScale);
    if (cost.times(units).eq(amount)) return { units, cost: cost.toString() };
  }
  return { units: '1', cost: amount };
}

function clipped(text: string): string {
  return [...text].slice(0, descriptionLength).join('');
}

/** A description that does not fit is kept whole in the comment. */
function tooLong(description: string | undefined): string | undefined {
  return description !== undefined && [...description].length > descriptionLength ? description : undefined;
}
