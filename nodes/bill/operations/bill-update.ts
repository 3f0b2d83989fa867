import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, OperationContext } from '../../../runtime/connector/system';
import { parked, vendorConflict } from '../bill-checks';
import { describeBill, isDead, whyLocked } from '../bill-state';
import { type BillDifference, compareBill, replacement } from '../bill-wire';
import type { BillConnection } from '../connection';
import { bills, fetchDocument } from '../documents';
import { textAt } from '../members';
import { isRefusal } from '../troubles';
import { useOfNumber, type WantedBill } from './bill-duplicates';
import { changeBill, verifyStored } from './bill-sending';

/**
 * Brings a sent bill to what it is now at the source, while nothing is paid or scheduled and no approval has
 * begun. Compared with what BILL holds at this moment, so that a change that arrived already is not repeated.
 * @throws RecordOutcome `changed-after-sent` with the difference, field by field
 */
export async function updateBill(
  bill: BillConnection,
  ref: string,
  document: JsonObject,
  wanted: WantedBill,
  context: OperationContext,
): Promise<Effect> {
  const effect: Effect = { ref, attributes: { number: wanted.number } };
  const current = await fetchDocument(bill, bills, context.calls, ref);
  if (!current) throw changed(ref, 'The bill is not in BILL any more.', undefined, {});
  const unfit = await vendorConflict(bill, context, document);
  // A currency is nowhere on the bill, so that no comparison would show it.
  if (unfit?.reason === 'currency-mismatch') throw parked(unfit);
  const difference = compareBill(wanted.body, current);
  if (Object.keys(difference.changed).length === 0) return effect;
  const why = whyFixed(current);
  if (why !== undefined) {
    if (difference.wordsOnly && !isDead(current)) return effect;
    throw changed(ref, why, current, difference.changed);
  }
  if (unfit) throw parked(unfit);
  await checkNewIdentity(bill, ref, wanted, difference, context);
  await send(bill, ref, wanted, current, difference, context);
  return effect;
}

/** Why the bill may not be changed, in a person's words. */
export function whyFixed(current: JsonObject): string | undefined {
  if (isDead(current)) return 'The bill is archived in BILL.';
  const locks = whyLocked(current);
  return locks.length === 0 ? undefined : `BILL is already working on the bill: ${locks.join(', ')}.`;
}

async function send(
  bill: BillConnection,
  ref: string,
  wanted: WantedBill,
  current: JsonObject,
  difference: BillDifference,
  context: OperationContext,
): Promise<void> {
  try {
    const answer = difference.replaces
      ? await changeBill(bill, context.calls, ref, 'PUT', replacement(wanted.body, current, difference))
      : await changeBill(bill, context.calls, ref, 'PATCH', difference.patch);
    await verifyStored(bill, wanted, { ...answer, id: ref }, context);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const now = await fetchDocument(bill, bills, context.calls, ref);
    const why = now && whyFixed(now);
    // Somebody scheduled or approved it in between; any other refusal is about the document.
    throw why === undefined ? error : changed(ref, why, now, difference.changed);
  }
}

/** A new number, or a number at a new vendor, must be as free as for a new bill. */
async function checkNewIdentity(
  bill: BillConnection,
  ref: string,
  wanted: WantedBill,
  { changed: fields }: BillDifference,
  context: OperationContext,
): Promise<void> {
  if (!('invoiceNumber' in fields) && !('vendorId' in fields)) return;
  const found = await useOfNumber(bill, wanted, context);
  if (found.use === 'same' && textAt(found.bill, 'id') !== ref) {
    throw new RecordOutcome('park', 'number-in-use', {
      message: `The number ${wanted.number} is in use in BILL.`,
      theirs: [describeBill(found.bill)],
    });
  }
  if (found.use === 'other') throw parked(found.conflict);
}

function changed(
  ref: string,
  why: string,
  current: JsonObject | undefined,
  fields: BillDifference['changed'],
): RecordOutcome {
  return new RecordOutcome('park', 'changed-after-sent', {
    message: `${why} Make the shown change there by hand.`,
    bill: ref,
    changed: fields,
    ...(current ? { inBill: describeBill(current) } : {}),
  });
}
