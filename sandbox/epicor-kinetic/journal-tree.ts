import { compared, isZero, scaleOf, sum } from '../money';
import { isClosed } from './fiscal-period';
import { accountObstacle } from './ledger-accounts';
import type { CallContext } from './method';
import { businessError, noSuchRecord } from './refusal';
import { amount, text } from './state';
import type { Row } from './table-rows';

const KEY = ['BookID', 'FiscalYear', 'FiscalYearSuffix', 'JournalCode', 'JournalNum', 'FiscalCalendarID'];

/** The columns that a journal's rows share. */
export function journalKey(row: Row): Row {
  return Object.fromEntries(KEY.map((name) => [name, row[name] ?? '']));
}

/** The stored group, refused when it does not exist or another user holds it. */
export function freeJournalGroup(call: CallContext, groupId: string): Row {
  if (groupId.trim() === '') throw businessError('Group ID is required.', 'GLJrnGrp', 'GroupID');
  const group = call.company.rows('GLJrnGrp').find(groupId);
  if (group === undefined) throw businessError('Group ID is not valid.', 'GLJrnGrp', 'GroupID');
  const holder = text(group, 'ActiveUserID');
  if (holder !== '' && holder !== call.user)
    throw businessError('Group is locked by another user.', 'GLJrnGrp', 'GroupID');
  return group;
}

/** Unposted journals of a group. */
export function journalsOf(call: CallContext, groupId: string): Row[] {
  const wanted = groupId.toLowerCase();
  return call.company
    .rows('GLJrnHed')
    .all.filter((head) => head['Posted'] !== true && text(head, 'GroupID').toLowerCase() === wanted);
}

/** The stored journal of a row, refused when it is posted or its group is held. */
export function openJournal(call: CallContext, row: Row): Row {
  const head = call.company.rows('GLJrnHed').find(...KEY.map((name) => row[name] ?? ''));
  if (head === undefined) throw noSuchRecord();
  if (head['Posted'] === true)
    throw businessError('Journal is posted and cannot be changed.', 'GLJrnHed', 'JournalNum');
  freeJournalGroup(call, text(head, 'GroupID'));
  return head;
}

/** Adds up debits and credits anew. */
export function totalJournal(call: CallContext, head: Row): void {
  const lines = call.company.rows('GLJrnDtlMnl').childrenOf(head);
  const totals = {
    TotDebit: sum(lines.map((line) => amount(line, 'DebitAmount'))),
    TotCredit: sum(lines.map((line) => amount(line, 'CreditAmount'))),
  };
  call.state.change(call.company, 'GLJrnHed', head, totals, call.user);
}

/** The first reason why a journal cannot be posted, or undefined. */
export function journalObstacle(call: CallContext, head: Row): string | undefined {
  const name = `Journal ${text(head, 'JournalNum')}`;
  const lines = call.company.rows('GLJrnDtlMnl').childrenOf(head);
  if (head['JournalHeld'] === true) return `${name}: Journal is held`;
  if (lines.length === 0) return `${name}: No detail`;
  if (isClosed(call, text(head, 'JEDate'))) return `${name}: Date is in a closed fiscal period`;
  const scale = scaleOf(text(head, 'CurrencyCode'));
  const balance = sum(
    lines.map((line) => amount(line, 'DocTransAmt')),
    scale,
  );
  if (!isZero(balance) || compared(amount(head, 'TotDebit'), amount(head, 'TotCredit')) !== 0)
    return `${name}: Out of Balance transactions`;
  for (const line of lines) {
    const account = text(line, 'GLAccount');
    const wrong = accountObstacle(call, text(line, 'COACode'), account, text(head, 'JEDate'));
    if (wrong !== undefined) return `${name}, line ${text(line, 'JournalLine')}: Invalid Account`;
  }
  return undefined;
}
