import type { Organization } from '../bill/organization';
import { negated, sum } from '../money';
import { isSettled } from './promises';

/** A live bill or vendor credit in BILL, as it stands for a document of the books. */
export interface Copy {
  readonly id: string;
  /** The vendor's name, letters and digits only. */
  readonly vendor: string;
  readonly number: string;
  /** Negative for a credit. */
  readonly amount: string;
}

/** Letters and digits only, without case. */
export function plainName(name: unknown): string {
  return String(name ?? '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Every live bill and credit, by vendor and number. */
export function copiesIn(organization: Organization): Map<string, Copy[]> {
  const vendor = (id: string) => plainName(organization.vendors.get(id)?.data['name']);
  const bills = organization.bills.all
    .filter((bill) => !bill.archived)
    .map(({ id, vendorId, number, amount }) => ({ id, vendor: vendor(vendorId), number, amount }));
  const credits = organization.credits.all
    .filter((credit) => !credit.archived)
    .map(({ id, vendorId, data, amount }) => ({
      id,
      vendor: vendor(vendorId),
      number: String(data['referenceNumber'] ?? ''),
      amount: negated(amount),
    }));
  return Map.groupBy([...bills, ...credits], (copy) => `${copy.vendor}|${copy.number}`);
}

/** What settled payments took off each bill, and off each vendor credit with a minus. */
export function settledByCopy({ payments }: Organization): Map<string, string> {
  const settled = new Map<string, string>();
  const add = (id: string, part: string) => settled.set(id, sum([settled.get(id) ?? '0', part], 3));
  for (const payment of payments.all.filter(isSettled)) {
    for (const part of payment.billPayments) {
      add(part.billId, part.gross);
      for (const use of part.vendorCredits) add(use.id, negated(use.amount));
    }
  }
  return settled;
}

/** Ids of bills and credits by the payments that they were in together, ended ones included. */
export function paidTogether({ payments }: Organization): string[][] {
  return payments.all.map(({ billPayments }) =>
    billPayments.flatMap((part) => [part.billId, ...part.vendorCredits.map((use) => use.id)]),
  );
}
