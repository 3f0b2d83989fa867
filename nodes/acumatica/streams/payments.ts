import type { JsonObject } from '../../../runtime/connector/json';
import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import type { ReadContext } from '../../../runtime/connector/system';
import { getByKeys } from '../api';
import { day, decimal, flag, instant, listOf, rowSchema, text } from '../columns';
import type { AcumaticaConnection } from '../connection';
import { documentKey } from '../document-key';
import { findBy, from, overlap, pageSize, types } from '../read-options';
import { rowOf, streamReader } from '../stream-reader';

const usualTypes = 'Payment,Voided Payment';

const toApply = rowSchema({
  id: text(),
  DocType: text(),
  ReferenceNbr: text(),
  AmountPaid: decimal(),
  Balance: decimal(),
});

const applied = rowSchema({
  id: text(),
  DocType: text(),
  ReferenceNbr: text(),
  VendorRef: text(),
  AmountPaid: decimal(),
  Balance: decimal(),
  CashDiscountTaken: decimal(),
});

/** Without the id: it may be the session's own, and would show every payment as changed. */
const paymentRow = rowSchema({
  Type: text('Payment, Voided Payment, Debit Adj., Prepayment, Refund or Voided Refund.'),
  ReferenceNbr: text('Number that Acumatica gave; a void has the number of its payment.'),
  Status: text('Open and Closed are released.'),
  Hold: flag(),
  Vendor: text('VendorID'),
  PaymentMethod: text(),
  CashAccount: text(),
  PaymentRef: text('Number of the check, or ID of the payment at the payer.'),
  ApplicationDate: day(),
  PaymentAmount: decimal(),
  UnappliedBalance: decimal(),
  CurrencyID: text(),
  Description: text(),
  LastModifiedDateTime: instant(),
  Details: listOf(toApply),
  History: listOf(applied),
});

export const payments: StreamDeclaration = {
  title: 'AP payments',
  help: 'Checks and payments: the documents that Acumatica calls Check, whatever they are paid with. Fetched whole, with the bills they pay (Details before the release, History after it), just before they are mapped.',
  row: paymentRow,
  key: ['Type', 'ReferenceNbr'],
  cursor: { strategy: 'timestamp-overlap', precision: 'instant', ordered: false },
  deletes: 'status-flag',
  detail: true,
  tally: { amount: 'PaymentAmount', currency: 'CurrencyID', date: 'ApplicationDate' },
  options: [types(usualTypes), from, findBy, overlap, pageSize],
};

export function paymentReader(connection: AcumaticaConnection) {
  return streamReader(connection, {
    callName: 'list-payments',
    entity: 'Check',
    key: payments.key,
    schema: paymentRow,
    modified: true,
    types: usualTypes,
    documentDate: 'ApplicationDate',
    get: (key, context) => readPayment(connection, key, context),
  });
}

async function readPayment(
  connection: AcumaticaConnection,
  key: string,
  context: ReadContext,
): Promise<JsonObject | undefined> {
  const expand = ['Details', 'History'];
  const payment = await getByKeys(connection, context, 'get-payments', documentKey('Check', key), expand);
  return payment && rowOf(connection, paymentRow, payment);
}
