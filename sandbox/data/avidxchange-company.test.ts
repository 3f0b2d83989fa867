import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { typeOf } from '../avidxchange/images';
import { makeAvidCompany } from './avidxchange-company';
import { expectedAtAvid } from './avidxchange-expected';

const WISH = { seed: 3, size: 80, company: 'EPIC06', today: '2026-03-31', bulky: false };

function rowsOf(seed: ReturnType<typeof makeAvidCompany>, table: string) {
  return seed.epicor.tables[table] ?? [];
}

describe('a company that pays through AvidXchange', () => {
  it('is the same for the same wish, files included', () => {
    const [one, other] = [makeAvidCompany(WISH), makeAvidCompany(WISH)];
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    const hash = (seed: typeof one) =>
      createHash('sha256')
        .update(seed.epicor.fileContent?.(6_001) ?? '')
        .digest('hex');
    expect(hash(one)).toBe(hash(other));
    expect(JSON.stringify(makeAvidCompany({ ...WISH, seed: 4 }))).not.toBe(JSON.stringify(one));
  });

  it('has files of every kind, no two alike, each hanging on an invoice', () => {
    const seed = makeAvidCompany({ ...WISH, bulky: true });
    const contents = rowsOf(seed, 'XFileRef').map((row) =>
      seed.epicor.fileContent?.(Number(row['XFileRefNum'])),
    );
    const kinds = new Set(contents.map((content) => (content === undefined ? 'lost' : typeOf(content))));
    const wanted = ['application/pdf', 'image/png', 'image/jpeg', 'image/tiff', undefined, 'lost'];
    expect(kinds).toEqual(new Set(wanted));
    const hashes = contents.flatMap((content) =>
      content === undefined ? [] : createHash('sha256').update(content).digest('hex'),
    );
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(Math.max(...contents.map((content) => content?.length ?? 0))).toBe(10 * 1024 * 1024 + 1);
    const keys = new Set(rowsOf(seed, 'APInvHed').map((row) => `${row['VendorNum']}|${row['InvoiceNum']}`));
    for (const row of rowsOf(seed, 'XFileAttch')) expect(keys).toContain(`${row['Key1']}|${row['Key2']}`);
  });

  it('has open orders, orders that are not, and invoices that refer to them line by line', () => {
    const seed = makeAvidCompany(WISH);
    const orders = rowsOf(seed, 'POHeader');
    expect(new Set(orders.map((row) => `${row['OpenOrder']} ${row['ApprovalStatus']}`))).toEqual(
      new Set(['true A', 'true P', 'false A']),
    );
    const lines = rowsOf(seed, 'APInvDtl').filter((row) => row['InvoiceNum'] === 'AX-2002');
    expect(lines.map((row) => [row['PONum'], row['POLine']])).toEqual([
      [44_001, 1],
      [44_002, 1],
      [0, 0],
    ]);
    const everyday = rowsOf(seed, 'APInvHed').filter((row) => Number(row['REFPONum']) > 45_000);
    expect(everyday.length).toBeGreaterThan(3);
  });

  it('knows what must become of each invoice', () => {
    const seed = makeAvidCompany(WISH);
    const accepts = new Map(expectedAtAvid(seed).map((each) => [each.key, each.accepts]));
    const wanted = {
      '101|AX-2001': ['confirmed'],
      '101|AX-2007': ['confirmed', 'parked:rejected-by-target'],
      '101|AX-2014': ['parked:gl-account-unmapped'],
      '101|AF-1007': ['parked:amounts-differ'],
      '101|AF-1008': ['ignored:not-approved'],
      '101|AF-1010': ['ignored:not-approved'],
      '101|AF-1012': ['parked:partly-paid'],
      '101|EU-77': ['parked:currency-mismatch'],
      '106|HL-1': ['parked:vendor-inactive', 'parked:vendor-not-linked'],
      '107|MS-1': ['confirmed'],
      '113|NE-500': ['confirmed', 'parked:number-in-use'],
      '113|NE-501': ['parked:number-in-use'],
    };
    expect(Object.fromEntries(Object.keys(wanted).map((key) => [key, accepts.get(key)]))).toEqual(wanted);
    expect(accepts.size).toBe(rowsOf(seed, 'APInvHed').length);
  });
});
