import { addDays } from '../clock';
import type { Row } from '../epicor-kinetic/table-rows';
import { minus, negated, rounded, scaleOf, sum, times } from '../money';
import { type Account, BOOK, COA } from './accounts';
import type { VendorSeed } from './vendors';

export interface LineSeed {
  readonly description: string;
  /** Accounts and amounts, decimal text; several: the line is split. */
  readonly split: readonly (readonly [account: Account | null, amount: string])[];
  /** A miscellaneous charge of the line. */
  readonly charge?: string;
}

export interface InvoiceSeed {
  readonly vendor: VendorSeed;
  readonly number: string;
  readonly date: string;
  readonly lines: readonly LineSeed[];
  /** What is special about it, for people who read a failing test. */
  readonly title: string;
  readonly currency?: string;
  readonly charges?: readonly (readonly [code: string, amount: string])[];
  readonly taxes?: readonly (readonly [code: string, amount: string])[];
  /** Added to the sum of the parts, so that they do not add up. */
  readonly off?: string;
  readonly posted?: boolean;
  readonly held?: boolean;
  readonly payHold?: boolean;
  /** Paid and posted, decimal text. */
  readonly paid?: string;
  /** Entered in a payment that is not posted. */
  readonly entered?: string;
  readonly description?: string;
  readonly po?: number;
  readonly changed?: string | null;
  /** An early-payment discount still open. */
  readonly discount?: string;
}

const RATES: Readonly<Record<string, string>> = { USD: '1', EUR: '1.0837', GBP: '1.2719', JPY: '0.0066875' };

/** Collects the rows of many invoices, and of the payments that some have. */
export class InvoiceRows {
  readonly tables: Record<string, Row[]> = {};
  #head = 4_001;

  #add(table: string, row: Row): void {
    const rows = this.tables[table] ?? [];
    rows.push(row);
    this.tables[table] = rows;
  }

  /** Adds one invoice. Its amount is the sum of its parts, unless the seed is off. */
  add(seed: InvoiceSeed): void {
    const currency = seed.currency ?? seed.vendor.currency;
    const [scale, rate] = [scaleOf(currency), RATES[currency] ?? '1'];
    const key: Row = { VendorNum: seed.vendor.num, InvoiceNum: seed.number };
    const parts = [
      ...seed.lines.flatMap((line) => line.split.map(([, part]) => part)),
      ...seed.lines.flatMap((line) => line.charge ?? []),
      ...(seed.charges ?? []).map(([, part]) => part),
      ...(seed.taxes ?? []).map(([, part]) => part),
      ...(seed.off === undefined ? [] : [seed.off]),
    ];
    const total = sum(parts, scale);
    this.#add('APInvHed', this.#headRow(seed, key, currency, total, rate));
    for (const [index, line] of seed.lines.entries()) this.#line(seed, key, line, index + 1, scale, rate);
    (seed.charges ?? []).forEach(([code, part], index) => {
      const charge = {
        MscNum: index + 1,
        MiscCode: code,
        Description: code === 'FRT' ? 'Freight' : 'Handling',
      };
      this.#add('APIHAPInvMsc', { ...key, ...charge, DocMiscAmt: part, MiscAmt: times(part, rate) });
    });
    for (const [code, part] of seed.taxes ?? []) {
      const name = { TaxCode: code, RateCode: 'STD', Description: `${code} tax` };
      this.#add('APInvTax', { ...key, ...name, DocTaxAmt: part, TaxAmt: times(part, rate) });
    }
    if (seed.paid !== undefined) this.#payment(seed, key, currency, seed.paid, true);
    if (seed.entered !== undefined) this.#payment(seed, key, currency, seed.entered, false);
  }

  #headRow(seed: InvoiceSeed, key: Row, currency: string, total: string, rate: string): Row {
    const scale = scaleOf(currency);
    const posted = seed.posted ?? true;
    const balance = minus(total, seed.paid ?? '0', scale);
    const unposted = minus(balance, seed.entered ?? '0', scale);
    const tax = sum(
      (seed.taxes ?? []).map(([, part]) => part),
      scale,
    );
    const changed = seed.changed === undefined ? seed.date : seed.changed;
    const discounted = seed.discount === undefined ? {} : discountColumns(seed, seed.discount, rate);
    return {
      ...key,
      VendorNumVendorID: seed.vendor.id,
      VendorNumName: seed.vendor.name,
      InvoiceType: 'S',
      DebitMemo: total.startsWith('-'),
      GroupID: posted ? '' : 'CLERK01',
      InvoiceDate: seed.date,
      ApplyDate: seed.date,
      DueDate: addDays(seed.date, 30),
      TermsCode: seed.discount === undefined ? 'N30' : '2/10',
      CurrencyCode: currency,
      ExchangeRate: rate,
      RateGrpCode: 'MAIN',
      DocInvoiceAmt: total,
      InvoiceAmt: times(total, rate),
      DocInvoiceVendorAmt: total,
      DocTaxAmt: tax,
      TaxAmt: times(tax, rate),
      DocInvoiceBal: balance,
      InvoiceBal: times(balance, rate),
      DocUnpostedBal: unposted,
      UnpostedBal: times(unposted, rate),
      InvoiceHeld: seed.held ?? false,
      PayHold: seed.payHold ?? false,
      Posted: posted,
      OpenPayable: posted && rounded(balance) !== '0.00',
      Description: seed.description ?? seed.lines[0]?.description ?? '',
      REFPONum: seed.po ?? 0,
      PMUID: 2,
      EntryPerson: 'clerk',
      ChangedBy: 'clerk',
      ChangeDate: changed,
      ...discounted,
    };
  }

  #line(seed: InvoiceSeed, key: Row, line: LineSeed, number: number, scale: number, rate: string): void {
    const whole = sum(
      line.split.map(([, part]) => part),
      scale,
    );
    const lineKey: Row = { ...key, InvoiceLine: number };
    this.#add('APInvDtl', {
      ...lineKey,
      LineType: 'M',
      Description: line.description,
      VendorQty: '1',
      OurQty: '1',
      PUM: 'EA',
      IUM: 'EA',
      DocUnitCost: whole,
      UnitCost: times(whole, rate),
      CostPerCode: 'E',
      DocExtCost: whole,
      ExtCost: times(whole, rate),
      PONum: seed.po ?? 0,
      ChangedBy: 'clerk',
      ChangeDate: seed.changed === undefined ? seed.date : seed.changed,
    });
    line.split.forEach(([account, part], index) => {
      const expKey: Row = { ...lineKey, InvExpSeq: index + 1 };
      const coded = { BookID: BOOK, COACode: COA, GLAccount: account?.internal ?? '' };
      this.#add('APInvExp', { ...expKey, ...coded, DocExpAmt: part, ExpAmt: times(part, rate) });
      this.#accounts(seed, expKey, account, part, rate);
    });
    if (line.charge !== undefined) {
      const charge = { MscNum: 1, MiscCode: 'FRT', Description: 'Freight of the line' };
      this.#add('APInvMsc', {
        ...lineKey,
        ...charge,
        DocMiscAmt: line.charge,
        MiscAmt: times(line.charge, rate),
      });
    }
  }

  /** The account of the main book; some distributions have one in a second book, posted ones a reference row. */
  #accounts(seed: InvoiceSeed, key: Row, account: Account | null, part: string, rate: string): void {
    const segments = Object.fromEntries(
      (account?.internal ?? '').split('|').map((value, index) => [`SegValue${index + 1}`, value]),
    );
    const row: Row = {
      ...key,
      RelatedToFile: 'APInvExp',
      GLAcctContext: 'Expense',
      BookID: BOOK,
      COACode: COA,
      GLAccount: account?.internal ?? '',
      GLAccountGLAcctDisp: account?.display ?? '',
      RecordType: 'A',
      TranDate: seed.date,
      CreateDate: seed.date,
      ...segments,
    };
    this.#add('APInvExpTGLC', row);
    if (seed.vendor.num % 7 === 3) {
      this.#add('APInvExpTGLC', {
        ...row,
        BookID: 'IFRS',
        GLAccount: '9999|99|999',
        GLAccountGLAcctDisp: '9999-99-999',
      });
    }
    if (seed.posted ?? true) {
      const base = times(part, rate);
      const debit = base.startsWith('-') ? { CreditAmount: negated(base) } : { DebitAmount: base };
      this.#add('APInvExpTGLC', { ...row, RecordType: 'R', ...debit });
    }
  }

  #payment(seed: InvoiceSeed, key: Row, currency: string, part: string, posted: boolean): void {
    const head = this.#head;
    this.#head += 1;
    const when = addDays(seed.date, 20);
    const common: Row = {
      HeadNum: head,
      GroupID: posted ? '' : 'CLERKPAY',
      Posted: posted,
      BankAcctID: 'MAIN',
      CheckNum: head + 6_000,
      VendorNum: seed.vendor.num,
      CurrencyCode: currency,
      ChangedBy: 'clerk',
      ChangeDate: when,
    };
    this.#add('CheckHed', {
      ...common,
      CheckDate: when,
      ManualPrint: true,
      Name: seed.vendor.name,
      DocCheckAmt: part,
      CheckAmt: part,
      DocPaymentTotal: part,
      PMUID: 2,
    });
    const amounts = { DocTranAmt: part, TranAmt: part, DocDiscAmt: '0', DiscAmt: '0' };
    this.#add('APTran', {
      ...common,
      APTranNo: 1,
      InvoiceNum: key['InvoiceNum'] ?? '',
      TranType: 'Pay',
      TranDate: when,
      GLPosted: posted,
      ...amounts,
    });
  }
}

function discountColumns(seed: InvoiceSeed, discount: string, rate: string): Row {
  return {
    DiscountDate: addDays(seed.date, 3_650),
    DocDiscountAmt: discount,
    DiscountAmt: times(discount, rate),
  };
}
