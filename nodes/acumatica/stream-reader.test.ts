import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { Json } from '../../runtime/connector/json';
import type { Row } from '../../runtime/connector/system';
import { connectTo } from '../../tests/support/acumatica-connection';
import type { SmallAcumatica } from '../../tests/support/small-acumatica';
import { bill, stamp, startPayables } from '../../tests/support/small-acumatica-payables';

let server: SmallAcumatica;
let connection: Connection;

beforeEach(async () => {
  server = await startPayables();
  connection = connectTo(server);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const now = '2026-03-02T10:00:00.000Z';

interface Query {
  readonly cursor?: Json | undefined;
  readonly options?: Record<string, Json>;
  readonly full?: boolean;
  readonly now?: string;
}

function contextAt(at: string) {
  return { calls: connection.calls(), now: () => new Date(at), signal: new AbortController().signal };
}

async function read(stream: string, { cursor, options = {}, full = false, now: at = now }: Query = {}) {
  const reader = connection.client.streams[stream] ?? expect.fail();
  const rows: Row[] = [];
  const cursors: Json[] = [];
  for await (const page of reader.read({ cursor, options, full }, contextAt(at))) {
    rows.push(...page.rows);
    cursors.push(page.cursor);
  }
  return { rows, keys: rows.map(({ key }) => key), cursor: cursors.at(-1) };
}

function get(stream: string, key: string) {
  const reader = connection.client.streams[stream] ?? expect.fail();
  return reader.get?.(key, contextAt(now)) ?? expect.fail();
}

const filters = (entity: string) =>
  server.seen('GET', entity).flatMap(({ query }) => query.get('$filter') ?? 'none');

function vendor(id: string, change = {}) {
  const row = {
    id: `v-${id}`,
    VendorID: id,
    VendorName: `Vendor ${id}`,
    Status: 'Active',
    LastModifiedDateTime: stamp,
    MainContact: { Email: 'a@example.com', Address: { City: 'Boston', Country: 'US' } },
    RemittanceContact: { Address: { City: 'Salem', Country: 'US' } },
    RemittanceAddressOverride: false,
    ...change,
  };
  server.rows('Vendor').push(row);
  return row;
}

describe('reading bills', () => {
  it('unwraps values: amounts as text, dates as days, empty fields as null', async () => {
    bill(server, '000101', { Date: '2026-02-01', Amount: '100.10' });
    const { rows } = await read('bills');
    expect(rows).toMatchObject([
      {
        key: 'Bill|000101',
        company: 'ACME',
        data: {
          Amount: '100.10',
          Date: '2026-02-01',
          Description: null,
          Vendor: 'V1',
          LastModifiedDateTime: '2026-03-01T09:00:00.000Z',
        },
      },
    ]);
    expect(rows[0]?.data).not.toHaveProperty('_links');
  });

  it('shows the same row for the same document, whatever id the session gives it (A1)', async () => {
    bill(server, '000101');
    const first = await read('bills');
    server.onList = (_entity, rows) => rows.map((row) => ({ ...row, id: `now-${server.next()}` }));
    expect((await read('bills')).rows).toEqual(first.rows);
  });

  it('asks for bills and debit adjustments in one list, or for the types that are chosen', async () => {
    await read('bills');
    await read('bills', { options: { types: ['Prepayment'] } });
    expect(filters('Bill')).toEqual(["(Type eq 'Bill' or Type eq 'Debit Adj.')", "Type eq 'Prepayment'"]);
  });

  it('goes on from the newest change less the overlap, as the clock of the server shows it (A11)', async () => {
    bill(server, '000101');
    const { cursor } = await read('bills');
    await read('bills', { cursor, options: { overlapMinutes: 15 } });
    expect(filters('Bill').at(-1)).toContain("ge datetimeoffset'2026-03-01T03:45:00.000-05:00'");
    await connection.close();
    connection = connectTo(server, { timeZone: 'Asia/Kolkata' });
    const next = await read('bills', { cursor });
    expect(filters('Bill').at(-1)).toContain("ge datetimeoffset'2026-03-01T14:20:00.000+05:30'");
    expect(next.keys).toEqual(['Bill|000101']);
  });

  it('takes stamps without an offset for times of the zone on the connection', async () => {
    await connection.close();
    connection = connectTo(server, { timeZone: 'America/New_York' });
    bill(server, '000101', { LastModifiedDateTime: '2026-03-01T04:00:00.123' });
    const { rows } = await read('bills');
    expect(rows[0]?.data['LastModifiedDateTime']).toBe('2026-03-01T09:00:00.123Z');
  });

  it('never lets a stamp in the future hide what changes now (A8)', async () => {
    bill(server, '000101', { LastModifiedDateTime: '2027-01-01T00:00:00Z' });
    const { cursor } = await read('bills');
    expect(cursor).toMatchObject({ modified: now });
  });

  it('begins anew for another tenant or instance, and reads everything when it is asked to', async () => {
    bill(server, '000101');
    const { cursor } = await read('bills');
    await read('bills', { cursor: { ...(cursor as object), environment: 'https://other ACME' } });
    await read('bills', { cursor, full: true });
    await read('bills', { cursor, options: { findBy: 'everything' } });
    expect(filters('Bill').filter((filter) => filter.includes('LastModified'))).toEqual([]);
  });

  it('reads all of them once a day: a payment may be applied without a stamp (A7)', async () => {
    bill(server, '000101');
    const first = await read('bills');
    const second = await read('bills', { cursor: first.cursor, now: '2026-03-03T09:00:00.000Z' });
    expect(filters('Bill').at(-1)).toContain('LastModifiedDateTime ge');
    await read('bills', { cursor: second.cursor, now: '2026-03-03T10:00:00.000Z' });
    expect(filters('Bill').at(-1)).not.toContain('LastModifiedDateTime');
    const never = { cursor: second.cursor, options: { fullScanHours: 0 }, now: '2026-03-09T10:00:00.000Z' };
    await read('bills', never);
    expect(filters('Bill').at(-1)).toContain('LastModifiedDateTime ge');
  });

  it('leaves out documents dated before the chosen day, exactly', async () => {
    bill(server, '000101', { Date: '2026-01-31' });
    bill(server, '000102', { Date: '2026-02-01' });
    expect((await read('bills', { options: { from: '2026-02-01' } })).keys).toEqual(['Bill|000102']);
    expect(filters('Bill')[0]).toContain("Date ge datetimeoffset'2026-01-31T00:00:00.000Z'");
  });

  it('loses nothing when rows move between pages, and orders each page by key (A3, A4)', async () => {
    for (let at = 1; at <= 9; at++) bill(server, `00010${at}`);
    let lists = 0;
    server.onList = (_entity, rows) => {
      lists += 1;
      if (lists === 2) server.rows('Bill').shift();
      return lists < 3 ? rows : [...rows];
    };
    const { keys } = await read('bills', { options: { pageSize: 4 } });
    expect(new Set(keys).size).toBe(9);
  });

  it('asks for everything in one call where the order never keeps still', async () => {
    for (let at = 1; at <= 9; at++) bill(server, `00010${at}`);
    let lists = 0;
    server.onList = (_entity, rows) => {
      lists += 1;
      return [...rows.slice(lists % rows.length), ...rows.slice(0, lists % rows.length)];
    };
    const { keys } = await read('bills', { options: { pageSize: 3 } });
    expect(new Set(keys).size).toBe(9);
  });

  it('takes a row that the list holds twice for one', async () => {
    for (let at = 1; at <= 5; at++) bill(server, `00010${at}`);
    server.onList = (_entity, rows) => [...rows.slice(0, 2), ...rows.slice(1)];
    const { keys } = await read('bills', { options: { pageSize: 4 } });
    expect([...new Set(keys)].sort()).toEqual([1, 2, 3, 4, 5].map((at) => `Bill|00010${at}`));
  });

  it('reads again later what a server cuts off and never keeps in order (A12)', async () => {
    for (let at = 1; at <= 9; at++) bill(server, `00010${at}`);
    let lists = 0;
    server.onList = (_entity, rows) => {
      lists += 1;
      return [...rows.slice(lists % rows.length), ...rows.slice(0, lists % rows.length)];
    };
    server.mostRows = 3;
    await expect(read('bills', { options: { pageSize: 5 } })).rejects.toMatchObject({ recovery: 'retry' });
  });

  it('takes pages of a single row, and a cursor from a clock that was ahead', async () => {
    for (let at = 1; at <= 3; at++) bill(server, `00010${at}`);
    server.mostRows = 1;
    const { keys, cursor } = await read('bills');
    expect(keys).toEqual(['Bill|000101', 'Bill|000102', 'Bill|000103']);
    const ahead = { ...(cursor as Record<string, Json>), modified: '2031-01-01T00:00:00.000Z' };
    expect((await read('bills', { cursor: ahead, now })).cursor).toMatchObject({ modified: now });
  });

  it('moves the cursor after the last page only (A9)', async () => {
    for (let at = 1; at <= 5; at++) bill(server, `00010${at}`);
    const reader = connection.client.streams['bills'] ?? expect.fail();
    const cursors: Json[] = [];
    const query = { cursor: undefined, options: { pageSize: 2 }, full: false };
    for await (const page of reader.read(query, contextAt(now))) cursors.push(page.cursor);
    expect(cursors.slice(0, -1).every((cursor) => cursor === null)).toBe(true);
    expect(cursors.at(-1)).toMatchObject({ modified: '2026-03-01T09:00:00.000Z', offset: '-05:00' });
  });

  it('fetches the whole bill by its key, with parts that no list brings along', async () => {
    bill(server, '000101', { Applications: [{ id: 'a', DocType: 'Payment', AmountPaid: '5.00' }] });
    expect(await get('bills', 'Bill|000101')).toMatchObject({
      Details: [{ TransactionDescription: 'Hosting', Amount: '100.10', Account: '61000' }],
      Applications: [{ AmountPaid: '5.00' }],
    });
  });

  it('fetches a type that ends in a dot by its id: no address may end so', async () => {
    bill(server, '000009', { Type: 'Debit Adj.' });
    expect(await get('bills', 'Debit Adj.|000009')).toMatchObject({ Details: [{ Account: '61000' }] });
    expect(server.calls.every(({ path }) => !path.includes('Debit Adj.'))).toBe(true);
  });

  it.each([404, 500] as const)('fetches it by its keys where ids are of no use (%i)', async (status) => {
    server.missingStatus = status;
    bill(server, '000009', { Type: 'Debit Adj.' });
    server.onList = (_entity, rows) => rows.map((row) => ({ ...row, id: `now-${server.next()}` }));
    expect(await get('bills', 'Debit Adj.|000009')).toMatchObject({ ReferenceNbr: '000009', Details: [{}] });
  });

  it('takes no other document for the one that it asked the list for', async () => {
    bill(server, '000009', { Type: 'Debit Adj.' });
    server.onList = (_entity, rows) => rows.map((row) => ({ ...row, ReferenceNbr: '000008' }));
    expect(await get('bills', 'Debit Adj.|000009')).toBeUndefined();
  });

  it.each([{}, { Type: { value: 'Bill' }, ReferenceNbr: { value: '000102' } }])(
    'takes %j for no answer to what it asked for',
    async (body) => {
      bill(server, '000101');
      server.fault = ({ parts }) => (parts[2] === '000101' ? { status: 200, body } : undefined);
      const code = 'ACUMATICA_UNREADABLE_ANSWER';
      await expect(get('bills', 'Bill|000101')).rejects.toMatchObject({ code, recovery: 'retry' });
    },
  );

  it.each([404, 500] as const)('knows a missing bill behind a %i', async (status) => {
    server.missingStatus = status;
    expect(await get('bills', 'Bill|999999')).toBeUndefined();
    expect(await get('bills', 'Debit Adj.|999999')).toBeUndefined();
  });
});

describe('a 404 without words', () => {
  it('does not make a record that the list has a missing one', async () => {
    bill(server, '000101');
    server.fault = ({ parts }) => (parts.join('/') === 'Bill/Bill/000101' ? { status: 404 } : undefined);
    expect(await get('bills', 'Bill|000101')).toMatchObject({ ReferenceNbr: '000101', Details: [{}] });
  });
});

describe('reading vendors', () => {
  it('brings the main contact, and the remittance address where it differs', async () => {
    vendor('V1');
    vendor('V2', { RemittanceAddressOverride: true });
    const { rows } = await read('vendors');
    expect(rows[0]?.data).toMatchObject({ MainContact: { Address: { City: 'Boston' } } });
    expect(rows[0]?.data).not.toHaveProperty('RemittanceContact');
    expect(rows[1]?.data).toMatchObject({ RemittanceContact: { Address: { City: 'Salem' } } });
  });

  it('reads each by its key where the list cannot bring the contact along', async () => {
    server.delegates.add('Vendor/MainContact');
    vendor('V1');
    const { rows } = await read('vendors');
    expect(rows[0]?.data).toMatchObject({ MainContact: { Email: 'a@example.com' } });
  });

  it('reads all of them once a day: an address changes without a stamp', async () => {
    vendor('V1');
    const first = await read('vendors');
    const second = await read('vendors', { cursor: first.cursor, now: '2026-03-03T09:00:00.000Z' });
    expect(filters('Vendor').at(-1)).toContain('LastModifiedDateTime ge');
    await read('vendors', { cursor: second.cursor, now: '2026-03-03T10:00:00.000Z' });
    expect(filters('Vendor').at(-1)).toBe('none');
  });
});

describe('reading accounts and subaccounts', () => {
  it('reads accounts by change, and subaccounts, which have no stamp, whole', async () => {
    server.rows('Account').push({ id: 'a', AccountCD: '61000', Active: true, LastModifiedDateTime: stamp });
    server.rows('Subaccount').push({ id: 's', SubaccountCD: 'CPA-000 ', Active: true });
    expect((await read('gl-accounts')).keys).toEqual(['61000']);
    const { keys, rows, cursor } = await read('subaccounts');
    expect(keys).toEqual(['CPA-000']);
    expect(rows[0]?.data).toEqual({ SubaccountCD: 'CPA-000', Active: true });
    expect((await read('subaccounts', { cursor })).keys).toEqual(['CPA-000']);
  });

  it('takes subaccounts that are switched off for none, unless it is told otherwise', async () => {
    server.fault = ({ parts }) =>
      parts[0] === 'Subaccount' ? { status: 403, body: { message: 'Feature is off' } } : undefined;
    expect((await read('subaccounts')).keys).toEqual([]);
    await expect(read('subaccounts', { options: { optional: false } })).rejects.toMatchObject({
      code: 'ACUMATICA_FORBIDDEN',
    });
  });
});

describe('reading payments', () => {
  it('lists checks, and fetches what they pay by key', async () => {
    server.rows('Check').push({
      id: 'c1',
      Type: 'Payment',
      ReferenceNbr: '000001',
      Status: 'Closed',
      PaymentAmount: '100',
      LastModifiedDateTime: stamp,
      Details: [],
      History: [{ id: 'h', DocType: 'Bill', ReferenceNbr: '000101', AmountPaid: '100' }],
    });
    expect((await read('payments')).rows).toMatchObject([{ data: { PaymentAmount: '100' } }]);
    expect(await get('payments', 'Payment|000001')).toMatchObject({ History: [{ AmountPaid: '100' }] });
  });
});
