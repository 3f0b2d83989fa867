import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationDeclaration } from '../../../runtime/connector/manifest';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { type Dataset, dateIn, integerIn, rowsOf, textIn, withColumns } from '../dataset';
import { errorCodes } from '../error-table';
import { callMethod } from '../methods';
import { voidableTable } from '../tables';
import { asOutcome, hasCode, stillWorking } from '../troubles';
import { findByReference, type PaymentHead, readPayment } from './payment-heads';
import { deleteUnposted } from './payment-removal';

const head = 'CheckHed';
const noSuchRow = [404, 405];
const reasonLength = 100;
/** Waits between looks for the void, milliseconds. */
const looks = [0, 250, 500, 1_000, 2_000];

export const voidPayment: OperationDeclaration = {
  title: 'Void a payment',
  help: 'Voids a recorded payment: its amounts are open on the invoices again. A payment that was never posted is deleted.',
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['paymentId', 'date'],
    properties: {
      paymentId: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'ID of the payment at the payer.',
      },
      date: { type: 'string', format: 'date', description: 'Date of the void in the general ledger.' },
      reason: { type: ['string', 'null'] },
    },
  },
  effect: 'close',
  material: ['paymentId'],
  businessKey: "the payer's payment ID in the reference column of the payment",
  options: [],
};

/** Takes a recorded payment back. */
export function voidPaymentOperation(connection: EpicorConnection): Operation {
  return {
    businessKey: (document) => `void of payment ${textIn(document, 'paymentId') ?? ''}`,
    lookUp: (document, context) => lookUp(connection, document, context),
    create: async (document, context) => {
      try {
        return await takeBack(connection, document, context);
      } catch (error) {
        if (!hasCode(error, errorCodes.staleRow)) throw asOutcome(error);
      }
      // Somebody saved the payment in between, and nothing was voided: read again, once.
      try {
        return await takeBack(connection, document, context);
      } catch (error) {
        throw asOutcome(error);
      }
    },
  };
}

async function lookUp(
  connection: EpicorConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const paymentId = textIn(document, 'paymentId') ?? '';
  const found = await findByReference(connection, context.calls, paymentId, true);
  const live = found.filter(({ voided }) => !voided);
  if (live.length > 1) {
    const payments = live.map(({ headNum }) => headNum);
    const message = `Several live payments carry the payment ID ${paymentId}.`;
    return { found: 'conflict', reason: 'number-in-use', detail: { message, payments } };
  }
  if (live.length === 1) return { found: 'absent' };
  // Where voided payments are hidden, what we were about to take back and cannot see any more is taken back.
  const voided = found[0]?.headNum ?? integerIn(context.remembered, 'takenBack');
  if (voided !== undefined) return { found: 'present', ref: String(voided) };
  const message = `No payment in company ${connection.company} carries the payment ID ${paymentId}.`;
  return { found: 'conflict', reason: 'not-ours', detail: { message, paymentId } };
}

async function takeBack(
  connection: EpicorConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const paymentId = textIn(document, 'paymentId') ?? '';
  const found = await findByReference(connection, context.calls, paymentId, true);
  const [payment] = found.filter(({ voided }) => !voided);
  if (!payment)
    throw new RecordOutcome('park', 'not-ours', { message: `No live payment carries ${paymentId}.` });
  if (payment.posted) await voidPosted(connection, payment, document, context);
  else await deleteUnposted(connection, payment, context);
  return { ref: String(payment.headNum) };
}

async function voidPosted(
  connection: EpicorConnection,
  { headNum }: PaymentHead,
  document: JsonObject,
  context: OperationContext,
): Promise<void> {
  const { calls } = context;
  const { service } = voidableTable;
  const date = dateIn(document, 'date') ?? '';
  const reason = textIn(document, 'reason');
  const dataset = await voidableDataset(connection, headNum, context);
  const dated = await callMethod(connection, calls, {
    service,
    method: 'SetVoidDate',
    parameters: { HeadNum: headNum, VoidDate: date, ds: dataset },
    effect: 'read',
  });
  const columns: JsonObject = {
    VoidDate: date,
    ...(reason === undefined ? {} : { VoidedReason: [...reason].slice(0, reasonLength).join('') }),
    RowMod: 'U',
  };
  const isIt = (row: JsonObject) => integerIn(row, 'HeadNum') === headNum;
  const isMarkable = (row: JsonObject) => isIt(row) && 'SelectedForAction' in row;
  const marked = withColumns(dated.dataset, head, { SelectedForAction: true }, isMarkable);
  const ds = withColumns(marked, head, columns, isIt);
  await context.remember({ takenBack: headNum });
  await callMethod(connection, calls, { service, method: 'VoidChecks', parameters: { ds }, effect: 'once' });
  for (const wait of looks) {
    if (wait > 0) await connection.clock.wait(wait, context.signal);
    const recorded = await readPayment(connection, calls, headNum);
    if (!recorded || recorded.head.voided) return;
  }
  throw stillWorking('void-payment-void-checks', `Payment ${headNum} is not voided yet.`, 15_000);
}

/** The payment as the service for voiding has it; where it does not hand it out, as payment entry has it. */
async function voidableDataset(
  connection: EpicorConnection,
  headNum: number,
  { calls }: OperationContext,
): Promise<Dataset> {
  const reply = await callMethod(connection, calls, {
    service: voidableTable.service,
    method: 'GetByID',
    parameters: { headNum },
    effect: 'read',
    accept: noSuchRow,
  });
  if (rowsOf(reply.dataset, head).length > 0) return reply.dataset;
  const recorded = await readPayment(connection, calls, headNum);
  const rows = rowsOf(recorded?.dataset, head);
  return rows.length > 0 ? { [head]: [...rows] } : {};
}
