import { isPayable } from '../bill/bills';
import type { Organization } from '../bill/organization';
import {
  type Allocation,
  advancePayment,
  endPayment,
  isEnded,
  recordPayment,
  schedulePayment,
} from '../bill/payment-life';
import type { BillRecord, CreditRecord, PaymentRecord } from '../bill/records';
import { dueAmount } from '../bill/show';
import { addDays, dateOf } from '../clock';
import { compared, minus, rounded, scaleOf, times } from '../money';
import type { Random } from '../random';

export interface PayingHabits {
  /** Share of bills paid in two parts. */
  readonly partial: number;
  /** Share of payments that cover several bills of a vendor. */
  readonly combined: number;
  /** Share recorded as paid outside. */
  readonly offline: number;
  /** Share of payments that fail before settlement. */
  readonly failed: number;
}

const HABITS: PayingHabits = { partial: 0.15, combined: 0.3, offline: 0.1, failed: 0.05 };

/** Someone at BILL who pays what may be paid. */
export class Payer {
  constructor(
    private readonly organization: Organization,
    private readonly random: Random,
    /** Ids of bills that are paid alone, never together with others. */
    private readonly alone: ReadonlySet<string> = new Set(),
    private readonly habits: PayingHabits = HABITS,
  ) {}

  /** Approves what waits for approval, then schedules payments for every payable bill. Gives the payments made. */
  payApprovedBills(): PaymentRecord[] {
    for (const bill of this.organization.bills.all) {
      if (bill.approvalStatus === 'ASSIGNED' && !bill.archived) this.approve(bill);
    }
    const byVendor = Map.groupBy(this.organization.bills.all.filter(isPayable), (bill) => bill.vendorId);
    const made: PaymentRecord[] = [];
    for (const [vendorId, bills] of byVendor) {
      const free = bills.filter((bill) => !this.alone.has(bill.id));
      const credits = this.openCredits(vendorId);
      const combine = free.length > 1 && (credits.length > 0 || this.random.chance(this.habits.combined));
      for (const bill of bills.filter((each) => !free.includes(each))) made.push(this.pay([bill]));
      for (const group of combine ? [free] : free.map((bill) => [bill])) made.push(this.pay(group, credits));
    }
    return made;
  }

  /** Moves every payment under way one step on; some fail. Gives how many moved. */
  tick(): number {
    let moved = 0;
    for (const payment of this.organization.payments.all) {
      if (!payment.online || isEnded(payment) || payment.singleStatus === 'CLEARED') continue;
      if (payment.singleStatus === 'FUNDING_STARTED' && this.random.chance(this.habits.failed)) {
        endPayment(this.organization, payment, 'FUNDING_FAILED_VOIDED');
      } else {
        advancePayment(this.organization, payment);
      }
      moved += 1;
    }
    return moved;
  }

  /** Lets every payment live to its end. */
  settleAll(): void {
    while (this.tick() > 0);
  }

  /** Voids a payment, settled or not. */
  void(payment: PaymentRecord, reason = 'Lost in the mail'): void {
    endPayment(this.organization, payment, 'VOIDED', reason);
  }

  /** Voids a share of the payments that are not yet ended. Gives them. */
  voidSome(share: number): PaymentRecord[] {
    const live = this.organization.payments.all.filter((payment) => !isEnded(payment));
    const chosen = live.filter(() => this.random.chance(share));
    for (const payment of chosen) this.void(payment);
    return chosen;
  }

  approve(bill: BillRecord): void {
    bill.approvalStatus = 'APPROVED';
    this.organization.touch(this.organization.bills, bill);
  }

  openCredits(vendorId: string): CreditRecord[] {
    return this.organization.credits
      .inGroup(vendorId)
      .filter((credit) => !credit.archived && compared(credit.amount, credit.applied) > 0);
  }

  /** Pays bills of one vendor with one payment, using up credits. */
  pay(bills: readonly BillRecord[], credits: CreditRecord[] = []): PaymentRecord {
    const vendorId = bills[0]?.vendorId ?? '';
    const payable = bills.map((bill) => ({ bill, open: minus(dueAmount(bill), bill.scheduled) }));
    const single = payable.length === 1 && credits.length === 0;
    const currency = String(this.organization.vendors.get(vendorId)?.data['billCurrency'] ?? 'USD');
    const allocations = payable.map(({ bill, open }): Allocation => {
      const half = rounded(rounded(times(open, '0.5', 4), scaleOf(currency)));
      const part = single && this.random.chance(this.habits.partial) && compared(half, '0') > 0 ? half : open;
      const used = takeCredits(credits, part);
      return { billId: bill.id, gross: part, ...(used.length > 0 ? { credits: used } : {}) };
    });
    const processDate = addDays(dateOf(this.organization.clock.now()), this.random.whole(0, 2));
    if (this.random.chance(this.habits.offline)) {
      const data = { syncReference: String(this.random.whole(700_000, 799_999)) };
      return recordPayment(this.organization, { vendorId, allocations, processDate, data });
    }
    const method = this.random.chance(0.6) ? 'CHECK' : 'ACH';
    return schedulePayment(this.organization, { vendorId, allocations, processDate, method });
  }
}

/** Uses up open credits for a part, leaving at least a cent to be paid by money. */
function takeCredits(credits: CreditRecord[], part: string): { id: string; amount: string }[] {
  const used: { id: string; amount: string }[] = [];
  let room = minus(part, '0.01');
  for (const credit of [...credits]) {
    const left = minus(credit.amount, credit.applied);
    const taken = compared(left, room) > 0 ? room : left;
    if (compared(taken, '0') <= 0) continue;
    used.push({ id: credit.id, amount: taken });
    room = minus(room, taken);
    // Each credit serves one bill of a payment, so that none is promised twice.
    credits.splice(credits.indexOf(credit), 1);
  }
  return used;
}
