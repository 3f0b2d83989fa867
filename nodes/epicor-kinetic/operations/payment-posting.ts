import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { flagIn, rowsOf } from '../dataset';
import { findRows } from '../find-rows';
import { answerOf, callMethod, getMethod, type Reply } from '../methods';
import { allocationTable, paymentTable } from '../tables';
import { stillWorking } from '../troubles';
import { onUnlocked, type PaymentGroup, readGroup, unlockGroup } from './payment-groups';
import { findByGroup, findHeads, type PaymentHead } from './payment-heads';

const postService = 'Erp.PROC.APPaymentPostSvc';
const parameterTable = 'APPaymentPostProcess';
const optionalMethod = [404, 405];
/** Waits between looks, milliseconds; the last one is repeated. */
const looks = [250, 500, 1_000, 2_000, 4_000, 8_000];
const defaultWaitSeconds = 60;
/** A posting that was taken on is not asked for again before this long, milliseconds. */
const patienceMs = 10 * 60_000;
/** A request without an answer gets this long to show an effect, milliseconds. */
const unclearWaitMs = 10_000;
const retryMs = 15_000;

/** What `remember` keeps about a posting. */
interface PostingMemory {
  /** `sent` before the call, `accepted` once the server said so, `refused` once the log said why not. */
  readonly posting?: string;
  /** ISO instant. */
  readonly postingAt?: string;
  /** What the log said before this posting: the same words again say nothing for a while. */
  readonly logBefore?: string;
}

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
  const { groupId } = head;
  if (groupId === undefined) throw withoutGroup(head);
  const memory = context.remembered as PostingMemory;
  const group = await readGroup(connection, context, groupId);
  const wait = (log: string | undefined, ms: number) =>
    waitUntilPosted(connection, { head, groupId, logBefore: log, waitMs: ms }, context);
  if (isUnderWay(memory, group, context)) {
    const isTaken = memory.posting === 'accepted' || group?.postInProcess === true;
    if (await wait(memory.logBefore, isTaken ? waitMsOf(context) : unclearWaitMs)) return;
    if (isTaken) throw notFinished(head, groupId);
  }
  await assertOnlyPayment(connection, head, groupId, context);
  const before = group?.postErrorLog;
  for (const patience of [unclearWaitMs, waitMsOf(context)]) {
    const taken = await onUnlocked(connection, context, groupId, () =>
      submit(connection, groupId, before, context),
    );
    if (await wait(before, taken ? waitMsOf(context) : patience)) return;
    // A request that never arrived is made again; a group is posted once, however often that is asked.
    if (taken) break;
  }
  throw notFinished(head, groupId);
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

/** An earlier attempt asked for the posting, and Epicor may still be at it. A group that is gone was posted. */
function isUnderWay(
  memory: PostingMemory,
  group: PaymentGroup | undefined,
  { now }: OperationContext,
): boolean {
  if (!group || group.postInProcess) return true;
  const wasAsked = memory.posting === 'sent' || memory.posting === 'accepted';
  return wasAsked && now().getTime() - Date.parse(memory.postingAt ?? '') < patienceMs;
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

/** Gives true when Epicor took the posting on, false when the request got no answer. */
async function submit(
  connection: EpicorConnection,
  groupId: string,
  logBefore: string | undefined,
  context: OperationContext,
): Promise<boolean> {
  const { calls, options } = context;
  const group = await readGroup(connection, context, groupId);
  if (group?.activeUser !== undefined) await unlockGroup(connection, context, groupId);
  await assertPostAllowed(connection, groupId, context);
  const parameters = await postingParameters(connection, groupId, context);
  const postingAt = context.now().toISOString();
  await context.remember({ posting: 'sent', postingAt, logBefore: logBefore ?? '' });
  try {
    await callMethod(connection, calls, {
      service: postService,
      method: 'SubmitToAgent',
      parameters: {
        ds: { [parameterTable]: [parameters] },
        agentID: textOption(options['agent'], 'SystemTaskAgent'),
        agentSchedNum: 0,
        agentTaskNum: 0,
        maintProgram: textOption(options['postProgram'], 'Erp.UI.APPaymentPost'),
      },
      effect: 'once',
    });
  } catch (error) {
    // Whether the posting was taken on shows in the payment, which is looked at next.
    if (error instanceof SystemError && error.recovery === 'ambiguous') return false;
    throw error;
  }
  await context.remember({ posting: 'accepted' });
  return true;
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

/** The parameters of the posting process, with the defaults that Epicor gives. */
async function postingParameters(
  connection: EpicorConnection,
  groupId: string,
  { calls }: OperationContext,
): Promise<JsonObject> {
  const asked = await getMethod(connection, calls, postService, 'GetNewParameters', {}, optionalMethod);
  const defaults = asked.failure
    ? await callMethod(connection, calls, {
        service: postService,
        method: 'GetNewParameters',
        parameters: {},
        effect: 'read',
        accept: optionalMethod,
      })
    : asked;
  return { RowMod: 'A', ...rowsOf(defaults.dataset, parameterTable)[0], GroupID: groupId };
}

interface PostingWait {
  readonly head: PaymentHead;
  readonly groupId: string;
  /** What the log said before this posting: the same words again say nothing until the end. */
  readonly logBefore: string | undefined;
  readonly waitMs: number;
}

/**
 * Looks until the payment is posted.
 * @returns false when the wait is over
 * @throws RecordOutcome (park) when the log says why not
 */
async function waitUntilPosted(
  connection: EpicorConnection,
  { head, groupId, logBefore, waitMs }: PostingWait,
  context: OperationContext,
): Promise<boolean> {
  let leftMs = waitMs;
  for (let look = 0; ; look++) {
    if (await isPosted(connection, head.headNum, context)) return true;
    const group = await readGroup(connection, context, groupId);
    const log = group?.postInProcess ? undefined : group?.postErrorLog;
    const isOver = leftMs <= 0;
    if (log !== undefined && (log !== logBefore || isOver)) {
      await context.remember({ posting: 'refused' });
      throw refusedBy(log, groupId, head);
    }
    if (isOver) return false;
    const wait = Math.min(looks[Math.min(look, looks.length - 1)] as number, leftMs);
    leftMs -= wait;
    await connection.clock.wait(wait, context.signal);
  }
}

function waitMsOf({ options }: OperationContext): number {
  const seconds = Number(options['postWaitSeconds'] ?? defaultWaitSeconds);
  return (Number.isFinite(seconds) && seconds > 0 ? seconds : defaultWaitSeconds) * 1_000;
}

function refusedBy(log: string, groupId: string, { headNum }: PaymentHead): RecordOutcome {
  const reason = /period|fiscal/i.test(log) ? 'period-closed' : 'rejected-by-target';
  return new RecordOutcome('park', reason, {
    message: `Epicor did not post the payment: ${log}`,
    group: groupId,
    payment: headNum,
  });
}

function notFinished({ headNum }: PaymentHead, groupId: string): SystemError {
  return stillWorking(
    'submit-to-agent',
    `Payment ${headNum} in group ${groupId} is not posted yet.`,
    retryMs,
  );
}

function withoutGroup({ headNum }: PaymentHead): RecordOutcome {
  return new RecordOutcome('park', 'rejected-by-target', {
    message: `Payment ${headNum} belongs to no group that could be posted.`,
    payment: headNum,
  });
}

function textOption(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}
