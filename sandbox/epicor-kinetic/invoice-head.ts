import { addDays } from '../clock';
import { compared, isZero, scaleOf } from '../money';
import { needFreeGroup } from './invoice-group';
import { removeBranch, storedInvoice, turned } from './invoice-tree';
import type { CallContext } from './method';
import { businessError, EpicorRefusal } from './refusal';
import { amount, text } from './state';
import type { Row } from './table-rows';

const LONGEST_NUMBER = 50;

/** Columns that are typed in; everything else of a head follows from them or from its parts. */
export const ENTERED_ON_HEAD: ReadonlySet<string> = new Set([
  'ApplyDate',
  'BankID',
  'ClaimRef',
  'CurrencyCode',
  'Description',
  'DiscountDate',
  'DocDiscountAmt',
  'DueDate',
  'EmpID',
  'ExchangeRate',
  'ExternalID',
  'InvoiceComment',
  'InvoiceDate',
  'InvoiceHeld',
  'InvoiceRef',
  'LockRate',
  'PMUID',
  'PayHold',
  'REFPONum',
  'RateGrpCode',
  'ReadyToCalc',
  'TaxRegionCode',
  'TermsCode',
  'XRefInvoiceNum',
]);

const refuse = (message: string, field: string) => businessError(message, 'APInvHed', field);

/** The vendor of a head by its number, or by the code that people know. */
export function vendorOf(call: CallContext, sent: Row): Row {
  const vendors = call.company.rows('Vendor');
  const number = Number(sent['VendorNum'] ?? 0);
  const code = text(sent, 'VendorNumVendorID').toLowerCase();
  const vendor =
    number === 0
      ? vendors.all.find((row) => code !== '' && text(row, 'VendorID').toLowerCase() === code)
      : vendors.find(number);
  if (vendor === undefined) throw refuse('Vendor ID is not valid.', 'VendorNumVendorID');
  return vendor;
}

/** Columns of a head that follow from its vendor. */
export function vendorDefaults(call: CallContext, vendor: Row): Row {
  if (vendor['Inactive'] === true && call.state.switches.inactiveVendor === 'refuse')
    throw refuse('Vendor is inactive.', 'VendorNumVendorID');
  const currency = text(vendor, 'CurrencyCode') || call.company.baseCurrency;
  return {
    VendorNum: vendor['VendorNum'] ?? 0,
    VendorNumVendorID: text(vendor, 'VendorID'),
    VendorNumName: text(vendor, 'Name'),
    TermsCode: text(vendor, 'TermsCode'),
    CurrencyCode: currency,
    ExchangeRate: rateOf(call, currency),
    PMUID: vendor['PMUID'] ?? 0,
    PayHold: vendor['PayHold'] ?? false,
    TaxRegionCode: text(vendor, 'TaxRegionCode'),
  };
}

/** The rate of a currency: what the latest invoice in it has. */
export function rateOf(call: CallContext, currency: string): string {
  if (currency === call.company.baseCurrency) return '1';
  const latest = call.company.rows('APInvHed').all.findLast((row) => text(row, 'CurrencyCode') === currency);
  return latest === undefined ? '1' : amount(latest, 'ExchangeRate');
}

/** Due date by the terms. */
export function dueDate(call: CallContext, terms: string, invoiceDate: string): string {
  const days = Number(call.company.rows('PurTerms').find(terms)?.['DueDays'] ?? 0);
  return addDays(invoiceDate, days);
}

export function addHead(call: CallContext, sent: Row, groupId: string): Row {
  const group = needFreeGroup(call, text(sent, 'GroupID') || groupId);
  const vendor = vendorOf(call, sent);
  const defaults = vendorDefaults(call, vendor);
  const key = { VendorNum: vendor['VendorNum'] ?? 0, InvoiceNum: text(sent, 'InvoiceNum').trim() };
  if (key.InvoiceNum === '') throw refuse('Invoice number is required.', 'InvoiceNum');
  if (key.InvoiceNum.length > LONGEST_NUMBER)
    throw refuse(`Invoice number cannot be longer than ${LONGEST_NUMBER} characters.`, 'InvoiceNum');
  if (storedInvoice(call, key) !== undefined) throw secondOfItsNumber(call);
  const date = text(sent, 'InvoiceDate');
  if (date === '') throw refuse('Invoice date is required.', 'InvoiceDate');
  const currency = text(sent, 'CurrencyCode') || text(defaults, 'CurrencyCode');
  const terms = text(sent, 'TermsCode') || text(defaults, 'TermsCode');
  const row: Row = {
    ...defaults,
    ...sentColumns(sent),
    ...key,
    Company: call.company.code,
    GroupID: text(group, 'GroupID'),
    DebitMemo: sent['DebitMemo'] ?? false,
    InvoiceType: 'S',
    InvoiceDate: date,
    ApplyDate: text(sent, 'ApplyDate') || text(group, 'ApplyDate'),
    TermsCode: terms,
    DueDate: text(sent, 'DueDate') || dueDate(call, terms, date),
    CurrencyCode: currency,
    ExchangeRate: isZero(amount(sent, 'ExchangeRate'))
      ? rateOf(call, currency)
      : amount(sent, 'ExchangeRate'),
    RateGrpCode: text(sent, 'RateGrpCode') || 'MAIN',
    PMUID: Number(sent['PMUID'] ?? 0) || (defaults['PMUID'] ?? 0),
    PayHold: sent['PayHold'] === true || defaults['PayHold'] === true,
    EntryPerson: call.user,
    Posted: false,
    OpenPayable: false,
    SysRowID: text(sent, 'SysRowID'),
    RowMod: '',
  };
  const stated = statedTotal(sent, undefined, row);
  Object.assign(row, stated ?? { DocInvoiceVendorAmt: '0', ScrDocInvoiceVendorAmt: '0' });
  checkHead(call, row);
  return call.state.insert(call.company, 'APInvHed', row, call.user);
}

function secondOfItsNumber(call: CallContext): EpicorRefusal {
  const message = 'Invoice already exists. Duplicate entry of existing record.';
  return call.state.switches.duplicateInvoice === 'conflict'
    ? new EpicorRefusal(409, 'Ice.Common.DuplicateRecordException', message)
    : refuse(message, 'InvoiceNum');
}

function sentColumns(sent: Row): Row {
  const columns: Row = {};
  for (const [name, value] of Object.entries(sent)) {
    if (ENTERED_ON_HEAD.has(name) || name.endsWith('_c')) columns[name] = value;
  }
  return columns;
}

/** The vendor's own total as typed in on the screen, or as stored; undefined when neither was changed. */
export function statedTotal(sent: Row, stored: Row | undefined, head: Row): Row | undefined {
  const scale = scaleOf(text(head, 'CurrencyCode'));
  const changed = (name: string) =>
    sent[name] !== undefined && compared(amount(sent, name), amount(stored ?? {}, name)) !== 0;
  const value = changed('ScrDocInvoiceVendorAmt')
    ? turned(head, amount(sent, 'ScrDocInvoiceVendorAmt'), scale)
    : changed('DocInvoiceVendorAmt')
      ? amount(sent, 'DocInvoiceVendorAmt')
      : undefined;
  if (value === undefined) return undefined;
  return { DocInvoiceVendorAmt: value, ScrDocInvoiceVendorAmt: turned(head, value, scale) };
}

/** The rules that a head must keep at every save. */
export function checkHead(call: CallContext, row: Row): void {
  const { closedPeriod, unknownOrder } = call.state.switches;
  const terms = text(row, 'TermsCode');
  if (terms === '') throw refuse('Terms Code is required.', 'TermsCode');
  if (call.company.rows('PurTerms').find(terms) === undefined)
    throw refuse('Terms Code is not valid.', 'TermsCode');
  if (closedPeriod === 'refuse' && text(row, 'ApplyDate') <= call.company.closedThrough)
    throw refuse('Apply date is in a closed fiscal period.', 'ApplyDate');
  if (!/^[A-Z]{3}$/.test(text(row, 'CurrencyCode')))
    throw refuse('Currency Code is not valid.', 'CurrencyCode');
  if (call.company.rows('PayMethod').find(row['PMUID'] ?? 0) === undefined && Number(row['PMUID'] ?? 0) !== 0)
    throw refuse('Payment method is not valid.', 'PMUID');
  const order = Number(row['REFPONum'] ?? 0);
  const found = call.company.rows('POHeader').find(order);
  if (order !== 0 && unknownOrder === 'refuse' && found?.['VendorNum'] !== row['VendorNum'])
    throw refuse('PO number is not valid for this supplier.', 'REFPONum');
  const reference = text(row, 'InvoiceRef');
  const referred = { VendorNum: row['VendorNum'] ?? 0, InvoiceNum: reference };
  if (reference !== '' && storedInvoice(call, referred) === undefined)
    throw refuse('Invoice reference is not valid.', 'InvoiceRef');
}

/** Deletes an unposted invoice with everything below it. */
export function removeInvoice(call: CallContext, head: Row): void {
  if (head['Posted'] === true) throw refuse('Invoice is posted and cannot be changed.', 'InvoiceNum');
  removeBranch(call, 'APInvHed', head);
}
