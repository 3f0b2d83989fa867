import { isObject } from '../http/exact-json';
import { compared, isZero, negated, scaleOf, sum } from '../money';
import { invoiceGroup, invoicesOf, needFreeGroup } from './invoice-group';
import { partsOf } from './invoice-tree';
import { accountObstacle } from './ledger-accounts';
import { type CallContext, type Method, type MethodCall, type MethodReply, reads, writes } from './method';
import { businessError, EpicorRefusal } from './refusal';
import { amount, text } from './state';
import type { Row } from './table-rows';

const AGENT = 'System Agent';

function distributionObstacle(call: CallContext, head: Row, line: Row): string | undefined {
  const distributions = call.company.rows('APInvExp').childrenOf(line);
  const scale = scaleOf(text(head, 'CurrencyCode'));
  const total = sum(
    distributions.map((row) => amount(row, 'DocExpAmt')),
    scale,
  );
  if (compared(total, amount(line, 'DocExtCost')) !== 0)
    return 'GL distribution does not agree with the line.';
  for (const distribution of distributions) {
    const accounts = call.company
      .rows('APInvExpTGLC')
      .childrenOf(distribution)
      .filter((row) => row['RecordType'] === 'A');
    if (accounts.length === 0) return 'GL account is required.';
    for (const row of accounts.filter((each) => text(each, 'BookID') === 'MAIN')) {
      const date = text(head, 'ApplyDate');
      const wrong = accountObstacle(call, text(row, 'COACode'), text(row, 'GLAccount'), date);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}

/** The first reason why an invoice cannot be posted, or undefined. */
function obstacle(call: CallContext, head: Row): string | undefined {
  const name = `Invoice ${text(head, 'InvoiceNum')}`;
  const lines = call.company.rows('APInvDtl').childrenOf(head);
  if (head['InvoiceHeld'] === true) return `${name} is held.`;
  if (lines.length === 0) return `${name} has no detail.`;
  if (text(head, 'ApplyDate') <= call.company.closedThrough)
    return `${name}: apply date is in a closed fiscal period.`;
  if (compared(amount(head, 'DocInvoiceVendorAmt'), amount(head, 'DocInvoiceAmt')) !== 0)
    return `${name}: total does not agree with its detail.`;
  for (const line of lines) {
    const wrong = distributionObstacle(call, head, line);
    if (wrong !== undefined) return `${name}, line ${text(line, 'InvoiceLine')}: ${wrong}`;
  }
  return undefined;
}

/** Posted accounts keep a row that says what was booked on them. */
function bookAccounts(call: CallContext, head: Row): void {
  for (const distribution of partsOf(call, head, 'APInvExp')) {
    const base = amount(distribution, 'ExpAmt');
    const booked = base.startsWith('-') ? { CreditAmount: negated(base) } : { DebitAmount: base };
    for (const account of [...call.company.rows('APInvExpTGLC').childrenOf(distribution)]) {
      if (account['RecordType'] !== 'A' || text(account, 'BookID') !== 'MAIN') continue;
      const { SysRowID: _id, SysRevID: _version, ...columns } = account;
      call.state.insert(call.company, 'APInvExpTGLC', { ...columns, ...booked, RecordType: 'R' }, AGENT);
    }
  }
}

function invoiceReleases(call: CallContext, head: Row): void {
  for (const line of call.company.rows('APInvDtl').childrenOf(head)) {
    const release = call.company
      .rows('PORel')
      .find(line['PONum'] ?? 0, line['POLine'] ?? 0, line['PORelNum'] ?? 0);
    if (release === undefined) continue;
    const InvoicedQty = sum([amount(release, 'InvoicedQty'), amount(line, 'OurQty')], 2);
    call.state.change(call.company, 'PORel', release, { InvoicedQty }, AGENT);
  }
}

function postInvoice(call: CallContext, head: Row): void {
  bookAccounts(call, head);
  invoiceReleases(call, head);
  const open = !isZero(amount(head, 'DocInvoiceBal'));
  const changes: Row = { Posted: true, OpenPayable: open, GroupID: '', JournalNum: call.company.nextJournal };
  call.company.nextJournal += 1;
  call.state.change(call.company, 'APInvHed', head, changes, AGENT);
  const cancelled = call.company.rows('APInvHed').find(head['VendorNum'] ?? 0, text(head, 'InvoiceRef'));
  if (head['CancellationInv'] === true && cancelled !== undefined) settleCancelled(call, head, cancelled);
}

/** An invoice and what cancels it owe nothing any more. */
function settleCancelled(call: CallContext, head: Row, cancelled: Row): void {
  const nothing: Row = {
    OpenPayable: false,
    DocInvoiceBal: '0',
    InvoiceBal: '0',
    DocUnpostedBal: '0',
    UnpostedBal: '0',
  };
  call.state.change(call.company, 'APInvHed', head, nothing, AGENT);
  const by = { RefCancelledby: text(head, 'InvoiceNum') };
  call.state.change(call.company, 'APInvHed', cancelled, { ...nothing, ...by }, AGENT);
}

/** Posts a group: all of it or what is right of it; a post log says why the rest was not posted. */
export function postInvoiceGroup(call: CallContext, groupId: string): void {
  const group = call.company.rows('APInvGrp').find(groupId);
  if (group === undefined) return;
  const heads = invoicesOf(call, groupId);
  const judged = heads.map((head) => ({ head, wrong: obstacle(call, head) }));
  const log = judged.flatMap(({ wrong }) => wrong ?? []);
  if (heads.length === 0) log.push('There is no invoice in the group.');
  if (log.length === 0 || call.state.switches.groupPosting === 'what-is-right') {
    for (const { head, wrong } of judged) if (wrong === undefined) postInvoice(call, head);
  }
  if (log.length === 0 && call.state.switches.groupAfterPosting === 'delete') {
    call.state.remove(call.company, 'APInvGrp', group);
    return;
  }
  const changes = { PostInProcess: false, PostErrorLog: log.join('\n') };
  call.state.change(call.company, 'APInvGrp', group, changes, AGENT);
}

function begin(call: MethodCall): string {
  const ds = call.parameters['ds'];
  const rows = isObject(ds) ? ds['APInvoicePostParam'] : undefined;
  const row = Array.isArray(rows) ? rows[0] : undefined;
  if (!isObject(row)) throw businessError('Parameter ds has no row of APInvoicePostParam.');
  const id = row['GroupID'];
  if (typeof id !== 'string') throw businessError('Group ID is required.');
  needRightToPost(call);
  const group = needFreeGroup(call, text(invoiceGroup(call, id), 'GroupID'));
  call.state.change(call.company, 'APInvGrp', group, { PostInProcess: true, PostErrorLog: '' }, call.user);
  return id;
}

/** Refuses a caller that may not post. */
export function needRightToPost(call: CallContext): void {
  if (call.state.switches.mayPost) return;
  throw new EpicorRefusal(
    403,
    'Epicor.ServiceModel.UnauthorizedAccessException',
    'Access to the posting process is denied.',
  );
}

/** Methods of the invoice-posting process: through the system agent, or at once. */
export const INVOICE_POSTING: Readonly<Record<string, Method>> = {
  GetNewParameters: reads(() => ({
    returnObj: {
      APInvoicePostParam: [{ GroupID: '', AgentID: '', AgentSchedNum: 0, AgentTaskNum: 0, RowMod: 'A' }],
    },
  })),
  SubmitToAgent: writes((call): MethodReply => {
    for (const name of ['agentID', 'maintProgram']) call.text(name);
    for (const name of ['agentSchedNum', 'agentTaskNum']) call.whole(name);
    const id = begin(call);
    call.state.later(call.state.switches.postingMs, () => postInvoiceGroup(call, id));
    return {};
  }),
  RunDirect: writes((call): MethodReply => {
    postInvoiceGroup(call, begin(call));
    return {};
  }),
};
