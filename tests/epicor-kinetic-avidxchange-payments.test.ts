import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  advancePayment,
  changeMethod,
  clearPayment,
  endPayment,
  reissuePayment,
} from '../sandbox/avidxchange/payment-life';
import type { PaymentRecord } from '../sandbox/avidxchange/records';
import { amount } from '../sandbox/epicor-kinetic/state';
import type { Row } from '../sandbox/epicor-kinetic/table-rows';
import { AvidRun } from './support/avidxchange-run';

const RUN_MS = 240_000;
const PAYMENTS = 'payments-to-epicor-kinetic';
const STATUS = 'approval-status-to-epicor-kinetic';

let run: AvidRun;
let outcomes: Awaited<ReturnType<AvidRun['outcomes']>>;

/** Payments by what the tests want of them. */
const paid: Record<string, PaymentRecord> = {};
const payment = (name: string): PaymentRecord => paid[name] ?? expect.fail(`no payment ${name}`);
const stateOf = (name: string) => outcomes.get(String(payment(name).id))?.state;

const site = () => run.world.avid.site;
const live = (number: string) => run.heads(number).filter((head) => head['Voided'] !== true);

function only(number: string): Row {
  const [head, another] = live(number);
  if (!head || another) throw new Error(`${number} is not paid by one payment`);
  return head;
}

function allocationsOf(head: Row): Record<string, readonly string[]> {
  const lines = run.world.books.company.rows('APTran').childrenOf(head);
  return Object.fromEntries(
    lines.map((line) => [
      String(line['InvoiceNum']),
      [amount(line, 'DocTranAmt'), amount(line, 'DocDiscAmt')].map((text) => text.replace(/^-/, '')),
    ]),
  );
}

function cleared(record: PaymentRecord): PaymentRecord {
  clearPayment(site(), record);
  return record;
}

function issued(record: PaymentRecord): PaymentRecord {
  while (record.status !== 'Issued to Supplier' && advancePayment(site(), record));
  return record;
}

async function runAndLook(): Promise<void> {
  await run.well();
  outcomes = await run.outcomes(PAYMENTS);
}

describe('payments of AvidXchange in Epicor', () => {
  beforeAll(async () => {
    run = await AvidRun.start({ avidSwitches: { wholeCardNumber: true, order: 'newest-first' } });
    await run.well();
    paid['check'] = cleared(run.pay('check', { 'AX-2003': undefined }));
    paid['late'] = issued(run.pay('check', { 'AX-2004': undefined }));
    paid['stopped'] = issued(run.pay('check', { 'AX-2005': undefined }));
    endPayment(site(), payment('stopped'), 'Void');
    paid['changed'] = issued(run.pay('check', { 'AX-2006': undefined }));
    changeMethod(site(), payment('changed'), 'direct');
    cleared(payment('changed'));
    paid['card'] = cleared(run.pay('card', { 'AX-2011': undefined }));
    paid['together'] = cleared(run.pay('direct', { 'AX-2012': undefined, 'AX-2013': undefined }));
    paid['half'] = cleared(run.pay('direct', { 'AF-1003': '40.00' }));
    paid['discount'] = cleared(run.pay('direct', { 'AF-1020': '98.00' }, '2.00'));
    paid['lost'] = cleared(run.pay('check', { 'AF-1016': undefined }));
    paid['returned'] = cleared(run.pay('direct', { 'AF-1017': undefined }));
    const here = run.world.clerk.invoice(101, 'AF-1018');
    run.world.people.changeInEpicor(here, 'paid-here');
    paid['paid-here'] = cleared(run.pay('check', { 'AF-1018': undefined }));
    run.world.people.payer.reject(run.copy('AF-1019'), 'Not our order');
    await runAndLook();
  }, RUN_MS);
  afterAll(() => run.stop());

  it('E9: have the number of the check that AvidPay printed, never the one of the books', () => {
    const { checkNumber, cleared: day } = payment('check');
    expect(only('AX-2003')).toMatchObject({ CheckNum: Number(checkNumber), CheckDate: day, Posted: true });
  });

  it('E2: wait until they have cleared', () => {
    expect([stateOf('late'), live('AX-2004')]).toEqual(['ignored:not-settled', []]);
  });

  it('E3: that were stopped before they were ever posted leave nothing', () => {
    expect([stateOf('stopped'), run.heads('AX-2005')]).toEqual(['ignored:not-settled', []]);
  });

  it('that changed from check to ACH on their way show the trace, and not the check', () => {
    const head = JSON.stringify(only('AX-2006'));
    expect(head).toContain(payment('changed').trace);
  });

  it('I3: by virtual card show its reference, and never its number', () => {
    const head = JSON.stringify(only('AX-2011'));
    const { card } = payment('card');
    expect(head).toContain(card?.reference);
    expect(head).not.toContain(card?.number);
  });

  it('E5: of several invoices are one payment with an allocation for each', () => {
    const head = only('AX-2012');
    expect(head).toBe(only('AX-2013'));
    expect(Object.keys(allocationsOf(head)).sort()).toEqual(['AX-2012', 'AX-2013']);
  });

  it('E11: say what was taken as a discount', () => {
    const [whole, discount] = allocationsOf(only('AF-1020'))['AF-1020'] ?? [];
    expect([whole, discount].map(Number)).toEqual([100, 2]);
  });

  it('E7: of an invoice that was paid in Epicor too park, and pay nothing twice', () => {
    expect(stateOf('paid-here')).toBe('parked:partly-paid');
    expect(live('AF-1018')).toEqual([]);
  });

  it('E13: of invoices that did not come from here are ignored, those of other companies too', () => {
    const { books, avid } = run.world;
    const foreign = avid.site.payments.find(
      ({ accountingSystemId }) => accountingSystemId !== books.systemId,
    );
    expect(outcomes.get(String(foreign?.id))?.state).toMatch(/^ignored:/);
    expect(live('AF-1001')).toEqual([]);
  });

  it('leave an invoice that was rejected in the approval to a person, and Epicor as it was', async () => {
    const records = await run.outcomes(STATUS);
    const rejected = [...records.values()].filter(({ state }) => state === 'parked:rejected-in-approval');
    expect(rejected.map(({ detail }) => detail)).toEqual([
      expect.objectContaining({ status: 'Rejected', why: 'Not our order' }),
    ]);
  });

  it(
    'E1 E6 E8 E10: clear late, come back, are reissued and paid in parts: Epicor follows, each once',
    async () => {
      cleared(payment('late'));
      paid['rest'] = cleared(run.pay('direct', { 'AF-1003': '60.00' }));
      paid['reissued'] = cleared(reissuePayment(site(), payment('lost')));
      endPayment(site(), payment('returned'), 'Returned');
      site().touch(payment('check'));
      const check = JSON.stringify(only('AX-2003'));
      await runAndLook();
      expect(only('AX-2004')).toMatchObject({ CheckNum: Number(payment('late').checkNumber), Posted: true });
      expect(live('AF-1003')).toHaveLength(2);
      expect(run.heads('AF-1016')).toHaveLength(2);
      expect(only('AF-1016')).toMatchObject({ CheckNum: Number(payment('reissued').checkNumber) });
      expect([run.heads('AF-1017').length, live('AF-1017')]).toEqual([1, []]);
      expect(run.heads('AF-1017')[0]).toMatchObject({ VoidedReason: 'AvidXchange: Returned' });
      expect(JSON.stringify(only('AX-2003'))).toBe(check);

      endPayment(site(), payment('rest'), 'Void');
      await runAndLook();
      expect(Object.keys(allocationsOf(only('AF-1003')))).toEqual(['AF-1003']);
      const invoice = run.world.clerk.invoice(101, 'AF-1003');
      expect(Number(amount(invoice, 'DocInvoiceBal'))).toBe(Number(amount(invoice, 'DocInvoiceAmt')) - 40);
      expect(run.world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});
