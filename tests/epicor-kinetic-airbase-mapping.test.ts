import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { createApInvoice } from '../nodes/epicor-kinetic/operations/ap-invoice-declaration';
import { createVendor } from '../nodes/epicor-kinetic/operations/create-vendor';
import { createGlJournal } from '../nodes/epicor-kinetic/operations/gl-journal-document';
import { recordPayment } from '../nodes/epicor-kinetic/operations/record-payment';
import type { JsonObject } from '../runtime/connector/json';
import type { Lookups } from '../runtime/mapping/functions';
import { compileMapping } from '../runtime/mapping/mapping';
import type { MappingRule } from '../runtime/mapping/mapping-rule';
import { PROJECT } from './support/project';

interface FlowNode {
  readonly id: string;
  readonly rules: readonly MappingRule[] & readonly { readonly v: string; readonly to: string }[];
  readonly document: string;
}

const flow: FlowNode[] = JSON.parse(
  readFileSync(join(PROJECT, 'flows/epicor-kinetic-airbase/flow.json'), 'utf8'),
);
const node = (id: string) => flow.find((each) => each.id === id) ?? expect.fail(id);

/** Airbase's vendor v1 is Epicor's vendor 12. */
const lookups: Lookups = {
  link: async () => undefined,
  source: async (_sync, _company, ref) =>
    ref === 'v1' ? { key: '12', data: { Inactive: false } } : undefined,
};

async function map(
  id: string,
  schema: JsonObject,
  entry: JsonObject,
  document = node(id).document,
  sent = false,
) {
  const { rules } = node(id);
  const mapping = compileMapping({ rules, document, documentSchema: schema, lookups });
  const record = { sync: 'spend-to-epicor-kinetic', company: 'EPIC06', key: 'e1', sent };
  return (await mapping.map(entry, record)).document;
}

const entry: JsonObject = {
  airbase_id: '6f1c0b7a-5d2e-4c11-9a53-2f00c0ffee01',
  kind: 'bill',
  state: 'ready',
  belongs: 'here',
  reversal: false,
  settled: true,
  document_number: 'CR-1',
  entry_date: '2026-10-01',
  currency_code: 'USD',
  total_amount: '8',
  vendor: { airbase_id: 'v1', name: 'Acme' },
  payee: { airbase_id: 'v1', name: 'Acme', erp_reference_id: 'ACME' },
  bank_account: { erp_reference_id: '2150-00-000' },
  expense_list: [
    { line_number: 1, amount: '5', account: { erp_reference_id: '6100-40-200' } },
    { line_number: 2, amount: '3', account: { erp_reference_id: '6200-10-200' } },
  ],
};

/** The same with the other sign. */
const negative: JsonObject = {
  ...entry,
  total_amount: '-8',
  expense_list: (entry['expense_list'] as JsonObject[]).map((line) => ({
    ...line,
    amount: `-${line['amount']}`,
  })),
};

const amounts = (document: JsonObject) => (document['lines'] as JsonObject[]).map(({ amount }) => amount);

describe('what Airbase takes back', () => {
  it.each([
    ['positive', entry],
    ['negative', negative],
  ])('D9: a credit with %s amounts is a debit memo', async (_sign, credit) => {
    const document = await map('eka-bill-map', createApInvoice.document, { ...credit, reversal: true });
    expect(document).toMatchObject({ type: 'debit-memo', amount: '8', vendorNum: 12 });
    expect(amounts(document)).toEqual(['5', '3']);
  });

  it.each([
    ['positive', entry],
    ['negative', negative],
  ])('D9: a refund with %s amounts takes the expense back', async (_sign, refund) => {
    const card = { ...refund, kind: 'card', reversal: true };
    expect(amounts(await map('eka-card-map', createGlJournal.document, card))).toEqual(['-5', '-3', '8']);
  });

  it('what it does not take back is an invoice, and an expense', async () => {
    const document = await map('eka-bill-map', createApInvoice.document, entry);
    expect(document).toMatchObject({ type: 'invoice', amount: '8' });
    const card = { ...entry, kind: 'card' };
    expect(amounts(await map('eka-card-map', createGlJournal.document, card))).toEqual(['5', '3', '-8']);
  });
});

describe('a vendor that was made in Airbase', () => {
  const born = {
    airbase_id: 'v9',
    name: `${'Brand New Bakery of '.repeat(3)}Town`,
    email: 'ap@bakery.example',
  };
  const spend = { ...entry, payee: born };
  const which = node('eka-born-which').rules[0]?.v ?? '';
  const isMade = async (payload: JsonObject, make: boolean) => {
    const rule = make ? which.replace('$make := false', '$make := true') : which;
    return (await jsonata(rule).evaluate({ payload })) === true;
  };

  it('is left to a person unless somebody chose otherwise', async () => {
    expect(await isMade(spend, false)).toBe(false);
    expect(await isMade(spend, true)).toBe(true);
    await expect(map('eka-bill-map', createApInvoice.document, spend)).rejects.toMatchObject({
      reason: 'vendor-not-linked',
    });
  });

  it.each([
    ['has a key of Epicor', { payee: { ...born, erp_reference_id: 'ACME' } }],
    ['is very like one of Epicor', { payee: { ...born, candidates: [{ score: 95 }] } }],
    ['has spend that is not approved', { state: 'other' }],
    ['belongs to another subsidiary', { belongs: 'elsewhere' }],
  ])('is not made when it %s', async (_why, change) => {
    expect(await isMade({ ...spend, ...change }, true)).toBe(false);
  });

  it('is made with the payment terms that somebody named, and its bill goes to it', async () => {
    const { document } = node('eka-born-map');
    await expect(map('eka-born-map', createVendor.document, spend)).rejects.toMatchObject({
      reason: 'setting-missing',
    });
    const named = document.replace("$terms := ''", "$terms := 'N30'");
    const vendor = await map('eka-born-map', createVendor.document, spend, named);
    expect(vendor).toMatchObject({ documentId: 'v9', email: 'ap@bakery.example', termsCode: 'N30' });
    expect(String(vendor['name']).length).toBeLessThanOrEqual(50);
    const linked = { ...spend, payee: { ...born, vendorNum: '2900' } };
    expect(await map('eka-bill-map', createApInvoice.document, linked)).toMatchObject({ vendorNum: 2900 });
  });
});

describe('what a consultant can choose', () => {
  it('is that the tags of a line set segments of its account, and by default they do not', async () => {
    const rule = node('eka-spend-code').rules[0]?.to ?? '';
    const tagged = {
      ...entry,
      transaction_tags: [{ type_label: 'Location', erp_reference_id: '3-300' }],
      expense_list: [
        {
          line_number: 1,
          amount: '8',
          account: { erp_reference_id: '6100-40-200' },
          tags: [{ type_label: 'DEPARTMENT', erp_reference_id: '50' }],
        },
      ],
    };
    const account = async (dimensions: string) => {
      const chosen = rule.replace('$dimensions := {}', () => `$dimensions := ${dimensions}`);
      const payload = await jsonata(chosen).evaluate({ payload: tagged });
      const { lines } = await map('eka-bill-map', createApInvoice.document, payload);
      return (lines as { distributions: { glAccount: string }[] }[])[0]?.distributions[0]?.glAccount;
    };
    expect(await account('{}')).toBe('6100-40-200');
    expect(await account('{ "department": { "segment": 2, "prefix": "" } }')).toBe('6100-50-200');
    expect(await account('{ "location": { "segment": 3, "prefix": "3-" } }')).toBe('6100-40-300');
  });

  it('is one vendor for all reimbursements', async () => {
    const document = node('eka-bill-map').document.replace("$clearing := ''", "$clearing := '77'");
    const payee = { airbase_id: 'v8', name: 'Ann Lee' };
    const report = { ...entry, kind: 'reimbursement', payee };
    expect(await map('eka-bill-map', createApInvoice.document, report, document)).toMatchObject({
      vendorNum: 77,
    });
    expect(await map('eka-bill-map', createApInvoice.document, entry, document)).toMatchObject({
      vendorNum: 12,
    });
  });
});

describe('where the connection has the spend API', () => {
  it.each(['awaiting_approval', 'denied', 'archived'])('a bill that is %s is not entered', async (status) => {
    const spend = { approval_status: status };
    await expect(map('eka-bill-map', createApInvoice.document, { ...entry, spend })).rejects.toMatchObject({
      reason: 'not-approved',
    });
    const approved = { ...entry, spend: { approval_status: 'approved', due_date: '2026-11-01' } };
    expect(await map('eka-bill-map', createApInvoice.document, approved)).toMatchObject({
      dueDate: '2026-11-01',
    });
  });

  it('a payment finds its invoices by vendor and number, and is for a person when it fails later (E1)', async () => {
    const payment = {
      ...{
        id: 'p1',
        source: 'spend',
        kind: 'bill-payment',
        status: 'paid',
        belongs: 'here',
        reversal: false,
      },
      ...{
        payment_date: '2026-10-05',
        amount: '8',
        currency_code: 'USD',
        reference: '1001',
        method: 'check',
      },
      payee: { airbase_id: 'v1' },
      applied_to: [{ airbase_id: 'b1', kind: 'bill', amount: '8', invoice_number: 'CR|1' }],
    };
    expect(await map('eka-pay-map', recordPayment.document, payment)).toMatchObject({
      vendorNum: 12,
      checkNumber: 1001,
      allocations: [{ invoiceNum: 'CR|1', amount: '8' }],
    });
    const failed = map(
      'eka-pay-map',
      recordPayment.document,
      { ...payment, status: 'failed' },
      undefined,
      true,
    );
    await expect(failed).rejects.toMatchObject({ reason: 'voided-after-sent' });
    const unnamed = { ...payment, applied_to: [{ airbase_id: 'b1', kind: 'bill', amount: '8' }] };
    await expect(map('eka-pay-map', recordPayment.document, unnamed)).rejects.toMatchObject({
      reason: 'not-ours',
    });
  });
});
