import type { OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { callMethod } from '../methods';
import { paymentTable } from '../tables';
import { stillWorking } from '../troubles';
import { deleteEmptyGroup, onUnlocked, readGroup } from './payment-groups';
import type { PaymentHead } from './payment-heads';

/**
 * Takes an unposted payment away again, and its group when nothing else is in it. Nothing of it is in the ledger yet,
 * so there is nothing to reverse.
 * @throws SystemError of recovery `retry` while its group is being posted
 */
export async function deleteUnposted(
  connection: EpicorConnection,
  { headNum, groupId }: PaymentHead,
  context: OperationContext,
): Promise<void> {
  const { calls } = context;
  const { service } = paymentTable;
  const group = groupId === undefined ? undefined : await readGroup(connection, context, groupId);
  if (group?.postInProcess) {
    throw stillWorking(
      'payment-entry-delete-by-id',
      `Payment ${headNum} is being posted; it is voided after that.`,
      15_000,
    );
  }
  await context.remember({ takenBack: headNum });
  const remove = () =>
    callMethod(connection, calls, { service, method: 'DeleteByID', parameters: { headNum }, effect: 'once' });
  await onUnlocked(connection, context, groupId ?? '', remove);
  if (groupId !== undefined) await deleteEmptyGroup(connection, context, groupId).catch(() => undefined);
}
