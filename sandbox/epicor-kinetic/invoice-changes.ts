import { scaleOf, times } from '../money';
import type { Dataset } from './dataset';
import { dueDate, rateOf, vendorDefaults, vendorOf } from './invoice-head';
import { storedInvoice, turned } from './invoice-tree';
import { type Method, type MethodCall, type MethodReply, writes } from './method';
import { orderLineOf, orderOf, releaseOf } from './purchase-matching';
import { businessError } from './refusal';
import { amount, text } from './state';
import type { Row } from './table-rows';

type Change = (call: MethodCall, row: Row, ds: Dataset) => Row;

/** A method that changes the row being entered; nothing of it is saved. */
function on(table: 'APInvHed' | 'APInvDtl', change: Change, more: Record<string, string> = {}): Method {
  return writes((call): MethodReply => {
    const ds = call.dataset();
    const row = ds.active(table);
    Object.assign(row, change(call, row, ds));
    return { parameters: { ...more, ds: ds.toWire() } };
  });
}

function changedVendor(call: MethodCall): Row {
  call.flag('confirmCheck');
  const code = call.text('ProposedVendorID');
  if (code === '') throw businessError('Vendor ID is not valid.', 'APInvHed', 'VendorNumVendorID');
  return vendorDefaults(call, vendorOf(call, { VendorNumVendorID: code }));
}

function changedOrder(call: MethodCall): Row {
  call.flag('confirmCheck');
  const order = call.company.rows('POHeader').find(call.whole('ProposedRefPONum'));
  if (order === undefined)
    throw businessError('PO number is not valid for this supplier.', 'APInvHed', 'REFPONum');
  const vendor = vendorDefaults(call, vendorOf(call, { VendorNum: order['VendorNum'] ?? 0 }));
  const terms = text(order, 'TermsCode');
  return { ...vendor, REFPONum: order['PONum'] ?? 0, ...(terms === '' ? {} : { TermsCode: terms }) };
}

const changedDate: Change = (call, row) => {
  call.text('recalcAmts');
  if (call.state.switches.dateWantsMessage) call.text('cMessageText');
  const date = call.date('ProposedInvoiceDate');
  return { InvoiceDate: date, DueDate: dueDate(call, text(row, 'TermsCode'), date) };
};

const changedTotal: Change = (call, row) => {
  const scale = scaleOf(text(row, 'CurrencyCode'));
  const shown = call.decimal('ProposedInvoiceVendorAmt');
  return { ScrDocInvoiceVendorAmt: shown, DocInvoiceVendorAmt: turned(row, shown, scale) };
};

const changedTerms: Change = (call, row) => {
  const terms = call.company.rows('PurTerms').find(call.onlyText());
  if (terms === undefined) throw businessError('Terms Code is not valid.', 'APInvHed', 'TermsCode');
  const code = text(terms, 'TermsCode');
  const date = text(row, 'InvoiceDate');
  return { TermsCode: code, ...(date === '' ? {} : { DueDate: dueDate(call, code, date) }) };
};

const changedCurrency: Change = (call) => {
  const currency = call.text('ProposedCurrencyCode');
  if (!/^[A-Z]{3}$/.test(currency))
    throw businessError('Currency Code is not valid.', 'APInvHed', 'CurrencyCode');
  return {
    CurrencyCode: currency,
    ExchangeRate: rateOf(call, currency),
    RateGrpCode: call.text('vRateGrpCode') || 'MAIN',
  };
};

/** The head of a line in a dataset, stored or being entered. */
function headOf(call: MethodCall, ds: Dataset, line: Row): Row {
  const entered = ds.rows('APInvHed').find((row) => row['VendorNum'] === line['VendorNum']);
  return storedInvoice(call, line) ?? entered ?? {};
}

/** The extended cost follows from quantity and unit cost. */
function extended(call: MethodCall, ds: Dataset, line: Row, changes: Row): Row {
  const head = headOf(call, ds, line);
  const scale = scaleOf(text(head, 'CurrencyCode'));
  const next = { ...line, ...changes };
  const shown = times(amount(next, 'ScrVendorQty'), amount(next, 'DocUnitCost'), scale);
  return {
    ...changes,
    VendorQty: turned(head, amount(next, 'ScrVendorQty'), 5),
    ScrDocExtCost: shown,
    DocExtCost: turned(head, shown, scale),
  };
}

function orderColumns(call: MethodCall, line: Row, number: number, lineNumber: number, release: number): Row {
  const order = orderOf(call, line['VendorNum'] ?? 0, number);
  if (lineNumber === 0) return { PONum: order['PONum'] ?? 0, POLine: 0, PORelNum: 0 };
  const found = orderLineOf(call, number, lineNumber);
  const chosen = releaseOf(call, number, lineNumber, release);
  return {
    PONum: number,
    POLine: lineNumber,
    PORelNum: chosen['PORelNum'] ?? 0,
    PartNum: text(found, 'PartNum'),
    VenPartNum: text(found, 'VenPartNum'),
    Description: text(found, 'LineDesc'),
    ScrVendorQty: amount(chosen, 'RelQty'),
    DocUnitCost: amount(found, 'DocUnitCost'),
    PUM: text(found, 'PUM'),
  };
}

/** Methods that change one column of the row being entered, with what follows from it. */
export const INVOICE_CHANGES: Readonly<Record<string, Method>> = {
  ChangeVendorID: on('APInvHed', changedVendor, { confirmMsg: '' }),
  ChangeRefPONum: on('APInvHed', changedOrder, { confirmMsg: '' }),
  ChangeInvoiceDateEx: on('APInvHed', changedDate, { cMessageText: '' }),
  ChangeInvoiceVendorAmt: on('APInvHed', changedTotal),
  ChangeTermsCode: on('APInvHed', changedTerms),
  ChangeCurrencyMaster: on('APInvHed', changedCurrency),
  ChangeDueDate: on('APInvHed', (call) => ({ DueDate: call.onlyText().slice(0, 10) })),
  ChangePartNum: on('APInvDtl', (call) => ({ PartNum: call.text('ProposedPartNum') })),
  ChangeVendorQty: on('APInvDtl', (call, line, ds) =>
    extended(call, ds, line, { ScrVendorQty: call.decimal('ProposedVendorQty') }),
  ),
  ChangeUnitCost: on('APInvDtl', (call, line, ds) =>
    extended(call, ds, line, { DocUnitCost: call.decimal('ProposedUnitCost') }),
  ),
  ChangeExtCost: on('APInvDtl', (call, line, ds) => {
    const head = headOf(call, ds, line);
    const shown = call.decimal('ProposedExtCost');
    const stored = turned(head, shown, scaleOf(text(head, 'CurrencyCode')));
    return { ScrDocExtCost: shown, DocExtCost: stored, DocUnitCost: shown, ScrVendorQty: '1' };
  }),
  ChangePONum: on('APInvDtl', (call, line) => orderColumns(call, line, call.whole('ProposedPONum'), 0, 0)),
  ChangePOLine: on('APInvDtl', (call, line, ds) => {
    const number = Number(line['PONum'] ?? 0);
    return extended(call, ds, line, orderColumns(call, line, number, call.whole('ProposedPOLine'), 0));
  }),
  ChangePORelNum: on('APInvDtl', (call, line, ds) => {
    const [number, orderLine] = [Number(line['PONum'] ?? 0), Number(line['POLine'] ?? 0)];
    const release = call.whole('ProposedPORelNum');
    return extended(call, ds, line, orderColumns(call, line, number, orderLine, release));
  }),
};
