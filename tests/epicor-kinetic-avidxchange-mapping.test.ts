import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationDeclarations } from '../nodes/avidxchange/operation-declarations';
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
}

const flow: MapNode[] = JSON.parse(
  readFileSync(join(PROJECT, 'flows/epicor-kinetic-avidxchange/flow.json'), 'utf8'),
);

/** What went over to AvidXchange before: vendor 12, and its invoice 00042. */
const lookups: Lookups = {
  link: async (_sync, _company, key) => ({ ref: key, attributes: {} }),
  source: async (_sync, _company, ref) =>
    ref === 'EPIC06|12|00042' ? { key: '12|00042', data: {} } : undefined,
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

  it('says how soon a vendor is paid', async () => {
    const vendor = { VendorNum: 12, Name: 'Żółć & Söhne', Inactive: false, TermsCode: 'N30' };
    expect(await map('ekx-vendor-map', schemaOf('submit-vendor'), vendor)).toMatchObject({
      ExternalVendorCode: '12',
      PaymentTerms: 'N30',
      Active: true,
    });
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
