import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import { connectTo, readContext, readPages } from '../../tests/support/bill-connection';
import { complaint, SmallBill } from '../../tests/support/small-bill';

let server: SmallBill;
let connection: Connection;

beforeEach(async () => {
  server = await new SmallBill().start();
  connection = connectTo(server);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

function stream(name = 'payments') {
  return connection.client.streams[name] ?? expect.fail();
}

function pay(change = {}) {
  return server.add('payments', 'stp', { singleStatus: 'SENT', amount: 10, ...change });
}

const read = (query = {}, name?: string) => readPages(stream(name), readContext(connection), query);

describe('reading a list', () => {
  it.each(['absent', 'null', 'empty'] as const)(
    'goes to its end, said by a token that is %s',
    async (end) => {
      server.lists['payments'] = {
        ...server.lists['payments'],
        end,
        filterable: [],
        sortable: ['updatedTime'],
      };
      for (let n = 0; n < 250; n += 1) pay();
      const { keys } = await read();
      expect(new Set(keys).size).toBe(250);
      const [first, second] = server.seen('GET /v3/payments');
      expect(first?.query.get('max')).toBe('100');
      expect(second?.query.get('sort')).toBe('updatedTime:asc');
    },
  );

  it('does not take a short page for the end (A12)', async () => {
    for (let n = 0; n < 7; n += 1) pay();
    const rules = server.lists['payments'] ?? expect.fail();
    server.lists['payments'] = { ...rules, mostRows: 3 };
    expect((await read()).keys).toHaveLength(7);
  });

  it('finds nothing in an empty list, and leaves no cursor', async () => {
    expect(await read()).toEqual({ keys: [], rows: [], cursors: [] });
  });

  it('reads the first time without a filter, so that rows without a stamp are there (A7)', async () => {
    const row = pay();
    delete row['updatedTime'];
    expect((await read()).keys).toEqual([row['id']]);
    expect(server.seen('GET /v3/payments')[0]?.query.has('filters')).toBe(false);
  });

  it('goes on five minutes before the newest change seen, quoted, with >= (A1, A2)', async () => {
    pay();
    const newest = pay();
    const { cursors } = await read();
    expect(cursors).toEqual([{ updatedTime: newest['updatedTime'] }]);
    await read({ cursor: cursors[0] });
    const before = new Date(Date.parse(String(newest['updatedTime'])) - 300_000).toISOString();
    expect(server.calls.at(-1)?.query.get('filters')).toBe(`updatedTime:gte:"${before}"`);
  });

  it('finds a row that became visible late, within the overlap', async () => {
    const late = pay();
    server.tables.payments = [];
    pay();
    const { cursors } = await read();
    server.tables.payments.unshift(late);
    expect((await read({ cursor: cursors[0] })).keys).toContain(late['id']);
  });

  it('lets every landed page move the cursor while rows come in order (A9)', async () => {
    for (let n = 0; n < 250; n += 1) pay();
    const rows = server.tables.payments;
    const { cursors } = await read();
    expect(cursors).toEqual([99, 199, 249].map((at) => ({ updatedTime: rows[at]?.['updatedTime'] })));
  });

  it('moves no cursor before the end when the order is not kept (A8)', async () => {
    for (let n = 0; n < 250; n += 1) pay();
    server.tables.payments.reverse();
    const start = { updatedTime: '2026-01-01T00:00:00.000Z' };
    const options = { readBy: 'updated-time-unordered' };
    const { cursors } = await read({ cursor: start, options });
    expect(cursors.slice(0, -1)).toEqual([start, start]);
    expect(cursors.at(-1)).toEqual({ updatedTime: server.tables.payments[0]?.['updatedTime'] });
    expect(server.calls.at(-1)?.query.has('sort')).toBe(false);
  });

  it('notices a server that says nothing and ignores the order', async () => {
    for (let n = 0; n < 250; n += 1) pay();
    server.tables.payments.reverse();
    server.fault = (call) => {
      call.query.delete('sort');
      return undefined;
    };
    const start = { updatedTime: '2026-01-01T00:00:00.000Z' };
    const { cursors } = await read({ cursor: start });
    expect(cursors.slice(0, -1)).toEqual([start, start]);
  });

  it('never trusts a stamp in the future (A11)', async () => {
    pay({ updatedTime: '2199-01-01T00:00:00.000Z' });
    const { cursors } = await read();
    const [cursor] = cursors as { updatedTime: string }[];
    expect(Date.parse(cursor?.updatedTime ?? '')).toBeLessThanOrEqual(Date.now());
    await read({ cursor: { updatedTime: '2199-01-01T00:00:00.000Z' } });
    const since = /"(.*)"/.exec(server.calls.at(-1)?.query.get('filters') ?? '')?.[1] ?? '';
    expect(Date.parse(since)).toBeLessThan(Date.now());
  });

  it('misses no row that changes while pages are read (A3)', async () => {
    for (let n = 0; n < 150; n += 1) pay();
    const moved = server.tables.payments[120] ?? expect.fail();
    let asked = 0;
    server.fault = (call) => {
      if (call.path === '/v3/payments' && ++asked === 2) server.touch(moved, { singleStatus: 'CLEARED' });
      return undefined;
    };
    const { keys, rows } = await read();
    expect(new Set(keys).size).toBe(150);
    expect(rows.find((row) => row['id'] === moved['id'])?.['singleStatus']).toBe('CLEARED');
  });

  it('misses none of those that move up when a row that was read changes (A3)', async () => {
    for (let n = 0; n < 250; n += 1) pay();
    const { payments } = server.tables;
    let asked = 0;
    server.fault = (call) => {
      if (call.path === '/v3/payments' && ++asked === 2) server.touch(payments[20] ?? {}, { amount: 11 });
      return undefined;
    };
    const { keys, cursors } = await read();
    expect(new Set(keys).size).toBe(250);
    expect(asked).toBe(6);
    expect(cursors.at(-1)).toEqual(cursors[2]);
    server.fault = (call) => {
      if (call.path === '/v3/payments') server.touch(payments[0] ?? {}, { amount: 12 });
      return undefined;
    };
    expect(new Set((await read()).keys).size).toBe(250);
  });

  it('begins anew when BILL no longer accepts a page token, and goes round in circles never', async () => {
    for (let n = 0; n < 250; n += 1) pay();
    let damaged = 0;
    server.fault = (call) =>
      call.query.has('page') && damaged++ === 1
        ? { status: 400, body: [{ message: 'page token' }] }
        : undefined;
    expect(new Set((await read()).keys).size).toBe(250);
    server.fault = (call) =>
      call.query.has('page') ? { status: 400, body: [{ message: 'page token' }] } : undefined;
    await expect(read()).rejects.toMatchObject({ status: 400 });
    server.fault = (call) =>
      call.query.has('page') ? { status: 200, body: { results: [], nextPage: 'same' } } : undefined;
    await expect(read()).rejects.toMatchObject({ code: 'BILL_UNREADABLE_ANSWER' });
  });

  it('asks for less when BILL refuses filter or order, and remembers it', async () => {
    server.lists['payments'] = { filterable: [], sortable: [] };
    pay();
    const cursor = { updatedTime: '2026-01-01T00:00:00.000Z' };
    expect((await read({ cursor })).keys).toHaveLength(1);
    const asked = server
      .seen('GET /v3/payments')
      .map(({ query }) => [query.has('filters'), query.has('sort')]);
    expect(asked).toEqual([
      [true, true],
      [true, false],
      [false, false],
    ]);
    expect((await read({ cursor })).keys).toHaveLength(1);
    expect(server.seen('GET /v3/payments')).toHaveLength(4);
  });

  it('gives up just the order where BILL refuses only that', async () => {
    server.lists['payments'] = { filterable: ['updatedTime'], sortable: [] };
    for (let n = 0; n < 250; n += 1) pay();
    const cursor = { updatedTime: '2026-01-01T00:00:00.000Z' };
    const { keys, cursors } = await read({ cursor });
    expect(new Set(keys).size).toBe(250);
    expect(cursors.slice(0, -1)).toEqual([cursor, cursor]);
    expect(server.calls.at(-1)?.query.has('filters')).toBe(true);
  });

  it('says what BILL refused first when it refuses the list however it is asked', async () => {
    const { body } = complaint(400, 'BDC_1130', 'Field updatedTime is not sortable');
    server.fault = (call) => (call.path === '/v3/payments' ? { status: 400, body } : undefined);
    await expect(read()).rejects.toMatchObject({
      code: 'BILL_LIST_REFUSED',
      remedy: expect.stringContaining('readBy'),
      systemWords: expect.stringContaining('updatedTime'),
    });
  });

  it('honors the first day, also in a full read', async () => {
    pay();
    for (const query of [{}, { full: true, cursor: { updatedTime: '2026-03-01T00:00:00Z' } }]) {
      await read({ ...query, options: { from: '2026-02-01' } });
      expect(server.calls.at(-1)?.query.get('filters')).toBe('updatedTime:gte:"2026-02-01T00:00:00.000Z"');
    }
    await read({ options: { from: '2026-02-01' }, cursor: { updatedTime: '2026-03-01T00:00:00Z' } });
    expect(server.calls.at(-1)?.query.get('filters')).toContain('2026-02-28T23:55');
  });

  it('honors the first day also where everything is read', async () => {
    pay({ updatedTime: '2026-01-31T23:59:59.000Z' });
    const kept = pay({ updatedTime: '2026-02-01T00:00:00.000Z' });
    const { keys } = await read({ options: { readBy: 'everything', from: '2026-02-01' } });
    expect(keys).toEqual([kept['id']]);
  });

  it('reads by its id what a delivery named and the list does not show yet, and what it shows once (E12)', async () => {
    const shown = pay();
    const late = pay({ updatedTime: '2026-01-01T00:00:00.000Z' });
    const cursor = { updatedTime: String(shown['updatedTime']) };
    const named = [shown['id'], late['id'], '00nSOMETHINGELSE'].map(String);
    const { keys, cursors } = await read({ cursor, named });
    expect(keys).toEqual([shown['id'], late['id']]);
    expect(cursors).toEqual([cursor, cursor]);
    server.fault = (call) => (call.path.endsWith('ELSE') ? { status: 400, body: [] } : undefined);
    expect((await read({ cursor, named })).keys).toHaveLength(2);
    const from = { options: { from: '2026-02-01' } };
    expect((await read({ cursor, named, ...from })).keys).toEqual([shown['id']]);
  });

  it('takes "no data found" for an empty list', async () => {
    const { body } = complaint(404, 'BDC_1120', 'No data found');
    server.fault = (call) => (call.path === '/v3/payments' ? { status: 404, body } : undefined);
    expect((await read()).keys).toEqual([]);
  });

  it('takes a list that is not there for a trouble of that list, not of the connection', async () => {
    server.fault = (call) => (call.path === '/v3/payments' ? { status: 404, body: 'no route' } : undefined);
    await expect(read()).rejects.toMatchObject({ recovery: 'retry', code: 'BILL_NO_SUCH_LIST' });
    expect(connection.health.state).toBe('online');
  });

  it('takes a page that is no list for a passing trouble', async () => {
    server.fault = (call) => (call.path === '/v3/payments' ? { status: 200, body: { rows: [] } } : undefined);
    await expect(read()).rejects.toMatchObject({ recovery: 'retry', code: 'BILL_UNREADABLE_ANSWER' });
  });
});

describe('a row', () => {
  it('keeps amounts as text, dates as days, references that are set', async () => {
    pay({
      amount: 100,
      processDate: '2026-03-05T00:00:00.000Z',
      billId: '00000000000000000000',
      transactionNumber: null,
      unknownMember: 1,
      createdTime: '2026-03-02T10:00:00.000+00:00',
      disbursementInfo: { checkDisbursement: { checkNumber: 1001, sentDate: '2026-03-06' } },
      billPayments: [{ id: 'blp', billId: '00n1', amount: '99.90', vendorCredits: null }],
    });
    const [row] = (await read()).rows;
    expect(row).toEqual({
      id: expect.any(String),
      singleStatus: 'SENT',
      amount: '100',
      processDate: '2026-03-05',
      createdTime: '2026-03-02T10:00:00.000Z',
      updatedTime: expect.any(String),
      disbursementInfo: { checkDisbursement: { checkNumber: 1001, sentDate: '2026-03-06' } },
      billPayments: [{ id: 'blp', billId: '00n1', amount: '99.90' }],
    });
  });

  it('says how much of a payment of one bill went to it, where BILL does not', async () => {
    pay({ billId: '00n02ABCDEFGHIJ00001', amount: 12.5 });
    expect((await read()).rows[0]?.['billPayments']).toEqual([
      { billId: '00n02ABCDEFGHIJ00001', amount: '12.5' },
    ]);
  });

  it('thinner in the list than itself is fetched whole', async () => {
    const rules = server.lists['payments'] ?? expect.fail();
    server.lists['payments'] = { ...rules, hidden: ['singleStatus', 'billPayments'] };
    pay({ singleStatus: 'CLEARED' });
    expect((await read()).rows[0]?.['singleStatus']).toBe('CLEARED');
  });

  it('of a vendor is the same after a touch that changes nothing', async () => {
    const vendor = server.add('vendors', '009', {
      name: 'Acme',
      address: { city: 'Reno' },
      balance: { amount: 1 },
    });
    const before = (await read({}, 'vendors')).rows;
    server.touch(vendor, { balance: { amount: 2 } });
    expect((await read({}, 'vendors')).rows).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('balance');
  });

  it('belongs to the organization', async () => {
    pay();
    const pages = stream().read({ cursor: undefined, options: {}, full: false }, readContext(connection));
    for await (const page of pages) expect(page.rows[0]?.company).toBe('00801ORGANIZATION001');
  });

  it('is fetched whole by its key; BILL deletes nothing, so one that is not found is asked for again (E12)', async () => {
    const payment = pay({ billPayments: [{ billId: '00n1', amount: 0.1 }] });
    const get = stream().get ?? expect.fail();
    expect(await get(String(payment['id']), readContext(connection))).toMatchObject({
      billPayments: [{ billId: '00n1', amount: '0.1' }],
    });
    await expect(get('stp02NOBODY', readContext(connection))).rejects.toMatchObject({
      recovery: 'retry',
      code: 'BILL_ROW_NOT_SHOWN',
    });
  });
});
