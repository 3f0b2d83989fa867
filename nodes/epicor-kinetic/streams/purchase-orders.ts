import type { JsonObject } from '../../../runtime/connector/json';
import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import type { ReadContext } from '../../../runtime/connector/system';
import { conformed, day, decimal, flag, integer, listOf, rowSchema, text } from '../columns';
import type { EpicorConnection } from '../connection';
import { asRow, type Dataset, integerIn, rowsOf } from '../dataset';
import { getById } from '../get-by-id';
import { isAccountRow } from '../invoice-document';
import { readOptionFields } from '../read-options';
import { streamReader } from '../stream-reader';
import { orderTable } from '../tables';
import { tokensToText } from '../tokens';

const dateColumn = 'ChangeDate';
const documentDate = 'OrderDate';

const release = rowSchema({
  PORelNum: integer(),
  RelQty: decimal(),
  ReceivedQty: decimal(),
  InvoicedQty: decimal(),
  DueDate: day(),
  TranType: text(),
  Status: text(),
  JobNum: text(),
  Plant: text(),
  OpenRelease: flag(),
  VoidRelease: flag(),
  COACode: text(),
  GLAccount: text('Segments joined by a bar; empty where the order has none of its own.'),
  GLAccountDisplay: text('The account as people write it.'),
});

const line = rowSchema({
  POLine: integer(),
  OpenLine: flag(),
  VoidLine: flag(),
  PartNum: text(),
  VenPartNum: text(),
  LineDesc: text(),
  OrderQty: decimal(),
  PUM: text('Unit of the order quantity.'),
  XOrderQty: decimal(),
  IUM: text(),
  DocUnitCost: decimal(),
  CostPerCode: text('The cost is per: E each, C hundred, M thousand.'),
  DocExtCost: decimal(),
  TaxCatID: text(),
  DueDate: day(),
  Releases: listOf(release),
});

const orderRow = rowSchema({
  Company: text(),
  PONum: integer(),
  OpenOrder: flag(),
  VoidOrder: flag(),
  OrderHeld: flag(),
  OrderDate: day(),
  DueDate: day(),
  PromiseDate: day(),
  VendorNum: integer(),
  VendorVendorID: text(),
  PurPoint: text(),
  TermsCode: text(),
  CurrencyCode: text(),
  BuyerID: text(),
  ApprovalStatus: text('U unsubmitted, P pending, A approved, R rejected.'),
  Approve: flag(),
  Confirmed: flag(),
  POType: text(),
  DocTotalOrder: decimal("Total in the order's currency."),
  ShipName: text(),
  Lines: listOf(line),
});

export const purchaseOrders: StreamDeclaration = {
  title: 'Purchase orders',
  help: 'Purchase orders in every state, so that a closing shows too; which of them count as open is a rule of the flow. Fetched whole, with lines and releases, just before they are mapped.',
  row: orderRow,
  key: ['PONum'],
  cursor: { strategy: 'row-version', precision: 'row-version', ordered: true },
  deletes: 'status-flag',
  detail: true,
  tally: { amount: 'DocTotalOrder', currency: 'CurrencyCode', date: documentDate },
  options: readOptionFields(dateColumn, documentDate),
};

export function purchaseOrderReader(connection: EpicorConnection) {
  return streamReader(connection, {
    callName: 'list-purchase-orders',
    table: orderTable,
    schema: orderRow,
    dateColumn,
    documentDate,
    get: (key, context) => readOrder(connection, key, context),
  });
}

async function readOrder(
  connection: EpicorConnection,
  key: string,
  { calls }: ReadContext,
): Promise<JsonObject | undefined> {
  const poNum = Number(key);
  const found = await getById(connection, calls, orderTable, { poNum }, { PONum: poNum });
  if (!found) return undefined;
  const dataset = asRow(tokensToText(found.dataset)) ?? {};
  const head = asRow(tokensToText(found.head)) ?? {};
  const lines = rowsOf(dataset, 'PODetail').map((row) => ({ ...row, Releases: releasesOf(dataset, row) }));
  return conformed({ ...head, Lines: lines }, orderRow);
}

function releasesOf(dataset: Dataset, line: JsonObject): JsonObject[] {
  const number = integerIn(line, 'POLine');
  return rowsOf(dataset, 'PORel')
    .filter((row) => integerIn(row, 'POLine') === number)
    .map((row) => {
      const account = rowsOf(dataset, 'PORelTGLC').find(
        (each) =>
          isAccountRow(each) &&
          integerIn(each, 'POLine') === number &&
          integerIn(each, 'PORelNum') === integerIn(row, 'PORelNum'),
      );
      return {
        ...row,
        COACode: account?.['COACode'] ?? null,
        GLAccount: account?.['GLAccount'] ?? null,
        GLAccountDisplay: account?.['GLAccountGLAcctDisp'] ?? null,
      };
    });
}
