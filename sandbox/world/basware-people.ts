import { INACTIVE_ACCOUNT, UNKNOWN_SUPPLIER } from '../data/basware-cases';
import type { CodingStyle } from '../data/basware-coding';
import { codingRow } from '../data/basware-coding';
import { SPECIAL } from '../data/vendors';
import { amount, type EpicorState, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { compared } from '../money';
import type { Random } from '../random';
import type { People } from '../simulation';
import { type BaswareBooks, type Expected, isTransferred } from './basware-books';
import { isPostedOtherwise } from './basware-promises';
import type { PayablesClerk } from './payables-clerk';

const GOOD_ACCOUNT = '6100|10|200';
const CORRECTIONS = 3;
const REPAIRS = ['supplier', 'inactive-supplier', 'account'] as const;
/** Titles of the documents that each repair lets through. */
const KEPT_AWAY = {
  supplier: 'unknown supplier',
  'inactive-supplier': 'inactive supplier',
  account: 'inactive account',
} as const;

/** People at a company that approves in Basware and pays out of Epicor. */
export class BaswarePeople implements People {
  constructor(
    private readonly books: BaswareBooks,
    private readonly state: EpicorState,
    private readonly clerk: PayablesClerk,
    private readonly random: Random,
    private readonly coding: CodingStyle,
  ) {}

  work(): void {
    const waiting = this.#unapproved();
    this.#approve(waiting.slice(0, Math.ceil(waiting.length / 3)));
    this.#retransfer();
    this.#postEntered();
    for (const invoices of this.#byVendor()) {
      if (invoices.length > 1 && this.random.chance(0.3)) this.clerk.pay(invoices);
      else for (const invoice of invoices) this.#payPart(invoice);
    }
  }

  finish(): void {
    this.#approve(this.#unapproved());
    this.#retransfer();
    this.#postEntered();
    for (const invoices of this.#byVendor()) this.clerk.pay(invoices);
  }

  touch(count: number): void {
    for (const { document } of this.books.documents.slice(0, count)) this.books.basware.p2p.touch(document);
    for (const row of this.books.company.rows('Vendor').all.slice(0, count)) {
      this.state.change(this.books.company, 'Vendor', row, { Comment: 'reviewed' }, 'clerk');
    }
  }

  correct(random: Random): void {
    for (let serial = 0; serial < CORRECTIONS; serial += 1) {
      const act = random.pick(['void', 'withdraw', 'remove', 'recode', 'repair', 'rename'] as const);
      if (act === 'void') this.#void(random);
      else if (act === 'remove') this.#remove(random.shuffled(this.#waiting())[0]);
      else if (act === 'repair') this.repair(random.pick(REPAIRS));
      else if (act === 'withdraw') this.withdraw(random.shuffled(this.#waiting())[0]);
      else if (act === 'recode') this.recode(random.shuffled(this.#wronglyCoded())[0]);
      else this.#rename(random);
    }
  }

  /** Takes a document back into approval and changes a remark; it comes again later. */
  withdraw(expected: Expected | undefined): void {
    if (expected === undefined || !this.books.basware.p2p.withdraw(expected.document)) return;
    expected.disputed = true;
    this.books.basware.p2p.edit(expected.document, { description: 'seen again' });
  }

  /** Puts right the coding of a document that the ERP cannot take; waiting or refused, it comes again at once. */
  recode(expected: Expected | undefined): void {
    if (expected === undefined) return;
    const { p2p } = this.books.basware;
    const { document } = expected;
    expected.corrected = true;
    const withdrawn = p2p.withdraw(document);
    const { net: _net, ...coding } = codingRow(this.coding, GOOD_ACCOUNT, '0');
    p2p.recode(document, coding);
    if (withdrawn) p2p.approve(document);
    else if (document.status !== 'WaitingForTransfer') p2p.retransfer(document);
  }

  /** Puts right in Epicor what keeps some documents away: they need not be touched themselves. */
  repair(what: (typeof REPAIRS)[number]): void {
    const { company, documents } = this.books;
    const find = (table: string, column: string, value: string | number) =>
      company.rows(table).all.find((row) => row[column] === value);
    if (what === 'supplier') {
      if (find('Vendor', 'VendorID', UNKNOWN_SUPPLIER) !== undefined) return;
      const { SysRowID: _id, ...like } = find('Vendor', 'VendorNum', SPECIAL.plain) ?? {};
      const own = {
        VendorNum: 9_001,
        VendorID: UNKNOWN_SUPPLIER,
        Name: 'Nobody Ltd',
        LegalName: 'Nobody Ltd',
      };
      this.state.insert(company, 'Vendor', { ...like, ...own }, 'clerk');
    } else if (what === 'inactive-supplier') {
      const vendor = find('Vendor', 'VendorNum', SPECIAL.inactive);
      if (vendor !== undefined) this.state.change(company, 'Vendor', vendor, { Inactive: false }, 'clerk');
    } else {
      for (const [table, column] of [
        ['GLAccount', 'GLAccount1'],
        ['GLAcctDisp', 'GLAccount'],
      ] as const) {
        const account = find(table, column, INACTIVE_ACCOUNT);
        if (account !== undefined) this.state.change(company, table, account, { Active: true }, 'clerk');
      }
    }
    for (const expected of documents) {
      const { title, companyCode } = expected.document.content;
      const isKept = title === KEPT_AWAY[what] && companyCode === this.books.companyCode;
      if (isKept) expected.corrected = true;
    }
  }

  /** Takes a document out for good before the ERP has it. */
  #remove(expected: Expected | undefined): void {
    if (expected === undefined || !this.books.basware.p2p.withdraw(expected.document)) return;
    expected.disputed = true;
    this.books.basware.p2p.move(expected.document, 'Removed');
  }

  /** Documents that wait although their coding is all that is wrong with them. */
  #wronglyCoded(): Expected[] {
    return this.books.documents.filter(
      ({ seed, document, corrected }) =>
        !corrected &&
        !document.responding &&
        ['WaitingForTransfer', 'TransferInProgress', 'TransferFailed'].includes(document.status) &&
        (seed.accepts[0] === 'parked:gl-account-unmapped' ||
          seed.accepts[0] === 'parked:department-unmapped'),
    );
  }

  #waiting(): Expected[] {
    return this.books.documents.filter(
      ({ document, seed }) =>
        document.status === 'WaitingForTransfer' &&
        seed.accepts[0] === 'confirmed' &&
        seed.twin === undefined &&
        document.content.companyCode === this.books.companyCode,
    );
  }

  #unapproved(): Expected[] {
    return this.books.documents.filter((each) => each.document.status === 'New');
  }

  #approve(documents: readonly Expected[]): void {
    for (const { document } of documents) this.books.basware.p2p.approve(document);
  }

  /** What was put right and refused before that is sent once more. */
  #retransfer(): void {
    for (const { document, corrected } of this.books.documents) {
      if (corrected && document.status === 'TransferFailed') this.books.basware.p2p.retransfer(document);
    }
  }

  /**
   * Posts what looks whole. An invoice whose entry was cut off may be coded as Epicor proposes by then: only people can
   * put that right, and Basware must not hear that it was accepted.
   */
  #postEntered(): void {
    this.clerk.postEntered();
    for (const expected of this.books.documents) {
      const { document } = expected;
      if (!isTransferred(document) && isPostedOtherwise(this.books, document)) expected.disputed = true;
    }
  }

  #byVendor(): Row[][] {
    const groups = Map.groupBy(
      this.clerk.open(),
      (row) => `${text(row, 'VendorNum')} ${text(row, 'CurrencyCode')}`,
    );
    return [...groups.values()];
  }

  #payPart(invoice: Row): void {
    const isLarge = compared(amount(invoice, 'DocInvoiceBal'), '10') > 0;
    this.clerk.pay([invoice], isLarge && this.random.chance(0.25) ? '0.4' : '1');
  }

  #void(random: Random): void {
    const [head] = random.shuffled(this.clerk.live());
    if (head !== undefined) this.clerk.void(head);
  }

  #rename(random: Random): void {
    const vendor = random.pick(this.books.company.rows('Vendor').all);
    const Name = `${text(vendor, 'Name').slice(0, 90)} II`;
    this.state.change(this.books.company, 'Vendor', vendor, { Name }, 'clerk');
  }
}
