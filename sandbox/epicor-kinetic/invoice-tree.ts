import { minus, scaleOf, sum, times } from '../money';
import { invoiceGroup, needFreeGroup } from './invoice-group';
import type { CallContext } from './method';
import { businessError, noSuchRecord } from './refusal';
import { tableOf } from './schema';
import { amount, text } from './state';
import type { Row, Value } from './table-rows';

/** Tables of an invoice in the order in which their rows are saved. */
export const INVOICE_TREE = [
  'APInvHed',
  'APInvDtl',
  'APInvExp',
  'APInvExpTGLC',
  'APInvMsc',
  'APIHAPInvMsc',
  'APInvTax',
  'APInvHedAttch',
] as const;

export function storedInvoice(call: CallContext, row: Row): Row | undefined {
  return call.company.rows('APInvHed').find(row['VendorNum'] ?? 0, text(row, 'InvoiceNum'));
}

/** The stored invoice that a row belongs to, refused when it is posted, or its group is locked. */
export function openInvoice(call: CallContext, row: Row, table: string): Row {
  const head = storedInvoice(call, row);
  if (head === undefined) throw noSuchRecord();
  needUnposted(call, head, table);
  return head;
}

export function needUnposted(call: CallContext, head: Row, table: string): void {
  if (head['Posted'] === true) throw businessError('Invoice is posted and cannot be changed.', table);
  // Invoices that were there before anything ran may stand in a group that is gone.
  if (call.company.rows('APInvGrp').find(text(head, 'GroupID')) !== undefined)
    needFreeGroup(call, text(head, 'GroupID'));
}

/** `-1` where the screen shows an amount with the other sign than it is stored: on debit memos. */
export function screenSign(head: Row): string {
  return head['DebitMemo'] === true ? '-1' : '1';
}

/** An amount of an invoice turned between screen and store. */
export function turned(head: Row, value: string, scale: number): string {
  return times(value, screenSign(head), scale);
}

/** The same amount in the company's own currency. */
export function inBase(head: Row, value: string): string {
  return times(value, amount(head, 'ExchangeRate'));
}

/** A child row's stored parts of an invoice, whatever the level. */
export function partsOf(call: CallContext, head: Row, table: string): Row[] {
  const parent = tableOf(call.state.schema, table).parent;
  if (parent === undefined) return [head];
  const store = call.company.rows(table);
  return partsOf(call, head, parent).flatMap((row) => [...store.childrenOf(row)]);
}

/** Adds up an invoice anew: amounts of the head follow from lines, charges and taxes. */
export function totalInvoice(call: CallContext, head: Row): void {
  const scale = scaleOf(text(head, 'CurrencyCode'));
  const all = (table: string, column: string) => partsOf(call, head, table).map((row) => amount(row, column));
  const tax = sum(all('APInvTax', 'DocTaxAmt'), scale);
  const DocInvoiceAmt = sum(
    [
      ...all('APInvDtl', 'DocExtCost'),
      ...all('APInvMsc', 'DocMiscAmt'),
      ...all('APIHAPInvMsc', 'DocMiscAmt'),
      tax,
    ],
    scale,
  );
  const base = inBase(head, DocInvoiceAmt);
  const changes: Row = {
    DocInvoiceAmt,
    InvoiceAmt: base,
    DocTaxAmt: tax,
    TaxAmt: inBase(head, tax),
    DocInvoiceBal: DocInvoiceAmt,
    InvoiceBal: base,
    DocUnpostedBal: DocInvoiceAmt,
    UnpostedBal: base,
    DocInvoiceVariance: minus(amount(head, 'DocInvoiceVendorAmt'), DocInvoiceAmt, scale),
  };
  call.state.change(call.company, 'APInvHed', head, changes, call.user);
}

/** Deletes a row with everything below it. */
export function removeBranch(call: CallContext, table: string, row: Row): void {
  for (const child of tableOf(call.state.schema, table).children) {
    for (const below of [...call.company.rows(child.name).childrenOf(row)]) {
      removeBranch(call, child.name, below);
    }
  }
  call.state.remove(call.company, table, row);
}

/** What the unposted invoices of a group amount to, in the company's own currency. */
export function groupTotal(call: CallContext, groupId: string): string {
  const group = text(invoiceGroup(call, groupId), 'GroupID').toLowerCase();
  const heads = call.company
    .rows('APInvHed')
    .all.filter((head) => head['Posted'] !== true && text(head, 'GroupID').toLowerCase() === group);
  return sum(heads.map((head) => amount(head, 'InvoiceAmt')));
}

/** The next free number of a column among rows. */
export function nextNumber(rows: readonly Row[], column: string): Value {
  return Math.max(0, ...rows.map((row) => Number(row[column] ?? 0))) + 1;
}
