import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Calls, OperationContext } from '../../../runtime/connector/system';
import { amountOf, billWire, compareBill, hasAmount } from '../bill-wire';
import type { BillConnection } from '../connection';
import { bills, fetchDocument, urlOf } from '../documents';
import { missingCodes, pairLines, withShortAmounts } from '../lines';
import { lookUntilShown } from '../look-until-shown';
import { asObject, objectAt, objectsAt, textAt } from '../members';
import { postTolerantly } from '../tolerant-post';
import type { WantedBill } from './bill-duplicates';

/**
 * Posts a bill and asks BILL to refuse a number that it has already.
 * @param again the number is held by archived bills only: BILL is asked to take it once more
 */
export function postBill(
  bill: BillConnection,
  wanted: WantedBill,
  { calls, options }: OperationContext,
  again = false,
): Promise<JsonObject> {
  const guard: JsonObject =
    options['refuseDuplicates'] === false && !again ? {} : { allowDuplicateInvoiceNumber: again };
  return postTolerantly(bill, bills, calls, billWire, wanted.body, guard);
}

/**
 * Makes sure that the stored bill says what was sent, because BILL can drop members without a word: accounts
 * that are missing are set once more, anything else is for a person.
 * @throws RecordOutcome that says how to undo it
 */
export async function verifyStored(
  bill: BillConnection,
  wanted: WantedBill,
  answer: JsonObject,
  context: OperationContext,
): Promise<JsonObject> {
  if (isAsSent(wanted, answer) && missingOnLines(wanted.body, answer).length === 0) return answer;
  // What an answer leaves out may be stored all the same.
  const id = textAt(answer, 'id') ?? '';
  const stored = await whole(bill, context, id, answer);
  if (!isAsSent(wanted, stored)) throw otherwise(id, wanted, stored);
  if (missingOnLines(wanted.body, stored).length === 0) return stored;
  return setCodes(bill, wanted, stored, context);
}

/** Sets the accounts and dimensions that the lines of a stored bill lack, and looks again. */
async function setCodes(
  bill: BillConnection,
  wanted: WantedBill,
  stored: JsonObject,
  context: OperationContext,
): Promise<JsonObject> {
  const id = textAt(stored, 'id') ?? '';
  const { patch } = compareBill(wanted.body, stored);
  await changeBill(bill, context.calls, id, 'PATCH', { billLineItems: patch['billLineItems'] ?? [] });
  const now = await whole(bill, context, id, stored);
  const missing = missingOnLines(wanted.body, now);
  if (missing.length === 0) return now;
  throw new RecordOutcome('park', 'rejected-by-target', {
    message: `BILL stored the bill without ${[...new Set(missing)].join(', ')} on its lines.`,
    bill: id,
    undo: `Code the lines of bill ${id} by hand in BILL, or archive it there; then replay.`,
  });
}

/** Changes a stored bill: `PATCH` in part, `PUT` as a whole. Saying the same twice changes nothing more. */
export async function changeBill(
  bill: BillConnection,
  calls: Calls,
  id: string,
  method: 'PATCH' | 'PUT',
  body: JsonObject,
): Promise<JsonObject | undefined> {
  const answer = await calls.call({
    name: 'update-bill',
    method,
    url: urlOf(bill, bills, id),
    json: withShortAmounts(body, bills.lines),
    bodySchema: billWire,
    effect: 'idempotent',
  });
  return asObject(answer.json);
}

/**
 * Names of the classifications that a bill found under our number lacks on otherwise equal lines: ours, stored
 * without them before its answer was lost. A bill that somebody coded otherwise lacks nothing.
 */
export function uncodedLines(wanted: JsonObject, stored: JsonObject): readonly string[] {
  const { pairs, onlyOurs, onlyTheirs } = pairLines(
    objectsAt(wanted, bills.lines),
    objectsAt(stored, bills.lines),
  );
  const recoded = pairs.some((pair) =>
    missingCodes(pair).some((name) => textAt(objectAt(pair.theirs, 'classifications'), name) !== undefined),
  );
  return recoded || onlyOurs.length > 0 || onlyTheirs.length > 0
    ? []
    : [...new Set(pairs.flatMap(missingCodes))];
}

/** Names of the classifications that lines of the stored bill lack. */
function missingOnLines(wanted: JsonObject, stored: JsonObject): readonly string[] {
  const { pairs } = pairLines(objectsAt(wanted, bills.lines), objectsAt(stored, bills.lines));
  return pairs.flatMap(missingCodes);
}

/** The bill as it is stored. One that was made a moment ago may not show yet. */
async function whole(
  bill: BillConnection,
  { calls, signal }: OperationContext,
  id: string,
  fallback: JsonObject,
): Promise<JsonObject> {
  const look = () => fetchDocument(bill, bills, calls, id);
  return (await lookUntilShown(look, (found) => found !== undefined, bill.clock, signal)) ?? fallback;
}

function isAsSent(wanted: WantedBill, stored: JsonObject): boolean {
  const { onlyOurs, onlyTheirs } = pairLines(
    objectsAt(wanted.body, bills.lines),
    objectsAt(stored, bills.lines),
  );
  const vendor = textAt(stored, 'vendorId') ?? wanted.vendorId;
  return (
    onlyOurs.length === 0 &&
    onlyTheirs.length === 0 &&
    vendor === wanted.vendorId &&
    hasAmount(stored, wanted.total)
  );
}

function otherwise(id: string, { total, vendorId, body }: WantedBill, stored: JsonObject): RecordOutcome {
  const sent = { amount: total, lines: objectsAt(body, bills.lines).length, vendor: vendorId };
  const found = {
    amount: amountOf(stored),
    lines: objectsAt(stored, bills.lines).length,
    vendor: textAt(stored, 'vendorId') ?? null,
  };
  return new RecordOutcome('park', 'amounts-differ', {
    message: `BILL stored ${found.amount} in ${found.lines} lines; sent were ${sent.amount} in ${sent.lines}.`,
    bill: id,
    sent,
    stored: found,
    undo: `Archive bill ${id} in BILL before the document is sent again.`,
  });
}
