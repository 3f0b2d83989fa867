import { minus, negated, scaleOf } from '../money';
import { type CallContext, type Method, type MethodReply, writes } from './method';
import { getByKey } from './method-reads';
import { needFresh } from './payment-group';
import { moveBalance } from './payment-posting';
import { businessError, noSuchRecord } from './refusal';
import { amount, text } from './state';
import type { Row, Value } from './table-rows';

/** Whether the void service shows a payment: posted, live and not yet seen on a bank statement. */
export function isVoidable(head: Row): boolean {
  return head['Posted'] === true && head['Voided'] !== true && head['ClearedCheck'] !== true;
}

function voidable(call: CallContext, headNum: Value): Row {
  const head = call.company.rows('CheckHed').find(headNum);
  if (head === undefined) throw noSuchRecord();
  if (head['Posted'] !== true) throw businessError('Payment is not posted.', 'CheckHed', 'HeadNum');
  if (head['Voided'] === true) throw businessError('Payment is already voided.', 'CheckHed', 'HeadNum');
  if (head['ClearedCheck'] === true)
    throw businessError('Payment is cleared and cannot be voided.', 'CheckHed', 'HeadNum');
  return head;
}

function voidHead(call: CallContext, sent: Row): void {
  const head = voidable(call, sent['HeadNum'] ?? 0);
  needFresh(call, sent, head, 'CheckHed');
  const date = text(sent, 'VoidDate');
  if (date === '') throw businessError('Void date is required.', 'CheckHed', 'VoidDate');
  if (date <= call.company.closedThrough)
    throw businessError('Apply date is in a closed fiscal period.', 'CheckHed', 'VoidDate');
  if (date < text(head, 'CheckDate'))
    throw businessError('Void date is before the check date.', 'CheckHed', 'VoidDate');
  for (const row of [...call.company.rows('APTran').childrenOf(head)]) {
    const twin: Row = { ...row, Voided: true, TranDate: date };
    for (const name of ['TranAmt', 'DocTranAmt', 'DiscAmt', 'DocDiscAmt'])
      twin[name] = negated(amount(row, name));
    delete twin['SysRowID'];
    call.state.insert(call.company, 'APTran', twin, call.user);
    moveBalance(call, twin, call.user);
    giveBackUnposted(call, twin);
  }
  const changes = { Voided: true, VoidDate: date, VoidedReason: text(sent, 'VoidedReason') };
  call.state.change(call.company, 'CheckHed', head, changes, call.user);
}

function giveBackUnposted(call: CallContext, twin: Row): void {
  const invoice = call.company.rows('APInvHed').find(twin['VendorNum'] ?? 0, text(twin, 'InvoiceNum'));
  if (invoice === undefined) return;
  const scale = scaleOf(text(invoice, 'CurrencyCode'));
  const changes = {
    DocUnpostedBal: minus(amount(invoice, 'DocUnpostedBal'), amount(twin, 'DocTranAmt'), scale),
    UnpostedBal: minus(amount(invoice, 'UnpostedBal'), amount(twin, 'TranAmt')),
  };
  call.state.change(call.company, 'APInvHed', invoice, changes, call.user);
}

/** Methods of the void service. */
export const VOID_METHODS: Readonly<Record<string, Method>> = {
  GetByID: getByKey('CheckHed', (call) => [call.whole('headNum')]),
  SetVoidDate: writes((call): MethodReply => {
    const head = voidable(call, call.whole('HeadNum'));
    const date = call.date('VoidDate');
    const ds = call.dataset();
    const sent = ds.rows('CheckHed').find((row) => row['HeadNum'] === head['HeadNum']);
    ds.replace('CheckHed', [{ ...head, ...sent, VoidDate: date, RowMod: 'U' }]);
    return { parameters: { ds: ds.toWire() } };
  }),
  VoidChecks: writes((call): MethodReply => {
    const ds = call.dataset();
    const marked = ds.rows('CheckHed').filter((row) => row['RowMod'] === 'U');
    if (marked.length === 0) throw businessError('No payment is selected.', 'CheckHed', 'HeadNum');
    for (const sent of marked) voidHead(call, sent);
    ds.replace(
      'CheckHed',
      marked.map((sent) => ({ ...call.company.rows('CheckHed').find(sent['HeadNum'] ?? 0), RowMod: '' })),
    );
    return { parameters: { ds: ds.toWire() } };
  }),
};
