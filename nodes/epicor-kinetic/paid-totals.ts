import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import { subtract, sumOf } from '../../runtime/mapping/decimals';
import { equals } from './conditions';
import type { EpicorConnection } from './connection';
import { decimalIn, flagIn, textIn } from './dataset';
import { findRows } from './find-rows';
import { allocationTable, invoiceTable } from './tables';
import { isStatus } from './troubles';

/**
 * How an invoice stands after all posted payments, voids taken off: what was paid in money and taken as discount
 * so far, its total and open balance, and the ID of the document that it was entered for.
 * @throws SystemError
 */
export async function standingOf(
  connection: EpicorConnection,
  calls: Calls,
  vendorNum: number,
  invoiceNum: string,
): Promise<JsonObject> {
  const { invoiceColumn } = connection;
  const conditions = [equals('VendorNum', vendorNum), equals('InvoiceNum', invoiceNum)];
  const rows = await findRows(connection, calls, {
    name: 'find-invoice',
    table: invoiceTable,
    conditions,
    columns: ['DocInvoiceAmt', 'DocInvoiceBal', invoiceColumn],
  });
  const invoice = rows.find((row) => textIn(row, 'InvoiceNum') === invoiceNum) ?? rows[0];
  return {
    DocInvoiceAmt: decimalIn(invoice, 'DocInvoiceAmt') ?? null,
    DocInvoiceBal: decimalIn(invoice, 'DocInvoiceBal') ?? null,
    DocumentID: textIn(invoice, invoiceColumn) ?? null,
    ...(await paidSoFar(connection, calls, vendorNum, invoiceNum)),
  };
}

async function paidSoFar(
  connection: EpicorConnection,
  calls: Calls,
  vendorNum: number,
  invoiceNum: string,
): Promise<JsonObject> {
  try {
    const rows = await findRows(connection, calls, {
      name: 'find-allocations',
      table: allocationTable,
      conditions: [equals('VendorNum', vendorNum), equals('InvoiceNum', invoiceNum)],
      columns: ['DocTranAmt', 'DocDiscAmt', 'Posted'],
    });
    // Only what is posted can be voided, so the twin that takes it back counts however it is marked.
    const posted = rows.filter((row) => flagIn(row, 'Posted') === true || flagIn(row, 'Voided') === true);
    const discount = sumOf(posted.map((row) => decimalIn(row, 'DocDiscAmt') ?? '0'));
    const applied = sumOf(posted.map((row) => decimalIn(row, 'DocTranAmt') ?? '0'));
    return { DocPaidTotal: subtract(applied, discount), DocDiscountTotal: discount };
  } catch (error) {
    // Not every site lets this user search payments; total and balance say it without the discount.
    if (isStatus(error, 400, 403, 404, 405)) return { DocPaidTotal: null, DocDiscountTotal: null };
    throw error;
  }
}
