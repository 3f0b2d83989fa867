import { afterEach, describe, expect, it } from 'vitest';
import { addDays } from '../clock';
import { nextPeriodStart } from './fiscal-period';
import type { EpicorSwitches } from './switches';
import { NOWHERE, OFFICE, PARTS } from './trial-invoice';
import { startTrialSite, type TrialSite } from './trial-site';

const GROUP = 'Erp.BO.GLJrnGrpSvc';
const ENTRY = 'Erp.BO.GLJournalEntrySvc';

let site: TrialSite;

async function open(switches: Partial<EpicorSwitches> = {}): Promise<void> {
  site = await startTrialSite(switches);
  const ds = await site.caller.dataset(`${GROUP}/GetNewGLJrnGrpNoLock`, { ds: {} });
  Object.assign(ds.GLJrnGrp[0], { GroupID: 'CARDS', JEDate: site.today });
  await site.caller.dataset(`${GROUP}/Update`, { ds });
}
afterEach(() => site.epicor.stop());

// biome-ignore lint/suspicious/noExplicitAny: rows of the dataset
async function addHead(columns: object = {}): Promise<any> {
  const ds = await site.caller.dataset(`${ENTRY}/GetNewGlJrnHedTran`, { ds: {}, GroupID: 'CARDS' });
  Object.assign(ds.GLJrnHed[0], { Description: 'Card 4711', CommentText: 'ref-1', ...columns });
  return (await site.caller.dataset(`${ENTRY}/Update`, { ds })).GLJrnHed[0];
}

const keyOf = (head: Record<string, unknown>) => ({
  bookID: head['BookID'],
  fiscalYear: head['FiscalYear'],
  fiscalYearSuffix: head['FiscalYearSuffix'],
  journalCode: head['JournalCode'],
  journalNum: head['JournalNum'],
});

async function addLine(head: Record<string, unknown>, columns: object) {
  const ds = await site.caller.dataset(`${ENTRY}/GetNewGLJrnDtlMnl`, {
    ds: {},
    ...keyOf(head),
    journalLine: 0,
  });
  Object.assign(ds.GLJrnDtlMnl[0], columns);
  return site.caller.post(`${ENTRY}/Update`, { ds });
}

/** A balanced journal over two accounts. */
async function journal(columns: object = {}) {
  const head = await addHead(columns);
  await addLine(head, { ...OFFICE, DocTransAmt: 40.25 });
  await addLine(head, { ...PARTS, CreditAmount: 40.25 });
  return head;
}

const read = async (head: Record<string, unknown>) =>
  site.caller.post(`${ENTRY}/GetByID`, { ...keyOf(head), fiscalCalendarID: 'MAIN' });
const post = () => site.caller.post(`${GROUP}/PostGroupJournals`, { postGroupID: 'CARDS' });
const ledger = () =>
  site.company
    .rows('GLJrnDtl')
    .all.map((row) => [row['JEDate'], row['GLAccount'], row['DebitAmount'], row['CreditAmount']]);

describe('a journal of the simulated Epicor', () => {
  it('gets its number at the first save, and its totals from its lines', async () => {
    await open();
    const head = await journal();
    expect(head.JournalNum).toBeGreaterThan(0);
    const tree = (await read(head)).json.returnObj;
    expect(tree.GLJrnHed[0].TotDebit.text).toBe('40.25');
    expect(tree.GLJrnHed[0].TotCredit.text).toBe('40.25');
    const lines = tree.GLJrnDtlMnl.map((row: { JournalLine: number; DocTransAmt: { text: string } }) => [
      row.JournalLine,
      row.DocTransAmt.text,
    ]);
    expect(lines).toEqual([
      [1, '40.25'],
      [2, '-40.25'],
    ]);
    const found = await site.caller.get(`${ENTRY}/GLJournalEntries`, { $filter: "CommentText eq 'ref-1'" });
    expect(found.json.value).toHaveLength(1);
  });

  it('refuses accounts and dates that are not right, and two amounts that differ', async () => {
    await open();
    const head = await addHead();
    expect((await addLine(head, NOWHERE)).json.ErrorMessage).toBe('GL account is not valid.');
    const both = await addLine(head, { ...OFFICE, DocTransAmt: 5, DebitAmount: 6 });
    expect(both.json.ErrorMessage).toBe('Amount does not agree with debit and credit.');
    await expect(addHead({ JEDate: '2020-01-31' })).rejects.toThrow('closed fiscal period');
    site.epicor.switches.journalDate = 'in-period-of-group';
    await expect(addHead({ JEDate: addDays(site.today, -60) })).rejects.toThrow("the group's fiscal period");
  });

  it('is changed from the fresh row only, and deleted with its lines', async () => {
    await open();
    const head = await journal();
    const ds = (await read(head)).json.returnObj;
    ds.GLJrnDtlMnl[0] = { ...ds.GLJrnDtlMnl[0], DocTransAmt: 41, RowMod: 'U' };
    expect((await site.caller.post(`${ENTRY}/Update`, { ds })).status).toBe(200);
    expect((await site.caller.post(`${ENTRY}/Update`, { ds })).status).toBe(409);
    expect((await read(head)).json.returnObj.GLJrnHed[0].TotDebit).toEqual({ text: '41.00' });
    const gone = await site.caller.post(`${ENTRY}/DeleteByID`, { ...keyOf(head), fiscalCalendarID: 'MAIN' });
    expect(gone.status).toBe(200);
    expect(site.company.rows('GLJrnDtlMnl').all).toEqual([]);
    expect((await site.caller.post(`${GROUP}/DeleteByID`, { groupID: 'CARDS' })).status).toBe(200);
  });

  it('is kept from others while somebody holds its group', async () => {
    await open();
    site.hold('GLJrnGrp', 'CARDS', 'clerk');
    await expect(addHead()).rejects.toThrow('Group is locked by another user.');
    site.hold('GLJrnGrp', 'CARDS', '');
    await addHead();
  });
});

describe('posting journals', () => {
  it('books every line, and the group is gone', async () => {
    await open();
    const head = await journal();
    expect((await post()).json.parameters.NotAllPostedMessage).toBe('');
    expect(ledger()).toEqual([
      [site.today, '6100|40|200', '40.25', '0'],
      [site.today, '5020|10|200', '0', '40.25'],
    ]);
    expect((await read(head)).json.returnObj.GLJrnHed[0].Posted).toBe(true);
    expect(site.row('GLJrnGrp', 'CARDS')).toBeUndefined();
    const line = await addLine(head, OFFICE).catch(String);
    expect(line).toContain('Journal is posted and cannot be changed.');
  });

  it('may take the journal out of the entry service; what was booked stays readable', async () => {
    await open({ journalAfterPosting: 'delete' });
    const head = await journal();
    await post();
    expect((await read(head)).status).toBe(404);
    const found = await site.caller.get('Erp.BO.GLJrnDtlSvc/GLJrnDtls', {
      $filter: "CommentText eq 'ref-1'",
    });
    expect(found.json.value).toHaveLength(2);
  });

  it('books nothing of an unbalanced journal, and says so', async () => {
    await open();
    const head = await addHead();
    await addLine(head, { ...OFFICE, DocTransAmt: 1 });
    const check = await site.caller.post(`${GROUP}/CheckBeforePost`, { groupID: 'CARDS' });
    expect(check.json.parameters.opMessage).toContain('Out of Balance');
    expect((await post()).json.parameters.NotAllPostedMessage).toContain('Not all journals');
    expect(site.row('GLJrnGrp', 'CARDS')?.['PostErrorLog']).toContain('Out of Balance transactions');
    expect(ledger()).toEqual([]);
    site.epicor.switches.wrongJournal = 'refused';
    expect((await post()).status).toBe(400);
  });

  it('books the reversal of a reversing journal in the next period', async () => {
    await open();
    await journal({ Reverse: true });
    await post();
    const next = nextPeriodStart(site.today);
    expect(ledger().slice(2)).toEqual([
      [next, '6100|40|200', '0', '40.25'],
      [next, '5020|10|200', '40.25', '0'],
    ]);
  });
});
