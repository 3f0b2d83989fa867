import { compared, isZero, minus, scaleOf, sum, times } from '../money';
import type { Dataset } from './dataset';
import type { CallContext } from './method';
import { groupOf, needEditable, needFresh } from './payment-group';
import { businessError, noSuchRecord } from './refusal';
import { amount, text } from './state';
import type { Row, Value } from './table-rows';

/** Electronic payments take their numbers from here upward. */
const FIRST_ELECTRONIC = 50_000_000;

const ENTERED_ON_HEAD = [
  'BankAcctID',
  'CheckNum',
  'CheckDate',
  'ManualPrint',
  'VendorNum',
  'Name',
  'Address1',
  'Address2',
  'Address3',
  'City',
  'State',
  'ZIP',
  'Country',
  'CurrencyCode',
  'IsEnterTotal',
  'DocPaymentTotal',
  'PMUID',
  'PaymentNumber',
  'OwnReference',
  'XRefCheckNum',
  'BankTranID',
  'Description',
];

/** Saves the heads and allocations that a dataset marks, with their effect on the invoices' unposted balances. */
export function savePayments(call: CallContext, ds: Dataset): Dataset {
  const heads = ds.rows('CheckHed').map((sent) => saveHead(call, sent));
  const touched = new Set<Value>();
  const allocations = ds.rows('APTran').flatMap((sent) => {
    if (!['A', 'U', 'D'].includes(text(sent, 'RowMod'))) return [sent];
    touched.add(sent['HeadNum'] ?? 0);
    const saved = saveAllocation(call, sent);
    return saved === undefined ? [] : [saved];
  });
  for (const headNum of touched) totalHead(call, headNum);
  ds.replace(
    'CheckHed',
    heads.flatMap((head) => {
      const stored = call.company.rows('CheckHed').find(head['HeadNum'] ?? 0);
      return stored === undefined ? [] : [{ ...stored, VendorID: head['VendorID'] ?? '', RowMod: '' }];
    }),
  );
  ds.replace('APTran', allocations);
  return ds;
}

function openHead(call: CallContext, headNum: Value): Row {
  const head = call.company.rows('CheckHed').find(headNum);
  if (head === undefined) throw noSuchRecord();
  if (head['Posted'] === true)
    throw businessError('Payment is posted and cannot be changed.', 'CheckHed', 'HeadNum');
  needEditable(groupOf(call, text(head, 'GroupID')), call.user);
  return head;
}

function entered(sent: Row): Row {
  const columns: Row = {};
  for (const name of ENTERED_ON_HEAD) {
    if (sent[name] !== undefined) columns[name] = sent[name];
  }
  // The total is calculated from the allocations unless the clerk chose to type it in.
  if (sent['IsEnterTotal'] !== true) delete columns['DocPaymentTotal'];
  return columns;
}

function saveHead(call: CallContext, sent: Row): Row {
  switch (sent['RowMod']) {
    case 'A': {
      const group = groupOf(call, text(sent, 'GroupID'));
      needEditable(group, call.user);
      const columns = checkedHead(call, sent, undefined);
      const row: Row = {
        Company: call.company.code,
        HeadNum: call.company.nextHead,
        GroupID: text(group, 'GroupID'),
        CheckSrc: 3,
        Posted: false,
        DocCheckAmt: '0',
        CheckAmt: '0',
        ExchangeRate: '1',
        RowMod: '',
        ...columns,
      };
      call.company.nextHead += 1;
      return call.state.insert(call.company, 'CheckHed', row, call.user);
    }
    case 'U': {
      const head = openHead(call, sent['HeadNum'] ?? 0);
      needFresh(call, sent, head, 'CheckHed');
      call.state.change(call.company, 'CheckHed', head, checkedHead(call, sent, head), call.user);
      return head;
    }
    case 'D':
      deleteHead(call, Number(sent['HeadNum'] ?? 0));
      return sent;
    default:
      return sent;
  }
}

function checkedHead(call: CallContext, sent: Row, stored: Row | undefined): Row {
  const row = { ...stored, ...entered(sent) };
  if (call.company.rows('Vendor').find(row['VendorNum'] ?? 0) === undefined) {
    throw businessError('Vendor ID is not valid.', 'CheckHed', 'VendorID');
  }
  const bank = text(row, 'BankAcctID');
  if (call.company.rows('BankAcct').find(bank) === undefined) {
    throw businessError('Bank account is required.', 'CheckHed', 'BankAcctID');
  }
  if (text(row, 'CheckDate') === '') throw businessError('Check date is required.', 'CheckHed', 'CheckDate');
  const columns = entered(sent);
  const number = Number(row['CheckNum'] ?? 0);
  if (number === 0 && isElectronic(call, row)) columns['CheckNum'] = nextElectronic(call);
  if (number !== 0 && call.state.switches.duplicateCheckNumber === 'refuse') {
    const other = call.company
      .rows('CheckHed')
      .all.find(
        (head) => head !== stored && head['CheckNum'] === number && text(head, 'BankAcctID') === bank,
      );
    if (other !== undefined)
      throw businessError('Check number has already been used.', 'CheckHed', 'CheckNum');
  }
  return columns;
}

function isElectronic(call: CallContext, head: Row): boolean {
  return (
    call.company.rows('PayMethod').find(head['PMUID'] ?? 0)?.['Type'] === 1 && head['ManualPrint'] !== true
  );
}

function nextElectronic(call: CallContext): number {
  const used = call.company.rows('CheckHed').all.map((head) => Number(head['CheckNum'] ?? 0));
  return Math.max(FIRST_ELECTRONIC - 1, ...used) + 1;
}

/** Deletes an unposted payment; what it had taken from the invoices comes back. */
export function deleteHead(call: CallContext, headNum: number): void {
  const head = openHead(call, headNum);
  const store = call.company.rows('APTran');
  for (const row of [...store.childrenOf(head)]) {
    giveBack(call, row);
    call.state.remove(call.company, 'APTran', row);
  }
  call.state.remove(call.company, 'CheckHed', head);
}

function storedAllocation(call: CallContext, sent: Row): Row {
  const found = call.company
    .rows('APTran')
    .find(sent['HeadNum'] ?? 0, sent['APTranNo'] ?? 0, text(sent, 'InvoiceNum'), sent['Voided'] ?? false);
  if (found === undefined) throw noSuchRecord();
  return found;
}

function saveAllocation(call: CallContext, sent: Row): Row | undefined {
  const head = openHead(call, sent['HeadNum'] ?? 0);
  if (sent['RowMod'] === 'D') {
    const stored = storedAllocation(call, sent);
    giveBack(call, stored);
    call.state.remove(call.company, 'APTran', stored);
    return undefined;
  }
  if (sent['RowMod'] === 'U') {
    const stored = storedAllocation(call, sent);
    needFresh(call, sent, stored, 'APTran');
    const columns = checkedAllocation(call, head, sent, stored);
    giveBack(call, stored);
    call.state.change(call.company, 'APTran', stored, columns, call.user);
    take(call, stored);
    return { ...stored, RowMod: '' };
  }
  const siblings = call.company.rows('APTran').childrenOf(head);
  const number = Math.max(0, ...siblings.map((row) => Number(row['APTranNo'] ?? 0))) + 1;
  const row: Row = {
    Company: call.company.code,
    HeadNum: head['HeadNum'] ?? 0,
    APTranNo: number,
    Voided: false,
    GroupID: text(head, 'GroupID'),
    TranType: 'Pay',
    VendorNum: head['VendorNum'] ?? 0,
    TranDate: head['CheckDate'] ?? null,
    BankAcctID: text(head, 'BankAcctID'),
    CheckNum: head['CheckNum'] ?? 0,
    Posted: false,
    GLPosted: false,
    RowMod: '',
    ...checkedAllocation(call, head, sent, undefined),
  };
  call.state.insert(call.company, 'APTran', row, call.user);
  take(call, row);
  return { ...row };
}

function invoiceOf(call: CallContext, allocation: Row): Row | undefined {
  return call.company.rows('APInvHed').find(allocation['VendorNum'] ?? 0, text(allocation, 'InvoiceNum'));
}

function checkedAllocation(call: CallContext, head: Row, sent: Row, stored: Row | undefined): Row {
  const number = text(sent, 'InvoiceNum');
  const invoice = call.company.rows('APInvHed').find(head['VendorNum'] ?? 0, number);
  if (invoice === undefined) {
    throw businessError('Invoice number is not valid for this supplier.', 'APTran', 'InvoiceNum');
  }
  if (invoice['Posted'] !== true) throw businessError('Invoice is not posted.', 'APTran', 'InvoiceNum');
  if (invoice['PayHold'] === true) throw businessError('Invoice is on payment hold.', 'APTran', 'InvoiceNum');
  if (text(invoice, 'CurrencyCode') !== text(head, 'CurrencyCode')) {
    throw businessError(
      'Currency of the invoice is not the currency of the payment.',
      'APTran',
      'CurrencyCode',
    );
  }
  const twin = call.company
    .rows('APTran')
    .childrenOf(head)
    .find((row) => row !== stored && text(row, 'InvoiceNum').toLowerCase() === number.toLowerCase());
  if (twin !== undefined)
    throw businessError('Invoice is already selected for this payment.', 'APTran', 'InvoiceNum');
  const scale = scaleOf(text(invoice, 'CurrencyCode'));
  const [paid, discount] = [amount(sent, 'DocTranAmt'), amount(sent, 'DocDiscAmt')];
  const open = sum(
    [amount(invoice, 'DocUnpostedBal'), stored === undefined ? '0' : amount(stored, 'DocTranAmt')],
    scale,
  );
  const overpaid = compared(open, '0') < 0 ? compared(paid, open) < 0 : compared(paid, open) > 0;
  if (isZero(paid)) throw businessError('Payment amount is required.', 'APTran', 'TranAmt');
  if (overpaid || compared(paid, '0') !== compared(amount(invoice, 'DocInvoiceAmt'), '0')) {
    throw businessError('Payment amount exceeds the invoice balance.', 'APTran', 'TranAmt');
  }
  const rate = amount(invoice, 'ExchangeRate');
  return {
    InvoiceNum: text(invoice, 'InvoiceNum'),
    CurrencyCode: text(invoice, 'CurrencyCode'),
    ExchangeRate: rate,
    DocTranAmt: sum([paid], scale),
    TranAmt: times(paid, rate),
    DocDiscAmt: sum([discount], scale),
    DiscAmt: times(discount, rate),
    Description: text(sent, 'Description'),
    Comment: text(sent, 'Comment'),
  };
}

function moveUnposted(call: CallContext, allocation: Row, sign: 1 | -1): void {
  const invoice = invoiceOf(call, allocation);
  if (invoice === undefined) return;
  const scale = scaleOf(text(invoice, 'CurrencyCode'));
  const signed = (name: string) => times(amount(allocation, name), String(sign), 5);
  call.state.change(
    call.company,
    'APInvHed',
    invoice,
    {
      DocUnpostedBal: sum([amount(invoice, 'DocUnpostedBal'), signed('DocTranAmt')], scale),
      UnpostedBal: sum([amount(invoice, 'UnpostedBal'), signed('TranAmt')]),
    },
    call.user,
  );
}

function take(call: CallContext, allocation: Row): void {
  moveUnposted(call, allocation, -1);
}

function giveBack(call: CallContext, allocation: Row): void {
  moveUnposted(call, allocation, 1);
}

function totalHead(call: CallContext, headNum: Value): void {
  const head = call.company.rows('CheckHed').find(headNum);
  if (head === undefined) return;
  const scale = scaleOf(text(head, 'CurrencyCode'));
  const rows = call.company.rows('APTran').childrenOf(head);
  const net = (tran: string, discount: string, digits: number) =>
    sum(
      rows.map((row) => minus(amount(row, tran), amount(row, discount), 5)),
      digits,
    );
  const DocCheckAmt = net('DocTranAmt', 'DocDiscAmt', scale);
  const CheckAmt = net('TranAmt', 'DiscAmt', 2);
  const totals =
    head['IsEnterTotal'] === true ? {} : { DocPaymentTotal: DocCheckAmt, PaymentTotal: CheckAmt };
  call.state.change(call.company, 'CheckHed', head, { DocCheckAmt, CheckAmt, ...totals }, call.user);
}
