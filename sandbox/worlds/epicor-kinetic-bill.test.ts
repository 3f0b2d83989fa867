import { afterEach, describe, expect, it } from 'vitest';
import { addBill } from '../bill/bills';
import { addCredit } from '../bill/credits';
import type { PaymentRecord } from '../bill/records';
import { addVendor } from '../bill/vendors';
import { text } from '../epicor-kinetic/state';
import type { Row } from '../epicor-kinetic/table-rows';
import { everyTime } from '../faults/plan';
import { exact } from '../http/exact-json';
import { negated, sum } from '../money';
import { Random } from '../random';
import { mutateAfterSent } from '../world/after-sent';
import { BillCaller, EpicorCaller } from '../world/callers';
import { isSettled } from '../world/promises';
import { type EpicorBillWorld, startEpicorBillWorld } from './epicor-kinetic-bill';

let world: EpicorBillWorld;
afterEach(() => world.stop());

/** Does in the two systems what a right integration would have done by now. */
function integrate(): void {
  const { organization, books, expected } = world;
  const vendorIds = new Map(organization.vendors.all.map((vendor) => [vendor.data['name'], vendor.id]));
  for (const { key, accepts } of expected) {
    if (accepts[0] !== 'confirmed') continue;
    const [vendorNum = '', ...rest] = key.split('|');
    const invoice = world.clerk.invoice(Number(vendorNum), rest.join('|'));
    const name = text(world.clerk.vendor(Number(vendorNum)), 'Name');
    const vendorId =
      vendorIds.get(name) ??
      addVendor(organization, { name, billCurrency: text(invoice, 'CurrencyCode') }).id;
    vendorIds.set(name, vendorId);
    send(vendorId, invoice);
  }
  expect(books.organization.bills.all.length).toBeGreaterThan(20);
}

function send(vendorId: string, invoice: Row): void {
  const number = text(invoice, 'InvoiceNum');
  const amount = text(invoice, 'DocInvoiceAmt');
  if (world.organization.bills.inGroup(vendorId).some((bill) => bill.number === number)) return;
  if (amount.startsWith('-')) {
    const lines = [{ amount: exact(negated(amount)) }];
    addCredit(world.organization, {
      vendorId,
      referenceNumber: number,
      creditDate: '2026-11-01',
      vendorCreditLineItems: lines,
    });
    return;
  }
  addBill(world.organization, {
    vendorId,
    dueDate: '2026-12-01',
    invoice: { invoiceNumber: number, invoiceDate: '2026-11-01' },
    billLineItems: [{ amount: exact(amount) }],
  });
}

/** Posts a payment in Epicor straight into its tables. */
function post(payment: PaymentRecord): void {
  const { company, organization } = world.books;
  const take = (vendorId: string, number: string, part: string) => {
    const name = organization.vendors.get(vendorId)?.data['name'];
    const vendors = company.rows('Vendor').all.filter((row) => row['Name'] === name);
    const invoice = vendors
      .map((row) => company.rows('APInvHed').find(row['VendorNum'] ?? 0, number))
      .find((row) => row !== undefined);
    if (invoice === undefined || text(invoice, 'InvoiceNum') === 'NE-501') return;
    const DocInvoiceBal = sum([text(invoice, 'DocInvoiceBal'), negated(part)]);
    world.epicor.state.change(company, 'APInvHed', invoice, { DocInvoiceBal }, 'test');
  };
  for (const part of payment.billPayments) {
    take(payment.vendorId, organization.bills.get(part.billId)?.number ?? '', part.gross);
    for (const use of part.vendorCredits) {
      const credit = organization.credits.get(use.id);
      take(payment.vendorId, String(credit?.data['referenceNumber']), negated(use.amount));
    }
  }
}

describe('a world', () => {
  it('gives an environment that reaches both systems, through proxies when asked', async () => {
    world = await startEpicorBillWorld({
      faults: { epicor: everyTime(/AnswerMe/, { kind: 'answer', status: 418 }) },
    });
    const epicor = new EpicorCaller(world.env);
    const bill = new BillCaller(world.env);
    expect((await epicor.get('Erp.BO.VendorSvc/Vendors', { $top: 1 })).status).toBe(200);
    expect((await epicor.get('Erp.BO.VendorSvc/AnswerMe')).status).toBe(418);
    expect((await bill.login()).status).toBe(200);
    expect(world.proxies?.epicor.injected.get('answer')).toBe(1);
    expect(world.proxies?.bill.traffic.total).toBe(1);
    expect(world.env['EPICOR_BASE_URL']).toBe(`${world.proxies?.epicor.url}/KineticLive`);
  });

  it('refuses connections while its network is down, and is there again at the same address', async () => {
    world = await startEpicorBillWorld({ faults: {} });
    const bill = new BillCaller(world.env);
    await world.proxies?.bill.refuseConnections();
    await expect(bill.login()).rejects.toThrow();
    await world.proxies?.bill.listenAgain();
    expect((await bill.login()).status).toBe(200);
  });

  it('is quickly there with twenty thousand invoices', async () => {
    const begun = performance.now();
    world = await startEpicorBillWorld({ size: 20_000 });
    expect(world.books.company.rows('APInvHed').all).toHaveLength(20_000);
    expect(performance.now() - begun).toBeLessThan(60_000);
  });
});

describe('the oracles', () => {
  it('find nothing wrong when everything has arrived, is paid, and is posted', async () => {
    world = await startEpicorBillWorld({ seed: 3 });
    integrate();
    expect(world.checkPromises()).toEqual([]);
    for (let round = 0; round < 4; round += 1) {
      world.payer.payApprovedBills();
      world.payer.settleAll();
    }
    expect(world.checkPromises()).not.toEqual([]);
    const settled = world.organization.payments.all.filter(isSettled);
    expect(settled.length).toBeGreaterThan(10);
    for (const payment of settled) post(payment);
    expect(world.checkPromises()).toEqual([]);
  });

  it('find a bill that is missing, doubled, changed on the way, or sent although it must wait', async () => {
    world = await startEpicorBillWorld();
    integrate();
    const { bills } = world.organization;
    const number = (wanted: string) => bills.all.find((bill) => bill.number === wanted);
    const [missing, wrong, twice] = [number('AF-1001'), number('AF-1002'), number('AF-1003')];
    if (missing === undefined || wrong === undefined || twice === undefined)
      throw new Error('bills are missing');
    missing.archived = true;
    wrong.amount = '0.01';
    send(twice.vendorId, { InvoiceNum: 'copy', DocInvoiceAmt: '100.00' });
    const copy = bills.all.at(-1);
    if (copy !== undefined) copy.number = 'AF-1003';
    send(twice.vendorId, world.clerk.invoice(101, 'AF-1012'));
    const found = world.checkPromises().join('\n');
    expect(found).toContain('101|AF-1001 has not arrived');
    expect(found).toContain('101|AF-1002 is 6666.66 in Epicor and 0.01 in BILL');
    expect(found).toContain('sums differ in USD');
    expect(found).toContain('alliedfastenersinc|AF-1003 stands 2 times in BILL');
    expect(found).toContain('101|AF-1012 has arrived, although it should be parked:partly-paid');
  });

  it('find a vendor made twice, and a payment posted twice, half, or not at all', async () => {
    world = await startEpicorBillWorld();
    integrate();
    addVendor(world.organization, { name: 'Allied Fasteners, Inc.' });
    world.payer.payApprovedBills();
    world.payer.settleAll();
    const ours = (payment: PaymentRecord) =>
      payment.billPayments.every((part) => !world.books.billsBefore.has(part.billId));
    const [first, second] = world.organization.payments.all.filter((each) => isSettled(each) && ours(each));
    if (first === undefined || second === undefined) throw new Error('payments are missing');
    post(first);
    post(first);
    const { company } = world.books;
    const head = { HeadNum: 9_001, OwnReference: second.id, Posted: true };
    for (const HeadNum of [9_001, 9_002]) {
      world.epicor.state.insert(company, 'CheckHed', { ...head, HeadNum }, 'integration');
    }
    world.epicor.state.insert(company, 'CheckHed', { HeadNum: 9_003, Posted: false }, 'integration');
    const found = world.checkPromises().join('\n');
    expect(found).toContain('vendor alliedfastenersinc stands 2 times in BILL, 1 are right');
    expect(found).toContain('settled at BILL');
    expect(found).toContain(`payment ${second.id} stands 2 times in Epicor`);
    expect(found).toContain('payment 9003 in Epicor was entered and not posted');
  });
});

describe('the people of a world', () => {
  it('change only invoices whose bills are still untouched', async () => {
    world = await startEpicorBillWorld();
    integrate();
    const changes = mutateAfterSent(world.books, world.clerk, new Random(5), 12);
    expect(new Set(changes.map((change) => change.kind)).size).toBe(3);
    for (const { kind, key } of changes.filter((change) => change.kind === 'cancelled')) {
      const [vendor, number = ''] = key.split('|');
      expect([kind, world.clerk.invoice(Number(vendor), number)['OpenPayable']]).toEqual([
        'cancelled',
        false,
      ]);
    }
  });

  it('A2: commit a row late, below versions that were read before', async () => {
    world = await startEpicorBillWorld();
    const early = world.epicor.state.nextRevision();
    world.clerk.touchInvoices(3);
    world.clerk.copyInvoice(101, 'AF-1001', 'LATE-1', early);
    const caller = new EpicorCaller(world.env);
    const path = 'Erp.BO.APInvoiceSvc/APInvoices';
    const newest = { $orderby: 'SysRevID desc', $top: 1, $select: 'SysRevID' };
    const [{ SysRevID: last }] = (await caller.get(path, newest)).json.value;
    expect(early).toBeLessThan(last);
    const late = await caller.get(path, { $filter: `SysRevID eq ${early}`, $select: 'InvoiceNum' });
    expect(late.json.value).toEqual([{ InvoiceNum: 'LATE-1' }]);
  });

  it('A3: change rows between two pages', async () => {
    world = await startEpicorBillWorld();
    world.epicor.traffic.before(/APInvoices\?/, (nth) => {
      if (nth > 1) world.clerk.touchInvoices(1);
    });
    const caller = new EpicorCaller(world.env);
    const read = async () =>
      (await caller.get('Erp.BO.APInvoiceSvc/APInvoices', { $orderby: 'SysRevID', $top: 1 })).json.value[0]
        .InvoiceNum;
    expect(await read()).not.toBe(await read());
  });

  it('pay by check, by ACH and outside, in parts and several bills together', async () => {
    world = await startEpicorBillWorld({ size: 400 });
    integrate();
    world.payer.payApprovedBills();
    const payments = world.organization.payments.all;
    expect(new Set(payments.map((payment) => payment.method))).toEqual(new Set(['CHECK', 'ACH', 'OFFLINE']));
    expect(payments.some((payment) => payment.billPayments.length > 1)).toBe(true);
    expect(
      payments.some((payment) => payment.billPayments.some((part) => part.vendorCredits.length > 0)),
    ).toBe(true);
    world.payer.settleAll();
    expect(
      world.organization.bills.all.some((bill) => bill.paid !== '0.00' && bill.paid !== bill.amount),
    ).toBe(true);
  });
});
