import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { rowsOf } from '../dataset';
import { callMethod, getMethod } from '../methods';
import { stillWorking } from '../troubles';
import type { PostingGroup } from './posting-groups';

const optionalMethod = [404, 405];
/** Waits between looks, milliseconds; the last one is repeated. */
const looks = [250, 500, 1_000, 2_000, 4_000, 8_000];
const defaultWaitSeconds = 60;
/** A posting that was taken on is not asked for again before this long, milliseconds. */
const patienceMs = 10 * 60_000;
/** A request without an answer gets this long to show an effect, milliseconds. */
const unclearWaitMs = 10_000;
const retryMs = 15_000;

/** A group that holds one verified document, and how it is posted. */
export interface GroupPosting {
  /** The document, in a person's words: `Payment 101`. */
  readonly name: string;
  /** What a parked record shows besides the group, for example `{ payment: 101 }`. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly groupId: string;
  /** The process that posts: its service, its table of parameters, the program it is submitted as. */
  readonly service: string;
  readonly table: string;
  readonly program: string;
  readGroup(): Promise<PostingGroup | undefined>;
  /** Releases the group's lock. */
  unlock(): Promise<void>;
  /** Runs a step, releasing the group's lock where that is what stops it. */
  onUnlocked<T>(step: () => Promise<T>): Promise<T>;
  isPosted(): Promise<boolean>;
  /** @throws RecordOutcome (park) when the group holds something else, or Epicor says that it cannot be posted */
  assertReady(): Promise<void>;
}

/** What `remember` keeps about a posting. */
interface PostingMemory {
  /** `sent` before the call, `accepted` once the server said so, `refused` once the log said why not. */
  readonly posting?: string;
  /** ISO instant. */
  readonly postingAt?: string;
  /** What the log said before this posting: the same words again say nothing for a while. */
  readonly logBefore?: string;
}

/** Waits until the document is posted; false when the wait is over. */
type WaitUntilPosted = (logBefore: string | undefined, waitMs: number) => Promise<boolean>;

/**
 * Posts the group of one document and waits until it is posted or the group's log says why not.
 * @throws RecordOutcome (park) with the log's words, `period-closed` when they speak of the period
 * @throws SystemError of recovery `retry` when Epicor has not finished within the wait
 */
export async function postGroup(
  connection: EpicorConnection,
  posting: GroupPosting,
  context: OperationContext,
): Promise<void> {
  const memory = context.remembered as PostingMemory;
  const group = await posting.readGroup();
  const wait: WaitUntilPosted = (logBefore, waitMs) =>
    waitUntilPosted(connection, posting, context, { logBefore, waitMs });
  if (isUnderWay(memory, group, context)) {
    const isTaken = memory.posting === 'accepted' || group?.postInProcess === true;
    if (await wait(memory.logBefore, isTaken ? waitMsOf(context) : unclearWaitMs)) return;
    if (isTaken) throw notFinished(posting);
  }
  if (group?.activeUser !== undefined) await posting.unlock();
  await posting.assertReady();
  const before = group?.postErrorLog;
  for (const patience of [unclearWaitMs, waitMsOf(context)]) {
    const taken = await posting.onUnlocked(() => submit(connection, posting, before, context));
    if (await wait(before, taken ? waitMsOf(context) : patience)) return;
    // A request that never arrived is made again; a group is posted once, however often that is asked.
    if (taken) break;
  }
  throw notFinished(posting);
}

/** An earlier attempt asked for the posting, and Epicor may still be at it. A group that is gone was posted. */
function isUnderWay(
  memory: PostingMemory,
  group: PostingGroup | undefined,
  { now }: OperationContext,
): boolean {
  if (!group || group.postInProcess) return true;
  const wasAsked = memory.posting === 'sent' || memory.posting === 'accepted';
  return wasAsked && now().getTime() - Date.parse(memory.postingAt ?? '') < patienceMs;
}

/** Gives true when Epicor took the posting on, false when the request got no answer. */
async function submit(
  connection: EpicorConnection,
  posting: GroupPosting,
  logBefore: string | undefined,
  context: OperationContext,
): Promise<boolean> {
  const { options } = context;
  const parameters = await postingParameters(connection, posting, context);
  const postingAt = context.now().toISOString();
  await context.remember({ posting: 'sent', postingAt, logBefore: logBefore ?? '' });
  try {
    await callMethod(connection, context.calls, {
      service: posting.service,
      method: 'SubmitToAgent',
      parameters: {
        ds: { [posting.table]: [parameters] },
        agentID: textOption(options['agent'], 'SystemTaskAgent'),
        agentSchedNum: 0,
        agentTaskNum: 0,
        maintProgram: textOption(options['postProgram'], posting.program),
      },
      effect: 'once',
    });
  } catch (error) {
    // Whether the posting was taken on shows in the document, which is looked at next.
    if (error instanceof SystemError && error.recovery === 'ambiguous') return false;
    throw error;
  }
  await context.remember({ posting: 'accepted' });
  return true;
}

/** The parameters of the posting process, with the defaults that Epicor gives. */
async function postingParameters(
  connection: EpicorConnection,
  { service, table, groupId }: GroupPosting,
  { calls }: OperationContext,
): Promise<JsonObject> {
  const method = 'GetNewParameters';
  const asked = await getMethod(connection, calls, service, method, {}, optionalMethod);
  const call = { service, method, parameters: {}, effect: 'read', accept: optionalMethod } as const;
  const defaults = asked.failure ? await callMethod(connection, calls, call) : asked;
  return { RowMod: 'A', ...rowsOf(defaults.dataset, table)[0], GroupID: groupId };
}

/**
 * Looks until the document is posted.
 * @returns false when the wait is over
 * @throws RecordOutcome (park) when the log says why not
 */
async function waitUntilPosted(
  connection: EpicorConnection,
  posting: GroupPosting,
  context: OperationContext,
  { logBefore, waitMs }: { readonly logBefore: string | undefined; readonly waitMs: number },
): Promise<boolean> {
  let leftMs = waitMs;
  for (let look = 0; ; look++) {
    if (await posting.isPosted()) return true;
    const group = await posting.readGroup();
    const log = group?.postInProcess ? undefined : group?.postErrorLog;
    const isOver = leftMs <= 0;
    if (log !== undefined && (log !== logBefore || isOver)) {
      await context.remember({ posting: 'refused' });
      throw refusedBy(log, posting);
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

function refusedBy(log: string, { name, groupId, detail }: GroupPosting): RecordOutcome {
  const reason = /period|fiscal|earliest apply date/i.test(log) ? 'period-closed' : 'rejected-by-target';
  const message = `Epicor did not post ${name}: ${log}`;
  return new RecordOutcome('park', reason, { message, group: groupId, ...detail });
}

function notFinished({ name, groupId }: GroupPosting): SystemError {
  return stillWorking('submit-to-agent', `${name} in group ${groupId} is not posted yet.`, retryMs);
}

function textOption(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}
