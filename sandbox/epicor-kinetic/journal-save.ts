import { compared, isZero, minus, negated, scaleOf, times } from '../money';
import type { Dataset } from './dataset';
import { fiscalColumns, isClosed } from './fiscal-period';
import { rateOf } from './invoice-head';
import { nextNumber, removeBranch } from './invoice-tree';
import { freeJournalGroup, journalKey, openJournal, totalJournal } from './journal-tree';
import { codedAccount, recoded } from './ledger-accounts';
import type { CallContext } from './method';
import { duplicate, needFresh } from './payment-group';
import { businessError, noSuchRecord } from './refusal';
import { differing, needComplete } from './row-changes';
import { tableOf } from './schema';
import { amount, text } from './state';
import type { Row } from './table-rows';

const ON_HEAD = ['Description', 'CommentText', 'JEDate', 'JournalHeld', 'Reverse', 'ReverseDate'];
const ON_LINE = ['Description', 'CommentText', 'VendorNum'];

/** Those of some columns that a row has. */
export function chosen(row: Row, names: readonly string[]): Row {
  return Object.fromEntries(
    names.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name] ?? null]])),
  );
}

function checkHead(call: CallContext, group: Row, row: Row): void {
  const refuse = (message: string, field: string) => businessError(message, 'GLJrnHed', field);
  const date = text(row, 'JEDate');
  if (date === '') throw refuse('Journal date is required.', 'JEDate');
  if (call.state.switches.closedPeriod === 'refuse' && isClosed(call, date))
    throw refuse('Journal date is in a closed fiscal period.', 'JEDate');
  const period = fiscalColumns(date);
  const same =
    period['FiscalYear'] === group['FiscalYear'] && period['FiscalPeriod'] === group['FiscalPeriod'];
  if (call.state.switches.journalDate === 'in-period-of-group' && !same)
    throw refuse("Journal date is not in the group's fiscal period.", 'JEDate');
  const until = text(row, 'ReverseDate');
  if (row['Reverse'] === true && until !== '' && until <= date)
    throw refuse('Reverse date must be after the journal date.', 'ReverseDate');
}

function addHead(call: CallContext, sent: Row): Row {
  const group = freeJournalGroup(call, text(sent, 'GroupID'));
  const currency = text(sent, 'CurrencyCode') || text(group, 'CurrencyCode');
  const row: Row = {
    JEDate: group['JEDate'] ?? null,
    ...chosen(sent, ON_HEAD),
    Company: call.company.code,
    BookID: text(group, 'BookID'),
    JournalCode: text(group, 'JournalCode'),
    JournalNum: call.company.nextJournal,
    GroupID: text(group, 'GroupID'),
    CurrencyCode: currency,
    ExchangeRate: isZero(amount(sent, 'ExchangeRate'))
      ? rateOf(call, currency)
      : amount(sent, 'ExchangeRate'),
    RateGrpCode: 'MAIN',
    EnteredBy: call.user,
    Posted: false,
    TotDebit: '0',
    TotCredit: '0',
    RowMod: '',
  };
  checkHead(call, group, row);
  Object.assign(row, fiscalColumns(text(row, 'JEDate')));
  call.company.nextJournal += 1;
  return call.state.insert(call.company, 'GLJrnHed', row, call.user);
}

/** The amount of a line: of debit, credit and signed amount, those that were typed in. */
function amountColumns(head: Row, sent: Row, stored: Row): Row {
  const scale = scaleOf(text(head, 'CurrencyCode'));
  const typed = (name: string) =>
    sent[name] !== undefined && compared(amount(sent, name), amount(stored, name)) !== 0;
  const signed = typed('DocTransAmt') ? amount(sent, 'DocTransAmt') : undefined;
  const inBase = typed('TransAmt') ? amount(sent, 'TransAmt') : undefined;
  const sides = { ...stored, ...sent };
  const bySide =
    typed('DebitAmount') || typed('CreditAmount')
      ? minus(amount(sides, 'DebitAmount'), amount(sides, 'CreditAmount'), scale)
      : undefined;
  const value = signed ?? bySide ?? inBase ?? amount(stored, 'DocTransAmt');
  if (signed !== undefined && bySide !== undefined && compared(signed, bySide) !== 0)
    throw businessError('Amount does not agree with debit and credit.', 'GLJrnDtlMnl', 'DocTransAmt');
  const base = times(value, amount(head, 'ExchangeRate'));
  const credit = compared(base, '0') < 0;
  return {
    DocTransAmt: value,
    TransAmt: base,
    DebitAmount: credit ? '0' : base,
    CreditAmount: credit ? negated(base) : '0',
  };
}

function addLine(call: CallContext, sent: Row): Row {
  const head = openJournal(call, sent);
  const siblings = call.company.rows('GLJrnDtlMnl').childrenOf(head);
  const given = Number(sent['JournalLine'] ?? 0);
  if (siblings.some((row) => row['JournalLine'] === given)) throw duplicate('GLJrnDtlMnl');
  const row: Row = {
    Description: text(head, 'Description'),
    CommentText: text(head, 'CommentText'),
    ...chosen(sent, ON_LINE),
    ...journalKey(head),
    Company: call.company.code,
    JournalLine: given === 0 ? nextNumber(siblings, 'JournalLine') : given,
    GroupID: text(head, 'GroupID'),
    JEDate: head['JEDate'] ?? null,
    CurrencyCode: text(head, 'CurrencyCode'),
    ...codedAccount(call, sent, text(head, 'JEDate'), 'GLJrnDtlMnl'),
    ...amountColumns(head, sent, {}),
    RowMod: '',
  };
  call.state.insert(call.company, 'GLJrnDtlMnl', row, call.user);
  totalJournal(call, head);
  return head;
}

function saveRow(call: CallContext, table: 'GLJrnHed' | 'GLJrnDtlMnl', sent: Row): Row | undefined {
  const declared = tableOf(call.state.schema, table);
  const stored = call.company.rows(table).find(...declared.key.map((name) => sent[name] ?? ''));
  const mod = text(sent, 'RowMod');
  if (mod === 'A') return table === 'GLJrnHed' ? addHead(call, sent) : addLine(call, sent);
  if (mod !== 'U' && mod !== 'D') return table === 'GLJrnHed' ? stored : undefined;
  if (stored === undefined) throw noSuchRecord();
  const head = openJournal(call, stored);
  if (mod === 'D') {
    removeBranch(call, table, stored);
    if (table === 'GLJrnDtlMnl') totalJournal(call, head);
    return table === 'GLJrnHed' ? undefined : head;
  }
  if (call.state.switches.sparseRows === 'refuse') needComplete(sent, declared);
  needFresh(call, sent, stored, table);
  const changes = differing(stored, sent, declared);
  if (table === 'GLJrnHed') {
    const columns = chosen(changes, ON_HEAD);
    checkHead(call, freeJournalGroup(call, text(head, 'GroupID')), { ...stored, ...columns });
    call.state.change(call.company, table, stored, columns, call.user);
    return stored;
  }
  const account = codedAccount(call, recoded(call, stored, sent), text(head, 'JEDate'), table);
  const columns = { ...chosen(changes, ON_LINE), ...account, ...amountColumns(head, sent, stored) };
  call.state.change(call.company, table, stored, columns, call.user);
  totalJournal(call, head);
  return head;
}

/** Saves the marked rows of a dataset as one transaction. Gives the journals that they belong to. */
export function saveJournals(call: CallContext, ds: Dataset): Row[] {
  return call.state.atomically(() => {
    const seen = new Set<Row>();
    for (const table of ['GLJrnHed', 'GLJrnDtlMnl'] as const) {
      for (const sent of ds.rows(table)) {
        const head = saveRow(call, table, sent);
        if (head !== undefined) seen.add(head);
      }
    }
    return [...seen];
  });
}
