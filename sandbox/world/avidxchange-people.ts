import { endPayment, isSettled, openAmount, reissuePayment } from '../avidxchange/payment-life';
import type { InvoiceRecord, PaymentRecord } from '../avidxchange/records';
import { type EpicorState, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { isZero } from '../money';
import type { Random } from '../random';
import type { People } from '../simulation';
import { type AvidBooks, type AvidChange, copiesAt, isUnpaid, paymentsOf } from './avidxchange-books';
import type { AvidPayer } from './avidxchange-payer';
import type { Clerk } from './clerk';
import { invoiceKey, type PayablesClerk } from './payables-clerk';

const CORRECTIONS = 3;
const ACTS = [
  'void',
  'return',
  'reissue',
  'reopen',
  'reject',
  'approve',
  'rename',
  'epicor',
  'epicor',
] as const;

/** People at a company that keeps its books in Epicor and pays through AvidXchange. */
export class AvidPeople implements People {
  constructor(
    private readonly books: AvidBooks,
    private readonly state: EpicorState,
    private readonly clerk: Clerk,
    private readonly payables: PayablesClerk,
    readonly payer: AvidPayer,
  ) {}

  work(): void {
    this.books.avid.site.runDue();
    this.payer.decide();
    this.payer.payApproved();
    this.payer.tick();
  }

  finish(): void {
    this.books.avid.site.runDue();
    this.payer.decide(true);
    this.payer.decide(true);
    this.payer.clearAll();
    this.payer.payApproved(true);
    this.payer.clearAll();
  }

  touch(count: number): void {
    this.clerk.touchInvoices(count);
    const { site } = this.books.avid;
    for (const payment of site.payments.slice(0, count)) site.touch(payment);
  }

  correct(random: Random): void {
    this.books.avid.site.runDue();
    for (let serial = 0; serial < CORRECTIONS; serial += 1) this.#act(random.pick(ACTS), random);
  }

  /** Takes back a payment that was cleared; the invoices are to be paid again. */
  void(payment: PaymentRecord, how: 'Void' | 'Returned' = 'Void'): void {
    endPayment(this.books.avid.site, payment, how);
  }

  /** Changes an invoice in Epicor that stands at AvidXchange with no money moving yet. */
  changeInEpicor(invoice: Row, kind: AvidChange['kind']): void {
    const [vendor, number] = [Number(invoice['VendorNum']), text(invoice, 'InvoiceNum')];
    if (kind === 'corrected') this.clerk.correct(vendor, number, '10.00');
    else if (kind === 'cancelled') this.clerk.cancel(vendor, number);
    else if (kind === 'paid-here') this.payables.pay([invoice]);
    else this.clerk.changeInvoice(vendor, number, { InvoiceComment: 'seen again' });
    this.books.changes.push({ key: invoiceKey(invoice), kind });
  }

  #act(act: (typeof ACTS)[number], random: Random): void {
    const { site } = this.books.avid;
    const [cleared] = random.shuffled(paymentsOf(this.books).filter(isSettled));
    if (act === 'rename') this.#rename(random);
    else if (act === 'reopen') this.payer.reopen();
    else if (act === 'epicor') this.#changeSome(random);
    else if (act === 'approve') {
      const [rejected] = random.shuffled(site.invoices.filter(({ status }) => status === 'Rejected'));
      if (rejected !== undefined) this.payer.approve(rejected);
    } else if (act === 'reject') {
      const [free] = random.shuffled(site.invoices.filter((invoice) => this.#isFree(invoice)));
      if (free !== undefined) this.payer.reject(free, 'Disputed');
    } else if (cleared !== undefined) {
      if (act === 'reissue') reissuePayment(site, cleared, random.pick(['check', 'direct', cleared.method]));
      else this.void(cleared, act === 'return' ? 'Returned' : 'Void');
    }
  }

  #isFree(invoice: InvoiceRecord): boolean {
    const isWaiting = ['Pending Coding', 'Pending Approval', 'Approved', 'On Hold'].includes(invoice.status);
    const isUntouched = isZero(invoice.paid) && isZero(invoice.underWay) && !isZero(openAmount(invoice));
    return isWaiting && isUntouched && !this.books.byHand.has(invoice);
  }

  #changeSome(random: Random): void {
    const copies = copiesAt(this.books);
    const changed = new Set(this.books.changes.map(({ key }) => key));
    const free = this.books.company.rows('APInvHed').all.filter((invoice) => {
      const [copy] = copies.get(invoiceKey(invoice)) ?? [];
      const isOpen = invoice['OpenPayable'] === true && isUnpaid(invoice) && invoice['DebitMemo'] !== true;
      return isOpen && copy !== undefined && this.#isFree(copy) && !changed.has(invoiceKey(invoice));
    });
    const [invoice] = random.shuffled(free);
    if (invoice === undefined) return;
    this.changeInEpicor(invoice, random.pick(['corrected', 'cancelled', 'paid-here', 'touched']));
  }

  #rename(random: Random): void {
    const vendor = random.pick(this.books.company.rows('Vendor').all);
    const Name = `${text(vendor, 'Name').slice(0, 90)} II`;
    this.state.change(this.books.company, 'Vendor', vendor, { Name }, 'clerk');
  }
}
