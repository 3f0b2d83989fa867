import type { Dataset } from './dataset';
import { type CallContext, type Method, type MethodReply, reads, writes } from './method';
import { getByKey, getRows } from './method-reads';
import { duplicate, needFresh } from './payment-group';
import { businessError } from './refusal';
import { amount, text } from './state';
import type { Row } from './table-rows';

/** Someone who opens groups in the client while the interface writes. */
const SOMEONE = 'clerk';

/** The stored invoice group, refused when it does not exist. */
export function invoiceGroup(call: CallContext, groupId: string): Row {
  if (groupId.trim() === '') throw businessError('Group ID is required.', 'APInvGrp', 'GroupID');
  const group = call.company.rows('APInvGrp').find(groupId);
  if (group === undefined) throw businessError('Group ID is not valid.', 'APInvGrp', 'GroupID');
  return group;
}

/** Refuses a change while another user holds the group or the agent posts it. */
export function needFreeGroup(call: CallContext, groupId: string): Row {
  const group = invoiceGroup(call, groupId);
  const holder = text(group, 'ActiveUserID');
  if (holder !== '' && holder !== call.user)
    throw businessError('Group is locked by another user.', 'APInvGrp', 'GroupID');
  if (group['PostInProcess'] === true) throw businessError('Group is being posted.', 'APInvGrp', 'GroupID');
  return group;
}

/** Unposted invoices that stand in a group. */
export function invoicesOf(call: CallContext, groupId: string): Row[] {
  const wanted = groupId.toLowerCase();
  return call.company
    .rows('APInvHed')
    .all.filter((head) => head['Posted'] !== true && text(head, 'GroupID').toLowerCase() === wanted);
}

function newGroup(locked: boolean): Method {
  return writes((call) => {
    const ds = call.dataset();
    const today = call.state.today();
    ds.rows('APInvGrp').push({
      Company: call.company.code,
      GroupID: '',
      CreatedBy: call.user,
      ActiveUserID: locked ? call.user : '',
      ApplyDate: today,
      FiscalYear: Number(today.slice(0, 4)),
      FiscalPeriod: Number(today.slice(5, 7)),
      FiscalCalendarID: 'MAIN',
      RowMod: 'A',
    });
    return { parameters: { ds: ds.toWire() } };
  });
}

/** Adds a group that was typed in or sent to the entity set. */
export function addInvoiceGroup(call: CallContext, sent: Row): Row {
  const id = text(sent, 'GroupID');
  if (id.trim() === '') throw businessError('Group ID is required.', 'APInvGrp', 'GroupID');
  if (id.length > 9)
    throw businessError('Group ID cannot be longer than 9 characters.', 'APInvGrp', 'GroupID');
  if (call.company.rows('APInvGrp').find(id) !== undefined) throw duplicate('APInvGrp');
  const date = text(sent, 'ApplyDate') || call.state.today();
  needOpenPeriod(call, date);
  const row: Row = {
    CreatedBy: call.user,
    ActiveUserID: '',
    ...sent,
    ApplyDate: date,
    FiscalYear: Number(date.slice(0, 4)),
    FiscalPeriod: Number(date.slice(5, 7)),
    PostErrorLog: '',
    PostInProcess: false,
    RowMod: '',
  };
  call.state.insert(call.company, 'APInvGrp', row, call.user);
  const { groupHeldMs } = call.state.switches;
  if (groupHeldMs > 0) {
    call.state.change(call.company, 'APInvGrp', row, { ActiveUserID: SOMEONE }, SOMEONE);
    call.state.later(groupHeldMs, () => {
      if (call.company.rows('APInvGrp').find(id) === row && row['ActiveUserID'] === SOMEONE)
        call.state.change(call.company, 'APInvGrp', row, { ActiveUserID: '' }, SOMEONE);
    });
  }
  return { ...row };
}

function needOpenPeriod(call: CallContext, date: string): void {
  if (call.state.switches.closedPeriod === 'refuse' && date <= call.company.closedThrough)
    throw businessError('Apply date is in a closed fiscal period.', 'APInvGrp', 'ApplyDate');
}

function changeGroup(call: CallContext, sent: Row): Row {
  const group = needFreeGroup(call, text(sent, 'GroupID'));
  needFresh(call, sent, group, 'APInvGrp');
  const date = text(sent, 'ApplyDate') || text(group, 'ApplyDate');
  needOpenPeriod(call, date);
  call.state.change(call.company, 'APInvGrp', group, { ApplyDate: date }, call.user);
  return { ...group, RowMod: '' };
}

function saveGroups(call: CallContext, ds: Dataset): MethodReply {
  const saved = ds.rows('APInvGrp').map((sent): Row => {
    if (sent['RowMod'] === 'A') return addInvoiceGroup(call, sent);
    return sent['RowMod'] === 'U' ? changeGroup(call, sent) : sent;
  });
  ds.replace('APInvGrp', saved);
  return { parameters: { ds: ds.toWire() } };
}

function setHolder(holder: (user: string) => string): Method {
  return writes((call) => {
    const group = needFreeGroup(call, call.text('groupID'));
    const ds = call.dataset();
    call.state.change(call.company, 'APInvGrp', group, { ActiveUserID: holder(call.user) }, call.user);
    ds.replace('APInvGrp', [{ ...group, RowMod: '' }]);
    return { parameters: { ds: ds.toWire() } };
  });
}

/** What a clerk is told before posting: which invoices do not agree with their details. */
const prePost = reads((call) => {
  const heads = invoicesOf(call, text(invoiceGroup(call, call.text('PostGroupID')), 'GroupID'));
  const differing = heads.filter((head) => !/^-?0*(\.0*)?$/.test(amount(head, 'DocInvoiceVariance')));
  const numbers = differing.map((head) => text(head, 'InvoiceNum')).join(', ');
  return {
    parameters: {
      ReturnMessage: '',
      VarianceMessage: numbers === '' ? '' : `Invoices whose total does not agree: ${numbers}`,
      TaxCalcFlag: false,
    },
  };
});

/** Methods of the invoice-group service. */
export const INVOICE_GROUP_METHODS: Readonly<Record<string, Method>> = {
  GetByID: getByKey('APInvGrp', (call) => [call.text('groupID')]),
  GetRows: getRows('APInvGrp', ['APInvGrp']),
  GetRowsUseLockSetting: getRows('APInvGrp', ['APInvGrp']),
  GetNewAPInvGrp: newGroup(true),
  GetNewAPInvGrpNoLock: newGroup(false),
  Update: writes((call) => saveGroups(call, call.dataset())),
  LockAPGroup: setHolder((user) => user),
  UnlockAPGroup: setHolder(() => ''),
  UnlockGroup: writes((call) => {
    const group = needFreeGroup(call, call.text('InGroupID'));
    call.state.change(call.company, 'APInvGrp', group, { ActiveUserID: '' }, call.user);
    return {};
  }),
  PrePostGroupInvoices: prePost,
  DeleteByID: writes((call) => {
    const group = needFreeGroup(call, call.text('groupID'));
    if (invoicesOf(call, text(group, 'GroupID')).length > 0)
      throw businessError('Group has invoices and cannot be deleted.', 'APInvGrp', 'GroupID');
    call.state.remove(call.company, 'APInvGrp', group);
    return {};
  }),
};
