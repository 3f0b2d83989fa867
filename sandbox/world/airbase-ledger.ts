import type { Entry } from '../airbase/records';
import { amount, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { compared, rounded, scaleOf } from '../money';
import {
  type AirbaseBooks,
  type ExpectedEntry,
  invoicesFor,
  invoicesNaming,
  isCancelled,
  isTaken,
  journalsByEntry,
} from './airbase-books';
import { isNever, nameOf } from './airbase-promises';
import { imprint } from './basware-books';
import { invoiceKey } from './payables-clerk';

/** What Airbase paid stands in Epicor once, by amount and day, where payments are recorded; else not at all. */
export function checkPayments(books: AirbaseBooks): string[] {
  const payments = books.entries.filter(({ entry }) => entry.content.kind === 'payment');
  return [...payments.flatMap((each) => onePayment(books, each)), ...checkAllocations(books, payments)];
}

function onePayment(books: AirbaseBooks, expected: ExpectedEntry): string[] {
  const { entry, seed, disputed } = expected;
  if (isNever(books, expected)) return [];
  const wrong: string[] = [];
  const told = isTaken(entry);
  const may = seed.accepts.includes('confirmed');
  const must = may && seed.accepts.length === 1 && !disputed && books.payments === 'recorded';
  if (must && !told) wrong.push(`is ${entry.status}, not synced`);
  if (!may && told && books.payments === 'recorded') wrong.push('is marked as synced, although it must wait');
  return wrong.map((message) => `${nameOf(expected)}: ${message}`);
}

/** The allocations of every invoice are the payments of its bill that were marked. */
function checkAllocations(books: AirbaseBooks, payments: readonly ExpectedEntry[]): string[] {
  const live = books.company
    .rows('APTran')
    .all.filter((row) => !books.headsBefore.has(Number(row['HeadNum'])))
    .filter((row) => row['Voided'] !== true && !isVoided(books, row));
  const byInvoice = Map.groupBy(live, invoiceKey);
  const wrong: string[] = [];
  for (const expected of books.entries) {
    const { kind } = expected.entry.content;
    if (kind !== 'bill' && kind !== 'reimbursement') continue;
    const invoices = invoicesFor(books, expected.entry);
    const rows = invoices.flatMap((invoice) => byInvoice.get(invoiceKey(invoice)) ?? []);
    for (const invoice of invoices) byInvoice.delete(invoiceKey(invoice));
    if (expected.disputed) continue;
    const wanted = books.payments === 'ignored' ? [] : settled(payments, expected.entry);
    const recorded = rows.map((row) =>
      move(amount(row, 'DocTranAmt'), text(row, 'TranDate'), expected.entry),
    );
    if (books.payments === 'either' && recorded.length === 0) continue;
    const [there, here] = [recorded.toSorted().join(', '), wanted.toSorted().join(', ')];
    if (there !== here) {
      wrong.push(
        `${nameOf(expected)}: paid ${there || 'nothing'} in Epicor, ${here || 'nothing'} by Airbase`,
      );
    }
  }
  for (const [key, rows] of byInvoice) {
    wrong.push(
      `invoice ${key} was paid in payment ${text(rows[0] ?? {}, 'HeadNum')}, which Airbase did not make`,
    );
  }
  return wrong;
}

function isVoided({ company }: AirbaseBooks, row: Row): boolean {
  return company.rows('CheckHed').find(row['HeadNum'] ?? 0)?.['Voided'] === true;
}

/** What was marked as paid of a bill; a payment that came back takes the one that it undoes with it. */
function settled(payments: readonly ExpectedEntry[], bill: Entry): string[] {
  const moves: string[] = [];
  const told = payments
    .map(({ entry }) => entry)
    .filter((entry) => isTaken(entry) && entry.content.appliedTo.includes(bill.id))
    .toSorted((a, b) => compared(b.content.total, a.content.total));
  for (const { content } of told) {
    // A payment of several bills pays each of them whole.
    const part = content.appliedTo.length > 1 ? bill.content.total : content.total;
    if (!part.startsWith('-')) moves.push(move(part, content.date, bill));
    else {
      const undone = moves.findIndex((each) => each.startsWith(`${plain(part.slice(1), bill)} `));
      moves.splice(Math.max(undone, 0), 1);
    }
  }
  return moves;
}

function move(part: string, date: string, bill: Entry): string {
  return `${plain(part, bill)} on ${date}`;
}

function plain(part: string, { content }: Entry): string {
  return rounded(part, scaleOf(content.currency));
}

/** Nothing stands in Epicor twice, nothing that was there was changed, and nothing is there that nobody sent. */
export function checkNothingElse(books: AirbaseBooks): string[] {
  const wrong: string[] = [];
  const { company } = books;
  const spend = books.entries.filter(({ entry }) => ['bill', 'reimbursement'].includes(entry.content.kind));
  const known = new Set(spend.flatMap(({ entry }) => invoicesNaming(books, entry)));
  for (const invoice of company.rows('APInvHed').all) {
    const key = invoiceKey(invoice);
    const before = books.invoicesBefore.get(key);
    if (before !== undefined) {
      if (before !== imprint(invoice)) wrong.push(`invoice ${key} was there before and has been changed`);
    } else if (!known.has(invoice) && !isCancelled(invoice)) {
      wrong.push(`invoice ${key} in Epicor belongs to no entry`);
    }
  }
  for (const { number } of journalsByEntry(books).get(undefined) ?? []) {
    wrong.push(`journal ${number} in Epicor belongs to no entry`);
  }
  for (const vendor of company.rows('Vendor').all) {
    const isTheirs = books.vendorsOfPeople.has(Number(vendor['VendorNum']));
    if (!isTheirs) wrong.push(`vendor ${text(vendor, 'VendorID')} was created in Epicor`);
  }
  const heads = company.rows('CheckHed').all.filter((row) => !books.headsBefore.has(Number(row['HeadNum'])));
  for (const head of heads) {
    if (company.rows('APTran').childrenOf(head).length === 0) {
      wrong.push(`payment ${text(head, 'HeadNum')} in Epicor pays nothing`);
    }
  }
  return [...wrong, ...checkTwins(books)];
}

function checkTwins(books: AirbaseBooks): string[] {
  return [...Map.groupBy(books.entries, ({ seed }) => seed.twin ?? '')].flatMap(([twin, pair]) => {
    const taken = pair.filter(({ entry }) => isTaken(entry)).length;
    return twin !== '' && taken !== 1 ? [`${twin} was entered twice and synced ${taken} times`] : [];
  });
}

/** What Airbase saw of the caller: calls at the same time, and writes that it has no place for. */
export function checkManners({ airbase }: AirbaseBooks): string[] {
  const { maxInFlight } = airbase.access;
  const limit = airbase.switches.concurrentLimit;
  const wrong = [...new Set(airbase.tenant.trespasses)].map((each) => `Airbase is read-only there: ${each}`);
  if (maxInFlight > limit) {
    wrong.push(`${maxInFlight} calls were in flight at Airbase at once, ${limit} are allowed`);
  }
  return wrong;
}
