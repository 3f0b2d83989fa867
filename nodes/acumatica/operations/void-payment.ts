import { SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationDeclaration } from '../../../runtime/connector/manifest';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { runAction } from '../actions';
import { getByKeys, put, send } from '../api';
import { type AcumaticaConnection, entityUrl } from '../connection';
import { errorCodes } from '../error-table';
import { asOutcome, hasCode, parked, stillWorking } from '../troubles';
import { dateAt, textAt } from '../values';
import {
  type Check,
  checkOf,
  findByPaymentId,
  isReleased,
  isVoided,
  readCheck,
  refOf,
  voidType,
} from './checks';
import { paymentId } from './payment-schema';
import { looksAfterSilence, lookUntil, release, waitMsOf } from './release';
import { releaseWait } from './release-wait';

const looks = [0, 500, 1_000, 2_000, 4_000];

export const voidPayment: OperationDeclaration = {
  title: 'Void a payment',
  help: 'Voids a recorded payment and releases the void: its bills are open again. A payment that was never released is deleted.',
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['paymentId', 'date'],
    properties: {
      paymentId,
      date: { type: 'string', format: 'date', description: 'Date of the void in the general ledger.' },
      reason: { type: ['string', 'null'], description: 'Description of the void.' },
    },
  },
  effect: 'close',
  material: ['paymentId'],
  businessKey: "the payer's payment ID in PaymentRef",
  options: [releaseWait],
};

/** Takes a recorded payment back. */
export function voidPaymentOperation(connection: AcumaticaConnection): Operation {
  const run = async (document: JsonObject, context: OperationContext) => {
    try {
      return await takeBack(connection, document, context);
    } catch (error) {
      throw asOutcome(error);
    }
  };
  return {
    businessKey: (document) => `void of payment ${textAt(document, 'paymentId') ?? ''}`,
    lookUp: (document, context) => lookUp(connection, document, context),
    create: run,
    resume: (_partial, document, context) => run(document, context),
  };
}

async function lookUp(
  connection: AcumaticaConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const id = textAt(document, 'paymentId') ?? '';
  const found = await findByPaymentId(connection, context, id);
  const live = found.filter((check) => !isVoided(check));
  if (live.length > 1) {
    const message = `Several live payments carry the payment ID ${id}.`;
    return { found: 'conflict', reason: 'number-in-use', detail: { message, payments: live.map(refOf) } };
  }
  const payment = live[0] ?? found[0];
  if (payment) {
    const ref = refOf(payment);
    const voiding = await findVoid(connection, payment, context);
    if (isTakenBack(payment, voiding)) return { found: 'present', ref };
    return voiding ? { found: 'partial', ref, missing: 'the release of the void' } : { found: 'absent' };
  }
  // One that was never released is deleted: what we were about to take back and is not there any more is taken back.
  const gone = textAt(context.remembered, 'takenBack');
  if (gone !== undefined) return { found: 'present', ref: gone };
  const message = `No payment in tenant ${connection.tenant} carries the payment ID ${id}.`;
  return { found: 'conflict', reason: 'not-ours', detail: { message, paymentId: id } };
}

async function takeBack(
  connection: AcumaticaConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const id = textAt(document, 'paymentId') ?? '';
  const found = await findByPaymentId(connection, context, id);
  const payment = found.find((check) => !isVoided(check)) ?? found[0];
  if (!payment) throw parked('not-ours', `No payment carries ${id}.`);
  const ref = refOf(payment);
  await context.remember({ takenBack: ref });
  if (!isReleased(payment) && !isVoided(payment)) {
    await remove(connection, payment, context);
    return { ref };
  }
  const begun = await findVoid(connection, payment, context);
  if (isTakenBack(payment, begun)) return { ref };
  const voiding = begun ?? (await beginVoid(connection, payment, document, context));
  await release(connection, context, await prepared(connection, voiding, document, context));
  const after = await lookUntil(connection, context, payment, looks, isVoided);
  if (after && isVoided(after)) return { ref };
  throw stillWorking('release-check', `Payment ${ref} is not voided yet.`);
}

/** The payment may be shown as voided before its void is released and opens its bills again. */
function isTakenBack(payment: Check, voiding: Check | undefined): boolean {
  return isVoided(payment) && (voiding === undefined || isReleased(voiding));
}

async function findVoid(
  connection: AcumaticaConnection,
  { referenceNbr }: Check,
  context: OperationContext,
): Promise<Check | undefined> {
  const key = { entity: 'Check', keys: { Type: voidType, ReferenceNbr: referenceNbr } };
  const row = await getByKeys(connection, context, 'find-void', key);
  return row && checkOf(row);
}

/** Has Acumatica make the void. It carries the number of its payment, and so there can be only one. */
async function beginVoid(
  connection: AcumaticaConnection,
  payment: Check,
  document: JsonObject,
  context: OperationContext,
): Promise<Check> {
  const key = { entity: 'Check', keys: { Type: payment.type, ReferenceNbr: payment.referenceNbr } };
  const date = dateAt(document, 'date') ?? '';
  const headers = { 'PX-CbApiBusinessDate': date.replaceAll('-', '/') };
  const waitMs = waitMsOf(context);
  const ofVoid = { type: voidType, referenceNbr: payment.referenceNbr };
  try {
    const outcome = await runAction(connection, context, key, 'VoidCheck', waitMs, headers);
    const waits = outcome === 'finished' ? looks : looksAfterSilence;
    const made = await lookUntil(connection, context, ofVoid, waits, () => true);
    if (made) return made;
    if (outcome === 'unknown') throw stillWorking('void-check', `${refOf(payment)} is not voided yet.`);
    throw parked('rejected-by-target', `Acumatica ended the void of ${refOf(payment)}, and made none.`);
  } catch (error) {
    if (!(error instanceof SystemError) || error.code === 'ACUMATICA_STILL_WORKING') throw error;
    const made = await readCheck(connection, context, ofVoid);
    if (made) return made;
    throw error;
  }
}

/** The void with its date and off hold. Acumatica may insist on a date of its own: then that one counts. */
async function prepared(
  connection: AcumaticaConnection,
  voiding: Check,
  document: JsonObject,
  context: OperationContext,
): Promise<Check> {
  const date = dateAt(document, 'date') ?? '';
  const isHeld = voiding.status === 'On Hold';
  if (isReleased(voiding) || (voiding.date === date && !isHeld)) return voiding;
  const reason = textAt(document, 'reason');
  try {
    await put(connection, context, {
      name: 'date-void',
      entity: 'Check',
      fields: {
        Type: voiding.type,
        ReferenceNbr: voiding.referenceNbr,
        ApplicationDate: date,
        ...(isHeld ? { Hold: false } : {}),
        ...(reason === undefined ? {} : { Description: reason.slice(0, 512) }),
      },
      match: 'existing',
      effect: 'idempotent',
    });
  } catch (error) {
    if (!(error instanceof SystemError) || error.recovery !== 'rejected' || isHeld) throw error;
  }
  return (await readCheck(connection, context, voiding)) ?? voiding;
}

/** Nothing of it is in the ledger yet, so there is nothing to reverse. */
async function remove(
  connection: AcumaticaConnection,
  { type, referenceNbr }: Check,
  context: OperationContext,
): Promise<void> {
  try {
    await send(connection, context, {
      name: 'delete-payment',
      method: 'DELETE',
      url: entityUrl(connection, 'Check', type, referenceNbr),
      effect: 'idempotent',
    });
  } catch (error) {
    if (!hasCode(error, errorCodes.noSuchRecord, errorCodes.notFound)) throw error;
  }
}
