import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../runtime/connector/json';
import { validator } from '../../../runtime/connector/schema';
import {
  entry,
  InvoiceBench,
  invoice,
  invoiceGroup,
  rightCoding,
  simpleInvoice,
} from '../../../tests/support/invoice-bench';
import { parked } from '../../../tests/support/payment-bench';
import { amount, digits } from '../../../tests/support/small-kinetic-lists';
import { manifest } from '../manifest';

let bench: InvoiceBench;
let server: InvoiceBench['server'];

beforeEach(async () => {
  bench = new InvoiceBench();
  server = bench.server;
  await bench.start();
});
afterEach(() => bench.stop());

describe('creating an AP invoice', () => {
  it('commits header, lines and accounts in one call, and leaves them verified in a group', async () => {
    const context = bench.context();
    expect(await bench.operation().lookUp(invoice(), context)).toEqual({ found: 'absent' });
    const effect = await bench.operation().create(invoice(), context);
    expect(effect).toEqual({
      ref: '12|INV-1001',
      attributes: { group: 'ML0000001', currency: 'USD', amount: '1160.1' },
    });
    expect(server.seen(`${entry}/UpdateMaster`)).toHaveLength(1);
    expect(server.seen(`${entry}/Update`)).toHaveLength(0);
    expect(server.coding('INV-1001')).toEqual(rightCoding);
    expect(server.invoices[0]).toMatchObject({
      ExternalID: '138e7d94997847aebe7432e521b30001',
      InvoiceDate: '2026-02-01',
      ApplyDate: '2026-02-02',
      DueDate: '2026-03-03',
      Posted: false,
    });
    expect(await bench.operation().lookUp(invoice(), context)).toMatchObject({ found: 'present' });
  });

  it('follows the order of calls of the screen before it saves', async () => {
    await bench.create(invoice());
    const methods = server.calls
      .filter((call) => call.method === 'POST')
      .map((call) => call.path.split('/')[1]);
    expect(methods).toEqual([
      'GetNewAPInvGrpNoLock',
      'Update',
      'GetNewAPInvHedInvoice',
      'ChangeVendorID',
      'ChangeInvoiceDateEx',
      'ChangeInvoiceVendorAmt',
      'UpdateMaster',
      'GetByID',
      'UnlockGroup',
    ]);
    expect(server.seen(`${entry}/UpdateMaster`)[0]?.body).toMatchObject({
      cGroupID: 'ML0000001',
      cTableName: 'APInvHed',
      runChkCPay: false,
      suppressUserPrompts: true,
    });
  });

  it('leaves the due date to its own terms where it names none, and to the vendor on builds that cannot', async () => {
    const dueWith = async (invoiceNum: string, change: JsonObject) => {
      await bench.create(simpleInvoice({ invoiceNum, documentId: invoiceNum, ...change }));
      return server.invoices.find((row) => row['InvoiceNum'] === invoiceNum)?.['DueDate'];
    };
    expect(await dueWith('T-1', { dueDate: null, termsCode: 'N60' })).toBe('2027-01-30');
    expect(await dueWith('T-2', { dueDate: '2026-05-05', termsCode: 'N60' })).toBe('2026-05-05');
    expect(await dueWith('T-3', { dueDate: null, termsCode: 'OTHER' })).toBe('2026-12-31');
    expect(server.invoices.at(-1)?.['TermsCode']).toBe('OTHER');
  });

  it('sends amounts as exact number tokens, and a quantity whose cost comes out even', async () => {
    await bench.create(invoice());
    const [{ text } = { text: '' }] = server.seen(`${entry}/UpdateMaster`);
    expect(text).toContain('"ScrDocInvoiceVendorAmt":1160.10,');
    expect(text).toContain('"ScrVendorQty":4,"DocUnitCost":250,"ScrDocExtCost":1000');
    const uneven = invoice({ invoiceNum: 'B', documentId: 'b', amount: '1160.10' });
    (uneven['lines'] as JsonObject[])[0] = { ...(uneven['lines'] as JsonObject[])[0], quantity: '3' };
    await bench.create(uneven);
    expect(server.seen(`${entry}/UpdateMaster`)[1]?.text).toContain('"ScrVendorQty":1,"DocUnitCost":1000');
  });

  it.each(['updateMaster', 'updateExt', 'screen'])('comes to the same invoice by %s', async (strategy) => {
    await bench.create(invoice(), { strategy });
    expect(server.coding('INV-1001').toSorted()).toEqual(rightCoding.toSorted());
    expect(digits(server.invoices[0]?.['DocInvoiceAmt'])).toBe('1160.1');
  });

  it('sets the pay hold, and enters a negative line as a negative quantity', async () => {
    const lines = [
      { description: 'Bolts', amount: '60', distributions: [{ amount: '60', glAccount: '6100|10|200' }] },
      {
        description: 'Discount',
        amount: '-10',
        distributions: [{ amount: '-10', glAccount: '6100|10|200' }],
      },
    ];
    await bench.create(simpleInvoice({ lines, payHold: true }));
    expect(server.invoices[0]).toMatchObject({ PayHold: true });
    expect(server.details.map((row) => [digits(row['ScrVendorQty']), digits(row['DocUnitCost'])])).toEqual([
      ['1', '60'],
      ['-1', '10'],
    ]);
  });

  it('enters a debit memo with positive amounts, which Epicor stores negative (D9)', async () => {
    await bench.create(simpleInvoice({ type: 'debit-memo', invoiceRef: 'INV-1000' }));
    expect(server.seen(`${entry}/GetNewAPInvHedDebitMemo`)).toHaveLength(1);
    expect(server.invoices[0]).toMatchObject({ DebitMemo: true, InvoiceRef: 'INV-1000' });
    expect(digits(server.invoices[0]?.['DocInvoiceAmt'])).toBe('-50');
    expect(server.coding('INV-1001')).toEqual(['1 -50 6100|10|200']);
  });

  it('turns the amounts of a debit memo itself where a site stores them as they are given', async () => {
    server.storesSignsAsGiven = true;
    await bench.create(simpleInvoice({ type: 'debit-memo' }));
    const [memo] = server.invoices;
    expect(digits(memo?.['DocInvoiceAmt'])).toBe('-50');
    expect(digits(memo?.['DocInvoiceVendorAmt'])).toBe('-50');
    expect(server.coding('INV-1001')).toEqual(['1 -50 6100|10|200']);
  });

  it('sets another currency than the vendor has', async () => {
    await bench.create(simpleInvoice({ currency: 'EUR' }));
    expect(server.invoices[0]).toMatchObject({ CurrencyCode: 'EUR' });
  });

  it('submits a group of its own to be posted where the option says so', async () => {
    await bench.create(simpleInvoice(), { posting: 'submit' });
    await bench.create(simpleInvoice({ invoiceNum: 'B', documentId: 'b' }), { posting: 'submit' });
    expect(server.invoices.map((row) => [row['GroupID'], row['Posted']])).toEqual([
      ['ML0000001', true],
      ['ML0000002', true],
    ]);
  });

  it('never posts what was left in the group of a run', async () => {
    await bench.create(simpleInvoice());
    await bench.create(simpleInvoice({ invoiceNum: 'B', documentId: 'b' }), { posting: 'submit' });
    expect(server.invoices.map((row) => [row['GroupID'], row['Posted']])).toEqual([
      ['ML0000001', false],
      ['ML0000002', true],
    ]);
  });

  it('parks with the words of the log when Epicor does not post', async () => {
    server.postWords = 'Total does not agree.';
    const outcome = await parked(bench.create(simpleInvoice(), { posting: 'submit' }));
    expect(outcome.detail).toMatchObject({ group: 'ML0000001', invoice: '12|INV-1001' });
    expect(outcome.message).toContain('Total does not agree.');
    server.postWords = undefined;
    expect(await bench.settle(simpleInvoice(), bench.context({ posting: 'submit' }))).toMatchObject({
      found: 'partial',
    });
    expect(server.invoices[0]).toMatchObject({ Posted: true });
  });
});

describe('invoice groups', () => {
  it('are shared by the invoices of a run with one apply date', async () => {
    await Promise.all(
      ['A', 'B', 'C'].map((invoiceNum) =>
        bench.create(simpleInvoice({ invoiceNum, documentId: invoiceNum })),
      ),
    );
    await bench.create(simpleInvoice({ invoiceNum: 'D', documentId: 'D', applyDate: '2026-02-28' }));
    expect(server.invoices.map((row) => row['GroupID'])).toEqual([
      'ML0000001',
      'ML0000001',
      'ML0000001',
      'ML0000002',
    ]);
  });

  it('that a clerk has opened or posted meanwhile are left to him', async () => {
    await bench.create(simpleInvoice());
    server.lockedGroups.add('ML0000001');
    await bench.create(simpleInvoice({ invoiceNum: 'B', documentId: 'b' }));
    server.invoiceGroups.splice(0);
    await bench.create(simpleInvoice({ invoiceNum: 'C', documentId: 'c' }));
    expect(server.invoices.map((row) => row['GroupID'])).toEqual(['ML0000001', 'ML0000002', 'ML0000003']);
  });

  it('that are held for a while when they are new make nobody think that an invoice was refused', async () => {
    let held = true;
    server.fault = ({ path }) => {
      const groups = server.invoiceGroups.map((group) => String(group['GroupID']));
      if (path === `${entry}/GetNewAPInvHedInvoice`) server.lockedGroups.clear();
      if (held) for (const group of groups) server.lockedGroups.add(group);
      return undefined;
    };
    const numbers = ['A', 'B', 'C'];
    const enter = () =>
      Promise.allSettled(
        numbers.map((invoiceNum) => bench.create(simpleInvoice({ invoiceNum, documentId: invoiceNum }))),
      );
    for (const result of await enter()) {
      expect(result).toMatchObject({ status: 'rejected', reason: { recovery: 'retry' } });
    }
    held = false;
    expect((await enter()).map(({ status }) => status)).toEqual(numbers.map(() => 'fulfilled'));
    expect(server.invoices).toHaveLength(3);
  });

  it('do not stay behind empty when the first invoice is refused', async () => {
    const outcome = await parked(bench.create(simpleInvoice({ invoiceDate: '2025-12-31' })));
    expect(outcome.reason).toBe('period-closed');
    expect(server.invoiceGroups).toEqual([]);
    await bench.create(simpleInvoice());
    expect(server.invoices).toHaveLength(1);
  });

  it('never are those of an installation before this one', async () => {
    server.invoiceGroups.push(
      { Company: 'EPIC06', GroupID: 'ML0000001' },
      { Company: 'EPIC06', GroupID: 'ML0000640' },
    );
    await bench.create(simpleInvoice());
    expect(server.invoices[0]).toMatchObject({ GroupID: 'ML0000641' });
  });
});

describe('before anything is written', () => {
  it.each([
    ['an unknown account', { glAccount: '9|9' }, 'gl-account-unmapped'],
    ['an inactive account', { glAccount: '6300|10' }, 'account-inactive'],
  ])('%s parks with its code (C7)', async (_name, change, reason) => {
    server.addAccount('6300|10', { Active: false });
    const distributions = [{ amount: '50', ...change }];
    const lines = [{ description: 'Bolts', amount: '50', distributions }];
    const outcome = await parked(bench.create(simpleInvoice({ lines })));
    expect(outcome).toMatchObject({ reason, detail: { account: change.glAccount } });
    expect(server.invoiceGroups).toEqual([]);
  });

  it('an unknown or inactive vendor parks (C4)', async () => {
    expect((await parked(bench.create(simpleInvoice({ vendorNum: 99 })))).reason).toBe('vendor-not-linked');
    Object.assign(server.vendors[0] as object, { Inactive: true });
    expect((await parked(bench.create(simpleInvoice()))).reason).toBe('vendor-inactive');
  });

  it.each([
    ['lines', { amount: '50.01' }],
    [
      'distributions',
      {
        lines: [
          { description: 'x', amount: '50', distributions: [{ amount: '49', glAccount: '6100|10|200' }] },
        ],
      },
    ],
  ])('%s that do not add up park (D1)', async (_name, change) => {
    await expect(bench.operation().lookUp(simpleInvoice(change), bench.context())).rejects.toMatchObject({
      reason: 'amounts-differ',
    });
  });
});

describe('an invoice of the same number', () => {
  it('by hand with the same content is taken over (B9)', async () => {
    const hand = { InvoiceDate: '2026-02-01T00:00:00', ExternalID: '', Posted: true };
    server.addInvoice(12, 'INV-1001', '50.00', hand);
    expect(await bench.operation().lookUp(simpleInvoice(), bench.context())).toMatchObject({
      found: 'present',
      adopted: true,
    });
  });

  it.each([
    ['with another total', { ExternalID: '' }, '51.00'],
    ['from another document', { ExternalID: 'other' }, '50.00'],
  ])('%s is a conflict that shows both (B10)', async (_name, more, total) => {
    server.addInvoice(12, 'inv-1001', total, { InvoiceDate: '2026-02-01', ...more });
    const found = await bench.operation().lookUp(simpleInvoice(), bench.context());
    expect(found).toMatchObject({
      found: 'conflict',
      reason: 'number-in-use',
      detail: { ours: { amount: '50' }, theirs: { amount: total } },
    });
  });

  it('of another document rules out that what was sent under its number is there (B1)', async () => {
    server.addInvoice(12, 'inv-1001', '50.00', { InvoiceDate: '2026-02-01', ExternalID: 'other' });
    const resolving = { ...bench.context(), resolving: true };
    expect(await bench.operation().lookUp(simpleInvoice(), resolving)).toEqual({ found: 'absent' });
    Object.assign(server.invoices[0] as object, { ExternalID: '', DocInvoiceAmt: amount('51.00') });
    expect(await bench.operation().lookUp(simpleInvoice(), resolving)).toMatchObject({ found: 'conflict' });
  });

  it('that appears between the look and the save parks, or is taken over', async () => {
    server.addInvoice(12, 'INV-1001', '51.00', { ExternalID: '' });
    expect((await parked(bench.create(simpleInvoice()))).reason).toBe('number-in-use');
    Object.assign(server.invoices[0] as object, { DocInvoiceAmt: amount('50.00') });
    expect(await bench.create(simpleInvoice())).toMatchObject({ adopted: true });
    expect(server.invoices).toHaveLength(1);
    expect(server.invoiceGroups).toHaveLength(1);
  });

  it('that was ours and was given another number is noticed', async () => {
    await bench.create(simpleInvoice());
    Object.assign(server.invoices[0] as object, { InvoiceNum: 'INV-1001-X' });
    expect(await bench.operation().lookUp(simpleInvoice(), bench.context())).toMatchObject({
      found: 'conflict',
      reason: 'changed-after-sent',
      detail: { invoice: '12|INV-1001-X' },
    });
  });
});

describe('a change after sending', () => {
  it('is brought to an invoice that is not posted, lines taken away too', async () => {
    await bench.create(invoice());
    const changed = simpleInvoice({ payHold: true });
    await bench.operation().update?.('12|INV-1001', changed, invoice(), bench.context());
    expect(server.coding('INV-1001').filter((row) => row.startsWith('1'))).toEqual(['1 50 6100|10|200']);
    expect(digits(server.invoices[0]?.['DocInvoiceAmt'])).toBe('50');
    expect(server.invoices[0]).toMatchObject({ PayHold: true });
  });

  it('of a posted invoice parks', async () => {
    await bench.create(simpleInvoice(), { posting: 'submit' });
    const update = bench.operation().update?.('12|INV-1001', invoice(), simpleInvoice(), bench.context());
    expect((await parked(update as Promise<unknown>)).reason).toBe('changed-after-sent');
  });
});

it('tallies the invoices that carry the ID of a document, and those that were adopted', async () => {
  await bench.create(simpleInvoice());
  server.addInvoice(12, 'by hand', '5.00');
  server.addInvoice(12, 'adopted', '7.00');
  const rows = [];
  const adopted = new Set(['12|adopted']);
  for await (const row of bench.operation().tally?.(bench.context(), adopted) ?? []) rows.push(row);
  expect(rows).toEqual([
    { ref: '12|INV-1001', amount: '50', currency: 'USD', date: '2026-02-01' },
    { ref: '12|adopted', amount: '7.00', currency: 'USD', date: '2026-02-01' },
  ]);
});

it('takes the documents that it says it takes', () => {
  const check = validator(manifest.operations['create-ap-invoice']?.document as JsonObject);
  expect(check(invoice())).toEqual([]);
  expect(check(simpleInvoice({ charges: null, taxes: null, dueDate: null, payHold: null }))).toEqual([]);
  expect(check(simpleInvoice({ type: 'credit' }))).not.toEqual([]);
});

it('unlocks only groups of ours', async () => {
  await bench.create(simpleInvoice());
  expect(server.seen(`${invoiceGroup}/UnlockGroup`).map(({ body }) => body)).toEqual([
    { InGroupID: 'ML0000001' },
  ]);
});
