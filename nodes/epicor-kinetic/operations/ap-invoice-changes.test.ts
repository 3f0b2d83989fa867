import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { InvoiceBench, simpleInvoice } from '../../../tests/support/invoice-bench';
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

const option = { posting: 'submit', postedChange: 'reverse' };
const before = simpleInvoice({ payHold: true });

function coded(glAccount: string, change: JsonObject = {}): JsonObject {
  const lines = [{ description: 'Bolts', amount: '50', distributions: [{ amount: '50', glAccount }] }];
  return simpleInvoice({ payHold: true, lines, ...change });
}

function update(document: JsonObject, previous = before, context: OperationContext = bench.context(option)) {
  const operation = bench.operation();
  return operation.update?.('12|INV-1001', document, previous, context);
}

/** Number, total and coding of everything that stands in Epicor. */
function standing(): unknown[] {
  return server.invoices.map((row) => [
    row['InvoiceNum'],
    digits(row['DocInvoiceAmt']),
    row['Posted'],
    ...server.coding(String(row['InvoiceNum'])),
  ]);
}

const first = ['INV-1001', '50', true, '1 50 6100|10|200'];
const reversal = ['INV-1001-REV', '-50', true, '1 -50 6100|10|200'];
const second = ['INV-1001-R2', '50', true, '1 50 6200|10|200'];

describe('an AP invoice that is coded anew after it was posted', () => {
  it('is taken back by a debit memo of the same day, and entered anew (D16)', async () => {
    await bench.create(before, option);
    expect(await update(coded('6200|10|200'))).toMatchObject({ ref: '12|INV-1001-R2' });
    expect(standing()).toEqual([first, reversal, second]);
    expect(server.invoices[1]).toMatchObject({
      DebitMemo: true,
      InvoiceRef: 'INV-1001',
      InvoiceDate: '2026-02-02',
      ApplyDate: '2026-02-02',
      PayHold: true,
    });
    expect(server.invoices[2]).toMatchObject({ InvoiceDate: '2026-02-01', PayHold: true });
  });

  it('said again changes nothing, and another change is booked the same way', async () => {
    await bench.create(before, option);
    await update(coded('6200|10|200'));
    await update(coded('6200|10|200'));
    expect(server.invoices).toHaveLength(3);
    expect(await update(before, coded('6200|10|200'))).toMatchObject({ ref: '12|INV-1001-R3' });
    expect(standing().slice(3)).toEqual([
      ['INV-1001-R2-REV', '-50', true, '1 -50 6200|10|200'],
      ['INV-1001-R3', '50', true, '1 50 6100|10|200'],
    ]);
  });

  it('whose pay hold people have taken off is not taken back for that', async () => {
    await bench.create(before, option);
    Object.assign(server.invoices[0] as object, { PayHold: false });
    expect(await update(before)).toMatchObject({ ref: '12|INV-1001' });
    expect(server.invoices).toHaveLength(1);
  });

  it('ends in one debit memo and one new invoice whichever call the process is killed at', async () => {
    for (let nth = 1; ; nth++) {
      await bench.stop();
      await freshBench();
      await bench.create(before, option);
      const context = bench.context(option);
      const dying = bench.dying(context, nth, 'after');
      await update(coded('6200|10|200'), before, dying)?.catch(() => undefined);
      await bench.reopen();
      await update(coded('6200|10|200'), before, bench.context(option, context.facts));
      expect(standing()).toEqual([first, reversal, second]);
      expect(nth).toBeLessThan(90);
      if (!dying.died()) break;
    }
  });

  it('of which something is paid parks, and stays as it is', async () => {
    await bench.create(before, option);
    Object.assign(server.invoices[0] as object, { DocUnpostedBal: amount('20') });
    const outcome = await parked(update(coded('6200|10|200')) as Promise<unknown>);
    expect(outcome.reason).toBe('partly-paid');
    expect(outcome.detail).toMatchObject({ ref: '12|INV-1001', total: '50', open: '20' });
    expect(server.invoices).toHaveLength(1);
  });

  it('on an account that Epicor does not have, or under another number, stays as it is', async () => {
    await bench.create(before, option);
    expect((await parked(update(coded('9999|10|200')) as Promise<unknown>)).reason).toBe(
      'gl-account-unmapped',
    );
    const renumbered = coded('6200|10|200', { invoiceNum: 'INV-1002' });
    expect((await parked(update(renumbered) as Promise<unknown>)).reason).toBe('changed-after-sent');
    expect(server.invoices).toHaveLength(1);
  });

  it('that is not posted yet is changed where it stands', async () => {
    const left = { ...option, posting: 'leave' };
    await bench.create(before, left);
    expect(await update(coded('6200|10|200'), before, bench.context(left))).toMatchObject({
      ref: '12|INV-1001',
    });
    expect(standing()).toEqual([['INV-1001', '50', false, '1 50 6200|10|200']]);
  });

  it('is left to a person where nobody chose otherwise', async () => {
    await bench.create(before, { posting: 'submit' });
    const context = bench.context({ posting: 'submit' });
    const outcome = await parked(update(coded('6200|10|200'), before, context) as Promise<unknown>);
    expect(outcome.reason).toBe('changed-after-sent');
    expect(server.invoices).toHaveLength(1);
  });
});
