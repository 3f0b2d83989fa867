import { RecordOutcome } from '../../../runtime/connector/errors';
import type { OperationContext } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection, GlAccount } from '../connection';
import { flagIn, textIn } from '../dataset';
import { findRows } from '../find-rows';
import { vendorTable } from '../tables';
import { type Invoice, type InvoiceLine, orderText } from './ap-invoice-document';
import { findOrders, type KnownOrders, type OrderLine } from './ap-invoice-orders';
import { glAccountOf } from './gl-accounts';

export interface Coding {
  readonly amount: string;
  readonly account: GlAccount;
}

/** A line as it is going to be entered. */
export interface PlannedLine extends InvoiceLine {
  /** Empty where Epicor takes the account from the order or the vendor. */
  readonly coding: readonly Coding[];
  /** The order line it is matched with. */
  readonly match: OrderLine | undefined;
  /** The order as text, where there is nothing to match with. */
  readonly comment: string | undefined;
}

/** An invoice with everything it points at found in Epicor. */
export interface InvoicePlan {
  readonly invoice: Invoice;
  readonly vendorId: string;
  readonly lines: readonly PlannedLine[];
  /** Number of the order, when the lines point at a single one that Epicor has. */
  readonly order: number | undefined;
  /** Epicor is to add no tax of its own. */
  readonly clearsTax: boolean;
}

/**
 * Finds the vendor, the accounts and the orders of an invoice, before anything is written.
 * @throws RecordOutcome (park) naming the code that Epicor does not have
 * @throws SystemError
 */
export async function planOf(
  connection: EpicorConnection,
  invoice: Invoice,
  context: OperationContext,
): Promise<InvoicePlan> {
  const vendorId = await vendorIdOf(connection, invoice, context);
  const orders = await findOrders(connection, invoice, context);
  const lines: PlannedLine[] = [];
  for (const line of invoice.lines) lines.push(await plannedLine(connection, line, orders, context));
  return { invoice, vendorId, lines, order: orders.only, clearsTax: context.options['addedTax'] === 'clear' };
}

async function plannedLine(
  connection: EpicorConnection,
  line: InvoiceLine,
  orders: KnownOrders,
  context: OperationContext,
): Promise<PlannedLine> {
  const coding: Coding[] = [];
  for (const each of line.distributions) {
    coding.push({ amount: each.amount, account: await glAccountOf(connection, each, context) });
  }
  const match = line.order && orders.lineOf(line.order);
  const comment = line.order && !match ? orderText(line.order) : undefined;
  return { ...line, coding, match, comment };
}

async function vendorIdOf(
  connection: EpicorConnection,
  { vendorNum }: Invoice,
  { calls }: OperationContext,
): Promise<string> {
  const [row] = await findRows(connection, calls, {
    name: 'find-vendor',
    table: vendorTable,
    conditions: [equals('VendorNum', vendorNum)],
    columns: ['VendorID', 'Inactive'],
  });
  const vendorId = textIn(row, 'VendorID');
  if (vendorId === undefined) {
    const message = `There is no vendor ${vendorNum} in company ${connection.company}.`;
    throw new RecordOutcome('park', 'vendor-not-linked', { message, vendor: vendorNum });
  }
  if (flagIn(row, 'Inactive') === true) {
    const message = `Vendor ${vendorId} is inactive in Epicor.`;
    throw new RecordOutcome('park', 'vendor-inactive', { message, vendor: vendorId });
  }
  return vendorId;
}
