import { dateOf } from '../clock';
import { amount, type CompanyState, type EpicorState, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { compared, isZero, minus, negated, rounded, scaleOf, sum, times } from '../money';

const CLERK = 'clerk';

/** Someone in accounts payable who posts in Epicor what was entered there, pays it, and takes payments back. */
export class PayablesClerk {
  /** Heads of the payments made here, live ones and voided ones. */
  readonly payments: Row[] = [];

  constructor(
    private readonly state: EpicorState,
    private readonly company: CompanyState,
    /** Keys, `<VendorNum>|<InvoiceNum>`, of the invoices that are none of this clerk's business. */
    private readonly before: ReadonlySet<string>,
  ) {}

  /** Invoices that came in since the start. */
  invoices(): Row[] {
    return this.company.rows('APInvHed').all.filter((row) => !this.before.has(invoiceKey(row)));
  }

  /** Posts every invoice that is entered whole: coded everywhere, its total as stated. Gives how many. */
  postEntered(): number {
    const ready = this.invoices().filter((row) => row['Posted'] !== true && this.#isWhole(row));
    for (const row of ready) {
      const changes = { Posted: true, OpenPayable: true, GroupID: '' };
      this.state.change(this.company, 'APInvHed', row, changes, CLERK);
    }
    return ready.length;
  }

  /** Posted invoices that money is still owed for. */
  open(): Row[] {
    return this.invoices().filter(
      (row) =>
        row['Posted'] === true && row['PayHold'] !== true && compared(amount(row, 'DocInvoiceBal'), '0') > 0,
    );
  }

  /** Pays the given share of what is open of some invoices of one supplier, with one posted check. */
  pay(invoices: readonly Row[], share = '1'): Row {
    const [first = {}] = invoices;
    const currency = text(first, 'CurrencyCode');
    const scale = scaleOf(currency);
    const parts = invoices.map((invoice) => ({
      invoice,
      part: rounded(times(amount(invoice, 'DocInvoiceBal'), share, 6), scale),
    }));
    const HeadNum = this.company.nextHead;
    this.company.nextHead += 1;
    const today = dateOf(this.state.clock.now());
    const common: Row = {
      HeadNum,
      GroupID: '',
      Posted: true,
      BankAcctID: 'MAIN',
      CheckNum: HeadNum + 6_000,
      VendorNum: first['VendorNum'] ?? 0,
      CurrencyCode: currency,
    };
    const total = sum(
      parts.map(({ part }) => part),
      scale,
    );
    const totals = { DocCheckAmt: total, CheckAmt: total, DocPaymentTotal: total };
    const head = { ...common, ...totals, CheckDate: today, ManualPrint: true, PMUID: 2 };
    const stored = this.state.insert(this.company, 'CheckHed', head, CLERK);
    this.payments.push(stored);
    for (const [index, { invoice, part }] of parts.entries()) {
      const allocation: Row = {
        ...common,
        APTranNo: index + 1,
        InvoiceNum: text(invoice, 'InvoiceNum'),
        TranType: 'Pay',
        TranDate: today,
        GLPosted: true,
        Voided: false,
        DocTranAmt: part,
        TranAmt: part,
        DocDiscAmt: '0',
        DiscAmt: '0',
      };
      this.state.insert(this.company, 'APTran', allocation, CLERK);
      this.#move(invoice, part);
    }
    return stored;
  }

  /** Payments that can be taken back. */
  live(): Row[] {
    return this.payments.filter((head) => head['Voided'] !== true);
  }

  /** Takes a payment back: every allocation gets its twin with the other sign, the invoices are open again. */
  void(head: Row): void {
    const today = dateOf(this.state.clock.now());
    for (const row of [...this.company.rows('APTran').childrenOf(head)]) {
      const { SysRowID: _id, ...rest } = row;
      const twin: Row = { ...rest, Voided: true, TranDate: today };
      for (const name of ['TranAmt', 'DocTranAmt']) twin[name] = negated(amount(row, name));
      this.state.insert(this.company, 'APTran', twin, CLERK);
      const invoice = this.company.rows('APInvHed').find(row['VendorNum'] ?? 0, text(row, 'InvoiceNum'));
      if (invoice !== undefined) this.#move(invoice, amount(twin, 'DocTranAmt'));
    }
    const changes = { Voided: true, VoidDate: today, VoidedReason: 'Lost in the mail' };
    this.state.change(this.company, 'CheckHed', head, changes, CLERK);
  }

  #move(invoice: Row, part: string): void {
    const scale = scaleOf(text(invoice, 'CurrencyCode'));
    const left = minus(amount(invoice, 'DocInvoiceBal'), part, scale);
    const inBase = times(left, text(invoice, 'ExchangeRate') || '1');
    const changes = {
      DocInvoiceBal: left,
      InvoiceBal: inBase,
      DocUnpostedBal: left,
      UnpostedBal: inBase,
      OpenPayable: !isZero(left),
    };
    this.state.change(this.company, 'APInvHed', invoice, changes, CLERK);
  }

  #isWhole(invoice: Row): boolean {
    if (invoice['InvoiceHeld'] === true) return false;
    const lines = this.company.rows('APInvDtl').childrenOf(invoice);
    return (
      lines.length > 0 &&
      lines.every((line) => this.#isCoded(line)) &&
      compared(amount(invoice, 'DocInvoiceAmt'), amount(invoice, 'DocInvoiceVendorAmt')) === 0
    );
  }

  /** As posting asks for it: an account on every distribution, and the whole line distributed, once. */
  #isCoded(line: Row): boolean {
    const distributions = [...this.company.rows('APInvExp').childrenOf(line)];
    const accounts = distributions.flatMap((each) => [...this.company.rows('APInvExpTGLC').childrenOf(each)]);
    const distributed = sum(
      distributions.map((each) => amount(each, 'DocExpAmt')),
      6,
    );
    return (
      accounts.every((row) => text(row, 'GLAccount') !== '') &&
      (distributions.length === 0 || compared(distributed, amount(line, 'DocExtCost')) === 0)
    );
  }
}

/** `<VendorNum>|<InvoiceNum>`. */
export function invoiceKey(invoice: Row): string {
  return `${text(invoice, 'VendorNum')}|${text(invoice, 'InvoiceNum')}`;
}
