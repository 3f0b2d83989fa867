import { exact, type WireObject } from '../http/exact-json';
import { compared, isZero, minus, sum } from '../money';
import { isPayable } from './bills';
import { type Organization, timeText } from './organization';
import {
  type BillPayment,
  type BillRecord,
  type CreditUse,
  LIFE,
  type PaymentRecord,
  type SingleStatus,
} from './records';
import { invalid, noData, refuse } from './refusal';
import { dueAmount, vendorName } from './show';

/** What one payment relieves one bill of. */
export interface Allocation {
  readonly billId: string;
  /** Relief of the bill by money and credits together, decimal text. */
  readonly gross: string;
  readonly credits?: readonly CreditUse[];
}

export interface NewPayment {
  readonly vendorId: string;
  readonly allocations: readonly Allocation[];
  /** `YYYY-MM-DD`. */
  readonly processDate: string;
  readonly method: PaymentRecord['method'];
  /** Other members to show, such as description or transactionNumber. */
  readonly data?: WireObject;
}

function billOf(organization: Organization, id: string): BillRecord {
  const bill = organization.bills.get(id);
  if (bill === undefined) throw noData(id);
  return bill;
}

function partOf(organization: Organization, vendorId: string, allocation: Allocation): BillPayment {
  const bill = billOf(organization, allocation.billId);
  if (bill.vendorId !== vendorId) throw invalid('billId: the bill belongs to another vendor');
  if (!isPayable(bill)) throw refuse(422, 'BDC_1143', `Bill ${bill.id} cannot be paid.`);
  if (compared(allocation.gross, minus(dueAmount(bill), bill.scheduled)) > 0) {
    throw refuse(422, 'BDC_1143', `Bill ${bill.id} is due less than the amount of the payment.`);
  }
  const credits = allocation.credits ?? [];
  for (const use of credits) {
    const credit = organization.credits.get(use.id);
    if (credit === undefined || credit.vendorId !== vendorId) throw noData(use.id);
    if (compared(use.amount, minus(credit.amount, credit.applied)) > 0) {
      throw refuse(422, 'BDC_1143', `Vendor credit ${use.id} has less left.`);
    }
  }
  const net = minus(allocation.gross, sum(credits.map((use) => use.amount)));
  return {
    id: organization.newId('blp'),
    billId: bill.id,
    gross: sum([allocation.gross]),
    amount: organization.switches.billPaymentAmount === 'gross' ? sum([allocation.gross]) : net,
    vendorCredits: credits,
  };
}

function creditedBy(part: BillPayment): string {
  return sum(part.vendorCredits.map((use) => use.amount));
}

function start(organization: Organization, given: NewPayment, online: boolean): PaymentRecord {
  const parts = given.allocations.map((allocation) => partOf(organization, given.vendorId, allocation));
  const amount = sum(parts.map((part) => minus(part.gross, creditedBy(part))));
  if (compared(amount, '0') < 0) throw invalid('amount: must not be negative');
  const isCheck = given.method === 'CHECK';
  const payment: PaymentRecord = {
    ...organization.begin('stp'),
    vendorId: given.vendorId,
    billPayments: parts,
    amount,
    processDate: given.processDate,
    method: given.method,
    online,
    checkNumber: isCheck ? organization.nextCheckNumber : undefined,
    before: undefined,
    singleStatus: online ? 'SCHEDULED' : undefined,
    status: online ? 'SCHEDULED' : 'PAID',
    settled: false,
    data: given.data ?? {},
    voids: [],
  };
  if (isCheck) organization.nextCheckNumber += 1;
  organization.payments.add(payment);
  for (const part of parts) {
    for (const use of part.vendorCredits) {
      const credit = organization.credits.get(use.id);
      if (credit === undefined) continue;
      credit.applied = sum([credit.applied, use.amount]);
      credit.usage.push({ billId: part.billId, paymentId: payment.id, amount: use.amount });
      organization.touch(organization.credits, credit);
    }
    changeBill(organization, part.billId, (bill) => {
      bill.scheduled = sum([bill.scheduled, part.gross]);
    });
  }
  return payment;
}

function changeBill(organization: Organization, id: string, change: (bill: BillRecord) => void): void {
  const bill = billOf(organization, id);
  change(bill);
  organization.touch(organization.bills, bill);
}

/** Schedules a payment through BILL. Throws as the API would when a bill cannot take it. */
export function schedulePayment(organization: Organization, given: NewPayment): PaymentRecord {
  const payment = start(organization, given, true);
  tell(organization, payment);
  return payment;
}

/** Records a payment made outside: paid at once, without a life of its own. */
export function recordPayment(organization: Organization, given: Omit<NewPayment, 'method'>): PaymentRecord {
  const payment = start(organization, { ...given, method: 'OFFLINE' }, false);
  settle(organization, payment);
  if (organization.switches.offlinePaymentEvent) tell(organization, payment);
  return payment;
}

function settle(organization: Organization, payment: PaymentRecord): void {
  payment.settled = true;
  for (const part of payment.billPayments) {
    changeBill(organization, part.billId, (bill) => {
      bill.scheduled = minus(bill.scheduled, part.gross);
      bill.paid = sum([bill.paid, minus(part.gross, creditedBy(part))]);
      bill.credited = sum([bill.credited, creditedBy(part)]);
      if (isZero(bill.scheduled)) bill.inProcess = false;
    });
  }
}

/** Moves a payment one step on in its life; false when it is at the end or off the path. */
export function advancePayment(organization: Organization, payment: PaymentRecord): boolean {
  const at = (LIFE as readonly (SingleStatus | undefined)[]).indexOf(payment.singleStatus);
  const next = LIFE[at + 1];
  if (at < 0 || next === undefined) return false;
  remember(payment);
  payment.singleStatus = next;
  if (next === 'FUNDING_STARTED') {
    for (const part of payment.billPayments) {
      changeBill(organization, part.billId, (bill) => {
        bill.inProcess = true;
      });
    }
  }
  if (next === 'PROCESSED') payment.status = 'PAID';
  if (next === 'CLEARED') settle(organization, payment);
  organization.touch(organization.payments, payment);
  tell(organization, payment);
  return true;
}

function remember(payment: PaymentRecord): void {
  const { singleStatus, status, updated } = payment;
  payment.before = { singleStatus, status, updated };
}

/** Takes back what a payment did to its bills and credits. */
function reverse(organization: Organization, payment: PaymentRecord): void {
  for (const part of payment.billPayments) {
    changeBill(organization, part.billId, (bill) => {
      if (payment.settled) {
        bill.paid = minus(bill.paid, minus(part.gross, creditedBy(part)));
        bill.credited = minus(bill.credited, creditedBy(part));
      } else {
        bill.scheduled = minus(bill.scheduled, part.gross);
      }
      if (isZero(bill.scheduled)) bill.inProcess = false;
    });
    for (const use of part.vendorCredits) {
      const credit = organization.credits.get(use.id);
      if (credit === undefined) continue;
      credit.applied = minus(credit.applied, use.amount);
      credit.usage = credit.usage.filter((each) => each.paymentId !== payment.id);
      organization.touch(organization.credits, credit);
    }
  }
  payment.settled = false;
}

/** Ends a payment off the path: failed, cancelled or voided. */
export function endPayment(
  organization: Organization,
  payment: PaymentRecord,
  singleStatus: SingleStatus,
  reason = '',
): void {
  if (isEnded(payment)) throw refuse(422, 'BDC_1143', 'The payment has already ended.');
  remember(payment);
  reverse(organization, payment);
  payment.status =
    singleStatus === 'CANCELED' ? 'CANCELLED' : singleStatus === 'FUNDS_ESCHEATED' ? 'ESCHEATED' : 'VOID';
  payment.singleStatus = singleStatus;
  if (singleStatus === 'VOIDED') {
    const now = timeText(organization.clock.now());
    const id = organization.newId('vdi');
    payment.voids.push({
      id,
      type: 'VOID_ONLY',
      status: 'ACCEPTED',
      reason,
      createdTime: now,
      updatedTime: now,
    });
  }
  organization.touch(organization.payments, payment);
  tell(organization, payment);
}

/** Whether a payment has left its path for good. */
export function isEnded(payment: PaymentRecord): boolean {
  return payment.status === 'VOID' || payment.status === 'CANCELLED' || payment.status === 'ESCHEATED';
}

function tell(organization: Organization, payment: PaymentRecord): void {
  const funding = {
    amount: exact(payment.amount),
    currency: 'USD',
    fundingAccount: { type: 'BANK_ACCOUNT', id: 'bac01' },
  };
  const payload: WireObject = {
    id: payment.id,
    billIds: payment.billPayments.map((part) => part.billId),
    transactionNumber: payment.data['transactionNumber'] ?? '',
    status: payment.singleStatus ?? 'CLEARED',
    createdBy: '00601ABCDEFGHIJKL0001',
    createdTime: timeText(payment.created),
    updatedTime: timeText(payment.updated),
    processDate: payment.processDate,
    funding,
    disbursement: { amount: exact(payment.amount), currency: 'USD', disbursementAccount: {} },
    vendor: { id: payment.vendorId, name: vendorName(organization, payment.vendorId) },
    billingType: payment.online ? 'BDC' : 'NET_SYNC_FROM_OFFLINE_PAYMENT',
  };
  organization.tell({ type: 'payment.updated', entity: 'payment', entityId: payment.id, payload });
}
