import type { Entry } from '../airbase/records';
import type { Airbase } from '../airbase/start';
import type { EntrySeed } from '../data/airbase-entries';
import { amount, type CompanyState, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { compared, negated } from '../money';
import { invoiceKey } from './payables-clerk';

/** An entry in Airbase with what must become of it. */
export interface ExpectedEntry {
  readonly entry: Entry;
  readonly seed: Pick<EntrySeed, 'title' | 'accepts' | 'twin'>;
  /** People took it back or changed it while others were reading: nobody can say which version wins. */
  disputed: boolean;
  /** People put right what kept it away. */
  corrected: boolean;
}

/** The two systems' own state, which is all that an oracle looks at. */
export interface AirbaseBooks {
  readonly company: CompanyState;
  readonly airbase: Airbase;
  /** Reference of the subsidiary under test. */
  readonly subsidiary: string;
  readonly entries: ExpectedEntry[];
  /** Invoices of before the start, each as it was, by `<VendorNum>|<InvoiceNum>`. */
  readonly invoicesBefore: ReadonlyMap<string, string>;
  /** Numbers of the vendors whom people entered in Epicor. */
  readonly vendorsOfPeople: Set<number>;
  readonly headsBefore: ReadonlySet<number>;
  /** Payments that Airbase made: recorded in Epicor, left to people, or either. */
  readonly payments: 'recorded' | 'ignored' | 'either';
  /** Numbers of purchase orders must travel with their bills. */
  readonly ordersTravel: boolean;
  /** Invoices, as `<VendorNum>|<InvoiceNum>`, whose payment hold people took off. */
  readonly released: Set<string>;
}

/** A journal in Epicor, posted or being entered. */
export interface JournalFound {
  readonly number: string;
  readonly posted: boolean;
  readonly currency: string;
  readonly date: string;
  readonly lines: readonly { readonly account: string; readonly amount: string }[];
  /** Everything that is written on it. */
  readonly words: string;
}

const WORDS = ['Description', 'CommentText', 'LegalNumber'];

/** Every journal of a company: what is booked, and what is being entered. */
export function journalsOf(company: CompanyState): JournalFound[] {
  const keyed = (row: Row) =>
    ['BookID', 'FiscalYear', 'JournalCode', 'JournalNum'].map((name) => text(row, name)).join('|');
  const booked = company.rows('GLJrnDtl').all;
  const open = company.rows('GLJrnHed').all.filter((row) => row['Posted'] !== true);
  const found = (rows: readonly Row[], head: Row, posted: boolean): JournalFound => ({
    number: text(head, 'JournalNum'),
    posted,
    currency: text(head, 'CurrencyCode'),
    date: text(head, 'JEDate'),
    lines: rows.map((row) => ({ account: text(row, 'GLAccount'), amount: text(row, 'DocTransAmt') || '0' })),
    words: [head, ...rows].flatMap((row) => WORDS.map((name) => text(row, name))).join('\n'),
  });
  return [
    ...[...Map.groupBy(booked, keyed).values()].map((rows) => found(rows, rows[0] ?? {}, true)),
    ...open.map((head) => found(company.rows('GLJrnDtlMnl').childrenOf(head), head, false)),
  ];
}

/** Whether something written in Epicor names an entry: by its id, or by the first part of it. */
function names(words: string, { id }: Entry): boolean {
  const written = words.toLowerCase();
  return written.includes(id) || written.includes(id.slice(0, 8));
}

/** Whether the latest mark of an entry names a number in Epicor. */
function isMarkedWith(entry: Entry, number: string): boolean {
  const reference = entry.marks.findLast((mark) => mark.status === 'sync_complete')?.reference ?? '';
  return number !== '' && reference.split(/[^\p{L}\p{N}]+/u).includes(number);
}

/** The journals that belong to each entry, and those that belong to none. */
export function journalsByEntry(books: AirbaseBooks): Map<Entry | undefined, JournalFound[]> {
  const cards = books.entries.map(({ entry }) => entry);
  return Map.groupBy(
    journalsOf(books.company),
    (journal) =>
      cards.find((entry) => journal.words.toLowerCase().includes(entry.id)) ??
      cards.find((entry) => names(journal.words, entry)) ??
      cards.find((entry) => entry.content.kind === 'card' && isMarkedWith(entry, journal.number)),
  );
}

/** The row in Epicor of the vendor or employee whom an entry names. */
export function vendorOf(books: AirbaseBooks, { content }: Entry): Row | undefined {
  const reference = books.airbase.tenant.masters.vendors.get(content.payee ?? '')?.reference ?? '';
  if (reference === '') return undefined;
  const same = (row: Row, name: string) => text(row, name).toLowerCase() === reference.toLowerCase();
  const vendors = books.company.rows('Vendor').all;
  return vendors.find((row) => same(row, 'VendorID')) ?? vendors.find((row) => same(row, 'VendorNum'));
}

/** Invoices in Epicor that an entry became; cancelled ones and what cancels or reverses them are left out. */
export function invoicesFor(books: AirbaseBooks, entry: Entry): Row[] {
  const named = invoicesNaming(books, entry);
  const reversed = new Set(reversalsIn(named).flat());
  return named.filter((row) => !reversed.has(row));
}

/** Invoices that were taken back, each with the document that takes it back. */
export function reversalsIn(invoices: readonly Row[]): [Row, Row][] {
  const opposite = (one: Row, other: Row) =>
    compared(amount(one, 'DocInvoiceAmt'), negated(amount(other, 'DocInvoiceAmt'))) === 0 &&
    text(one, 'ExternalID') !== '' &&
    text(other, 'ExternalID') === `${text(one, 'ExternalID')}:reversal`;
  return invoices.flatMap((row): [Row, Row][] => {
    const reversal = invoices.find((other) => opposite(row, other));
    return reversal === undefined ? [] : [[row, reversal]];
  });
}

/** All that an entry became, reversed or not. */
export function invoicesNaming(books: AirbaseBooks, entry: Entry): Row[] {
  const vendor = vendorOf(books, entry);
  const number = entry.content.invoiceNumber?.trim().toLowerCase() ?? '';
  return books.company
    .rows('APInvHed')
    .all.filter((row) => !isCancelled(row))
    .filter((row) => {
      const own = text(row, 'InvoiceNum').toLowerCase();
      if (number !== '' && row['VendorNum'] === vendor?.['VendorNum'] && own === number) return true;
      if (books.invoicesBefore.has(invoiceKey(row))) return false;
      const columns = ['ExternalID', 'XRefInvoiceNum', 'InvoiceComment', 'Description'];
      return names([own, ...columns.map((name) => text(row, name))].join('\n'), entry);
    });
}

export function isCancelled(invoice: Row): boolean {
  return invoice['CancellationInv'] === true || text(invoice, 'RefCancelledby') !== '';
}

/** Whether Airbase holds that the ERP took an entry over. */
export function isTaken(entry: Entry): boolean {
  return entry.status === 'sync_complete' && entry.marks.length > 0;
}

/** Whether the latest mark was made by somebody who cannot have known of the latest change. */
export function isMarkedBlindly(entry: Entry): boolean {
  const last = entry.marks.at(-1);
  return last !== undefined && last.listed < last.version;
}
