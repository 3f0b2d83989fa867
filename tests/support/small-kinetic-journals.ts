import { sumOf } from '../../runtime/mapping/decimals';
import { Refused, refuse, type SeenCall } from './small-kinetic';
import { type Dataset, last, push, remove, withExactNumbers } from './small-kinetic-datasets';
import { SmallInvoices } from './small-kinetic-invoices';
import { amount, digits, type Row } from './small-kinetic-lists';

const entry = 'Erp.BO.GLJournalEntrySvc';
const group = 'Erp.BO.GLJrnGrpSvc';
const key = ['BookID', 'FiscalYear', 'FiscalYearSuffix', 'JournalCode', 'JournalNum', 'FiscalCalendarID'];
const lineColumns = [...key, 'JournalLine', 'CommentText', 'Company', 'GroupID', 'JEDate', 'CurrencyCode'];

/** Journals of the small Kinetic: groups, heads, lines, and the ledger that posted ones go to. */
export class SmallJournals extends SmallInvoices {
  readonly journalGroups: Row[] = [];
  readonly journals: Row[] = [];
  readonly journalLines: Row[] = [];
  readonly ledger: Row[] = [];
  /** Saves of lines that are refused. */
  refusesLines = 0;
  /** Saves of lines that lose the account. */
  blanksLines = 0;
  #number = 0;

  constructor() {
    super();
    this.addSet(group, 'GLJrnGrps', 'GLJrnGrp', this.journalGroups, ['Company', 'GroupID', 'ActiveUserID']);
    this.addSet(entry, 'GLJournalEntries', 'GLJrnHed', this.journals, [
      ...key,
      ...['Company', 'GroupID', 'CommentText', 'Posted'],
    ]);
    this.addSet('Erp.BO.GLJrnDtlSvc', 'GLJrnDtls', 'GLJrnDtl', this.ledger, lineColumns);
    const on = (path: string, method: (call: SeenCall) => unknown) =>
      this.methods.set(`POST ${path}`, method);
    const change = (path: string, work: (ds: Dataset, call: SeenCall) => void) =>
      on(path, (call) => {
        const ds = withExactNumbers(call);
        work(ds, call);
        return { parameters: { ds } };
      });
    change(`${group}/GetNewGLJrnGrpNoLock`, (ds) =>
      push(ds, 'GLJrnGrp', { Company: this.company, GroupID: '', BookID: 'MAIN', RowMod: 'A' }),
    );
    change(`${group}/Update`, (ds) => {
      const row = last(ds, 'GLJrnGrp');
      if (!row['JournalCode'] || !row['JEDate']) throw refuse('Journal Code is required.');
      if (this.journalGroups.some((each) => each['GroupID'] === row['GroupID']))
        throw refuse('Duplicate', 409);
      this.journalGroups.push({ ...row, RowMod: '' });
    });
    on(`${group}/UnlockGroup`, () => ({}));
    on(`${group}/DeleteByID`, ({ body }) => {
      remove(this.journalGroups, (row) => row['GroupID'] === body['groupID']);
      return {};
    });
    change(`${entry}/GetNewGlJrnHedTran`, (ds, { body }) => {
      const held = this.journalGroups.find((row) => row['GroupID'] === body['GroupID']);
      if (!held) throw refuse('Group ID is not valid.');
      const { GroupID, BookID, JournalCode, CurrencyCode } = held;
      push(ds, 'GLJrnHed', {
        ...{ Company: this.company, GroupID, BookID, JournalCode, CurrencyCode },
        ...{ FiscalYear: 2026, FiscalYearSuffix: '', FiscalCalendarID: 'MAIN', JournalNum: 0, RowMod: 'A' },
      });
    });
    change(`${entry}/GetNewGLJrnDtlMnl`, (ds, { body }) =>
      push(ds, 'GLJrnDtlMnl', {
        ...{ Company: this.company, BookID: body['bookID'], FiscalYear: body['fiscalYear'] },
        ...{ FiscalYearSuffix: body['fiscalYearSuffix'], JournalCode: body['journalCode'] },
        ...{ JournalNum: body['journalNum'], FiscalCalendarID: 'MAIN', JournalLine: 0, RowMod: 'A' },
      }),
    );
    change(`${entry}/Update`, (ds) => this.#saveJournal(ds));
    on(`${entry}/GetByID`, ({ body }) => ({ returnObj: this.#journal(body['journalNum']) }));
    on(`${entry}/DeleteByID`, ({ body }) => {
      const number = body['journalNum'];
      if (this.journals.some((row) => row['JournalNum'] === number && row['Posted'] === true)) {
        throw refuse('Journal is posted.');
      }
      for (const rows of [this.journals, this.journalLines]) {
        remove(rows, (row) => row['JournalNum'] === number);
      }
      return {};
    });
  }

  /** Posts every journal; with `moves` the entry service shows them no more. */
  postJournals(moves: boolean): void {
    for (const head of this.journals) {
      head['Posted'] = true;
      if (!moves) continue;
      const own = this.journalLines.filter((row) => row['JournalNum'] === head['JournalNum']);
      this.ledger.push(...own.map((row) => ({ ...head, ...row })));
    }
    if (moves) {
      this.journals.splice(0);
      this.journalLines.splice(0);
    }
    this.journalGroups.splice(0);
  }

  #saveJournal(ds: Dataset): void {
    for (const row of ds['GLJrnHed'] ?? []) {
      if (row['RowMod'] !== 'A') continue;
      this.#number += 1;
      Object.assign(row, { JournalNum: this.#number, Posted: false, RowMod: '', SysRevID: this.revision() });
      this.journals.push({ ...row });
    }
    for (const row of ds['GLJrnDtlMnl'] ?? []) {
      const held = this.journalLines.find(
        (each) => each['JournalNum'] === row['JournalNum'] && each['JournalLine'] === row['JournalLine'],
      );
      if (row['RowMod'] === 'D') remove(this.journalLines, (each) => each === held);
      if (row['RowMod'] === 'U') Object.assign(held ?? {}, row, { RowMod: '', SysRevID: this.revision() });
      if (row['RowMod'] !== 'A') continue;
      if (this.refusesLines > 0 && this.journalLines.length > 0) {
        this.refusesLines -= 1;
        throw refuse('GL account is not valid.');
      }
      const number = 1 + this.journalLines.filter((each) => each['JournalNum'] === row['JournalNum']).length;
      const lost = this.blanksLines > 0 ? { GLAccount: '', SegValue1: '', SegValue2: '', SegValue3: '' } : {};
      this.blanksLines = Math.max(0, this.blanksLines - 1);
      Object.assign(row, { JournalLine: number, RowMod: '', SysRevID: this.revision() }, lost);
      this.journalLines.push({ ...row });
    }
  }

  #journal(number: unknown): Dataset {
    const own = (rows: Row[]): Row[] =>
      rows.filter((row) => row['JournalNum'] === number).map((row) => ({ ...row, RowMod: '' }));
    const heads = own(this.journals);
    if (heads.length === 0) throw new Refused(404, 'Ice.Common.RecordNotFoundException', 'Record not found.');
    const lines = own(this.journalLines);
    const total = sumOf(lines.map((row) => digits(row['DocTransAmt']) || '0'));
    return { GLJrnHed: heads.map((row) => ({ ...row, Balance: amount(total) })), GLJrnDtlMnl: lines };
  }
}
