import { negated } from '../money';
import { fiscalColumns, nextPeriodStart } from './fiscal-period';
import { journalKey, journalObstacle, journalsOf } from './journal-tree';
import type { CallContext } from './method';
import { businessError } from './refusal';
import { amount, text } from './state';
import type { Row } from './table-rows';

/** Writes what was posted to the ledger, one row per line. */
function book(call: CallContext, key: Row, head: Row, lines: readonly Row[], reversed: boolean): void {
  for (const line of lines) {
    const { SysRowID: _id, SysRevID: _version, ...columns } = line;
    const row: Row = {
      ...columns,
      ...key,
      FiscalPeriod: head['FiscalPeriod'] ?? 0,
      GroupID: text(head, 'GroupID'),
      Description: text(line, 'Description') || text(head, 'Description'),
      CommentText: text(line, 'CommentText') || text(head, 'CommentText'),
      JEDate: head['JEDate'] ?? null,
      PostedDate: call.state.today(),
      Posted: true,
      SourceModule: 'GL',
      Reverse: reversed,
    };
    if (reversed) Object.assign(row, mirrored(line));
    call.state.insert(call.company, 'GLJrnDtl', row, call.user);
  }
}

function mirrored(line: Row): Row {
  return {
    TransAmt: negated(amount(line, 'TransAmt')),
    DocTransAmt: negated(amount(line, 'DocTransAmt')),
    DebitAmount: amount(line, 'CreditAmount'),
    CreditAmount: amount(line, 'DebitAmount'),
  };
}

/** Posts the journal that takes another one back in its next period. */
function bookReversal(call: CallContext, head: Row, lines: readonly Row[]): void {
  const date = text(head, 'ReverseDate') || nextPeriodStart(text(head, 'JEDate'));
  const reversal: Row = {
    ...head,
    JEDate: date,
    ...fiscalColumns(date),
    JournalNum: call.company.nextJournal,
  };
  call.company.nextJournal += 1;
  book(call, journalKey(reversal), reversal, lines, true);
}

function postJournal(call: CallContext, head: Row): void {
  const store = call.company.rows('GLJrnDtlMnl');
  const lines = [...store.childrenOf(head)];
  book(call, journalKey(head), head, lines, false);
  if (head['Reverse'] === true) bookReversal(call, head, lines);
  if (call.state.switches.journalAfterPosting === 'keep') {
    call.state.change(call.company, 'GLJrnHed', head, { Posted: true }, call.user);
    return;
  }
  for (const line of lines) call.state.remove(call.company, 'GLJrnDtlMnl', line);
  call.state.remove(call.company, 'GLJrnHed', head);
}

/** Posts the journals of a group that can be posted. Gives what is said of the others; empty: all were posted. */
export function postJournals(call: CallContext, group: Row): string {
  const { wrongJournal, groupPosting, groupAfterPosting } = call.state.switches;
  const heads = journalsOf(call, text(group, 'GroupID'));
  const judged = heads.map((head) => ({ head, wrong: journalObstacle(call, head) }));
  const log = judged.flatMap(({ wrong }) => wrong ?? []);
  if (heads.length === 0) log.push('There is no journal in the group.');
  if (log.length > 0 && wrongJournal === 'refused') throw businessError(log.join('\n'), 'GLJrnHed');
  if (log.length === 0 || groupPosting === 'what-is-right') {
    for (const { head, wrong } of judged) if (wrong === undefined) postJournal(call, head);
  }
  if (log.length === 0 && groupAfterPosting === 'delete') {
    call.state.remove(call.company, 'GLJrnGrp', group);
    return '';
  }
  const changes = { PostErrorLog: log.join('\n'), Posted: log.length === 0 };
  call.state.change(call.company, 'GLJrnGrp', group, changes, call.user);
  return log.length === 0 ? '' : 'Not all journals in the group were posted.';
}
