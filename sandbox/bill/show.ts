import { exact, type WireObject } from '../http/exact-json';
import { isZero, minus } from '../money';
import { type Organization, timeText } from './organization';
import type {
  BillLine,
  BillRecord,
  ClassificationRecord,
  CreditRecord,
  PaymentRecord,
  Stored,
  VendorRecord,
} from './records';

function times(row: Stored): WireObject {
  return { createdTime: timeText(row.created), updatedTime: timeText(row.updated) };
}

export function vendorName(organization: Organization, vendorId: string): string {
  return String(organization.vendors.get(vendorId)?.data['name'] ?? '');
}

/** What is still to be paid or under way. */
export function dueAmount(bill: BillRecord): string {
  return minus(minus(bill.amount, bill.paid), bill.credited);
}

export function billPaymentStatus(bill: BillRecord): string {
  if (isZero(dueAmount(bill)) && !isZero(bill.amount)) return 'PAID';
  if (!isZero(bill.scheduled)) return bill.inProcess ? 'IN_PROCESS' : 'SCHEDULED';
  return isZero(bill.paid) && isZero(bill.credited) ? 'UNPAID' : 'PARTIALLY_PAID';
}

export function showVendor(row: VendorRecord): WireObject {
  return {
    id: row.id,
    archived: row.archived,
    ...row.data,
    networkStatus: 'NOT_CONNECTED',
    bankAccountStatus: 'NO_ACCOUNT',
    recurringPayments: false,
    balance: { amount: 0, lastUpdatedDate: timeText(row.updated).slice(0, 10) },
    ...times(row),
  };
}

/** A vendor as a list shows it where lists are thin. */
export function showThinVendor(row: VendorRecord): WireObject {
  return { id: row.id, archived: row.archived, name: row.data['name'] ?? '', ...times(row) };
}

function showLine(line: BillLine): WireObject {
  const shown: WireObject = { id: line.id, amount: exact(line.amount) };
  if (line.quantity !== undefined) shown['quantity'] = exact(line.quantity);
  if (line.price !== undefined) shown['price'] = exact(line.price);
  if (line.description !== undefined) shown['description'] = line.description;
  if (line.classifications !== undefined) shown['classifications'] = line.classifications;
  return shown;
}

export function showBill(organization: Organization, row: BillRecord): WireObject {
  return {
    id: row.id,
    archived: row.archived,
    vendorId: row.vendorId,
    vendorName: vendorName(organization, row.vendorId),
    amount: exact(row.amount),
    paidAmount: exact(row.paid),
    dueAmount: exact(dueAmount(row)),
    scheduledAmount: exact(row.scheduled),
    creditAmount: exact(row.credited),
    paymentStatus: billPaymentStatus(row),
    approvalStatus: row.approvalStatus,
    recordStatus: row.archived ? 'INACTIVE' : 'ACTIVE',
    dueDate: row.dueDate,
    invoice: { invoiceNumber: row.number, invoiceDate: row.invoiceDate },
    billLineItems: row.lines.map(showLine),
    ...row.data,
    createdBy: '00601ABCDEFGHIJKL0001',
    ...times(row),
  };
}

export function showCredit(organization: Organization, row: CreditRecord): WireObject {
  const open = minus(row.amount, row.applied);
  const status = isZero(row.applied) ? 'NOT_APPLIED' : isZero(open) ? 'FULLY_APPLIED' : 'PARTIALLY_APPLIED';
  return {
    id: row.id,
    archived: row.archived,
    vendorId: row.vendorId,
    vendorName: vendorName(organization, row.vendorId),
    amount: exact(row.amount),
    appliedAmount: exact(row.applied),
    status,
    ...row.data,
    vendorCreditLineItems: row.lines.map(showLine),
    usage: row.usage.map((use) => ({
      billId: use.billId,
      paymentId: use.paymentId,
      amount: exact(use.amount),
    })),
    ...times(row),
  };
}

export function showClassification(row: ClassificationRecord): WireObject {
  return { id: row.id, archived: row.archived, ...row.data, ...times(row) };
}

function disbursement(row: PaymentRecord): WireObject {
  const at = ['SENT', 'DELIVERED', 'CLEARED'].includes(row.singleStatus ?? '');
  const dates = at ? { sentDate: row.processDate, arrivesByDate: row.processDate } : {};
  if (row.method === 'CHECK') {
    const number = row.checkNumber === undefined ? {} : { checkNumber: row.checkNumber };
    return { isVoidable: true, checkDisbursement: { ...dates, ...number } };
  }
  if (row.method === 'ACH') return { achDisbursement: dates };
  return row.method === 'VIRTUAL_CARD' ? { vcardDisbursement: { last4CardNumber: '4242' } } : {};
}

/** A payment. Details of its disbursement appear only once BILL disburses it. */
export function showPayment(organization: Organization, payment: PaymentRecord): WireObject {
  const { switches, clock } = organization;
  const lagging = payment.before !== undefined && clock.now() - payment.updated < switches.paymentLagMs;
  const row = lagging ? { ...payment, ...payment.before } : payment;
  const order = ['PROCESSED', 'SENT', 'DELIVERED', 'CLEARED'];
  const reached = order.indexOf(row.singleStatus ?? '') >= order.indexOf(switches.checkNumberAt);
  const shown: WireObject = {
    id: row.id,
    vendorId: row.vendorId,
    vendorName: vendorName(organization, row.vendorId),
    billPayments: row.billPayments.map((part) => ({
      id: part.id,
      billId: part.billId,
      amount: exact(part.amount),
      vendorCredits: part.vendorCredits.map((credit) => ({ id: credit.id, amount: exact(credit.amount) })),
    })),
    amount: exact(row.amount),
    processDate: row.processDate,
    status: row.status,
    disbursementType: row.method,
    onlinePayment: row.online,
    disbursementInfo: row.online && reached ? disbursement(row) : {},
    ...row.data,
    ...times(row),
  };
  const only = row.billPayments.length === 1 ? row.billPayments[0] : undefined;
  if (only !== undefined) shown['billId'] = only.billId;
  if (row.singleStatus !== undefined) {
    shown['singleStatus'] = row.singleStatus;
    shown['disbursementStatus'] = row.singleStatus === 'CLEARED' ? 'DONE' : 'IN_PROGRESS';
  }
  if (row.voids.length > 0) shown['voidInfo'] = row.voids;
  return shown;
}
