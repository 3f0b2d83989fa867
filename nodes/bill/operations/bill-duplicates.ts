import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { type Conflict, conflict } from '../bill-checks';
import { describeBill, isDead, isDraft } from '../bill-state';
import { hasAmount } from '../bill-wire';
import type { BillConnection } from '../connection';
import { bills, findNumbered } from '../documents';
import { objectAt, textAt } from '../members';

export interface WantedBill {
  readonly vendorId: string;
  /** As it is sent. */
  readonly number: string;
  readonly total: string;
  readonly body: JsonObject;
}

export type NumberUse =
  | { readonly use: 'free'; readonly archived: readonly JsonObject[] }
  | { readonly use: 'same'; readonly bill: JsonObject }
  | { readonly use: 'other'; readonly conflict: Conflict };

/**
 * Who has the number at this vendor: nobody, a bill of the same amount, or others. An archived bill is no live
 * use. A draft is no bill yet, but somebody is about to make it one.
 */
export async function useOfNumber(
  bill: BillConnection,
  wanted: WantedBill,
  context: OperationContext,
): Promise<NumberUse> {
  const { calls, signal } = context;
  const all = await findNumbered(bill, bills, calls, signal, wanted.vendorId, wanted.number);
  const live = all.filter((found) => !isDead(found));
  if (live.length === 0) return { use: 'free', archived: all };
  const same = live.filter((found) => !isDraft(found) && hasAmount(found, wanted.total));
  const [only] = same;
  if (only && same.length === 1) return { use: 'same', bill: only };
  const message =
    same.length > 1
      ? `BILL has ${same.length} bills with the number ${wanted.number} and this amount.`
      : live.every(isDraft)
        ? `A draft in BILL has the number ${wanted.number}.`
        : `The number ${wanted.number} is in use in BILL with another amount.`;
  return { use: 'other', conflict: numberConflict(message, wanted, live) };
}

export function numberConflict(message: string, wanted: WantedBill, theirs: readonly JsonObject[]): Conflict {
  const { vendorId, number, total, body } = wanted;
  const invoiceDate = textAt(objectAt(body, 'invoice'), 'invoiceDate') ?? null;
  return conflict('number-in-use', message, {
    ours: { vendor: vendorId, number, amount: total, invoiceDate, dueDate: body['dueDate'] ?? null },
    theirs: theirs.map(describeBill),
  });
}
