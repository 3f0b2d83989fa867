import { addDays } from '../clock';
import type { EpicorCompanyData } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { Random } from '../random';
import { accountRows, billAccounts, makeAccounts } from './accounts';
import type { BillSeed } from './bill-seed';
import { InvoiceRows, type InvoiceSeed } from './invoice-rows';
import { ordinaryInvoice, specialInvoices } from './invoices';
import { makeVendors, SPECIAL, vendorBankRow, vendorRow } from './vendors';

export interface CompanyWish {
  readonly seed: number;
  /** Invoices wanted; the special ones are always there. */
  readonly size: number;
  readonly company: string;
  /** `YYYY-MM-DD`; all dates are near it. */
  readonly today: string;
}

export interface CompanySeed {
  readonly epicor: EpicorCompanyData;
  readonly bill: BillSeed;
  readonly invoices: readonly InvoiceSeed[];
}

/** Invoices of the small set that a demonstration shows. */
export const DEMO_SIZE = 60;

/** Makes a company: everything in its Epicor, and what its BILL organization already holds. The same wish gives the same company. */
export function makeCompany(wish: CompanyWish): CompanySeed {
  const random = new Random(wish.seed);
  const accounts = makeAccounts();
  const vendors = makeVendors(random, Math.max(25, Math.ceil(wish.size / 40)));
  const world = { random, vendors, accounts, today: wish.today };
  const invoices = specialInvoices(world);
  const payable = vendors.filter((vendor) => vendor.num > SPECIAL.withBills);
  for (let serial = invoices.length; serial < wish.size; serial += 1) {
    invoices.push(ordinaryInvoice(world, serial, payable));
  }
  const rows = new InvoiceRows();
  for (const invoice of random.shuffled(invoices)) rows.add(invoice);
  const entered = addDays(wish.today, -3);
  return {
    epicor: {
      company: wish.company,
      name: `Company ${wish.company}`,
      baseCurrency: 'USD',
      closedThrough: addDays(wish.today, -120),
      tables: {
        ...commonRows(wish.company, entered),
        ...accountRows(accounts),
        Vendor: vendors.map(vendorRow),
        VendBank: vendors.map(vendorBankRow),
        ...rows.tables,
      },
    },
    bill: {
      classifications: billAccounts(accounts),
      vendors: vendors.flatMap((vendor) => vendor.inBill),
      bills: [
        { vendor: 'Northern Electric Co', number: 'NE-500', amount: '1500.00', date: entered },
        { vendor: 'Northern Electric Co', number: 'NE-501', amount: '1650.00', date: entered },
        { vendor: 'Northern Electric Co', number: 'HAND-1', amount: '333.00', date: entered },
      ],
    },
    invoices,
  };
}

function commonRows(company: string, today: string): Record<string, Row[]> {
  return {
    Company: [{ Company1: company, Name: `Company ${company}`, BaseCurrencyCode: 'USD' }],
    BankAcct: [
      {
        BankAcctID: 'MAIN',
        Description: 'Operating account',
        BankName: 'First National',
        CurrencyCode: 'USD',
      },
      {
        BankAcctID: 'PAYROLL',
        Description: 'Payroll account',
        BankName: 'First National',
        CurrencyCode: 'USD',
      },
    ],
    PayMethod: [
      { PMUID: 1, Name: 'ACH file', Type: 1, PMSource: 0 },
      { PMUID: 2, Name: 'Check', Type: 2, PMSource: 0 },
      { PMUID: 3, Name: 'Paid by BILL', Type: 0, PMSource: 0 },
    ],
    PurTerms: [
      { TermsCode: 'N30', Description: 'Net 30', TermsType: 'DD', DueDays: 30 },
      { TermsCode: '2/10', Description: '2% 10 net 30', TermsType: 'DD', DueDays: 30, DiscountDays: 10 },
    ],
    APInvGrp: [{ GroupID: 'CLERK01', CreatedBy: 'clerk', ApplyDate: today }],
    APChkGrp: [
      {
        GroupID: 'CLERKPAY',
        CreatedBy: 'clerk',
        BankAcctID: 'MAIN',
        CheckDate: today,
        CurrencyCode: 'USD',
        PMUID: 2,
      },
    ],
  };
}
