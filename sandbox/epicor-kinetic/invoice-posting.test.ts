import { afterEach, describe, expect, it } from 'vitest';
import type { EpicorSwitches } from './switches';
import {
  INVOICES,
  type InvoiceWish,
  openGroup,
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

describe('invoice groups', () => {
  it('keep others out while somebody holds them', async () => {
    await open({ groupHeldMs: 100 });
    expect((await master(tree())).json.ErrorMessage).toBe('Group is locked by another user.');
    site.wait(101);
    expect((await master(tree())).json.parameters.lUpdateRan).toBe(true);
    site.hold('APInvGrp', 'ML1', 'clerk');
    const unlock = await site.caller.post('Erp.BO.APInvGrpSvc/UnlockGroup', { InGroupID: 'ML1' });
    expect(unlock.json.ErrorMessage).toBe('Group is locked by another user.');
  });

  it('are locked for the user by the call that locks, and unlocked again', async () => {
    await open();
    const svc = 'Erp.BO.APInvGrpSvc';
    const holder = () => site.row('APInvGrp', 'ML1')?.['ActiveUserID'];
    await site.caller.dataset(`${svc}/LockAPGroup`, { groupID: 'ML1', ds: {} });
    expect(holder()).toBe('integration');
    expect((await master(tree())).json.parameters.lUpdateRan).toBe(true);
    await site.caller.post(`${svc}/UnlockGroup`, { InGroupID: 'ML1' });
    expect(holder()).toBe('');
    const pre = await site.caller.post(`${svc}/PrePostGroupInvoices`, { PostGroupID: 'ML1' });
    expect(pre.json.parameters.VarianceMessage).toBe('');
    expect((await site.caller.post(`${svc}/DeleteByID`, { groupID: 'ML1' })).status).toBe(400);
    expect((await site.caller.post(`${svc}/APInvGrps`, { GroupID: 'ML1' })).status).toBe(409);
    expect((await site.caller.post(`${svc}/APInvGrps`, { GroupID: 'ML2' })).status).toBe(201);
  });
});

describe('posting invoices', () => {
  it('takes its time, then the invoice is payable and its group gone', async () => {
    await open();
    await master(tree());
    expect((await postInvoices(site)).status).toBe(200);
    expect((await master(tree({ number: 'B-2' }))).json.ErrorMessage).toBe('Group is being posted.');
    expect(stored()).toMatchObject({ Posted: false });
    site.wait(60);
    expect(stored()).toMatchObject({ Posted: true, OpenPayable: true, DocInvoiceBal: '100.01' });
    expect(site.row('APInvGrp', 'ML1')).toBeUndefined();
    const kinds = (await read()).APInvExpTGLC.map((row: { RecordType: string }) => row.RecordType);
    expect(kinds.sort()).toEqual(['A', 'A', 'R', 'R']);
  });

  it.each(['whole', 'what-is-right'] as const)(
    'posts a group with a wrong total: %s',
    async (groupPosting) => {
      await open({ groupPosting });
      await master(tree());
      await master(tree({ number: 'B-2', head: { ScrDocInvoiceVendorAmt: 99 } }));
      await postInvoices(site);
      site.wait(60);
      expect(site.row('APInvGrp', 'ML1')).toMatchObject({
        PostInProcess: false,
        PostErrorLog: 'Invoice B-2: total does not agree with its detail.',
      });
      expect([stored()?.['Posted'], stored('B-2')?.['Posted']]).toEqual([
        groupPosting === 'what-is-right',
        false,
      ]);
    },
  );

  it('is refused to users without the right', async () => {
    await open({ mayPost: false });
    await master(tree());
    expect((await postInvoices(site)).status).toBe(403);
  });
});

describe('lines of purchase orders', () => {
  it('come from a receipt, which is invoiced once', async () => {
    await open();
    const { caller } = site;
    await master(tree({ number: 'P-1', total: 100, head: { REFPONum: 4001 } }));
    const show = { ds: {}, InVendorNum: 101, InInvoiceNum: 'P-1', InPONum: 4001 };
    let ds = await caller.dataset(`${INVOICES}/GetAPUninvoicedReceipts`, show);
    expect(ds.APUninvoicedRcptLines).toHaveLength(1);
    Object.assign(ds.APUninvoicedRcptLines[0], { SelectLine: true, RowMod: 'U' });
    ds = await caller.dataset(`${INVOICES}/SelectUninvoicedRcptLines`, {
      ds,
      InVendorNum: 101,
      InPurPoint: '',
      InPONum: 4001,
      InPackSlip: 'PS-4001',
      InDropShip: false,
      InvoiceNum: 'P-1',
      InGRNIClearing: false,
    });
    await caller.dataset(`${INVOICES}/InvoiceSelectedLines`, { ds, opLOCMsg: '' });
    const line = (await read('P-1')).APInvDtl[1];
    expect(line).toMatchObject({ LineType: 'R', PONum: 4001, POLine: 1, PORelNum: 1, PackSlip: 'PS-4001' });
    expect(line.DocExtCost.text).toBe('100.00');
    expect((await read('P-1')).APInvExpTGLC.at(-1).GLAccount).toBe('5020|10|200');
    expect((await caller.dataset(`${INVOICES}/GetAPUninvoicedReceipts`, show)).APUninvoicedRcptLines).toEqual(
      [],
    );
  });

  it('may be unreceived', async () => {
    await open();
    const { caller } = site;
    await master(tree({ number: 'P-1' }));
    let ds = await caller.dataset(`${INVOICES}/GetNewAPInvDtlUnreceived`, {
      ds: {},
      iVendorNum: 101,
      cInvoiceNum: 'P-1',
    });
    const wrong = await caller.post(`${INVOICES}/ChangePONum`, { ProposedPONum: 4002, ds });
    expect(wrong.json.ErrorMessage).toBe('PO number is not valid for this supplier.');
    expect(
      (await caller.post(`${INVOICES}/ChangePONum`, { ProposedPONum: 4003, ds })).json.ErrorMessage,
    ).toBe('PO is not approved.');
    ds = await caller.dataset(`${INVOICES}/ChangePONum`, { ProposedPONum: 4001, ds });
    ds = await caller.dataset(`${INVOICES}/ChangePOLine`, { ProposedPOLine: 2, ds });
    ds = await caller.dataset(`${INVOICES}/Update`, { ds });
    expect(ds.APInvDtl[1]).toMatchObject({
      LineType: 'U',
      PONum: 4001,
      POLine: 2,
      PORelNum: 1,
      PartNum: 'NUT-8',
    });
  });
});

describe('a posted invoice', () => {
  it.each([
    ['changeable', 200, true],
    ['refused', 400, false],
  ] as const)(
    'keeps its amounts; its payment hold is %s, as the site has it',
    async (postedPayHold, status, held) => {
      await open({ postedPayHold });
      const [row] = (await read('AF-1003')).APInvHed;
      const save = (changes: object) => {
        const sent = { ...row, ...changes, RowMod: 'U' };
        return site.caller.post(`${INVOICES}/Update`, { ds: { APInvHed: [sent] } });
      };
      expect((await save({ Description: 'other' })).status).toBe(400);
      expect((await save({ PayHold: true })).status).toBe(status);
      expect(stored('AF-1003')?.['PayHold']).toBe(held);
    },
  );
});

describe('cancelling a posted invoice', () => {
  const cancel = (invoiceNum: string) =>
    site.caller.post(`${INVOICES}/CreateCancellationInvoice`, { vendorNum: 101, invoiceNum, groupID: 'ML1' });

  it('makes its mirror image in a group; once that is posted neither is owed', async () => {
    await open();
    expect((await cancel('AF-1003')).status).toBe(200);
    expect(stored('AF-1003-C')).toMatchObject({
      CancellationInv: true,
      DebitMemo: true,
      InvoiceRef: 'AF-1003',
      DocInvoiceAmt: '-100.00',
      Posted: false,
    });
    expect((await cancel('AF-1003')).json.ErrorMessage).toBe('Invoice is already cancelled.');
    await postInvoices(site);
    site.wait(60);
    expect(site.row('APInvGrp', 'ML1')).toBeUndefined();
    expect(stored('AF-1003')).toMatchObject({
      RefCancelledby: 'AF-1003-C',
      OpenPayable: false,
      DocInvoiceBal: '0',
    });
    expect(stored('AF-1003-C')).toMatchObject({ Posted: true, OpenPayable: false });
  });

  it('is refused once something was paid, and before posting', async () => {
    await open();
    expect((await cancel('AF-1012')).json.ErrorMessage).toBe('Invoice has payments and cannot be cancelled.');
    await master(tree());
    expect((await cancel('B-1')).json.ErrorMessage).toBe('Invoice is not posted.');
  });
});
