import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { SystemError } from '../../runtime/connector/errors';
import type { Json } from '../../runtime/connector/json';
import type { StreamReader } from '../../runtime/connector/system';
import { connectTo, readAll, readContext } from '../../tests/support/kinetic-connection';
import type { Row } from '../../tests/support/small-kinetic-lists';
import { amount } from '../../tests/support/small-kinetic-lists';
import { SmallPayables } from '../../tests/support/small-kinetic-payables';

let server: SmallPayables;
let connection: Connection;

beforeEach(async () => {
  server = new SmallPayables();
  await server.start();
  connection = connectTo(server);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const invoices = () => connection.client.streams['ap-invoices'] as StreamReader;
const read = (query: { cursor?: Json | undefined; options?: Record<string, Json>; full?: boolean } = {}) =>
  readAll(invoices(), readContext(connection), query);

function addInvoices(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_, at) => {
    const number = `I-${String(from + at).padStart(5, '0')}`;
    server.addInvoice(1 + (at % 3), number, '10.10');
    return `${1 + (at % 3)}|${number}`;
  });
}

async function failure(promise: Promise<unknown>): Promise<SystemError> {
  return promise.then(
    () => expect.fail('did not fail'),
    (error: SystemError) => error,
  );
}

const sorted = (keys: readonly string[]) => [...keys].sort();
const ways: readonly Record<string, Json>[] = [
  { findBy: 'row-version' },
  { findBy: 'date' },
  { findBy: 'everything' },
  { findBy: 'row-version', readMode: 'getRows' },
  { findBy: 'date', readMode: 'getRows' },
  { findBy: 'everything', readMode: 'getRows' },
];

describe.each(ways)('reading %o', (options) => {
  it.each([0, 1, 99, 100, 101, 250])(
    'gives each of %i rows once, across the cap of 100 rows',
    async (count) => {
      const keys = addInvoices(count);
      const { keys: found } = await read({ options: { ...options, pageSize: 500 } });
      expect(sorted(found)).toEqual(sorted(keys));
    },
  );

  it('takes no short page for the last one (A12)', async () => {
    const keys = addInvoices(60);
    let pages = 0;
    server.onPage = (_set, rows) => {
      pages += 1;
      return rows.slice(0, 1 + ((pages * 7) % 11));
    };
    expect(sorted((await read({ options: { ...options, pageSize: 20 } })).keys)).toEqual(sorted(keys));
  });

  it('reads page by page of one row', async () => {
    const keys = addInvoices(5);
    server.cap = 1;
    expect(sorted((await read({ options })).keys)).toEqual(sorted(keys));
  });

  it('misses nothing while rows change and arrive between the pages (A3)', async () => {
    const keys = addInvoices(90);
    let pages = 0;
    server.onPage = (_set, rows) => {
      pages += 1;
      if (pages <= 3) {
        const changed = server.invoices[pages * 5] as Row;
        Object.assign(changed, { SysRevID: server.revision(), Description: `changed ${pages}` });
        keys.push(...addInvoices(1, 500 - pages));
      }
      return rows;
    };
    const { keys: found } = await read({ options: { ...options, pageSize: 20 } });
    expect(sorted([...new Set(found)])).toEqual(sorted(keys));
  });

  it('misses nothing while rows are deleted between the pages (A3)', async () => {
    const keys = addInvoices(90);
    let pages = 0;
    server.onPage = (_set, rows) => {
      pages += 1;
      if (pages <= 3) {
        server.invoices.splice(0, 1);
        keys.shift();
      }
      return rows;
    };
    const { keys: found } = await read({ options: { ...options, pageSize: 20 } });
    for (const key of keys) expect(found).toContain(key);
  });
});

describe('finding by row version', () => {
  it('reads again what is within the overlap, and moves the cursor page by page (A2, A9)', async () => {
    addInvoices(250);
    const first = await read();
    expect(first.cursors.length).toBeGreaterThanOrEqual(3);
    const version = (cursor: Json | undefined) => Number((cursor as Record<string, Json>)['version']);
    expect(first.cursors.map(version)).toEqual(first.cursors.map(version).toSorted((a, b) => a - b));
    const [one] = addInvoices(1, 900);
    const second = await read({ cursor: first.cursor, options: { overlapVersions: 10 } });
    expect(second.keys).toHaveLength(11);
    expect(second.keys.at(-1)).toBe(one);
  });

  it('finds a row that becomes visible late, below the cursor (A2)', async () => {
    addInvoices(10);
    const late = server.addInvoice(9, 'LATE', '1.00');
    server.invoices.pop();
    addInvoices(10, 50);
    const { cursor } = await read();
    server.invoices.push(late);
    expect((await read({ cursor })).keys).toContain('9|LATE');
  });

  it('goes on after the page that landed last', async () => {
    const keys = addInvoices(250);
    const first = await read();
    const resumed = await read({ cursor: first.cursors[0], options: { overlapVersions: 1 } });
    expect(resumed.keys[0]).toBe(keys[99]);
    expect(resumed.keys).toHaveLength(151);
  });

  it('begins anew when the database was restored to lower versions, or is another one', async () => {
    addInvoices(10);
    const environment = `${server.url} EPIC06`;
    const cursor = { findBy: 'row-version', environment, version: '999999' };
    const restored = await read({ cursor, options: { overlapVersions: 5 } });
    expect(restored.keys).toHaveLength(10);
    expect(restored.cursor).toMatchObject({ version: String(server.invoices.at(-1)?.['SysRevID']) });
    const other = { findBy: 'row-version', environment: 'elsewhere', version: '5005' };
    expect((await read({ cursor: other, options: { overlapVersions: 1 } })).keys).toHaveLength(10);
  });

  it('reads everything on a full pass, and leaves the cursor where it was', async () => {
    addInvoices(120);
    const { cursor } = await read();
    const full = await read({ cursor, full: true });
    expect(full.keys).toHaveLength(120);
    expect(full.cursors.every((each) => JSON.stringify(each) === JSON.stringify(cursor))).toBe(true);
  });

  it('survives versions beyond 2^53 and ties', async () => {
    for (const [at, version] of ['9007199254740993', '9007199254740995', '9007199254740995'].entries()) {
      server.addInvoice(1, `T-${at}`, '1.00', { SysRevID: amount(version) });
    }
    const compareExactly = (rows: Row[]) => rows;
    server.onPage = (_set, rows) => compareExactly(rows).slice(0, 2);
    const { keys, cursor } = await read();
    expect(sorted(keys)).toEqual(['1|T-0', '1|T-1', '1|T-2']);
    expect(cursor).toMatchObject({ version: '9007199254740995' });
  });

  it('leaves the version out of the data, so that a touch is no change', async () => {
    const row = server.addInvoice(1, 'A', '1.00');
    const before = (await read()).rows[0]?.data;
    Object.assign(row, { SysRevID: server.revision(), ChangeDate: '2026-03-01T00:00:00' });
    expect((await read()).rows[0]?.data).toEqual(before);
    expect(before).toMatchObject({ DocInvoiceAmt: '1.00', InvoiceDate: '2026-02-01', Posted: true });
  });

  it('names the option to change when the server refuses to read at all', async () => {
    addInvoices(1);
    const refusal = { ErrorMessage: 'Malformed query.', ErrorType: 'Ice.ODataException' };
    server.fault = () => ({ status: 400, body: refusal });
    const error = await failure(read());
    expect(error).toMatchObject({ code: 'EPICOR_READING_UNSUPPORTED', systemWords: 'Malformed query.' });
    expect(error.remedy).toContain('Find changes by');
  });

  it('reads everything when the server does not filter by it', async () => {
    addInvoices(1);
    server.fault = ({ query }) =>
      query.get('$filter')?.includes('SysRevID')
        ? { status: 400, body: { ErrorMessage: 'Malformed query.', ErrorType: 'Ice.ODataException' } }
        : undefined;
    expect((await read()).rows).toHaveLength(1);
    expect((await read({ options: { findBy: 'row-version' } })).rows).toHaveLength(1);
  });

  it('does not trust a server that ignores the order', async () => {
    addInvoices(20);
    server.onPage = (_set, rows) => rows.toReversed();
    expect(await failure(read())).toMatchObject({ code: 'EPICOR_ROWS_MOVE' });
  });

  it('reads everything when the server does not show it, or keeps an order of its own', async () => {
    const keys = addInvoices(250);
    server.onPage = (_set, rows) => rows.map(({ SysRevID: _hidden, ...row }) => row);
    expect(sorted((await read()).keys)).toEqual(sorted(keys));

    server.onPage = (_set, rows) => rows;
    server.invoices.forEach((row, at) => {
      row['SysRevID'] = 9_000 - at;
    });
    server.fault = ({ query }) => {
      query.delete('$orderby');
      return undefined;
    };
    expect(sorted((await read()).keys)).toEqual(sorted(keys));
  });

  it('passes over no rows of one version that are more than a page holds (A1)', async () => {
    const keys = addInvoices(260);
    for (const row of server.invoices) row['SysRevID'] = 7_000;
    const behind = addInvoices(5, 900);
    for (const at of [1, 2]) (server.invoices.at(-at) as Row)['SysRevID'] = 8_000;
    server.cap = 30;
    const { keys: found } = await read();
    expect(sorted(found)).toEqual(sorted([...keys, ...behind]));
  });
});

describe('a stream whose rows know no date of change', () => {
  const vendors = () => connection.client.streams['vendors'] as StreamReader;
  const readVendors = (findBy: string, cursor?: Json) =>
    readAll(vendors(), readContext(connection), { options: { findBy }, cursor });

  it('A6: is read by row version for what changed, or as a whole, and its rows say nothing of when', async () => {
    const [first] = [12, 13].map((num) => server.addVendor(num, `V${num}`));
    const begin = await readVendors('row-version');
    expect(sorted(begin.keys)).toEqual(['12', '13']);
    Object.assign(first as object, { Name: 'Renamed', SysRevID: server.revision() });
    server.addVendor(14, 'V14');
    const next = await readVendors('row-version', begin.cursor);
    expect(next.keys.slice(-2)).toEqual(['12', '14']);
    expect(next.cursor).not.toEqual(begin.cursor);

    const whole = await readVendors('everything');
    const again = await readVendors('everything', whole.cursor);
    expect(sorted(again.keys)).toEqual(['12', '13', '14']);
    // What did not change is the same to the letter, so that its hash says so.
    expect(again.rows).toEqual(whole.rows);
    expect(await failure(readVendors('date'))).toMatchObject({ code: 'EPICOR_READING_UNSUPPORTED' });
  });
});

describe('finding everything', () => {
  const options = { findBy: 'everything', pageSize: 5 };

  it('A4: asks for the order of the key, and reads again when a key comes twice', async () => {
    const keys = addInvoices(20);
    let pages = 0;
    server.onPage = (_set, rows) => {
      pages += 1;
      // The server forgets the order once: the third page repeats rows of the first and leaves out its own.
      return pages === 3 ? rows.map((row, at) => (at === 2 ? (server.invoices[0] ?? row) : row)) : rows;
    };
    expect(sorted([...new Set((await read({ options })).keys)])).toEqual(sorted(keys));
    expect(server.calls.every(({ query }) => query.get('$orderby') === 'VendorNum,InvoiceNum')).toBe(true);
    server.onPage = (_set, rows) => rows.map((row, at) => (at === 0 ? (server.invoices[0] ?? row) : row));
    expect(await failure(read({ options }))).toMatchObject({ code: 'EPICOR_ROWS_MOVE', recovery: 'retry' });
  });
});

describe('finding by date', () => {
  const options = { findBy: 'date' };

  it('asks for everything first, so that rows without a date come too, then from a day before (A5, A7)', async () => {
    server.addInvoice(1, 'OLD', '1.00', { ChangeDate: '2026-01-01T00:00:00' });
    server.addInvoice(1, 'NULL', '1.00', { ChangeDate: null });
    server.addInvoice(1, 'NEW', '1.00', { ChangeDate: '2026-03-01T00:00:00' });
    const first = await read({ options });
    expect(sorted(first.keys)).toEqual(['1|NEW', '1|NULL', '1|OLD']);
    server.addInvoice(1, 'SAME-DAY', '1.00', { ChangeDate: '2026-03-01T00:00:00' });
    server.addInvoice(1, 'DAY-BEFORE', '1.00', { ChangeDate: '2026-02-28T00:00:00' });
    const second = await read({ options, cursor: first.cursor });
    expect(sorted(second.keys)).toEqual(['1|DAY-BEFORE', '1|NEW', '1|SAME-DAY']);
    const filter = server.calls.at(-1)?.query.get('$filter');
    expect(filter).toBe('ChangeDate ge 2026-02-28T00:00:00Z');
    expect(server.calls.at(-1)?.rawQuery).toContain('%20ge%20');
  });

  it.each([
    ['local', '2026-02-28T00:00:00'],
    ['date', '2026-02-28'],
  ])('writes dates as %s where asked', async (dateLiteral, literal) => {
    server.addInvoice(1, 'NEW', '1.00', { ChangeDate: '2026-03-01T00:00:00' });
    const { cursor } = await read({ options });
    await read({ options: { ...options, dateLiteral }, cursor });
    expect(server.calls.at(-1)?.query.get('$filter')).toBe(`ChangeDate ge ${literal}`);
  });

  it('moves the cursor only behind the last page, and never into the future (A8, A11)', async () => {
    addInvoices(150);
    server.addInvoice(1, 'WRONG', '1.00', { ChangeDate: '2099-01-01T00:00:00' });
    const { cursors } = await read({ options });
    expect(cursors.slice(0, -1).every((cursor) => cursor === null)).toBe(true);
    expect(cursors.at(-1)).toMatchObject({ date: '2026-03-02' });
  });

  it('takes another column, and says where to name one when the table has none', async () => {
    const row = server.addInvoice(1, 'A', '1.00', { UpdatedOn: '2026-02-10T00:00:00' });
    expect((await read({ options: { ...options, dateColumn: 'UpdatedOn' } })).cursor).toMatchObject({
      date: '2026-02-10',
    });
    expect(row).toBeDefined();
    const vendors = connection.client.streams['vendors'] as StreamReader;
    const error = await failure(readAll(vendors, readContext(connection), { options }));
    expect(error.remedy).toContain('Date column');
  });

  it('says which option to change when the column is not there', async () => {
    server.addInvoice(1, 'A', '1.00');
    const cursor = { findBy: 'date UpdatedOn', environment: `${server.url} EPIC06`, date: '2026-01-01' };
    const error = await failure(read({ cursor, options: { ...options, dateColumn: 'UpdatedOn' } }));
    expect(error).toMatchObject({ code: 'EPICOR_READING_UNSUPPORTED' });
    expect(error.remedy).toContain('date column');
  });
});
