import type { Entry, EntryContent, EntryLine } from '../airbase/records';
import { dateOf } from '../clock';
import { BORN, FREIGHT, INACTIVE_ACCOUNT, OFFICE, PARTS, REPAIRS } from '../data/airbase-cases';
import { AP_ACCOUNT, BANK_ACCOUNT, line } from '../data/airbase-entries';
import type { Outcome } from '../data/expected';
import { SPECIAL } from '../data/vendors';
import { type EpicorState, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { compared, minus, rounded, scaleOf, sum, times } from '../money';
import type { Random } from '../random';
import type { People } from '../simulation';
import { type AirbaseBooks, type ExpectedEntry, invoicesFor, isTaken } from './airbase-books';
import type { LedgerClerk } from './ledger-clerk';
import { invoiceKey, type PayablesClerk } from './payables-clerk';

const CORRECTIONS = 3;
const GOOD_ACCOUNTS = [PARTS, OFFICE, REPAIRS, FREIGHT];
export const REPAIRABLE = ['supplier', 'inactive-supplier', 'account'] as const;
const ACTS = ['refund', 'reverse', 'recode', 'withdraw', 'remove', 'repair', 'rename', 'new-vendor'] as const;
/** Key that Epicor gives the supplier who was born in Airbase. */
const ADOPTED_KEY = 'BORN001';

/** People at a company that approves and pays in Airbase, and keeps its books in Epicor. */
export class AirbasePeople implements People {
  #vendors = 0;

  constructor(
    private readonly books: AirbaseBooks,
    private readonly state: EpicorState,
    private readonly payables: PayablesClerk,
    private readonly ledger: LedgerClerk,
    private readonly random: Random,
  ) {}

  work(): void {
    const [waiting, pending] = [this.#unapproved(), this.#pending()];
    for (const { entry } of waiting.slice(0, Math.ceil(waiting.length / 3))) this.#spend.approve(entry);
    for (const { entry } of pending.slice(0, Math.ceil(pending.length / 3))) this.#spend.settle(entry);
    this.#everyday();
    for (const each of this.#payable())
      if (this.random.chance(0.5)) this.pay(each, this.random.pick(['1', '1', '0.4']));
  }

  finish(): void {
    for (const { entry } of this.#unapproved()) this.#spend.approve(entry);
    for (const { entry } of this.#pending()) this.#spend.settle(entry);
    this.#everyday();
    for (const each of this.#payable()) this.pay(each);
  }

  touch(count: number): void {
    for (const { entry } of this.books.entries.slice(0, count)) this.books.airbase.tenant.touched(entry);
    for (const row of this.books.company.rows('Vendor').all.slice(0, count)) {
      this.state.change(this.books.company, 'Vendor', row, { Comment: 'reviewed' }, 'clerk');
    }
  }

  correct(random: Random): void {
    for (let serial = 0; serial < CORRECTIONS; serial += 1) {
      const act = random.pick(ACTS);
      const any = (from: readonly ExpectedEntry[]) => random.shuffled(from)[0];
      if (act === 'refund') this.refund(any(this.#cards()), '0.4');
      else if (act === 'reverse') this.refund(any(this.#cards()), '1');
      else if (act === 'recode') this.recode(any([...this.#wronglyCoded(), ...this.#recodable()]));
      else if (act === 'withdraw') this.withdraw(any(this.#waiting()));
      else if (act === 'remove') this.#remove(any(this.#waiting()));
      else if (act === 'repair') this.repair(random.pick(REPAIRABLE));
      else if (act === 'new-vendor') this.createVendor();
      else this.#rename(random);
    }
  }

  /** Airbase pays a part of a bill or report; the hold in Epicor goes when its payment is expected there. */
  pay(expected: ExpectedEntry | undefined, share = '1'): ExpectedEntry | undefined {
    if (expected === undefined) return undefined;
    const { entry } = expected;
    const { content } = entry;
    const left = minus(content.total, this.#paid(entry), scaleOf(content.currency));
    const total = rounded(times(left, share, 6), scaleOf(content.currency));
    if (compared(total, '0') <= 0) return undefined;
    const type = content.kind === 'bill' ? 'bill_payment' : 'reimbursement_payment';
    this.#release(entry);
    return this.#submit(
      {
        ...content,
        kind: 'payment',
        type,
        invoiceNumber: null,
        apAccount: AP_ACCOUNT,
        appliedTo: [entry.id],
        date: this.#today,
        total,
        inBase: total,
        lines: [{ account: BANK_ACCOUNT, amount: total, tags: [], description: '' }],
        notes: '',
      },
      `a payment of ${content.invoiceNumber ?? 'a report'}`,
      this.books.payments === 'recorded' ? ['confirmed'] : ['confirmed', 'ignored:policy'],
    );
  }

  /** The merchant gives a share of a card transaction back, all of it for a reversal. */
  refund(expected: ExpectedEntry | undefined, share: string): ExpectedEntry | undefined {
    if (expected === undefined) return undefined;
    const { content } = expected.entry;
    const [first] = content.lines;
    if (first === undefined) return undefined;
    const part = rounded(times(content.total, share, 6));
    const lines = share === '1' ? content.lines : [{ ...first, amount: part }];
    const entry = this.#spend.refund(
      expected.entry,
      lines,
      this.#today,
      share === '1' ? content.total : part,
    );
    const title = share === '1' ? 'a reversal' : 'a refund';
    return this.#note(entry, `${title} of ${expected.seed.title}`, ['confirmed']);
  }

  /** Codes an entry anew. Posted, it comes again, to be booked as it is now. */
  recode(expected: ExpectedEntry | undefined): void {
    if (expected === undefined) return;
    const { entry } = expected;
    const wasWrong = !expected.seed.accepts.includes('confirmed');
    if (wasWrong) expected.corrected = true;
    else if (!isTaken(entry) || (entry.content.kind !== 'card' && !this.#isUnpaid(expected))) {
      expected.disputed = true;
    }
    this.#spend.recode(entry, entry.content.lines.map(recoded));
  }

  /** Takes an entry back into approval; it comes again later. */
  withdraw(expected: ExpectedEntry | undefined): void {
    if (expected !== undefined && this.#spend.withdraw(expected.entry)) expected.disputed = true;
  }

  /** Somebody enters a supplier whom Epicor does not know, and a bill of his. */
  createVendor(): ExpectedEntry {
    this.#vendors += 1;
    const { tenant } = this.books.airbase;
    const subsidiary = tenant.byReference('subsidiaries', this.books.subsidiary)?.id ?? '';
    const vendor = this.#spend.createVendor(`Pop-up Supplier ${this.#vendors}`, subsidiary);
    const content: EntryContent = {
      kind: 'bill',
      type: 'bill',
      subsidiary: this.books.subsidiary,
      payee: vendor.id,
      invoiceNumber: `POP-${this.#vendors}`,
      apAccount: AP_ACCOUNT,
      bankAccount: null,
      appliedTo: [],
      date: this.#today,
      currency: 'USD',
      total: '44.4',
      inBase: '44.4',
      settled: false,
      lines: [line(OFFICE, '44.4')],
      notes: '',
    };
    return this.#submit(content, 'of a new supplier', ['parked:vendor-not-linked']);
  }

  /** Puts right what keeps some entries away: they need not be touched themselves. */
  repair(what: (typeof REPAIRABLE)[number]): void {
    if (what === 'supplier') this.#adoptSupplier();
    else if (what === 'inactive-supplier') {
      const vendor = this.#find('Vendor', 'VendorNum', SPECIAL.inactive);
      if (vendor !== undefined) this.#change('Vendor', vendor, { Inactive: false });
      this.#corrected((each) => each.seed.accepts[0] === 'parked:vendor-inactive');
    } else {
      const stored = INACTIVE_ACCOUNT.replaceAll('-', '|');
      for (const [table, column] of [
        ['GLAccount', 'GLAccount1'],
        ['GLAcctDisp', 'GLAccount'],
      ] as const) {
        const account = this.#find(table, column, stored);
        if (account !== undefined) this.#change(table, account, { Active: true });
      }
      const isOn = ({ lines }: EntryContent) => lines.some((each) => each.account === INACTIVE_ACCOUNT);
      this.#corrected(
        (each) => each.seed.accepts[0] === 'parked:gl-account-unmapped' && isOn(each.entry.content),
      );
    }
  }

  get #spend() {
    return this.books.airbase.spend;
  }

  get #today(): string {
    return dateOf(this.state.clock.now());
  }

  /** Posts what was entered, sends again what was put right, lets be paid what Airbase has paid. */
  #everyday(): void {
    for (const { entry, corrected } of this.books.entries) {
      if (corrected && entry.status === 'sync_failed') this.#spend.retry(entry);
    }
    this.payables.postEntered();
    this.ledger.postEntered();
    for (const { entry } of this.books.entries) {
      if (entry.content.kind !== 'payment') continue;
      for (const id of entry.content.appliedTo) {
        const source = this.books.airbase.tenant.entries.get(id);
        if (source !== undefined) this.#release(source);
      }
    }
  }

  /** The supplier born in Airbase is entered in Epicor, and picked in Airbase. */
  #adoptSupplier(): void {
    const { company, airbase } = this.books;
    const record = [...airbase.tenant.masters.vendors.values()].find(({ data }) => data['name'] === BORN.key);
    if (record === undefined || record.reference !== '') return;
    const { SysRowID: _id, ...like } = this.#find('Vendor', 'VendorNum', SPECIAL.plain) ?? {};
    const own = { VendorNum: 9_001, VendorID: ADOPTED_KEY, Name: BORN.key, LegalName: BORN.key };
    this.books.vendorsOfPeople.add(own.VendorNum);
    this.state.insert(company, 'Vendor', { ...like, ...own }, 'clerk');
    this.#spend.linkVendor(record, ADOPTED_KEY);
    this.#corrected(({ entry }) => entry.content.payee === record.id);
  }

  /** Takes an entry out for good before the ERP has it. */
  #remove(expected: ExpectedEntry | undefined): void {
    if (expected === undefined || !this.#spend.withdraw(expected.entry)) return;
    expected.disputed = true;
    this.#spend.deny(expected.entry);
  }

  /** Where the integration cannot do it itself. */
  #release(entry: Entry): void {
    if (this.state.switches.postedPayHold === 'changeable') return;
    for (const invoice of invoicesFor(this.books, entry)) {
      if (invoice['Posted'] !== true || this.books.invoicesBefore.has(invoiceKey(invoice))) continue;
      this.books.released.add(invoiceKey(invoice));
      this.ledger.release(invoice);
    }
  }

  /** Posted, and nobody has begun to pay it. */
  #isUnpaid(expected: ExpectedEntry): boolean {
    return this.#payable().includes(expected) && compared(this.#paid(expected.entry), '0') === 0;
  }

  #paid({ id }: Entry): string {
    const payments = this.books.entries.filter(
      ({ entry }) => entry.content.kind === 'payment' && entry.content.appliedTo.includes(id),
    );
    return sum(
      payments.map(({ entry }) => entry.content.total),
      6,
    );
  }

  /** What was posted in Epicor and Airbase has not begun to pay in a way of its own. */
  #payable(): ExpectedEntry[] {
    const isOdd = new Set(
      this.books.entries
        .filter(({ entry, seed }) => entry.content.appliedTo.length > 0 && seed.accepts.length !== 1)
        .flatMap(({ entry }) => entry.content.appliedTo),
    );
    return this.books.entries.filter(({ entry, disputed, seed }) => {
      const isSpend = entry.content.kind === 'bill' || entry.content.kind === 'reimbursement';
      if (!isSpend || disputed || seed.twin !== undefined || !isTaken(entry) || isOdd.has(entry.id))
        return false;
      const invoices = invoicesFor(this.books, entry);
      const isNew = invoices.every((row) => !this.books.invoicesBefore.has(invoiceKey(row)));
      return invoices.length === 1 && isNew && invoices.every((row) => row['Posted'] === true);
    });
  }

  /** Card transactions that are as they should be. */
  #cards(): ExpectedEntry[] {
    return this.books.entries.filter(
      ({ entry, seed, disputed }) =>
        entry.content.kind === 'card' &&
        entry.content.settled &&
        !disputed &&
        seed.accepts.length === 1 &&
        seed.accepts[0] === 'confirmed' &&
        compared(entry.content.total, '1') > 0,
    );
  }

  #recodable(): ExpectedEntry[] {
    const isReady = ({ entry }: ExpectedEntry) =>
      entry.status === 'sync_ready' || (entry.content.kind === 'card' && isTaken(entry));
    const posted = this.#payable().filter((each) => this.#isUnpaid(each));
    return [...[...this.#cards(), ...this.#waiting()].filter(isReady), ...posted];
  }

  /** Entries that are kept away although their coding is all that is wrong with them. */
  #wronglyCoded(): ExpectedEntry[] {
    return this.books.entries.filter(
      ({ entry, seed, corrected }) =>
        !corrected &&
        !isTaken(entry) &&
        seed.accepts[0] === 'parked:gl-account-unmapped' &&
        (entry.content.kind !== 'card' || entry.content.bankAccount !== null),
    );
  }

  #waiting(): ExpectedEntry[] {
    return this.books.entries.filter(
      ({ entry, seed }) =>
        entry.status === 'sync_ready' &&
        ['bill', 'reimbursement', 'card'].includes(entry.content.kind) &&
        entry.content.appliedTo.length === 0 &&
        seed.accepts[0] === 'confirmed' &&
        seed.twin === undefined &&
        entry.content.subsidiary === this.books.subsidiary,
    );
  }

  #unapproved(): ExpectedEntry[] {
    return this.books.entries.filter(({ entry }) => entry.approval === 'awaiting_approval');
  }

  #pending(): ExpectedEntry[] {
    return this.books.entries.filter(
      ({ entry }) => entry.content.kind === 'card' && !entry.content.settled && entry.approval === 'approved',
    );
  }

  #rename(random: Random): void {
    const named = this.books.company.rows('Vendor').all.filter((row) => text(row, 'Name') !== '');
    const vendor = random.pick(named);
    this.#change('Vendor', vendor, { Name: `${text(vendor, 'Name').slice(0, 90)} II` });
  }

  #submit(content: EntryContent, title: string, accepts: readonly Outcome[]): ExpectedEntry {
    return this.#note(this.#spend.submit(content, 'approved'), title, accepts);
  }

  #note(entry: Entry, title: string, accepts: readonly Outcome[]): ExpectedEntry {
    const expected = { entry, seed: { title, accepts }, disputed: false, corrected: false };
    this.books.entries.push(expected);
    return expected;
  }

  #corrected(fits: (expected: ExpectedEntry) => boolean): void {
    for (const expected of this.books.entries) if (fits(expected)) expected.corrected = true;
  }

  #find(table: string, column: string, value: string | number): Row | undefined {
    return this.books.company.rows(table).all.find((row) => row[column] === value);
  }

  #change(table: string, row: Row, changes: Row): void {
    this.state.change(this.books.company, table, row, changes, 'clerk');
  }
}

function recoded(old: EntryLine): EntryLine {
  const next = GOOD_ACCOUNTS[(GOOD_ACCOUNTS.indexOf(old.account ?? '') + 1) % GOOD_ACCOUNTS.length];
  return { ...old, ...line(next ?? PARTS, old.amount, { description: old.description }) };
}
