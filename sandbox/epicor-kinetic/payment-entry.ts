import { compared, isZero, minus } from '../money';
import { Dataset } from './dataset';
import { type Method, type MethodCall, type MethodReply, reads, writes } from './method';
import { getByKey, getRows } from './method-reads';
import { checkNumsAssigned, groupOf, needEditable, postAllowed } from './payment-group';
import { deleteHead, savePayments } from './payment-save';
import { businessError, noSuchRecord } from './refusal';
import { amount, text } from './state';
import type { Row, Value } from './table-rows';

const PAYMENT_DATASET = [
  'CheckHed',
  'CheckHedAttch',
  'APTran',
  'APTranTGLC',
  'APTTaxDtl',
  'BankTran',
  'BankTranTaxDtl',
  'BankTranTGLC',
  'TaxDtl',
  'LegalNumGenOpts',
];

function reply(ds: Dataset, more: Record<string, string | boolean> = {}): MethodReply {
  return { parameters: { ds: ds.toWire(), ...more } };
}

/** A method that changes the head being entered. */
function onHead(change: (call: MethodCall, head: Row) => Row): Method {
  return writes((call) => {
    const ds = call.dataset();
    const head = ds.active('CheckHed');
    Object.assign(head, change(call, head));
    return reply(ds);
  });
}

const createHead = writes((call) => {
  const group = groupOf(call, call.text('pcGroupID'));
  needEditable(group, call.user);
  const ds = call.dataset();
  ds.rows('CheckHed').push({
    Company: call.company.code,
    HeadNum: 0,
    GroupID: text(group, 'GroupID'),
    BankAcctID: text(group, 'BankAcctID'),
    CheckDate: group['CheckDate'] ?? null,
    CurrencyCode: text(group, 'CurrencyCode'),
    ExchangeRate: '1',
    PMUID: group['PMUID'] ?? 0,
    CheckSrc: 3,
    RowMod: 'A',
  });
  return reply(ds);
});

function vendorColumns(call: MethodCall): Row {
  const wanted = call.text('pcVendorID').toLowerCase();
  const vendor = call.company
    .rows('Vendor')
    .all.find((each) => text(each, 'VendorID').toLowerCase() === wanted);
  if (vendor === undefined) throw businessError('Vendor ID is not valid.', 'CheckHed', 'VendorID');
  const copied = [
    'VendorNum',
    'VendorID',
    'Name',
    'Address1',
    'Address2',
    'Address3',
    'City',
    'State',
    'ZIP',
    'Country',
  ];
  const columns: Record<string, Value> = {};
  for (const name of copied) columns[name] = vendor[name] ?? '';
  return { ...columns, CurrencyCode: text(vendor, 'CurrencyCode') || call.company.baseCurrency };
}

const newAllocation = writes((call) => {
  const head = call.company.rows('CheckHed').find(call.whole('headNum'));
  if (head === undefined) throw noSuchRecord();
  const ds = call.dataset();
  ds.rows('APTran').push({
    Company: call.company.code,
    HeadNum: head['HeadNum'] ?? 0,
    APTranNo: 0,
    InvoiceNum: '',
    GroupID: text(head, 'GroupID'),
    TranType: 'Pay',
    VendorNum: head['VendorNum'] ?? 0,
    BankAcctID: text(head, 'BankAcctID'),
    CheckNum: head['CheckNum'] ?? 0,
    CurrencyCode: text(head, 'CurrencyCode'),
    ExchangeRate: amount(head, 'ExchangeRate'),
    TranDate: head['CheckDate'] ?? null,
    RowMod: 'A',
  });
  return reply(ds);
});

const chooseInvoice = writes((call) => {
  const ds = call.dataset();
  const allocation = ds.active('APTran');
  call.text('pcChangeExchangeRateResponse');
  const invoice = call.company.rows('APInvHed').find(allocation['VendorNum'] ?? 0, call.text('pcInvoiceNum'));
  if (invoice === undefined) {
    throw businessError('Invoice number is not valid for this supplier.', 'APTran', 'InvoiceNum');
  }
  const open = amount(invoice, 'DocUnpostedBal');
  Object.assign(allocation, {
    InvoiceNum: text(invoice, 'InvoiceNum'),
    CurrencyCode: text(invoice, 'CurrencyCode'),
    DocInvoiceBal: open,
    InvoiceBal: amount(invoice, 'UnpostedBal'),
    DocTranAmt: open,
    DocDiscAmt: proposedDiscount(call, invoice, text(allocation, 'TranDate')),
    DocNewBalance: '0',
  });
  return reply(ds, { pcQuestion: '' });
});

function proposedDiscount(call: MethodCall, invoice: Row, paidOn: string): string {
  const until = text(invoice, 'DiscountDate');
  if (!call.state.switches.proposeDiscount || until === '' || paidOn > until) return '0';
  return amount(invoice, 'DocDiscountAmt');
}

const changeAmount = writes((call) => {
  const ds = call.dataset();
  const allocation = ds.active('APTran');
  const paid = call.decimal('pdDocTranAmt');
  Object.assign(allocation, {
    DocTranAmt: paid,
    DocNewBalance: minus(amount(allocation, 'DocInvoiceBal'), paid, 5),
  });
  return reply(ds);
});

const changeDiscount = writes((call) => {
  const ds = call.dataset();
  const allocation = ds.active('APTran');
  const discount = call.decimal('pdDocDiscAmt');
  if (compared(discount, '0') < 0) throw businessError('Discount cannot be negative.', 'APTran', 'DiscAmt');
  allocation['DocDiscAmt'] = discount;
  return reply(ds);
});

/** Methods of the payment-entry service. */
export const ENTRY_METHODS: Readonly<Record<string, Method>> = {
  GetByID: getByKey('CheckHed', (call) => [call.whole('headNum')]),
  GetRows: getRows('CheckHed', PAYMENT_DATASET),
  CreateNewCheckHed: createHead,
  GetNewCheckHed: createHead,
  OnChangeVendor: onHead(vendorColumns),
  OnChangeManualPrint: onHead((call) => ({ ManualPrint: call.flag('plManualPrint') })),
  OnChangeCheckNum: onHead((call, head) => {
    const number = call.whole('piCheckNum');
    if (number < 0) throw businessError('Check number is not valid.', 'CheckHed', 'CheckNum');
    if (head['ManualPrint'] !== true) {
      throw businessError('The check number of a printed check cannot be entered.', 'CheckHed', 'CheckNum');
    }
    return { CheckNum: number };
  }),
  OnChangeCheckDate: onHead((call) => ({ CheckDate: call.date('pdtCheckDate') })),
  OnChangeCurrency: onHead((call) => ({ CurrencyCode: call.onlyText() })),
  PreUpdate: writes((call) => reply(call.dataset(), { requiresUserInput: false })),
  Update: writes((call) => reply(savePayments(call, call.dataset()))),
  GetNewAPTran: newAllocation,
  OnChangeInvoiceNum: chooseInvoice,
  OnChangeDocTranAmt: changeAmount,
  OnChangeDocDiscAmt: changeDiscount,
  DeleteByID: writes((call) => {
    deleteHead(call, call.whole('headNum'));
    return {};
  }),
  PostAllowed: postAllowed,
  CheckAllCheckNumsAssigned: checkNumsAssigned,
};

/** All payments of one invoice, for the search service. */
export const SEARCH_METHODS: Readonly<Record<string, Method>> = {
  GetPaymentData: reads((call) => {
    const [vendor, invoice] = [call.whole('vendorNum'), call.text('invoiceNum').toLowerCase()];
    const found = call.company
      .rows('APTran')
      .all.filter((row) => row['VendorNum'] === vendor && text(row, 'InvoiceNum').toLowerCase() === invoice);
    const ds = Dataset.empty(call.state);
    ds.replace(
      'APTran',
      found.filter((row) => !isZero(amount(row, 'DocTranAmt'))),
    );
    return { returnObj: ds.toWire() };
  }),
};
