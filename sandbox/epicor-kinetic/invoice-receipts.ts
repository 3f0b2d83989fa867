import { times } from '../money';
import { Dataset } from './dataset';
import { saveInvoices } from './invoice-save';
import { openInvoice } from './invoice-tree';
import { type Method, type MethodCall, type MethodReply, writes } from './method';
import { businessError } from './refusal';
import { amount, text } from './state';
import type { Row } from './table-rows';

function uninvoiced(call: MethodCall, vendorNum: number, order: number): Row[] {
  return call.company
    .rows('RcvDtl')
    .all.filter(
      (row) =>
        row['VendorNum'] === vendorNum &&
        row['Received'] !== false &&
        row['Invoiced'] !== true &&
        (order === 0 || row['PONum'] === order),
    );
}

const show = writes((call): MethodReply => {
  const [vendorNum, invoiceNum] = [call.whole('InVendorNum'), call.text('InInvoiceNum')];
  const ds = call.dataset();
  openInvoice(call, { VendorNum: vendorNum, InvoiceNum: invoiceNum }, 'APInvHed');
  const lines = uninvoiced(call, vendorNum, call.whole('InPONum'));
  const shown = lines.map(
    (row): Row => ({
      ...row,
      DocExtCost: times(amount(row, 'VendorQty'), amount(row, 'DocUnitCost')),
      InvoiceNum: invoiceNum,
      SelectLine: false,
      RowMod: '',
    }),
  );
  const slips = new Map(shown.map((row) => [`${text(row, 'PurPoint')}|${text(row, 'PackSlip')}`, row]));
  ds.replace('APUninvoicedReceipts', [...slips.values()]);
  ds.replace('APUninvoicedRcptLines', shown);
  return { parameters: { ds: ds.toWire() } };
});

const select = writes((call): MethodReply => {
  const [vendor, slip] = [call.whole('InVendorNum'), call.text('InPackSlip')];
  const [point, order] = [call.text('InPurPoint'), call.whole('InPONum')];
  call.flag('InDropShip');
  call.flag('InGRNIClearing');
  call.text('InvoiceNum');
  const ds = call.dataset();
  for (const row of ds.rows('APUninvoicedRcptLines')) {
    const chosen =
      row['SelectLine'] === true &&
      row['VendorNum'] === vendor &&
      text(row, 'PackSlip') === slip &&
      text(row, 'PurPoint') === point &&
      (order === 0 || row['PONum'] === order);
    if (chosen) row['Selected'] = true;
  }
  return { parameters: { ds: ds.toWire() } };
});

/** Makes lines of type R of the selected receipt lines. */
const invoiceSelected = writes((call): MethodReply => {
  call.text('opLOCMsg');
  const ds = call.dataset();
  const chosen = ds.rows('APUninvoicedRcptLines').filter((row) => row['Selected'] === true);
  if (chosen.length === 0) throw businessError('No receipt line is selected.', 'APUninvoicedRcptLines');
  const lines = Dataset.empty(call.state);
  lines.replace(
    'APInvDtl',
    chosen.map(
      (row): Row => ({
        VendorNum: row['VendorNum'] ?? 0,
        InvoiceNum: text(row, 'InvoiceNum'),
        InvoiceLine: 0,
        LineType: 'R',
        PartNum: text(row, 'PartNum'),
        Description: text(row, 'PartDescription'),
        ScrVendorQty: amount(row, 'VendorQty'),
        PUM: text(row, 'PUM') || 'EA',
        DocUnitCost: amount(row, 'DocUnitCost'),
        PONum: row['PONum'] ?? 0,
        POLine: row['POLine'] ?? 0,
        PORelNum: row['PORelNum'] ?? 0,
        PurPoint: text(row, 'PurPoint'),
        PackSlip: text(row, 'PackSlip'),
        PackLine: row['PackLine'] ?? 0,
        RowMod: 'A',
      }),
    ),
  );
  saveInvoices(call, lines, { decide: 'row-mod' });
  ds.replace(
    'APUninvoicedRcptLines',
    ds.rows('APUninvoicedRcptLines').filter((row) => row['Selected'] !== true),
  );
  return { parameters: { ds: ds.toWire(), opLOCMsg: '' } };
});

/** Methods that bring receipts of a purchase order into an invoice. */
export const INVOICE_RECEIPTS: Readonly<Record<string, Method>> = {
  GetAPUninvoicedReceipts: show,
  SelectUninvoicedRcptLines: select,
  InvoiceSelectedLines: invoiceSelected,
};
