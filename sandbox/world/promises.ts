import type { Organization } from '../bill/organization';
import type { PaymentRecord } from '../bill/records';
import type { Expectation } from '../data/expected';
import type { CompanyState } from '../epicor-kinetic/state';
import { amount, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { compared, minus, negated, scaleOf, sum } from '../money';
import type { LateChange } from './after-sent';

/** The two systems' own state, which is all that an oracle looks at. */
export interface Books {
  readonly company: CompanyState;
  readonly organization: Organization;
  /** What was paid in Epicor before anything was synced, by invoice key. */
  readonly paidBefore: ReadonlyMap<string, string>;
  /** Bills, by id, that were entered in BILL by hand. */
  readonly billsBefore: ReadonlySet<string>;
  /** Names of BILL's vendors before anything was synced, each with its count. */
  readonly vendorsBefore: ReadonlyMap<string, number>;
  /** User that the integration signs in to Epicor with. */
  readonly integrationUser: string;
}

const SETTLED = new Set(['PROCESSED', 'SENT', 'DELIVERED', 'CLEARED']);

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function keyOf(invoice: Row): string {
  return `${text(invoice, 'VendorNum')}|${text(invoice, 'InvoiceNum')}`;
}

/** A bill or credit in BILL that stands for an invoice. */
interface Copy {
  readonly id: string;
  readonly vendor: string;
  readonly number: string;
  /** With the sign of the invoice. */
  readonly amount: string;
}

function liveCopies({ organization }: Books): Copy[] {
  const name = (vendorId: string) => plain(String(organization.vendors.get(vendorId)?.data['name'] ?? ''));
  const bills = organization.bills.all
    .filter((bill) => !bill.archived)
    .map((bill) => ({ id: bill.id, vendor: name(bill.vendorId), number: bill.number, amount: bill.amount }));
  const credits = organization.credits.all
    .filter((credit) => !credit.archived)
    .map((credit) => ({
      id: credit.id,
      vendor: name(credit.vendorId),
      number: String(credit.data['referenceNumber'] ?? ''),
      amount: negated(credit.amount),
    }));
  return [...bills, ...credits];
}

function groupCopies(books: Books): Map<string, Copy[]> {
  return Map.groupBy(liveCopies(books), (copy) => `${copy.vendor}|${copy.number}`);
}

function copyKey(books: Books, invoice: Row): string {
  const vendor = books.company.rows('Vendor').find(invoice['VendorNum'] ?? 0) ?? {};
  return `${plain(text(vendor, 'Name'))}|${text(invoice, 'InvoiceNum')}`;
}

/** How many live vendors of each name an organization has. */
export function namesOf(organization: Organization): Map<string, number> {
  const counts = new Map<string, number>();
  for (const vendor of organization.vendors.all) {
    const name = plain(String(vendor.data['name'] ?? ''));
    if (!vendor.archived) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** No vendor was made twice. Gives what is wrong. */
export function checkVendors(books: Books): string[] {
  const source = Map.groupBy(books.company.rows('Vendor').all, (row) => plain(text(row, 'Name')));
  const wrong: string[] = [];
  for (const [name, count] of namesOf(books.organization)) {
    const allowed = Math.max(source.get(name)?.length ?? 0, books.vendorsBefore.get(name) ?? 0);
    if (count > allowed) wrong.push(`vendor ${name} stands ${count} times in BILL, ${allowed} are right`);
  }
  return wrong;
}

/** Each vendor and number at most once in BILL. Gives what is wrong. */
export function checkNoDoubles(books: Books): string[] {
  return [...groupCopies(books)]
    .filter(([, copies]) => copies.length > 1)
    .map(
      ([key, copies]) =>
        `${key} stands ${copies.length} times in BILL: ${copies.map((copy) => copy.id).join(', ')}`,
    );
}

/**
 * What had to arrive has arrived with its amount, and nothing else has. What changed in Epicor after it was sent has
 * changed over there, unless it was paid by then. Gives what is wrong.
 */
export function checkArrivals(
  books: Books,
  expected: readonly Expectation[],
  changes: readonly LateChange[] = [],
): string[] {
  const copies = groupCopies(books);
  const changed = Map.groupBy(
    changes.filter(({ kind }) => kind !== 'touched'),
    ({ key }) => key,
  );
  const wrong: string[] = [];
  const accepts = new Map(expected.map((each) => [each.key, each.accepts]));
  const sums = new Map<string, { source: string[]; target: string[] }>();
  for (const invoice of books.company.rows('APInvHed').all) {
    const key = keyOf(invoice);
    const outcomes = accepts.get(key) ?? [];
    const copy = copies.get(copyKey(books, invoice))?.[0];
    if (changed.get(key)?.some(({ kind }) => kind === 'cancelled')) {
      if (copy !== undefined && !isBeingPaid(books, copy))
        wrong.push(`${key} was cancelled and is still to be paid`);
      continue;
    }
    const byHand = copy !== undefined && books.billsBefore.has(copy.id);
    if (outcomes.length === 1 && outcomes[0] === 'confirmed' && copy === undefined)
      wrong.push(`${key} has not arrived`);
    if (!outcomes.includes('confirmed') && copy !== undefined && !byHand) {
      wrong.push(`${key} has arrived, although it should be ${outcomes.join(' or ')}`);
    }
    if (copy === undefined || !outcomes.includes('confirmed')) continue;
    if (changed.has(key) && isBeingPaid(books, copy)) continue;
    const currency = text(invoice, 'CurrencyCode');
    const both = sums.get(currency) ?? { source: [], target: [] };
    sums.set(currency, both);
    both.source.push(amount(invoice, 'DocInvoiceAmt'));
    both.target.push(copy.amount);
    if (compared(copy.amount, amount(invoice, 'DocInvoiceAmt')) !== 0) {
      wrong.push(`${key} is ${amount(invoice, 'DocInvoiceAmt')} in Epicor and ${copy.amount} in BILL`);
    }
  }
  for (const [currency, { source, target }] of sums) {
    const scale = scaleOf(currency);
    if (compared(sum(source, scale), sum(target, scale)) !== 0) {
      wrong.push(
        `sums differ in ${currency}: ${sum(source, scale)} in Epicor, ${sum(target, scale)} in BILL`,
      );
    }
  }
  return wrong;
}

/** Money has begun to move for it: what stands there may no longer be changed. */
function isBeingPaid({ organization }: Books, { id }: Copy): boolean {
  return organization.payments.all.some(({ billPayments }) =>
    billPayments.some(({ billId }) => billId === id),
  );
}

/** Whether a payment counts as made. */
export function isSettled(payment: PaymentRecord): boolean {
  if (payment.status === 'VOID' || payment.status === 'CANCELLED') return false;
  return payment.online ? SETTLED.has(payment.singleStatus ?? '') : payment.status === 'PAID';
}

/** What settled payments took off each bill, and off each vendor credit with a minus. */
function settledByCopy({ organization }: Books): Map<string, string> {
  const settled = new Map<string, string>();
  const add = (id: string, part: string) => settled.set(id, sum([settled.get(id) ?? '0', part], 3));
  for (const payment of organization.payments.all.filter(isSettled)) {
    for (const part of payment.billPayments) {
      add(part.billId, part.gross);
      for (const use of part.vendorCredits) add(use.id, negated(use.amount));
    }
  }
  return settled;
}

/** What was paid at BILL is what Epicor has as paid, invoice by invoice, and no payment is there twice or half. Gives what is wrong. */
export function checkPayments(books: Books, changes: readonly LateChange[] = []): string[] {
  const copies = groupCopies(books);
  const cancelled = new Set(changes.filter(({ kind }) => kind === 'cancelled').map(({ key }) => key));
  const corrected = new Set(changes.filter(({ kind }) => kind === 'corrected').map(({ key }) => key));
  const cancelledCopies = new Set(
    books.company
      .rows('APInvHed')
      .all.filter((invoice) => cancelled.has(keyOf(invoice)))
      .flatMap((invoice) => (copies.get(copyKey(books, invoice)) ?? []).map(({ id }) => id)),
  );
  const settled = settledByCopy(books);
  const wrong: string[] = [];
  for (const invoice of books.company.rows('APInvHed').all) {
    const key = keyOf(invoice);
    // Nothing is owed on it any more: what was paid for it, and for others with it, waits for a person.
    const arePaidTogether = sharePayment(books, copies.get(copyKey(books, invoice)) ?? [], cancelledCopies);
    if (cancelled.has(key) || arePaidTogether) continue;
    const copy = copies
      .get(copyKey(books, invoice))
      ?.find((each) => corrected.has(key) || compared(each.amount, amount(invoice, 'DocInvoiceAmt')) === 0);
    const paid = minus(amount(invoice, 'DocInvoiceAmt'), amount(invoice, 'DocInvoiceBal'), 3);
    const ours = minus(paid, books.paidBefore.get(key) ?? '0', 3);
    const wanted = copy === undefined ? '0' : (settled.get(copy.id) ?? '0');
    if (compared(ours, wanted) !== 0)
      wrong.push(`${key}: ${wanted} settled at BILL, ${ours} posted in Epicor`);
  }
  const heads = books.company.rows('CheckHed').all.filter((head) => text(head, 'ChangedBy') !== 'clerk');
  const live = heads.filter((head) => head['Voided'] !== true && text(head, 'OwnReference') !== '');
  for (const [reference, same] of Map.groupBy(live, (head) => text(head, 'OwnReference'))) {
    if (same.length > 1) wrong.push(`payment ${reference} stands ${same.length} times in Epicor`);
  }
  for (const head of heads) {
    const entered = text(head, 'ChangedBy') === books.integrationUser && head['Posted'] !== true;
    if (entered) wrong.push(`payment ${text(head, 'HeadNum')} in Epicor was entered and not posted`);
  }
  return wrong;
}

function sharePayment(
  { organization }: Books,
  copies: readonly Copy[],
  others: ReadonlySet<string>,
): boolean {
  const ids = new Set(copies.map(({ id }) => id));
  return organization.payments.all.some(({ billPayments }) => {
    const parts = billPayments.flatMap(({ billId, vendorCredits }) => [
      billId,
      ...vendorCredits.map(({ id }) => id),
    ]);
    return parts.some((id) => ids.has(id)) && parts.some((id) => others.has(id));
  });
}

/** What every invoice has been paid so far in Epicor, by key. */
export function paidSoFar(company: CompanyState): Map<string, string> {
  const rows = company.rows('APInvHed').all;
  return new Map(
    rows.map((row) => [keyOf(row), minus(amount(row, 'DocInvoiceAmt'), amount(row, 'DocInvoiceBal'), 3)]),
  );
}

/** Tables of the company that an integration can write to. */
const WRITABLE = ['APInvHed', 'APInvDtl', 'CheckHed', 'APTran', 'APChkGrp', 'Vendor'] as const;

/** Everything that the integration could have changed in either system. */
export function writableIn({ organization, company }: Books): unknown {
  return [
    organization.vendors.all,
    organization.bills.all,
    organization.credits.all,
    organization.payments.all,
    ...WRITABLE.map((table) => company.rows(table).all),
  ];
}

/** How many documents at both systems can be a record of a sync. */
export function documentsIn({ organization, company }: Books): number {
  const tables = ['GLAccount', 'Vendor', 'APInvHed'] as const;
  return tables.reduce(
    (sum, table) => sum + company.rows(table).all.length,
    organization.payments.all.length,
  );
}
