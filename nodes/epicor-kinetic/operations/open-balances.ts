import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Calls } from '../../../runtime/connector/system';
import { absolute, compare, subtract } from '../../../runtime/mapping/decimals';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { decimalIn, flagIn, textIn } from '../dataset';
import { findRows } from '../find-rows';
import { invoiceTable } from '../tables';
import type { Allocation, Payment } from './payment-document';

/**
 * Makes sure that every invoice and debit memo can take what the payment applies to it. The balance that
 * counts is the one after all payments entered, posted or not.
 * @returns numbers of those that are on payment hold
 * @throws RecordOutcome (park) `partly-paid` with the shortfall, `currency-mismatch`, or `not-ours` for an
 * invoice that is not there
 */
export async function assertOpenBalances(
  connection: EpicorConnection,
  calls: Calls,
  payment: Payment,
  allocations: readonly Allocation[],
): Promise<readonly string[]> {
  const held: string[] = [];
  for (const allocation of allocations) {
    const invoice = await findInvoice(connection, calls, payment.vendorNum, allocation.invoiceNum);
    if (!invoice) {
      throw new RecordOutcome('park', 'not-ours', {
        message: `Vendor ${payment.vendorNum} has no invoice ${allocation.invoiceNum} in company ${connection.company}.`,
      });
    }
    assertCurrency(invoice, payment, allocation);
    assertBalance(invoice, allocation);
    if (flagIn(invoice, 'PayHold') === true) held.push(allocation.invoiceNum);
  }
  return held;
}

async function findInvoice(
  connection: EpicorConnection,
  calls: Calls,
  vendorNum: number,
  invoiceNum: string,
): Promise<JsonObject | undefined> {
  const rows = await findRows(connection, calls, {
    name: 'find-invoice',
    table: invoiceTable,
    conditions: [equals('VendorNum', vendorNum), equals('InvoiceNum', invoiceNum)],
    columns: ['CurrencyCode', 'DocInvoiceBal', 'DocUnpostedBal', 'DocInvoiceAmt', 'PayHold'],
  });
  return rows.find((row) => textIn(row, 'InvoiceNum') === invoiceNum) ?? rows[0];
}

function assertCurrency(invoice: JsonObject, payment: Payment, { invoiceNum }: Allocation): void {
  const currency = textIn(invoice, 'CurrencyCode');
  if (currency === undefined || currency.toUpperCase() === payment.currency.toUpperCase()) return;
  throw new RecordOutcome('park', 'currency-mismatch', {
    message: `Invoice ${invoiceNum} is in ${currency}, the payment in ${payment.currency}.`,
    invoice: currency,
    payment: payment.currency,
  });
}

function assertBalance(invoice: JsonObject, { invoiceNum, applied }: Allocation): void {
  const open = decimalIn(invoice, 'DocUnpostedBal') ?? decimalIn(invoice, 'DocInvoiceBal');
  if (open === undefined) return;
  const sameSide = compare(open, '0') === compare(applied, '0');
  const left = sameSide ? absolute(open) : '0';
  const wanted = absolute(applied);
  if (compare(wanted, left) <= 0) return;
  throw new RecordOutcome('park', 'partly-paid', {
    message: `Invoice ${invoiceNum} has ${left} open, the payment applies ${wanted}.`,
    invoice: invoiceNum,
    open: left,
    applied: wanted,
    shortfall: subtract(wanted, left),
  });
}
