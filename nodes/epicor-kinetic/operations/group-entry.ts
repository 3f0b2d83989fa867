import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { OperationContext } from '../../../runtime/connector/system';
import { errorCodes } from '../error-table';
import { hasCode } from '../troubles';
import { onReleased } from './posting-groups';
import type { PostingRuns } from './posting-runs';

/** One kind of groups that documents are entered into. */
export interface GroupKeeper {
  /** Milliseconds. */
  wait(ms: number): Promise<void>;
  /** A group in a person's words. */
  readonly name: (groupId: string) => string;
  make(): Promise<string>;
  release(groupId: string): Promise<void>;
  deleteEmpty(groupId: string): Promise<void>;
}

/**
 * Enters a document into the group of the run, or, without a key, into a group of its own. A group that a clerk
 * has opened or posted meanwhile is left to him, and another one begun. That one was made a moment ago, by this
 * document or one beside it: a lock on it is no refusal, and is waited for.
 * @param key what documents of one group have in common
 * @param enter enters the document; a refusal of it leaves nothing behind
 */
export async function enterInGroup<T>(
  keeper: GroupKeeper,
  runs: PostingRuns,
  key: string | undefined,
  context: OperationContext,
  enter: (groupId: string) => Promise<T>,
): Promise<T> {
  const enterIn = async (groupId: string) => {
    await context.remember({ group: groupId });
    return enter(groupId);
  };
  const enterInOurs = (groupId: string) =>
    onReleased(
      keeper.name(groupId),
      () => keeper.release(groupId),
      () => enterIn(groupId),
      keeper.wait,
    );
  const enterInNew = async (groupId: string) => {
    try {
      return await enterInOurs(groupId);
    } catch (error) {
      if (isRefusal(error)) await keeper.deleteEmpty(groupId);
      throw error;
    }
  };
  if (key === undefined) return enterInNew(await keeper.make());
  const run = await runs.groupOf(key, context.now(), keeper.make);
  try {
    return await (run.isNew ? enterInNew(run.groupId) : enterIn(run.groupId));
  } catch (error) {
    if (run.isNew && isRefusal(error)) await runs.end(key, run.groupId);
    if (run.isNew || !isAboutGroup(error)) throw error;
    await runs.end(key, run.groupId);
    const next = await runs.groupOf(key, context.now(), keeper.make);
    return next.isNew ? enterInNew(next.groupId) : enterInOurs(next.groupId);
  }
}

/** Does what is only tidiness: that it fails is no error. A fault of the program is one. */
export async function tidily(step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
  }
}

/** Provably nothing was entered. */
function isRefusal(error: unknown): boolean {
  if (error instanceof RecordOutcome) return true;
  return error instanceof SystemError && ['rejected', 'not-found'].includes(error.recovery);
}

function isAboutGroup(error: unknown): boolean {
  if (hasCode(error, errorCodes.groupLocked)) return true;
  return error instanceof SystemError && isRefusal(error) && /\bgroup\b/i.test(error.systemWords ?? '');
}
