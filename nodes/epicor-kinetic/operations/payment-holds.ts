import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { compare } from '../../../runtime/mapping/decimals';
import type { EpicorConnection } from '../connection';
import { decimalIn, flagIn } from '../dataset';
import { errorCodes } from '../error-table';
import { getById } from '../get-by-id';
import { callMethod } from '../methods';
import { invoiceTable } from '../tables';
import { asOutcome, hasCode } from '../troubles';
import type { Payment } from './payment-document';

/** What is remembered under the intent: invoices whose hold was taken off for this payment. */
const memory = 'heldBefore';

/**
 * Takes the payment hold off invoices that a payment is about to be applied to: Epicor takes none on hold. Which
 * ones is remembered before, so that the hold comes back whatever happens in between.
 * @param held numbers of the payment's invoices that are on hold
 * @throws RecordOutcome (park, `payment-hold`) when holds are to be left alone, or Epicor does not let this one go
 */
export async function liftHolds(
  connection: EpicorConnection,
  payment: Payment,
  held: readonly string[],
  context: OperationContext,
): Promise<void> {
  if (held.length === 0) return;
  if (context.options['paymentHold'] !== 'lift') throw onHold(held);
  await context.remember({ [memory]: [...new Set([...liftedIn(context), ...held])] });
  for (const invoiceNum of held) {
    try {
      await setHold(connection, payment, invoiceNum, false, context);
    } catch (error) {
      const outcome = asOutcome(error);
      if (!(outcome instanceof RecordOutcome)) throw error;
      await restoreHolds(connection, payment, context);
      throw onHold(held, outcome.detail);
    }
  }
}

/**
 * Puts the hold back onto what the payment leaves open: the rest is not Epicor's to pay either. Where Epicor lets nobody
 * change it, it was people who took the hold off, in their own way, and it is theirs to put back.
 */
export async function restoreHolds(
  connection: EpicorConnection,
  payment: Payment,
  context: OperationContext,
): Promise<void> {
  let lifted = liftedIn(context);
  for (const invoiceNum of await looseInvoices(connection, payment, context)) {
    try {
      await setHold(connection, payment, invoiceNum, true, context);
    } catch (error) {
      if (!(asOutcome(error) instanceof RecordOutcome)) throw error;
      lifted = lifted.filter((each) => each !== invoiceNum);
      await context.remember({ [memory]: [...lifted] });
    }
  }
}

/** Invoices whose hold was taken off for this payment and that are open without it. */
export async function looseInvoices(
  connection: EpicorConnection,
  payment: Payment,
  context: OperationContext,
): Promise<readonly string[]> {
  const loose: string[] = [];
  for (const invoiceNum of liftedIn(context)) {
    const row = await readInvoice(connection, payment, invoiceNum, context);
    if (row && flagIn(row, 'PayHold') !== true && isOpen(row)) loose.push(invoiceNum);
  }
  return loose;
}

async function setHold(
  connection: EpicorConnection,
  payment: Payment,
  invoiceNum: string,
  wanted: boolean,
  context: OperationContext,
): Promise<void> {
  const save = async (): Promise<void> => {
    const row = await readInvoice(connection, payment, invoiceNum, context);
    if (!row || (flagIn(row, 'PayHold') === true) === wanted) return;
    await callMethod(connection, context.calls, {
      service: invoiceTable.service,
      method: 'Update',
      parameters: { ds: { [invoiceTable.table]: [{ ...row, PayHold: wanted, RowMod: 'U' }] } },
      effect: 'idempotent',
    });
  };
  try {
    await save();
  } catch (error) {
    // Somebody saved the invoice in between: read again, set again, once.
    if (!hasCode(error, errorCodes.staleRow)) throw error;
    await save();
  }
  const after = await readInvoice(connection, payment, invoiceNum, context);
  if (!after || (flagIn(after, 'PayHold') === true) === wanted) return;
  throw new RecordOutcome('park', 'payment-hold', {
    message: `Epicor said success, and the payment hold of invoice ${invoiceNum} is still ${wanted ? 'off' : 'on'}.`,
  });
}

async function readInvoice(
  connection: EpicorConnection,
  { vendorNum }: Payment,
  invoiceNum: string,
  { calls }: OperationContext,
): Promise<JsonObject | undefined> {
  const key = { VendorNum: vendorNum, InvoiceNum: invoiceNum };
  return (await getById(connection, calls, invoiceTable, { vendorNum, invoiceNum }, key))?.head;
}

/** Something is left after all payments entered, posted or not. */
function isOpen(row: JsonObject): boolean {
  const open = decimalIn(row, 'DocUnpostedBal') ?? decimalIn(row, 'DocInvoiceBal');
  return open !== undefined && compare(open, '0') !== 0;
}

function liftedIn({ remembered }: OperationContext): readonly string[] {
  const lifted = remembered[memory];
  return Array.isArray(lifted) ? lifted.map(String) : [];
}

function onHold(held: readonly string[], cause: RecordOutcome['detail'] = {}): RecordOutcome {
  return new RecordOutcome('park', 'payment-hold', {
    ...cause,
    message: `Epicor takes no payment of ${held.join(', ')}: on payment hold. Take the hold off there, then replay.`,
    invoices: [...held],
  });
}
