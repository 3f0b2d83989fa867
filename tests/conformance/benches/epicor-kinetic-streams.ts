import { addDays } from '../../../sandbox/clock';
import { accountRows, COA, makeAccounts } from '../../../sandbox/data/accounts';
import { InvoiceRows, type InvoiceSeed } from '../../../sandbox/data/invoice-rows';
import { type VendorSeed, vendorRow } from '../../../sandbox/data/vendors';
import type { CompanyState, EpicorState } from '../../../sandbox/epicor-kinetic/state';
import type { Row } from '../../../sandbox/epicor-kinetic/table-rows';
import type { RowWish, StreamSample } from '../bench';
import { failed } from '../check';

/** The company's tables, and row versions that were given out before anything was stored. */
export interface Books {
  readonly state: EpicorState;
  readonly company: CompanyState;
  readonly early: number[];
}

const CLERK = 'clerk';

export function streamSamples(books: Books): Record<string, StreamSample> {
  return {
    vendors: streamOf(books, 'Vendor', {
      make: () => addVendor(books),
      change: { PhoneNum: '555-0177' },
      remove: { Inactive: true },
      isGone: (row) => row['Inactive'] === true,
    }),
    'gl-accounts': streamOf(books, 'GLAccount', {
      make: ({ date }) => addAccount(books, date),
      change: { AccountDesc: 'Renamed' },
      remove: { Active: false },
      isGone: (row) => row['Active'] === false,
    }),
    'ap-invoices': streamOf(books, 'APInvHed', {
      make: ({ amount, date }) =>
        addInvoice(books, { ...(amount ? { amount } : {}), ...(date ? { date } : {}) }),
      change: { PayHold: true },
      remove: { OpenPayable: false, RefCancelledby: 'X-1' },
      isGone: (row) => row['RefCancelledby'] !== '',
    }),
    'ap-payments': streamOf(books, 'CheckHed', {
      make: ({ amount, date }) => addPayment(books, amount, date),
      change: { Description: 'Changed' },
      remove: { Voided: true, VoidDate: '2026-03-05' },
      isGone: (row) => row['Voided'] === true,
    }),
  };
}

interface Ways {
  readonly make: (wish: RowWish) => Row;
  readonly change: Row;
  readonly remove?: Row;
  readonly isGone?: (row: Readonly<Record<string, unknown>>) => boolean;
}

export function streamOf(books: Books, table: string, { make, change, remove, isGone }: Ways): StreamSample {
  const { state, company } = books;
  const rows = company.rows(table);
  const keyOf = (row: Row) => rows.table.key.map((name) => String(row[name])).join('|');
  const rowOf = (key: string): Row =>
    rows.all.find((row) => keyOf(row) === key) ?? failed(`there is no ${key}`);
  return {
    add: (count, wish = {}) =>
      Array.from({ length: count }, () => {
        const row = make(wish);
        if (wish.stamp === 'late')
          row['SysRevID'] = books.early.pop() ?? failed('no early row version is left');
        else if (wish.stamp !== undefined) failed('row versions have no ties and are never absent');
        rows.touched();
        return keyOf(row);
      }),
    change: (key) => state.change(company, table, rowOf(key), change, CLERK),
    ...(remove ? { remove: (key) => state.change(company, table, rowOf(key), remove, CLERK) } : {}),
    ...(isGone ? { isGone } : {}),
  };
}

let made = 0;

export function serial(): number {
  made += 1;
  return made;
}

function vendorSeed(num: number): VendorSeed {
  return {
    num,
    id: `V${num}`,
    name: `Vendor ${num}`,
    currency: 'USD',
    country: ['USA', 1, 'US'],
    address: { line: '1 Main Street', city: 'Dayton', state: 'OH', zip: '45402' },
    taxId: `31-${1_000_000 + num}`,
    inactive: false,
    inBill: [],
  };
}

export function addVendor({ state, company }: Books, num = 1_000 + serial()): Row {
  return state.insert(company, 'Vendor', vendorRow(vendorSeed(num)), CLERK);
}

export function addAccount(
  { state, company }: Books,
  date = '2020-01-01',
  internal = `6100|10|${200 + serial()}`,
): Row {
  const [account] = makeAccounts();
  const rows = accountRows([
    { ...(account ?? failed('no account')), internal, display: internal.replaceAll('|', '-'), active: true },
  ]);
  const row = { ...rows['GLAccount']?.[0], EffFrom: date, EffTo: '2030-12-31', COACode: COA };
  return state.insert(company, 'GLAccount', row, CLERK);
}

export interface InvoiceWish {
  readonly amount?: string;
  readonly date?: string;
  readonly vendorNum?: number;
  readonly number?: string;
}

/** A posted invoice with a line, its distribution and account, a charge and a tax; its head. */
export function addInvoice(books: Books, wish: InvoiceWish = {}): Row {
  const { state, company } = books;
  const { amount = '120.50', date = '2026-03-02', vendorNum = 500, number = `INV-${serial()}` } = wish;
  if (company.rows('Vendor').find(vendorNum) === undefined) addVendor(books, vendorNum);
  const [account = null] = makeAccounts();
  const isPlain = wish.amount !== undefined || wish.vendorNum !== undefined;
  const seed: InvoiceSeed = {
    vendor: vendorSeed(vendorNum),
    number,
    date,
    title: 'conformance',
    lines: [{ description: 'Belt', split: [[account, amount]], ...(isPlain ? {} : { charge: '5.00' }) }],
    ...(isPlain ? {} : { charges: [['FRT', '10.00']], taxes: [['WI', '5.25']], discount: '1.00', po: 77 }),
  };
  const rows = new InvoiceRows();
  rows.add(seed);
  const { APInvHed = [], ...rest } = isPlain ? rows.tables : withDistributions(rows.tables);
  for (const [table, list] of Object.entries(rest)) {
    for (const row of list) state.insert(company, table, row, CLERK);
  }
  const attachment = {
    DrawingSeq: 1,
    XFileRefNum: 7,
    DrawDesc: 'Scan',
    FileName: 'scan.pdf',
    DocTypeID: 'INV',
  };
  if (!isPlain) {
    state.insert(
      company,
      'APInvHedAttch',
      { VendorNum: vendorNum, InvoiceNum: number, ...attachment },
      CLERK,
    );
  }
  return state.insert(company, 'APInvHed', APInvHed[0] ?? failed('no invoice'), CLERK);
}

/** Besides the distribution of the line: one of the head, and one of each charge. */
function withDistributions(tables: Record<string, Row[]>): Record<string, Row[]> {
  const ofCharge = (row: Row, amount: string, seq: number): Row => ({
    ...row,
    InvExpSeq: seq,
    DocExpAmt: amount,
  });
  const [expense = {}] = tables['APInvExp'] ?? [];
  const [account = {}] = tables['APInvExpTGLC'] ?? [];
  const seqs = [2, 3];
  return {
    ...tables,
    APInvExp: [expense, ofCharge(expense, '5.00', 2)],
    APInvExpTGLC: [account, { ...account, InvExpSeq: 2 }],
    APInvMsc: (tables['APInvMsc'] ?? []).map((row) => ({ ...row, InvExpSeq: 2 })),
    APIHAPInvMsc: (tables['APIHAPInvMsc'] ?? []).map((row) => ({ ...row, InvExpSeq: 3 })),
    APIHAPInvExp: seqs.map((seq) => ofCharge(expense, seq === 2 ? '1.00' : '10.00', seq)),
    APIHAPInvExpTGLC: seqs.map((seq) => ({ ...account, InvExpSeq: seq })),
  };
}

export function addPayment(books: Books, amount = '120.50', date = '2026-03-02'): Row {
  const { state, company } = books;
  const invoice = addInvoice(books, { amount });
  const HeadNum = 7_000 + serial();
  const common = {
    HeadNum,
    BankAcctID: 'MAIN',
    CheckNum: HeadNum,
    VendorNum: 500,
    CurrencyCode: 'USD',
    Posted: true,
  };
  state.insert(
    company,
    'APTran',
    {
      ...common,
      APTranNo: 1,
      InvoiceNum: invoice['InvoiceNum'] ?? '',
      TranType: 'Pay',
      TranDate: date,
      DocTranAmt: amount,
      TranAmt: amount,
      Voided: false,
    },
    CLERK,
  );
  const head = {
    ...common,
    CheckDate: date,
    Name: 'Vendor 500',
    DocCheckAmt: amount,
    CheckAmt: amount,
    DocPaymentTotal: amount,
    PMUID: 3,
    VoidDate: null,
    ClearedDate: addDays(date, 5),
    Voided: false,
  };
  return state.insert(company, 'CheckHed', head, CLERK);
}
