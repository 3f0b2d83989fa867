import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { newRow, textIn, withNewColumns } from '../dataset';
import { errorCodes } from '../error-table';
import { findRows } from '../find-rows';
import { callMethod } from '../methods';
import { journalGroupTable, journalTable } from '../tables';
import { hasCode } from '../troubles';
import type { Journal } from './gl-journal-document';
import { enterInGroup, tidily } from './group-entry';
import { freeGroupId } from './group-numbers';
import { lastGroup } from './posting-groups';
import type { PostingRuns } from './posting-runs';

const { service, table } = journalGroupTable;
const notAvailable = [400, 403, 404, 405, 409, 500];

/** Enters a journal into the group of the run, which journals share by date and currency. */
export function inJournalGroup<T>(
  connection: EpicorConnection,
  runs: PostingRuns,
  journal: Journal,
  context: OperationContext,
  enter: (groupId: string) => Promise<T>,
): Promise<T> {
  const keeper = {
    name: (groupId: string) => `Journal group ${groupId}`,
    make: () => createGroup(connection, journal, context),
    release: (groupId: string) => releaseJournalGroup(connection, context, groupId),
    wait: (ms: number) => connection.clock.wait(ms, context.signal),
    deleteEmpty: (groupId: string) => deleteEmptyJournalGroup(connection, context, groupId),
  };
  return enterInGroup(keeper, runs, `${journal.date} ${journal.currency}`, context, enter);
}

/** Lets others open the group. */
export function releaseJournalGroup(
  connection: EpicorConnection,
  { calls }: OperationContext,
  groupId: string,
): Promise<void> {
  const call = {
    service,
    method: 'UnlockGroup',
    parameters: { InGroupID: groupId },
    effect: 'idempotent',
  } as const;
  return tidily(() => callMethod(connection, calls, { ...call, accept: notAvailable }));
}

/** Takes an empty group of ours away again. */
export async function deleteEmptyJournalGroup(
  connection: EpicorConnection,
  context: OperationContext,
  groupId: string,
): Promise<void> {
  if (!groupId.startsWith(connection.groupPrefix)) return;
  await tidily(async () => {
    if (await holdsJournals(connection, context, groupId)) return;
    await callMethod(connection, context.calls, {
      service,
      method: 'DeleteByID',
      parameters: { groupID: groupId },
      effect: 'idempotent',
      accept: notAvailable,
    });
  });
}

async function createGroup(
  connection: EpicorConnection,
  { date, currency }: Journal,
  context: OperationContext,
): Promise<string> {
  const { book, coa } = connection;
  const journalCode = journalCodeOf(connection);
  const { calls } = context;
  const groupId = await freeGroupId(connection, context, {
    sequence: 'journal-group',
    isUsed: async (id) =>
      (await lastGroup(connection, calls, journalGroupTable, id, id)) !== undefined ||
      holdsJournals(connection, context, id),
    lastUsed: (from, to) => lastGroup(connection, calls, journalGroupTable, from, to),
  });
  const started = await callMethod(connection, calls, {
    service,
    method: 'GetNewGLJrnGrpNoLock',
    parameters: { ds: { [table]: [] } },
    effect: 'read',
  });
  const row = newRow(started.dataset, table);
  const columns: JsonObject = {
    Company: connection.company,
    GroupID: groupId,
    BookMode: textIn(row, 'BookMode') ?? 'S',
    JEDate: date,
    JournalCode: journalCode,
    CurrencyCode: currency,
    ...(book === undefined ? {} : { BookID: book }),
    ...(coa === undefined ? {} : { COACode: coa }),
    RowMod: 'A',
  };
  const ds = withNewColumns(started.dataset, table, columns);
  try {
    // The ID is ours alone: saying it twice makes one group.
    await callMethod(connection, calls, {
      service,
      method: 'Update',
      parameters: { ds },
      effect: 'idempotent',
    });
  } catch (error) {
    if (!hasCode(error, errorCodes.duplicate)) throw error;
  }
  return groupId;
}

async function holdsJournals(
  connection: EpicorConnection,
  { calls }: OperationContext,
  groupId: string,
): Promise<boolean> {
  const rows = await findRows(connection, calls, {
    name: 'find-journals-of-group',
    table: journalTable,
    conditions: [equals('GroupID', groupId)],
    columns: [],
    top: 1,
  });
  return rows.length > 0;
}

function journalCodeOf({ journalCode }: EpicorConnection): string {
  if (journalCode !== undefined) return journalCode;
  throw new RecordOutcome('park', 'setting-missing', {
    message: 'EPICOR_JOURNAL_CODE is not set: journals need the journal they are entered in.',
    setting: 'EPICOR_JOURNAL_CODE',
  });
}
