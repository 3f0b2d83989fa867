import type { JsonObject } from '../../../runtime/connector/json';
import type { Calls } from '../../../runtime/connector/system';
import { add, compare } from '../../../runtime/mapping/decimals';
import { type Condition, equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { type Dataset, dateIn, decimalIn, flagIn, integerIn, rowsOf, textIn } from '../dataset';
import { findRows } from '../find-rows';
import { getById } from '../get-by-id';
import { allocationTable, paymentTable, voidableTable } from '../tables';
import { noneWhere } from '../troubles';

/** A payment as it stands in Epicor. */
export interface PaymentHead {
  readonly headNum: number;
  readonly groupId: string | undefined;
  readonly posted: boolean;
  readonly voided: boolean;
  readonly vendorNum: number | undefined;
  readonly date: string | undefined;
  readonly currency: string | undefined;
  readonly checkNum: number | undefined;
  readonly amount: string | undefined;
  readonly reference: string | undefined;
}

/** What the payment does to an invoice, twins of voided rows left out. */
export interface AppliedAmount {
  readonly invoiceNum: string;
  readonly applied: string;
  readonly discount: string;
  readonly posted: boolean;
}

export interface RecordedPayment {
  readonly head: PaymentHead;
  readonly applied: readonly AppliedAmount[];
  /** For the next call that changes it. Absent when it was read from a search service. */
  readonly dataset: Dataset | undefined;
}

const headColumns = [
  'GroupID',
  'Posted',
  'Voided',
  'VendorNum',
  'CheckDate',
  'CurrencyCode',
  'CheckNum',
  'DocCheckAmt',
  'DocPaymentTotal',
] as const;

/** Statuses by which an optional source says that it is not available here. */
const unavailable = [400, 403, 404, 405, 501];
/** The same, and that it fails again and again: its service is too heavy. */
export const outOfReach = [...unavailable, 500];

/**
 * Payments that carry the payer's ID, live and voided.
 * @param sent one was sent, or may have been: then it must not be overlooked because a service fails
 * @throws SystemError
 */
export async function findByReference(
  connection: EpicorConnection,
  calls: Calls,
  paymentId: string,
  sent: boolean,
): Promise<readonly PaymentHead[]> {
  const condition = equals(connection.referenceColumn, paymentId);
  const found = await findHeads(connection, calls, [condition]);
  // Text is compared without case and trailing blanks over there.
  const same = found.filter(({ reference }) => reference === paymentId);
  if (same.length > 0 || (await showsPosted(connection, calls))) return same;
  const posted = await findVoidable(connection, calls, condition, sent ? 'throw' : 'none');
  return posted.filter(({ reference }) => reference === paymentId);
}

/** Payments of a group. */
export function findByGroup(
  connection: EpicorConnection,
  calls: Calls,
  groupId: string,
): Promise<readonly PaymentHead[]> {
  return findHeads(connection, calls, [equals('GroupID', groupId)]);
}

export function findHeads(
  connection: EpicorConnection,
  calls: Calls,
  conditions: readonly Condition[],
  order: { readonly descending?: boolean; readonly top?: number } = {},
): Promise<readonly PaymentHead[]> {
  const columns = [...headColumns, connection.referenceColumn];
  const search = { name: 'find-payments', table: paymentTable, conditions, columns, ...order };
  return findRows(connection, calls, search).then((rows) => rows.map((row) => headOf(row, connection)));
}

/**
 * One payment with what it does to which invoice, fresh.
 * @returns undefined when there is no such payment
 * @throws SystemError
 */
export async function readPayment(
  connection: EpicorConnection,
  calls: Calls,
  headNum: number,
): Promise<RecordedPayment | undefined> {
  const found = await getById(connection, calls, paymentTable, { headNum }, { HeadNum: headNum });
  if (found) {
    const applied = appliedIn(rowsOf(found.dataset, 'APTran'));
    return { head: headOf(found.head, connection), applied, dataset: found.dataset };
  }
  const [head] = await findVoidable(connection, calls, equals('HeadNum', headNum), 'throw');
  if (!head) return undefined;
  const rows = await findRows(connection, calls, {
    name: 'find-allocations',
    table: allocationTable,
    conditions: [equals('HeadNum', headNum)],
    columns: ['DocTranAmt', 'DocDiscAmt', 'Posted'],
  });
  return { head, applied: appliedIn(rows), dataset: undefined };
}

function headOf(row: JsonObject, { referenceColumn }: EpicorConnection): PaymentHead {
  const entered = decimalIn(row, 'DocPaymentTotal');
  const amount = decimalIn(row, 'DocCheckAmt');
  return {
    headNum: integerIn(row, 'HeadNum') ?? 0,
    groupId: textIn(row, 'GroupID'),
    posted: flagIn(row, 'Posted') === true,
    voided: flagIn(row, 'Voided') === true,
    vendorNum: integerIn(row, 'VendorNum'),
    date: dateIn(row, 'CheckDate'),
    currency: textIn(row, 'CurrencyCode'),
    checkNum: integerIn(row, 'CheckNum'),
    amount: isNothing(amount) ? entered : amount,
    reference: textIn(row, referenceColumn),
  };
}

function appliedIn(rows: readonly JsonObject[]): AppliedAmount[] {
  const byInvoice = new Map<string, AppliedAmount>();
  for (const row of rows.filter((each) => flagIn(each, 'Voided') !== true)) {
    const invoiceNum = textIn(row, 'InvoiceNum') ?? '';
    const before = byInvoice.get(invoiceNum) ?? { invoiceNum, applied: '0', discount: '0', posted: true };
    byInvoice.set(invoiceNum, {
      invoiceNum,
      applied: add(before.applied, decimalIn(row, 'DocTranAmt') ?? '0'),
      discount: add(before.discount, decimalIn(row, 'DocDiscAmt') ?? '0'),
      posted: before.posted && flagIn(row, 'Posted') === true,
    });
  }
  return [...byInvoice.values()];
}

/** Whether payment entry shows posted payments on this site. Once one is seen, they all are. */
export async function showsPosted(connection: EpicorConnection, calls: Calls): Promise<boolean> {
  const { learned } = connection;
  if (!learned.showsPosted) {
    const posted: Condition = { column: 'Posted', operator: 'eq', value: { flag: true } };
    const found = await findHeads(connection, calls, [posted], { top: 1 });
    learned.showsPosted = found.some((head) => head.posted);
  }
  return learned.showsPosted;
}

/** Posted payments as the service for voiding lists them, on sites where payment entry hides them. */
export async function findVoidable(
  connection: EpicorConnection,
  calls: Calls,
  condition: Condition,
  whenFailing: 'none' | 'throw',
): Promise<readonly PaymentHead[]> {
  const columns = [...headColumns, connection.referenceColumn];
  const search = { name: 'find-posted-payments', table: voidableTable, conditions: [condition], columns };
  const statuses = whenFailing === 'none' ? outOfReach : unavailable;
  const rows = await noneWhere(statuses, () => findRows(connection, calls, search));
  return rows.map((row) => ({ ...headOf(row, connection), posted: true }));
}

function isNothing(amount: string | undefined): boolean {
  return amount === undefined || compare(amount, '0') === 0;
}
