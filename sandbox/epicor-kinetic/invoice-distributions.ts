import { compared, scaleOf } from '../money';
import { inBase, nextNumber, turned } from './invoice-tree';
import { blankAccount, codedAccount, defaultAccount, recoded } from './ledger-accounts';
import type { CallContext } from './method';
import { duplicate } from './payment-group';
import { releaseAccount } from './purchase-matching';
import { businessError, noSuchRecord } from './refusal';
import { amount, text } from './state';
import type { Row } from './table-rows';

function keyOf(line: Row): Row {
  return {
    VendorNum: line['VendorNum'] ?? 0,
    InvoiceNum: text(line, 'InvoiceNum'),
    InvoiceLine: line['InvoiceLine'] ?? 0,
  };
}

/** The stored line that a row below it names. */
export function lineOf(call: CallContext, row: Row): Row {
  const line = call.company
    .rows('APInvDtl')
    .find(row['VendorNum'] ?? 0, text(row, 'InvoiceNum'), row['InvoiceLine'] ?? 0);
  if (line === undefined) throw noSuchRecord();
  return line;
}

function amountColumns(head: Row, sent: Row, stored: Row | undefined): Row {
  const scale = scaleOf(text(head, 'CurrencyCode'));
  const typed = (name: string) =>
    sent[name] !== undefined && compared(amount(sent, name), amount(stored ?? {}, name)) !== 0;
  const value = typed('DocScrExpAmt')
    ? turned(head, amount(sent, 'DocScrExpAmt'), scale)
    : typed('DocExpAmt')
      ? amount(sent, 'DocExpAmt')
      : amount(stored ?? {}, 'DocExpAmt');
  const base = inBase(head, value);
  return {
    DocExpAmt: value,
    ExpAmt: base,
    DocScrExpAmt: turned(head, value, scale),
    ScrExpAmt: turned(head, base, 2),
  };
}

/** Adds a distribution of a line; without an account row of its own it gets the server's account. */
export function addDistribution(call: CallContext, head: Row, sent: Row, account: Row | undefined): Row {
  const line = lineOf(call, sent);
  const siblings = call.company.rows('APInvExp').childrenOf(line);
  const given = Number(sent['InvExpSeq'] ?? 0);
  const taken = siblings.some((row) => row['InvExpSeq'] === given);
  // Beside a distribution of the server's own, a given one moves up.
  if (taken && call.state.switches.defaultDistribution === 'unless-given') throw duplicate('APInvExp');
  const row: Row = {
    ...keyOf(line),
    Company: call.company.code,
    InvExpSeq: given === 0 || taken ? nextNumber(siblings, 'InvExpSeq') : given,
    RefType: text(sent, 'RefType'),
    RefCode: text(sent, 'RefCode'),
    Plant: text(sent, 'Plant'),
    SysRowID: text(sent, 'SysRowID'),
    ...amountColumns(head, sent, undefined),
    RowMod: '',
  };
  call.state.insert(call.company, 'APInvExp', row, call.user);
  if (account !== undefined) insertAccount(call, head, row, account, '');
  return row;
}

export function changeDistribution(call: CallContext, head: Row, stored: Row, sent: Row): void {
  call.state.change(call.company, 'APInvExp', stored, amountColumns(head, sent, stored), call.user);
}

/** What the server itself adds to a line: its whole cost on its own account, or on none. */
export function addDefaultDistribution(call: CallContext, head: Row, line: Row, blank: boolean): void {
  const sent: Row = { ...keyOf(line), DocExpAmt: amount(line, 'DocExtCost') };
  const ordered = releaseAccount(call, line);
  const account = ordered === undefined ? defaultAccount(call) : coded(call, head, ordered);
  addDistribution(call, head, sent, blank ? blankAccount(call, {}) : account);
}

function coded(call: CallContext, head: Row, sent: Row): Row {
  return codedAccount(call, sent, text(head, 'ApplyDate'), 'APInvExpTGLC');
}

function insertAccount(call: CallContext, head: Row, distribution: Row, account: Row, rowId: string): Row {
  const key = { ...keyOf(distribution), InvExpSeq: distribution['InvExpSeq'] ?? 0 };
  const row: Row = {
    ...key,
    Company: call.company.code,
    RelatedToFile: 'APInvExp',
    Key1: text(key, 'VendorNum'),
    Key2: text(key, 'InvoiceNum'),
    Key3: text(key, 'InvoiceLine'),
    Key4: text(key, 'InvExpSeq'),
    APInvoiceNum: text(key, 'InvoiceNum'),
    GLAcctContext: 'Expense',
    TGLCTranNum: 1,
    RecordType: 'A',
    UserCanModify: true,
    TranDate: text(head, 'ApplyDate'),
    CreateDate: call.state.today(),
    SysRowID: rowId,
    ...account,
    RowMod: '',
  };
  call.state.insert(call.company, 'APInvExpTGLC', row, call.user);
  mirrorAccount(call, distribution, row);
  return row;
}

/** The distribution shows the account of the main book. */
function mirrorAccount(call: CallContext, distribution: Row, account: Row): void {
  const columns: Row = {
    BookID: text(account, 'BookID'),
    COACode: text(account, 'COACode'),
    GLAccount: text(account, 'GLAccount'),
    ExpDispGLAcct: text(account, 'GLAccountGLAcctDisp'),
  };
  call.state.change(call.company, 'APInvExp', distribution, columns, call.user);
}

/** Adds the account of a distribution. Each book has one. */
export function addAccount(call: CallContext, head: Row, sent: Row, blank: boolean): Row {
  const line = lineOf(call, sent);
  const store = call.company.rows('APInvExp');
  const distributions = store.childrenOf(line);
  const named = distributions.find((row) => row['InvExpSeq'] === sent['InvExpSeq']);
  if (named === undefined) throw noSuchRecord();
  // Where the server put its own distribution first, the given one moved up, and its account moves with it.
  const bare = distributions.find((row) => accountsOf(call, row).length === 0);
  const distribution = accountsOf(call, named).length > 0 ? (bare ?? named) : named;
  const account = blank ? blankAccount(call, sent) : coded(call, head, sent);
  const twin = accountsOf(call, distribution).find((row) => row['BookID'] === account['BookID']);
  if (twin !== undefined) throw duplicate('APInvExpTGLC');
  return insertAccount(call, head, distribution, account, text(sent, 'SysRowID'));
}

function accountsOf(call: CallContext, distribution: Row): Row[] {
  return call.company
    .rows('APInvExpTGLC')
    .childrenOf(distribution)
    .filter((row) => row['RecordType'] === 'A');
}

export function changeAccount(call: CallContext, head: Row, stored: Row, sent: Row): void {
  if (stored['RecordType'] !== 'A')
    throw businessError('Reference data cannot be changed.', 'APInvExpTGLC', 'RecordType');
  const account = coded(call, head, recoded(call, stored, sent));
  call.state.change(call.company, 'APInvExpTGLC', stored, { ...account, IsModifiedByUser: true }, call.user);
  const distribution = call.company
    .rows('APInvExp')
    .find(
      stored['VendorNum'] ?? 0,
      text(stored, 'InvoiceNum'),
      stored['InvoiceLine'] ?? 0,
      stored['InvExpSeq'] ?? 0,
    );
  if (distribution !== undefined) mirrorAccount(call, distribution, stored);
}
