import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { OperationContext } from '../../../runtime/connector/system';
import { type Condition, equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { newRow, textIn, withColumns } from '../dataset';
import { errorCodes } from '../error-table';
import { findRows } from '../find-rows';
import { callMethod } from '../methods';
import { invoiceGroupTable, invoiceTable } from '../tables';
import { hasCode } from '../troubles';
import type { Invoice } from './ap-invoice-document';
import { freeGroupId } from './group-numbers';
import { findPostingGroup, onReleased } from './posting-groups';
import type { PostingRuns } from './posting-runs';

const { service, table } = invoiceGroupTable;
const notAvailable = [400, 403, 404, 405, 409, 500];

/**
 * Enters an invoice into a group: one of its own when it is going to be posted at once, else the group of the
 * run. A group that a clerk has opened or posted meanwhile is left to him, and another one begun.
 * @param enter enters the invoice; a refusal of it leaves nothing behind
 */
export async function inGroup<T>(
  connection: EpicorConnection,
  runs: PostingRuns,
  invoice: Invoice,
  context: OperationContext,
  enter: (groupId: string) => Promise<T>,
): Promise<T> {
  const make = () => createGroup(connection, invoice, context);
  const enterIn = async (groupId: string) => {
    await context.remember({ group: groupId });
    return enter(groupId);
  };
  const enterInNew = async (groupId: string) => {
    try {
      const release = () => releaseGroup(connection, context, groupId);
      return await onReleased(`Invoice group ${groupId}`, release, () => enterIn(groupId));
    } catch (error) {
      if (isRefusal(error)) await deleteEmptyGroup(connection, context, groupId);
      throw error;
    }
  };
  if (context.options['posting'] === 'submit') return enterInNew(await make());
  const key = invoice.applyDate;
  const run = await runs.groupOf(key, context.now(), make);
  try {
    return await (run.isNew ? enterInNew(run.groupId) : enterIn(run.groupId));
  } catch (error) {
    if (run.isNew && isRefusal(error)) await runs.end(key, run.groupId);
    if (run.isNew || !isAboutGroup(error)) throw error;
    await runs.end(key, run.groupId);
    const next = await runs.groupOf(key, context.now(), make);
    return next.isNew ? enterInNew(next.groupId) : enterIn(next.groupId);
  }
}

/** Lets others open the group. That it stays locked is a blemish, no error. */
export async function releaseGroup(
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
  await callMethod(connection, calls, { ...call, accept: notAvailable }).catch(passing);
}

export function readInvoiceGroup(connection: EpicorConnection, { calls }: OperationContext, groupId: string) {
  return findPostingGroup(connection, calls, invoiceGroupTable, groupId);
}

/** Numbers of the invoices in a group, first hundred. */
export async function invoicesIn(
  connection: EpicorConnection,
  { calls }: OperationContext,
  groupId: string,
): Promise<readonly string[]> {
  const rows = await findRows(connection, calls, {
    name: 'find-invoices-of-group',
    table: invoiceTable,
    conditions: [equals('GroupID', groupId)],
    columns: [],
  });
  return rows.map((row) => `${textIn(row, 'VendorNum')}|${textIn(row, 'InvoiceNum')}`);
}

/** Takes an empty group of ours away again. That it stays is a blemish, no error. */
export async function deleteEmptyGroup(
  connection: EpicorConnection,
  context: OperationContext,
  groupId: string,
): Promise<void> {
  if (!groupId.startsWith(connection.groupPrefix)) return;
  try {
    if ((await invoicesIn(connection, context, groupId)).length > 0) return;
    await callMethod(connection, context.calls, {
      service,
      method: 'DeleteByID',
      parameters: { groupID: groupId },
      effect: 'idempotent',
      accept: notAvailable,
    });
  } catch (error) {
    passing(error);
  }
}

async function createGroup(
  connection: EpicorConnection,
  { applyDate }: Invoice,
  context: OperationContext,
): Promise<string> {
  const { calls } = context;
  const groupId = await freeGroupId(connection, context, {
    sequence: 'invoice-group',
    isUsed: async (id) =>
      (await readInvoiceGroup(connection, context, id)) !== undefined ||
      (await invoicesIn(connection, context, id)).length > 0,
    lastUsed: (from, to) => lastGroup(connection, context, from, to),
  });
  const started = await callMethod(connection, calls, {
    service,
    method: 'GetNewAPInvGrpNoLock',
    parameters: { ds: { [table]: [] } },
    effect: 'read',
  });
  const columns = { Company: connection.company, GroupID: groupId, ApplyDate: applyDate, RowMod: 'A' };
  const row = newRow(started.dataset, table);
  const ds = row
    ? withColumns(started.dataset, table, columns, (each) => each === row)
    : { [table]: [columns] };
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

async function lastGroup(
  connection: EpicorConnection,
  { calls }: OperationContext,
  from: string,
  to: string,
): Promise<string | undefined> {
  const between: Condition[] = [
    { column: 'GroupID', operator: 'ge', value: { text: from } },
    { column: 'GroupID', operator: 'le', value: { text: to } },
  ];
  const search = { name: 'find-last-invoice-group', table: invoiceGroupTable, columns: [], descending: true };
  const [last] = await findRows(connection, calls, { ...search, conditions: between, top: 1 });
  return textIn(last, 'GroupID');
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

/** A fault of the program is not passed over. */
function passing(error: unknown): void {
  if (!(error instanceof SystemError)) throw error;
}
