import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import { connectTo, operationContext } from '../../../tests/support/bill-connection';
import { complaint, SmallBill } from '../../../tests/support/small-bill';
import type { Row } from '../../../tests/support/small-bill-lists';

let server: SmallBill;
let connection: Connection;
let vendor: string;

beforeEach(async () => {
  server = await new SmallBill().start();
  connection = connectTo(server);
  vendor = String(server.add('vendors', '009', { name: 'Acme' })['id']);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

function invoice(change: JsonObject = {}): JsonObject {
  return {
    vendorId: vendor,
    currency: 'USD',
    amount: '0.30',
    invoice: { invoiceNumber: 'A-17', invoiceDate: '2026-02-01' },
    dueDate: '2026-03-01',
    billLineItems: [
      { amount: '0.10', description: 'Bolts', classifications: { chartOfAccountId: '0ca1' } },
      {
        amount: '0.20',
        description: 'Nuts',
        classifications: { chartOfAccountId: '0ca2', departmentId: '0de1' },
      },
    ],
    ...change,
  };
}

const numbered = (invoiceNumber: string) =>
  invoice({ invoice: { invoiceNumber, invoiceDate: '2026-02-01' } });
const operation = () => connection.client.operations['upsert-bill'] ?? expect.fail();
const lookUp = (document = invoice(), options = {}) =>
  operation().lookUp(document, operationContext(connection, options));
const create = (document = invoice(), options = {}) =>
  operation().create(document, operationContext(connection, options));
const posted = () => server.seen('POST /v3/bills');

/** A bill that was in BILL before. */
function seeded(change: Row = {}): Row {
  return server.add('bills', '00n', {
    vendorId: vendor,
    invoice: { invoiceNumber: 'A-17', invoiceDate: '2026-02-01' },
    dueDate: '2026-03-01',
    amount: 0.3,
    billLineItems: invoice()['billLineItems'],
    recordStatus: 'ACTIVE',
    ...change,
  });
}

describe('making a bill', () => {
  it('sends exact number tokens without places that say nothing, what BILL knows and nothing else', async () => {
    const lines = { amount: '2675.48', billLineItems: [{ amount: '2675.4700' }, { amount: '0.010000' }] };
    const { ref } = await create({ ...numbered('A-16'), ...lines });
    expect(ref).toBe(server.tables.bills[0]?.['id']);
    expect(posted()[0]?.text).toContain('"billLineItems":[{"amount":2675.47},{"amount":0.01}]');
    await create(invoice({ description: ' ', purchaseOrderNumber: 'PO 1' }));
    expect(posted()[1]?.body).toEqual({
      vendorId: vendor,
      invoice: { invoiceNumber: 'A-17', invoiceDate: '2026-02-01' },
      dueDate: '2026-03-01',
      billLineItems: [
        { amount: 0.1, description: 'Bolts', classifications: { chartOfAccountId: '0ca1' } },
        {
          amount: 0.2,
          description: 'Nuts',
          classifications: { chartOfAccountId: '0ca2', departmentId: '0de1' },
        },
      ],
      purchaseOrderNumber: 'PO 1',
      allowDuplicateInvoiceNumber: false,
    });
  });

  it('leaves the duplicate guard out where BILL does not know it, for good, and where it is switched off', async () => {
    server.knowsGuard = false;
    await create(numbered('1'));
    await create(numbered('2'));
    const guarded = posted().map((call) => 'allowDuplicateInvoiceNumber' in call.body);
    expect(guarded).toEqual([true, false, false]);
    expect(server.tables.bills).toHaveLength(2);
    const other = connectTo(server);
    const context = operationContext(other, { refuseDuplicates: false });
    await other.client.operations['upsert-bill']?.create(numbered('3'), context);
    expect(posted().at(-1)?.body).not.toHaveProperty('allowDuplicateInvoiceNumber');
    await other.close();
  });

  it('keeps the guard after a refusal that was about something else', async () => {
    server.fault = (call) =>
      call.method === 'POST' && call.path === '/v3/bills'
        ? { status: 400, body: complaint(400, undefined, 'dueDate: is not a valid date').body }
        : undefined;
    await expect(create()).rejects.toMatchObject({ recovery: 'rejected' });
    server.fault = () => undefined;
    await create();
    expect(posted().at(-1)?.body).toHaveProperty('allowDuplicateInvoiceNumber', false);
  });

  it('takes over the bill that was faster, when BILL refuses the number (BDC_1171)', async () => {
    const bill = seeded();
    expect(await create()).toMatchObject({ ref: bill['id'], adopted: true });
    expect(server.tables.bills).toHaveLength(1);
  });

  it('parks a number that BILL refuses because of another amount', async () => {
    seeded({ amount: 5 });
    await expect(create()).rejects.toMatchObject({ outcome: 'park', reason: 'number-in-use' });
    expect(posted()).toHaveLength(1);
  });

  it('asks BILL to take a number again that only an archived bill has, unless it is told to park', async () => {
    const bill = seeded({ amount: 5, archived: true, recordStatus: 'INACTIVE' });
    const inUse = {
      reason: 'number-in-use',
      detail: { message: expect.stringContaining('archived'), theirs: [{ id: bill['id'], archived: true }] },
    };
    await expect(create(invoice(), { archivedNumber: 'park' })).rejects.toMatchObject(inUse);
    expect((await create()).ref).not.toBe(bill['id']);
    expect(posted().map(({ body }) => body['allowDuplicateInvoiceNumber'])).toEqual([false, false, true]);
  });

  it('does not ask again when a live bill shows late, or BILL keeps the number all the same', async () => {
    const dead = seeded({ amount: 5, archived: true, recordStatus: 'INACTIVE' });
    let looks = 0;
    server.fault = (call) => {
      if (call.method === 'GET' && call.path === '/v3/bills' && ++looks === 2) seeded();
      return undefined;
    };
    expect(await create()).toMatchObject({ adopted: true });
    expect(posted()).toHaveLength(1);
    server.tables.bills.splice(0, 9, dead);
    server.fault = (call) =>
      call.method === 'POST' ? { status: 422, body: [{ code: 'BDC_1171', message: 'exists' }] } : undefined;
    await expect(create()).rejects.toMatchObject({ reason: 'number-in-use' });
    expect(posted()).toHaveLength(3);
  });

  it('has no known outcome after a time-out, a reset, a 502 or an answer without an id (B1, B3)', async () => {
    for (const fault of [
      {},
      { status: 502, body: '<html>' },
      { status: 201, body: {} },
      { status: 201, body: '' },
    ]) {
      server.fault = (call) =>
        call.method === 'POST' && call.path === '/v3/bills' ? { afterwards: true, ...fault } : undefined;
      const document = numbered(`N-${server.tables.bills.length}`);
      await expect(create(document)).rejects.toMatchObject({ recovery: 'ambiguous' });
      server.fault = () => undefined;
      expect(await lookUp(document)).toMatchObject({ found: 'present' });
    }
    expect(posted()).toHaveLength(4);
  });

  it('sets accounts that BILL dropped, once (B14)', async () => {
    let drops = 1;
    server.store = (_table, row) => {
      if (drops-- <= 0) return row;
      const lines = row['billLineItems'] as Row[];
      return { ...row, billLineItems: lines.map(({ classifications, ...line }) => line) };
    };
    const { ref } = await create();
    expect(server.calls.filter((call) => call.method === 'PATCH')).toHaveLength(1);
    expect(server.tables.bills[0]).toMatchObject({
      id: ref,
      billLineItems: [
        { classifications: { chartOfAccountId: '0ca1' } },
        { classifications: { departmentId: '0de1' } },
      ],
    });
  });

  it('parks with a hint when the accounts stay away, or amounts and lines are others', async () => {
    const body = { id: '00n1', vendorId: vendor, amount: 0.3 };
    const stored = (billLineItems: Row[], amount = 0.3) => {
      server.tables.bills = [{ ...body, amount, billLineItems }];
      server.fault = (call) =>
        call.method === 'POST' || call.method === 'PATCH'
          ? { status: 200, body: server.tables.bills[0] }
          : undefined;
    };
    await connection.ping();
    stored([
      { id: '1', amount: 0.1 },
      { id: '2', amount: 0.2 },
    ]);
    await expect(create()).rejects.toMatchObject({
      reason: 'rejected-by-target',
      detail: { message: expect.stringContaining('chartOfAccountId'), undo: expect.stringContaining('00n1') },
    });
    stored([{ id: '1', amount: 0.1 }], 0.1);
    await expect(create()).rejects.toMatchObject({
      reason: 'amounts-differ',
      detail: { undo: expect.stringContaining('Archive bill 00n1') },
    });
  });

  it('finds its lines although BILL gives them in another order', async () => {
    server.store = (_table, row) => ({ ...row, billLineItems: (row['billLineItems'] as Row[]).toReversed() });
    await create();
    expect(server.calls.filter((call) => call.method === 'PATCH')).toEqual([]);
  });

  it('does not set again what only the answer left out', async () => {
    server.fault = (call) =>
      call.method === 'POST' && call.path === '/v3/bills'
        ? {
            afterwards: true,
            status: 201,
            body: () => ({ ...server.tables.bills[0], billLineItems: [{ amount: 0.1 }, { amount: 0.2 }] }),
          }
        : undefined;
    await create();
    expect(server.calls.filter((call) => call.method === 'PATCH')).toEqual([]);
  });

  it('reads back where the answer is thin', async () => {
    server.fault = (call) =>
      call.method === 'POST' && call.path === '/v3/bills'
        ? { afterwards: true, status: 201, body: () => ({ id: server.tables.bills[0]?.['id'] }) }
        : undefined;
    expect((await create()).ref).toBe(server.tables.bills[0]?.['id']);
  });

  it('waits for itself to show where the answer is thin', async () => {
    let late = 3;
    server.fault = (call) => {
      if (call.method === 'GET' && call.path.startsWith('/v3/bills/') && late-- > 0)
        return { status: 404, body: '' };
      return call.method === 'POST' && call.path === '/v3/bills'
        ? { afterwards: true, status: 201, body: () => ({ id: server.tables.bills[0]?.['id'] }) }
        : undefined;
    };
    expect((await create()).ref).toBe(server.tables.bills[0]?.['id']);
  });
});

describe('the tally', () => {
  it('has every live bill once, in its vendor’s currency', async () => {
    const yen = server.add('vendors', '009', { name: 'Tokyo', billCurrency: 'JPY' });
    const rules = server.lists['vendors'] ?? expect.fail();
    server.lists['vendors'] = { ...rules, hidden: ['billCurrency'] };
    const live = seeded();
    seeded({ archived: true, recordStatus: 'DRAFT' });
    seeded({ archived: true });
    const other = seeded({ vendorId: yen['id'], amount: 1200 });
    const rows = [];
    for await (const row of operation().tally?.(operationContext(connection)) ?? []) rows.push(row);
    expect(rows).toEqual([
      { ref: live['id'], amount: '0.3', currency: 'USD', date: '2026-02-01' },
      { ref: other['id'], amount: '1200', currency: 'JPY', date: '2026-02-01' },
    ]);
  });
});
