import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifest as acumatica } from '../nodes/acumatica/manifest';
import { manifest as bill } from '../nodes/bill/manifest';
import type { JsonObject } from '../runtime/connector/json';
import type { Lookups } from '../runtime/mapping/functions';
import { compileMapping } from '../runtime/mapping/mapping';
import type { MappingRule } from '../runtime/mapping/mapping-rule';
import { PROJECT } from './support/project';

interface MapNode {
  readonly id: string;
  readonly operation: string;
  readonly rules: readonly MappingRule[];
  readonly document: string;
}

const flow: MapNode[] = JSON.parse(readFileSync(join(PROJECT, 'flows/acumatica-bill/flow.json'), 'utf8'));

/** Everything is linked to its own key, and one payment in Acumatica is ours. */
const lookups: Lookups = {
  link: async (_sync, _company, key) => ({ ref: `ref-${key}`, attributes: {} }),
  source: async (sync, _company, ref) => {
    if (sync === 'payments-to-acumatica')
      return ref === 'Payment|000007' ? { key: 'stp1', data: {} } : undefined;
    if (ref === 'unlinked') return undefined;
    return { key: ref.slice(4), data: { Status: 'Active', Vendor: 'V1', CurrencyID: 'USD' } };
  },
};

async function map(id: string, row: JsonObject, sent: boolean): Promise<JsonObject> {
  const { rules, document, operation } = flow.find((node) => node.id === id) ?? expect.fail();
  const { document: documentSchema } =
    bill.operations[operation] ?? acumatica.operations[operation] ?? expect.fail();
  const mapping = compileMapping({ rules, document, documentSchema, lookups });
  return (await mapping.map(row, { sync: 'bills-to-bill', company: 'ACME', key: 'Bill|1', sent })).document;
}

const released: JsonObject = {
  Type: 'Bill',
  ReferenceNbr: '000101',
  Status: 'Open',
  Vendor: 'V1',
  VendorRef: 'INV-1',
  Date: '2026-02-01',
  DueDate: '2026-03-01',
  CurrencyID: 'USD',
  Amount: '100.1000',
  Balance: '100.1000',
  TaxTotal: '0.0000',
  Details: [{ Amount: '100.1000', Account: '61000', Subaccount: '000000' }],
  TaxDetails: [],
};
const applied = (DocType: string, ReferenceNbr: string, Status: string) => ({
  DocType,
  ReferenceNbr,
  AmountPaid: '100.1000',
  Status,
});

describe.each(['acb-bill-map', 'acb-credit-map'])('%s: what is applied in Acumatica', (id) => {
  it.each([false, true])(
    'counts no payment that was taken back, nor what took it back (sent: %s)',
    async (sent) => {
      const Applications = [
        applied('Payment', '000009', 'Voided'),
        applied('Voided Payment', '000009', 'Closed'),
      ];
      expect(await map(id, { ...released, Applications }, sent)).toMatchObject({ vendorId: 'ref-V1' });
    },
  );

  it('parks what another payment takes, and not what ours does', async () => {
    const paid = { ...released, Status: 'Closed', Balance: '0' };
    const ours = { ...paid, Applications: [applied('Payment', '000007', 'Closed')] };
    expect(await map(id, ours, true)).toMatchObject({ vendorId: 'ref-V1' });
    const others = { ...paid, Applications: [applied('Payment', '000008', 'Closed')] };
    await expect(map(id, others, true)).rejects.toMatchObject({
      outcome: 'park',
      reason: 'changed-after-sent',
    });
    const pending = { ...released, Applications: [applied('Payment', '000008', 'Balanced')] };
    await expect(map(id, pending, false)).rejects.toMatchObject({ outcome: 'park', reason: 'partly-paid' });
  });
});

describe('a payment from BILL', () => {
  const payment = (credit: string): JsonObject => ({
    id: 'stp2',
    status: 'PAID',
    singleStatus: 'PROCESSED',
    processDate: '2026-02-20',
    amount: '90.10',
    billPayments: [
      { billId: 'ref-Bill|000101', amount: '90.10', vendorCredits: [{ id: credit, amount: '10.00' }] },
    ],
  });

  it('E13 applies the credits that it names, each to its document', async () => {
    expect(await map('acb-pay-map', payment('ref-Debit Adj.|000301'), false)).toMatchObject({
      allocations: [{ type: 'Bill', referenceNbr: '000101', amount: '100.1' }],
      credits: [{ type: 'Debit Adj.', referenceNbr: '000301', amount: '10.00' }],
    });
  });

  it('E13 waits for a credit that it applies until that is linked', async () => {
    await expect(map('acb-pay-map', payment('unlinked'), false)).rejects.toMatchObject({
      reason: 'not-ours',
      detail: { documents: ['unlinked'] },
      waitsFor: { sync: 'bills-to-bill', key: 'unlinked' },
    });
  });
});
