import { RecordOutcome } from '../../../runtime/connector/errors';
import type { Effect, OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { rowsOf } from '../dataset';
import { errorCodes } from '../error-table';
import { callMethod } from '../methods';
import { invoiceTable } from '../tables';
import { asOutcome, hasCode, stillWorking } from '../troubles';
import { gapsOf } from './ap-invoice-check';
import { type Invoice, invoiceKey } from './ap-invoice-document';
import { deleteEmptyGroup, releaseGroup } from './ap-invoice-groups';
import type { InvoicePlan } from './ap-invoice-plan';
import { postInvoice } from './ap-invoice-posting';
import { repair } from './ap-invoice-repair';
import { isUnturned, signsOf, turned } from './ap-invoice-rows';
import { type FoundInvoice, readInvoice } from './ap-invoice-state';

/** Rounds of repairing in which nothing may change before it is given up. */
const mostIdleRounds = 1;
const mostRounds = 500;

/**
 * Reads an invoice of ours back and compares it with the plan until it is right: what is missing is entered,
 * what is wrong corrected. Then it is posted, where that is wanted. A failure that parks says in `entered` that the
 * invoice is in Epicor all the same.
 * @throws RecordOutcome (park, `amounts-differ`) when repairing does not help, with a hint what to undo
 * @throws SystemError
 */
export async function complete(
  connection: EpicorConnection,
  plan: InvoicePlan,
  context: OperationContext,
): Promise<Effect> {
  try {
    return await bringToRights(connection, plan, context);
  } catch (error) {
    throw afterEntry(error, invoiceKey(plan.invoice));
  }
}

async function bringToRights(
  connection: EpicorConnection,
  plan: InvoicePlan,
  context: OperationContext,
): Promise<Effect> {
  let signs = signsOf(plan.invoice, context);
  let hasTurned = false;
  let before: string | undefined;
  let idle = 0;
  for (let round = 0; ; round++) {
    const found = await mustRead(connection, plan.invoice, context);
    const [head] = rowsOf(found.dataset, invoiceTable.table);
    if (!hasTurned && !found.posted && isUnturned(head, plan.invoice)) {
      signs = turned(signs);
      hasTurned = true;
    }
    const gaps = gapsOf(connection, plan, found.dataset, signs);
    if (gaps.differences.length === 0) return finish(connection, plan, found, context);
    const now = JSON.stringify(gaps.differences);
    idle = now === before ? idle + 1 : 0;
    before = now;
    if (found.posted || idle > mostIdleRounds || round >= mostRounds) {
      throw await givenUp(connection, plan.invoice, found, gaps.differences, context);
    }
    try {
      await repair(connection, plan, gaps, found.dataset, signs, context);
    } catch (error) {
      // Somebody saved the invoice in between, or its lock is still held: it is read again.
      if (hasCode(error, errorCodes.groupLocked) && found.groupId?.startsWith(connection.groupPrefix)) {
        await releaseGroup(connection, context, found.groupId);
      } else if (!hasCode(error, errorCodes.staleRow)) throw error;
    }
  }
}

/** What an effect says about an invoice, for other mappings and for people. */
export function effectOf(invoice: Pick<Invoice, 'vendorNum' | 'invoiceNum'>, found: FoundInvoice): Effect {
  const { groupId, currency, amount } = found;
  return {
    ref: invoiceKey(invoice),
    attributes: {
      ...(groupId === undefined ? {} : { group: groupId }),
      ...(currency === undefined ? {} : { currency }),
      ...(amount === undefined ? {} : { amount }),
    },
  };
}

export function wantsPosting({ options }: OperationContext): boolean {
  return options['posting'] === 'submit';
}

function afterEntry(error: unknown, entered: string): unknown {
  if (hasCode(error, errorCodes.groupLocked)) {
    return stillWorking(error.call ?? 'unlock-group', `Somebody has the group of ${entered} open.`, 30_000);
  }
  const outcome = asOutcome(error);
  if (!(outcome instanceof RecordOutcome) || outcome.detail['undone'] === true) return outcome;
  return new RecordOutcome(outcome.outcome, outcome.reason, { ...outcome.detail, entered });
}

async function finish(
  connection: EpicorConnection,
  { invoice }: InvoicePlan,
  found: FoundInvoice,
  context: OperationContext,
): Promise<Effect> {
  const { groupId } = found;
  if (!found.posted) {
    if (wantsPosting(context)) await postInvoice(connection, invoice, groupId, context);
    else if (groupId?.startsWith(connection.groupPrefix)) await releaseGroup(connection, context, groupId);
  }
  return effectOf(invoice, found);
}

async function mustRead(
  connection: EpicorConnection,
  invoice: Invoice,
  context: OperationContext,
): Promise<FoundInvoice> {
  const found = await readInvoice(connection, invoice, context);
  if (found) return found;
  const text = `Invoice ${invoiceKey(invoice)} was saved, and cannot be read yet.`;
  throw stillWorking('ap-invoice-get-by-id', text, 5_000);
}

/** An invoice that stays wrong is never passed over: it parks, and is deleted where the option says so. */
async function givenUp(
  connection: EpicorConnection,
  invoice: Invoice,
  found: FoundInvoice,
  differences: readonly string[],
  context: OperationContext,
): Promise<RecordOutcome> {
  const { vendorNum, invoiceNum } = invoice;
  const { groupId } = found;
  const isOurs = found.documentId === invoice.documentId;
  const facts = { invoice: invoiceKey(invoice), group: groupId, differences };
  const says = `Epicor saved invoice ${invoiceNum} otherwise than it was sent: ${differences.join('; ')}.`;
  if (context.options['undo'] === 'delete' && isOurs && !found.posted) {
    await callMethod(connection, context.calls, {
      service: invoiceTable.service,
      method: 'DeleteByID',
      parameters: { vendorNum, invoiceNum },
      effect: 'once',
    });
    if (groupId !== undefined) await deleteEmptyGroup(connection, context, groupId);
    const message = `${says} It was deleted again.`;
    return new RecordOutcome('park', 'amounts-differ', { message, ...facts, undone: true });
  }
  const undo = found.posted
    ? `Correct it in Epicor: it is posted, so by a debit memo for invoice ${invoiceNum}.`
    : `Correct it in invoice group ${groupId ?? '?'} in Epicor, or delete it there; then replay.`;
  return new RecordOutcome('park', 'amounts-differ', { message: `${says} ${undo}`, ...facts, undo });
}
