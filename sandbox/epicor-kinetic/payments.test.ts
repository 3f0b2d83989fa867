import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addDays } from '../clock';
import { exact } from '../http/exact-json';
import { EpicorCaller } from '../world/callers';
import { type EpicorBillWorld, startEpicorBillWorld } from '../worlds/epicor-kinetic-bill';
import { EPICOR_DEFAULTS } from './switches';

let world: EpicorBillWorld;
let caller: EpicorCaller;

beforeEach(async () => {
  world = await startEpicorBillWorld();
  caller = new EpicorCaller(world.env);
});
afterEach(() => world.stop());

const today = () => world.epicor.state.today();

async function makeGroup(id: string, changes: object = {}): Promise<void> {
  const svc = 'Erp.BO.APChkGrpSvc';
  let ds = await caller.dataset(`${svc}/GetNewAPChkGrpNoLock`, { ds: {} });
  ds.APChkGrp[0].GroupID = id;
  ds = await caller.dataset(`${svc}/OnChangeBankAcctID`, { pcBankAcctID: 'MAIN', ds });
  ds = await caller.dataset(`${svc}/OnChangePayMethod`, { vPMUID: 3, ds });
  Object.assign(ds.APChkGrp[0], { CheckDate: today(), ...changes });
  await caller.dataset(`${svc}/UpdateMaster`, { ds });
}

interface HeadWish {
  readonly vendorId?: string;
  readonly checkNum?: number;
  readonly date?: string;
  readonly reference?: string;
}

const ENTRY = 'Erp.BO.PaymentEntrySvc';

// biome-ignore lint/suspicious/noExplicitAny: rows of the dataset
async function makeHead(group: string, wish: HeadWish = {}): Promise<any> {
  let ds = await caller.dataset(`${ENTRY}/CreateNewCheckHed`, { pcGroupID: group, ds: {} });
  ds = await caller.dataset(`${ENTRY}/OnChangeVendor`, { pcVendorID: wish.vendorId ?? 'ALLIE101', ds });
  ds = await caller.dataset(`${ENTRY}/OnChangeManualPrint`, { plManualPrint: true, ds });
  ds = await caller.dataset(`${ENTRY}/OnChangeCheckNum`, { piCheckNum: wish.checkNum ?? 1201, ds });
  ds = await caller.dataset(`${ENTRY}/OnChangeCheckDate`, { pdtCheckDate: wish.date ?? today(), ds });
  ds.CheckHed[0].OwnReference = wish.reference ?? 'stp01';
  ds = await caller.dataset(`${ENTRY}/Update`, { ds });
  return ds.CheckHed[0];
}

async function allocate(headNum: number, invoiceNum: string, amount: number, discount?: number) {
  let ds = await caller.dataset(`${ENTRY}/GetNewAPTran`, { ds: {}, headNum, apTranNo: 0, invoiceNum: '' });
  ds = await caller.dataset(`${ENTRY}/OnChangeInvoiceNum`, {
    pcInvoiceNum: invoiceNum,
    pcChangeExchangeRateResponse: '',
    ds,
  });
  ds = await caller.dataset(`${ENTRY}/OnChangeDocTranAmt`, { pdDocTranAmt: amount, ds });
  if (discount !== undefined)
    ds = await caller.dataset(`${ENTRY}/OnChangeDocDiscAmt`, { pdDocDiscAmt: discount, ds });
  return caller.post(`${ENTRY}/Update`, { ds });
}

function submit(group: string) {
  return caller.post('Erp.PROC.APPaymentPostSvc/SubmitToAgent', {
    ds: { APPaymentPostProcess: [{ GroupID: group }] },
    agentID: 'SystemTaskAgent',
    agentSchedNum: 0,
    agentTaskNum: 0,
    maintProgram: 'Erp.UI.APPaymentPost',
  });
}

async function afterPosting(group: string) {
  world.clock.advance(EPICOR_DEFAULTS.postingMs + 1);
  return caller.post('Erp.BO.APChkGrpSvc/GetByID', { groupID: group });
}

const invoice = (number: string) => world.clerk.invoice(101, number);
const head = (num: number) => world.books.company.rows('CheckHed').find(num);

describe('entering a payment in the simulated Epicor', () => {
  it('drops the unposted balance when an allocation is saved, and the balance only when it is posted', async () => {
    await makeGroup('ML1');
    const { HeadNum } = await makeHead('ML1');
    expect((await allocate(HeadNum, 'AF-1001', 0.3, 0)).status).toBe(200);
    expect(invoice('AF-1001')).toMatchObject({
      DocUnpostedBal: '0.00',
      DocInvoiceBal: '0.30',
      OpenPayable: true,
    });
    expect(head(HeadNum)).toMatchObject({ DocCheckAmt: '0.30', Posted: false });
    expect((await submit('ML1')).status).toBe(200);
    expect(head(HeadNum)).toMatchObject({ Posted: false });
    expect((await afterPosting('ML1')).status).toBe(404);
    expect(head(HeadNum)).toMatchObject({ Posted: true });
    expect(invoice('AF-1001')).toMatchObject({ DocInvoiceBal: '0.00', OpenPayable: false });
  });

  it('nets a debit memo against an invoice', async () => {
    await makeGroup('ML1');
    const { HeadNum } = await makeHead('ML1');
    await allocate(HeadNum, 'AF-1003', 100, 0);
    expect((await allocate(HeadNum, 'AF-CM-1', -80, 0)).status).toBe(200);
    expect(head(HeadNum)).toMatchObject({ DocCheckAmt: '20.00' });
    expect(invoice('AF-CM-1')).toMatchObject({ DocUnpostedBal: '-70.00' });
  });

  it('proposes an open discount, which lowers the check unless it is set to nothing', async () => {
    await makeGroup('ML1');
    const first = await makeHead('ML1');
    await allocate(first.HeadNum, 'AF-1014', 400);
    expect(head(first.HeadNum)).toMatchObject({ DocCheckAmt: '382.00' });
    const second = await makeHead('ML1', { checkNum: 1202 });
    await allocate(second.HeadNum, 'AF-1014', 500, 0);
    expect(head(second.HeadNum)).toMatchObject({ DocCheckAmt: '500.00' });
  });

  it('refuses what cannot be paid, in words', async () => {
    await makeGroup('ML1');
    const { HeadNum } = await makeHead('ML1');
    const refusals = [
      ['AF-1001', 0.31, 'Payment amount exceeds the invoice balance.'],
      ['AF-1001', 0, 'Payment amount is required.'],
      ['AF-1001', -0.1, 'Payment amount exceeds the invoice balance.'],
      ['AF-1008', 1, 'Invoice is not posted.'],
      ['AF-1010', 1, 'Invoice is on payment hold.'],
      ['EU-77', 1, 'Currency of the invoice is not the currency of the payment.'],
    ] as const;
    for (const [number, amount, message] of refusals) {
      const reply = await allocate(HeadNum, number, amount, 0);
      expect([number, reply.status, reply.json.ErrorMessage]).toEqual([number, 400, message]);
    }
    await allocate(HeadNum, 'AF-1001', 0.1, 0);
    expect((await allocate(HeadNum, 'AF-1001', 0.1, 0)).json.ErrorMessage).toBe(
      'Invoice is already selected for this payment.',
    );
  });

  it('takes the currency of the vendor, and yen without decimals', async () => {
    await makeGroup('ML1');
    const { HeadNum, CurrencyCode } = await makeHead('ML1', { vendorId: 'V103' });
    expect(CurrencyCode).toBe('JPY');
    await allocate(HeadNum, '請求-001', 20000, 0);
    expect(world.clerk.invoice(103, '請求-001')).toMatchObject({ DocUnpostedBal: '100000' });
  });

  it('refuses a used check number and an unknown vendor', async () => {
    await makeGroup('ML1');
    await makeHead('ML1');
    await expect(makeHead('ML1')).rejects.toThrow('Check number has already been used.');
    await expect(makeHead('ML1', { vendorId: 'NOBODY' })).rejects.toThrow('Vendor ID is not valid.');
  });

  it('gives everything back when an unposted payment is deleted', async () => {
    await makeGroup('ML1');
    const { HeadNum } = await makeHead('ML1');
    await allocate(HeadNum, 'AF-1001', 0.2, 0);
    expect((await caller.post(`${ENTRY}/DeleteByID`, { headNum: HeadNum })).status).toBe(200);
    expect(invoice('AF-1001')).toMatchObject({ DocUnpostedBal: '0.30' });
    expect((await caller.post(`${ENTRY}/GetByID`, { headNum: HeadNum })).status).toBe(404);
  });

  it('refuses a change made from a stale row', async () => {
    await makeGroup('ML1');
    const saved = await makeHead('ML1');
    const change = (Description: string) =>
      caller.post(`${ENTRY}/Update`, { ds: { CheckHed: [{ ...saved, Description, RowMod: 'U' }] } });
    expect((await change('first')).status).toBe(200);
    expect((await change('second')).status).toBe(409);
  });
});

describe('payment groups of the simulated Epicor', () => {
  it('refuses a second group of one name, and one without bank account', async () => {
    await makeGroup('ML1');
    await expect(makeGroup('ml1')).rejects.toThrow('409');
    await expect(makeGroup('ML2', { BankAcctID: '' })).rejects.toThrow('Bank account is required.');
    await expect(makeGroup('TOO-LONG-ID')).rejects.toThrow('longer than 9');
  });

  it('keeps others out while a user holds it or the agent posts it', async () => {
    await makeGroup('ML1');
    const group = world.books.company.rows('APChkGrp').find('ML1') ?? {};
    group['ActiveUserID'] = 'clerk';
    await expect(makeHead('ML1')).rejects.toThrow('Group is locked by another user.');
    group['ActiveUserID'] = '';
    const { HeadNum } = await makeHead('ML1');
    await allocate(HeadNum, 'AF-1001', 0.3, 0);
    await submit('ML1');
    expect((await submit('ML1')).json.ErrorMessage).toBe('Group is being posted.');
  });

  it.each([
    ['a missing check number', { checkNum: 0 }, 'check number is missing'],
    ['a closed period', { date: '2020-01-31' }, 'apply date is in a closed fiscal period'],
  ])('posts nothing over %s, and says so in the post log', async (_what, wish, log) => {
    await makeGroup('ML1');
    const bad = await makeHead('ML1', wish);
    await allocate(bad.HeadNum, 'AF-1001', 0.3, 0);
    const good = await makeHead('ML1', { checkNum: 1300 });
    await allocate(good.HeadNum, 'AF-1003', 100, 0);
    await submit('ML1');
    const group = (await afterPosting('ML1')).json.returnObj.APChkGrp[0];
    expect(group.PostErrorLog).toContain(log);
    expect(group.PostInProcess).toBe(false);
    expect(head(good.HeadNum)).toMatchObject({ Posted: false });
  });

  it('posts nothing while a total that was typed in does not agree', async () => {
    await makeGroup('ML1');
    const saved = await makeHead('ML1');
    const typed = { ...saved, IsEnterTotal: true, DocPaymentTotal: 5, RowMod: 'U' };
    await caller.dataset(`${ENTRY}/Update`, { ds: { CheckHed: [typed] } });
    await allocate(saved.HeadNum, 'AF-1001', 0.3, 0);
    await submit('ML1');
    const group = (await afterPosting('ML1')).json.returnObj.APChkGrp[0];
    expect(group.PostErrorLog).toContain('payment total does not agree with its detail');
  });

  it('numbers electronic payments by itself, from fifty million upward', async () => {
    await makeGroup('ML1', { PMUID: 1 });
    let ds = await caller.dataset(`${ENTRY}/CreateNewCheckHed`, { pcGroupID: 'ML1', ds: {} });
    ds = await caller.dataset(`${ENTRY}/OnChangeVendor`, { pcVendorID: 'ALLIE101', ds });
    const typed = await caller.post(`${ENTRY}/OnChangeCheckNum`, { piCheckNum: 7, ds });
    expect(typed.json.ErrorMessage).toBe('The check number of a printed check cannot be entered.');
    ds = await caller.dataset(`${ENTRY}/Update`, { ds });
    expect(ds.CheckHed[0].CheckNum).toBe(50_000_000);
  });

  it('says beforehand whether it may be posted', async () => {
    await makeGroup('ML1');
    const allowed = async () =>
      (await caller.post('Erp.BO.APChkGrpSvc/PostAllowed', { pcGroupID: 'ML1' })).json.returnObj;
    expect(await allowed()).toBe(false);
    const { HeadNum } = await makeHead('ML1');
    await allocate(HeadNum, 'AF-1001', 0.3, 0);
    expect(await allowed()).toBe(true);
  });

  it('stays, empty, where the site keeps posted groups', async () => {
    world.epicor.switches.groupAfterPosting = 'keep';
    await makeGroup('ML1');
    const { HeadNum } = await makeHead('ML1');
    await allocate(HeadNum, 'AF-1001', 0.3, 0);
    await submit('ML1');
    const group = (await afterPosting('ML1')).json.returnObj.APChkGrp[0];
    expect([group.PostErrorLog, group.PostInProcess]).toEqual(['', false]);
  });
});

describe('voiding a payment in the simulated Epicor', () => {
  async function posted(): Promise<number> {
    await makeGroup('ML1');
    const { HeadNum } = await makeHead('ML1');
    await allocate(HeadNum, 'AF-1001', 0.3, 0);
    await submit('ML1');
    await afterPosting('ML1');
    return HeadNum;
  }

  const setDate = (HeadNum: number, VoidDate: string) =>
    caller.post('Erp.BO.VoidPaymentSvc/SetVoidDate', { HeadNum, VoidDate, ds: {} });

  it('turns the signs of its allocations and gives the balances back', async () => {
    const HeadNum = await posted();
    const ds = (await setDate(HeadNum, today())).json.parameters.ds;
    expect((await caller.post('Erp.BO.VoidPaymentSvc/VoidChecks', { ds })).status).toBe(200);
    expect(head(HeadNum)).toMatchObject({ Voided: true, VoidDate: today() });
    expect(invoice('AF-1001')).toMatchObject({
      DocInvoiceBal: '0.30',
      DocUnpostedBal: '0.30',
      OpenPayable: true,
    });
    const found = await caller.post('Erp.BO.APTranSearchSvc/GetPaymentData', {
      vendorNum: 101,
      invoiceNum: 'AF-1001',
    });
    const amounts = found.json.returnObj.APTran.map(
      (row: { Voided: boolean; DocTranAmt: { text: string } }) => [row.Voided, row.DocTranAmt.text],
    );
    expect(amounts).toEqual([
      [false, '0.30'],
      [true, '-0.30'],
    ]);
    expect((await setDate(HeadNum, today())).json.ErrorMessage).toBe('Payment is already voided.');
  });

  it('refuses a date in a closed period and a payment that was never posted', async () => {
    const HeadNum = await posted();
    world.clerk.closePeriodsThrough(addDays(today(), 5));
    const ds = (await setDate(HeadNum, today())).json.parameters.ds;
    const refused = await caller.post('Erp.BO.VoidPaymentSvc/VoidChecks', { ds });
    expect(refused.json.ErrorMessage).toBe('Apply date is in a closed fiscal period.');
    await makeGroup('ML2');
    const unposted = await makeHead('ML2', { checkNum: 77 });
    expect((await setDate(unposted.HeadNum, today())).json.ErrorMessage).toBe('Payment is not posted.');
  });
});

describe('custom columns of an invoice', () => {
  const path = "Erp.BO.APInvoiceSvc/APInvoices('EPIC06',101,'AF-1001')";

  it('can be changed on a posted invoice, and move their own row version only', async () => {
    const before = invoice('AF-1001')['SysRevID'];
    expect((await caller.patch(path, { BillStatus_c: 'PAID', BillPaidAmt_c: 0.3 })).status).toBe(204);
    expect(invoice('AF-1001')).toMatchObject({
      BillStatus_c: 'PAID',
      BillPaidAmt_c: '0.3',
      SysRevID: before,
    });
    expect(invoice('AF-1001')['UD_SysRevID']).toBeDefined();
  });

  it('can be changed in a whole row that travelled out and back', async () => {
    const key = { vendorNum: 101, invoiceNum: 'AF-1002' };
    const { APInvHed } = (await caller.post('Erp.BO.APInvoiceSvc/GetByID', key)).json.returnObj;
    const save = (changes: object) =>
      caller.post('Erp.BO.APInvoiceSvc/Update', {
        ds: { APInvHed: [{ ...APInvHed[0], ...changes, RowMod: 'U' }] },
      });
    expect((await save({ BillStatus_c: 'SENT', DocInvoiceAmt: exact('6666.660') })).status).toBe(200);
    expect(invoice('AF-1002')).toMatchObject({ BillStatus_c: 'SENT' });
    expect((await save({ DueDate: '2020-01-01' })).status).toBe(400);
  });

  it('do not open the other columns, and must exist', async () => {
    expect((await caller.patch(path, { Description: 'x' })).json.ErrorMessage).toBe(
      'Invoice is posted and cannot be changed.',
    );
    expect((await caller.patch(path, { Nope_c: 'x' })).status).toBe(400);
  });

  it('report errors with status 200 through UpdateExt', async () => {
    const call = (row: object) =>
      caller.post('Erp.BO.APInvoiceSvc/UpdateExt', {
        ds: { APInvHed: [{ VendorNum: 101, InvoiceNum: 'AF-1001', ...row }] },
        continueProcessingOnError: false,
        rollbackParentOnChildError: true,
      });
    expect((await call({ BillStatus_c: 'SENT' })).json.parameters.errorsOccurred).toBe(false);
    const refused = await call({ Description: 'x' });
    expect([refused.status, refused.json.parameters.errorsOccurred]).toEqual([200, true]);
    expect(refused.json.returnObj.BOUpdError[0].ErrorText).toBe('Invoice is posted and cannot be changed.');
  });
});
