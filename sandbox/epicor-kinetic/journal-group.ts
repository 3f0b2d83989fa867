import type { Dataset } from './dataset';
import { fiscalColumns, isClosed } from './fiscal-period';
import { needRightToPost } from './invoice-posting';
import { postJournals } from './journal-posting';
import { freeJournalGroup, journalObstacle, journalsOf } from './journal-tree';
import { type CallContext, type Method, type MethodReply, reads, writes } from './method';
import { getByKey, getRows } from './method-reads';
import { duplicate, needFresh } from './payment-group';
import { businessError } from './refusal';
import { text } from './state';
import type { Row } from './table-rows';

function newGroup(locked: boolean): Method {
  return writes((call): MethodReply => {
    const ds = call.dataset();
    const today = call.state.today();
    ds.rows('GLJrnGrp').push({
      Company: call.company.code,
      GroupID: '',
      BookID: 'MAIN',
      BookMode: 'S',
      COACode: text(call.company.rows('COA').all[0] ?? {}, 'COACode'),
      CurrencyCode: call.company.baseCurrency,
      RateGrpCode: 'MAIN',
      CreatedBy: call.user,
      ActiveUserID: locked ? call.user : '',
      JournalCode: 'GJ',
      FiscalPeriodType: 'O',
      JEDate: today,
      ...fiscalColumns(today),
      RowMod: 'A',
    });
    return { parameters: { ds: ds.toWire() } };
  });
}

function checkGroup(call: CallContext, row: Row): void {
  const refuse = (message: string, field: string) => businessError(message, 'GLJrnGrp', field);
  if (text(row, 'GroupID').trim() === '') throw refuse('Group ID is required.', 'GroupID');
  if (text(row, 'GroupID').length > 9)
    throw refuse('Group ID cannot be longer than 9 characters.', 'GroupID');
  if (text(row, 'JEDate') === '') throw refuse('Journal date is required.', 'JEDate');
  if (text(row, 'BookID') !== 'MAIN') throw refuse('Book is not valid.', 'BookID');
  if (text(row, 'JournalCode') === '') throw refuse('Journal Code is required.', 'JournalCode');
  if (call.state.switches.closedPeriod === 'refuse' && isClosed(call, text(row, 'JEDate')))
    throw refuse('Journal date is in a closed fiscal period.', 'JEDate');
}

function saveGroup(call: CallContext, sent: Row): Row {
  if (sent['RowMod'] === 'A') {
    const row: Row = {
      BookID: 'MAIN',
      BookMode: 'S',
      JournalCode: 'GJ',
      ...sent,
      PostErrorLog: '',
      RowMod: '',
    };
    checkGroup(call, row);
    if (call.company.rows('GLJrnGrp').find(text(row, 'GroupID')) !== undefined) throw duplicate('GLJrnGrp');
    Object.assign(row, fiscalColumns(text(row, 'JEDate')));
    return { ...call.state.insert(call.company, 'GLJrnGrp', row, call.user) };
  }
  if (sent['RowMod'] !== 'U') return sent;
  const group = freeJournalGroup(call, text(sent, 'GroupID'));
  needFresh(call, sent, group, 'GLJrnGrp');
  const date = text(sent, 'JEDate');
  if (date !== text(group, 'JEDate') && journalsOf(call, text(group, 'GroupID')).length > 0)
    throw businessError('Journal date cannot change while the group has journals.', 'GLJrnGrp', 'JEDate');
  checkGroup(call, { ...group, JEDate: date });
  call.state.change(call.company, 'GLJrnGrp', group, { JEDate: date, ...fiscalColumns(date) }, call.user);
  return { ...group, RowMod: '' };
}

const update = writes((call): MethodReply => {
  const ds = call.dataset();
  const saved = call.state.atomically(() => ds.rows('GLJrnGrp').map((sent) => saveGroup(call, sent)));
  ds.replace('GLJrnGrp', saved);
  return { parameters: { ds: ds.toWire() } };
});

function withHolder(call: CallContext, ds: Dataset, groupId: string, holder: string): MethodReply {
  const group = freeJournalGroup(call, groupId);
  call.state.change(call.company, 'GLJrnGrp', group, { ActiveUserID: holder }, call.user);
  ds.replace('GLJrnGrp', [{ ...group, RowMod: '' }]);
  return { parameters: { ds: ds.toWire() } };
}

const post = writes((call): MethodReply => {
  const group = freeJournalGroup(call, call.onlyText());
  needRightToPost(call);
  return { parameters: { NotAllPostedMessage: postJournals(call, group) } };
});

/** Methods of the journal-group service. */
export const JOURNAL_GROUP_METHODS: Readonly<Record<string, Method>> = {
  GetByID: getByKey('GLJrnGrp', (call) => [call.text('groupID')]),
  GetRows: getRows('GLJrnGrp', ['GLJrnGrp']),
  GetRowsNoLock: getRows('GLJrnGrp', ['GLJrnGrp']),
  GetNewGLJrnGrp: newGroup(true),
  GetNewGLJrnGrpNoLock: newGroup(false),
  Update: update,
  UpdateNoLock: update,
  GroupLock: writes((call) => withHolder(call, call.dataset(), call.text('groupID'), call.user)),
  GroupUnlock: writes((call) => withHolder(call, call.dataset(), call.text('groupID'), '')),
  UnlockGroup: writes((call) => {
    const group = freeJournalGroup(call, call.onlyText());
    call.state.change(call.company, 'GLJrnGrp', group, { ActiveUserID: '' }, call.user);
    return {};
  }),
  CheckBeforePost: reads((call) => {
    const group = freeJournalGroup(call, call.onlyText());
    const wrong = journalsOf(call, text(group, 'GroupID')).flatMap(
      (head) => journalObstacle(call, head) ?? [],
    );
    return { parameters: { opMessage: wrong.join('\n') } };
  }),
  PostGroupJournals: post,
  DeleteByID: writes((call) => {
    const group = freeJournalGroup(call, call.text('groupID'));
    if (journalsOf(call, text(group, 'GroupID')).length > 0)
      throw businessError('Group has journals and cannot be deleted.', 'GLJrnGrp', 'GroupID');
    call.state.remove(call.company, 'GLJrnGrp', group);
    return {};
  }),
};
