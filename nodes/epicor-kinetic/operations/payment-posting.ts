import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { flagIn } from '../dataset';
import { findRows } from '../find-rows';
import { answerOf, callMethod, type Reply } from '../methods';
import { allocationTable, paymentTable } from '../tables';
import { postGroup } from './group-posting';
import { onUnlocked, readGroup, unlockGroup } from './payment-groups';
import { findByGroup, findHeads, type PaymentHead } from './payment-heads';

const optionalMethod = [404, 405];

/**
 * Posts the group of one payment and waits until the payment is posted or the group's log says why not.
 * @throws RecordOutcome (park) with the log's words, `period-closed` when they speak of the period
 * @throws SystemError of recovery `retry` when Epicor has not finished within the wait
 */
export async function postPayment(
  connection: EpicorConnection,
  head: PaymentHead,
  context: OperationContext,
): Promise<void> {
  const { groupId, headNum } = head;
  if (groupId === undefined) throw withoutGroup(head);
  await postGroup(
    connection,
    {
      name: `payment ${headNum}`,
      detail: { payment: headNum },
      groupId,
      service: 'Erp.PROC.APPaymentPostSvc',
      table: 'APPaymentPostProcess',
      program: 'Erp.UI.APPaymentPost',
      readGroup: () => readGroup(connection, context, groupId),
      unlock: () => unlockGroup(connection, context, groupId),
      onUnlocked: (step) => onUnlocked(connection, context, groupId, step),
      isPosted: () => isPosted(connection, headNum, context),
      assertReady: async () => {
        await assertOnlyPayment(connection, head, groupId, context);
        await assertPostAllowed(connection, groupId, context);
      },
    },
    context,
  );
}

/** Whether the payment is posted by now, also on sites where payment entry hides posted payments. */
async function isPosted(
  connection: EpicorConnection,
  headNum: number,
  { calls }: OperationContext,
): Promise<boolean> {
  const [head] = await findHeads(connection, calls, [equals('HeadNum', headNum)]);
  if (head) return head.posted;
  const rows = await findRows(connection, calls, {
    name: 'find-allocations',
    table: allocationTable,
    conditions: [equals('HeadNum', headNum)],
    columns: ['Posted'],
  });
  return rows.length > 0 && rows.every((row) => flagIn(row, 'Posted') === true);
}

/** Nothing but the verified payment may be posted with the group. */
async function assertOnlyPayment(
  connection: EpicorConnection,
  head: PaymentHead,
  groupId: string,
  { calls }: OperationContext,
): Promise<void> {
  const others = (await findByGroup(connection, calls, groupId)).filter(
    ({ headNum }) => headNum !== head.headNum,
  );
  if (others.length === 0) return;
  throw new RecordOutcome('park', 'rejected-by-target', {
    message: `Payment group ${groupId} holds other payments too, and is not posted. Take them out of it, then replay.`,
    group: groupId,
    payments: others.map(({ headNum }) => headNum),
  });
}

async function assertPostAllowed(
  connection: EpicorConnection,
  groupId: string,
  context: OperationContext,
): Promise<void> {
  const ask = (method: string, parameters: JsonObject) =>
    callMethod(connection, context.calls, {
      service: paymentTable.service,
      method,
      parameters,
      effect: 'read',
      accept: optionalMethod,
    });
  const allowed = await ask('PostAllowed', { pcGroupID: groupId });
  const numbered = await ask('CheckAllCheckNumsAssigned', { groupID: groupId });
  const refusals = [
    ...(isNo(allowed, 'allowed') ? ['Epicor does not allow to post the group.'] : []),
    ...(isNo(numbered, 'allAssigned') ? ['A payment of the group has no check number.'] : []),
  ];
  if (refusals.length === 0) return;
  const log = (await readGroup(connection, context, groupId))?.postErrorLog;
  throw new RecordOutcome('park', 'rejected-by-target', {
    message: [...refusals, ...(log === undefined ? [] : [log])].join(' '),
    group: groupId,
  });
}

function isNo(reply: Reply, name: string): boolean {
  return !reply.failure && answerOf(reply, name) === false;
}

function withoutGroup({ headNum }: PaymentHead): RecordOutcome {
  return new RecordOutcome('park', 'rejected-by-target', {
    message: `Payment ${headNum} belongs to no group that could be posted.`,
    payment: headNum,
  });
}
