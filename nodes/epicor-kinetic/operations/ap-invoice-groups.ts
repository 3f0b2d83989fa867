import type { OperationContext } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { textIn, withNewColumns } from '../dataset';
import { errorCodes } from '../error-table';
import { findRows } from '../find-rows';
import { callMethod } from '../methods';
import { invoiceGroupTable, invoiceTable } from '../tables';
import { hasCode } from '../troubles';
import type { Invoice } from './ap-invoice-document';
import { enterInGroup, tidily } from './group-entry';
import { freeGroupId } from './group-numbers';
import { findPostingGroup, lastGroup } from './posting-groups';
import type { PostingRuns } from './posting-runs';

const { service, table } = invoiceGroupTable;
const notAvailable = [400, 403, 404, 405, 409, 500];

/**
 * Enters an invoice into a group: one of its own when it is going to be posted at once, else the group of the
 * run, which its invoices share by their apply date.
 * @param enter enters the invoice; a refusal of it leaves nothing behind
 */
export function inGroup<T>(
  connection: EpicorConnection,
  runs: PostingRuns,
  invoice: Invoice,
  context: OperationContext,
  enter: (groupId: string) => Promise<T>,
): Promise<T> {
  const keeper = {
    name: (groupId: string) => `Invoice group ${groupId}`,
    make: () => createGroup(connection, invoice, context),
    release: (groupId: string) => releaseGroup(connection, context, groupId),
    wait: (ms: number) => connection.clock.wait(ms, context.signal),
    deleteEmpty: (groupId: string) => deleteEmptyGroup(connection, context, groupId),
  };
  const key = context.options['posting'] === 'submit' ? undefined : invoice.applyDate;
  return enterInGroup(keeper, runs, key, context, enter);
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
  await tidily(() => callMethod(connection, calls, { ...call, accept: notAvailable }));
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
  await tidily(async () => {
    if ((await invoicesIn(connection, context, groupId)).length > 0) return;
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
  { applyDate }: Invoice,
  context: OperationContext,
): Promise<string> {
  const { calls } = context;
  const groupId = await freeGroupId(connection, context, {
    sequence: 'invoice-group',
    isUsed: async (id) =>
      (await readInvoiceGroup(connection, context, id)) !== undefined ||
      (await invoicesIn(connection, context, id)).length > 0,
    lastUsed: (from, to) => lastGroup(connection, context.calls, invoiceGroupTable, from, to),
  });
  const started = await callMethod(connection, calls, {
    service,
    method: 'GetNewAPInvGrpNoLock',
    parameters: { ds: { [table]: [] } },
    effect: 'read',
  });
  const columns = { Company: connection.company, GroupID: groupId, ApplyDate: applyDate, RowMod: 'A' };
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
