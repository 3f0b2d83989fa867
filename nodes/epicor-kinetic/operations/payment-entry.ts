import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { HttpRequest, OperationContext } from '../../../runtime/connector/system';
import { equal } from '../../../runtime/mapping/decimals';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import {
  type Dataset,
  decimalIn,
  flagIn,
  integerIn,
  isAdded,
  newRow,
  rowsOf,
  textIn,
  withNewColumns,
} from '../dataset';
import { errorCodes } from '../error-table';
import { findRows } from '../find-rows';
import { callMethod, type Reply } from '../methods';
import { paymentTable, vendorTable } from '../tables';
import { numberToken } from '../tokens';
import { hasCode } from '../troubles';
import type { Allocation, Payment } from './payment-document';
import { findByGroup, readPayment } from './payment-heads';

const { service } = paymentTable;
const head = 'CheckHed';
const lines = 'APTran';
/** Statuses by which a build says that it has no such method, or no such parameter. */
const otherBuild = [400, 404, 405];
/** What the column of the description holds at least. */
const descriptionLength = 50;

/**
 * Enters the head of a payment into its group: vendor, number, date, currency, and the payer's ID.
 * @returns its number in Epicor
 */
export async function enterHead(
  connection: EpicorConnection,
  payment: Payment,
  entry: { readonly groupId: string; readonly checkNum: number },
  context: OperationContext,
): Promise<number> {
  const vendorId = await vendorIdOf(connection, payment.vendorNum, context);
  const calls = callsOf(connection, context);
  let { dataset } = await calls.step('CreateNewCheckHed', { pcGroupID: entry.groupId }, {});
  ({ dataset } = await calls.step('OnChangeVendor', { pcVendorID: vendorId }, dataset));
  ({ dataset } = await calls.step('OnChangeManualPrint', { plManualPrint: true }, dataset));
  ({ dataset } = await calls.step('OnChangeCheckNum', { piCheckNum: entry.checkNum }, dataset));
  ({ dataset } = await calls.step('OnChangeCheckDate', { pdtCheckDate: payment.date }, dataset));
  const currency = textIn(newRow(dataset, head), 'CurrencyCode');
  if (currency?.toUpperCase() !== payment.currency.toUpperCase()) {
    ({ dataset } = await calls.tryStep('OnChangeCurrency', { pCurrencyCode: payment.currency }, dataset));
  }
  dataset = withNewColumns(dataset, head, headColumns(connection, payment, entry));
  const checked = await calls.step('PreUpdate', {}, dataset);
  if (flagIn(checked.parameters, 'requiresUserInput') === true) throw needsLegalNumber();
  dataset = withNewColumns(checked.dataset, head, headColumns(connection, payment, entry));
  const saved = await calls.save(dataset);
  const number = integerIn(ownHead(saved.dataset, connection, payment), 'HeadNum');
  return number || headInGroup(connection, entry.groupId, context);
}

/**
 * Applies the payment to one invoice or debit memo. The discount is always said, so that Epicor takes none by
 * itself.
 */
export async function enterAllocation(
  connection: EpicorConnection,
  headNum: number,
  allocation: Allocation,
  context: OperationContext,
): Promise<void> {
  try {
    await enterOnce(connection, headNum, allocation, context);
  } catch (error) {
    // Every line changes the head; a stale one is read again, and the line is not there yet.
    if (!hasCode(error, errorCodes.staleRow)) throw error;
    await enterOnce(connection, headNum, allocation, context);
  }
}

async function enterOnce(
  connection: EpicorConnection,
  headNum: number,
  { invoiceNum, applied, discount }: Allocation,
  context: OperationContext,
): Promise<void> {
  const recorded = await readPayment(connection, context.calls, headNum);
  if (!recorded?.dataset) throw vanished(headNum);
  const calls = callsOf(connection, context);
  let { dataset } = await calls.step(
    'GetNewAPTran',
    { headNum, apTranNo: 0, invoiceNum: '' },
    recorded.dataset,
  );
  const choose = (answer: string) =>
    calls.step(
      'OnChangeInvoiceNum',
      { pcInvoiceNum: invoiceNum, pcChangeExchangeRateResponse: answer },
      dataset,
    );
  const chosen = await choose('');
  // The question is whether to take over the invoice's rate; the payment has its own.
  dataset = (textIn(chosen.parameters, 'pcQuestion') ? await choose('No') : chosen).dataset;
  ({ dataset } = await calls.step('OnChangeDocTranAmt', { pdDocTranAmt: numberToken(applied) }, dataset));
  ({ dataset } = await calls.tryStep('OnChangeDocDiscAmt', { pdDocDiscAmt: numberToken(discount) }, dataset));
  await calls.save(withNewColumns(dataset, lines, lineColumns(dataset, { invoiceNum, applied, discount })));
}

interface EntryCalls {
  /** A method that only computes: it saves nothing. */
  step(method: string, parameters: JsonObject, dataset: Dataset): Promise<Reply>;
  /** The same where builds differ in method or parameter: the column is set besides, and read back after the save. */
  tryStep(method: string, parameters: JsonObject, dataset: Dataset): Promise<Reply>;
  save(dataset: Dataset): Promise<Reply>;
}

function callsOf(connection: EpicorConnection, { calls }: OperationContext): EntryCalls {
  const call = (
    method: string,
    parameters: JsonObject,
    ds: Dataset,
    effect: HttpRequest['effect'],
    accept: readonly number[] = [],
  ) => callMethod(connection, calls, { service, method, parameters: { ...parameters, ds }, effect, accept });
  return {
    step: (method, parameters, dataset) => call(method, parameters, dataset, 'read'),
    tryStep: (method, parameters, dataset) => call(method, parameters, dataset, 'read', otherBuild),
    save: (dataset) => call('Update', {}, dataset, 'once'),
  };
}

/** Said again before the save: a method in between may have put its own default in their place. */
function headColumns(
  connection: EpicorConnection,
  payment: Payment,
  { groupId, checkNum }: { readonly groupId: string; readonly checkNum: number },
): JsonObject {
  const text = payment.memo ?? (payment.checkNumber === undefined ? payment.checkText : undefined);
  return {
    GroupID: groupId,
    ManualPrint: true,
    CheckNum: checkNum,
    CheckDate: payment.date,
    CurrencyCode: payment.currency,
    ...(text === undefined ? {} : { Description: [...text].slice(0, descriptionLength).join('') }),
    [connection.referenceColumn]: payment.paymentId,
    RowMod: 'A',
  };
}

function lineColumns(dataset: Dataset, { invoiceNum, applied, discount }: Allocation): JsonObject {
  const row = newRow(dataset, lines);
  const takesNone = equal(discount, '0');
  const wasComputed = equal(decimalIn(row, 'DocTranAmt') ?? '0', applied);
  return {
    InvoiceNum: invoiceNum,
    ...(wasComputed ? {} : { DocTranAmt: numberToken(applied) }),
    DocDiscAmt: numberToken(discount),
    ...(takesNone ? { DiscAmt: 0 } : {}),
    RowMod: 'A',
  };
}

/** The saved head among the rows that came back. */
function ownHead(
  dataset: Dataset,
  { referenceColumn }: EpicorConnection,
  { paymentId }: Payment,
): JsonObject | undefined {
  const saved = rowsOf(dataset, head).filter((row) => !isAdded(row));
  return saved.find((row) => textIn(row, referenceColumn) === paymentId) ?? saved.at(-1);
}

async function headInGroup(
  connection: EpicorConnection,
  groupId: string,
  { calls }: OperationContext,
): Promise<number> {
  const [only, ...others] = await findByGroup(connection, calls, groupId);
  if (only && others.length === 0) return only.headNum;
  throw new SystemError({
    recovery: 'ambiguous',
    code: 'EPICOR_HEAD_UNKNOWN',
    text: 'Epicor saved the payment without saying its number.',
    remedy: 'Nothing to do: it is looked up by its payment ID.',
    call: 'payment-entry-update',
  });
}

async function vendorIdOf(
  connection: EpicorConnection,
  vendorNum: number,
  { calls }: OperationContext,
): Promise<string> {
  const rows = await findRows(connection, calls, {
    name: 'find-vendor',
    table: vendorTable,
    conditions: [equals('VendorNum', vendorNum)],
    columns: ['VendorID'],
  });
  const vendorId = textIn(rows[0], 'VendorID');
  if (vendorId !== undefined) return vendorId;
  throw new RecordOutcome('park', 'not-ours', {
    message: `There is no vendor ${vendorNum} in company ${connection.company}.`,
  });
}

function needsLegalNumber(): RecordOutcome {
  return new RecordOutcome('park', 'rejected-by-target', {
    message:
      'Epicor asks for a legal number, which cannot be given over REST. Set its generation to automatic, then replay.',
  });
}

function vanished(headNum: number): SystemError {
  return new SystemError({
    recovery: 'ambiguous',
    code: 'EPICOR_HEAD_UNKNOWN',
    text: `Payment ${headNum} cannot be read again.`,
    remedy: 'Nothing to do: it is looked up by its payment ID.',
    call: 'payment-entry-get-by-id',
  });
}
