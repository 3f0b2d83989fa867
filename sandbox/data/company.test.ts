import { describe, expect, it } from 'vitest';
import { compared, sum } from '../money';
import { type CompanySeed, DEMO_SIZE, makeCompany } from './company';
import { expectedOutcomes } from './expected';

const wish = { seed: 7, size: DEMO_SIZE, company: 'EPIC06', today: '2026-09-15' };

const rows = (company: CompanySeed, table: string) => company.epicor.tables[table] ?? [];

function outcomes(company: CompanySeed): Map<string, readonly string[]> {
  return new Map(expectedOutcomes(company.epicor, company.bill).map((each) => [each.key, each.accepts]));
}

describe('the seeded company', () => {
  it('is the same for the same seed and another for another', () => {
    expect(makeCompany(wish)).toEqual(makeCompany(wish));
    expect(makeCompany(wish)).not.toEqual(makeCompany({ ...wish, seed: 8 }));
  });

  it('is small and readable for a demonstration', () => {
    const company = makeCompany(wish);
    expect(['Vendor', 'APInvHed', 'GLAccount'].map((table) => rows(company, table).length)).toEqual([
      25, 60, 40,
    ]);
  });

  it('has one invoice per vendor and number, as the system would force', () => {
    const company = makeCompany({ ...wish, size: 2_000 });
    const keys = rows(company, 'APInvHed').map((row) => `${row['VendorNum']}|${row['InvoiceNum']}`);
    expect(new Set(keys).size).toBe(2_000);
  });

  it('adds up everywhere but where it is meant not to', () => {
    const company = makeCompany({ ...wish, size: 500 });
    const parts = [
      ['APInvExp', 'DocExpAmt'],
      ['APInvMsc', 'DocMiscAmt'],
      ['APIHAPInvMsc', 'DocMiscAmt'],
      ['APInvTax', 'DocTaxAmt'],
    ] as const;
    const off = rows(company, 'APInvHed').filter((head) => {
      const amounts = parts.flatMap(([table, column]) =>
        rows(company, table)
          .filter((row) => row['VendorNum'] === head['VendorNum'] && row['InvoiceNum'] === head['InvoiceNum'])
          .map((row) => String(row[column])),
      );
      return compared(sum(amounts), String(head['DocInvoiceAmt'])) !== 0;
    });
    expect(off.map((head) => head['InvoiceNum'])).toEqual(['AF-1007']);
  });

  it('holds the names, currencies and stamps that break careless readers', () => {
    const company = makeCompany(wish);
    const names = rows(company, 'Vendor').map((row) => String(row['Name']));
    expect(names.some((name) => name.includes("'"))).toBe(true);
    expect(names.some((name) => /\p{Script=Han}/u.test(name))).toBe(true);
    expect(names.some((name) => name.length === 100)).toBe(true);
    expect(new Set(names).size).toBe(names.length - 1);
    const heads = rows(company, 'APInvHed');
    expect(new Set(heads.map((row) => row['CurrencyCode']))).toEqual(new Set(['USD', 'EUR', 'GBP', 'JPY']));
    expect(heads.some((row) => row['ChangeDate'] === null)).toBe(true);
  });
});

describe('what is expected of each invoice', () => {
  it.each([
    ['101|AF-1001', ['confirmed']],
    ['101|AF-1007', ['parked:amounts-differ']],
    ['101|AF-1008', ['ignored:not-approved']],
    ['101|AF-1010', ['ignored:not-approved']],
    ['101|AF-1011', ['ignored:not-approved']],
    ['101|AF-1012', ['parked:partly-paid']],
    ['101|AF-1013', ['parked:partly-paid']],
    ['101|AF-CM-1', ['confirmed']],
    ['101|INVOICE-2026-000000001', ['parked:number-too-long']],
    ['101|INVOICE-2026-00000001', ['confirmed']],
    ['101|EU-77', ['parked:currency-mismatch']],
    ['101|AF-1017', ['parked:gl-account-unmapped']],
    ['101|AF-1018', ['parked:gl-account-unmapped']],
    ['101|AF-1019', ['parked:gl-account-unmapped']],
    ['101|90210', ['confirmed']],
    ['102|90210', ['confirmed']],
    ['102|INV00417', ['confirmed', 'parked:near-duplicate']],
    ['103|請求-001', ['confirmed']],
    ['105|WW-1', ['parked:vendor-incomplete', 'parked:vendor-not-linked']],
    ['106|HL-1', ['parked:vendor-inactive', 'parked:vendor-not-linked']],
    ['112|PC-9', ['parked:vendor-ambiguous', 'parked:vendor-not-linked']],
    ['113|NE-500', ['confirmed']],
    ['113|NE-501', ['parked:number-in-use']],
  ])('%s', (key, accepts) => {
    expect(outcomes(makeCompany(wish)).get(key)).toEqual(accepts);
  });

  it('is said of every invoice, and most are to be sent', () => {
    const company = makeCompany({ ...wish, size: 1_000 });
    const all = [...outcomes(company).values()];
    expect(all).toHaveLength(1_000);
    expect(all.filter((accepts) => accepts[0] === 'confirmed').length).toBeGreaterThan(900);
  });
});
