import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BillCaller } from '../world/callers';
import { type EpicorBillWorld, startEpicorBillWorld } from '../worlds/epicor-kinetic-bill';
import { advancePayment, endPayment, schedulePayment } from './payment-life';
import type { BillRecord } from './records';
import { showBill, showPayment } from './show';

let world: EpicorBillWorld;
let caller: BillCaller;

beforeEach(async () => {
  world = await startEpicorBillWorld();
  caller = new BillCaller(world.env);
  await caller.login();
});
afterEach(() => world.stop());

function billNumbered(number: string): BillRecord {
  const found = world.organization.bills.all.find((bill) => bill.number === number);
  if (found === undefined) throw new Error(`no bill ${number}`);
  return found;
}

function schedule(gross: string, credits: { id: string; amount: string }[] = []) {
  const bill = billNumbered('NE-500');
  const allocations = [{ billId: bill.id, gross, credits }];
  return schedulePayment(world.organization, {
    vendorId: bill.vendorId,
    allocations,
    processDate: '2026-11-03',
    method: 'CHECK',
  });
}

async function credit(amount: number): Promise<string> {
  const made = await caller.post('vendor-credits', {
    vendorId: billNumbered('NE-500').vendorId,
    referenceNumber: 'NE-CM-7',
    creditDate: '2026-11-01',
    vendorCreditLineItems: [{ amount }],
  });
  expect(made.status).toBe(201);
  return made.json.id;
}

const shown = () => {
  const { paymentStatus, approvalStatus: _a, ...bill } = showBill(world.organization, billNumbered('NE-500'));
  return { paymentStatus, text: JSON.stringify(bill) };
};

describe('the life of a payment in the simulated BILL', () => {
  it('goes from SCHEDULED to CLEARED, and relieves the bill at its end', async () => {
    const payment = schedule('1500.00');
    const seen: string[] = [];
    do {
      const row = (await caller.get(`payments/${payment.id}`)).json;
      seen.push(`${row.singleStatus} ${row.status} ${shown().paymentStatus}`);
    } while (advancePayment(world.organization, payment));
    expect(seen).toEqual([
      'SCHEDULED SCHEDULED SCHEDULED',
      'FUNDING_STARTED SCHEDULED IN_PROCESS',
      'PROCESSED PAID IN_PROCESS',
      'SENT PAID IN_PROCESS',
      'DELIVERED PAID IN_PROCESS',
      'CLEARED PAID PAID',
    ]);
    expect(shown().text).toContain('"dueAmount":0.00');
  });

  it('shows the check number only once BILL disburses', async () => {
    const payment = schedule('1500.00');
    const number = () =>
      (
        showPayment(world.organization, payment)['disbursementInfo'] as {
          checkDisbursement?: { checkNumber?: number };
        }
      ).checkDisbursement?.checkNumber;
    expect(number()).toBeUndefined();
    advancePayment(world.organization, payment);
    advancePayment(world.organization, payment);
    expect(number()).toBeTypeOf('number');
    world.bill.switches.checkNumberAt = 'SENT';
    expect(number()).toBeUndefined();
  });

  it('E12: is still shown as it was before, where reading lags behind', async () => {
    world.bill.switches.paymentLagMs = 5_000;
    const payment = schedule('1500.00');
    advancePayment(world.organization, payment);
    const status = async () => (await caller.get(`payments/${payment.id}`)).json.singleStatus;
    expect(await status()).toBe('SCHEDULED');
    world.clock.advance(5_001);
    expect(await status()).toBe('FUNDING_STARTED');
  });

  it('leaves a partly paid bill with the rest due, and lets nothing be paid twice', () => {
    const payment = schedule('500.00');
    expect(() => schedule('1000.01')).toThrow('due less');
    while (advancePayment(world.organization, payment));
    expect(shown()).toMatchObject({ paymentStatus: 'PARTIALLY_PAID' });
    expect(shown().text).toContain('"dueAmount":1000.00');
  });

  it('gives everything back when it fails, is cancelled, or is voided', async () => {
    const id = await credit(200);
    const failed = schedule('1500.00', [{ id, amount: '200.00' }]);
    expect(failed.amount).toBe('1300.00');
    expect((await caller.get(`vendor-credits/${id}`)).json.status).toBe('FULLY_APPLIED');
    endPayment(world.organization, failed, 'FUNDING_FAILED_VOIDED');
    expect((await caller.get(`vendor-credits/${id}`)).json.status).toBe('NOT_APPLIED');
    expect(shown().paymentStatus).toBe('UNPAID');
    const cancelled = schedule('1500.00');
    expect((await caller.post(`payments/${cancelled.id}/cancel`)).json.status).toBe('CANCELLED');
    const voided = schedule('1500.00');
    while (advancePayment(world.organization, voided));
    expect(
      (await caller.post(`payments/${voided.id}/void`, { type: 'VOID_ONLY', voidReason: 'x' })).status,
    ).toBe(400);
    const reply = await caller.post(`payments/${voided.id}/void`, { type: 'VOID_ONLY', reason: 'lost' });
    expect(reply.json).toMatchObject({ singleStatus: 'VOIDED', status: 'VOID' });
    expect(shown().paymentStatus).toBe('UNPAID');
    expect((await caller.post(`payments/${voided.id}/cancel`)).status).toBe(422);
  });

  it('counts a part gross of its credits, or net where the organization shows it so', async () => {
    const id = await credit(200);
    const part = (payment: ReturnType<typeof schedule>) => [payment.amount, payment.billPayments[0]?.amount];
    const gross = schedule('500.00', [{ id, amount: '50.00' }]);
    expect(part(gross)).toEqual(['450.00', '500.00']);
    world.bill.switches.billPaymentAmount = 'net';
    expect(part(schedule('500.00', [{ id, amount: '50.00' }]))).toEqual(['450.00', '450.00']);
  });
});

describe('outside payments in the simulated BILL', () => {
  const record = (more: object) =>
    caller.post('bills/record-payment', {
      vendorId: billNumbered('NE-500').vendorId,
      processDate: '2026-11-02',
      toPrintCheck: false,
      syncReference: '70012',
      ...more,
    });

  it('are paid at once, offline, one payment for several bills', async () => {
    const payments = [
      { billId: billNumbered('NE-500').id, amount: 1500 },
      { billId: billNumbered('HAND-1').id, amount: 33 },
    ];
    const reply = await record({ payments });
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({
      status: 'PAID',
      onlinePayment: false,
      disbursementType: 'OFFLINE',
      syncReference: '70012',
    });
    expect(reply.json.billPayments).toHaveLength(2);
    expect(reply.json.singleStatus).toBeUndefined();
    expect(shown().paymentStatus).toBe('PAID');
  });

  it('need every required member', async () => {
    expect((await record({ payments: undefined })).status).toBe(400);
    expect((await record({ payments: [{ billId: billNumbered('NE-500').id, amount: 0 }] })).status).toBe(400);
  });
});

describe('creating a payment by the API', () => {
  const body = () => ({
    billId: billNumbered('NE-500').id,
    amount: 100,
    fundingAccount: { type: 'BANK_ACCOUNT', id: 'bac01' },
    processingOptions: {},
  });

  it('asks for the second factor, which is not an expired session', async () => {
    const refused = await caller.post('payments', body());
    expect([refused.status, refused.json[0].code]).toEqual([403, 'BDC_1361']);
    const { challengeId } = (await caller.post('mfa/challenge', { useBackup: false })).json;
    const prove = (token: string) =>
      caller.post('mfa/challenge/validate', { challengeId, token, device: 'test', machineName: 'test' });
    expect((await prove('000000')).json[0].code).toBe('BDC_1356');
    await prove('123456');
    expect((await caller.post('payments', body())).status).toBe(201);
  });
});
