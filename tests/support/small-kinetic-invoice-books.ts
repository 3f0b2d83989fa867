import { add, equal, multiply, negate, sumOf } from '../../runtime/mapping/decimals';
import { Refused, refuse } from './small-kinetic';
import { type Dataset, remove } from './small-kinetic-datasets';
import { amount, digits, type Row } from './small-kinetic-lists';
import { SmallPayables } from './small-kinetic-payables';

/** What the small Kinetic does wrong with the invoices it is given. */
export interface InvoiceFaults {
  /** Saves that leave the accounts empty which they are given. */
  blankAccounts: number;
  /** `UpdateMaster` saves only the table it is called for. */
  headOnly: boolean;
  /** Saves that lose the last line. */
  dropLine: number;
  /** Saves that put a cent on the first line. */
  centTooMuch: number;
}

/** What the small Kinetic keeps of invoices, and how it saves them. */
export class InvoiceBooks extends SmallPayables {
  readonly invoiceGroups: Row[] = [];
  readonly details: Row[] = [];
  readonly expenses: Row[] = [];
  readonly accounts: Row[] = [];
  readonly faults: InvoiceFaults = { blankAccounts: 0, headOnly: false, dropLine: 0, centTooMuch: 0 };
  readonly lockedGroups = new Set<string>();
  /** Amounts of debit memos are stored as they were entered, not turned negative. */
  storesSignsAsGiven = false;

  protected key({ vendorNum, invoiceNum }: Row): Row {
    return { Company: this.company, VendorNum: vendorNum, InvoiceNum: invoiceNum };
  }

  protected openGroup(groupId: unknown): void {
    if (this.lockedGroups.has(String(groupId))) throw refuse('Group is locked by another user.');
    if (!this.invoiceGroups.some((row) => row['GroupID'] === groupId)) throw refuse('Group ID is not valid.');
  }

  protected saveGroup(row: Row): void {
    const id = String(row['GroupID']);
    if (id === '' || id.length > 9) throw refuse('Group ID is required.');
    if (this.invoiceGroups.some((each) => each['GroupID'] === id)) {
      throw refuse('Duplicate entry of existing record.', 409);
    }
    this.invoiceGroups.push({ ...row, RowMod: '', PostErrorLog: '', PostInProcess: false, ActiveUserID: '' });
  }

  protected save(ds: Dataset): void {
    const { faults } = this;
    for (const head of marked(ds, 'APInvHed')) this.#saveHead(head);
    const lines = marked(ds, 'APInvDtl');
    if (faults.dropLine > 0 && lines.length > 0) {
      faults.dropLine -= 1;
      const dropped = lines.pop() as Row;
      for (const table of ['APInvExp', 'APInvExpTGLC']) {
        ds[table] = (ds[table] ?? []).filter((row) => row['InvoiceLine'] !== dropped['InvoiceLine']);
      }
    }
    for (const line of lines) this.#saveLine(line, ds);
    for (const row of marked(ds, 'APInvExp')) this.#saveExpense(row, ds);
    const blank = faults.blankAccounts > 0 && marked(ds, 'APInvExpTGLC').length > 0;
    for (const row of marked(ds, 'APInvExpTGLC')) this.#saveAccount(row, blank);
    if (blank) faults.blankAccounts -= 1;
    for (const head of this.invoices.filter((each) => each['Posted'] === false)) {
      const own = this.details.filter((row) => sameInvoice(row, head));
      const total = sumOf(own.map((row) => digits(row['DocExtCost'])));
      head['DocInvoiceAmt'] = amount(total);
      head['DocInvoiceBal'] = amount(total);
      head['DocUnpostedBal'] = amount(total);
    }
  }

  #turns(head: Row | undefined): boolean {
    return head?.['DebitMemo'] === true && !this.storesSignsAsGiven;
  }

  #saveHead(row: Row): void {
    const held = this.invoices.find((each) => sameInvoice(each, row));
    const total = digits(row['ScrDocInvoiceVendorAmt']) || '0';
    const stored = { DocInvoiceVendorAmt: amount(this.#turns(row) ? negate(total) : total) };
    if (row['RowMod'] === 'A') {
      this.openGroup(row['GroupID']);
      if (!row['InvoiceNum'] || !row['VendorNum'] || !row['InvoiceDate'])
        throw refuse('Invoice is not whole.');
      if (held) throw new Refused(409, 'Ice.Common.DuplicateRecordException', 'Invoice already exists.');
      if (String(row['InvoiceDate']) < '2026-01-01') throw refuse('Apply date is in a closed fiscal period.');
      Object.assign(row, { RowMod: '', Posted: false, OpenPayable: true, SysRevID: this.revision() });
      this.invoices.push({ ...row, ...stored });
      return;
    }
    this.#replace(held, { ...row, ...stored });
  }

  #saveLine(row: Row, ds: Dataset): void {
    const held = this.details.find((each) => sameLine(each, row));
    if (row['RowMod'] === 'D') {
      remove(this.details, (each) => each === held);
      return;
    }
    const head = this.invoices.find((each) => sameInvoice(each, row));
    if (!head) throw refuse('Invoice is not valid.');
    const [quantity, cost, ext] = [row['ScrVendorQty'], row['DocUnitCost'], row['ScrDocExtCost']].map(digits);
    if (!equal(multiply(quantity || '0', cost || '0'), ext || '0'))
      throw refuse('Extended cost is not right.');
    const wrong = this.faults.centTooMuch > 0 ? '0.01' : '0';
    if (this.faults.centTooMuch > 0) this.faults.centTooMuch -= 1;
    const total = add(ext || '0', wrong);
    row['DocExtCost'] = amount(this.#turns(head) ? negate(total) : total);
    if (row['RowMod'] === 'U') {
      this.#replace(held, row);
      return;
    }
    const sent = row['InvoiceLine'];
    const next =
      1 +
      this.details.reduce(
        (most, each) => (sameInvoice(each, row) ? Math.max(most, Number(each['InvoiceLine'])) : most),
        0,
      );
    Object.assign(row, { InvoiceLine: next, RowMod: '', SysRevID: this.revision() });
    this.details.push({ ...row });
    const own = (table: string) =>
      marked(ds, table).filter((each) => sameInvoice(each, row) && each['InvoiceLine'] === sent);
    const coded = own('APInvExp');
    for (const each of [...coded, ...own('APInvExpTGLC')]) each['InvoiceLine'] = next;
    if (coded.length > 0 || row['LineType'] === 'R') return;
    const key = { ...this.key({ vendorNum: row['VendorNum'], invoiceNum: row['InvoiceNum'] }) };
    const expense = { ...key, InvoiceLine: next, InvExpSeq: 1, SysRevID: this.revision() };
    this.expenses.push({ ...expense, DocExpAmt: row['DocExtCost'] });
    this.accounts.push({ ...expense, COACode: 'MAIN', GLAccount: '9999|00', RecordType: 'A' });
  }

  #saveExpense(row: Row, ds: Dataset): void {
    const held = this.expenses.find((each) => sameExpense(each, row));
    if (row['RowMod'] === 'D') {
      remove(this.expenses, (each) => each === held);
      return;
    }
    const head = this.invoices.find((each) => sameInvoice(each, row));
    const entered = digits(row['DocScrExpAmt']) || '0';
    row['DocExpAmt'] = amount(this.#turns(head) ? negate(entered) : entered);
    if (row['RowMod'] === 'U') {
      this.#replace(held, row);
      return;
    }
    const sent = row['InvExpSeq'];
    const next = 1 + this.expenses.filter((each) => sameLine(each, row)).length;
    const accounts = marked(ds, 'APInvExpTGLC').filter(
      (each) => sameLine(each, row) && each['InvExpSeq'] === sent,
    );
    for (const each of accounts) each['InvExpSeq'] = next;
    Object.assign(row, { InvExpSeq: next, RowMod: '', SysRevID: this.revision() });
    this.expenses.push({ ...row });
  }

  #saveAccount(row: Row, blank: boolean): void {
    const lost = blank ? { GLAccount: '', SegValue1: '', SegValue2: '', SegValue3: '' } : {};
    if (row['RowMod'] === 'U') {
      const held = this.accounts.find((each) => sameExpense(each, row));
      this.#replace(held, { ...row, ...lost });
      return;
    }
    Object.assign(row, { RowMod: '', SysRevID: this.revision() });
    this.accounts.push({ ...row, ...lost });
  }

  #replace(held: Row | undefined, row: Row): void {
    if (!held) throw refuse('Row is not valid.');
    if (row['SysRevID'] !== held['SysRevID']) throw refuse('Row has been modified by another user.', 409);
    Object.assign(held, row, { RowMod: '', SysRevID: this.revision() });
  }
}

function marked(ds: Dataset, table: string): Row[] {
  return (ds[table] ?? []).filter((row) => ['A', 'U', 'D'].includes(String(row['RowMod'])));
}

export function sameInvoice(a: Row, b: Row): boolean {
  return a['VendorNum'] === b['VendorNum'] && a['InvoiceNum'] === b['InvoiceNum'];
}

export function sameLine(a: Row, b: Row): boolean {
  return sameInvoice(a, b) && a['InvoiceLine'] === b['InvoiceLine'];
}

export function sameExpense(a: Row, b: Row): boolean {
  return sameLine(a, b) && a['InvExpSeq'] === b['InvExpSeq'];
}
