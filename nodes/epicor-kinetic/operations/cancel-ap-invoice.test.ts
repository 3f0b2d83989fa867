import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvoiceBench, invoice } from '../../../tests/support/invoice-bench';
import { parked } from '../../../tests/support/payment-bench';
import { amount, digits } from '../../../tests/support/small-kinetic-lists';

let bench: InvoiceBench;
let server: InvoiceBench['server'];

async function freshBench(): Promise<void> {
  bench = new InvoiceBench();
  server = bench.server;
  await bench.start();
}
beforeEach(freshBench);
afterEach(() => bench.stop());

const name = 'cancel-ap-invoice';
const cancellation = {
  documentId: '138e7d94997847aebe7432e521b30001',
  vendorNum: 12,
  invoiceNum: 'INV-1001',
  date: '2026-03-01',
  reason: 'Coded again',
};

describe('canceling an AP invoice', () => {
  it('deletes one that is not posted, with its group, and knows that later', async () => {
    await bench.create(invoice());
    const context = bench.context();
    await bench.settle(cancellation, context, name);
    expect([server.invoices, server.details, server.invoiceGroups]).toEqual([[], [], []]);
    expect(await bench.operation(name).lookUp(cancellation, context)).toMatchObject({ found: 'present' });
  });

  it('enters a debit memo with the same lines for a posted one (D16)', async () => {
    await bench.create(invoice(), { posting: 'submit' });
    await bench.settle(cancellation, bench.context(), name);
    expect(server.invoices[1]).toMatchObject({
      InvoiceNum: 'INV-1001-REV',
      InvoiceRef: 'INV-1001',
      DebitMemo: true,
      InvoiceDate: '2026-03-01',
      Description: 'Coded again',
    });
    expect(digits(server.invoices[1]?.['DocInvoiceAmt'])).toBe('-1160.1');
    expect(server.coding('INV-1001-REV')).toEqual([
      '1 -600 6100|10|200',
      '1 -400 6200|10|200',
      '2 -100.1 6200|10|200',
      '3 -60 2150|00|000',
    ]);
    expect(await bench.operation(name).lookUp(cancellation, bench.context())).toMatchObject({
      found: 'present',
      ref: '12|INV-1001-REV',
    });
  });

  it('of a debit memo enters an invoice', async () => {
    await bench.create(invoice({ type: 'debit-memo' }), { posting: 'submit' });
    await bench.settle(cancellation, bench.context(), name);
    expect(server.invoices[1]).toMatchObject({ DebitMemo: false });
    expect(digits(server.invoices[1]?.['DocInvoiceAmt'])).toBe('1160.1');
  });

  it('ends in one debit memo whichever call the process is killed at', async () => {
    for (let nth = 1; ; nth++) {
      await bench.stop();
      await freshBench();
      await bench.create(invoice(), { posting: 'submit' });
      const context = bench.context();
      const dying = bench.dying(context, nth, 'after');
      await bench.settle(cancellation, dying, name).catch(() => undefined);
      await bench.reopen();
      await bench.settle(cancellation, bench.context({}, context.facts), name);
      expect(server.invoices).toHaveLength(2);
      expect(server.coding('INV-1001-REV')).toHaveLength(4);
      expect(nth).toBeLessThan(60);
      if (!dying.died()) break;
    }
  });

  it('that is paid in part parks, and so does one with charges of its own', async () => {
    await bench.create(invoice(), { posting: 'submit' });
    Object.assign(server.invoices[0] as object, { DocUnpostedBal: amount('160.10') });
    expect(await bench.operation(name).lookUp(cancellation, bench.context())).toMatchObject({
      found: 'conflict',
      reason: 'partly-paid',
      absent: true,
    });
    Object.assign(server.invoices[0] as object, { DocInvoiceAmt: amount('1200.10') });
    expect((await parked(bench.operation(name).lookUp(cancellation, bench.context()))).reason).toBe(
      'amounts-differ',
    );
  });

  it('that Epicor canceled itself is done', async () => {
    await bench.create(invoice(), { posting: 'submit' });
    Object.assign(server.invoices[0] as object, { RefCancelledby: 'C-1' });
    expect(await bench.operation(name).lookUp(cancellation, bench.context())).toEqual({
      found: 'present',
      ref: '12|C-1',
    });
  });

  it('that is not there, or another document, is a conflict', async () => {
    expect(await bench.operation(name).lookUp(cancellation, bench.context())).toMatchObject({
      reason: 'not-ours',
    });
    await bench.create(invoice({ documentId: 'other' }));
    expect(await bench.operation(name).lookUp(cancellation, bench.context())).toMatchObject({
      reason: 'not-ours',
    });
  });
});
