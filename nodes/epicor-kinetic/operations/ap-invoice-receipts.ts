import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import {
  type Dataset,
  flagIn,
  integerIn,
  newRow,
  rowsOf,
  textIn,
  withColumns,
  withNewColumns,
} from '../dataset';
import { callMethod } from '../methods';
import { invoiceTable } from '../tables';
import { invoiceCalls } from './ap-invoice-calls';
import { orderText } from './ap-invoice-document';
import { isNamedReceipt, type OrderLine } from './ap-invoice-orders';
import type { InvoicePlan, PlannedLine } from './ap-invoice-plan';
import { lineColumns, ofOrder, type Signs, tables } from './ap-invoice-rows';

const { service } = invoiceTable;
const receiptLines = 'APUninvoicedRcptLines';
const noSuchMethod = [404, 405];

/**
 * Enters a line that is matched with an order: with what was received and is not invoiced yet, the receipt that the
 * sender names before others, else with the order line itself while it is open. A closed one is named in text, as is
 * any order where a build has no method to match with. Quantity and cost of a receipt are brought to those of the
 * document afterwards.
 * @throws SystemError
 */
export async function matchLine(
  connection: EpicorConnection,
  plan: InvoicePlan,
  line: PlannedLine,
  dataset: Dataset,
  signs: Signs,
  context: OperationContext,
): Promise<void> {
  const { match } = line;
  if (!match) return;
  const receipts = await uninvoiced(connection, plan, match, context);
  const fitting = rowsOf(receipts, receiptLines).filter((row) => isOf(row, match));
  const receipt = fitting.find((row) => isNamedReceipt(row, match)) ?? fitting[0];
  if (receipt) return selectReceipt(connection, plan, match, receipts, receipt, context);
  const calls = invoiceCalls(connection, context);
  const { invoice } = plan;
  const key = { iVendorNum: invoice.vendorNum, cInvoiceNum: invoice.invoiceNum };
  const plain = { ...line, comment: line.order && orderText(line.order) };
  const asText = async () => {
    const added = await calls.step('GetNewAPInvDtlMiscellaneous', key, dataset);
    await calls.save(withNewColumns(added, tables.line, { ...lineColumns(plain, signs), RowMod: 'A' }));
  };
  if (!match.isOpen) return asText();
  const started = await callMethod(connection, context.calls, {
    service,
    method: 'GetNewAPInvDtlUnreceived',
    parameters: { ...key, ds: dataset },
    effect: 'read',
    accept: noSuchMethod,
  });
  if (started.failure) return asText();
  let ds = await calls.step('ChangePONum', { ProposedPONum: match.poNum }, started.dataset);
  ds = await calls.step('ChangePOLine', { ProposedPOLine: match.poLine }, ds);
  if (match.poRelease !== undefined) {
    ds = await calls.step('ChangePORelNum', { ProposedPORelNum: match.poRelease }, ds);
  }
  const ordered = ofOrder(line, newRow(ds, tables.line));
  const { PartNum: _part, ...columns } = lineColumns(ordered, signs);
  await calls.save(withNewColumns(ds, tables.line, { ...columns, RowMod: 'A' }));
}

async function uninvoiced(
  connection: EpicorConnection,
  { invoice }: InvoicePlan,
  { poNum }: OrderLine,
  { calls }: OperationContext,
): Promise<Dataset> {
  const { dataset } = await callMethod(connection, calls, {
    service,
    method: 'GetAPUninvoicedReceipts',
    parameters: {
      ds: {},
      InVendorNum: invoice.vendorNum,
      InInvoiceNum: invoice.invoiceNum,
      InPONum: poNum,
    },
    effect: 'read',
    accept: noSuchMethod,
  });
  return dataset;
}

function isOf(row: JsonObject, { poNum, poLine, poRelease }: OrderLine): boolean {
  const release = integerIn(row, 'PORelNum');
  const order = integerIn(row, 'PONum') ?? poNum;
  const isRelease = poRelease === undefined || release === undefined || release === poRelease;
  return order === poNum && integerIn(row, 'POLine') === poLine && isRelease;
}

async function selectReceipt(
  connection: EpicorConnection,
  { invoice }: InvoicePlan,
  { poNum }: OrderLine,
  receipts: Dataset,
  receipt: JsonObject,
  { calls }: OperationContext,
): Promise<void> {
  const selected = await callMethod(connection, calls, {
    service,
    method: 'SelectUninvoicedRcptLines',
    parameters: {
      ds: withColumns(receipts, receiptLines, { SelectLine: true, RowMod: 'U' }, (row) => row === receipt),
      InVendorNum: invoice.vendorNum,
      InPurPoint: textIn(receipt, 'PurPoint') ?? '',
      InPONum: poNum,
      InPackSlip: textIn(receipt, 'PackSlip') ?? '',
      InDropShip: flagIn(receipt, 'DropShip') === true,
      InvoiceNum: invoice.invoiceNum,
      InGRNIClearing: false,
    },
    effect: 'read',
  });
  await callMethod(connection, calls, {
    service,
    method: 'InvoiceSelectedLines',
    parameters: { ds: selected.dataset, opLOCMsg: '' },
    effect: 'once',
  });
}
