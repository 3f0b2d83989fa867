import type { SystemError } from '../../../runtime/connector/errors';
import type { Calls } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { flagIn, textIn } from '../dataset';
import { errorCodes } from '../error-table';
import { findRows } from '../find-rows';
import { methodName } from '../methods';
import type { Table } from '../tables';
import { hasCode, stillWorking } from '../troubles';

const lockedWaitMs = 30_000;

/** A group, of payments or of invoices, as far as posting depends on it. */
export interface PostingGroup {
  readonly postErrorLog: string | undefined;
  readonly postInProcess: boolean;
  /** Who holds its lock. */
  readonly activeUser: string | undefined;
}

/** @returns undefined when the group is gone, as it is once what it held is posted */
export async function findPostingGroup(
  connection: EpicorConnection,
  calls: Calls,
  table: Table,
  groupId: string,
): Promise<PostingGroup | undefined> {
  const [row] = await findRows(connection, calls, {
    name: methodName(table.service, 'Find'),
    table,
    conditions: [equals('GroupID', groupId)],
    columns: ['PostErrorLog', 'PostInProcess', 'ActiveUserID'],
  });
  if (!row) return undefined;
  return {
    postErrorLog: textIn(row, 'PostErrorLog')?.trim() || undefined,
    postInProcess: flagIn(row, 'PostInProcess') === true,
    activeUser: textIn(row, 'ActiveUserID'),
  };
}

/** Waits before a step on a locked group is tried again, milliseconds: most locks last for one screen or one call. */
const lockedWaits = [0, 250, 1_000, 3_000];

/**
 * Runs a step on a group of ours; when somebody has the group open, its lock is released and the step tried
 * again, at once and after some waits. Groups of others are never unlocked.
 * @param name the group, in a person's words
 * @param wait milliseconds
 * @throws SystemError of recovery `retry` when the group stays locked
 */
export async function onReleased<T>(
  name: string,
  release: () => Promise<void>,
  step: () => Promise<T>,
  wait: (ms: number) => Promise<void>,
): Promise<T> {
  let locked: SystemError | undefined;
  for (const ms of [undefined, ...lockedWaits]) {
    if (ms) await wait(ms);
    if (ms !== undefined) await release();
    try {
      return await step();
    } catch (error) {
      if (!hasCode(error, errorCodes.groupLocked)) throw error;
      locked = error;
    }
  }
  throw stillWorking(locked?.call ?? 'unlock-group', `${name} is locked by somebody else.`, lockedWaitMs);
}

/** ID of the last group between the two that is there now. */
export async function lastGroup(
  connection: EpicorConnection,
  calls: Calls,
  table: Table,
  from: string,
  to: string,
): Promise<string | undefined> {
  const [last] = await findRows(connection, calls, {
    name: methodName(table.service, 'FindLast'),
    table,
    conditions: [
      { column: 'GroupID', operator: 'ge', value: { text: from } },
      { column: 'GroupID', operator: 'le', value: { text: to } },
    ],
    columns: [],
    descending: true,
    top: 1,
  });
  return textIn(last, 'GroupID');
}
