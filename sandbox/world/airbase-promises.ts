import type { Entry, EntryContent } from '../airbase/records';
import { amount, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { compared, isZero, negated, rounded, scaleOf, sum } from '../money';
import {
  type AirbaseBooks,
  type ExpectedEntry,
  invoicesFor,
  invoicesNaming,
  isMarkedBlindly,
  isTaken,
  type JournalFound,
  journalsByEntry,
  reversalsIn,
  vendorOf,
} from './airbase-books';
import { invoiceKey } from './payables-clerk';

const TOLERANCE = '0.01';

export function nameOf({ entry, seed }: ExpectedEntry): string {
  const { content, id } = entry;
  return `${content.type} ${content.invoiceNumber ?? content.total} (${seed.title}, ${id.slice(0, 8)})`;
}

/** Every bill, report and card transaction became what it had to, in both systems alike. Gives what is wrong. */
export function checkEntries(books: AirbaseBooks): string[] {
  const journals = journalsByEntry(books);
  return books.entries.flatMap((expected) => {
    const { kind } = expected.entry.content;
    const wrong = isNever(books, expected)
      ? checkNever(books, expected, journals.get(expected.entry) ?? [])
      : kind === 'payment'
        ? []
        : oneEntry(books, expected, journals.get(expected.entry) ?? []);
    return wrong.map((message) => `${nameOf(expected)}: ${message}`);
  });
}

/** Entries that nothing may happen to at all. */
export function isNever({ subsidiary }: AirbaseBooks, { entry, seed }: ExpectedEntry): boolean {
  const { content } = entry;
  const isElsewhere = content.subsidiary !== null && content.subsidiary !== subsidiary;
  return isElsewhere || content.kind === 'other' || seed.accepts.every((each) => each.startsWith('ignored'));
}

function checkNever(
  books: AirbaseBooks,
  { entry }: ExpectedEntry,
  journals: readonly JournalFound[],
): string[] {
  const wrong: string[] = [];
  if (entry.marks.length > 0) wrong.push('was marked, although it is none of the integration’s business');
  if (journals.length > 0) wrong.push('stands in Epicor’s ledger, although it must not');
  const { kind } = entry.content;
  const isInvoice = kind === 'bill' || kind === 'reimbursement' || entry.content.invoiceNumber !== null;
  const arrived = isInvoice ? invoicesFor(books, entry).filter((row) => isOurs(books, row)) : [];
  if (arrived.length > 0) wrong.push('stands in Epicor, although it must not');
  return wrong;
}

function oneEntry(books: AirbaseBooks, expected: ExpectedEntry, journals: readonly JournalFound[]): string[] {
  const { entry, seed, disputed, corrected } = expected;
  const isCard = entry.content.kind === 'card';
  const isPayingBill = isCard && paysBill(books, entry);
  const told = isTaken(entry);
  const arrived = isCard ? [] : invoicesFor(books, entry).filter((row) => isOurs(books, row));
  const stands = isCard ? !isZero(turnover(journals)) : arrived.length > 0;
  const isReady = entry.approval === 'approved' && (!isCard || entry.content.settled);
  const may = isReady && (corrected || seed.accepts.includes('confirmed'));
  const must = may && !disputed && (corrected || seed.accepts.length === 1);
  const wrong: string[] = [];
  if (must && !told) wrong.push(`is ${entry.status}, not synced`);
  if (must && !corrected && entry.marks.some((mark) => mark.status === 'sync_failed')) {
    wrong.push('was marked as failed, although nothing is wrong with it');
  }
  if (!may && told && !disputed) wrong.push('is marked as synced, although it must wait');
  if (!may && stands && !disputed && seed.twin === undefined) {
    wrong.push('stands in Epicor, although it must wait');
  }
  wrong.push(...checkMarks(entry, disputed));
  if (isCard) wrong.push(...checkJournals(journals));
  if (isPayingBill) return [...wrong, ...expensedAgain(entry, journals)];
  if (told && isCard) wrong.push(...journalDifferences(books, expected, journals));
  else if (told) wrong.push(...invoiceDifferences(books, expected));
  else if (stands && !disputed && seed.twin === undefined) {
    wrong.push(`stands in Epicor and is ${entry.status} in Airbase`);
  }
  return wrong;
}

/** An invoice that was not there before. */
function isOurs(books: AirbaseBooks, invoice: Row): boolean {
  return !books.invoicesBefore.has(invoiceKey(invoice));
}

function paysBill({ airbase }: AirbaseBooks, { content }: Entry): boolean {
  return content.appliedTo.some((id) => airbase.tenant.entries.get(id)?.content.kind === 'bill');
}

/** What was said of an entry must make sense by itself. */
function checkMarks(entry: Entry, disputed: boolean): string[] {
  const wrong: string[] = [];
  for (const mark of entry.marks) {
    if (mark.status === 'sync_complete' && mark.reference === '')
      wrong.push('was synced without a reference');
    if (mark.status === 'sync_failed' && mark.message.trim() === '') wrong.push('was refused without a word');
    if (mark.status === 'sync_complete' && mark.message !== '')
      wrong.push('was synced with an error message');
  }
  const perVersion = Map.groupBy(
    entry.marks.filter((mark) => mark.status === 'sync_complete'),
    (mark) => mark.version,
  );
  for (const marks of perVersion.values()) {
    const references = new Set(marks.map((mark) => mark.reference));
    if (references.size > 1 && !disputed) wrong.push(`was synced as ${[...references].join(' and as ')}`);
  }
  return [...new Set(wrong)];
}

/** How the invoice in Epicor differs from its bill or report. */
function invoiceDifferences(books: AirbaseBooks, { entry, disputed }: ExpectedEntry): string[] {
  const { content } = entry;
  const found = invoicesFor(books, entry);
  const [invoice, ...others] = found;
  if (invoice === undefined) return disputed ? [] : ['is marked as synced and does not stand in Epicor'];
  const wrong: string[] = [];
  if (others.length > 0) wrong.push(`stands ${found.length} times in Epicor`);
  wrong.push(...reversalDifferences(books, entry));
  if (disputed) return wrong;
  const differs = (what: string, there: string, here: string) => {
    if (there !== here) wrong.push(`${what} is ${there} in Epicor and ${here} in Airbase`);
  };
  const vendor = vendorOf(books, entry);
  differs('the vendor', text(invoice, 'VendorNum'), vendor === undefined ? '' : text(vendor, 'VendorNum'));
  const scale = scaleOf(content.currency);
  const total = rounded(content.total, scale);
  differs('the total', rounded(amount(invoice, 'DocInvoiceAmt'), scale), total);
  differs('the currency', text(invoice, 'CurrencyCode'), content.currency);
  differs('the date', text(invoice, 'InvoiceDate'), content.date);
  if ((invoice['DebitMemo'] === true) !== total.startsWith('-')) wrong.push('the kind of document differs');
  if (!isOurs(books, invoice)) return wrong;
  const isReleased = books.released.has(invoiceKey(invoice));
  const isPaid = compared(amount(invoice, 'DocInvoiceBal'), '0') === 0;
  if (invoice['PayHold'] !== true && !isReleased && !isPaid && !total.startsWith('-')) {
    wrong.push('has no payment hold, although Airbase pays it');
  }
  return [
    ...wrong,
    ...orderDifferences(books, invoice, content),
    ...codingDifferences(books, invoice, content),
  ];
}

function orderDifferences(books: AirbaseBooks, invoice: Row, { order }: EntryContent): string[] {
  const lines = books.company.rows('APInvDtl').childrenOf(invoice);
  const columns = [text(invoice, 'REFPONum'), ...lines.map((row) => text(row, 'PONum'))];
  const strange = columns.filter((number) => number !== '' && number !== '0' && number !== order);
  if (strange.length > 0) return [`names the order ${strange[0]} in Epicor`];
  if (order === undefined || !books.ordersTravel) return [];
  const names = ['Description', 'InvoiceComment', 'LineComment'];
  const words = [invoice, ...lines].flatMap((row) => names.map((name) => text(row, name)));
  return [...columns, ...words].some((each) => each.includes(order)) ? [] : [`has lost its order ${order}`];
}

/** What takes an invoice back takes back all of it: the day, and every account. */
function reversalDifferences(books: AirbaseBooks, entry: Entry): string[] {
  return reversalsIn(invoicesNaming(books, entry)).flatMap(([invoice, reversal]) => {
    const wrong: string[] = [];
    const number = text(reversal, 'InvoiceNum');
    const codings = [invoice, reversal].map((row) => codingOf(books, row));
    const left = perAccount(codings.flatMap(({ coded }) => coded));
    if ([...left.values()].some((each) => !isZero(each))) wrong.push(`${number} is coded otherwise`);
    if (text(reversal, 'ApplyDate') !== text(invoice, 'ApplyDate')) wrong.push(`${number} is of another day`);
    if (reversal['Posted'] !== true) wrong.push(`${number} is not posted`);
    return wrong;
  });
}

/** What is on each account: rows of the main book only, an account row in each distribution. */
function codingOf(books: AirbaseBooks, invoice: Row): { coded: readonly Booking[]; wrong: string[] } {
  const wrong: string[] = [];
  const coded: Booking[] = [];
  for (const line of books.company.rows('APInvDtl').childrenOf(invoice)) {
    const distributions = books.company.rows('APInvExp').childrenOf(line);
    if (distributions.length === 0) wrong.push(`line ${text(line, 'InvoiceLine')} has no distribution`);
    for (const distribution of distributions) {
      const rows = books.company.rows('APInvExpTGLC').childrenOf(distribution);
      const main = rows.find((row) => row['RecordType'] === 'A' && text(row, 'BookID') === 'MAIN');
      const account = main === undefined ? '' : text(main, 'GLAccount');
      if (account === '') wrong.push(`line ${text(line, 'InvoiceLine')} has no account`);
      coded.push({ account, amount: amount(distribution, 'DocExpAmt') });
    }
  }
  return { coded, wrong };
}

function codingDifferences(books: AirbaseBooks, invoice: Row, content: EntryContent): string[] {
  const { coded, wrong } = codingOf(books, invoice);
  // Lines of an order are booked as the order says.
  if (content.order !== undefined) return wrong;
  const off = differing(coded, wantedOf(content), content);
  if (off !== '') wrong.push(`the coding differs: ${off}`);
  return wrong;
}

interface Booking {
  readonly account: string;
  readonly amount: string;
}

function wantedOf({ lines }: EntryContent): Booking[] {
  return lines.map((line) => ({ account: internal(line.account), amount: line.amount }));
}

function internal(account: string | null): string {
  return (account ?? '').replaceAll('-', '|');
}

function perAccount(bookings: readonly Booking[]): Map<string, string> {
  const totals = new Map<string, string>();
  for (const { account, amount: part } of bookings) {
    totals.set(account, sum([totals.get(account) ?? '0', part], 6));
  }
  return totals;
}

/** In words, the accounts that have another amount; amounts finer than the currency may be off by the smallest unit. */
function differing(there: readonly Booking[], wanted: readonly Booking[], content: EntryContent): string {
  const scale = scaleOf(content.currency);
  const isFine = content.lines.some((line) => compared(line.amount, rounded(line.amount, scale)) !== 0);
  const [coded, right] = [perAccount(there), perAccount(wanted)];
  return [...new Set([...coded.keys(), ...right.keys()])]
    .flatMap((account) => {
      const [is, must] = [coded.get(account) ?? '0', right.get(account) ?? '0'];
      const gap = sum([is, negated(must)], 6).replace('-', '');
      const isOff = isFine ? compared(gap, TOLERANCE) > 0 : !isZero(gap);
      return isOff ? [`${account} ${short(is)} for ${short(must)}`] : [];
    })
    .join(', ');
}

/** Without the zeros that exact sums end with. */
function short(value: string): string {
  return value.replace(/\.?0+$/, '') || '0';
}

/** What is left of all journals of an entry together, without signs. */
function turnover(journals: readonly JournalFound[]): string {
  const totals = perAccount(journals.flatMap((journal) => journal.lines));
  return sum(
    [...totals.values()].map((each) => each.replace('-', '')),
    6,
  );
}

/** Every journal balances and has accounts. */
function checkJournals(journals: readonly JournalFound[]): string[] {
  return journals.flatMap(({ number, lines }) => {
    const balance = sum(
      lines.map((line) => line.amount),
      6,
    );
    const wrong: string[] = [];
    if (lines.length === 0) wrong.push(`journal ${number} has no lines`);
    if (!isZero(balance)) wrong.push(`journal ${number} is out of balance by ${short(balance)}`);
    if (lines.some((line) => line.account === '')) wrong.push(`journal ${number} has a line without account`);
    return wrong;
  });
}

function journalWanted(content: EntryContent): Booking[] {
  const credit = { account: internal(content.bankAccount), amount: negated(content.total) };
  return [...wantedOf(content), credit];
}

/** How the ledger differs from a card transaction: all its journals together are what it says now. */
function journalDifferences(
  books: AirbaseBooks,
  { entry, disputed }: ExpectedEntry,
  journals: readonly JournalFound[],
): string[] {
  const booked = journals.flatMap((journal) => journal.lines);
  const anyVersion = disputed || isMarkedBlindly(entry);
  const versions = anyVersion ? entry.versions : [entry.content];
  if (booked.length === 0)
    return isZero(entry.content.total) ? [] : ['is marked as synced and not in the ledger'];
  const isForeign = entry.content.currency !== books.company.baseCurrency;
  const inBase = isForeign && journals.every(({ currency }) => currency === books.company.baseCurrency);
  if (inBase) return baseDifferences(entry.content, booked);
  const off = versions.map((content) => differing(booked, journalWanted(content), content));
  const wrong = off.includes('') ? [] : [`the ledger differs: ${off.at(-1)}`];
  const { currency, date } = entry.content;
  for (const journal of journals) {
    if (journal.currency !== currency) wrong.push(`journal ${journal.number} is in ${journal.currency}`);
  }
  const isDated = journals.length === 1 && entry.versions.length === 1 && date > books.company.closedThrough;
  const [only] = journals;
  if (isDated && only !== undefined && only.date !== date) {
    wrong.push(`journal ${only.number} is of ${only.date}, the transaction of ${date}`);
  }
  return wrong;
}

/** Booked in the currency of the company, the card account has what was settled. */
function baseDifferences(content: EntryContent, booked: readonly Booking[]): string[] {
  const credit = perAccount(booked).get(internal(content.bankAccount)) ?? '0';
  return compared(credit, negated(content.inBase)) === 0
    ? []
    : [`the card account has ${credit}, ${content.inBase} were settled`];
}

/** A bill that was paid by card is an expense once: the card's entry does not book it a second time. */
function expensedAgain({ content }: Entry, journals: readonly JournalFound[]): string[] {
  const totals = perAccount(journals.flatMap((journal) => journal.lines));
  return wantedOf(content)
    .filter(({ account }) => !isZero(totals.get(account) ?? '0'))
    .map(({ account }) => `is an expense on ${account} a second time`);
}
