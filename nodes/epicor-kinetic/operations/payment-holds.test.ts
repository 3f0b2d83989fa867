import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operationContext } from '../../../tests/support/kinetic-connection';
import { entry, PaymentBench, parked, payment, simple } from '../../../tests/support/payment-bench';
import { refuse } from '../../../tests/support/small-kinetic';

const invoices = 'Erp.BO.APInvoiceSvc';

let bench: PaymentBench;
let server: PaymentBench['server'];
/** Posted invoices cannot be changed on this site. */
let locked: boolean;

const invoice = (number: string) =>
  server.invoices.find((row) => row['InvoiceNum'] === number) ?? expect.fail(`no invoice ${number}`);
const lifting = () => operationContext(bench.connection, { paymentHold: 'lift' });
const changes = () =>
  server.seen(`${invoices}/Update`).map(({ body }) => {
    const [row] = (body['ds'] as { APInvHed: Record<string, unknown>[] }).APInvHed;
    return [row?.['InvoiceNum'], row?.['PayHold']];
  });

beforeEach(async () => {
  bench = new PaymentBench();
  server = bench.server;
  locked = false;
  await bench.start();
  server.methods.set(`POST ${invoices}/GetByID`, ({ body }) => ({
    returnObj: { APInvHed: [{ ...invoice(String(body['invoiceNum'])) }] },
  }));
  server.methods.set(`POST ${invoices}/Update`, ({ body }) => {
    if (locked) throw refuse('Invoice is posted and cannot be changed.');
    const [row = {}] = (body['ds'] as { APInvHed: Record<string, unknown>[] }).APInvHed;
    Object.assign(invoice(String(row['InvoiceNum'])), { PayHold: row['PayHold'] });
    return { parameters: { ds: {} } };
  });
  server.fault = ({ path, body }) =>
    path === `${entry}/OnChangeInvoiceNum` && invoice(String(body['pcInvoiceNum']))['PayHold'] === true
      ? {
          status: 400,
          body: {
            ErrorMessage: 'Invoice is on payment hold.',
            ErrorType: 'Ice.Common.BusinessObjectException',
          },
        }
      : undefined;
  invoice('A-17')['PayHold'] = true;
});
afterEach(() => bench.stop());

describe('an invoice on payment hold', () => {
  it('waits for people, and nothing is written', async () => {
    const outcome = await parked(bench.operation.create(simple(), operationContext(bench.connection)));
    expect(outcome).toMatchObject({ reason: 'payment-hold', detail: { invoices: ['A-17'] } });
    expect([server.heads, server.groups, changes()]).toEqual([[], [], []]);
  });

  it('is paid where the write may take the hold off, and stays without one once nothing is left', async () => {
    const context = lifting();
    await bench.operation.create(simple(), context);
    expect(server.heads).toMatchObject([{ Posted: true }]);
    expect(changes()).toEqual([['A-17', false]]);
    expect(await bench.operation.lookUp(simple(), context)).toMatchObject({ found: 'present' });
  });

  it('has its hold back after a payment of a part', async () => {
    const part = { amount: '100', allocations: [{ invoiceNum: 'A-17', amount: '100' }] };
    await bench.operation.create(simple(part), lifting());
    expect(changes()).toEqual([
      ['A-17', false],
      ['A-17', true],
    ]);
    expect(server.appliedTo('A-17')).toBe('100');
  });

  it('waits, and keeps its hold, where Epicor does not let it go', async () => {
    locked = true;
    const outcome = await parked(bench.operation.create(simple(), lifting()));
    expect(outcome).toMatchObject({
      reason: 'payment-hold',
      detail: { systemWords: 'Invoice is posted and cannot be changed.' },
    });
    expect([server.heads, server.groups, invoice('A-17')['PayHold']]).toEqual([[], [], true]);
  });

  it('B5: has its hold back before it counts as not paid: the next try knows nothing of this one', async () => {
    bench.cutAt(`${entry}/Update`, 'before');
    const context = lifting();
    await expect(bench.operation.create(simple(), context)).rejects.toMatchObject({ recovery: 'ambiguous' });
    expect(invoice('A-17')['PayHold']).toBe(false);
    await expect(bench.settle(simple(), context)).rejects.toMatchObject({ recovery: 'retry' });
    expect(invoice('A-17')['PayHold']).toBe(true);
    expect(await bench.operation.lookUp(simple(), context)).toEqual({ found: 'absent' });
  });

  it('B5: is left off where Epicor lets nobody put it back, and the payment goes on', async () => {
    bench.cutAt(`${entry}/Update`, 'before');
    const context = lifting();
    await expect(bench.operation.create(simple(), context)).rejects.toMatchObject({ recovery: 'ambiguous' });
    expect(invoice('A-17')['PayHold']).toBe(false);
    locked = true;
    await expect(bench.settle(simple(), context)).rejects.toMatchObject({ recovery: 'retry' });
    expect(await bench.operation.lookUp(simple(), context)).toEqual({ found: 'absent' });
    await bench.operation.create(simple(), lifting());
    expect(server.heads).toMatchObject([{ Posted: true }]);
  });

  it.each([`${invoices}/Update`, `${entry}/Update`])(
    'B5: has its hold back in the end, whoever is killed around %s',
    async (path) => {
      const part = simple({ amount: '100', allocations: [{ invoiceNum: 'A-17', amount: '100' }] });
      for (const when of ['before', 'after'] as const) {
        for (const nth of [1, 2]) {
          await bench.stop();
          bench = new PaymentBench();
          const methods = server.methods;
          server = bench.server;
          await bench.start();
          for (const name of ['GetByID', 'Update']) {
            const handler = methods.get(`POST ${invoices}/${name}`);
            if (handler) server.methods.set(`POST ${invoices}/${name}`, handler);
          }
          invoice('A-17')['PayHold'] = true;
          bench.cutAt(path, when, nth);
          const context = lifting();
          await bench.operation.create(part, context).catch(() => undefined);
          server.fault = () => undefined;
          const look = () => bench.settle(part, context).catch(() => undefined);
          for (let looks = 0; looks < 4 && (await look())?.found !== 'present'; looks += 1);
          expect([path, when, nth, invoice('A-17')['PayHold']]).toEqual([path, when, nth, true]);
          expect([server.heads.length, server.appliedTo('A-17')]).toEqual([1, '100']);
        }
      }
    },
  );
});

describe('an invoice that Epicor refuses in the middle of a payment', () => {
  beforeEach(() => {
    invoice('A-17')['PayHold'] = false;
    const refuseSecond = ({ path, body }: { path: string; body: Record<string, unknown> }) =>
      path === `${entry}/OnChangeInvoiceNum` && body['pcInvoiceNum'] === "B'18"
        ? {
            status: 400,
            body: { ErrorMessage: 'Invoice is disputed.', ErrorType: 'Ice.Common.BusinessObjectException' },
          }
        : undefined;
    server.fault = refuseSecond;
  });

  it('leaves no half payment behind (B14)', async () => {
    const outcome = await parked(bench.operation.create(payment(), operationContext(bench.connection)));
    expect(outcome.detail).toMatchObject({ systemWords: 'Invoice is disputed.' });
    expect([server.heads, server.groups, server.appliedTo('A-17')]).toEqual([[], [], '0']);
  });

  it('is named with its half where Epicor does not let it be deleted', async () => {
    server.methods.set(`POST ${entry}/DeleteByID`, () => {
      throw refuse('You may not delete payments.');
    });
    const outcome = await parked(bench.operation.create(payment(), operationContext(bench.connection)));
    expect(outcome.detail).toMatchObject({ systemWords: 'Invoice is disputed.', halfEntered: 101 });
  });
});
