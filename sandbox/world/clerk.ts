import { amount, type CompanyState, type EpicorState } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { sum } from '../money';

const CLERK = 'clerk';

/** Someone at the company who changes things in Epicor while others read it. */
export class Clerk {
  constructor(
    private readonly state: EpicorState,
    readonly company: CompanyState,
  ) {}

  invoice(vendorNum: number, number: string): Row {
    const row = this.company.rows('APInvHed').find(vendorNum, number);
    if (row === undefined) throw new Error(`no invoice ${number} of vendor ${vendorNum}`);
    return row;
  }

  vendor(vendorNum: number): Row {
    const row = this.company.rows('Vendor').find(vendorNum);
    if (row === undefined) throw new Error(`no vendor ${vendorNum}`);
    return row;
  }

  changeInvoice(vendorNum: number, number: string, changes: Readonly<Row>): void {
    this.state.change(this.company, 'APInvHed', this.invoice(vendorNum, number), changes, CLERK);
  }

  changeVendor(vendorNum: number, changes: Readonly<Row>): void {
    this.state.change(this.company, 'Vendor', this.vendor(vendorNum), changes, CLERK);
  }

  /** Posts an invoice that waits in its group, so that it becomes payable. */
  post(vendorNum: number, number: string): void {
    this.changeInvoice(vendorNum, number, {
      Posted: true,
      InvoiceHeld: false,
      OpenPayable: true,
      GroupID: '',
    });
  }

  /** Corrects an invoice after it was sent: the first distribution, its line and the head grow by `more`. */
  correct(vendorNum: number, number: string, more: string): void {
    const head = this.invoice(vendorNum, number);
    const raise = (table: string, row: Row, columns: readonly string[]) => {
      const changes: Row = {};
      for (const column of columns) changes[column] = sum([amount(row, column), more]);
      this.state.change(this.company, table, row, changes, CLERK);
    };
    const line = this.company.rows('APInvDtl').childrenOf(head)[0];
    const distribution = line === undefined ? undefined : this.company.rows('APInvExp').childrenOf(line)[0];
    if (line === undefined || distribution === undefined) throw new Error(`invoice ${number} has no line`);
    raise('APInvExp', distribution, ['DocExpAmt', 'ExpAmt']);
    raise('APInvDtl', line, ['DocUnitCost', 'UnitCost', 'DocExtCost', 'ExtCost']);
    raise('APInvHed', head, [
      'DocInvoiceAmt',
      'InvoiceAmt',
      'DocInvoiceBal',
      'InvoiceBal',
      'DocUnpostedBal',
      'UnpostedBal',
    ]);
  }

  /** Voids an invoice: nothing is owed any more. */
  cancel(vendorNum: number, number: string): void {
    this.changeInvoice(vendorNum, number, {
      OpenPayable: false,
      RefCancelledby: `${number}-X`,
      DocInvoiceBal: '0.00',
      InvoiceBal: '0.00',
      DocUnpostedBal: '0.00',
      UnpostedBal: '0.00',
    });
  }

  /** Touches `count` invoices without changing what matters, as a mass update does; their row versions move. */
  touchInvoices(count: number): void {
    for (const row of this.company.rows('APInvHed').all.slice(0, count)) {
      this.state.change(this.company, 'APInvHed', row, { InvoiceComment: 'reviewed' }, CLERK);
    }
  }

  /**
   * A new invoice like a given one, under another number. With a row version taken earlier it looks as if
   * its transaction had begun then and committed only now.
   */
  copyInvoice(vendorNum: number, number: string, newNumber: string, revision?: number): void {
    const head = this.invoice(vendorNum, number);
    const copy = (table: string, row: Row) => {
      const { SysRowID: _id, ...rest } = row;
      this.state.insert(this.company, table, { ...rest, InvoiceNum: newNumber }, CLERK);
    };
    for (const line of [...this.company.rows('APInvDtl').childrenOf(head)]) {
      for (const distribution of [...this.company.rows('APInvExp').childrenOf(line)]) {
        for (const account of [...this.company.rows('APInvExpTGLC').childrenOf(distribution)]) {
          copy('APInvExpTGLC', account);
        }
        copy('APInvExp', distribution);
      }
      copy('APInvDtl', line);
    }
    copy('APInvHed', head);
    if (revision === undefined) return;
    this.invoice(vendorNum, newNumber)['SysRevID'] = revision;
    this.company.rows('APInvHed').touched();
  }

  /** Closes the fiscal periods up to a date, `YYYY-MM-DD`. */
  closePeriodsThrough(date: string): void {
    this.company.closedThrough = date;
  }
}
