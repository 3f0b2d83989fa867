import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationDeclaration } from '../../../runtime/connector/manifest';
import type {
  Effect,
  LookUp,
  Operation,
  OperationContext,
  PartialEffect,
} from '../../../runtime/connector/system';
import { put } from '../api';
import type { AcumaticaConnection } from '../connection';
import { asOutcome, stillWorking } from '../troubles';
import { textAt } from '../values';
import { type Check, findByPaymentId, isReleased, isVoided, readCheck, refOf } from './checks';
import { assertOpenBills } from './open-bills';
import { type Allocation, type Payment, paymentOf } from './payment-document';
import { gapsOf, nothingAppliedTo } from './payment-gaps';
import { checkAmounts, paymentDocument } from './payment-schema';
import { tallyPayments } from './payment-tally';
import { release } from './release';
import { releaseWait } from './release-wait';

const descriptionLength = 512;

export const recordPayment: OperationDeclaration = {
  title: 'Record a payment',
  help: 'Makes a payment (a Check in Acumatica), applies it to the bills, and releases it. Nothing is released before it has been read back and is right.',
  document: paymentDocument,
  effect: 'put',
  material: ['paymentId', 'vendor', 'date', 'amount', 'currency', 'allocations', 'credits'],
  businessKey: "the payer's payment ID in PaymentRef",
  options: [
    {
      name: 'release',
      type: 'choice',
      label: 'Release',
      help: 'Release the payment and wait for it, or leave that to a person.',
      default: 'release',
      choices: [
        { value: 'release', label: 'release' },
        { value: 'leave', label: 'leave as balanced' },
      ],
    },
    releaseWait,
  ],
};

/** Records what another system has paid. */
export function recordPaymentOperation(connection: AcumaticaConnection): Operation {
  const payment = (document: JsonObject) => paymentOf(document, connection);
  return {
    businessKey: (document) => `payment ${textAt(document, 'paymentId') ?? ''}`,
    lookUp: async (document, context) => lookUp(connection, payment(document), context),
    create: async (document, context) => create(connection, payment(document), context),
    resume: async ({ ref }: PartialEffect, document, context) => {
      const [type = '', referenceNbr = ''] = ref.split('|');
      return complete(connection, payment(document), { type, referenceNbr }, context);
    },
    tally: (context, adopted) => tallyPayments(connection, context, adopted),
  };
}

async function lookUp(
  connection: AcumaticaConnection,
  payment: Payment,
  context: OperationContext,
): Promise<LookUp> {
  const found = await findByPaymentId(connection, context, payment.paymentId);
  const live = found.filter((check) => !isVoided(check));
  if (live.length > 1) return conflict('number-in-use', 'Several live payments carry this payment ID.', live);
  // Lists may lag behind what was just made; by its number it is there at once.
  const number = textAt(context.remembered, 'referenceNbr');
  const made = number === undefined ? undefined : { type: 'Payment', referenceNbr: number };
  const head = live[0] ?? (found.length === 0 ? made : undefined);
  if (!head && found.length > 0) {
    return conflict('changed-after-sent', 'The payment was recorded, and voided in Acumatica.', found);
  }
  const check = head && (await readCheck(connection, context, head));
  if (!check) return { found: 'absent' };
  const { missing, wrong } = gapsOf(payment, check);
  const ref = refOf(check);
  if (wrong.length > 0 || (isReleased(check) && missing.length > 0)) {
    const differences = [...wrong, ...missing.map(nothingAppliedTo)].join('; ');
    return conflict('amounts-differ', `Payment ${ref} is not the one to be recorded: ${differences}.`, [
      check,
    ]);
  }
  if (missing.length > 0) return { found: 'partial', ref, missing: missing.map(nothingAppliedTo).join(', ') };
  if (!isReleased(check) && wantsRelease(context)) return { found: 'partial', ref, missing: 'the release' };
  return { found: 'present', ...effectOf(check) };
}

async function create(
  connection: AcumaticaConnection,
  payment: Payment,
  context: OperationContext,
): Promise<Effect> {
  await assertOpenBills(connection, context, payment, payment.allocations);
  const { memo } = payment;
  const made = await put(connection, context, {
    name: 'create-payment',
    entity: 'Check',
    fields: {
      Type: 'Payment',
      Vendor: payment.vendor,
      PaymentMethod: payment.method,
      CashAccount: payment.cashAccount,
      PaymentRef: payment.paymentId,
      ApplicationDate: payment.date,
      CurrencyID: payment.currency,
      PaymentAmount: payment.amount,
      ...(memo === undefined ? {} : { Description: [...memo].slice(0, descriptionLength).join('') }),
      Hold: false,
      Details: payment.allocations.map(detailRow),
    },
    schema: checkAmounts,
    match: 'new',
    effect: 'once',
  });
  const referenceNbr = textAt(made, 'ReferenceNbr');
  if (referenceNbr === undefined) {
    throw stillWorking('create-payment', 'The payment was saved, and its number is not known yet.');
  }
  await context.remember({ referenceNbr });
  return complete(connection, payment, { type: 'Payment', referenceNbr }, context);
}

/** Brings about what is missing, and only that: a row that is sent again would be added again. */
async function complete(
  connection: AcumaticaConnection,
  payment: Payment,
  key: Pick<Check, 'type' | 'referenceNbr'>,
  context: OperationContext,
): Promise<Effect> {
  try {
    const before = await mustRead(connection, key, context);
    const { missing } = rightSoFar(payment, before);
    const entered =
      missing.length > 0 ? await addRows(connection, payment, before, missing, context) : before;
    if (isReleased(entered) || !wantsRelease(context)) return effectOf(entered);
    const released = await release(connection, context, entered);
    const left = rightSoFar(payment, released).missing;
    if (left.length > 0) throw mismatch(released, left.map(nothingAppliedTo));
    return effectOf(released);
  } catch (error) {
    throw asOutcome(error);
  }
}

async function addRows(
  connection: AcumaticaConnection,
  payment: Payment,
  check: Check,
  missing: readonly Allocation[],
  context: OperationContext,
): Promise<Check> {
  if (isReleased(check)) throw mismatch(check, missing.map(nothingAppliedTo));
  await assertOpenBills(connection, context, payment, missing);
  await put(connection, context, {
    name: 'apply-payment',
    entity: 'Check',
    fields: { Type: check.type, ReferenceNbr: check.referenceNbr, Details: missing.map(detailRow) },
    schema: checkAmounts,
    match: 'existing',
    effect: 'once',
  });
  const after = await mustRead(connection, check, context);
  const left = rightSoFar(payment, after).missing;
  if (left.length > 0) throw mismatch(after, left.map(nothingAppliedTo));
  return after;
}

function detailRow({ type, referenceNbr, amount }: Allocation): JsonObject {
  return { DocType: type, ReferenceNbr: referenceNbr, AmountPaid: amount };
}

async function mustRead(
  connection: AcumaticaConnection,
  key: Pick<Check, 'type' | 'referenceNbr'>,
  context: OperationContext,
): Promise<Check> {
  const check = await readCheck(connection, context, key);
  if (check) return check;
  throw stillWorking('read-payment', `Payment ${refOf(key)} was saved, and cannot be read yet.`);
}

/** @throws RecordOutcome (park, `amounts-differ`) when something in Acumatica contradicts the document */
function rightSoFar(payment: Payment, check: Check) {
  const gaps = gapsOf(payment, check);
  if (gaps.wrong.length > 0) throw mismatch(check, gaps.wrong);
  return gaps;
}

function mismatch(check: Check, differences: readonly string[]): RecordOutcome {
  const state = isReleased(check) ? 'is released' : 'was not released';
  return new RecordOutcome('park', 'amounts-differ', {
    message: `Payment ${refOf(check)} ${state}: ${differences.join('; ')}.`,
    payment: refOf(check),
  });
}

function wantsRelease({ options }: OperationContext): boolean {
  return options['release'] !== 'leave';
}

function effectOf(check: Check): Effect {
  const { status, currency } = check;
  return { ref: refOf(check), attributes: { status, ...(currency === undefined ? {} : { currency }) } };
}

function conflict(reason: string, message: string, checks: readonly Check[]): LookUp {
  return { found: 'conflict', reason, detail: { message, payments: checks.map(refOf) } };
}
