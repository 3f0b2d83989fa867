import { afterEach, describe, expect, it } from 'vitest';
import { addDays } from '../clock';
import type { EpicorSwitches } from './switches';
import {
  accountsOf,
  INVOICES,
  type InvoiceWish,
  NOWHERE,
  OFFICE,
  openGroup,
  PARTS,
  postInvoices,
  readInvoice,
  saveWhole,
  wholeInvoice,
} from './trial-invoice';
import { startTrialSite, type TrialSite } from './trial-site';

let site: TrialSite;

async function open(switches: Partial<EpicorSwitches> = {}): Promise<void> {
  site = await startTrialSite(switches);
  await openGroup(site);
}
afterEach(() => site.epicor.stop());

const tree = (wish: InvoiceWish = {}) => wholeInvoice(site, wish);
const master = (ds: object, more: object = {}) => saveWhole(site, ds, more);
const read = (number = 'B-1') => readInvoice(site, number);
const stored = (number = 'B-1') => site.row('APInvHed', 101, number);

describe('one whole invoice in one save', () => {
  it('stores head, lines, distributions and accounts, with what follows from them', async () => {
    await open();
    const reply = await master(tree());
    expect(reply.json.parameters).toMatchObject({ lUpdateRan: true, requiresUserInput: false });
    expect(stored()).toMatchObject({
      DocInvoiceAmt: '100.01',
      DocInvoiceVendorAmt: '100.01',
      DocInvoiceVariance: '0.00',
      TermsCode: 'N30',
      DueDate: addDays(site.today, 30),
      CurrencyCode: 'USD',
      ExternalID: 'doc-1',
      Posted: false,
      OpenPayable: false,
      EntryPerson: 'integration',
    });
    const ds = await read();
    expect(accountsOf(ds)).toEqual(['6100|40|200', '5020|10|200']);
    expect(ds.APInvExpTGLC[0].GLAccountGLAcctDisp).toBe('6100-40-200');
    expect(ds.APInvExp.map((row: { DocExpAmt: { text: string } }) => row.DocExpAmt.text)).toEqual([
      '40.00',
      '60.01',
    ]);
  });

  it('refuses a second invoice of a number, whatever its case, and stores nothing of it', async () => {
    await open();
    await master(tree({ number: 'b-1' }));
    const second = await master(tree({ number: 'B-1 ' }));
    expect([second.status, second.json.ErrorType]).toEqual([409, 'Ice.Common.DuplicateRecordException']);
    site.epicor.switches.duplicateInvoice = 'business-error';
    expect((await master(tree())).json.ErrorMessage).toContain('Duplicate');
    expect(site.company.rows('APInvDtl').all.filter((row) => row['InvoiceNum'] === 'b-1')).toHaveLength(1);
  });

  it.each([
    ['an account that does not exist', { account: NOWHERE }, 'GL account is not valid.'],
    [
      'an inactive account',
      { account: { GLAccount: '5100|40|200', SegValue1: '5100' } },
      'GL account is not active.',
    ],
    ['segments of another account', { account: { SegValue1: '5020' } }, 'GL account is not valid.'],
    ['an unknown group', { head: { GroupID: 'NOPE' } }, 'Group ID is not valid.'],
    ['an unknown term', { head: { TermsCode: 'NONE' } }, 'Terms Code is not valid.'],
    ['a closed period', { head: { ApplyDate: '2020-01-31' } }, 'Apply date is in a closed fiscal period.'],
    ['an inactive vendor', { head: { VendorNum: 106, VendorNumVendorID: '' } }, 'Vendor is inactive.'],
    ['an unknown vendor', { head: { VendorNum: 9999 } }, 'Vendor ID is not valid.'],
    ['no date', { head: { InvoiceDate: null } }, 'Invoice date is required.'],
    ['another company', { head: { Company: 'EPIC07' } }, 'Company is not valid.'],
    [
      'an order of another supplier',
      { head: { REFPONum: 4002 } },
      'PO number is not valid for this supplier.',
    ],
    [
      'half an order reference',
      { line: { PONum: 4001, POLine: 1 } },
      'PO number, line and release are needed together.',
    ],
  ])('refuses %s in words, and stores nothing', async (_what, wish: InvoiceWish, message) => {
    await open();
    const wrong = tree({
      ...wish,
      account: { ...(message.includes('active.') ? { SegValue2: '40' } : {}), ...wish.account },
    });
    const reply = await master(wrong);
    expect([reply.status, reply.json.ErrorMessage]).toEqual([400, message]);
    expect(stored()).toBeUndefined();
    expect(site.company.rows('APInvExpTGLC').all.some((row) => row['InvoiceNum'] === 'B-1')).toBe(false);
  });

  it('can say with status 200 that it did not run', async () => {
    await open({ idleSaveEvery: 1 });
    const reply = await master(tree());
    expect([reply.status, reply.json.parameters.lUpdateRan]).toEqual([200, false]);
    expect(stored()).toBeUndefined();
  });

  it('asks about an invoice that looks the same unless prompts are suppressed', async () => {
    await open();
    await master(tree());
    const asked = await master(tree({ number: 'B-2' }), { suppressUserPrompts: false });
    expect(asked.json.parameters).toMatchObject({ lUpdateRan: false, requiresUserInput: true });
    expect(asked.json.parameters.opMessage).toContain('B-1');
    expect((await master(tree({ number: 'B-2' }))).json.parameters.lUpdateRan).toBe(true);
  });

  it.each([
    ['without-accounts', 1, ['', '']],
    ['named-table', 0, []],
  ] as const)('may save less than it was given: %s', async (wholeInvoice, lines, left) => {
    await open({ wholeInvoice });
    expect((await master(tree())).json.parameters.lUpdateRan).toBe(true);
    const ds = await read();
    expect([ds.APInvDtl.length, accountsOf(ds)]).toEqual([lines, left]);
  });

  it('may put its own distribution beside the given ones, which can be taken away again', async () => {
    await open({ defaultDistribution: 'always' });
    await master(tree());
    let ds = await read();
    expect(ds.APInvExp).toHaveLength(3);
    ds.APInvExp[0].RowMod = 'D';
    await site.caller.dataset(`${INVOICES}/Update`, { ds });
    ds = await read();
    expect(accountsOf(ds)).toEqual(['6100|40|200', '5020|10|200']);
  });

  it('reads the account from the segments alone where the site does', async () => {
    await open({ accountFrom: 'segments' });
    await master(tree({ account: { SegValue1: '', SegValue2: '', SegValue3: '' } }));
    expect(accountsOf(await read())).toEqual(['', '5020|10|200']);
  });

  it('says what is wrong inside status 200 where the site does', async () => {
    await open({ businessErrorStatus: 200, businessErrorType: 'Ice.BLException' });
    const reply = await master(tree({ head: { TermsCode: 'NONE' } }));
    expect([reply.status, reply.json.ErrorType]).toEqual([200, 'Ice.BLException']);
    expect(stored()).toBeUndefined();
  });

  it('repairs an account by an update, from the fresh row only', async () => {
    await open({ wholeInvoice: 'without-accounts' });
    await master(tree());
    const ds = await read();
    const rows = ds.APInvExpTGLC.map((row: object, at: number) => ({
      ...row,
      ...[OFFICE, PARTS][at],
      RowMod: 'U',
    }));
    const repaired = await site.caller.post(`${INVOICES}/Update`, { ds: { APInvExpTGLC: rows } });
    expect(repaired.status).toBe(200);
    expect(accountsOf(await read())).toEqual(['6100|40|200', '5020|10|200']);
    const stale = await site.caller.post(`${INVOICES}/Update`, { ds: { APInvExpTGLC: rows } });
    expect(stale.status).toBe(409);
  });

  it('refuses an update row that lacks columns where the site does', async () => {
    await open({ sparseRows: 'refuse' });
    await master(tree());
    const sparse = { VendorNum: 101, InvoiceNum: 'B-1', Description: 'x', RowMod: 'U' };
    const reply = await site.caller.post(`${INVOICES}/Update`, { ds: { APInvHed: [sparse] } });
    expect(reply.json.ErrorMessage).toContain('is missing in the row');
    const ds = await read();
    Object.assign(ds.APInvHed[0], { Description: 'x', RowMod: 'U' });
    expect((await site.caller.post(`${INVOICES}/Update`, { ds })).status).toBe(200);
    expect(stored()).toMatchObject({ Description: 'x', DocInvoiceAmt: '100.01' });
  });

  it('stores a debit memo with the other sign than its screen shows', async () => {
    await open();
    let ds = await site.caller.dataset(`${INVOICES}/GetNewAPInvHedDebitMemo`, { ds: {}, cGroupID: 'ML1' });
    expect(ds.APInvHed[0].DebitMemo).toBe(true);
    ds = tree({ head: { DebitMemo: true, InvoiceRef: 'AF-1003' } });
    await master(ds);
    expect(stored()).toMatchObject({ DocInvoiceAmt: '-100.01', DocInvoiceVendorAmt: '-100.01' });
    const exps = (await read()).APInvExp.map((row: { DocExpAmt: { text: string } }) => row.DocExpAmt.text);
    expect(exps).toEqual(['-40.00', '-60.01']);
  });

  it('deletes an invoice while it is not posted', async () => {
    await open();
    await master(tree());
    const remove = () => site.caller.post(`${INVOICES}/DeleteByID`, { vendorNum: 101, invoiceNum: 'B-1' });
    expect((await remove()).status).toBe(200);
    expect(site.company.rows('APInvExpTGLC').all.some((row) => row['InvoiceNum'] === 'B-1')).toBe(false);
    expect((await remove()).status).toBe(404);
    const posted = await site.caller.post(`${INVOICES}/DeleteByID`, {
      vendorNum: 101,
      invoiceNum: 'AF-1001',
    });
    expect(posted.json.ErrorMessage).toBe('Invoice is posted and cannot be changed.');
  });

  it('calculates taxes of the region, whole or line by line, and takes a tax typed in', async () => {
    await open({ automaticTax: true });
    await master(tree({ head: { TaxRegionCode: 'WI' } }));
    expect(stored()).toMatchObject({
      DocTaxAmt: '6.00',
      DocInvoiceAmt: '106.01',
      DocInvoiceVariance: '-6.00',
    });
    const key = { VendorNum: 101, InvoiceNum: 'B-2' };
    const taxed = {
      ...tree({ number: 'B-2', total: 100.01, head: { ScrDocInvoiceVendorAmt: 119.01 } }),
      APInvTax: [{ ...key, TaxCode: 'VAT19', RateCode: 'STD', DocTaxAmt: 19, RowMod: 'A' }],
    };
    await master(taxed);
    expect(stored('B-2')).toMatchObject({
      DocTaxAmt: '19.00',
      DocInvoiceAmt: '119.01',
      DocInvoiceVariance: '0.00',
    });
    const wrong = {
      ...tree({ number: 'B-3' }),
      APInvTax: [{ ...key, InvoiceNum: 'B-3', TaxCode: 'OLD', RowMod: 'A' }],
    };
    expect((await master(wrong)).json.ErrorMessage).toBe('Tax code is not valid.');
  });
});

describe('an invoice entered as on the screen', () => {
  it('fills in what follows, saves the head, then a line with the default account', async () => {
    await open();
    const { caller } = site;
    let ds = await caller.dataset(`${INVOICES}/GetNewAPInvHedInvoice`, { ds: {}, cGroupID: 'ML1' });
    ds = await caller.dataset(`${INVOICES}/ChangeVendorID`, {
      ProposedVendorID: 'ALLIE101',
      confirmCheck: false,
      ds,
    });
    expect(ds.APInvHed[0]).toMatchObject({ VendorNum: 101, TermsCode: 'N30', CurrencyCode: 'USD' });
    ds = await caller.dataset(`${INVOICES}/ChangeInvoiceDateEx`, {
      ProposedInvoiceDate: site.today,
      recalcAmts: '',
      ds,
    });
    ds = await caller.dataset(`${INVOICES}/ChangeInvoiceVendorAmt`, { ProposedInvoiceVendorAmt: 30, ds });
    Object.assign(ds.APInvHed[0], { InvoiceNum: 'S-1' });
    ds = await caller.dataset(`${INVOICES}/Update`, { ds });
    ds = await caller.dataset(`${INVOICES}/GetNewAPInvDtlMiscellaneous`, {
      ds,
      iVendorNum: 101,
      cInvoiceNum: 'S-1',
    });
    const line = ds.APInvDtl.at(-1);
    Object.assign(line, { Description: 'Paper', ScrVendorQty: 3, DocUnitCost: 10 });
    ds = (await master(ds, { cTableName: 'APInvDtl' })).json.parameters.ds;
    expect(ds.APInvDtl[0].DocExtCost.text).toBe('30.00');
    expect(accountsOf(ds)).toEqual(['5010|10|200']);
    Object.assign(ds.APInvExpTGLC[0], OFFICE, { RowMod: 'U' });
    ds = await caller.dataset(`${INVOICES}/Update`, { ds });
    expect(accountsOf(ds)).toEqual(['6100|40|200']);
    expect(stored('S-1')).toMatchObject({ DocInvoiceAmt: '30.00', DocInvoiceVariance: '0.00' });
  });

  it('asks for a message parameter as older builds do', async () => {
    await open({ dateWantsMessage: true });
    const ds = await site.caller.dataset(`${INVOICES}/GetNewAPInvHedInvoice`, { ds: {}, cGroupID: 'ML1' });
    const change = (more: object) =>
      site.caller.post(`${INVOICES}/ChangeInvoiceDateEx`, {
        ProposedInvoiceDate: site.today,
        recalcAmts: '',
        ds,
        ...more,
      });
    expect((await change({})).status).toBe(400);
    expect((await change({ cMessageText: '' })).status).toBe(200);
  });
});

describe('row by row through the entity sets', () => {
  const key = { VendorNum: 101, InvoiceNum: 'E-1' };

  it('loses the accounts, so that posting fails until they are repaired', async () => {
    await open();
    const { caller } = site;
    const head = { ...key, GroupID: 'ML1', InvoiceDate: site.today, ScrDocInvoiceVendorAmt: 10 };
    expect((await caller.post(`${INVOICES}/APInvoices`, head)).status).toBe(201);
    expect((await caller.post(`${INVOICES}/APInvoices`, head)).status).toBe(409);
    const line = await caller.post(`${INVOICES}/APInvDtls`, { ...key, InvoiceLine: 1, DocUnitCost: 10 });
    expect([line.status, line.json.DocExtCost.text]).toEqual([201, '10.00']);
    expect(accountsOf(await read('E-1'))).toEqual(['']);
    await postInvoices(site);
    site.wait(60);
    expect(site.row('APInvGrp', 'ML1')?.['PostErrorLog']).toBe(
      'Invoice E-1, line 1: GL account is required.',
    );
    const row = (await read('E-1')).APInvExpTGLC[0];
    const ds = { APInvExpTGLC: [{ ...row, ...OFFICE, RowMod: 'U' }] };
    expect((await caller.post(`${INVOICES}/Update`, { ds })).status).toBe(200);
    await postInvoices(site);
    site.wait(60);
    expect(stored('E-1')).toMatchObject({ Posted: true, OpenPayable: true, GroupID: '' });
  });

  it('changes and deletes by key', async () => {
    await open();
    await master(tree({ number: 'E-1' }));
    const path = `${INVOICES}/APInvoices('EPIC06',101,'E-1')`;
    expect((await site.caller.patch(path, { Description: 'changed' })).status).toBe(204);
    expect(stored('E-1')).toMatchObject({ Description: 'changed', DocInvoiceAmt: '100.01' });
    expect((await site.caller.patch(path, { Nope: 1 })).status).toBe(400);
  });
});

describe('UpdateExt', () => {
  const call = (ds: object, more: object = {}) =>
    site.caller.post(`${INVOICES}/UpdateExt`, {
      ds,
      continueProcessingOnError: false,
      rollbackParentOnChildError: true,
      ...more,
    });

  it('makes a whole invoice, and makes nothing new when it is sent again', async () => {
    await open();
    const first = await call(tree());
    expect(first.json.parameters.errorsOccurred).toBe(false);
    expect(accountsOf(await read())).toEqual(['6100|40|200', '5020|10|200']);
    expect((await call(tree())).json.parameters.errorsOccurred).toBe(false);
    expect((await read()).APInvExp).toHaveLength(2);
  });

  it('reports errors with status 200, with or without the head that was already made', async () => {
    await open();
    const wrong = tree({ account: NOWHERE });
    const whole = await call(wrong);
    expect([whole.status, whole.json.parameters.errorsOccurred]).toEqual([200, true]);
    expect(whole.json.returnObj.BOUpdError[0]).toMatchObject({
      TableName: 'APInvExpTGLC',
      ErrorText: 'GL account is not valid.',
    });
    expect(stored()).toBeUndefined();
    await call(wrong, { rollbackParentOnChildError: false });
    expect(stored()).toBeDefined();
    expect((await read()).APInvDtl).toHaveLength(1);
  });
});
