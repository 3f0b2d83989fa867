import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { absentFor, amountConflict, type Conflict, conflict, parked } from '../bill-checks';
import { isDead, whyLocked } from '../bill-state';
import { fullNumber, longestNumber, sentNumber, totalOf, wiredBill } from '../bill-wire';
import type { BillConnection } from '../connection';
import { bills, fetchDocument } from '../documents';
import { textAt } from '../members';
import { isRefusal } from '../troubles';
import { numberConflict, useOfNumber, type WantedBill } from './bill-duplicates';
import { postBill, uncodedLines, verifyStored } from './bill-sending';
import { tallyBills } from './bill-tally';
import { updateBill } from './bill-update';

/**
 * Makes and changes bills. BILL takes the same number twice unless it is asked not to, so the number is looked
 * up at the vendor before every create and after every unclear outcome.
 */
export function upsertBillOperation(bill: BillConnection): Operation {
  return {
    businessKey: (document) => `vendor ${textAt(document, 'vendorId')} bill ${fullNumber(document)}`,
    lookUp: (document, context) => lookUp(bill, document, context),
    create: (document, context) => create(bill, wantedBill(document, context), context),
    update: async (ref, document, _previous, context) => {
      const refusal = unsendable(document, context);
      if (refusal) throw parked(refusal);
      return updateBill(bill, ref, document, wantedBill(document, context), context);
    },
    resume: ({ ref }, document, context) => addCoding(bill, ref, wantedBill(document, context), context),
    tally: (context) => tallyBills(bill, context),
  };
}

async function lookUp(
  bill: BillConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const refusal = unsendable(document, context);
  if (refusal) return refusal;
  const wanted = wantedBill(document, context);
  const found = await useOfNumber(bill, wanted, context);
  if (found.use === 'other') return found.conflict;
  if (found.use === 'free') return absentFor(bill, context, document);
  const ref = textAt(found.bill, 'id') ?? '';
  const uncoded = whyLocked(found.bill).length === 0 ? uncodedLines(wanted.body, found.bill) : [];
  if (uncoded.length > 0) return { found: 'partial', ref, missing: `${uncoded.join(', ')} on its lines` };
  return { found: 'present', ...effectOf(ref, wanted) };
}

/** Gives the lines of a bill that somebody typed in the coding that they lack, unless its payment has begun meanwhile. */
async function addCoding(
  bill: BillConnection,
  ref: string,
  wanted: WantedBill,
  context: OperationContext,
): Promise<Effect> {
  try {
    await verifyStored(bill, wanted, { id: ref }, context);
  } catch (error) {
    const now = isRefusal(error) ? await fetchDocument(bill, bills, context.calls, ref) : undefined;
    if (!now || isDead(now) || whyLocked(now).length === 0) throw error;
  }
  return effectOf(ref, wanted);
}

async function create(
  bill: BillConnection,
  wanted: WantedBill,
  context: OperationContext,
  again = false,
): Promise<Effect> {
  let created: JsonObject;
  try {
    created = await postBill(bill, wanted, context, again);
  } catch (error) {
    if (!isRefusal(error) || error.code !== 'BILL_NUMBER_IN_USE') throw error;
    return settleRefusedNumber(bill, wanted, context, error.systemWords, again);
  }
  const stored = await verifyStored(bill, wanted, created, context);
  return effectOf(textAt(stored, 'id') ?? '', wanted);
}

/** A bill that lists did not show when its number was refused shows by then, milliseconds. */
const lateMs = 3_000;

/**
 * BILL knows the number although it was not found a moment ago: somebody else was faster, or an archived bill still
 * holds it, as the one does that a document was taken back and entered again for.
 */
async function settleRefusedNumber(
  bill: BillConnection,
  wanted: WantedBill,
  context: OperationContext,
  words: string | undefined,
  again: boolean,
): Promise<Effect> {
  let found = await useOfNumber(bill, wanted, context);
  const mayGoAgain = !again && context.options['archivedNumber'] !== 'park';
  if (mayGoAgain && found.use === 'free' && found.archived.length > 0) {
    await bill.clock.wait(lateMs, context.signal);
    found = await useOfNumber(bill, wanted, context);
    if (found.use === 'free' && found.archived.length > 0) return create(bill, wanted, context, true);
  }
  if (found.use === 'same') return { ...effectOf(textAt(found.bill, 'id') ?? '', wanted), adopted: true };
  if (found.use === 'other') throw parked(found.conflict);
  const message =
    found.archived.length > 0
      ? `An archived bill in BILL still holds the number ${wanted.number}. Restore it there, or renumber the document.`
      : `BILL says that the number ${wanted.number} is in use, but shows no bill of this vendor with it.`;
  const refusal = numberConflict(message, wanted, found.archived);
  throw parked({ ...refusal, detail: { ...refusal.detail, ...(words === undefined ? {} : { words }) } });
}

function unsendable(document: JsonObject, context: OperationContext): Conflict | undefined {
  const number = fullNumber(document);
  const sent = sentNumber(document, shortens(context));
  if (sent.length > longestNumber) {
    return conflict(
      'number-too-long',
      `${number} has ${number.length} characters; BILL takes ${longestNumber}.`,
      { number, length: number.length, maximum: longestNumber },
    );
  }
  return amountConflict(document, bills.lines, totalOf(document), 'send it as a vendor credit');
}

function wantedBill(document: JsonObject, context: OperationContext): WantedBill {
  const number = sentNumber(document, shortens(context));
  return {
    vendorId: textAt(document, 'vendorId') ?? '',
    number,
    total: totalOf(document),
    body: wiredBill(document, number),
  };
}

function shortens({ options }: OperationContext): boolean {
  return options['numberTooLong'] === 'shorten';
}

function effectOf(ref: string, wanted: WantedBill): Effect {
  return { ref, attributes: { number: wanted.number } };
}
