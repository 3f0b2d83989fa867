import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createApInvoice } from '../nodes/epicor-kinetic/operations/ap-invoice-declaration';
import { invoiceOf } from '../nodes/epicor-kinetic/operations/ap-invoice-document';
import type { JsonObject } from '../runtime/connector/json';
import type { Lookups } from '../runtime/mapping/functions';
import { compileMapping } from '../runtime/mapping/mapping';
import type { MappingRule } from '../runtime/mapping/mapping-rule';
import { PROJECT } from './support/project';

interface MapNode {
  readonly id: string;
  readonly rules: readonly MappingRule[];
  readonly document: string;
}

const flow: MapNode[] = JSON.parse(
  readFileSync(join(PROJECT, 'flows/epicor-kinetic-basware/flow.json'), 'utf8'),
);
const node = flow.find(({ id }) => id === 'ekw-invoice-map') ?? expect.fail();

/** Accounts that went over, by what Basware knows them as; the cost center is written first in one chart. */
const accounts: Readonly<Record<string, JsonObject>> = {
  '40.6100.200': { GLAccount1: '6100|40|200', GLAcctDispGLAcctDisp: '40.6100.200' },
  '7100-A-1': { GLAccount1: '7100|A-1', GLAcctDispGLAcctDisp: '' },
  '6200': { GLAccount1: '6200|10|100', GLAcctDispGLAcctDisp: '6200-10-100' },
};

/** What went over to Basware before: one vendor, one payment term, some accounts. */
const lookups: Lookups = {
  link: async () => undefined,
  source: async (sync, _company, ref) => {
    if (sync === 'vendors-to-basware' && ref === 'V100') return { key: '12', data: { Inactive: false } };
    const data = sync === 'gl-accounts-to-basware' ? accounts[ref] : undefined;
    if (data) return { key: `MAIN|${data['GLAccount1']}`, data };
    return sync === 'payment-terms-to-basware' && ref === 'N30' ? { key: 'N30', data: {} } : undefined;
  },
};

/** The template's mapping, with other values in its first lines where a test chooses them. */
async function map(
  change: JsonObject,
  settings: Readonly<Record<string, string>> = {},
  base = approved,
  sent = false,
) {
  let { document } = node;
  for (const [name, value] of Object.entries(settings)) {
    const line = new RegExp(`\\$${name} := [^;]+;`);
    expect(document).toMatch(line);
    document = document.replace(line, `$${name} := ${value};`);
  }
  const { rules } = node;
  const mapping = compileMapping({ rules, document, documentSchema: createApInvoice.document, lookups });
  const record = { sync: 'invoices-to-epicor-kinetic', company: 'BW06', key: 'doc-1', sent };
  const mapped = await mapping.map({ ...base, ...change }, record);
  // What is sent adds up, as the operation sees it.
  invoiceOf(mapped.document);
  return mapped.document;
}

const row = (change: JsonObject): JsonObject => ({ rowIndex: 1, accountCode: '6100-40-200', ...change });

const approved: JsonObject = {
  invoiceId: '138e7d94997847aebe7432e521b30001',
  processingStatus: 'WaitingForTransfer',
  companyCode: 'BW06',
  supplierCode: 'V100',
  invoiceNumber: 'A-17',
  invoiceDate: '2026-10-01',
  dueDate: '2026-10-31',
  currencyCode: 'USD',
  grossSum: '1160',
  netSum: '1000',
  taxSum1: '160',
  paymentBlock: false,
  codingRows: [row({ netTotal: '1000', taxSum: '160', taxCode: 'T16' })],
};

const taxes = (document: JsonObject) =>
  (document['taxes'] as JsonObject[]).map(({ amount, glAccount }) => [amount, glAccount]);
const lines = (document: JsonObject) => document['lines'] as JsonObject[];

describe('an approved invoice of Basware becomes an AP invoice', () => {
  it('D14: tax of a row is a cost of its account, or stands on the account for tax', async () => {
    expect(taxes(await map({}))).toEqual([['160', '6100-40-200']]);
    expect(taxes(await map({}, { taxAccount: "'2200-00-000'" }))).toEqual([['160', '2200-00-000']]);
  });

  it('D14: tax that only the totals of a row tell is taken from them', async () => {
    const codingRows = [
      row({ netTotal: '600', grossTotal: '696' }),
      row({ accountCode: '6200-10-100', netTotal: '400', grossTotal: '464' }),
    ];
    const expected = [
      ['96', '6100-40-200'],
      ['64', '6200-10-100'],
    ];
    expect(taxes(await map({ codingRows }))).toEqual(expected);
    expect(taxes(await map({ taxSum1: '0', taxSum2: '160', codingRows }))).toEqual(expected);
    const { taxSum1: _, ...untaxed } = approved;
    expect(taxes(await map({ codingRows }, {}, untaxed))).toEqual(expected);
  });

  it('D14: tax that no row has goes with the only account; with several it parks, unless an account is named', async () => {
    expect(taxes(await map({ codingRows: [row({ netTotal: '1000' })] }))).toEqual([['160', '6100-40-200']]);
    const codingRows = [row({ netTotal: '600' }), row({ accountCode: '6200-10-100', netTotal: '400' })];
    await expect(map({ codingRows })).rejects.toMatchObject({ outcome: 'park', reason: 'amounts-differ' });
    expect(taxes(await map({ codingRows }, { taxAccount: "'2200-00-000'" }))).toEqual([
      ['160', '2200-00-000'],
    ]);
  });

  it('D1: rows that do not come to the total park', async () => {
    const codingRows = [row({ netTotal: '999.99', taxSum: '160' })];
    await expect(map({ codingRows })).rejects.toMatchObject({ outcome: 'park', reason: 'amounts-differ' });
  });

  it('C7: a row without an account parks, and one without an amount needs none', async () => {
    const named = row({ netTotal: '1000', taxSum: '160' });
    const codingRows = [named, { rowIndex: 2, netTotal: '0' }];
    expect(lines(await map({ codingRows }))).toHaveLength(1);
    await expect(
      map({ codingRows: [row({ netTotal: '900', taxSum: '160' }), { rowIndex: 2, netTotal: '100' }] }),
    ).rejects.toMatchObject({ outcome: 'park', reason: 'gl-account-unmapped' });
  });

  it('C8: a whole account that went over is the one of Epicor, however its chart writes it', async () => {
    const accountOf = async (change: JsonObject) => {
      const [line] = lines(await map({ codingRows: [row({ netTotal: '1000', taxSum: '160', ...change })] }));
      return (line?.['distributions'] as JsonObject[] | undefined)?.[0]?.['glAccount'];
    };
    const costCenterCode = '40';
    expect(await accountOf({ accountCode: '40.6100.200', costCenterCode })).toBe('MAIN|6100|40|200');
    expect(await accountOf({ accountCode: '7100-A-1' })).toBe('MAIN|7100|A-1');
    // Accounts that went over by their natural segment alone are several to one code.
    expect(await accountOf({ accountCode: '6200', costCenterCode })).toBe('6200|40');
    expect(await accountOf({ accountCode: '6200' })).toBe('6200');
    expect(await accountOf({ accountCode: '6100|40|200', costCenterCode })).toBe('6100|40|200');
  });

  it('D3: amounts finer than the currency park, those of tax too', async () => {
    const finer = { outcome: 'park', reason: 'amounts-differ' };
    for (const change of [{ taxSum: '80.005' }, { grossTotal: '580.005' }]) {
      const codingRows = [1, 2].map((rowIndex) => row({ rowIndex, netTotal: '500', ...change }));
      await expect(map({ codingRows, grossSum: '1160.01', taxSum1: '160.01' })).rejects.toMatchObject(finer);
    }
  });

  it('D9: a negative total is a debit memo, and so is a type that is named as a credit', async () => {
    const codingRows = [row({ netTotal: '-1000', taxSum: '-160' })];
    const negative = await map({ grossSum: '-1160', taxSum1: '-160', codingRows });
    expect(negative).toMatchObject({ type: 'debit-memo', amount: '1160' });
    expect(lines(negative)[0]).toMatchObject({ amount: '1000' });
    const credit = { invoiceTypeCode: 'CR' };
    expect(await map(credit)).toMatchObject({ type: 'invoice', amount: '1160' });
    expect(await map(credit, { creditTypes: "['CR']" })).toMatchObject({
      type: 'debit-memo',
      amount: '1160',
    });
  });

  it('C9: terms that went over are named, and others leave the due date to speak', async () => {
    expect(await map({ paymentTermCode: 'N30' })).toMatchObject({ termsCode: 'N30', dueDate: '2026-10-31' });
    for (const change of [{}, { paymentTermCode: '' }, { paymentTermCode: 'X9' }]) {
      const document = await map(change);
      expect([document['termsCode'], document['dueDate']]).toEqual([undefined, '2026-10-31']);
    }
  });

  it('D15: names the order of a row, else the only one of the invoice', async () => {
    const ordered = row({ netTotal: '1000', taxSum: '160', orderNumber: '4001', orderLineNumber: '2' });
    const orders = async (change: JsonObject) =>
      lines(await map(change)).map(({ poNum, poLine }) => [poNum, poLine]);
    expect(await orders({ codingRows: [ordered], orderNumbers: ['4001'] })).toEqual([['4001', 2]]);
    expect(await orders({ orderNumbers: ['PO612298'] })).toEqual([['PO612298', undefined]]);
    expect(await orders({ orderNumbers: ['1', '2'] })).toEqual([[undefined, undefined]]);
  });

  it('D15: names the receipt of a row', async () => {
    const received = (goodsReceiptItemNumber: string) =>
      row({ netTotal: '1000', taxSum: '160', goodsReceiptNumber: 'P2', goodsReceiptItemNumber });
    for (const [written, packLine] of [
      ['003', 3],
      ['A1', undefined],
    ] as const) {
      const [line] = lines(await map({ codingRows: [received(written)] }));
      expect([line?.['packSlip'], line?.['packLine']]).toEqual(['P2', packLine]);
    }
  });

  it('C5: an unknown supplier parks with its code', async () => {
    await expect(map({ supplierCode: 'V999' })).rejects.toMatchObject({
      outcome: 'park',
      reason: 'vendor-not-linked',
      detail: { message: expect.stringContaining('V999') },
    });
  });
});

describe('an invoice that is transferred already', () => {
  const transferred = { ...approved, processingStatus: 'Transferred' };

  it('is left alone when it did not come through here, and ends as any other when it did (B1)', async () => {
    await expect(map({}, {}, transferred)).rejects.toMatchObject({ outcome: 'ignore', reason: 'unchanged' });
    expect(await map({}, {}, transferred, true)).toMatchObject({ invoiceNum: 'A-17' });
  });
});
