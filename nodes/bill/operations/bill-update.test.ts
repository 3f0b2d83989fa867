import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import { connectTo, operationContext } from '../../../tests/support/bill-connection';
import { SmallBill } from '../../../tests/support/small-bill';
import type { Row } from '../../../tests/support/small-bill-lists';

let server: SmallBill;
let connection: Connection;
let vendor: string;
let bill: Row;

const line = (amount: string, account: string, description = 'Bolts') => ({
  amount,
  description,
  classifications: { chartOfAccountId: account },
});

function invoice(change: JsonObject = {}): JsonObject {
  return {
    vendorId: vendor,
    currency: 'USD',
    amount: '0.3',
    invoice: { invoiceNumber: 'A-17', invoiceDate: '2026-02-01' },
    dueDate: '2026-03-01',
    billLineItems: [line('0.10', '0ca1'), line('0.20', '0ca2', 'Nuts')],
    ...change,
  };
}

const update = (change: JsonObject = {}) => {
  const operation = connection.client.operations['upsert-bill'] ?? expect.fail();
  const context = operationContext(connection);
  return operation.update?.(String(bill['id']), invoice(change), invoice(), context);
};
const archive = (document: JsonObject = { billId: String(bill['id']) }) => {
  const operation = connection.client.operations['archive-bill'] ?? expect.fail();
  const context = operationContext(connection);
  return {
    lookUp: () => operation.lookUp(document, context),
    create: () => operation.create(document, context),
  };
};
const changes = () => server.calls.filter((call) => ['PATCH', 'PUT'].includes(call.method));

beforeEach(async () => {
  server = await new SmallBill().start();
  connection = connectTo(server);
  vendor = String(server.add('vendors', '009', { name: 'Acme' })['id']);
  const operation = connection.client.operations['upsert-bill'] ?? expect.fail();
  await operation.create(invoice(), operationContext(connection));
  bill = server.tables.bills[0] ?? expect.fail();
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

/** States in which BILL is working on a bill. */
const locked: readonly Row[] = [
  { paymentStatus: 'SCHEDULED' },
  { paymentStatus: 'PAID' },
  { paymentStatus: 'PARTIALLY_PAID' },
  { paymentStatus: 'PARTIAL' },
  { scheduledAmount: 0.1 },
  { paidAmount: '0.10' },
  { creditAmount: 0.05 },
  { approvalStatus: 'APPROVING' },
  { approvalStatus: 'APPROVED' },
  { approvalStatus: 'SOMETHING_NEW' },
  { approvalStatus: 'ASSIGNED', approvers: [{ status: 'APPROVED' }, { status: 'WAITING' }] },
];

describe('a bill changed at the source after it was sent', () => {
  it('is changed in BILL in just what differs', async () => {
    await update({ dueDate: '2026-04-01' });
    expect(changes().map((call) => [call.method, call.body])).toEqual([['PATCH', { dueDate: '2026-04-01' }]]);
  });

  it('has its lines addressed by the ids that BILL gave them', async () => {
    const ids = (bill['billLineItems'] as Row[]).map((stored) => stored['id']);
    await update({ amount: '0.5', billLineItems: [line('0.10', '0ca1'), line('0.40', '0ca3', 'Nuts')] });
    expect(changes()[0]?.body['billLineItems']).toEqual([
      { ...line('0.10', '0ca1'), amount: 0.1, id: ids[0] },
      { ...line('0.40', '0ca3', 'Nuts'), amount: 0.4, id: ids[1] },
    ]);
    expect(bill).toMatchObject({ amount: 0.5, billLineItems: [{ id: ids[0] }, { id: ids[1] }] });
  });

  it('is replaced as a whole when lines come or go, and keeps what was set in BILL', async () => {
    bill['payFromChartOfAccountId'] = '0caCash';
    (bill['billLineItems'] as Row[]).forEach((stored) => {
      Object.assign(stored['classifications'] as Row, { departmentId: '0deHand' });
    });
    await update({
      amount: '0.6',
      billLineItems: [line('0.10', '0ca1'), line('0.20', '0ca2', 'Nuts'), line('0.30', '0ca1')],
    });
    expect(changes()[0]?.method).toBe('PUT');
    expect(bill).toMatchObject({ amount: 0.6, payFromChartOfAccountId: '0caCash', dueDate: '2026-03-01' });
    expect((bill['billLineItems'] as Row[])[0]?.['classifications']).toEqual({
      chartOfAccountId: '0ca1',
      departmentId: '0deHand',
    });
    await update({ amount: '0.1', billLineItems: [line('0.10', '0ca1')] });
    expect(bill['billLineItems']).toHaveLength(1);
  });

  it('is left alone when BILL has it so already', async () => {
    server.touch(bill, { dueDate: '2026-04-01' });
    await update({ dueDate: '2026-04-01' });
    expect(changes()).toEqual([]);
  });

  it.each(locked)('parks with the difference once BILL works on it: %o (D11, D12)', async (state) => {
    server.touch(bill, state);
    await expect(
      update({ dueDate: '2026-04-01', amount: '0.1', billLineItems: [line('0.10', '0ca1')] }),
    ).rejects.toMatchObject({
      outcome: 'park',
      reason: 'changed-after-sent',
      detail: {
        changed: {
          dueDate: { bill: '2026-03-01', wanted: '2026-04-01' },
          lines: { bill: [{ amount: '0.1' }, { amount: '0.2' }], wanted: [{ amount: '0.10' }] },
        },
      },
    });
    expect(changes()).toEqual([]);
  });

  it('is still changed when it waits for an approver who has not acted', async () => {
    server.touch(bill, {
      approvalStatus: 'ASSIGNED',
      approvers: [{ status: 'WAITING' }],
      scheduledAmount: 0,
      paidAmount: '0.00',
    });
    await update({ dueDate: '2026-04-01' });
    expect(bill['dueDate']).toBe('2026-04-01');
  });

  it('does not park for words only (E10)', async () => {
    server.touch(bill, { paymentStatus: 'PAID' });
    await update({
      description: 'new memo',
      billLineItems: [line('0.10', '0ca1', 'x'), line('0.20', '0ca2', 'y')],
    });
    expect(changes()).toEqual([]);
  });

  it('parks when somebody schedules it between the look and the change', async () => {
    server.fault = (call) => {
      if (call.method === 'PATCH') bill['paymentStatus'] = 'SCHEDULED';
      return undefined;
    };
    await expect(update({ dueDate: '2026-04-01' })).rejects.toMatchObject({ reason: 'changed-after-sent' });
  });

  it('parks other refusals in the words of BILL', async () => {
    server.fault = (call) =>
      call.method === 'PATCH' ? { status: 400, body: [{ message: 'dueDate: no' }] } : undefined;
    await expect(update({ dueDate: '2026-04-01' })).rejects.toMatchObject({
      recovery: 'rejected',
      systemWords: 'dueDate: no',
    });
  });

  it('parks one that was archived in BILL or is gone', async () => {
    server.touch(bill, { archived: true, recordStatus: 'INACTIVE' });
    await expect(update({ dueDate: '2026-04-01' })).rejects.toMatchObject({ reason: 'changed-after-sent' });
    server.tables.bills = [];
    await expect(update({ dueDate: '2026-04-01' })).rejects.toMatchObject({ reason: 'changed-after-sent' });
  });

  it('does not take a number that another bill has', async () => {
    const { id, ...copy } = bill;
    server.add('bills', '00n', { ...copy, invoice: { invoiceNumber: 'A-18', invoiceDate: '2026-02-01' } });
    const renumbered = { invoice: { invoiceNumber: 'A-18', invoiceDate: '2026-02-01' } };
    await expect(update(renumbered)).rejects.toMatchObject({ reason: 'number-in-use' });
    server.tables.bills.pop();
    await update(renumbered);
    expect(bill['invoice']).toMatchObject({ invoiceNumber: 'A-18' });
  });

  it('checks currency and amounts as a new one', async () => {
    await expect(update({ currency: 'EUR', dueDate: '2026-04-01' })).rejects.toMatchObject({
      reason: 'currency-mismatch',
    });
    await expect(update({ amount: '9' })).rejects.toMatchObject({ reason: 'amounts-differ' });
  });
});

describe('a bill voided at the source after it was sent', () => {
  it('is archived', async () => {
    expect(await archive().lookUp()).toEqual({ found: 'absent' });
    expect(await archive().create()).toEqual({ ref: bill['id'] });
    expect(bill['archived']).toBe(true);
    expect(await archive().lookUp()).toEqual({ found: 'present', ref: bill['id'] });
  });

  it.each(locked)('parks once BILL works on it: %o (E4)', async (state) => {
    server.touch(bill, state);
    const kept = { found: 'conflict', reason: 'voided-after-sent', absent: true };
    expect(await archive().lookUp()).toMatchObject(kept);
  });

  it('is done when it is gone, or archived already (B19)', async () => {
    expect(await archive({ billId: '00nGONE' }).lookUp()).toEqual({ found: 'present', ref: '00nGONE' });
    server.touch(bill, { archived: true });
    expect(await archive().lookUp()).toMatchObject({ found: 'present' });
  });

  it('parks when BILL refuses, because of a payment that was scheduled meanwhile', async () => {
    server.touch(bill, { paymentStatus: 'SCHEDULED' });
    await expect(archive().create()).rejects.toMatchObject({ outcome: 'park', reason: 'voided-after-sent' });
  });

  it('parks when BILL says yes and keeps it', async () => {
    server.fault = (call) => (call.path.endsWith('/archive') ? { status: 200, body: {} } : undefined);
    await expect(archive().create()).rejects.toMatchObject({ reason: 'voided-after-sent' });
  });

  it('never takes a vendor credit for a bill that is gone', async () => {
    const credit = server.add('credits', 'vcr', { referenceNumber: 'DM-1' });
    const operation = archive({ billId: String(credit['id']) });
    expect(await operation.lookUp()).toMatchObject({ found: 'conflict', reason: 'voided-after-sent' });
    credit['archived'] = true;
    expect(await operation.lookUp()).toMatchObject({ found: 'present' });
  });
});
