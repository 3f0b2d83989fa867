import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { type Dataset, flagIn, integerIn, isAdded, withColumns, withNewColumns } from '../dataset';
import { errorCodes } from '../error-table';
import { findRows } from '../find-rows';
import { callMethod } from '../methods';
import { paymentGroupTable, paymentMethodTable } from '../tables';
import { hasCode } from '../troubles';
import type { Payment } from './payment-document';
import { findByGroup } from './payment-heads';
import { freePaymentGroupId } from './payment-numbers';
import { findPostingGroup, onReleased, type PostingGroup } from './posting-groups';

const { service, table } = paymentGroupTable;
const notAvailable = [400, 403, 404, 405, 409, 500];

/**
 * Makes a payment group for this payment alone.
 * @returns its ID
 * @throws RecordOutcome (park, `setting-missing`) when no bank account or a needed payment method is set
 */
export async function createGroup(
  connection: EpicorConnection,
  payment: Payment,
  context: OperationContext,
): Promise<string> {
  const bankAccount = bankAccountOf(connection);
  const { calls } = context;
  const paymentMethod = await paymentMethodOf(connection, context);
  const groupId = await freePaymentGroupId(
    connection,
    context,
    async (id) => (await readGroup(connection, context, id)) !== undefined,
  );
  await context.remember({ group: groupId });
  const step = async (method: string, parameters: JsonObject, dataset: Dataset) => {
    const reply = await callMethod(connection, calls, {
      service,
      method,
      parameters: { ...parameters, ds: withColumns(dataset, table, { GroupID: groupId }, isAdded) },
      effect: 'read',
    });
    return reply.dataset;
  };
  let dataset = await step('GetNewAPChkGrpNoLock', {}, {});
  dataset = await step('OnChangeBankAcctID', { pcBankAcctID: bankAccount }, dataset);
  if (paymentMethod !== undefined)
    dataset = await step('OnChangePayMethod', { vPMUID: paymentMethod }, dataset);
  const columns = { GroupID: groupId, BankAcctID: bankAccount, CheckDate: payment.date, RowMod: 'A' };
  const method = paymentMethod === undefined ? {} : { PMUID: paymentMethod };
  const complete = withNewColumns(dataset, table, { ...columns, ...method });
  await saveGroup(connection, context, complete, paymentMethod === undefined);
  return groupId;
}

/** @returns undefined when the group is gone, as it is once its payments are posted */
export async function readGroup(
  connection: EpicorConnection,
  { calls }: OperationContext,
  groupId: string,
): Promise<PostingGroup | undefined> {
  return findPostingGroup(connection, calls, paymentGroupTable, groupId);
}

/** Runs a step on our own payment group, releasing its lock when somebody has it open. */
export function onUnlocked<T>(
  connection: EpicorConnection,
  context: OperationContext,
  groupId: string,
  step: () => Promise<T>,
): Promise<T> {
  const release = () => unlockGroup(connection, context, groupId);
  const wait = (ms: number) => connection.clock.wait(ms, context.signal);
  return groupId === '' ? step() : onReleased(`Payment group ${groupId}`, release, step, wait);
}

/** Releases the lock of our own group; builds spell the method in two ways. */
export async function unlockGroup(
  connection: EpicorConnection,
  { calls }: OperationContext,
  groupId: string,
): Promise<void> {
  const spellings = [
    { method: 'UnLockGroup', parameters: { pcGroupID: groupId } },
    { method: 'UnlockGroup', parameters: { InGroupID: groupId } },
  ];
  for (const spelling of spellings) {
    const call = { service, ...spelling, effect: 'idempotent', accept: notAvailable } as const;
    const reply = await callMethod(connection, calls, call);
    if (!reply.failure) return;
  }
}

/** Takes an empty group of ours away again. That it stays is a blemish, no error. */
export async function deleteEmptyGroup(
  connection: EpicorConnection,
  { calls }: OperationContext,
  groupId: string,
): Promise<void> {
  const payments = await findByGroup(connection, calls, groupId);
  if (payments.length > 0) return;
  const parameters = { groupID: groupId };
  await callMethod(connection, calls, {
    service,
    method: 'DeleteByID',
    parameters,
    effect: 'idempotent',
    accept: notAvailable,
  });
}

function bankAccountOf({ bankAccount }: EpicorConnection): string {
  if (bankAccount !== undefined) return bankAccount;
  throw new RecordOutcome('park', 'setting-missing', {
    message: 'EPICOR_BANK_ACCOUNT is not set: payments need the bank account they are recorded on.',
    setting: 'EPICOR_BANK_ACCOUNT',
  });
}

/** The method's number; a name is looked up. */
async function paymentMethodOf(
  connection: EpicorConnection,
  { calls }: OperationContext,
): Promise<number | undefined> {
  const { paymentMethod } = connection;
  if (paymentMethod === undefined) return undefined;
  if (/^\d+$/.test(paymentMethod)) return Number(paymentMethod);
  const rows = await findRows(connection, calls, {
    name: 'find-payment-method',
    table: paymentMethodTable,
    conditions: [equals('Name', paymentMethod)],
    columns: ['Name', 'PMSource', 'Inactive'],
  });
  // Methods of receivables stand in the same table, and may have the same names.
  const usable = rows.filter(
    (row) => (integerIn(row, 'PMSource') ?? 0) === 0 && flagIn(row, 'Inactive') !== true,
  );
  const number = integerIn(usable[0], 'PMUID');
  if (number !== undefined) return number;
  throw new RecordOutcome('park', 'setting-missing', {
    message: `EPICOR_PAYMENT_METHOD is ${paymentMethod}, and Epicor has no active payment method of payables of that name.`,
    setting: 'EPICOR_PAYMENT_METHOD',
  });
}

async function saveGroup(
  connection: EpicorConnection,
  { calls }: OperationContext,
  dataset: Dataset,
  withoutMethod: boolean,
): Promise<void> {
  // The ID is ours alone: saying it twice makes one group.
  const save = (method: string, accept: readonly number[]) =>
    callMethod(connection, calls, {
      service,
      method,
      parameters: { ds: dataset },
      effect: 'idempotent',
      accept,
    });
  try {
    const reply = await save('UpdateMaster', [404, 405]);
    if (reply.failure) await save('Update', []);
  } catch (error) {
    if (hasCode(error, errorCodes.duplicate)) return;
    const aboutMethod = error instanceof SystemError && /pay(ment)? ?method/i.test(error.systemWords ?? '');
    if (!withoutMethod || !aboutMethod) throw error;
    throw new RecordOutcome('park', 'setting-missing', {
      message: `EPICOR_PAYMENT_METHOD is not set, and Epicor says: ${error.systemWords}`,
      setting: 'EPICOR_PAYMENT_METHOD',
    });
  }
}
