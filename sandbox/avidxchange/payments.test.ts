import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MovableClock } from '../clock';
import {
  advancePayment,
  changeMethod,
  clearPayment,
  endPayment,
  isSettled,
  openAmount,
  reissuePayment,
  reprintCheck,
  resumePayment,
  startPayment,
  stopPayment,
} from './payment-life';
import type { InvoiceRecord, Method, PaymentRecord } from './records';
import type { Avidxchange } from './start';
import { AvidCaller, bringMasters, someInvoice, startSmall } from './test-caller';

let avid: Avidxchange;
let caller: AvidCaller;
let clock: MovableClock;

beforeEach(async () => {
  clock = new MovableClock();
  avid = await startSmall({}, { clock });
  caller = new AvidCaller(avid.url);
  await bringMasters(caller);
  const numbers = ['A', '90210', 'C'];
  await caller.work(
    'invoices',
    'B1',
    numbers.map((number) => someInvoice(number)),
  );
});
afterEach(() => avid.stop());

function invoice(place: number): InvoiceRecord {
  const found = avid.site.invoices[place];
  if (found === undefined) throw new Error('no invoice');
  return found;
}

function pay(method: Method, amount = '125.50', place = 0): PaymentRecord {
  return startPayment(avid.site, [{ invoice: invoice(place), amount }], method);
}

const today = () => new Date(clock.now()).toISOString().slice(0, 10);

describe('a payment', () => {
  it.each([
    [
      'check',
      [
        'Processing',
        'Debit Requested',
        'Funds Received',
        'Sent to Check Printer',
        'Issued to Supplier',
        'Cleared',
      ],
    ],
    ['direct', ['Processing', 'Debit Requested', 'Funds Received', 'ACH Credit Issued', 'Cleared']],
    ['card', ['Processing', 'Debit Requested', 'Funds Received', 'VCC Processing', 'VCC Issued', 'Cleared']],
  ] as const)('by %s lives until it has cleared', async (method, life) => {
    const payment = pay(method);
    const seen: string[] = [];
    while (advancePayment(avid.site, payment)) seen.push(payment.status);
    expect(seen).toEqual(life);
    expect([invoice(0).status, openAmount(invoice(0))]).toEqual(['Paid', '0.00']);
    const { json } = await caller.get(`/v1/payments/${payment.id}/paymenthistory`);
    expect(json.map((each: { Description: string }) => each.Description)).toEqual([
      'Pending Approval',
      ...life,
    ]);
  });

  it('shows what it is known by, and the check’s number apart from the customer’s own', async () => {
    const [check, direct, card] = [pay('check'), pay('direct', '100.00', 1), pay('card', '25.50', 1)];
    const show = async (payment: PaymentRecord) =>
      (await caller.get(`/v1/payments?paymentIds=${payment.id}`)).json.Items[0];
    expect(await show(check)).toMatchObject({
      AvidPayChecknumber: null,
      ClearedDate: null,
      IssuedDate: null,
    });
    for (const payment of [check, direct, card]) clearPayment(avid.site, payment);
    expect(await show(check)).toMatchObject({
      PaymentId: check.id,
      AvidPayChecknumber: expect.stringMatching(/^3\d{6}$/),
      CheckNumber: check.number,
      AchTraceNumber: null,
      VirtualCard: null,
      Status: { Id: 27, Description: 'Cleared' },
      PaymentMethod: { Description: 'AvidPay Check' },
      ClearedDate: `${today()}T00:00:00`,
      PayeeExternalCode: '101',
    });
    expect(await show(direct)).toMatchObject({ AchTraceNumber: expect.stringMatching(/^0210\d{11}$/) });
    const shown = await show(card);
    expect(Object.keys(shown.VirtualCard)).toEqual(['LastFour', 'ReferenceNumber', 'ExpirationDate']);
    expect(shown.Invoices).toEqual([
      {
        InvoiceNumber: '90210',
        InvoiceAmount: expect.objectContaining({ text: '25.5' }),
        DiscountAmount: 0,
        ExternalInvoiceId: 'EPIC06-101-90210',
      },
    ]);
  });

  it('shows the same in the ways that the documentation leaves open', async () => {
    Object.assign(avid.switches, {
      paymentInvoices: 'number',
      numericNumbers: true,
      payeeCode: 'with-address',
      discounts: 'within',
      wholeCardNumber: true,
      statusCase: 'upper',
    });
    const share = { invoice: invoice(1), amount: '124.50', discount: '1.00' };
    const payment = startPayment(avid.site, [share], 'card');
    clearPayment(avid.site, payment);
    const [shown] = (await caller.get('/v1/payments')).json.Items;
    expect(shown.PayeeExternalCode).toBe('101|MAIN');
    expect(shown.Invoices[0]).toMatchObject({ InvoiceNumber: 90210, InvoiceAmount: { text: '125.5' } });
    expect(Object.keys(shown.Invoices[0])).not.toContain('ExternalInvoiceId');
    expect(shown.VirtualCard.CardNumber).toMatch(/^5500000\d{9}$/);
    expect(shown.Status.Description).toBe('CLEARED');
  });

  it('covers several invoices, in parts, and never more than is left', () => {
    const both = [0, 1].map((place) => ({ invoice: invoice(place), amount: '100.00' }));
    const payment = startPayment(avid.site, both, 'direct');
    expect([payment.amount, openAmount(invoice(0))]).toEqual(['200.00', '25.50']);
    expect(() => pay('check', '25.51')).toThrow('has 25.50 left');
    clearPayment(avid.site, payment);
    expect([invoice(0).status, invoice(0).paid]).toEqual(['Pending Approval', '100.00']);
  });

  it('E1: voided or returned after it cleared, it gives back what it paid', () => {
    const payment = pay('check');
    clearPayment(avid.site, payment);
    endPayment(avid.site, payment, 'Returned');
    expect([openAmount(invoice(0)), invoice(0).status, payment.everCleared]).toEqual([
      '125.50',
      'Approved',
      true,
    ]);
    endPayment(avid.site, payment, 'Void');
    expect([openAmount(invoice(0)), isSettled(payment)]).toEqual(['125.50', false]);
    expect(() => endPayment(avid.site, payment, 'Void')).toThrow('has ended');
  });

  it('E3: voided before it cleared, it was never made', () => {
    const payment = pay('check');
    advancePayment(avid.site, payment);
    endPayment(avid.site, payment, 'Void');
    expect([openAmount(invoice(0)), payment.everCleared, advancePayment(avid.site, payment)]).toEqual([
      '125.50',
      false,
      false,
    ]);
  });

  it('E8: is reissued under another id, or printed again under its own', () => {
    const payment = pay('check');
    while (payment.status !== 'Issued to Supplier') advancePayment(avid.site, payment);
    const first = payment.checkNumber;
    reprintCheck(avid.site, payment);
    expect([payment.status, payment.checkNumber === first]).toEqual(['Sent to Check Printer', false]);
    clearPayment(avid.site, payment);
    const second = reissuePayment(avid.site, payment, 'direct');
    expect([payment.status, second.amount, openAmount(invoice(0))]).toEqual(['Void', '125.50', '0.00']);
  });

  it('changes its method on the way, is stopped, and goes on', async () => {
    const payment = pay('card');
    while (payment.status !== 'VCC Issued') advancePayment(avid.site, payment);
    changeMethod(avid.site, payment, 'check');
    expect([payment.status, payment.card, payment.issued]).toEqual(['Funds Received', undefined, undefined]);
    stopPayment(avid.site, payment, 'Error');
    const [shown] = (await caller.get('/v1/payments')).json.Items;
    expect(shown.Exceptions[0].ReasonCode.Id).toBeGreaterThan(3);
    resumePayment(avid.site, payment);
    clearPayment(avid.site, payment);
    expect([payment.checkNumber?.length, payment.trace, isSettled(payment)]).toEqual([7, undefined, true]);
  });

  it('has a picture of its check once it has cleared; before that there is an error that is none', async () => {
    const payment = pay('check');
    const path = `/v1/payments/${payment.id}/getclearedcheckimage`;
    const none = await caller.get(path);
    expect([none.status, none.json]).toEqual([
      500,
      { exception: { detail: 'Nullable object must have a value.' } },
    ]);
    clearPayment(avid.site, payment);
    expect(Object.keys((await caller.get(path)).json)).toEqual(['Front', 'Back']);
  });
});

describe('lists', () => {
  const DAY = 86_400_000;
  const ids = async (query: string): Promise<number[]> =>
    (await caller.get(`/v1/payments?${query}`)).json.Items.map(
      (each: { PaymentId: number }) => each.PaymentId,
    );

  it('are cut by dates that include both days, in UTC or near it', async () => {
    clock.advance(DAY - (clock.now() % DAY) + 1_000);
    const payment = pay('check');
    const day = today();
    const before = new Date(clock.now() - DAY).toISOString().slice(0, 10);
    expect(await ids(`lastModifiedFrom=${day}&lastModifiedTo=${day}`)).toEqual([payment.id]);
    expect(await ids(`lastModifiedFrom=${before}&lastModifiedTo=${before}`)).toEqual([]);
    avid.switches.windowZoneHours = -5;
    expect(await ids(`lastModifiedFrom=${before}&lastModifiedTo=${before}`)).toEqual([payment.id]);
  });

  it('refuse windows that are too long and dates that are none', async () => {
    for (const query of [
      'lastModifiedFrom=2020-01-01',
      'lastModifiedFrom=2026-02-30',
      'lastModifiedTo=today',
    ]) {
      expect((await caller.get(`/v1/payments?${query}`)).status).toBe(400);
    }
    const [from, to] = [30, 0].map((days) => new Date(clock.now() - days * DAY).toISOString().slice(0, 10));
    expect((await caller.get(`/v1/payments?lastModifiedFrom=${from}&lastModifiedTo=${to}`)).status).toBe(200);
  });

  it('find payments by their batch, whose name needs encoding', async () => {
    const payment = pay('check');
    expect(await ids(`batchId=${encodeURIComponent(payment.batchId)}`)).toEqual([payment.id]);
    expect(await ids('batchId=other')).toEqual([]);
  });

  it.each([
    ['links', 'pascal', ['PageSize', 'PageNumber', 'PageItems', 'TotalItems', 'PageCount', 'Links']],
    ['numbers', 'pascal', ['PageSize', 'PageNumber', 'PageItems', 'TotalItems', 'PageCount']],
    ['pages', 'camel', ['pageSize', 'pageNumber', 'pageItems', 'totalItems', 'pages']],
    ['absent', 'camel', undefined],
  ] as const)('come with %s in the envelope %s', async (paging, envelope, names) => {
    Object.assign(avid.switches, { paging, envelope, largestPage: 2 });
    for (const amount of ['1.00', '2.00', '3.00']) pay('check', amount);
    const { json } = await caller.get('/v1/payments?flattenresponse=false&pageSize=500');
    const shown = json[envelope === 'camel' ? 'paging' : 'Paging'];
    expect(shown === undefined ? undefined : Object.keys(shown)).toEqual(names);
    const items = json[envelope === 'camel' ? 'items' : 'Items'];
    expect(items).toHaveLength(paging === 'absent' ? 3 : 2);
    if (paging !== 'links') return;
    const next = shown.Links.find((link: { Rel: string }) => link.Rel === 'next').Href;
    expect(next).toBe('/v1/payments?flattenresponse=false&pageSize=500&pageNumber=2');
    const last = (await caller.get(next)).json;
    expect([last.Items.length, last.Paging.Links.length]).toEqual([1, 1]);
  });

  it('leave payments of other accounting systems out, or not', async () => {
    const other = { ...invoice(0), id: 1, accountingSystemId: 4812 };
    startPayment(avid.site, [{ invoice: other, amount: '1.00' }], 'check');
    expect(await ids('')).toHaveLength(1);
    avid.switches.otherSystems = false;
    expect(await ids('')).toEqual([]);
  });
});

describe('approval', () => {
  it('shows its steps, or only what came of it', async () => {
    const status = async () =>
      (await caller.get('/v1/invoices?externalInvoiceIds=EPIC06-101-A')).json.Items[0].Status.Description;
    invoice(0).status = 'On Hold';
    expect(await status()).toBe('On Hold');
    avid.switches.visibleStatus = 'outcome';
    expect(await status()).toBe('Pending Approval');
    invoice(0).status = 'Rejected';
    expect(await status()).toBe('Rejected');
  });

  it('shows the whole invoice, or its status alone', async () => {
    const names = async () => Object.keys((await caller.get('/v1/invoices?batchIds=B1')).json.Items[0]);
    expect(await names()).toContain('GrossAmount');
    avid.switches.invoiceList = 'thin';
    const thin = ['Id', 'Number', 'ExternalInvoiceId', 'Status', 'LastChangedDate', 'RejectReason'];
    expect(await names()).toEqual(thin);
  });

  it('closes batches, whose details and acknowledgement follow', async () => {
    const [batch] = avid.site.batches.filter((each) => each.kind === 'invoices');
    if (batch === undefined) throw new Error('no batch');
    const path = `/v1/invoices/batches/closed/acctgSysId/4811?closeDateFrom=${today()}&closeDateTo=${today()}`;
    expect((await caller.get(path)).json.Items).toEqual([]);
    Object.assign(batch, { status: 'Closed', closed: clock.now() });
    const [shown] = (await caller.get(path)).json.Items;
    expect(shown.DateClosed).toBe(`${today()}T00:00:00`);
    const details = await caller.get(shown.Links[0].Href);
    expect(details.json.Items[1]).toMatchObject({
      Number: '90210',
      BuyerVendor: { VendorExternalSystemID: '101' },
    });
    const done = { BatchId: batch.guid, ExportHistoryStatusId: 1 };
    expect((await caller.send('POST', '/v1/invoices/batches/exportHistories', done)).status).toBe(200);
    expect(avid.site.acknowledged).toEqual([batch.guid]);
  });
});
