import { isObject } from '../http/exact-json';
import { compared, minus, scaleOf } from '../money';
import { type CallContext, type Method, type MethodCall, type MethodReply, reads, writes } from './method';
import { groupOf, headsOf, needEditable } from './payment-group';
import { businessError } from './refusal';
import { amount, text } from './state';
import type { Row } from './table-rows';

const AGENT = 'System Agent';

/** The first reason why a head cannot be posted, or undefined. */
function obstacle(call: CallContext, head: Row): string | undefined {
  const name = `Payment ${text(head, 'HeadNum')}`;
  if (Number(head['CheckNum'] ?? 0) === 0) return `${name}: check number is missing.`;
  if (text(head, 'CheckDate') <= call.company.closedThrough)
    return `${name}: apply date is in a closed fiscal period.`;
  if (call.company.rows('APTran').childrenOf(head).length === 0) return `${name} has no detail.`;
  if (compared(amount(head, 'DocCheckAmt'), '0') < 0) return `${name}: check amount cannot be negative.`;
  if (compared(amount(head, 'DocCheckAmt'), amount(head, 'DocPaymentTotal')) !== 0) {
    return `${name}: payment total does not agree with its detail.`;
  }
  return undefined;
}

/** Moves an invoice's balance by posted allocations; at zero it is no longer an open payable. */
export function moveBalance(call: CallContext, allocation: Row, by: string): void {
  const invoice = call.company
    .rows('APInvHed')
    .find(allocation['VendorNum'] ?? 0, text(allocation, 'InvoiceNum'));
  if (invoice === undefined) return;
  const scale = scaleOf(text(invoice, 'CurrencyCode'));
  const DocInvoiceBal = minus(amount(invoice, 'DocInvoiceBal'), amount(allocation, 'DocTranAmt'), scale);
  const changes: Row = {
    DocInvoiceBal,
    InvoiceBal: minus(amount(invoice, 'InvoiceBal'), amount(allocation, 'TranAmt')),
    OpenPayable: compared(DocInvoiceBal, '0') !== 0,
  };
  call.state.change(call.company, 'APInvHed', invoice, changes, by);
}

/** Posts a group: all of it, or nothing and a post log that says why not. */
function postGroup(call: CallContext, groupId: string): void {
  const group = call.company.rows('APChkGrp').find(groupId);
  if (group === undefined) return;
  const heads = headsOf(call, groupId);
  const obstacles = heads.flatMap((head) => obstacle(call, head) ?? []);
  if (heads.length === 0) obstacles.push('There is no payment in the group.');
  if (obstacles.length > 0) {
    const log = { PostInProcess: false, PostErrorLog: obstacles.join('\n') };
    call.state.change(call.company, 'APChkGrp', group, log, AGENT);
    return;
  }
  for (const head of heads) {
    for (const allocation of call.company.rows('APTran').childrenOf(head)) {
      moveBalance(call, allocation, AGENT);
      call.state.change(call.company, 'APTran', allocation, { Posted: true, GLPosted: true }, AGENT);
    }
    call.state.change(call.company, 'CheckHed', head, { Posted: true }, AGENT);
  }
  if (call.state.switches.groupAfterPosting === 'delete') call.state.remove(call.company, 'APChkGrp', group);
  else call.state.change(call.company, 'APChkGrp', group, { PostInProcess: false, PostErrorLog: '' }, AGENT);
}

function groupIdOf(call: MethodCall): string {
  const ds = call.parameters['ds'];
  const rows = isObject(ds) ? ds['APPaymentPostProcess'] : undefined;
  const row = Array.isArray(rows) ? rows[0] : undefined;
  if (!isObject(row)) throw businessError('Parameter ds has no row of APPaymentPostProcess.');
  const id = row['GroupID'];
  if (typeof id !== 'string' || id === '') throw businessError('Group ID is required.');
  return id;
}

function begin(call: MethodCall): string {
  const id = groupIdOf(call);
  const group = groupOf(call, id);
  needEditable(group, call.user);
  call.state.change(call.company, 'APChkGrp', group, { PostInProcess: true, PostErrorLog: '' }, call.user);
  return id;
}

/** Methods of the posting process: through the system agent, or at once. */
export const POSTING_METHODS: Readonly<Record<string, Method>> = {
  GetNewParameters: reads(() => ({
    returnObj: {
      APPaymentPostProcess: [{ GroupID: '', AgentID: '', AgentSchedNum: 0, AgentTaskNum: 0, RowMod: 'A' }],
    },
  })),
  SubmitToAgent: writes((call): MethodReply => {
    for (const name of ['agentID', 'maintProgram']) call.text(name);
    for (const name of ['agentSchedNum', 'agentTaskNum']) call.whole(name);
    const id = begin(call);
    call.state.later(call.state.switches.postingMs, () => postGroup(call, id));
    return {};
  }),
  RunDirect: writes((call): MethodReply => {
    postGroup(call, begin(call));
    return {};
  }),
};
