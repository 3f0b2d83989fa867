import type { JsonObject } from '../../../runtime/connector/json';
import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import type { Calls, ReadContext } from '../../../runtime/connector/system';
import { columnNames, conformed, day, decimal, flag, integer, listOf, rowSchema, text } from '../columns';
import type { EpicorConnection } from '../connection';
import { asRow, integerIn, rowsOf, textIn } from '../dataset';
import { getById } from '../get-by-id';
import { standingOf } from '../paid-totals';
import { readOptionFields } from '../read-options';
import { streamReader } from '../stream-reader';
import { paymentTable } from '../tables';
import { tokensToText } from '../tokens';
import { hiddenPayment, hiddenPayments } from './hidden-payments';

const dateColumn = 'ChangeDate';
const documentDate = 'CheckDate';

const allocation = rowSchema({
  APTranNo: integer(),
  TranType: text('Pay or Adj.'),
  VendorNum: integer(),
  InvoiceNum: text('Empty for a payment without an invoice.'),
  DocTranAmt: decimal('Amount applied, discount included; negative for a debit memo.'),
  DocDiscAmt: decimal(),
  TranDate: day(),
  Posted: flag(),
  Voided: flag('It takes an earlier allocation back; the sign is turned.'),
  Description: text(),
  DocInvoiceAmt: decimal('Total of the invoice.'),
  DocInvoiceBal: decimal('Open balance of the invoice by posted payments.'),
  DocPaidTotal: decimal(
    'Paid on the invoice by all posted payments so far, without discounts; voids are off.',
  ),
  DocDiscountTotal: decimal('Discounts taken on the invoice by all posted payments so far.'),
  DocumentID: text('ID of the document that the invoice was entered for.'),
});

const paymentRow = rowSchema({
  Company: text(),
  HeadNum: integer('Number the system gave.'),
  GroupID: text(),
  Posted: flag(),
  BankAcctID: text(),
  CheckNum: integer(),
  CheckDate: day(),
  VendorNum: integer(),
  Name: text(),
  CurrencyCode: text(),
  DocCheckAmt: decimal("Amount in the payment's currency."),
  PMUID: integer('Payment method.'),
  PMUIDName: text(),
  ElecPayment: flag(),
  Voided: flag(),
  VoidDate: day(),
  VoidedReason: text(),
  ClearedCheck: flag(),
  ClearedDate: day(),
  PaymentNumber: text(),
  OwnReference: text(),
  XRefCheckNum: text(),
  BankTranID: text(),
  Description: text(),
  LegalNumber: text(),
  Allocations: listOf(allocation),
});

export const apPayments: StreamDeclaration = {
  title: 'AP payments',
  help: 'AP payments, posted or not, voided ones included. Fetched whole, with the invoices they pay and what was paid on each so far, just before they are mapped.',
  row: paymentRow,
  key: ['HeadNum'],
  cursor: { strategy: 'row-version', precision: 'row-version', ordered: true },
  deletes: 'status-flag',
  detail: true,
  tally: { amount: 'DocCheckAmt', currency: 'CurrencyCode', date: 'CheckDate' },
  options: readOptionFields(dateColumn, documentDate),
};

export function apPaymentReader(connection: EpicorConnection) {
  return streamReader(connection, {
    callName: 'list-ap-payments',
    table: paymentTable,
    schema: paymentRow,
    dateColumn,
    documentDate,
    besides: (calls, columns) => hiddenPayments(connection, calls, columns),
    get: (key, context) => readPayment(connection, key, context),
  });
}

async function readPayment(
  connection: EpicorConnection,
  key: string,
  { calls }: ReadContext,
): Promise<JsonObject | undefined> {
  const headNum = Number(key);
  const found = await getById(connection, calls, paymentTable, { headNum }, { HeadNum: headNum });
  const payment = found
    ? {
        head: asRow(tokensToText(found.head)) ?? {},
        allocations: rowsOf(asRow(tokensToText(found.dataset)), 'APTran'),
      }
    : await hiddenPayment(connection, calls, headNum, columnNames(paymentRow));
  if (!payment) return undefined;
  const { head } = payment;
  const allocations: JsonObject[] = [];
  for (const row of payment.allocations) allocations.push(await withInvoice(connection, calls, row, head));
  return conformed({ ...head, Allocations: allocations }, paymentRow);
}

async function withInvoice(
  connection: EpicorConnection,
  calls: Calls,
  row: JsonObject,
  head: JsonObject,
): Promise<JsonObject> {
  const vendorNum = integerIn(row, 'VendorNum') ?? integerIn(head, 'VendorNum');
  const invoiceNum = textIn(row, 'InvoiceNum');
  if (vendorNum === undefined || invoiceNum === undefined) return row;
  return { ...row, ...(await standingOf(connection, calls, vendorNum, invoiceNum)) };
}
