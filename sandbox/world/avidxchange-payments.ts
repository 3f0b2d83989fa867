import { isSettled } from '../avidxchange/payment-life';
import type { InvoiceRecord, PaymentRecord } from '../avidxchange/records';
import { amount, text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { isZero, minus, rounded } from '../money';
import { type AvidBooks, headsOfOurs, paymentsOf, vendorNumOf } from './avidxchange-books';
import { invoiceKey } from './payables-clerk';

const TEXTS = [
  'CheckNum',
  'PaymentNumber',
  'OwnReference',
  'XRefCheckNum',
  'BankTranID',
  'Description',
  'Name',
] as const;

interface Posted {
  readonly head: Row;
  readonly signature: string;
}

/** A payment with what it is called in messages. */
interface Settled {
  readonly payment: PaymentRecord;
  readonly signature: string;
}

function signatureOf(vendorNum: unknown, parts: readonly (readonly [string, string, string])[]): string {
  const shown = parts.map(
    ([number, paid, discount]) => `${number}: ${rounded(paid)} less ${rounded(discount)}`,
  );
  return `vendor ${String(vendorNum)} (${shown.sort().join('; ')})`;
}

function posted(books: AvidBooks, head: Row): Posted {
  const rows = books.company
    .rows('APTran')
    .childrenOf(head)
    .filter((row) => row['Voided'] !== true);
  const parts = rows.map((row): readonly [string, string, string] => {
    const discount = amount(row, 'DocDiscAmt');
    return [text(row, 'InvoiceNum'), minus(amount(row, 'DocTranAmt'), discount), discount];
  });
  return { head, signature: signatureOf(head['VendorNum'], parts) };
}

function settled(books: AvidBooks, payment: PaymentRecord): Settled {
  const parts = payment.parts.map(
    ({ invoice, amount: paid, discount }) => [invoice.number, paid, discount] as const,
  );
  return { payment, signature: signatureOf(vendorNumOf(books.company, payment.vendorCode), parts) };
}

/** Text by which a bank or a supplier knows a payment. */
function traceOf({ method, checkNumber, trace, card }: PaymentRecord): string {
  return (method === 'check' ? checkNumber : method === 'direct' ? trace : card?.reference) ?? '';
}

function shows(books: AvidBooks, { head }: Posted, wanted: string): boolean {
  const rows = books.company.rows('APTran').childrenOf(head);
  const texts = [
    ...TEXTS.map((name) => text(head, name)),
    ...rows.flatMap((row) => [text(row, 'Comment'), text(row, 'Description')]),
  ];
  return texts.some((each) => each.includes(wanted));
}

/**
 * What was settled at AvidXchange is posted in Epicor, each payment once, with its allocations, its own number and date.
 * A payment that was voided or came back after it was posted is either voided in Epicor or waits there for a person, and
 * then what pays its invoices again may have to wait with it. Gives what is wrong.
 */
export function checkPaidIn(books: AvidBooks): string[] {
  const all = paymentsOf(books).filter((payment) => payment.everCleared);
  const live = all.filter(isSettled).map((payment) => settled(books, payment));
  const reversed = all.filter((payment) => !isSettled(payment)).map((payment) => settled(books, payment));
  const heads = headsOfOurs(books).filter((head) => head['Voided'] !== true);
  const wrong = heads
    .filter((head) => head['Posted'] !== true)
    .map((head) => `payment ${text(head, 'HeadNum')} in Epicor was entered and not posted`);
  let left = heads.filter((head) => head['Posted'] === true).map((head) => posted(books, head));
  const same = Map.groupBy([...live, ...reversed], ({ signature }) => signature);
  const take = (each: Settled): Posted | undefined => {
    const fitting = left.filter(({ signature }) => signature === each.signature);
    const found = fitting.find((one) => shows(books, one, traceOf(each.payment))) ?? fitting[0];
    left = left.filter((one) => one !== found);
    return found;
  };
  const changed = new Set(books.changes.filter(({ kind }) => kind !== 'touched').map(({ key }) => key));
  const keyOf = ({ vendorCode, number }: InvoiceRecord) =>
    `${vendorNumOf(books.company, vendorCode)}|${number}`;
  // One that was taken although it stood there by hand is paid twice over there, and once in Epicor.
  const byHand = new Set([...books.byHand].map(keyOf));
  const isExcused = ({ payment }: Settled) =>
    payment.parts.some(
      ({ invoice, discount }) =>
        byHand.has(keyOf(invoice)) || !isZero(discount) || changed.has(keyOf(invoice)),
    );
  const missing: Settled[] = [];
  const mustFirst = live.toSorted((a, b) => Number(isExcused(a)) - Number(isExcused(b)));
  for (const each of mustFirst) {
    const found = take(each);
    if (found === undefined) missing.push(each);
    else wrong.push(...flaws(books, found, same.get(each.signature) ?? []));
  }
  const kept = reversed.filter((each) => take(each) !== undefined);
  const waiting = new Set(kept.flatMap(({ payment }) => payment.parts.map(({ invoice }) => invoice)));
  for (const each of missing) {
    const waits = each.payment.parts.some(({ invoice }) => waiting.has(invoice));
    if (!waits && !isExcused(each)) {
      wrong.push(`payment ${each.payment.id}, ${each.signature}, is settled and not posted in Epicor`);
    }
  }
  for (const { head, signature } of left) {
    wrong.push(
      `payment ${text(head, 'HeadNum')} in Epicor, ${signature}, stands for nothing that was settled`,
    );
  }
  return [...wrong, ...paidTooMuch(books)];
}

/** Invoices of which more is paid than they are. */
function paidTooMuch({ company }: AvidBooks): string[] {
  return company.rows('APInvHed').all.flatMap((invoice) => {
    const [whole, left] = [amount(invoice, 'DocInvoiceAmt'), amount(invoice, 'DocInvoiceBal')];
    const isTooMuch = !isZero(left) && left.startsWith('-') !== whole.startsWith('-');
    return isTooMuch ? [`${invoiceKey(invoice)} is ${whole}, and ${minus(whole, left)} of it is paid`] : [];
  });
}

/** What is wrong with a posted payment beside its allocations. `like`: payments that it may stand for. */
function flaws(books: AvidBooks, found: Posted, like: readonly Settled[]): string[] {
  const wrong: string[] = [];
  const name = `payment ${text(found.head, 'HeadNum')} in Epicor, ${found.signature},`;
  if (!like.some(({ payment }) => shows(books, found, traceOf(payment)))) {
    wrong.push(`${name} does not show ${like.map(({ payment }) => traceOf(payment)).join(' or ')}`);
  }
  const date = text(found.head, 'CheckDate');
  const dates = like.flatMap(({ payment }) => [payment.cleared, payment.issued, payment.paymentDate]);
  if (!dates.includes(date)) wrong.push(`${name} is dated ${date}, not ${dates.join(' or ')}`);
  const card = like.find(
    ({ payment: { card: each } }) => each !== undefined && shows(books, found, each.number),
  );
  if (card !== undefined) wrong.push(`${name} shows the whole number of a card`);
  return wrong;
}
