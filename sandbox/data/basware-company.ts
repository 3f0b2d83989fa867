import { addDays } from '../clock';
import type { EpicorCompanyData } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { Random } from '../random';
import { ORDER, specialDocuments } from './basware-cases';
import type { CodingStyle } from './basware-coding';
import { type DocumentSeed, type DocumentWorld, ordinaryDocument, type Supplier } from './basware-documents';
import { DEMO_SIZE, makeCompany } from './company';
import { InvoiceRows } from './invoice-rows';
import { SPECIAL } from './vendors';

export interface BaswareCompanyWish {
  readonly seed: number;
  /** Documents wanted; the special ones are always there. */
  readonly size: number;
  /** The company in Epicor, and its code in Basware. */
  readonly company: string;
  readonly companyCode: string;
  readonly coding: CodingStyle;
  /** `YYYY-MM-DD`; all dates are near it. */
  readonly today: string;
}

export interface BaswareCompanySeed {
  readonly epicor: EpicorCompanyData;
  readonly documents: readonly DocumentSeed[];
}

/** A company whose suppliers' invoices are captured in Basware: everything in its Epicor, and its documents in P2P. */
export function makeBaswareCompany(wish: BaswareCompanyWish): BaswareCompanySeed {
  const { epicor, invoices } = makeCompany({ ...wish, size: DEMO_SIZE });
  const vendors = epicor.tables['Vendor'] ?? [];
  const suppliers = new Map(
    vendors.map((row): [number, Supplier] => [
      Number(row['VendorNum']),
      { code: String(row['VendorID']), name: String(row['Name']), currency: String(row['CurrencyCode']) },
    ]),
  );
  const accounts = (epicor.tables['GLAccount'] ?? [])
    .filter((row) => row['Active'] === true)
    .map((row) => String(row['GLAccount1']));
  const { companyCode, coding, today } = wish;
  const world: DocumentWorld = {
    random: new Random(wish.seed + 7),
    companyCode,
    coding,
    suppliers,
    accounts,
    today,
  };
  const documents = specialDocuments(world);
  const ordinary = [...suppliers].filter(([num]) => num > SPECIAL.withBills).map(([, supplier]) => supplier);
  for (let serial = documents.length; serial < wish.size; serial += 1) {
    documents.push(ordinaryDocument(world, serial, ordinary));
  }
  const byHand = new InvoiceRows();
  const electric = invoices.find((invoice) => invoice.vendor.num === SPECIAL.withBills)?.vendor;
  const parts = invoices
    .flatMap((invoice) => invoice.lines.flatMap((line) => line.split))
    .map(([account]) => account);
  const account = parts.find((each) => each?.internal === ORDER.account) ?? null;
  if (electric === undefined) throw new Error('no supplier with invoices entered by hand');
  for (const [number, amount] of [
    ['NE-700', '1500.00'],
    ['NE-701', '1650.00'],
  ] as const) {
    byHand.add({
      vendor: electric,
      number,
      date: addDays(today, -12),
      title: 'entered by hand',
      lines: [{ description: 'Turbine parts', split: [[account, amount]] }],
    });
  }
  const tables: Record<string, readonly Row[]> = { ...epicor.tables, ...TAXES, ...orderRows(wish) };
  for (const [name, rows] of Object.entries(byHand.tables)) tables[name] = [...(tables[name] ?? []), ...rows];
  return { epicor: { ...epicor, tables }, documents: world.random.shuffled(documents) };
}

const TAXES: Record<string, readonly Row[]> = {
  SalesTax: [
    { TaxCode: 'WI', Description: 'Wisconsin sales tax', CollectionType: 0, RateType: 'R', Inactive: false },
    { TaxCode: 'VAT', Description: 'Value added tax', CollectionType: 0, RateType: 'R', Inactive: false },
    { TaxCode: 'OLD', Description: 'Repealed tax', CollectionType: 0, RateType: 'R', Inactive: true },
  ],
  SalesTRC: [
    { TaxCode: 'WI', RateCode: 'STD', Description: 'Standard', DefaultRate: true, TaxPercent: '8.25' },
    { TaxCode: 'VAT', RateCode: 'STD', Description: 'Standard', DefaultRate: true, TaxPercent: '19' },
    { TaxCode: 'OLD', RateCode: 'STD', Description: 'Standard', DefaultRate: true, TaxPercent: '3' },
  ],
};

/** An approved order of the plain supplier with two lines, the first of them received. */
function orderRows({ today }: BaswareCompanyWish): Record<string, readonly Row[]> {
  const PONum = ORDER.number;
  const line = (POLine: number, quantity: string, cost: string, total: string): Row => ({
    PONUM: PONum,
    POLine,
    OpenLine: true,
    PartNum: '',
    LineDesc: `Bolts of line ${POLine}`,
    OrderQty: quantity,
    PUM: 'EA',
    XOrderQty: quantity,
    IUM: 'EA',
    UnitCost: cost,
    DocUnitCost: cost,
    CostPerCode: 'E',
    ExtCost: total,
    DocExtCost: total,
  });
  const release = (POLine: number, quantity: string, received: string): Row => ({
    PONum,
    POLine,
    PORelNum: 1,
    RelQty: quantity,
    XRelQty: quantity,
    ReceivedQty: received,
    ArrivedQty: received,
    InvoicedQty: '0',
    TranType: 'PUR-UKN',
    OpenRelease: true,
  });
  const [natural = '', department = '', division = ''] = ORDER.account.split('|');
  const coded: Row = {
    PONum,
    PORelNum: 1,
    BookID: 'MAIN',
    COACode: 'MAIN',
    GLAccount: ORDER.account,
    RecordType: 'A',
    GLAcctContext: 'Expense',
    SegValue1: natural,
    SegValue2: department,
    SegValue3: division,
  };
  return {
    POHeader: [
      {
        PONum,
        OpenOrder: true,
        Approve: true,
        ApprovalStatus: 'A',
        OrderDate: addDays(today, -30),
        VendorNum: SPECIAL.plain,
        TermsCode: 'N30',
        CurrencyCode: 'USD',
        POType: 'STD',
        TotalOrder: '200.00',
        DocTotalOrder: '200.00',
      },
    ],
    PODetail: [line(1, '10', '12.00', ORDER.received), line(2, '4', '20.00', ORDER.unreceived)],
    PORel: [release(1, '10', '10'), release(2, '4', '0')],
    PORelTGLC: [1, 2].map((POLine) => ({ ...coded, POLine })),
    RcvDtl: [
      {
        VendorNum: SPECIAL.plain,
        PurPoint: '',
        PackSlip: 'PS-1',
        PackLine: 1,
        PONum,
        POLine: 1,
        PORelNum: 1,
        PartDescription: 'Bolts of line 1',
        VendorQty: '10',
        PUM: 'EA',
        OurQty: '10',
        IUM: 'EA',
        DocUnitCost: '12.00',
        ReceiptDate: addDays(today, -15),
        Received: true,
        Invoiced: false,
      },
    ],
  };
}
