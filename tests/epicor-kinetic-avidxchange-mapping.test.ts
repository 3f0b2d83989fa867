import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationDeclarations } from '../nodes/avidxchange/operation-declarations';
import { createApInvoice } from '../nodes/epicor-kinetic/operations/ap-invoice-declaration';
import { paymentOf } from '../nodes/epicor-kinetic/operations/payment-document';
import { recordPayment } from '../nodes/epicor-kinetic/operations/record-payment';
import { updateCustomFields } from '../nodes/epicor-kinetic/operations/update-custom-fields';
import type { JsonObject } from '../runtime/connector/json';
import type { Lookups } from '../runtime/mapping/functions';
import { compileMapping } from '../runtime/mapping/mapping';
import type { MappingRule } from '../runtime/mapping/mapping-rule';
import { PROJECT } from './support/project';

interface MapNode {
  readonly id: string;
  readonly rules: readonly MappingRule[];
  readonly document: string;
  readonly retryParked?: string;
}

const flow: MapNode[] = JSON.parse(
  readFileSync(join(PROJECT, 'flows/epicor-kinetic-avidxchange/flow.json'), 'utf8'),
);

/** What went over to AvidXchange before: the vendors 12 and 13, each with an invoice. */
const lookups: Lookups = {
  link: async (_sync, _company, key) => ({ ref: key, attributes: {} }),
  source: async (_sync, _company, ref) =>
    ['EPIC06|12|00042', 'EPIC06|13|X'].includes(ref)
      ? { key: ref.slice('EPIC06|'.length), data: {} }
      : undefined,
};

/** @param without so many of the last rules, as a person may delete them */
async function map(
  id: string,
  documentSchema: JsonObject,
  row: JsonObject,
  without = 0,
): Promise<JsonObject> {
  const { rules, document } = flow.find((node) => node.id === id) ?? expect.fail();
  const kept = rules.slice(0, rules.length - without);
  const mapping = compileMapping({ rules: kept, document, documentSchema, lookups });
  return (await mapping.map(row, { sync: 'any', company: 'EPIC06', key: '1', sent: false })).document;
}

const payment: JsonObject = {
  PaymentId: '9007199254740993',
  state: 'settled',
  Amount: '50.10',
  CurrencyCode: 'USD',
  date: '2026-10-02',
  method: 'check',
  vendorCode: '12',
  Invoices: [
    { InvoiceNumber: '42', InvoiceAmount: '50.10', ExternalInvoiceId: 'EPIC06|12|00042', paid: '50.10' },
  ],
};

const paid = async (change: JsonObject) =>
  paymentOf(await map('ekx-pay-map', recordPayment.document, { ...payment, ...change }));

describe('a payment of AvidXchange, as it is entered in Epicor', () => {
  it.each([
    ['2000111', 2_000_111],
    ['0001002345', 1_002_345],
    ['0000000000004711', 4_711],
    ['2147483647', 2_147_483_647],
  ])('E9: has the number of the check %s, without the zeros in front', async (reference, checkNumber) => {
    expect(await paid({ reference })).toMatchObject({ checkNumber, memo: `check ${reference}` });
  });

  it.each([
    ['check', '9876543210'],
    ['check', 'A-77'],
    ['check', '0000'],
    ['ach', '091000019'],
    ['virtual-card', 'VCC-7781'],
  ])('keeps in its memo what is no check number: %s %s', async (method, reference) => {
    const { checkNumber, memo } = await paid({ method, reference });
    expect([checkNumber, memo]).toEqual([undefined, `${method} ${reference}`]);
  });

  it('pays the invoice that our own id names, whatever number stands beside it', async () => {
    const { allocations } = await paid({});
    expect(allocations).toEqual([{ invoiceNum: '00042', applied: '50.1', discount: '0' }]);
  });
});

describe('a payment that cannot be entered as it is', () => {
  it('of invoices of two vendors is for a person, and never entered as if one of them had sent both', async () => {
    const part = (InvoiceNumber: string, ExternalInvoiceId?: string) => ({
      InvoiceNumber,
      paid: '25.05',
      ...(ExternalInvoiceId === undefined ? {} : { ExternalInvoiceId }),
    });
    const Invoices = [part('42', 'EPIC06|12|00042'), part('X', 'EPIC06|13|X')];
    await expect(paid({ Invoices })).rejects.toMatchObject({
      outcome: 'park',
      reason: 'vendor-ambiguous',
      detail: { vendors: ['12', '13'] },
    });
    const { allocations } = await paid({ Invoices: [part('42', 'EPIC06|12|00042'), part('77')] });
    expect(allocations.map(({ invoiceNum }) => invoiceNum)).toEqual(['00042', '77']);
  });

  it('that is shown as it was before it cleared, waits for the next read (E12)', async () => {
    const late = paid({ state: 'pending', Status: { Description: 'Processing' } });
    await expect(late).rejects.toMatchObject({ outcome: 'park', reason: 'not-settled' });
    const { retryParked } = flow.find(({ id }) => id === 'ekx-pay-dedup') ?? expect.fail();
    expect(retryParked?.split(',')).toContain('not-settled');
  });

  it('is not one whose check has no number yet', async () => {
    expect((await paid({ method: 'check' })).memo).toBe('check');
  });
});

describe('master data of Epicor, as it is submitted to AvidXchange', () => {
  const schemaOf = (operation: string) => operationDeclarations[operation]?.document ?? expect.fail();

  it('names a purchase order by a code of ours beside its number', async () => {
    const order = {
      PONum: 44_001,
      VendorNum: 12,
      OpenOrder: true,
      VoidOrder: false,
      ApprovalStatus: 'A',
      DocTotalOrder: '125.00',
      Lines: [{ POLine: 1, VoidLine: false, OrderQty: '100', DocUnitCost: '1.25', DocExtCost: '125.00' }],
    };
    expect(await map('ekx-order-map', schemaOf('submit-purchase-order'), order)).toMatchObject({
      ExternalCode: '44001',
      OrderNumber: '44001',
      LineItems: [{ ExternalCode: '44001-1', LineNumber: 1, Amount: '125.00' }],
    });
  });

  it.each([
    ['E', '1.25', '1.25'],
    ['', '1.25', '1.25'],
    ['C', '1.25', '0.0125'],
    ['M', '12.50000', '0.0125'],
    ['M', '1.23456', '0.00123'],
  ])(
    'says the price of one, where it costs so much per "%s": %s',
    async (CostPerCode, DocUnitCost, price) => {
      const line = {
        POLine: 1,
        VoidLine: false,
        OrderQty: '100',
        DocUnitCost,
        CostPerCode,
        DocExtCost: '1.25',
      };
      const order = { PONum: 44_001, VendorNum: 12, OpenOrder: true, VoidOrder: false, ApprovalStatus: 'A' };
      const document = await map('ekx-order-map', schemaOf('submit-purchase-order'), {
        ...order,
        Lines: [line],
      });
      const [{ PricePer } = {}] = document['LineItems'] as JsonObject[];
      expect(Number(PricePer)).toBe(Number(price));
      const free = { ...order, Lines: [{ ...line, DocUnitCost: null }] };
      const unpriced = await map('ekx-order-map', schemaOf('submit-purchase-order'), free);
      expect(unpriced['LineItems']).toEqual([expect.not.objectContaining({ PricePer: expect.anything() })]);
    },
  );

  it('says how soon a vendor is paid', async () => {
    const vendor = { VendorNum: 12, Name: 'Żółć & Söhne', Inactive: false, TermsCode: 'N30' };
    expect(await map('ekx-vendor-map', schemaOf('submit-vendor'), vendor)).toMatchObject({
      ExternalVendorCode: '12',
      PaymentTerms: 'N30',
      Active: true,
    });
  });
});

describe('a vendor', () => {
  it('without a name waits until it has one', async () => {
    const schema = operationDeclarations['submit-vendor']?.document ?? expect.fail();
    const nameless = map('ekx-vendor-map', schema, { VendorNum: 12, Name: ' ', Inactive: false });
    await expect(nameless).rejects.toMatchObject({ outcome: 'park', reason: 'vendor-incomplete' });
  });
});

describe('addresses of vendors', () => {
  it.each([
    ['Building 4', 'Dock B', 'Building 4, Dock B'],
    ['', 'Dock B', 'Dock B'],
    ['Building 4', '', 'Building 4'],
    ['', '', undefined],
  ])('keep their second and third line: "%s" and "%s"', async (Address2, Address3, Line2) => {
    const vendor = {
      VendorNum: 12,
      Name: 'Acme',
      Inactive: false,
      Address1: '1 Main St',
      Address2,
      Address3,
    };
    const schema = operationDeclarations['submit-vendor']?.document ?? expect.fail();
    const { Address } = await map('ekx-vendor-map', schema, vendor);
    expect(Address).toEqual({ Line1: '1 Main St', ...(Line2 === undefined ? {} : { Line2 }) });
  });
});

describe('an invoice captured in AvidXchange', () => {
  const captured = async (more: JsonObject, line: JsonObject = {}) => {
    const codes = (CodeGroupName: string) => [
      { EnterpriseCodeValue: 'D10', EnterpriseCodeGroups: [{ CodeGroupName: 'Department' }] },
      { EnterpriseCodeValue: '6100-10-200', EnterpriseCodeGroups: [{ CodeGroupName }] },
    ];
    const group = typeof more['group'] === 'string' ? more['group'] : 'GL Account';
    const row = {
      Id: '31',
      ExternalInvoiceId: 'captured there',
      Number: '4711',
      vendorCode: '12',
      GrossAmount: '10.00',
      InvoiceDate: '2026-10-02',
      Distributions: [{ Amount: '10.00', EnterpriseCodes: codes(group), ...line }],
      ...more,
    };
    const document = await map('ekx-captured-map', createApInvoice.document, row);
    return (document['lines'] as JsonObject[])[0];
  };

  it.each(['GL Account', 'Accounting Codes'])('has the account of the group %s', async (group) => {
    expect(await captured({ group })).toMatchObject({
      distributions: [{ amount: '10.00', glAccount: '6100-10-200' }],
    });
  });

  it('names its purchase order at every line, or each line its own', async () => {
    expect(await captured({ PONumber: '44001' })).toMatchObject({ poNum: '44001' });
    const own = { PONumber: '44002', POLineNumber: '3' };
    expect(await captured({ PONumber: '44001' }, own)).toMatchObject({ poNum: '44002', poLine: 3 });
    expect(await captured({})).not.toHaveProperty('poNum');
  });
});

describe('the status of an invoice at AvidXchange', () => {
  const status = (state: string, without: number, ExternalInvoiceId = 'EPIC06|12|00042') => {
    const row = { Id: '77', state, ExternalInvoiceId, Status: { Description: state }, RejectReason: 'why' };
    return map('ekx-status-map', updateCustomFields.document, row, without);
  };

  it('leaves Epicor as it is; a rejected one waits for a person', async () => {
    await expect(status('approved', 0)).rejects.toMatchObject({ outcome: 'ignore', reason: 'unchanged' });
    const parked = { outcome: 'park', reason: 'rejected-in-approval', detail: { why: 'why' } };
    await expect(status('rejected', 0)).rejects.toMatchObject(parked);
  });

  it('goes into a custom field by choice, of invoices of ours only', async () => {
    const noted = (state: string) => ({
      vendorNum: 12,
      invoiceNum: '00042',
      fields: { AvidStatus_c: state },
    });
    expect(await status('approved', 1)).toEqual(noted('approved'));
    expect(await status('rejected', 2)).toEqual(noted('rejected'));
    await expect(status('approved', 2, 'EPIC07|1|X')).rejects.toMatchObject({ reason: 'not-ours' });
  });
});
