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
import type { EpicorConnection } from '../connection';
import { textIn } from '../dataset';
import { asOutcome, stillWorking } from '../troubles';
import { assertOpenBalances } from './open-balances';
import { gapsOf } from './payment-check';
import { type Payment, paymentOf } from './payment-document';
import { enterAllocation, enterHead } from './payment-entry';
import { createGroup, deleteEmptyGroup, onUnlocked } from './payment-groups';
import { findByGroup, findByReference, type RecordedPayment, readPayment } from './payment-heads';
import { liftHolds, looseInvoices, restoreHolds } from './payment-holds';
import { checkNumberOf } from './payment-numbers';
import { postPayment } from './payment-posting';
import { deleteUnposted } from './payment-removal';
import { tallyPayments } from './payment-tally';

const allocation: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['invoiceNum', 'amount'],
  properties: {
    invoiceNum: { type: 'string', minLength: 1, maxLength: 50 },
    amount: { type: 'string', format: 'decimal', description: 'What was paid of the invoice.' },
    discount: {
      type: ['string', 'null'],
      format: 'decimal',
      description: 'Taken besides; none when absent.',
    },
  },
};

export const recordPayment: OperationDeclaration = {
  title: 'Record a payment',
  help: 'Enters a payment in a payment group of its own, applies it to the invoices, and posts it. Nothing is submitted before everything in it has been read back and is right.',
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['paymentId', 'vendorNum', 'date', 'amount', 'currency', 'allocations'],
    properties: {
      paymentId: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'ID of the payment at the payer.',
      },
      vendorNum: { type: 'integer', minimum: 1 },
      date: { type: 'string', format: 'date' },
      amount: { type: 'string', format: 'decimal', description: 'Paid out: allocations less credits.' },
      currency: { type: 'string', minLength: 3, maxLength: 4 },
      checkNumber: {
        type: ['integer', 'string', 'null'],
        description: 'The real check number, if there is one.',
      },
      memo: { type: ['string', 'null'] },
      allocations: { type: 'array', minItems: 1, items: allocation },
      credits: {
        type: ['array', 'null'],
        description: 'Debit memos used up by this payment, with positive amounts.',
        items: allocation,
      },
    },
  },
  effect: 'put',
  material: ['paymentId', 'vendorNum', 'date', 'amount', 'currency', 'allocations', 'credits'],
  businessKey: "the payer's payment ID in the reference column of the payment",
  options: [
    {
      name: 'posting',
      type: 'choice',
      label: 'Posting',
      help: 'Submit the payment group to be posted and wait for it, or leave that to a person.',
      default: 'submit',
      choices: [
        { value: 'submit', label: 'submit' },
        { value: 'leave', label: 'leave in the group' },
      ],
    },
    {
      name: 'paymentHold',
      type: 'choice',
      label: 'Invoices on payment hold',
      help: 'Epicor takes no payment of them. Wait until people have taken the hold off; or take it off for this payment, and put it back onto what the payment leaves open.',
      default: 'wait',
      choices: [
        { value: 'wait', label: 'wait for people' },
        { value: 'lift', label: 'take the hold off' },
      ],
    },
    {
      name: 'postWaitSeconds',
      type: 'integer',
      label: 'Wait for posting (seconds)',
      help: 'How long one attempt waits until Epicor has posted. After that the payment is looked at again later.',
      default: 60,
      minimum: 1,
      maximum: 600,
    },
    {
      name: 'firstCheckNumber',
      type: 'integer',
      label: 'First own check number',
      help: 'Payments that are no checks get numbers from here on, because Epicor posts nothing without one.',
      default: 900_000_001,
      minimum: 1,
      maximum: 2_147_000_000,
    },
    {
      name: 'agent',
      type: 'text',
      label: 'System agent',
      help: 'ID of the system agent that posts.',
      default: 'SystemTaskAgent',
    },
    {
      name: 'postProgram',
      type: 'text',
      label: 'Program',
      help: 'Name of the program that the posting is submitted as.',
      default: 'Erp.UI.APPaymentPost',
    },
  ],
};

/** Stands for the payment where nothing of it is there but an invoice without its hold. */
const noPayment = '-';

/** Records what another system has paid, and posts it. */
export function recordPaymentOperation(connection: EpicorConnection): Operation {
  return {
    businessKey: (document) => `payment ${textIn(document, 'paymentId') ?? ''}`,
    lookUp: (document, context) => lookUp(connection, paymentOf(document), context),
    create: (document, context) => create(connection, paymentOf(document), context),
    resume: (partial, document, context) => resume(connection, partial, paymentOf(document), context),
    tally: (context) => tallyPayments(connection, context),
  };
}

async function lookUp(
  connection: EpicorConnection,
  payment: Payment,
  context: OperationContext,
): Promise<LookUp> {
  const { calls, remembered } = context;
  const group = textIn(remembered, 'group');
  const sent = context.resolving === true || group !== undefined;
  const found = await findByReference(connection, calls, payment.paymentId, sent);
  const live = found.filter(({ voided }) => !voided);
  // A head that lost the ID on the way is still in the group that was made for it.
  const own = live.length > 0 || !group ? live : await findByGroup(connection, calls, group);
  if (own.length > 1) return conflict('number-in-use', 'Several live payments carry this payment ID.', own);
  const [head] = own;
  if (!head && found.length > 0) {
    return conflict('changed-after-sent', 'The payment was recorded, and voided in Epicor.', found);
  }
  const answer: LookUp = head
    ? judge(payment, await mustRead(connection, head.headNum, context), context)
    : { found: 'absent' };
  if (answer.found === 'partial' || answer.found === 'conflict') return answer;
  const loose = await looseInvoices(connection, payment, context);
  if (loose.length === 0) return answer;
  const ref = answer.found === 'present' ? answer.ref : noPayment;
  return { found: 'partial', ref, missing: `the payment hold of ${loose.join(', ')}` };
}

function judge(payment: Payment, recorded: RecordedPayment, context: OperationContext): LookUp {
  const { head } = recorded;
  const { missing, wrong } = gapsOf(payment, recorded);
  const ref = String(head.headNum);
  if (wrong.length > 0 || (head.posted && missing.length > 0)) {
    const differences = [...wrong, ...missing.map((invoice) => `nothing is applied to ${invoice}`)];
    return conflict(
      'amounts-differ',
      `Payment ${ref} is not the one to be recorded: ${differences.join('; ')}.`,
      [head],
    );
  }
  if (missing.length > 0) return { found: 'partial', ref, missing: `amounts for ${missing.join(', ')}` };
  if (!head.posted && wantsPosting(context)) return { found: 'partial', ref, missing: 'the posting' };
  return { found: 'present', ...effectOf(recorded) };
}

async function create(
  connection: EpicorConnection,
  payment: Payment,
  context: OperationContext,
): Promise<Effect> {
  let groupId: string | undefined;
  try {
    const held = await assertOpenBalances(connection, context.calls, payment, payment.allocations);
    await liftHolds(connection, payment, held, context);
    const checkNum = await checkNumberOf(connection, payment, context);
    groupId = await createGroup(connection, payment, context);
    await context.remember({ checkNum });
    const entry = { groupId, checkNum };
    const enter = () => enterHead(connection, payment, entry, context);
    const headNum = await onUnlocked(connection, context, groupId, enter);
    await context.remember({ headNum });
    return await complete(connection, payment, headNum, context);
  } catch (error) {
    const outcome = asOutcome(error);
    if (outcome instanceof RecordOutcome) {
      if (groupId !== undefined) await deleteEmptyGroup(connection, context, groupId).catch(() => undefined);
      await restoreHolds(connection, payment, context);
    }
    throw outcome;
  }
}

async function resume(
  connection: EpicorConnection,
  { ref }: PartialEffect,
  payment: Payment,
  context: OperationContext,
): Promise<Effect> {
  if (ref === noPayment) {
    await restoreHolds(connection, payment, context);
    throw stillWorking('find-payments', `Payment ${payment.paymentId} was not entered yet.`, 1_000);
  }
  try {
    return await complete(connection, payment, Number(ref), context);
  } catch (error) {
    const outcome = asOutcome(error);
    if (outcome instanceof RecordOutcome) await restoreHolds(connection, payment, context);
    throw outcome;
  }
}

/** Brings about what is missing, and only that. */
async function complete(
  connection: EpicorConnection,
  payment: Payment,
  headNum: number,
  context: OperationContext,
): Promise<Effect> {
  const entered = await applyAll(connection, payment, headNum, context);
  const { missing } = rightSoFar(payment, entered);
  if (missing.length > 0) {
    throw mismatch(
      entered,
      missing.map((invoice) => `nothing is applied to ${invoice}`),
    );
  }
  if (!entered.head.posted && wantsPosting(context)) await postPayment(connection, entered.head, context);
  await restoreHolds(connection, payment, context);
  return effectOf(entered);
}

/** Applies it to the invoices that it is not applied to yet. One that Epicor refuses leaves no half payment behind. */
async function applyAll(
  connection: EpicorConnection,
  payment: Payment,
  headNum: number,
  context: OperationContext,
): Promise<RecordedPayment> {
  const before = await mustRead(connection, headNum, context);
  const { missing } = rightSoFar(payment, before);
  const todo = payment.allocations.filter(({ invoiceNum }) => missing.includes(invoiceNum));
  if (todo.length === 0) return before;
  try {
    const held = await assertOpenBalances(connection, context.calls, payment, todo);
    await liftHolds(connection, payment, held, context);
    for (const each of todo) {
      const enter = () => enterAllocation(connection, headNum, each, context);
      await onUnlocked(connection, context, before.head.groupId ?? '', enter);
    }
  } catch (error) {
    const outcome = asOutcome(error);
    throw outcome instanceof RecordOutcome ? await undone(connection, before, outcome, context) : outcome;
  }
  return mustRead(connection, headNum, context);
}

/** Takes a payment away that Epicor refused in part; where Epicor does not let it go, people hear where it stands. */
async function undone(
  connection: EpicorConnection,
  { head }: RecordedPayment,
  refusal: RecordOutcome,
  context: OperationContext,
): Promise<RecordOutcome> {
  try {
    await deleteUnposted(connection, head, context);
    return refusal;
  } catch (error) {
    const { reason, detail, waitsFor } = refusal;
    if (!(asOutcome(error) instanceof RecordOutcome)) throw error;
    return new RecordOutcome('park', reason, { ...detail, halfEntered: head.headNum }, waitsFor);
  }
}

async function mustRead(
  connection: EpicorConnection,
  headNum: number,
  { calls }: OperationContext,
): Promise<RecordedPayment> {
  const recorded = await readPayment(connection, calls, headNum);
  if (recorded) return recorded;
  throw stillWorking(
    'payment-entry-get-by-id',
    `Payment ${headNum} was saved, and cannot be read yet.`,
    5_000,
  );
}

/** @throws RecordOutcome (park, `amounts-differ`) when something in Epicor contradicts the document */
function rightSoFar(payment: Payment, recorded: RecordedPayment) {
  const gaps = gapsOf(payment, recorded);
  if (gaps.wrong.length > 0) throw mismatch(recorded, gaps.wrong);
  return gaps;
}

function mismatch({ head }: RecordedPayment, differences: readonly string[]): RecordOutcome {
  return new RecordOutcome('park', 'amounts-differ', {
    message: `Payment ${head.headNum} was not submitted: ${differences.join('; ')}.`,
    payment: head.headNum,
    group: head.groupId,
  });
}

function wantsPosting({ options }: OperationContext): boolean {
  return options['posting'] !== 'leave';
}

function effectOf({ head }: RecordedPayment): Effect {
  return {
    ref: String(head.headNum),
    attributes: {
      ...(head.groupId === undefined ? {} : { group: head.groupId }),
      ...(head.checkNum === undefined ? {} : { checkNum: String(head.checkNum) }),
      ...(head.currency === undefined ? {} : { currency: head.currency }),
    },
  };
}

function conflict(reason: string, message: string, heads: readonly { readonly headNum: number }[]): LookUp {
  return { found: 'conflict', reason, detail: { message, payments: heads.map(({ headNum }) => headNum) } };
}
