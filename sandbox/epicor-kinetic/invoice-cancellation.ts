import { compared, negated } from '../money';
import { needFreeGroup } from './invoice-group';
import { INVOICE_TREE, storedInvoice, totalInvoice } from './invoice-tree';
import { type CallContext, type Method, type MethodCall, type MethodReply, writes } from './method';
import { treeOf } from './method-reads';
import { duplicate } from './payment-group';
import { businessError, noSuchRecord } from './refusal';
import { tableOf } from './schema';
import { amount, text } from './state';
import type { Row } from './table-rows';

/** Columns whose sign turns. Quantities and amounts as the screen shows them keep theirs: the copy is a debit memo. */
const TURNING = [
  'DocInvoiceVendorAmt',
  'VendorQty',
  'OurQty',
  'DocExtCost',
  'ExtCost',
  'DocExpAmt',
  'ExpAmt',
  'DocMiscAmt',
  'MiscAmt',
  'DocTaxAmt',
  'TaxAmt',
  'DocTaxableAmt',
  'TaxableAmt',
];

function mirrored(row: Row, invoiceNum: string): Row {
  const { SysRowID: _id, SysRevID: _version, UD_SysRevID: _custom, ...columns } = row;
  const copy: Row = { ...columns, InvoiceNum: invoiceNum, RowMod: '' };
  for (const name of TURNING) if (copy[name] !== undefined) copy[name] = negated(amount(copy, name));
  return copy;
}

function needCancellable(call: CallContext, head: Row): void {
  const refuse = (message: string) => businessError(message, 'APInvHed', 'InvoiceNum');
  if (head['Posted'] !== true) throw refuse('Invoice is not posted.');
  if (head['CancellationInv'] === true || text(head, 'RefCancelledby') !== '')
    throw refuse('Invoice is already cancelled.');
  const whole = compared(amount(head, 'DocUnpostedBal'), amount(head, 'DocInvoiceAmt')) === 0;
  if (!whole || compared(amount(head, 'DocInvoiceBal'), amount(head, 'DocInvoiceAmt')) !== 0)
    throw refuse('Invoice has payments and cannot be cancelled.');
  const waiting = call.company
    .rows('APInvHed')
    .all.some(
      (row) =>
        row['CancellationInv'] === true &&
        row['VendorNum'] === head['VendorNum'] &&
        text(row, 'InvoiceRef') === text(head, 'InvoiceNum'),
    );
  if (waiting) throw refuse('Invoice is already cancelled.');
}

/** Copies an invoice with turned signs under another number, unposted, into a group. */
function cancel(call: MethodCall, head: Row, groupId: string, number: string): Row {
  const group = needFreeGroup(call, groupId);
  needCancellable(call, head);
  const key: Row = { VendorNum: head['VendorNum'] ?? 0, InvoiceNum: number };
  if (storedInvoice(call, key) !== undefined) throw duplicate('APInvHed');
  const copied: readonly string[] = INVOICE_TREE.filter((table) => table !== 'APInvHedAttch');
  const copy = (table: string, row: Row): void => {
    if (table === 'APInvExpTGLC' && row['RecordType'] !== 'A') return;
    call.state.insert(call.company, table, mirrored(row, number), call.user);
    for (const child of tableOf(call.state.schema, table).children) {
      if (!copied.includes(child.name)) continue;
      for (const below of [...call.company.rows(child.name).childrenOf(row)]) copy(child.name, below);
    }
  };
  copy('APInvHed', head);
  const made = storedInvoice(call, key) ?? {};
  const columns: Row = {
    DebitMemo: head['DebitMemo'] !== true,
    CancellationInv: true,
    InvoiceRef: text(head, 'InvoiceNum'),
    GroupID: text(group, 'GroupID'),
    ApplyDate: group['ApplyDate'] ?? null,
    InvoiceDate: group['ApplyDate'] ?? null,
    ExternalID: '',
    Posted: false,
    OpenPayable: false,
    EntryPerson: call.user,
    RefCancelledby: '',
  };
  call.state.change(call.company, 'APInvHed', made, columns, call.user);
  totalInvoice(call, made);
  return made;
}

/** A parameter whose exact name is not known: the one text whose name matches. */
function textNamed(call: MethodCall, pattern: RegExp): string | undefined {
  const name = Object.keys(call.parameters).find(
    (each) => pattern.test(each) && typeof call.parameters[each] === 'string',
  );
  return name === undefined ? undefined : call.text(name);
}

function numberNamed(call: MethodCall, pattern: RegExp): number {
  const name = Object.keys(call.parameters).find((each) => pattern.test(each));
  return call.whole(name ?? 'vendorNum');
}

/** Methods that cancel a posted invoice by another one. */
export const INVOICE_CANCELLATION: Readonly<Record<string, Method>> = {
  CreateCancellationInvoice: writes((call): MethodReply => {
    const invoiceNum = textNamed(call, /^(?!.*(new|cancel)).*invoice/i) ?? call.text('invoiceNum');
    const head = storedInvoice(call, { VendorNum: numberNamed(call, /vendor/i), InvoiceNum: invoiceNum });
    if (head === undefined) throw noSuchRecord();
    const groupId = textNamed(call, /group/i) ?? call.text('groupID');
    const number = textNamed(call, /(new|cancel).*invoice/i) || `${text(head, 'InvoiceNum').slice(0, 48)}-C`;
    const made = call.state.atomically(() => cancel(call, head, groupId, number));
    const tree = treeOf(call.state, call.company, tableOf(call.state.schema, 'APInvHed'), [made]);
    return { returnObj: tree, parameters: { ds: tree } };
  }),
};
