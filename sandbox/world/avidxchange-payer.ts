import {
  advancePayment,
  changeMethod,
  clearPayment,
  endPayment,
  isEnded,
  openAmount,
  reprintCheck,
  resumePayment,
  type Share,
  startPayment,
  stopPayment,
} from '../avidxchange/payment-life';
import type { InvoiceRecord, Method, PaymentRecord } from '../avidxchange/records';
import type { AvidSite } from '../avidxchange/site';
import { compared, isZero, minus, sum, times } from '../money';
import type { Random } from '../random';

export interface AvidHabits {
  /** Share of invoices that nobody looks at when others are. */
  readonly slow: number;
  /** Share of invoices that are rejected, and that are held first. */
  readonly rejected: number;
  readonly held: number;
  /** Share of invoices paid in two parts, and of invoices that join the payment of another one. */
  readonly partial: number;
  readonly combined: number;
  /** Share of payments that take a discount. */
  readonly discount: number;
  /** Share of payments that leave their path at a step: stopped, changed, printed again, voided. */
  readonly troubled: number;
}

const MOST_TOGETHER = 4;
const HABITS: AvidHabits = {
  slow: 0.4,
  rejected: 0.05,
  held: 0.06,
  partial: 0.15,
  combined: 0.3,
  discount: 0.04,
  troubled: 0.12,
};

/** People at AvidXchange and in the network behind it: they code, approve, reject, pay, and meet troubles. */
export class AvidPayer {
  constructor(
    private readonly site: AvidSite,
    private readonly random: Random,
    /** Invoices that are paid alone, never together with others. */
    private readonly alone: ReadonlySet<InvoiceRecord>,
    private readonly habits: AvidHabits = HABITS,
  ) {}

  /** Moves every invoice in approval one step on; with `all`, to its decision, what is held included. */
  decide(all = false): void {
    for (const invoice of this.site.invoices) {
      if (!all && this.random.chance(this.habits.slow)) continue;
      if (invoice.status === 'Pending Coding') this.#set(invoice, 'Pending Approval');
      else if (invoice.status === 'On Hold') this.#set(invoice, 'Approved');
      else if (invoice.status !== 'Pending Approval') continue;
      else if (!this.alone.has(invoice) && this.random.chance(this.habits.rejected)) this.reject(invoice);
      else if (!all && this.random.chance(this.habits.held)) this.#set(invoice, 'On Hold');
      else this.#set(invoice, 'Approved');
      if (all && invoice.status === 'Pending Approval') this.#set(invoice, 'Approved');
    }
    this.#closeBatches();
  }

  reject(invoice: InvoiceRecord, reason = 'Not our order'): void {
    invoice.rejectReason = reason;
    this.#set(invoice, 'Rejected');
  }

  /** Takes a rejection back. */
  approve(invoice: InvoiceRecord): void {
    invoice.rejectReason = undefined;
    this.#set(invoice, 'Approved');
  }

  /** A closed batch goes back into approval, with an invoice that nothing was paid of. False: there is none. */
  reopen(): boolean {
    const closed = this.site.batches.filter((batch) => batch.status === 'Closed');
    const free = closed.flatMap((batch) => batch.invoices.map((invoice) => ({ batch, invoice })));
    const chosen = this.random
      .shuffled(free)
      .find(
        ({ invoice }) => invoice.status === 'Approved' && isZero(invoice.underWay) && isZero(invoice.paid),
      );
    if (chosen === undefined) return false;
    chosen.batch.status = 'Open';
    this.#set(chosen.invoice, 'Pending Approval');
    return true;
  }

  /** Begins payments for everything that is approved and has something left. Gives them. */
  payApproved(whole = false): PaymentRecord[] {
    const payable = this.site.invoices.filter(
      (invoice) => invoice.status === 'Approved' && !isZero(openAmount(invoice)),
    );
    const vendors = Map.groupBy(payable, (each) => `${each.accountingSystemId} ${each.vendorCode}`);
    return [...vendors.values()].flatMap((invoices) => this.#payVendor(invoices, whole));
  }

  /** Moves every payment under way one step on, or lets it meet trouble. Gives how many moved. */
  tick(): number {
    const moving = this.site.payments.filter((payment) => !isEnded(payment));
    for (const payment of moving) {
      if (payment.status === 'Held' || payment.status === 'Error') resumePayment(this.site, payment);
      else if (this.random.chance(this.habits.troubled)) this.#trouble(payment);
      else advancePayment(this.site, payment);
    }
    return moving.length;
  }

  /** Lets every payment live to its end, without further trouble. */
  clearAll(): void {
    for (const payment of this.site.payments.filter((each) => !isEnded(each))) {
      resumePayment(this.site, payment);
      clearPayment(this.site, payment);
    }
  }

  #set(invoice: InvoiceRecord, status: InvoiceRecord['status']): void {
    invoice.status = status;
    this.site.touch(invoice);
  }

  #closeBatches(): void {
    const undecided = ['Pending Coding', 'Pending Approval', 'On Hold'];
    for (const batch of this.site.batches) {
      const isOpen = batch.status === 'Open' && batch.invoices.length > 0;
      if (!isOpen || batch.invoices.some((invoice) => undecided.includes(invoice.status))) continue;
      batch.status = 'Closed';
      batch.closed = this.site.clock.now();
    }
  }

  #payVendor(invoices: readonly InvoiceRecord[], whole: boolean): PaymentRecord[] {
    const alone = invoices.filter((invoice) => this.alone.has(invoice));
    const free = invoices.filter((invoice) => !this.alone.has(invoice));
    const credits = free.filter((invoice) => invoice.gross.startsWith('-'));
    const debts = free.filter((invoice) => !invoice.gross.startsWith('-'));
    const method = this.#methodFor(invoices[0]?.vendorCode ?? '');
    const pay = (group: readonly InvoiceRecord[]): PaymentRecord =>
      startPayment(this.site, this.#shares(group, whole), method);
    const groups = this.#grouped(debts);
    for (const credit of credits) {
      const roomy = groups.find((group) => compared(sum([...group, credit].map(openAmount)), '0') > 0);
      roomy?.push(credit);
    }
    return [...alone.map((invoice) => [invoice]), ...groups].map(pay);
  }

  /** Some invoices in groups of a few, the others one by one. */
  #grouped(invoices: readonly InvoiceRecord[]): InvoiceRecord[][] {
    const groups: InvoiceRecord[][] = [];
    for (const invoice of this.random.shuffled(invoices)) {
      const last = groups.at(-1);
      const joins =
        last !== undefined && last.length < MOST_TOGETHER && this.random.chance(this.habits.combined);
      if (joins) last.push(invoice);
      else groups.push([invoice]);
    }
    return groups;
  }

  #shares(invoices: readonly InvoiceRecord[], whole: boolean): Share[] {
    const [only] = invoices;
    if (only === undefined || invoices.length > 1 || whole || this.alone.has(only)) {
      return invoices.map((invoice) => ({ invoice, amount: openAmount(invoice) }));
    }
    const open = openAmount(only);
    if (compared(open, '50') > 0 && isZero(only.paid) && this.random.chance(this.habits.discount)) {
      return [{ invoice: only, amount: minus(open, '1.00'), discount: '1.00' }];
    }
    const half = times(open, '0.5');
    const isPart = compared(half, '0') > 0 && this.random.chance(this.habits.partial);
    return [{ invoice: only, amount: isPart ? half : open }];
  }

  /** What the supplier wants; the same at every payment. */
  #methodFor(vendorCode: string): Method {
    const letters = [...vendorCode].reduce((total, letter) => total + letter.charCodeAt(0), 0);
    return (['check', 'direct', 'check', 'card', 'direct', 'check'] as const)[letters % 6] ?? 'check';
  }

  #trouble(payment: PaymentRecord): void {
    const { site, random } = this;
    const how = random.pick(['stop', 'change', 'print', 'void'] as const);
    if (how === 'stop') stopPayment(site, payment, random.pick(['Held', 'Error']));
    else if (how === 'change') changeMethod(site, payment, payment.method === 'check' ? 'direct' : 'check');
    else if (how === 'void') endPayment(site, payment, 'Void');
    else if (payment.status === 'Issued to Supplier') reprintCheck(site, payment);
    else advancePayment(site, payment);
  }
}
