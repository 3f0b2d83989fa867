import { RecordOutcome } from '../../../runtime/connector/errors';
import type { OperationContext } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { flagIn, textIn } from '../dataset';
import { findRows } from '../find-rows';
import { callMethod } from '../methods';
import { invoiceGroupTable, invoiceTable } from '../tables';
import { type Invoice, invoiceKey } from './ap-invoice-document';
import { invoicesIn, readInvoiceGroup, releaseGroup } from './ap-invoice-groups';
import { postGroup } from './group-posting';
import { onReleased } from './posting-groups';

/**
 * Posts the group of one invoice and waits until the invoice is posted or the group's log says why not.
 * @throws RecordOutcome (park) with the log's words; also when other invoices are in the group
 * @throws SystemError of recovery `retry` when Epicor has not finished within the wait
 */
export async function postInvoice(
  connection: EpicorConnection,
  invoice: Invoice,
  groupId: string | undefined,
  context: OperationContext,
): Promise<void> {
  const key = invoiceKey(invoice);
  if (groupId === undefined) {
    const message = `Invoice ${key} belongs to no group that could be posted.`;
    throw new RecordOutcome('park', 'rejected-by-target', { message, invoice: key });
  }
  const unlock = () => releaseGroup(connection, context, groupId);
  await postGroup(
    connection,
    {
      name: `invoice ${invoice.invoiceNum}`,
      detail: { invoice: key },
      groupId,
      service: 'Erp.PROC.APInvoicePostSvc',
      table: 'APInvoicePostParam',
      program: 'Erp.UI.APInvoicePost',
      readGroup: () => readInvoiceGroup(connection, context, groupId),
      unlock,
      onUnlocked: (step) =>
        onReleased(`Invoice group ${groupId}`, unlock, step, (ms) =>
          connection.clock.wait(ms, context.signal),
        ),
      isPosted: () => isPosted(connection, invoice, context),
      assertReady: async () => {
        await assertOnlyInvoice(connection, key, groupId, context);
        await assertNoVariance(connection, key, groupId, context);
      },
    },
    context,
  );
}

async function isPosted(
  connection: EpicorConnection,
  { vendorNum, invoiceNum }: Invoice,
  { calls }: OperationContext,
): Promise<boolean> {
  const [row] = await findRows(connection, calls, {
    name: 'find-invoice',
    table: invoiceTable,
    conditions: [equals('VendorNum', vendorNum), equals('InvoiceNum', invoiceNum)],
    columns: ['Posted'],
  });
  return flagIn(row, 'Posted') === true;
}

/** Nothing but the verified invoice may be posted with the group. */
async function assertOnlyInvoice(
  connection: EpicorConnection,
  key: string,
  groupId: string,
  context: OperationContext,
): Promise<void> {
  const others = (await invoicesIn(connection, context, groupId)).filter((each) => each !== key);
  if (others.length === 0) return;
  throw new RecordOutcome('park', 'rejected-by-target', {
    message: `Invoice group ${groupId} holds other invoices too, and is not posted. Take them out of it, then replay.`,
    group: groupId,
    invoices: others,
  });
}

/** Epicor says beforehand when totals do not agree. */
async function assertNoVariance(
  connection: EpicorConnection,
  key: string,
  groupId: string,
  { calls }: OperationContext,
): Promise<void> {
  const { failure, parameters } = await callMethod(connection, calls, {
    service: invoiceGroupTable.service,
    method: 'PrePostGroupInvoices',
    parameters: { PostGroupID: groupId },
    effect: 'read',
    accept: [404, 405],
  });
  const variance = failure ? undefined : textIn(parameters, 'VarianceMessage');
  if (variance === undefined) return;
  const message = `Epicor does not post invoice group ${groupId}: ${variance}`;
  throw new RecordOutcome('park', 'amounts-differ', { message, group: groupId, invoice: key });
}
