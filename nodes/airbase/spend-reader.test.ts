import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectTo, readPages, readRows, type TestConnection } from '../../tests/support/airbase-connection';
import { failureOf } from '../../tests/support/sample-connection';
import { type Row, SmallAirbase } from '../../tests/support/small-airbase';

let server: SmallAirbase;
let connection: TestConnection;

const at = (second: number) => new Date(Date.UTC(2026, 1, 1, 0, 0, second)).toISOString();

beforeEach(async () => {
  server = await new SmallAirbase().start();
  server.spend = { bills: [], card_transactions: [], purchase_orders: [] };
  connection = connectTo(server.url, { spendApi: true });
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

function addBill(second: number, change: Row = {}): Row {
  const bill = { id: `b${second}`, total_amount: '12.5', currency: 'USD', updated_at: at(second), ...change };
  server.spend?.['bills']?.push(bill);
  return bill;
}

describe('a list of the spend API', () => {
  it('is not read where the connection has none, and says why', async () => {
    await connection.close();
    connection = connectTo(server.url);
    expect(await failureOf(readRows(connection, 'bills'))).toMatchObject({ code: 'AIRBASE_SPEND_API_OFF' });
    expect(server.seen('GET /bills/')).toEqual([]);
  });

  it('that the tenant does not have says so', async () => {
    server.spend = {};
    expect(await failureOf(readRows(connection, 'bills'))).toMatchObject({ code: 'AIRBASE_NOT_OFFERED' });
  });

  it('is read for what changed since, with an overlap', async () => {
    addBill(0);
    addBill(400);
    const cursor = (await readPages(connection, 'bills')).at(-1)?.cursor ?? null;
    expect(cursor).toEqual({ updated_at: at(400) });
    addBill(401);
    expect((await readRows(connection, 'bills', { cursor })).map(({ key }) => key)).toEqual(['b400', 'b401']);
    expect(server.calls.at(-1)?.query.get('updated_since')).toBe(at(100));
    expect(await readRows(connection, 'bills', { cursor, full: true })).toHaveLength(3);
  });

  it('knows its rows by their own id, also beside that of their ledger entry', async () => {
    addBill(0, { airbase_id: 'entry-1' });
    expect(await readRows(connection, 'bills')).toMatchObject([{ key: 'b0', data: { id: 'b0' } }]);
  });

  it('keeps its cursor until all of it was read', async () => {
    server.pageSize = 1;
    addBill(0);
    addBill(1);
    const pages = await readPages(connection, 'bills');
    expect(pages.map(({ cursor }) => cursor)).toEqual([null, null, { updated_at: at(1) }]);
  });

  it('loses no row that moves between its pages', async () => {
    server.pageSize = 2;
    for (let second = 0; second < 6; second += 1) addBill(second);
    let moved = false;
    server.afterwards = ({ path, query }) => {
      if (path === '/bills/' && query.get('page') === '1' && !moved) {
        moved = true;
        const bills = server.spend?.['bills'] ?? [];
        const [first] = bills.splice(0, 1);
        bills.push({ ...first, updated_at: at(60) });
      }
      return undefined;
    };
    const keys = (await readRows(connection, 'bills')).map(({ key }) => key);
    expect([...new Set(keys)].sort()).toEqual(['b0', 'b1', 'b2', 'b3', 'b4', 'b5']);
  });

  it('whose rows do not say when they changed is read whole every time', async () => {
    server.spend?.['purchase_orders']?.push({
      id: 'p1',
      po_number: '4711',
      approved_amount: 100.5,
      status: 'open',
    });
    const pages = await readPages(connection, 'purchase-orders');
    expect(pages.flatMap(({ rows }) => rows)).toMatchObject([
      { key: 'p1', company: 'EPIC06', data: { po_number: '4711', approved_amount: '100.5' } },
    ]);
    expect(
      await readRows(connection, 'purchase-orders', { cursor: pages.at(-1)?.cursor ?? null }),
    ).toHaveLength(1);
  });

  it('gives one bill fresh, and nothing where it is gone', async () => {
    const bill = addBill(0);
    const get = connection.client.streams['bills']?.get;
    const context = {
      calls: connection.calls(),
      now: () => new Date(),
      signal: new AbortController().signal,
    };
    bill['approval_status'] = 'denied';
    expect(await get?.('b0', context)).toMatchObject({ approval_status: 'denied', total_amount: '12.5' });
    expect(await get?.('b9', context)).toBeUndefined();
  });
});
