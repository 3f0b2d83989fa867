import { dateOf } from '../clock';
import { compared, minus, sum } from '../money';
import { type InvoiceRecord, METHODS, type Method, type PaymentRecord, type PaymentStatus } from './records';
import type { AvidSite } from './site';

/** What one payment shall pay of one invoice, decimal text. */
export interface Share {
  readonly invoice: InvoiceRecord;
  readonly amount: string;
  readonly discount?: string;
}

const COMMON: readonly PaymentStatus[] = [
  'Pending Approval',
  'Processing',
  'Debit Requested',
  'Funds Received',
];
const LIVES: Readonly<Record<Method, readonly PaymentStatus[]>> = {
  check: [...COMMON, 'Sent to Check Printer', 'Issued to Supplier', 'Cleared'],
  direct: [...COMMON, 'ACH Credit Issued', 'Cleared'],
  card: [...COMMON, 'VCC Processing', 'VCC Issued', 'Cleared'],
  intercompany: [...COMMON, 'Cleared'],
};

/** What of an invoice is neither paid nor on its way. */
export function openAmount(invoice: InvoiceRecord): string {
  return minus(minus(invoice.gross, invoice.paid), invoice.underWay);
}

/** Begins a payment to one vendor. Throws when an invoice is another vendor's or has less left. */
export function startPayment(site: AvidSite, shares: readonly Share[], method: Method): PaymentRecord {
  const [first] = shares;
  if (first === undefined) throw new Error('a payment pays at least one invoice');
  const parts = shares.map(({ invoice, amount, discount = '0.00' }) => ({ invoice, amount, discount }));
  for (const { invoice, amount, discount } of parts) {
    const whole = sum([amount, discount]);
    const left = openAmount(invoice);
    const isTooMuch = whole.startsWith('-') ? compared(whole, left) < 0 : compared(whole, left) > 0;
    if (invoice.vendorCode !== first.invoice.vendorCode) throw new Error('one payment, one vendor');
    if (isTooMuch) throw new Error(`${invoice.number} has ${left} left, not ${whole}`);
    invoice.underWay = sum([invoice.underWay, whole]);
  }
  const number = String(60_000 + site.payments.length);
  const payment = site.addPayment({
    accountingSystemId: first.invoice.accountingSystemId,
    number,
    vendorCode: first.invoice.vendorCode,
    vendorName: first.invoice.vendorName,
    parts,
    amount: sum(parts.map((part) => part.amount)),
    paymentDate: dateOf(site.clock.now()),
    batchId: `AP ${dateOf(site.clock.now()).replaceAll('-', '/')} #${number}`,
    method,
    status: 'Pending Approval',
    checkNumber: undefined,
    trace: undefined,
    card: undefined,
    issued: undefined,
    cleared: undefined,
    everCleared: false,
    exception: undefined,
    history: [],
  });
  move(site, payment, 'Pending Approval');
  return payment;
}

/** Whether a payment has come to an end that it does not leave by itself. */
export function isEnded(payment: PaymentRecord): boolean {
  return ['Cleared', 'Void', 'Returned'].includes(payment.status);
}

/** Whether a payment counts as made. */
export function isSettled(payment: PaymentRecord): boolean {
  return payment.status === 'Cleared';
}

/** Moves a payment one step on; false when it is at its end or off its path. */
export function advancePayment(site: AvidSite, payment: PaymentRecord): boolean {
  const life = LIVES[payment.method];
  const next = life[life.indexOf(payment.status) + 1];
  if (isEnded(payment) || !life.includes(payment.status) || next === undefined) return false;
  const today = dateOf(site.clock.now());
  const { random } = site;
  if (next === 'Sent to Check Printer') payment.checkNumber = String(random.whole(3_000_000, 3_999_999));
  if (next === 'ACH Credit Issued') payment.trace = `02100002${random.whole(1_000_000, 9_999_999)}`;
  if (next === 'VCC Issued') {
    const digits = String(random.whole(100_000_000, 999_999_999));
    payment.card = { number: `5500000${digits}`, reference: `VCC-${random.whole(100_000, 999_999)}` };
  }
  if (['Issued to Supplier', 'ACH Credit Issued', 'VCC Issued'].includes(next)) payment.issued = today;
  if (next === 'Cleared') {
    payment.issued ??= today;
    payment.cleared = today;
    payment.everCleared = true;
    settle(site, payment);
  }
  move(site, payment, next);
  return true;
}

/** Brings a payment to its end by its own way. */
export function clearPayment(site: AvidSite, payment: PaymentRecord): void {
  while (advancePayment(site, payment));
}

/** Ends a payment off its path: stopped, or the money came back. Only what was cleared can come back. */
export function endPayment(site: AvidSite, payment: PaymentRecord, how: 'Void' | 'Returned'): void {
  if (payment.status === 'Void' || payment.status === how) throw new Error('the payment has ended');
  if (how === 'Returned' && payment.status !== 'Cleared') throw new Error('nothing can come back yet');
  if (payment.status !== 'Returned') {
    const field = payment.status === 'Cleared' ? 'paid' : 'underWay';
    for (const { invoice, amount, discount } of payment.parts) {
      invoice[field] = minus(invoice[field], sum([amount, discount]));
      if (invoice.status === 'Paid') invoice.status = 'Approved';
      site.touch(invoice);
    }
  }
  move(site, payment, how);
}

/** The same money once more under a new id, as for a lost check: the old payment is void. */
export function reissuePayment(
  site: AvidSite,
  payment: PaymentRecord,
  method = payment.method,
): PaymentRecord {
  if (payment.status !== 'Void') endPayment(site, payment, 'Void');
  return startPayment(site, payment.parts, method);
}

/** The supplier does not want it that way: what was on its way comes another way, under the same id. */
export function changeMethod(site: AvidSite, payment: PaymentRecord, method: Method): void {
  if (isEnded(payment)) throw new Error('the payment has ended');
  Object.assign(payment, {
    method,
    checkNumber: undefined,
    trace: undefined,
    card: undefined,
    issued: undefined,
  });
  const back = !COMMON.includes(payment.status);
  move(site, payment, back ? 'Funds Received' : payment.status, `Now by ${METHODS[method].description}`);
}

/** A printed check is stopped and printed again, under the same id with another number. */
export function reprintCheck(site: AvidSite, payment: PaymentRecord): void {
  if (payment.status !== 'Issued to Supplier') throw new Error('no check is out');
  payment.checkNumber = String(site.random.whole(4_000_000, 4_999_999));
  payment.issued = undefined;
  move(site, payment, 'Sent to Check Printer', 'Check stopped and printed again');
}

/** Something is wrong with the bank account, or somebody holds it. */
export function stopPayment(site: AvidSite, payment: PaymentRecord, how: 'Held' | 'Error'): void {
  if (isEnded(payment)) throw new Error('the payment has ended');
  payment.exception = how === 'Error' ? site.random.pick([4, 5, 6, 9]) : undefined;
  move(site, payment, how);
}

/** What was stopped goes on. */
export function resumePayment(site: AvidSite, payment: PaymentRecord): void {
  if (payment.status !== 'Held' && payment.status !== 'Error') return;
  payment.exception = undefined;
  move(site, payment, 'Processing');
}

function settle(site: AvidSite, payment: PaymentRecord): void {
  for (const { invoice, amount, discount } of payment.parts) {
    const whole = sum([amount, discount]);
    invoice.underWay = minus(invoice.underWay, whole);
    invoice.paid = sum([invoice.paid, whole]);
    if (compared(invoice.paid, invoice.gross) === 0) invoice.status = 'Paid';
    site.touch(invoice);
  }
}

function move(site: AvidSite, payment: PaymentRecord, status: PaymentStatus, comment = ''): void {
  payment.status = status;
  payment.history.push({ at: site.clock.now(), description: status, comment });
  site.touch(payment);
}
