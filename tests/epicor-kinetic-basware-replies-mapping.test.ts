import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifest } from '../nodes/basware/manifest';
import type { JsonObject } from '../runtime/connector/json';
import type { Link, Lookups } from '../runtime/mapping/functions';
import { compileMapping } from '../runtime/mapping/mapping';
import type { MappingRule } from '../runtime/mapping/mapping-rule';
import { PROJECT } from './support/project';

interface MapNode {
  readonly id: string;
  readonly operation: string;
  readonly rules: readonly MappingRule[];
  readonly document: string;
}

const flow: MapNode[] = JSON.parse(
  readFileSync(join(PROJECT, 'flows/epicor-kinetic-basware/flow.json'), 'utf8'),
);

/** What the template's map node makes of a message for Basware. */
async function map(id: string, data: JsonObject, link?: Link): Promise<JsonObject> {
  const { operation, rules, document } = flow.find((node) => node.id === id) ?? expect.fail();
  const documentSchema = manifest.operations[operation]?.document ?? expect.fail();
  const lookups: Lookups = {
    link: async (sync, _company, key) => {
      if (sync === 'vendors-to-basware') return link;
      return key === 'doc-1' ? { ref: '12|A-17', attributes: {} } : undefined;
    },
    source: async (sync, _company, ref) =>
      sync === 'invoices-to-epicor-kinetic' && ref === '12|A-17' ? { key: 'doc-1', data: {} } : undefined,
  };
  const mapping = compileMapping({ rules, document, documentSchema, lookups });
  return (await mapping.map(data, { sync: 'under-test', company: 'EPIC06', key: '1', sent: false })).document;
}

describe('an acceptance', () => {
  it('leaves the payment block of the invoice as it is', async () => {
    const accepted = (invoice: JsonObject) =>
      map('ekw-accept-map', { invoice: { invoiceId: 'doc-1', ...invoice }, voucher: 'A-17' });
    expect((await accepted({ paymentBlock: true }))['paymentBlock']).toBe(true);
    expect((await accepted({ paymentBlock: false }))['paymentBlock']).toBe(false);
    expect((await accepted({}))['paymentBlock']).toBe(false);
  });
});

describe('a payment', () => {
  const payment = (standing: JsonObject): JsonObject => ({
    HeadNum: 7,
    VendorNum: 12,
    CheckNum: 0,
    CheckDate: '2026-10-30',
    PMUIDName: '',
    Posted: true,
    Voided: false,
    Allocations: [{ VendorNum: 12, InvoiceNum: 'A-17', ...standing }],
  });
  const told = async (standing: JsonObject) => (await map('ekw-pay-map', payment(standing)))['invoices'];

  it('says what was paid in money and as discount', async () => {
    const standing = { DocPaidTotal: '98', DocDiscountTotal: '2', DocInvoiceAmt: '100', DocInvoiceBal: '0' };
    expect(await told(standing)).toEqual([{ invoiceId: 'doc-1', paidTotal: '98', cashDiscount: '2' }]);
    expect(await told({ ...standing, DocDiscountTotal: '0' })).toEqual([
      { invoiceId: 'doc-1', paidTotal: '98' },
    ]);
  });

  it('is told of an invoice whose number was changed in Epicor, and of no other (C8)', async () => {
    const standing = { InvoiceNum: 'A-17-B', DocPaidTotal: '98', DocDiscountTotal: '0' };
    const expected = [{ invoiceId: 'doc-1', paidTotal: '98' }];
    expect(await told({ ...standing, DocumentID: 'doc-1' })).toEqual(expected);
    for (const DocumentID of ['doc-2', '', null]) {
      await expect(told({ ...standing, DocumentID })).rejects.toMatchObject({ reason: 'not-ours' });
    }
  });

  it('is told by the open balance where Epicor does not let payments be searched', async () => {
    const standing = {
      DocPaidTotal: null,
      DocDiscountTotal: null,
      DocInvoiceAmt: '100',
      DocInvoiceBal: '40.5',
    };
    expect(await told(standing)).toEqual([{ invoiceId: 'doc-1', paidTotal: '59.5' }]);
  });
});

describe('a vendor', () => {
  const vendor: JsonObject = {
    VendorNum: 12,
    VendorID: 'V200',
    Name: 'Acme',
    Inactive: false,
    TaxPayerID: '',
    CurrencyCode: 'USD',
    TermsCode: '',
    Address1: '',
    Address2: 'Building 7',
    Address3: 'Dock 2',
    City: '',
    State: '',
    ZIP: '',
    Country: '',
    CountryNumISOCode: 'US',
  };

  it('that was renamed is the same one in Basware, under its new code (C3)', async () => {
    expect(await map('ekw-vendor-map', vendor)).toMatchObject({ externalCode: 'V200', vendorCode: 'V200' });
    const before = { ref: 'V100', attributes: { externalCode: 'V100' } };
    const renamed = await map('ekw-vendor-map', vendor, before);
    expect(renamed).toMatchObject({ externalCode: 'V100', vendorCode: 'V200' });
  });

  it('keeps every line of its street', async () => {
    expect((await map('ekw-vendor-map', vendor))['addresses']).toMatchObject([
      { streetName: 'Building 7 Dock 2' },
    ]);
    const without = { ...vendor, Address2: '', Address3: '' };
    expect((await map('ekw-vendor-map', without))['addresses']).toEqual([]);
  });
});

describe('payment terms', () => {
  it('say what Epicor says, which may be nothing', async () => {
    const terms: JsonObject = {
      TermsCode: 'N30',
      Description: 'Net 30',
      DueDays: 30,
      DiscountDays: 10,
      DiscountPercent: '2.0',
    };
    const discount = { cashDueDateDays: 10, cashDiscount: '2.0' };
    expect(await map('ekw-term-map', terms)).toMatchObject({ dueDateDays: 30, ...discount });
    const nothing = { DueDays: null, DiscountDays: null, DiscountPercent: null };
    expect(await map('ekw-term-map', { ...terms, ...nothing })).toEqual({
      paymentTermCode: 'N30',
      name: 'Net 30',
    });
  });
});
