import { SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { type Dataset, newRow, textIn, withColumns, withNewColumns } from '../dataset';
import { callMethod } from '../methods';
import { invoiceTable } from '../tables';
import { numberToken } from '../tokens';
import { hasCode } from '../troubles';
import type { InvoicePlan } from './ap-invoice-plan';
import { headColumns, lineRows, type Signs, tables } from './ap-invoice-rows';

/** How an invoice is saved: in one call, in one call of the other method, or step by step as on the screen. */
export type Strategy = 'updateMaster' | 'updateExt' | 'screen';

const { service } = invoiceTable;
const notSaved = 'EPICOR_NOT_SAVED';
const savedInPart = 'EPICOR_SAVED_IN_PART';
const otherSpelling = [400, 404, 405];

export function strategyOf({ options }: OperationContext): Strategy {
  const chosen = options['strategy'];
  return chosen === 'updateExt' || chosen === 'screen' ? chosen : 'updateMaster';
}

/**
 * Enters an invoice into a group, with Epicor's own defaults for what the document does not say. Lines that are
 * matched with an order are entered afterwards: they need an invoice that is there.
 * @throws SystemError `rejected` when it was refused, `ambiguous` when it may be there
 */
export async function enterInvoice(
  connection: EpicorConnection,
  plan: InvoicePlan,
  groupId: string,
  signs: Signs,
  context: OperationContext,
): Promise<void> {
  const head = await newHead(connection, plan, groupId, signs, context);
  const strategy = strategyOf(context);
  const ds = strategy === 'screen' ? head : withLines(connection, plan, head, signs);
  await saves[strategy](connection, ds, groupId, context);
}

type Save = (
  connection: EpicorConnection,
  ds: Dataset,
  groupId: string,
  context: OperationContext,
) => Promise<unknown>;

const saves: Readonly<Record<Strategy, Save>> = {
  updateMaster: (connection, ds, groupId, { calls }) =>
    callMethod(connection, calls, {
      service,
      method: 'UpdateMaster',
      parameters: {
        ds,
        cGroupID: groupId,
        cTableName: tables.head,
        runChkCPay: false,
        runChkBankRef: false,
        runChkRevChrg: false,
        suppressUserPrompts: true,
      },
      effect: 'once',
    }),
  updateExt: (connection, ds, _groupId, { calls }) =>
    callMethod(connection, calls, {
      service,
      method: 'UpdateExt',
      parameters: { ds, continueProcessingOnError: false, rollbackParentOnChildError: true },
      effect: 'once',
    }),
  screen: (connection, ds, _groupId, { calls }) =>
    callMethod(connection, calls, { service, method: 'Update', parameters: { ds }, effect: 'once' }),
};

/** A head as the screen makes it: vendor, dates and total put in their defaults before the document's values. */
async function newHead(
  connection: EpicorConnection,
  plan: InvoicePlan,
  groupId: string,
  signs: Signs,
  { calls }: OperationContext,
): Promise<Dataset> {
  const { invoice, vendorId } = plan;
  const step = (method: string, parameters: JsonObject, accept: readonly number[] = [404, 405]) =>
    callMethod(connection, calls, { service, method, parameters, effect: 'read', accept });
  const create = invoice.isDebitMemo ? 'GetNewAPInvHedDebitMemo' : 'GetNewAPInvHedInvoice';
  const started = await callMethod(connection, calls, {
    service,
    method: create,
    parameters: { ds: {}, cGroupID: groupId },
    effect: 'read',
  });
  let ds = started.dataset;
  // A build without one of these methods takes the values as they are set below.
  const change = async (method: string, parameters: JsonObject) => {
    const reply = await step(method, { ...parameters, ds });
    if (!reply.failure) ds = reply.dataset;
  };
  await change('ChangeVendorID', { ProposedVendorID: vendorId, confirmCheck: false });
  const date = { ProposedInvoiceDate: invoice.invoiceDate, recalcAmts: '' };
  const dated = await step('ChangeInvoiceDateEx', { ...date, ds }, otherSpelling).catch(refused);
  if (dated && !dated.failure) ds = dated.dataset;
  // Older builds ask for a parameter more. What is wrong with the date is said in answer to either.
  else if (!dated || dated.status === 400) await change('ChangeInvoiceDateEx', { ...date, cMessageText: '' });
  const currency = textIn(newRow(ds, tables.head), 'CurrencyCode');
  if (currency !== undefined && currency.toUpperCase() !== invoice.currency.toUpperCase()) {
    const rates = textIn(newRow(ds, tables.head), 'RateGrpCode') ?? '';
    await change('ChangeCurrencyMaster', { ProposedCurrencyCode: invoice.currency, vRateGrpCode: rates });
  }
  const { termsCode, dueDate } = invoice;
  if (termsCode !== undefined && dueDate === undefined) {
    // The due date follows from these terms, not from the vendor's.
    const termed = await step('ChangeTermsCode', { ProposedTermsCode: termsCode, ds }, otherSpelling).catch(
      refused,
    );
    if (termed && !termed.failure) ds = termed.dataset;
  }
  const total = numberToken(signs.entered(invoice.amount));
  await change('ChangeInvoiceVendorAmt', { ProposedInvoiceVendorAmt: total });
  // Said again: a method may have put a default of its own in their place.
  return withNewColumns(ds, tables.head, headColumns(connection, plan, groupId, signs));
}

/** Header, lines, distributions and accounts in one dataset, so that one call commits them together. */
function withLines(connection: EpicorConnection, plan: InvoicePlan, head: Dataset, signs: Signs): Dataset {
  const plain = plan.lines.filter((line) => !line.match);
  const rows = plain.map((line, at) => lineRows(connection, plan, line, at + 1, signs));
  return {
    ...withColumns(head, tables.head, {}),
    [tables.line]: rows.map(({ line }) => line),
    [tables.expense]: rows.flatMap(({ expenses }) => expenses),
    [tables.account]: rows.flatMap(({ accounts }) => accounts),
  };
}

/**
 * Whether a failed save may have been a refusal, which looking tells: where nothing is there, nothing was saved.
 */
export function mayBeRefusal(error: unknown): error is SystemError {
  if (!(error instanceof SystemError)) return false;
  return ['rejected', 'not-found'].includes(error.recovery) || error.code === savedInPart;
}

/** Undefined for a refusal, even one behind a good status. */
function refused(error: unknown): undefined {
  if (!(error instanceof SystemError) || error.recovery !== 'rejected') throw error;
}

/** The failure of a save that left nothing behind. */
export function refusalOf(error: unknown): unknown {
  if (!(error instanceof SystemError) || error.code !== savedInPart) return error;
  const { systemWords, call, status } = error;
  const text = 'Epicor refused the invoice and saved nothing of it.';
  const remedy = "Read Epicor's own words, correct the cause, then replay.";
  return new SystemError({
    recovery: 'rejected',
    code: notSaved,
    text,
    remedy,
    systemWords,
    call,
    status,
  });
}

/** A save that did not run, for no reason given, may run the next time. */
export function saidNothing(error: unknown): error is SystemError {
  return hasCode(error, notSaved) && error.systemWords === 'nothing was saved';
}

/** Saves that did not run, one after the other: nobody refused anything, so it is tried again later. */
export function idle({ systemWords, call, status }: SystemError): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: notSaved,
    text: 'Epicor did not run the save, and gave no reason.',
    remedy:
      'Nothing to do: it is tried again. If it lasts, save an invoice by hand and see what Epicor asks.',
    systemWords,
    call,
    status,
  });
}
