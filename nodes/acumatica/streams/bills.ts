import type { JsonObject } from '../../../runtime/connector/json';
import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import type { ReadContext } from '../../../runtime/connector/system';
import { getByKeys } from '../api';
import { day, decimal, flag, instant, integer, listOf, rowSchema, text, texts } from '../columns';
import type { AcumaticaConnection } from '../connection';
import { documentKey } from '../document-key';
import { findBy, from, fullEvery, overlap, pageSize, types } from '../read-options';
import { rowOf, streamReader } from '../stream-reader';

/** Bills, and what they are corrected with. */
export const usualTypes = 'Bill,Debit Adj.';

const line = rowSchema({
  id: text(),
  ...texts('Branch', 'InventoryID', 'UOM'),
  TransactionDescription: text('Text of the line.'),
  Qty: decimal(),
  UnitCost: decimal(),
  ExtendedCost: decimal('Before discounts.'),
  Amount: decimal('After discounts: what counts.'),
  Account: text(),
  Description: text('Name of the account.'),
  Subaccount: text('All segments.'),
  ...texts('Project', 'ProjectTask', 'CostCode', 'TaxCategory', 'POOrderType', 'POOrderNbr', 'POReceiptNbr'),
  POLine: integer(),
  POReceiptLine: integer(),
});

const tax = rowSchema({
  TaxID: text(),
  TaxableAmount: decimal(),
  TaxAmount: decimal(),
  TaxRate: decimal(),
});

const application = rowSchema({
  DocType: text(),
  ReferenceNbr: text(),
  AmountPaid: decimal(),
  Balance: decimal(),
  Status: text(),
});

/** Without the id: it may be the session's own, and would show every bill as changed. */
const billRow = rowSchema({
  Type: text('Bill, Credit Adj., Debit Adj. or Prepayment. Amounts are positive in all of them.'),
  ReferenceNbr: text('Number that Acumatica gave.'),
  Status: text('Open and Closed are released.'),
  Hold: flag(),
  ApprovedForPayment: flag(),
  Vendor: text('VendorID'),
  LocationID: text(),
  VendorRef: text("The vendor's invoice number."),
  Date: day(),
  DueDate: day(),
  PostPeriod: text('Month and year: 032026.'),
  Description: text(),
  Terms: text(),
  CurrencyID: text(),
  BranchID: text(),
  CashAccount: text(),
  Project: text(),
  Amount: decimal('Total of the document, tax included.'),
  Balance: decimal('What is open.'),
  TaxTotal: decimal(),
  LastModifiedDateTime: instant(),
  Details: listOf(line),
  TaxDetails: listOf(tax),
  Applications: listOf(application),
});

export const bills: StreamDeclaration = {
  title: 'AP bills',
  help: 'AP bills and debit adjustments in every state; which of them count as released is a rule of the flow. Fetched whole, with lines, taxes and applied payments, just before they are mapped.',
  row: billRow,
  key: ['Type', 'ReferenceNbr'],
  cursor: { strategy: 'timestamp-overlap', precision: 'instant', ordered: false },
  deletes: 'status-flag',
  detail: true,
  tally: { amount: 'Amount', currency: 'CurrencyID', date: 'Date' },
  options: [
    types(usualTypes),
    from,
    findBy,
    overlap,
    fullEvery('A payment that is applied to a bill may not raise its LastModifiedDateTime.'),
    pageSize,
  ],
};

export function billReader(connection: AcumaticaConnection) {
  return streamReader(connection, {
    callName: 'list-bills',
    entity: 'Bill',
    key: bills.key,
    schema: billRow,
    modified: true,
    types: usualTypes,
    documentDate: 'Date',
    scansFully: true,
    get: (key, context) => readBill(connection, key, context),
  });
}

/** By its key a record brings any part along; in a list Acumatica refuses some of them. */
async function readBill(
  connection: AcumaticaConnection,
  key: string,
  context: ReadContext,
): Promise<JsonObject | undefined> {
  const expand = ['Details', 'TaxDetails', 'Applications'];
  const bill = await getByKeys(connection, context, 'get-bills', documentKey('Bill', key), expand);
  return bill && rowOf(connection, billRow, bill);
}
