import { addDays } from '../clock';
import type { EpicorCompanyData } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { Random } from '../random';
import { makeAccounts } from './accounts';
import { type AvidCase, specialCases, specialOrders } from './avidxchange-cases';
import { type AttachmentSeed, contentOf } from './avidxchange-images';
import { makeCompany } from './company';
import { InvoiceRows } from './invoice-rows';
import { imageRows, type OrderSeed, orderRows } from './purchasing';
import { SPECIAL, type VendorSeed } from './vendors';

export interface AvidCompanyWish {
  readonly seed: number;
  /** Invoices wanted; the special ones are always there. */
  readonly size: number;
  readonly company: string;
  /** `YYYY-MM-DD`; all dates are near it. */
  readonly today: string;
  /** With images as large as AvidXchange allows, and a larger one. */
  readonly bulky: boolean;
  /** Size of each everyday image, bytes. Default: different ones, up to 30,000. */
  readonly imageBytes?: number | undefined;
}

/** An invoice that was captured at AvidXchange by hand. */
export interface HandSeed {
  readonly vendor: number;
  readonly number: string;
  readonly gross: string;
  readonly date: string;
}

/** What stands at AvidXchange before the first sync. */
export interface AvidSeed {
  readonly vendors: readonly {
    readonly code: string | undefined;
    readonly name: string;
    readonly active: boolean;
  }[];
  readonly codes: readonly { readonly group: string; readonly value: string; readonly description: string }[];
  readonly invoices: readonly HandSeed[];
}

export interface AvidCompanySeed {
  readonly epicor: EpicorCompanyData;
  readonly avid: AvidSeed;
  readonly cases: readonly AvidCase[];
}

const FIRST_FILE = 6_001;

/** A company that pays through AvidXchange: everything in its Epicor, and what stands at AvidXchange already. The same wish gives the same company. */
export function makeAvidCompany(wish: AvidCompanyWish): AvidCompanySeed {
  const random = new Random(wish.seed + 11);
  const base = makeCompany(wish);
  const vendors = new Map(base.invoices.map(({ vendor }) => [vendor.num, vendor]));
  const vendor = (num: number): VendorSeed => {
    const found = vendors.get(num);
    if (found === undefined) throw new Error(`no vendor ${num}`);
    return found;
  };
  const cases = specialCases(vendor, makeAccounts(), wish.today, wish.bulky);
  const extra = new InvoiceRows();
  for (const { invoice } of cases) extra.add(invoice);
  const tables: Record<string, Row[]> = {};
  for (const source of [base.epicor.tables, extra.tables]) {
    for (const [name, rows] of Object.entries(source)) tables[name] = [...(tables[name] ?? []), ...rows];
  }
  const orders = [...specialOrders(vendor), ...ordinaryOrders(random, [...vendors.values()])];
  for (const each of cases) orderLines(tables, each);
  orderOrdinary(tables, orders, random);
  const files = attachments(tables, cases, random, wish.imageBytes);
  const byFile = new Map(files.map((each) => [each.file, each]));
  const images = imageRows(files.map((each) => ({ ...each, content: new Uint8Array() })));
  return {
    epicor: {
      ...base.epicor,
      tables: { ...tables, ...orderRows(orders, wish.today), ...images.tables },
      fileContent: (file) => {
        const seed = byFile.get(file);
        return seed === undefined ? undefined : contentOf(seed);
      },
    },
    avid: standing(wish.today),
    cases,
  };
}

/** One order for about every third ordinary vendor. */
function ordinaryOrders(random: Random, vendors: readonly VendorSeed[]): OrderSeed[] {
  return vendors
    .filter(({ num }) => num > SPECIAL.withBills && num % 3 === 0)
    .map(({ num, id }) => ({
      number: 45_000 + num,
      vendorNum: num,
      vendorId: id,
      lines: Array.from({ length: random.whole(1, 4) }, (_, index) => ({
        part: `P-${num}-${index + 1}`,
        description: `Part ${index + 1} of the catalog`,
        quantity: String(random.whole(1, 500)),
        unitCost: `${random.whole(0, 90)}.${random.whole(100, 999)}`,
        account: '5010|10|200',
      })),
    }));
}

function rowsFor(tables: Record<string, Row[]>, table: string, vendor: number, number: string): Row[] {
  return (tables[table] ?? []).filter((row) => row['VendorNum'] === vendor && row['InvoiceNum'] === number);
}

/** Puts the orders of a case into its lines, and the first of them into its head. */
function orderLines(tables: Record<string, Row[]>, { invoice, orders = [] }: AvidCase): void {
  const lines = rowsFor(tables, 'APInvDtl', invoice.vendor.num, invoice.number);
  const [head = {}] = rowsFor(tables, 'APInvHed', invoice.vendor.num, invoice.number);
  for (const [index, order] of orders.entries()) {
    const [number = 0, line = 0] = order ?? [];
    Object.assign(lines[index] ?? {}, { PONum: number, POLine: line });
  }
  head['REFPONum'] = orders[0]?.[0] ?? 0;
}

/** Some everyday invoices of vendors with an order refer to it. */
function orderOrdinary(tables: Record<string, Row[]>, orders: readonly OrderSeed[], random: Random): void {
  const byVendor = new Map(
    orders.filter(({ number }) => number > 45_000).map((each) => [each.vendorNum, each]),
  );
  const lines = Map.groupBy(tables['APInvDtl'] ?? [], (row) => `${row['VendorNum']}|${row['InvoiceNum']}`);
  for (const head of tables['APInvHed'] ?? []) {
    const order = byVendor.get(Number(head['VendorNum']));
    if (order === undefined || !random.chance(0.5)) continue;
    head['REFPONum'] = order.number;
    for (const line of lines.get(`${head['VendorNum']}|${head['InvoiceNum']}`) ?? []) {
      Object.assign(line, { PONum: order.number, POLine: random.whole(1, order.lines.length) });
    }
  }
}

/** Files of the cases, and images of most everyday invoices. */
function attachments(
  tables: Record<string, Row[]>,
  cases: readonly AvidCase[],
  random: Random,
  imageBytes: number | undefined,
): AttachmentSeed[] {
  const special = new Set(cases.map(({ invoice }) => `${invoice.vendor.num}|${invoice.number}`));
  const named = cases.flatMap(({ invoice, files = [] }) =>
    files.map((file) => ({ ...file, vendorNum: invoice.vendor.num, invoiceNum: invoice.number })),
  );
  const everyday = (tables['APInvHed'] ?? [])
    .filter((head) => !special.has(`${head['VendorNum']}|${head['InvoiceNum']}`) && random.chance(0.8))
    .map((head) => ({
      name: `${String(head['InvoiceNum']).replace(/[^\w-]/g, '_')}.pdf`,
      kind: 'pdf' as const,
      size: imageBytes ?? random.whole(1_000, 30_000),
      vendorNum: Number(head['VendorNum']),
      invoiceNum: String(head['InvoiceNum']),
    }));
  return [...named, ...everyday].map((each, index) => ({ ...each, file: FIRST_FILE + index }));
}

function standing(today: string): AvidSeed {
  const date = addDays(today, -3);
  const electric = { vendor: SPECIAL.withBills, date };
  return {
    vendors: [
      { code: String(SPECIAL.withBills), name: 'Northern Electric (old name)', active: true },
      { code: undefined, name: 'Pioneer Chemicals', active: true },
      { code: undefined, name: 'Pioneer Chemicals', active: false },
    ],
    codes: [
      { group: 'GL Account', value: '5010-10-200', description: 'an old description' },
      { group: 'Accounting Codes', value: '9999-99-999', description: 'of another time' },
    ],
    invoices: [
      { ...electric, number: 'NE-500', gross: '1500.00' },
      { ...electric, number: 'NE-501', gross: '1650.00' },
      { ...electric, number: 'HAND-1', gross: '333.00' },
    ],
  };
}
