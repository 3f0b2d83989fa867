import type { CallContext } from './method';
import { businessError } from './refusal';
import { text } from './state';
import type { Row } from './table-rows';

const SEGMENTS = Array.from({ length: 20 }, (_, index) => `SegValue${index + 1}`);
const MAIN_BOOK = 'MAIN';

/** The columns of a row without an account. */
export function blankAccount(call: CallContext, sent: Row): Row {
  const columns: Row = { ...bookOf(call, sent), GLAccount: '', GLAccountGLAcctDisp: '' };
  for (const name of SEGMENTS) columns[name] = '';
  return columns;
}

/** Why an account cannot be used on a date, or undefined. */
export function accountObstacle(
  call: CallContext,
  coa: string,
  account: string,
  date: string,
): string | undefined {
  if (account === '') return 'GL account is required.';
  const row = call.company.rows('GLAccount').find(coa, account);
  if (row === undefined) return 'GL account is not valid.';
  const [from, to] = [text(row, 'EffFrom'), text(row, 'EffTo')];
  const outside = (from !== '' && date < from) || (to !== '' && date > to);
  return row['Active'] !== true || outside ? 'GL account is not active.' : undefined;
}

/**
 * The account columns of a row as they are stored: internal text, segments, display text, chart and book.
 * What is wrong with the account is refused, blanked or left for posting, as the site does it.
 */
export function codedAccount(call: CallContext, sent: Row, date: string, table: string): Row {
  const { accountFrom, invalidAccount } = call.state.switches;
  const segments = SEGMENTS.map((name) => text(sent, name));
  const joined = segments.join('|').replace(/\|+$/, '');
  const typed = text(sent, 'GLAccount');
  const account = accountFrom === 'segments' ? joined : typed || joined;
  if (account === '') return blankAccount(call, sent);
  if (joined !== '' && typed !== '' && joined !== typed && !joined.startsWith(`${typed}|`))
    throw businessError('GL account is not valid.', table, 'GLAccount');
  const book = bookOf(call, sent);
  const obstacle = accountObstacle(call, text(book, 'COACode'), account, date);
  if (obstacle !== undefined && invalidAccount === 'refuse')
    throw businessError(obstacle, table, 'GLAccount');
  if (obstacle !== undefined && invalidAccount === 'blank') return blankAccount(call, sent);
  return { ...book, ...accountColumns(call, text(book, 'COACode'), account) };
}

/** The account that the server itself gives a distribution. */
export function defaultAccount(call: CallContext): Row {
  const book = bookOf(call, {});
  const first = call.company.rows('GLAccount').all.find((row) => row['Active'] === true);
  const account = call.company.defaultExpense ?? (first === undefined ? '' : text(first, 'GLAccount1'));
  if (account === '') return blankAccount(call, {});
  return { ...book, ...accountColumns(call, text(book, 'COACode'), account) };
}

function bookOf(call: CallContext, sent: Row): Row {
  const chart = text(sent, 'COACode') || text(call.company.rows('COA').all[0] ?? {}, 'COACode');
  return { BookID: text(sent, 'BookID') || MAIN_BOOK, COACode: chart };
}

function accountColumns(call: CallContext, coa: string, account: string): Row {
  const shown = text(call.company.rows('GLAccount').find(coa, account) ?? {}, 'GLAcctDispGLAcctDisp');
  const columns: Row = { GLAccount: account, GLAccountGLAcctDisp: shown || account.replaceAll('|', '-') };
  const values = account.split('|');
  SEGMENTS.forEach((name, index) => {
    columns[name] = values[index] ?? '';
  });
  return columns;
}

/** Of account text and segments, the one that was changed counts when the other was left as it was. */
export function recoded(call: CallContext, stored: Row, sent: Row): Row {
  const next: Row = { ...stored, ...sent };
  if (call.state.switches.accountFrom === 'segments') return next;
  const changed = (name: string) => sent[name] !== undefined && text(sent, name) !== text(stored, name);
  const segments = Object.keys(next).filter((name) => name.startsWith('SegValue'));
  if (segments.some(changed)) return changed('GLAccount') ? next : { ...next, GLAccount: '' };
  if (changed('GLAccount')) for (const name of segments) next[name] = '';
  return next;
}
