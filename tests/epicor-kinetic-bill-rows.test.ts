import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CountResult } from '../runtime/host/commands/count-command';
import { advancePayment, endPayment, recordPayment, schedulePayment } from '../sandbox/bill/payment-life';
import type { BillRecord, PaymentRecord } from '../sandbox/bill/records';
import { mergeVendors } from '../sandbox/bill/vendor-merge';
import { dateOf } from '../sandbox/clock';
import type { InvoiceSeed } from '../sandbox/data/invoice-rows';
import { amount, text } from '../sandbox/epicor-kinetic/state';
import type { Row } from '../sandbox/epicor-kinetic/table-rows';
import { compared, minus, sum } from '../sandbox/money';
import { COMPANY } from '../sandbox/world/epicor-side';
import { runCommand } from './support/command';
import { type Outcome, type ProductRun, startProduct } from './support/product-run';

const RUN_MS = 240_000;
const INVOICES = 'invoices-to-bill';
const PAYMENTS = 'payments-to-epicor-kinetic';

let product: ProductRun;

const world = () => product.world;
const keyOf = (invoice: InvoiceSeed) => `${invoice.vendor.num}|${invoice.number}`;
const head = (invoice: InvoiceSeed) => world().clerk.invoice(invoice.vendor.num, invoice.number);

/** The one live bill that came from Epicor under this number. */
function billOf({ number }: { readonly number: string }): BillRecord {
  const { organization, books } = world();
  const found = organization.bills.all.filter(
    (bill) => bill.number === number && !bill.archived && !books.billsBefore.has(bill.id),
  );
  expect(found).toHaveLength(1);
  return found[0] as BillRecord;
}

async function runWell(): Promise<void> {
  const { status, stderr } = await product.run();
  expect([status, stderr]).toEqual([0, expect.any(String)]);
}

/** Invoices of the same kind in the seed, known by their title. */
function seeded(title: string): InvoiceSeed {
  return world().seed.invoices.find((invoice) => invoice.title === title) ?? expect.fail(title);
}

describe('invoices that became bills', () => {
  let outcomes: Map<string, Outcome>;
  let withTerms: Row;
  let counted: CountResult;
  let touched: unknown[];

  beforeAll(async () => {
    product = await startProduct({ epicorSwitches: { unstableOrder: true, rowLimit: 7 } });
    const { clerk, epicor } = world();
    // Something on the invoice that no line, charge or tax of it accounts for.
    clerk.changeInvoice(101, 'AF-1021', {
      DocInvoiceAmt: '47.45',
      DocInvoiceBal: '47.45',
      DocUnpostedBal: '47.45',
    });
    withTerms = clerk.invoice(101, 'AF-1003');
    epicor.state.change(
      clerk.company,
      'APInvHed',
      withTerms,
      { TermsCode: 'ODD', DueDate: '2031-01-17' },
      'clerk',
    );
    const before = JSON.stringify(world().organization);
    const words = ['count', 'epicor-kinetic-bill', '--json', '--data', product.folder];
    counted = (await runCommand(words, world().env)).summary as CountResult;
    touched = [
      before === JSON.stringify(world().organization),
      world().bill.traffic.callsTo('POST /v3/bills'),
    ];
    touched.push((await product.outcomes(INVOICES)).size);
    await runWell();
    outcomes = await product.outcomes(INVOICES);
  }, RUN_MS);
  afterAll(() => product.stop());

  it('A4: arrived once each, although pages without an order repeat and skip rows', () => {
    expect(outcomes.size).toBe(world().clerk.company.rows('APInvHed').all.length);
    expect(
      world()
        .checkPromises()
        .filter((each) => !each.includes('AF-1021')),
    ).toEqual([]);
    const lists = world().epicor.traffic.log.filter(({ url }) => /\/APInvoices?\?/.test(url));
    expect(lists.length).toBeGreaterThan(outcomes.size / 7);
    expect(lists.filter(({ url }) => !url.includes('$orderby') && !url.includes('%24orderby'))).toEqual([]);
  });

  it('A17: were counted before any of them was sent, with their sums and the days they are from', () => {
    expect(touched).toEqual([true, 0, 0]);
    const { rows, work, oldest, newest, sums } = counted.syncs[INVOICES] ?? expect.fail();
    const states = [...outcomes.values()].map(({ state }) => state);
    expect([rows, work]).toEqual([
      states.length,
      states.filter((state) => state !== 'ignored:not-approved').length,
    ]);
    const approved = world()
      .clerk.company.rows('APInvHed')
      .all.filter(
        (row) => outcomes.get(`${row['VendorNum']}|${row['InvoiceNum']}`)?.state !== 'ignored:not-approved',
      );
    const days = approved.map((row) => text(row, 'InvoiceDate')).toSorted();
    expect([oldest, newest]).toEqual([days[0], days.at(-1)]);
    const euros = approved
      .filter((row) => row['CurrencyCode'] === 'EUR')
      .map((row) => amount(row, 'DocInvoiceAmt'));
    const counts = sums
      .filter(({ currency }) => currency === 'EUR')
      .map((each) => [each.company, sum([each.sum])]);
    expect(counts).toEqual([[COMPANY, sum(euros)]]);
  });

  it('C9: are due on the day that Epicor says, whatever terms BILL may know', () => {
    expect(billOf({ number: 'AF-1003' }).dueDate).toBe('2031-01-17');
    const { bills, vendors } = world().organization;
    expect(bills.all.filter((bill) => bill.dueDate === '')).toEqual([]);
    expect(JSON.stringify([bills.all, vendors.all])).not.toContain('paymentTermId');
  });

  it('D5: carry the amount of the document, and nothing that was converted', () => {
    const foreign = ['euro', 'pounds', 'yen'].map(seeded);
    for (const invoice of foreign) {
      const row = head(invoice);
      expect(compared(amount(row, 'InvoiceAmt'), amount(row, 'DocInvoiceAmt'))).not.toBe(0);
      const bill = billOf(invoice);
      expect(compared(bill.amount, amount(row, 'DocInvoiceAmt'))).toBe(0);
      const currency = world().organization.vendors.get(bill.vendorId)?.data['billCurrency'];
      expect(currency).toBe(text(row, 'CurrencyCode'));
    }
  });

  it('D14: have a line with an account for each tax and charge, and park when something is on them that has none', () => {
    const parts = (number: string) => billOf({ number }).lines.map((line) => line.amount);
    expect(parts('AF-1004').toSorted()).toEqual(['1234.56', '6.17', '61.73']);
    expect(parts('AF-1005').toSorted()).toEqual(['35.50', '4.25', '480.00']);
    expect(parts('AF-1006').toSorted()).toEqual(['12.00', '250.00']);
    const accounts = ['AF-1004', 'AF-1005', 'AF-1006'].flatMap((number) =>
      billOf({ number }).lines.map((line) => line.classifications?.['chartOfAccountId']),
    );
    const chart = world().organization.family('chart-of-accounts');
    expect(accounts.filter((id) => typeof id !== 'string' || !chart.get(id))).toEqual([]);
    expect(outcomes.get('101|AF-1021')).toMatchObject({
      state: 'parked:amounts-differ',
      detail: { invoice: '47.45', parts: '45.45' },
    });
    expect(world().organization.bills.all.filter(({ number }) => number === 'AF-1021')).toEqual([]);
  });

  it('D15: carry the number of an order as text, whether or not there is such an order', () => {
    expect(world().clerk.company.rows('POHeader').find(40_117)).toBeUndefined();
    expect(billOf({ number: 'AF-1016' }).data['purchaseOrderNumber']).toBe('40117');
    expect(billOf({ number: 'AF-1003' }).data).not.toHaveProperty('purchaseOrderNumber');
  });
});

describe('payments at BILL', () => {
  let used = 0;
  let outcomes: Map<string, Outcome>;

  /** An everyday invoice that no case has used yet, of a vendor that no other case has touched. */
  function fresh(): InvoiceSeed {
    const everyday = world().seed.invoices.filter(
      (invoice) =>
        invoice.title === 'everyday' &&
        invoice.posted &&
        [invoice.discount, invoice.taxes, invoice.charges].every((part) => part === undefined) &&
        world().expected.some(({ key, accepts }) => key === keyOf(invoice) && accepts.join() === 'confirmed'),
    );
    const byVendor = [...Map.groupBy(everyday, ({ vendor }) => vendor.num).values()];
    used += 1;
    return byVendor[used - 1]?.[0] ?? expect.fail('no vendor is left');
  }

  /** Schedules a payment of a part of a bill; the rest of its members are as BILL would show them. */
  function pay(bill: BillRecord, part = bill.amount, data = {}): PaymentRecord {
    const { organization } = world();
    return schedulePayment(organization, {
      vendorId: bill.vendorId,
      allocations: [{ billId: bill.id, gross: part }],
      processDate: dateOf(organization.clock.now()),
      method: 'CHECK',
      data,
    });
  }

  function settle(payment: PaymentRecord): PaymentRecord {
    while (advancePayment(world().organization, payment));
    return payment;
  }

  const end = (payment: PaymentRecord, status: 'VOIDED' | 'FUNDING_FAILED_VOIDED') =>
    endPayment(world().organization, payment, status, 'Lost in the mail');

  /** Payments in Epicor that came from this one; `live` leaves out what was voided. */
  function heads({ id }: PaymentRecord, which: 'all' | 'live' = 'all'): Row[] {
    const rows = world().clerk.company.rows('CheckHed').all;
    return rows.filter(
      (row) => text(row, 'OwnReference') === id && (which === 'all' || row['Voided'] !== true),
    );
  }

  const paidIn = (invoice: InvoiceSeed) =>
    minus(amount(head(invoice), 'DocInvoiceAmt'), amount(head(invoice), 'DocInvoiceBal'));
  const stateOf = ({ id }: PaymentRecord) => outcomes.get(id)?.state;

  async function sync(): Promise<void> {
    await runWell();
    outcomes = await product.outcomes(PAYMENTS);
  }

  beforeAll(async () => {
    product = await startProduct({ size: 120 });
    await runWell();
  }, RUN_MS);
  afterAll(() => product.stop());

  it(
    'E2 E3 E6 E8 E11 E12 E13: end in Epicor as what was really paid, and nothing else',
    async () => {
      const { organization, clerk } = world();
      const declined = fresh();
      const authorized = pay(billOf(declined));
      advancePayment(organization, authorized);

      const stopped = fresh();
      const voided = settle(pay(billOf(stopped)));
      end(voided, 'VOIDED');
      voided.before = undefined;

      const inParts = fresh();
      const half = sum(['0', billOf(inParts).lines[0]?.amount ?? '0']).replace(/\d$/, '0');
      const part = compared(half, billOf(inParts).amount) < 0 ? half : '1.00';
      const first = settle(pay(billOf(inParts), part));

      const lost = fresh();
      const check = settle(pay(billOf(lost)));

      const slow = fresh();
      const lagging = pay(billOf(slow));

      const charged = fresh();
      const withFee = settle(
        pay(billOf(charged), undefined, { amount: Number(billOf(charged).amount) + 1.5 }),
      );

      const byHand = organization.bills.all.find(({ number }) => number === 'HAND-1') ?? expect.fail();
      const foreign = recordPayment(organization, {
        vendorId: byHand.vendorId,
        allocations: [{ billId: byHand.id, gross: byHand.amount }],
        processDate: dateOf(organization.clock.now()),
      });
      for (const each of [authorized, first, check, withFee]) each.before = undefined;
      advancePayment(organization, lagging);
      advancePayment(organization, lagging);
      expect(lagging.singleStatus).toBe('PROCESSED');
      world().bill.switches.paymentLagMs = RUN_MS;
      await sync();

      expect([stateOf(authorized), heads(authorized)]).toEqual(['ignored:not-settled', []]);
      expect([stateOf(voided), heads(voided), paidIn(stopped)]).toEqual(['ignored:not-settled', [], '0.00']);
      expect([stateOf(first), paidIn(inParts)]).toEqual(['confirmed', part]);
      expect([stateOf(check), paidIn(lost)]).toEqual(['confirmed', billOf(lost).amount]);
      expect([stateOf(withFee), heads(withFee), paidIn(charged)]).toEqual([
        'parked:amounts-differ',
        [],
        '0.00',
      ]);
      expect([stateOf(foreign), heads(foreign)]).toEqual(['ignored:not-ours', []]);
      expect([stateOf(lagging), paidIn(slow)]).toEqual(['ignored:not-settled', '0.00']);

      end(authorized, 'FUNDING_FAILED_VOIDED');
      end(check, 'VOIDED');
      const again = settle(pay(billOf(lost)));
      const second = settle(pay(billOf(inParts), minus(billOf(inParts).amount, part)));
      world().bill.switches.paymentLagMs = 0;
      await sync();

      expect([stateOf(authorized), heads(authorized)]).toEqual(['ignored:not-settled', []]);
      expect([heads(check, 'live'), heads(check).length]).toEqual([[], 1]);
      expect([stateOf(again), heads(again, 'live').length, paidIn(lost)]).toEqual([
        'confirmed',
        1,
        billOf(lost).amount,
      ]);
      expect([stateOf(second), paidIn(inParts)]).toEqual(['confirmed', billOf(inParts).amount]);
      expect([stateOf(lagging), paidIn(slow)]).toEqual(['confirmed', billOf(slow).amount]);

      end(second, 'VOIDED');
      await sync();
      expect([heads(first, 'live').length, heads(second, 'live'), paidIn(inParts)]).toEqual([1, [], part]);
      expect(
        clerk.company
          .rows('CheckHed')
          .all.filter((row) => row['Posted'] !== true && text(row, 'OwnReference') !== ''),
      ).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'C3 C8 D6: find their invoice by the bill, whoever was merged or renamed, in the money of the invoice',
    async () => {
      const { organization, clerk, epicor } = world();
      const moved = fresh();
      const bill = billOf(moved);
      const [before, into] = [organization.vendors.get(bill.vendorId), billOf(fresh()).vendorId];
      const survivor = organization.vendors.get(into);
      if (!before || !survivor) return expect.fail();
      mergeVendors(organization, before, survivor);
      clerk.changeVendor(moved.vendor.num, { Name: 'Renamed Supplies' });
      const payment = settle(pay(bill));
      clerk.copyInvoice(moved.vendor.num, moved.number, 'AFTER-MERGE');

      const coded = fresh();
      const entry = billOf(coded).lines[0]?.classifications?.['chartOfAccountId'];
      const account = organization.family('chart-of-accounts').get(String(entry)) ?? expect.fail();
      account.data = {
        ...account.data,
        name: 'Renamed',
        account: { type: 'EXPENSE', number: '99-RENUMBERED' },
      };
      organization.touch(organization.family('chart-of-accounts'), account);
      const [first] = coded.lines[0]?.split[0] ?? [];
      const glAccount = clerk.company
        .rows('GLAccount')
        .all.find((row) => row['GLAccount1'] === first?.internal);
      if (!glAccount) return expect.fail('no account');
      epicor.state.change(clerk.company, 'GLAccount', glAccount, { AccountDesc: 'Renamed as well' }, 'clerk');
      clerk.copyInvoice(coded.vendor.num, coded.number, 'AFTER-RENAME');

      const [euro, pounds] = [seeded('euro'), seeded('pounds')];
      const converted = { fundingAmount: 1534.57, exchangeRate: 1.0837 };
      const inEuro = settle(pay(billOf(euro), undefined, converted));
      const inDollars = settle(pay(billOf(pounds), undefined, { amount: 941.72, exchangeRate: 1.2719 }));
      await sync();

      expect([stateOf(payment), paidIn(moved)]).toEqual(['confirmed', bill.amount]);
      expect(heads(payment).map((row) => row['VendorNum'])).toEqual([moved.vendor.num]);
      const invoices = await product.outcomes(INVOICES);
      expect(invoices.get(`${moved.vendor.num}|AFTER-MERGE`)?.state).toBe('parked:vendor-inactive');
      expect(organization.vendors.all.filter(({ data }) => data['name'] === 'Renamed Supplies')).toEqual([]);

      const [line] = billOf({ number: 'AFTER-RENAME' }).lines;
      expect(line?.classifications?.['chartOfAccountId']).toBe(account.id);
      const accounts = await product.outcomes('gl-accounts-to-bill');
      expect(accounts.get(`MAIN|${first?.internal}`)?.state).toBe('confirmed');

      expect([stateOf(inEuro), paidIn(euro)]).toEqual(['confirmed', billOf(euro).amount]);
      expect(heads(inEuro).map((row) => [row['CurrencyCode'], amount(row, 'DocCheckAmt')])).toEqual([
        ['EUR', billOf(euro).amount],
      ]);
      expect([stateOf(inDollars), heads(inDollars), paidIn(pounds)]).toEqual([
        'parked:amounts-differ',
        [],
        '0.00',
      ]);
    },
    RUN_MS,
  );
});
