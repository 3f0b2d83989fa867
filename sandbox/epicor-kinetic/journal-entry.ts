import { fiscalColumns } from './fiscal-period';
import { removeBranch } from './invoice-tree';
import { chosen, saveJournals } from './journal-save';
import { freeJournalGroup, journalKey, openJournal } from './journal-tree';
import { type Method, type MethodCall, type MethodReply, writes } from './method';
import { getByKey, getList, getRows, treeOf } from './method-reads';
import { noSuchRecord } from './refusal';
import { tableOf } from './schema';
import { text } from './state';
import type { Value } from './table-rows';

const JOURNAL_DATASET = [
  'GLJrnHed',
  'GLJrnHedAttch',
  'GLJrnDtlMnl',
  'GLJrnDtlMnlAttch',
  'GLJrnDtlMnlDEASch',
  'GLJrnDtlMnlTranGLC',
  'GlAllocations',
  'LegalNumGenOpts',
];
const JOURNAL_LIST = [
  'Company',
  'BookID',
  'FiscalYear',
  'FiscalPeriod',
  'JournalCode',
  'JournalNum',
  'GroupID',
  'Description',
  'JEDate',
  'TotDebit',
  'TotCredit',
  'CurrencyCode',
  'SysRowID',
];
function keyOf(call: MethodCall): Value[] {
  return [
    call.text('bookID'),
    call.whole('fiscalYear'),
    call.text('fiscalYearSuffix'),
    call.text('journalCode'),
    call.whole('journalNum'),
    call.text('fiscalCalendarID'),
  ];
}

/** Methods of the journal-entry service. */
export const JOURNAL_ENTRY_METHODS: Readonly<Record<string, Method>> = {
  GetByID: getByKey('GLJrnHed', keyOf),
  GetRows: getRows('GLJrnHed', JOURNAL_DATASET),
  GetList: getList('GLJrnHed', JOURNAL_LIST),
  GetNewGlJrnHedTran: writes((call): MethodReply => {
    const group = freeJournalGroup(call, call.text('GroupID'));
    const ds = call.dataset();
    const columns = ['GroupID', 'BookID', 'JournalCode', 'JEDate', 'CurrencyCode', 'FiscalPeriod'];
    const date = text(group, 'JEDate');
    const row = { ...chosen(group, columns), ...fiscalColumns(date), ExchangeRate: '1', JournalNum: 0 };
    ds.rows('GLJrnHed').push({ Company: call.company.code, ...row, EnteredBy: call.user, RowMod: 'A' });
    return { parameters: { ds: ds.toWire() } };
  }),
  GetNewGLJrnDtlMnl: writes((call): MethodReply => {
    const head = openJournal(call, {
      BookID: call.text('bookID'),
      FiscalYear: call.whole('fiscalYear'),
      FiscalYearSuffix: call.text('fiscalYearSuffix'),
      JournalCode: call.text('journalCode'),
      JournalNum: call.whole('journalNum'),
      FiscalCalendarID: 'MAIN',
    });
    call.whole('journalLine');
    const ds = call.dataset();
    const copied = chosen(head, ['Description', 'CommentText', 'JEDate', 'CurrencyCode', 'GroupID']);
    const chart = text(call.company.rows('COA').all[0] ?? {}, 'COACode');
    const row = { ...journalKey(head), ...copied, JournalLine: 0, COACode: chart };
    ds.rows('GLJrnDtlMnl').push({ Company: call.company.code, ...row, RowMod: 'A' });
    return { parameters: { ds: ds.toWire() } };
  }),
  PreUpdate: writes((call) => ({ parameters: { ds: call.dataset().toWire(), RequiresUserInput: false } })),
  Update: writes((call): MethodReply => {
    const heads = saveJournals(call, call.dataset());
    const table = tableOf(call.state.schema, 'GLJrnHed');
    return { parameters: { ds: treeOf(call.state, call.company, table, heads) } };
  }),
  DeleteByID: writes((call) => {
    const head = call.company.rows('GLJrnHed').find(...keyOf(call));
    if (head === undefined) throw noSuchRecord();
    openJournal(call, head);
    call.state.atomically(() => removeBranch(call, 'GLJrnHed', head));
    return {};
  }),
};
