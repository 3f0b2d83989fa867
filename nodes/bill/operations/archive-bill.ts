import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { type Conflict, conflict, parked } from '../bill-checks';
import { describeBill, isDead, whyLocked } from '../bill-state';
import type { BillConnection } from '../connection';
import { bills, fetchDocument, urlOf, vendorCredits } from '../documents';
import { asObject, textAt } from '../members';
import { isNotFound, isRefusal } from '../troubles';

/**
 * Archives a bill that was voided at the source: BILL deletes nothing. Only while nothing is paid or scheduled
 * and no approval has begun.
 */
export function archiveBillOperation(bill: BillConnection): Operation {
  return {
    businessKey: (document) => `archive bill ${textAt(document, 'invoiceNumber') ?? idOf(document)}`,
    lookUp: (document, context) => lookUp(bill, idOf(document), context),
    create: (document, context) => archive(bill, idOf(document), context),
  };
}

async function lookUp(bill: BillConnection, id: string, { calls }: OperationContext): Promise<LookUp> {
  const current = await fetchDocument(bill, bills, calls, id);
  if (current)
    return isDead(current) ? { found: 'present', ref: id } : (whyKept(current) ?? { found: 'absent' });
  const credit = await fetchDocument(bill, vendorCredits, calls, id);
  if (!credit || credit['archived'] === true) return { found: 'present', ref: id };
  const message = `${id} is a vendor credit, not a bill. Archive it by hand in BILL, unless it was applied.`;
  return { ...conflict('voided-after-sent', message, { vendorCredit: id }), absent: true };
}

async function archive(bill: BillConnection, id: string, context: OperationContext): Promise<Effect> {
  try {
    const answer = await context.calls.call({
      name: 'archive-bill',
      method: 'POST',
      url: urlOf(bill, bills, id, 'archive'),
      effect: 'idempotent',
    });
    if (isDead(asObject(answer.json) ?? {})) return { ref: id };
  } catch (error) {
    if (isNotFound(error)) return { ref: id };
    if (!isRefusal(error)) throw error;
    const found = await lookUp(bill, id, context);
    if (found.found === 'absent') throw error;
    if (found.found === 'conflict') throw parked(found);
    return { ref: id };
  }
  const found = await lookUp(bill, id, context);
  if (found.found === 'present') return { ref: id };
  throw new RecordOutcome('park', 'voided-after-sent', {
    message: `BILL said that bill ${id} was archived, but it still stands. Archive it there by hand.`,
    bill: id,
  });
}

function whyKept(current: JsonObject): Conflict | undefined {
  const locks = whyLocked(current);
  if (locks.length === 0) return undefined;
  const message = `BILL is already working on the bill: ${locks.join(', ')}.`;
  return { ...conflict('voided-after-sent', message, { inBill: describeBill(current) }), absent: true };
}

function idOf(document: JsonObject): string {
  return textAt(document, 'billId') ?? '';
}
