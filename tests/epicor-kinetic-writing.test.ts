import { afterEach, describe, expect, it } from 'vitest';
import type { Connection } from '../runtime/connector/connection';
import { RecordOutcome } from '../runtime/connector/errors';
import type { JsonObject } from '../runtime/connector/json';
import type { Effect, Operation } from '../runtime/connector/system';
import type { EpicorSwitches } from '../sandbox/epicor-kinetic/switches';
import { startTrialSite, type TrialSite } from '../sandbox/epicor-kinetic/trial-site';
import { connectTo, operationContext, readContext, type TestContext } from './support/kinetic-connection';

let site: TrialSite;
let connection: Connection;

async function open(switches: Partial<EpicorSwitches> = {}): Promise<void> {
  site = await startTrialSite({ postingMs: 0, ...switches });
  const credentials = {
    company: 'EPIC06',
    apiKey: 'key',
    auth: 'basic',
    username: 'integration',
    password: 'secret',
  };
  connection = connectTo({ url: site.epicor.url, credentials }, { journalCode: 'GJ', coa: 'MAIN' });
}
afterEach(async () => {
  await connection.close();
  await site.epicor.stop();
});

const operation = (name: string) => connection.client.operations[name] as Operation;
const context = (options: JsonObject = {}, facts: JsonObject = {}): TestContext =>
  operationContext(connection, options, facts);

function invoice(change: JsonObject = {}): JsonObject {
  return {
    documentId: 'doc-1',
    vendorNum: 101,
    invoiceNum: 'B/1 & co',
    type: 'invoice',
    invoiceDate: site.today,
    currency: 'USD',
    amount: '160.02',
    lines: [
      {
        description: 'Paper and bolts',
        amount: '100.01',
        distributions: [
          { amount: '40.00', glAccount: '6100|40|200' },
          { amount: '60.01', glAccount: 'MAIN|5020|10|200' },
        ],
      },
      {
        description: 'Freight',
        amount: '55.01',
        distributions: [{ amount: '55.01', glAccount: '6100|40|200' }],
      },
    ],
    taxes: [{ description: 'Tax', amount: '5.00', glAccount: '6100-40-200' }],
    ...change,
  };
}

/** What delivery does: looks, completes, creates. */
async function settle(name: string, document: JsonObject, at: TestContext): Promise<Effect | string> {
  const found = await operation(name).lookUp(document, at);
  if (found.found === 'absent') return operation(name).create(document, at);
  if (found.found === 'partial') return operation(name).resume?.(found, document, at) as Promise<Effect>;
  return found.found;
}

const own = (table: string, number = 'B/1 & co') =>
  site.company.rows(table).all.filter((row) => row['InvoiceNum'] === number);

function expectRight(): void {
  expect(own('APInvHed').map((row) => [row['DocInvoiceAmt'], row['ExternalID']])).toEqual([
    ['160.02', 'doc-1'],
  ]);
  const accounts = own('APInvExpTGLC').filter((row) => row['RecordType'] === 'A');
  const coding = accounts.map((row) => {
    const expense = own('APInvExp').find(
      (each) => each['InvoiceLine'] === row['InvoiceLine'] && each['InvExpSeq'] === row['InvExpSeq'],
    );
    return `${expense?.['DocExpAmt']} ${row['GLAccount']}`;
  });
  expect(coding.toSorted()).toEqual(
    ['40.00 6100|40|200', '60.01 5020|10|200', '55.01 6100|40|200', '5.00 6100|40|200'].toSorted(),
  );
}

describe('an AP invoice at a site that', () => {
  const sites: readonly (readonly [string, Partial<EpicorSwitches>])[] = [
    ['behaves', {}],
    ['saves whole invoices without their accounts', { wholeInvoice: 'without-accounts' }],
    ['saves only the head of a whole invoice', { wholeInvoice: 'named-table' }],
    ['says now and then that it did not save', { idleSaveEvery: 2 }],
    ['answers saves with heads only', { savedDataset: 'heads' }],
    ['refuses rows that lack columns', { sparseRows: 'refuse' }],
    ['adds a distribution of its own', { defaultDistribution: 'always' }],
    ['reads accounts from their segments', { accountFrom: 'segments' }],
    ['calculates the extended cost', { extendedCost: 'calculated' }],
    ['refuses negative unit costs', { negativeUnitCost: 'refuse' }],
    ['wants a message with the date', { dateWantsMessage: true }],
    ['wants it behind a good status', { dateWantsMessage: true, businessErrorStatus: 200 }],
    ['writes dates with an offset', { dateStyle: 'offset' }],
    ['writes decimals with five digits', { decimalStyle: 'five' }],
    ['answers business errors with 500', { businessErrorStatus: 500 }],
    [
      'is too heavy for direct reads',
      {
        heavyServices: [
          'Erp.BO.APInvoiceSvc',
          'Erp.BO.APInvGrpSvc',
          'Erp.BO.VendorSvc',
          'Erp.BO.GLAccountSvc',
        ],
      },
    ],
  ];
  it.each(sites)('%s stands there once and rightly', async (_name, switches) => {
    await open(switches);
    // The second save is the one that does not run where every other one does not.
    await settle('create-ap-invoice', invoice({ documentId: 'doc-0', invoiceNum: 'B-0' }), context());
    expect(await settle('create-ap-invoice', invoice(), context())).toMatchObject({ ref: '101|B/1 & co' });
    expectRight();
    expect(await settle('create-ap-invoice', invoice(), context())).toBe('present');
  });

  it.each(['updateMaster', 'updateExt', 'screen'])(
    'behaves is entered by %s, and posted',
    async (strategy) => {
      await open();
      const options = { strategy, posting: 'submit' };
      expect(await settle('create-ap-invoice', invoice(), context(options))).toMatchObject({
        ref: '101|B/1 & co',
      });
      expectRight();
      expect(own('APInvHed')[0]).toMatchObject({ Posted: true });
    },
  );

  it('gives back the head only, and took no lines at first, gets each of many lines once', async () => {
    await open({ wholeInvoice: 'named-table', savedDataset: 'heads' });
    const lines = Array.from({ length: 20 }, (_, at) => ({
      description: `Row ${at + 1}`,
      amount: '8.00',
      distributions: [{ amount: '8.00', glAccount: '6100|40|200' }],
    }));
    const many = invoice({ amount: '160.00', lines, taxes: [] });
    await settle('create-ap-invoice', many, context());
    // Lines that were entered twice and taken away again would have left gaps in the numbers.
    expect(own('APInvDtl').map((row) => row['InvoiceLine'])).toEqual(lines.map((_, at) => at + 1));
    expect(own('APInvHed')[0]).toMatchObject({ DocInvoiceAmt: '160.00' });
  });

  it('behaves is entered as a debit memo', async () => {
    await open();
    await settle('create-ap-invoice', invoice({ type: 'debit-memo' }), context({ posting: 'submit' }));
    expect(own('APInvHed')[0]).toMatchObject({ DocInvoiceAmt: '-160.02', Posted: true });
  });

  it('adds tax by itself parks, or loses the tax region where that is chosen', async () => {
    await open({ automaticTax: true });
    const vendor = site.row('Vendor', 101) as Record<string, unknown>;
    const [region] = site.company.rows('TaxRgn').all;
    vendor['TaxRegionCode'] = region?.['TaxRegionCode'];
    await expect(settle('create-ap-invoice', invoice(), context())).rejects.toBeInstanceOf(RecordOutcome);
    await settle('create-ap-invoice', invoice(), context({ addedTax: 'clear' }));
    expectRight();
  });

  it('holds each new group for somebody else a while is written to all the same', async () => {
    await open({ groupHeldMs: 60_000 });
    await expect(settle('create-ap-invoice', invoice(), context())).rejects.toMatchObject({
      recovery: 'retry',
    });
    site.wait(60_000);
    await settle('create-ap-invoice', invoice(), context());
    expectRight();
  });

  it('has the order matches with what was received, and the rest with the order line', async () => {
    await open();
    const lines = [
      { description: 'Bolts', amount: '100', quantity: '80', poNum: '4001', poLine: 1 },
      { description: 'Nuts', amount: '25', quantity: '50', poNum: 4001, poLine: 2 },
    ];
    await settle('create-ap-invoice', invoice({ amount: '125', lines, taxes: [] }), context());
    expect(own('APInvDtl').map((row) => [row['LineType'], row['POLine'], row['DocExtCost']])).toEqual([
      ['R', 1, '100.00'],
      ['U', 2, '25.00'],
    ]);
    expect(await settle('create-ap-invoice', invoice({ amount: '125', lines, taxes: [] }), context())).toBe(
      'present',
    );
  });
});

describe('at the simulated site', () => {
  it('a posted invoice is canceled by a debit memo', async () => {
    await open();
    await settle('create-ap-invoice', invoice(), context({ posting: 'submit' }));
    const document = { documentId: 'doc-1', vendorNum: 101, invoiceNum: 'B/1 & co', date: site.today };
    await settle('cancel-ap-invoice', document, context({ posting: 'submit' }));
    expect(own('APInvHed', 'B/1 & co-REV')[0]).toMatchObject({ DocInvoiceAmt: '-160.02', Posted: true });
  });

  it.each(['keep', 'delete'] as const)(
    'a journal is entered, found and reversed: %s',
    async (journalAfterPosting) => {
      await open({ journalAfterPosting });
      const journal = {
        documentId: 'card-1',
        date: site.today,
        currency: 'USD',
        description: 'Card',
        lines: [
          { amount: '100.01', glAccount: '6100|40|200' },
          { amount: '-100.01', glAccount: '5020|10|200' },
        ],
      };
      await settle('create-gl-journal', journal, context());
      const [head] = site.company.rows('GLJrnHed').all;
      expect(head).toMatchObject({ TotDebit: '100.01', TotCredit: '100.01' });
      const group = String(head?.['GroupID']);
      const posted = await site.caller.post('Erp.BO.GLJrnGrpSvc/PostGroupJournals', { postGroupID: group });
      expect(posted.status).toBe(200);
      expect(await settle('create-gl-journal', journal, context())).toBe('present');
      const reversal = { documentId: 'card-1', date: site.today };
      await settle('reverse-gl-journal', reversal, context());
      expect(await settle('reverse-gl-journal', reversal, context())).toBe('present');
      expect(site.company.rows('GLJrnHed').all.at(-1)).toMatchObject({ CommentText: 'card-1:reversal' });
    },
  );

  it('orders, tax codes, terms, segment values and the picture of an invoice are read', async () => {
    await open();
    const { client } = connection;
    const at = readContext(connection);
    expect(await client.streams['purchase-orders']?.get?.('4001', at)).toMatchObject({ VendorNum: 101 });
    for (const name of ['tax-codes', 'payment-terms', 'segment-values', 'purchase-orders']) {
      let rows = 0;
      const pages = client.streams[name]?.read({ cursor: undefined, options: {}, full: false }, at) ?? [];
      for await (const page of pages) rows += page.rows.length;
      expect(rows, name).toBeGreaterThan(0);
    }
    const document = await client.streams['ap-invoices']?.get?.('101|AF-1001', at);
    const [attachment] = (document?.['Attachments'] ?? []) as JsonObject[];
    const file = await client.files?.read(String(attachment?.['XFileRefNum']), 1_000, at);
    expect(file?.bytes.subarray(0, 4)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
  });
});
