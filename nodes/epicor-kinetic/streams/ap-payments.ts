import type { JsonObject } from '../../../runtime/connector/json';
import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import { conform } from '../../../runtime/connector/schema';
import type { ReadContext } from '../../../runtime/connector/system';
import { day, decimal, flag, integer, listOf, rowSchema, text } from '../columns';
import type { EpicorConnection } from '../connection';
import { asRow, rowsOf } from '../dataset';
import { getById } from '../get-by-id';
import { readOptionFields } from '../read-options';
import { streamReader } from '../stream-reader';
import { paymentTable } from '../tables';
import { tokensToText } from '../tokens';

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
  help: 'AP payments, posted or not, voided ones included. Fetched whole, with the invoices they pay, just before they are mapped.',
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
  if (!found) return undefined;
  const head = asRow(tokensToText(found.head)) ?? {};
  const dataset = asRow(tokensToText(found.dataset)) ?? {};
  return conform({ ...head, Allocations: [...rowsOf(dataset, 'APTran')] }, paymentRow);
}
