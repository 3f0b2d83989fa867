import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Operation } from '../../../runtime/connector/system';
import { connectTo, operationContext } from '../../../tests/support/kinetic-connection';
import { digits } from '../../../tests/support/small-kinetic-lists';
import { SmallPayables } from '../../../tests/support/small-kinetic-payables';

let server: SmallPayables;
let connection: Connection;
let record: Operation;
let operation: Operation;

const payment: JsonObject = {
  paymentId: 'p1',
  vendorNum: 12,
  date: '2026-02-20',
  amount: '100.00',
  currency: 'USD',
  allocations: [{ invoiceNum: 'A-17', amount: '100.00' }],
};
const document: JsonObject = { paymentId: 'p1', date: '2026-02-25', reason: 'BILL: VOIDED' };
const voiding = 'Erp.BO.VoidPaymentSvc';

beforeEach(async () => {
  server = new SmallPayables();
  await server.start();
  server.addVendor(12, 'ACME');
  server.addInvoice(12, 'A-17', '100.00');
  connection = connectTo(server);
  record = connection.client.operations['record-payment'] as Operation;
  operation = connection.client.operations['void-payment'] as Operation;
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

describe('voiding a payment', () => {
  it('opens the invoice again, dated and with the reason (E1)', async () => {
    const { ref } = await record.create(payment, operationContext(connection));
    expect(await operation.lookUp(document, operationContext(connection))).toEqual({ found: 'absent' });
    expect(await operation.create(document, operationContext(connection))).toEqual({ ref });
    expect(server.heads[0]).toMatchObject({
      Voided: true,
      VoidDate: '2026-02-25',
      VoidedReason: 'BILL: VOIDED',
    });
    expect(digits(server.invoices[0]?.['DocInvoiceBal'])).toBe('100');
    expect(await operation.lookUp(document, operationContext(connection))).toEqual({ found: 'present', ref });
  });

  it.each(['before', 'after'] as const)(
    'ends in one void when the answer is lost %s it was handled',
    async (when) => {
      await record.create(payment, operationContext(connection));
      let once = true;
      server.fault = (call) => {
        if (call.path !== `${voiding}/VoidChecks` || !once) return undefined;
        once = false;
        return { cut: true, afterwards: when === 'after' };
      };
      const context = operationContext(connection);
      await expect(operation.create(document, context)).rejects.toMatchObject({ recovery: 'ambiguous' });
      const found = await operation.lookUp(document, context);
      if (found.found === 'absent') await operation.create(document, context);
      expect(server.lines.filter((line) => line['Voided'])).toHaveLength(1);
    },
  );

  it('deletes a payment that was never posted, with its group, and knows that later', async () => {
    await record.create(payment, operationContext(connection, { posting: 'leave' }));
    const context = operationContext(connection);
    await operation.create(document, context);
    expect([server.heads, server.lines, server.groups]).toEqual([[], [], []]);
    expect(digits(server.invoices[0]?.['DocUnpostedBal'])).toBe('100');
    expect(await operation.lookUp(document, context)).toEqual({ found: 'present', ref: '101' });
  });

  it('in a closed period parks (D8)', async () => {
    await record.create(payment, operationContext(connection));
    const closed = operation.create({ ...document, date: '2025-12-31' }, operationContext(connection));
    await expect(closed).rejects.toMatchObject({ name: 'RecordOutcome', reason: 'period-closed' });
    expect(server.heads[0]).toMatchObject({ Voided: false });
  });

  it('works from payment entry where the service for voiding does not hand the payment out', async () => {
    await record.create(payment, operationContext(connection));
    server.methods.delete(`POST ${voiding}/GetByID`);
    await operation.create(document, operationContext(connection));
    expect(server.heads[0]).toMatchObject({ Voided: true });
  });

  it('is known later on a site that hides posted and voided payments', async () => {
    server.hidesPosted = true;
    await record.create(payment, operationContext(connection));
    const context = operationContext(connection);
    expect(await operation.lookUp(document, context)).toEqual({ found: 'absent' });
    await operation.create(document, context);
    expect(server.heads[0]).toMatchObject({ Voided: true });
    expect(await operation.lookUp(document, context)).toEqual({ found: 'present', ref: '101' });
  });

  it('of a payment that never was is a conflict, not a success', async () => {
    expect(await operation.lookUp(document, operationContext(connection))).toMatchObject({
      found: 'conflict',
      reason: 'not-ours',
    });
  });

  it('of two live payments with one ID is a conflict', async () => {
    await record.create(payment, operationContext(connection));
    server.heads.push({ ...server.heads[0], HeadNum: 555 });
    expect(await operation.lookUp(document, operationContext(connection))).toMatchObject({
      found: 'conflict',
      reason: 'number-in-use',
    });
  });
});
