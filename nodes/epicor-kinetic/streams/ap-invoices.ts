import type { JsonObject } from '../../../runtime/connector/json';
import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import type { ReadContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { asRow } from '../dataset';
import { getById } from '../get-by-id';
import { invoiceDocument } from '../invoice-document';
import { invoiceRow } from '../invoice-rows';
import { readOptionFields } from '../read-options';
import { streamReader } from '../stream-reader';
import { invoiceTable } from '../tables';
import { tokensToText } from '../tokens';

const dateColumn = 'ChangeDate';
const documentDate = 'InvoiceDate';

export const apInvoices: StreamDeclaration = {
  title: 'AP invoices',
  help: 'AP invoices and debit memos in every state; which of them count as approved is a rule of the flow. Fetched whole, with lines and GL coding, just before they are mapped.',
  row: invoiceRow,
  key: ['VendorNum', 'InvoiceNum'],
  cursor: { strategy: 'row-version', precision: 'row-version', ordered: true },
  deletes: 'status-flag',
  detail: true,
  tally: { amount: 'DocInvoiceAmt', currency: 'CurrencyCode', date: 'InvoiceDate' },
  options: readOptionFields(dateColumn, documentDate),
};

export function apInvoiceReader(connection: EpicorConnection) {
  return streamReader(connection, {
    callName: 'list-ap-invoices',
    table: invoiceTable,
    schema: invoiceRow,
    dateColumn,
    documentDate,
    get: (key, context) => readInvoice(connection, key, context),
  });
}

/** The key is `<VendorNum>|<InvoiceNum>`; the number itself may hold a bar. */
async function readInvoice(
  connection: EpicorConnection,
  key: string,
  { calls }: ReadContext,
): Promise<JsonObject | undefined> {
  const bar = key.indexOf('|');
  const vendorNum = Number(key.slice(0, bar));
  const invoiceNum = key.slice(bar + 1);
  const found = await getById(
    connection,
    calls,
    invoiceTable,
    { vendorNum, invoiceNum },
    { VendorNum: vendorNum, InvoiceNum: invoiceNum },
  );
  if (!found) return undefined;
  const dataset = asRow(tokensToText(found.dataset)) ?? {};
  const head = asRow(tokensToText(found.head)) ?? {};
  return { ...customColumns(head), ...invoiceDocument(dataset, head, connection.coa) };
}

/** Custom columns come with the whole document; which of them count is up to the flow. */
function customColumns(head: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(head).filter(([name]) => /^[A-Za-z]\w*_c$/.test(name)));
}
