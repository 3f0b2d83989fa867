import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import { conform } from '../../../runtime/connector/schema';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { compare, equal, sumOf } from '../../../runtime/mapping/decimals';
import { absentFor, amountConflict, type Conflict, conflict } from '../bill-checks';
import type { BillConnection } from '../connection';
import { fetchDocument, findNumbered, vendorCredits } from '../documents';
import { lineWire, pairLines } from '../lines';
import { dateAt, decimalAt, objectsAt, textAt, withoutBlanks } from '../members';
import { postTolerantly } from '../tolerant-post';
import { tallyCredits } from './bill-tally';

const text: JsonObject = { type: 'string' };

/** The only members that are ever sent for a vendor credit. */
const creditWire: JsonObject = {
  type: 'object',
  properties: {
    vendorId: text,
    referenceNumber: text,
    creditDate: text,
    description: text,
    vendorCreditLineItems: { type: 'array', items: lineWire },
  },
};

/** Makes the vendor credit of a debit memo, with positive amounts: BILL knows no negative bill. */
export function createVendorCreditOperation(bill: BillConnection): Operation {
  return {
    businessKey: (document) => `vendor ${textAt(document, 'vendorId')} credit ${numberOf(document)}`,
    lookUp: (document, context) => lookUp(bill, document, context),
    create: (document, context) => create(bill, document, context),
    tally: (context) => tallyCredits(bill, context),
  };
}

async function lookUp(
  bill: BillConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const total = totalOf(document);
  const refusal = unsendable(document, total);
  if (refusal) return refusal;
  const { calls, signal } = context;
  const number = numberOf(document);
  const vendorId = textAt(document, 'vendorId') ?? '';
  const all = await findNumbered(bill, vendorCredits, calls, signal, vendorId, number);
  const live = all.filter((credit) => credit['archived'] !== true);
  const same = live.filter((credit) => hasAmount(credit, total));
  const [only] = same;
  if (only && same.length === 1) return { found: 'present', ...effectOf(textAt(only, 'id') ?? '', number) };
  if (live.length === 0) return absentFor(bill, context, document);
  return conflict('number-in-use', `The number ${number} is in use in BILL for another vendor credit.`, {
    ours: { vendor: vendorId, number, amount: total, creditDate: textAt(document, 'creditDate') ?? null },
    theirs: live.map(describeCredit),
  });
}

async function create(
  bill: BillConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const { description, ...body } = withoutBlanks(conform(document, creditWire));
  const optional: JsonObject = description === undefined ? {} : { description };
  const created = await postTolerantly(bill, vendorCredits, context.calls, creditWire, body, optional);
  const id = textAt(created, 'id') ?? '';
  const told = objectsAt(created, vendorCredits.lines).length > 0;
  const stored = told ? created : ((await fetchDocument(bill, vendorCredits, context.calls, id)) ?? created);
  verify(id, body, stored);
  return effectOf(id, numberOf(document));
}

/** @throws RecordOutcome that says how to undo it */
function verify(id: string, body: JsonObject, stored: JsonObject): void {
  const ours = objectsAt(body, vendorCredits.lines);
  const theirs = objectsAt(stored, vendorCredits.lines);
  const { onlyOurs, onlyTheirs } = pairLines(ours, theirs);
  const total = totalOf(body);
  if (onlyOurs.length === 0 && onlyTheirs.length === 0 && hasAmount(stored, total)) return;
  throw new RecordOutcome('park', 'amounts-differ', {
    message: `BILL stored ${amountOf(stored)} in ${theirs.length} lines; sent were ${total} in ${ours.length}.`,
    vendorCredit: id,
    undo: `Archive vendor credit ${id} in BILL before the document is sent again.`,
  });
}

function unsendable(document: JsonObject, total: string): Conflict | undefined {
  const wrong = objectsAt(document, vendorCredits.lines).every(
    (line) => compare(decimalAt(line, 'amount') ?? '0', '0') <= 0,
  );
  if (wrong)
    return conflict('schema-failed', `A vendor credit has positive amounts; this one adds up to ${total}.`);
  return amountConflict(document, vendorCredits.lines, total, 'send it as a bill');
}

function totalOf(credit: JsonObject): string {
  return sumOf(objectsAt(credit, vendorCredits.lines).map((line) => decimalAt(line, 'amount') ?? '0'));
}

function amountOf(credit: JsonObject): string {
  return decimalAt(credit, 'amount') ?? totalOf(credit);
}

/** BILL may show the total of a credit with either sign. */
function hasAmount(credit: JsonObject, total: string): boolean {
  return equal(amountOf(credit).replace(/^-/, ''), total);
}

function describeCredit(credit: JsonObject): JsonObject {
  return {
    id: textAt(credit, 'id') ?? null,
    number: numberOf(credit),
    amount: amountOf(credit),
    creditDate: dateAt(credit, 'creditDate') ?? null,
    status: textAt(credit, 'status') ?? null,
  };
}

function numberOf(document: JsonObject): string {
  return textAt(document, 'referenceNumber')?.trim() ?? '';
}

function effectOf(ref: string, number: string): Effect {
  return { ref, attributes: { number } };
}
