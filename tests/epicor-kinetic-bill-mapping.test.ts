import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifest } from '../nodes/bill/manifest';
import { withBillPayments } from '../nodes/bill/payments';
import { paymentRow } from '../nodes/bill/row-schemas';
import { paymentOf } from '../nodes/epicor-kinetic/operations/payment-document';
import { recordPayment } from '../nodes/epicor-kinetic/operations/record-payment';
import type { JsonObject } from '../runtime/connector/json';
import { conform } from '../runtime/connector/schema';
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
  readFileSync(join(PROJECT, 'flows/epicor-kinetic-bill/flow.json'), 'utf8'),
);
const nodeOf = (id: string) => flow.find((node) => node.id === id) ?? expect.fail(id);

/** Epicor's invoices by what became of them in BILL. A number may hold the sign that parts the key. */
const invoices: Readonly<Record<string, string>> = { '00n1': '101|A|1', '00n2': '101|A-2', vcr1: '101|DM-1' };
const lookups: Lookups = {
  link: async (_sync, _company, key) => ({ ref: `bill-${key}`, attributes: {} }),
  source: async (sync, _company, ref) => {
    const key = sync === 'invoices-to-bill' ? invoices[ref] : undefined;
    return key === undefined ? undefined : { key, data: { CurrencyCode: 'USD' } };
  },
};

/** An approved invoice as its bill; the first of its lines carries the whole amount. */
async function billOf(head: JsonObject, lines: readonly JsonObject[]) {
  const { rules, document } = nodeOf('ekb-invoice-map');
  const documentSchema = manifest.operations['upsert-bill']?.document ?? expect.fail();
  const mapping = compileMapping({ rules, document, documentSchema, lookups });
  const coded = { DocExpAmt: '100.00', COACode: 'MAIN', GLAccount: '6100|10' };
  const Lines = lines.map((line, at) => ({ Distributions: at === 0 ? [coded] : [], Charges: [], ...line }));
  const invoice = { ...approved, ...head, Lines };
  const record = { sync: 'invoices-to-bill', company: 'EPIC06', key: '101|A|1', sent: false };
  return (await mapping.map(invoice, record)).document;
}

const approved: JsonObject = {
  VendorNum: 101,
  InvoiceNum: 'A|1',
  InvoiceDate: '2026-03-01',
  DueDate: '2026-03-31',
  CurrencyCode: 'USD',
  DocInvoiceAmt: '100.00',
  DocInvoiceBal: '100.00',
  DocUnpostedBal: '100.00',
  Posted: true,
  OpenPayable: true,
  PayHold: false,
  Charges: [],
  Taxes: [],
  Distributions: [],
};

/** A payment as BILL shows it, mapped, and read as the operation reads it. */
async function map(payment: JsonObject) {
  const { rules, document } = nodeOf('ekb-pay-map');
  const mapping = compileMapping({ rules, document, documentSchema: recordPayment.document, lookups });
  const row = conform(withBillPayments({ ...online, ...payment }), paymentRow);
  const record = { sync: 'payments-to-epicor-kinetic', company: '008', key: 'stp1', sent: false };
  const mapped = await mapping.map(row, record);
  paymentOf(mapped.document);
  return mapped.document;
}

const online: JsonObject = {
  id: 'stp1',
  vendorId: '009',
  amount: 100,
  processDate: '2026-03-02',
  status: 'PAID',
  singleStatus: 'PROCESSED',
  onlinePayment: true,
  disbursementInfo: {},
};

describe('a bill', () => {
  it('names the purchase order of the invoice, or those of its lines (D15)', async () => {
    const order = async (head: JsonObject, ...lines: JsonObject[]) =>
      (await billOf(head, lines))['purchaseOrderNumber'];
    expect(await order({ REFPONum: 4711 }, { PONum: 4712 })).toBe('4711');
    expect(await order({ REFPONum: 0 }, { PONum: 4712 })).toBe('4712');
    expect(await order({ REFPONum: 0 }, { PONum: 2 }, { PONum: 0 }, { PONum: 1 }, { PONum: 2 })).toBe('2, 1');
    expect(await order({ REFPONum: 0 }, { PONum: 0 })).toBeUndefined();
    expect(await order({}, {})).toBeUndefined();
    expect(await order({ REFPONum: null }, { PONum: null })).toBeUndefined();
  });
});

describe('a payment on its way to Epicor', () => {
  it('goes to the invoice of the one bill that it names, whole', async () => {
    expect(await map({ billId: '00n1' })).toEqual({
      paymentId: 'stp1',
      vendorNum: 101,
      date: '2026-03-02',
      amount: '100',
      currency: 'USD',
      allocations: [{ invoiceNum: 'A|1', amount: '100', discount: '0' }],
      credits: [],
    });
  });

  it.each([
    ['what was paid in money', '60'],
    ['what the bill came to', '70'],
  ])('applies credits, whether BILL splits it into %s', async (_what, second) => {
    const vendorCredits = [{ id: 'vcr1', amount: '10.00' }];
    const billPayments = [
      { billId: '00n1', amount: '40.00' },
      { billId: '00n2', amount: second, vendorCredits },
    ];
    expect(await map({ billPayments })).toMatchObject({
      amount: '100',
      allocations: [
        { invoiceNum: 'A|1', amount: expect.stringMatching(/^40(\.00)?$/) },
        { invoiceNum: 'A-2', amount: expect.stringMatching(/^70(\.00)?$/) },
      ],
      credits: [{ invoiceNum: 'DM-1', amount: '10.00' }],
    });
  });

  it('carries the number of its check, and the reference of one that was paid outside BILL', async () => {
    const disbursementInfo = { checkDisbursement: { checkNumber: 4711 } };
    const check = await map({ billId: '00n1', disbursementInfo, syncReference: 'x' });
    expect([check['checkNumber'], check['memo']]).toEqual([4711, undefined]);
    const outside = { billId: '00n1', onlinePayment: false, singleStatus: null, syncReference: '70012' };
    expect(await map(outside)).toMatchObject({ memo: 'Paid outside BILL: 70012' });
    expect(await map({ ...outside, syncReference: null })).not.toHaveProperty('memo');
  });

  it.each([
    ['not-settled', { singleStatus: 'SCHEDULED', billId: '00n1' }],
    ['not-settled', { singleStatus: null, billId: '00n1' }],
    ['not-ours', { billId: '00n9' }],
    ['not-ours', {}],
    [
      'not-ours',
      {
        billPayments: [
          { billId: '00n1', amount: 40 },
          { billId: '00n9', amount: 60 },
        ],
      },
    ],
  ])('is not posted: %s', async (reason, payment) => {
    await expect(map(payment)).rejects.toMatchObject({ reason });
  });

  it('E13 waits for a credit that it applies until that is linked', async () => {
    const vendorCredits = [{ id: 'vcr9', amount: '10.00' }];
    const billPayments = [{ billId: '00n1', amount: 100, vendorCredits }];
    await expect(map({ billPayments })).rejects.toMatchObject({
      reason: 'not-ours',
      detail: { documents: ['vcr9'] },
      waitsFor: { sync: 'invoices-to-bill', key: 'vcr9' },
    });
  });
});
