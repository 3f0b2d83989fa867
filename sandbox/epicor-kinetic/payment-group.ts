import type { Dataset } from './dataset';
import { type CallContext, type Method, type MethodReply, reads, writes } from './method';
import { getByKey } from './method-reads';
import { businessError, EpicorRefusal } from './refusal';
import { text } from './state';
import type { Row } from './table-rows';

/** The stored group, refused when it does not exist. */
export function groupOf(call: CallContext, groupId: string): Row {
  if (groupId.trim() === '') throw businessError('Group ID is required.', 'APChkGrp', 'GroupID');
  const group = call.company.rows('APChkGrp').find(groupId);
  if (group === undefined) throw businessError('Group ID is not valid.', 'APChkGrp', 'GroupID');
  return group;
}

/** Refuses a change while another user holds the group or the agent posts it. */
export function needEditable(group: Row, user: string): void {
  const holder = text(group, 'ActiveUserID');
  if (holder !== '' && holder !== user)
    throw businessError('Group is locked by another user.', 'APChkGrp', 'GroupID');
  if (group['PostInProcess'] === true) throw businessError('Group is being posted.', 'APChkGrp', 'GroupID');
}

/** Refuses an update that was made from an older version of the row. */
export function needFresh(call: CallContext, sent: Row, stored: Row, table: string): void {
  if (sent['SysRevID'] === stored['SysRevID']) return;
  throw new EpicorRefusal(
    call.state.switches.staleRowStatus,
    'Ice.Common.BusinessObjectException',
    'Record has been modified by another user.',
    [{ Message: 'Record has been modified by another user.', Type: 'Error', Table: table }],
  );
}

export function duplicate(table: string): EpicorRefusal {
  return new EpicorRefusal(
    409,
    'Ice.Common.DuplicateRecordException',
    `${table}: duplicate entry of existing record.`,
  );
}

function newGroup(locked: boolean): Method {
  return writes((call) => {
    const ds = call.dataset();
    ds.rows('APChkGrp').push({
      Company: call.company.code,
      GroupID: '',
      CreatedBy: call.user,
      ActiveUserID: locked ? call.user : '',
      CheckDate: call.state.today(),
      CurrencyCode: call.company.baseCurrency,
      RowMod: 'A',
    });
    return { parameters: { ds: ds.toWire() } };
  });
}

function saveGroups(call: CallContext, ds: Dataset): MethodReply {
  const saved = ds.rows('APChkGrp').map((sent): Row => {
    switch (sent['RowMod']) {
      case 'A':
        return addGroup(call, sent);
      case 'U': {
        const group = groupOf(call, text(sent, 'GroupID'));
        needEditable(group, call.user);
        needFresh(call, sent, group, 'APChkGrp');
        call.state.change(call.company, 'APChkGrp', group, changesOf(sent), call.user);
        return { ...group, RowMod: '' };
      }
      default:
        return sent;
    }
  });
  ds.replace('APChkGrp', saved);
  return { parameters: { ds: ds.toWire() } };
}

function changesOf(sent: Row): Row {
  const changes: Row = {};
  for (const name of ['BankAcctID', 'CheckDate', 'CurrencyCode', 'PMUID']) {
    if (sent[name] !== undefined) changes[name] = sent[name];
  }
  return changes;
}

function addGroup(call: CallContext, sent: Row): Row {
  const id = text(sent, 'GroupID');
  if (id.trim() === '') throw businessError('Group ID is required.', 'APChkGrp', 'GroupID');
  if (id.length > 9)
    throw businessError('Group ID cannot be longer than 9 characters.', 'APChkGrp', 'GroupID');
  if (call.company.rows('APChkGrp').find(id) !== undefined) throw duplicate('APChkGrp');
  if (call.company.rows('BankAcct').find(text(sent, 'BankAcctID')) === undefined) {
    throw businessError('Bank account is required.', 'APChkGrp', 'BankAcctID');
  }
  if (call.company.rows('PayMethod').find(sent['PMUID'] ?? 0) === undefined) {
    throw businessError('Payment method is not valid.', 'APChkGrp', 'PMUID');
  }
  if (text(sent, 'CheckDate') === '') throw businessError('Check date is required.', 'APChkGrp', 'CheckDate');
  const row: Row = { ...sent, RowMod: '', PostErrorLog: '', PostInProcess: false };
  call.state.insert(call.company, 'APChkGrp', row, call.user);
  return { ...row };
}

/** Heads that stand in a group and are not posted. */
export function headsOf(call: CallContext, groupId: string): Row[] {
  const wanted = groupId.toLowerCase();
  return call.company
    .rows('CheckHed')
    .all.filter((head) => text(head, 'GroupID').toLowerCase() === wanted && head['Posted'] !== true);
}

/** Whether every payment of the group has a check number. */
function allNumbered(call: CallContext, groupId: string): boolean {
  return headsOf(call, groupId).every((head) => Number(head['CheckNum'] ?? 0) > 0);
}

export const postAllowed = reads((call) => {
  const group = groupOf(call, call.text('pcGroupID'));
  const heads = headsOf(call, text(group, 'GroupID'));
  const free = group['PostInProcess'] !== true && text(group, 'ActiveUserID') === '';
  return { returnObj: free && heads.length > 0 && allNumbered(call, text(group, 'GroupID')) };
});

export const checkNumsAssigned = reads((call) => ({
  returnObj: allNumbered(call, text(groupOf(call, call.text('groupID')), 'GroupID')),
}));

/** Methods of the payment-group service. */
export const GROUP_METHODS: Readonly<Record<string, Method>> = {
  GetByID: getByKey('APChkGrp', (call) => [call.text('groupID')]),
  GetNewAPChkGrp: newGroup(true),
  GetNewAPChkGrpNoLock: newGroup(false),
  OnChangeBankAcctID: writes((call) => {
    const ds = call.dataset();
    const group = ds.active('APChkGrp');
    const bank = call.company.rows('BankAcct').find(call.text('pcBankAcctID'));
    if (bank === undefined) throw businessError('Bank account is not valid.', 'APChkGrp', 'BankAcctID');
    Object.assign(group, { BankAcctID: bank['BankAcctID'], CurrencyCode: bank['CurrencyCode'] });
    return { parameters: { ds: ds.toWire() } };
  }),
  OnChangePayMethod: writes((call) => {
    const ds = call.dataset();
    const group = ds.active('APChkGrp');
    const method = call.company.rows('PayMethod').find(call.whole('vPMUID'));
    if (method === undefined) throw businessError('Payment method is not valid.', 'APChkGrp', 'PMUID');
    Object.assign(group, { PMUID: method['PMUID'], PayMethodType: method['Type'] });
    return { parameters: { ds: ds.toWire() } };
  }),
  Update: writes((call) => saveGroups(call, call.dataset())),
  UpdateMaster: writes((call) => saveGroups(call, call.dataset())),
  UnlockGroup: writes((call) => {
    const group = groupOf(call, call.text('InGroupID'));
    needEditable(group, call.user);
    call.state.change(call.company, 'APChkGrp', group, { ActiveUserID: '' }, call.user);
    return {};
  }),
  DeleteByID: writes((call) => {
    const group = groupOf(call, call.text('groupID'));
    needEditable(group, call.user);
    if (headsOf(call, text(group, 'GroupID')).length > 0) {
      throw businessError('Group has payments and cannot be deleted.', 'APChkGrp', 'GroupID');
    }
    call.state.remove(call.company, 'APChkGrp', group);
    return {};
  }),
  PostAllowed: postAllowed,
  CheckAllCheckNumsAssigned: checkNumsAssigned,
};
