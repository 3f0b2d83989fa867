import type { BillRecord } from '../bill/records';
import { text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { isZero } from '../money';
import type { Random } from '../random';
import type { Clerk } from './clerk';
import type { Books } from './promises';

export interface LateChange {
  /** `<VendorNum>|<InvoiceNum>`. */
  readonly key: string;
  readonly kind: 'corrected' | 'cancelled' | 'touched';
  readonly billId: string;
}

/**
 * Changes invoices in Epicor whose bills stand in BILL with no money moving yet:
 * amounts are corrected, invoices cancelled, or rows touched without effect. Gives what was done.
 */
export function mutateAfterSent(books: Books, clerk: Clerk, random: Random, count: number): LateChange[] {
  const sent = books.company.rows('APInvHed').all.flatMap((invoice) => {
    const bill = untouchedBill(books, invoice);
    return bill === undefined ? [] : [{ invoice, bill }];
  });
  return random
    .shuffled(sent)
    .slice(0, count)
    .map(({ invoice, bill }) => {
      const [vendor, number] = [Number(invoice['VendorNum']), text(invoice, 'InvoiceNum')];
      const kind = random.pick(['corrected', 'cancelled', 'touched'] as const);
      if (kind === 'corrected') clerk.correct(vendor, number, '10.00');
      else if (kind === 'cancelled') clerk.cancel(vendor, number);
      else clerk.changeInvoice(vendor, number, { InvoiceComment: 'seen again' });
      return { key: `${vendor}|${number}`, kind, billId: bill.id };
    });
}

function untouchedBill(books: Books, invoice: Row): BillRecord | undefined {
  const vendor = books.company.rows('Vendor').find(invoice['VendorNum'] ?? 0) ?? {};
  if (invoice['CurrencyCode'] !== 'USD') return undefined;
  return books.organization.bills.all.find(
    (bill) =>
      !bill.archived &&
      !books.billsBefore.has(bill.id) &&
      bill.number === invoice['InvoiceNum'] &&
      books.organization.vendors.get(bill.vendorId)?.data['name'] === vendor['Name'] &&
      isZero(bill.scheduled) &&
      isZero(bill.paid),
  );
}
