import type { MasterKind, MasterRecord } from '../airbase/records';
import { addDays } from '../clock';
import type { EpicorCompanyData } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { Random } from '../random';
import { type Account, accountRows, COA, makeAccounts } from './accounts';
import {
  BORN,
  GONE,
  NAMESAKE,
  ORDER,
  OTHER_SUBSIDIARY,
  PARTS,
  specialBills,
  specialCards,
  specialReports,
} from './airbase-cases';
import { type EntrySeed, type EntryWorld, ordinaryEntry, type Payee } from './airbase-entries';
import { otherEntries, specialPayments } from './airbase-movements';
import { DEMO_SIZE, makeCompany } from './company';
import { InvoiceRows } from './invoice-rows';
import { orderRows } from './purchasing';
import { SPECIAL, type VendorSeed, vendorRow } from './vendors';

export interface AirbaseCompanyWish {
  readonly seed: number;
  /** Entries wanted; the special ones are always there. */
  readonly size: number;
  /** The company in Epicor, which is the reference of its subsidiary in Airbase too. */
  readonly company: string;
  /** `YYYY-MM-DD`; all dates are near it. */
  readonly today: string;
}

/** Master data as it stands in Airbase before the first sync. */
export type MasterSeed = Partial<Omit<MasterRecord, 'subsidiaries'>> &
  Pick<MasterRecord, 'data' | 'kind'> & { readonly subsidiary?: string };

export interface AirbaseCompanySeed {
  readonly epicor: EpicorCompanyData;
  /** In the order in which they refer to each other. */
  readonly masters: readonly MasterSeed[];
  readonly entries: readonly EntrySeed[];
}

const CLEARING = [
  ['1010', 'Operating account'],
  ['2000', 'Accounts payable'],
  ['2150', 'Virtual cards'],
  ['2160', 'Physical cards'],
] as const;
const EMPLOYEES = [
  ['EMPANN', 'Ann Lee', 'USD'],
  ['EMPBOB', "Bob D'Arcy", 'USD'],
  ['EMPHANS', 'Hans Größe', 'EUR'],
] as const;
const STRANGER: Payee = { key: 'Sam Stranger', currency: 'USD' };
/** Suppliers whom Airbase has not got yet. */
const MISSING: readonly number[] = [SPECIAL.noAddress, SPECIAL.adopted];
/** A supplier without a name, whom nothing can be made of. */
const NAMELESS = { num: 2_899, id: 'NONAME' } as const;

/** A company that spends through Airbase: everything in its Epicor, and what stands in Airbase. */
export function makeAirbaseCompany(wish: AirbaseCompanyWish): AirbaseCompanySeed {
  const { epicor, invoices } = makeCompany({ ...wish, size: DEMO_SIZE });
  const accounts = [...makeAccounts(), ...CLEARING.map(([code, name]) => clearingAccount(code, name))];
  const like = invoices.find((invoice) => invoice.vendor.num === SPECIAL.plain)?.vendor;
  const electric = invoices.find((invoice) => invoice.vendor.num === SPECIAL.withBills)?.vendor;
  if (like === undefined || electric === undefined) throw new Error('no suppliers to start from');
  const vendors = [...(epicor.tables['Vendor'] ?? []), ...employeeRows(like), nameless(like)];
  const world = worldOf(wish, vendors, accounts);
  const entries = [
    ...specialBills(world),
    ...specialReports(world),
    ...specialCards(world),
    ...specialPayments(world),
    ...otherEntries(world),
  ];
  const ordinary = [...world.suppliers].filter(([num]) => num > SPECIAL.withBills).map(([, payee]) => payee);
  for (let serial = entries.length; serial < wish.size; serial += 1) {
    entries.push(ordinaryEntry(world, serial, ordinary));
  }
  const rows = accountRows(accounts);
  const tables: Record<string, readonly Row[]> = {
    ...epicor.tables,
    ...rows,
    COASegValues: [...(rows['COASegValues'] ?? []), ...clearingSegments()],
    Vendor: vendors,
    ...orderRows([order(like)], wish.today),
  };
  const byHand = invoicesByHand(electric, accounts, wish.today);
  for (const [name, more] of Object.entries(byHand)) tables[name] = [...(tables[name] ?? []), ...more];
  return { epicor: { ...epicor, tables }, masters: mastersOf(wish, vendors, accounts), entries };
}

function worldOf(
  wish: AirbaseCompanyWish,
  vendors: readonly Row[],
  accounts: readonly Account[],
): EntryWorld {
  const payee = (row: Row): Payee => ({
    key: String(row['VendorID']),
    currency: String(row['CurrencyCode']),
  });
  const isEmployee = (row: Row) => row['GroupCode'] === 'EMPL';
  return {
    random: new Random(wish.seed + 9),
    subsidiary: wish.company,
    suppliers: new Map(
      vendors
        .filter((row) => !isEmployee(row) && row['VendorID'] !== NAMELESS.id)
        .map((row): [number, Payee] => [Number(row['VendorNum']), payee(row)])
        .filter(([num]) => !MISSING.includes(num)),
    ),
    employees: [...vendors.filter(isEmployee).map(payee), STRANGER],
    accounts: accounts
      .filter((account) => account.active && account.inBill === 'yes' && !account.internal.includes('|00|'))
      .map((account) => account.display),
    today: wish.today,
  };
}

function clearingAccount(code: string, description: string): Account {
  const internal = `${code}|00|200`;
  return { internal, display: internal.replaceAll('|', '-'), description, active: true, inBill: 'yes' };
}

function clearingSegments(): Row[] {
  const value = (SegmentNbr: number, SegmentCode: string, name: string): Row => ({
    COACode: COA,
    SegmentNbr,
    SegmentCode,
    SegmentName: name,
    SegmentDesc: name,
    ActiveFlag: true,
    NormalBalance: 'D',
  });
  return [
    ...CLEARING.map(([code, name]) => value(1, code, name)),
    value(2, '00', 'None'),
    { ...value(2, '90', 'Closed department'), ActiveFlag: false },
  ];
}

function employeeRows(like: VendorSeed): Row[] {
  return EMPLOYEES.map(([id, name, currency], index) => ({
    ...vendorRow({ ...like, num: 2_801 + index, id, name, currency }),
    GroupCode: 'EMPL',
  }));
}

function nameless(like: VendorSeed): Row {
  return { ...vendorRow({ ...like, ...NAMELESS, name: '' }), LegalName: '' };
}

function order(like: VendorSeed) {
  const line = { part: '', description: 'Bolts', quantity: '10', account: PARTS.replaceAll('-', '|') };
  return {
    number: ORDER.number,
    vendorNum: like.num,
    vendorId: like.id,
    lines: [
      { ...line, unitCost: '12.00', received: '10' },
      { ...line, unitCost: '8.00' },
    ],
  };
}

function invoicesByHand(electric: VendorSeed, accounts: readonly Account[], today: string) {
  const account = accounts.find((each) => each.display === PARTS) ?? null;
  const rows = new InvoiceRows();
  for (const [number, amount] of [
    ['NE-700', '1500.00'],
    ['NE-701', '1650.00'],
  ] as const) {
    rows.add({
      vendor: electric,
      number,
      date: addDays(today, -12),
      title: 'entered by hand',
      lines: [{ description: 'Turbine parts', split: [[account, amount]] }],
    });
  }
  return rows.tables;
}

function mastersOf(
  { company }: AirbaseCompanyWish,
  vendors: readonly Row[],
  accounts: readonly Account[],
): MasterSeed[] {
  const own = (
    kind: MasterKind,
    reference: string,
    data: MasterRecord['data'],
    active = true,
  ): MasterSeed => ({
    kind,
    reference,
    data,
    active,
    subsidiary: company,
  });
  const bare = (kind: MasterKind, reference: string, data: MasterRecord['data']): MasterSeed => ({
    kind,
    reference,
    data,
  });
  const born = (name: string, more = {}): MasterSeed => ({
    ...own('vendors', '', { name, email: 'made@airbase.example', ...more }),
    createdInAirbase: true,
  });
  const money = { erp_currency_reference_id: 'USD' };
  return [
    bare('currencies', 'USD', { iso_code: 'USD', name: 'US Dollar' }),
    bare('currencies', '', { iso_code: 'EUR', name: 'Euro' }),
    bare('currencies', 'EUR', { iso_code: 'EUR', name: 'Euro' }),
    bare('currencies', '', { iso_code: 'GBP', name: 'Pound' }),
    bare('currencies', 'JPY', { iso_code: 'JPY', name: 'Yen' }),
    bare('subsidiaries', OTHER_SUBSIDIARY, { name: 'Second Co', iso_code: 'US', ...money }),
    bare('subsidiaries', company, { name: 'Main Co', iso_code: 'US', ...money }),
    ...accounts
      .filter((account) => account.inBill !== 'no')
      .map((account) =>
        own(
          'accounts',
          account.display,
          {
            name: account.description,
            account_number: account.display,
            type: 'expense',
            category: '',
            ...money,
          },
          account.inBill !== 'archived',
        ),
      ),
    ...['10', '20', '30'].map((code) =>
      own('tags', code, { name: `Department ${code}`, type_label: 'department' }),
    ),
    ...vendors
      .filter((row) => !MISSING.includes(Number(row['VendorNum'])) && row['VendorID'] !== NAMELESS.id)
      .map((row) =>
        own('vendors', String(row['VendorID']), {
          name: row['VendorNum'] === SPECIAL.ambiguous ? 'An old name' : String(row['Name']),
          email: String(row['EMailAddress']),
          ...(row['GroupCode'] === 'EMPL' ? { is_employee: true } : {}),
        }),
      ),
    own('vendors', GONE.key, { name: 'Gone & Forgotten Ltd' }),
    born(BORN.key),
    born(NAMESAKE.key),
    born(STRANGER.key, { is_employee: true }),
  ];
}
