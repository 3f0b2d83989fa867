import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { validator } from '../../runtime/connector/schema';
import type { Row } from '../../runtime/connector/system';
import {
  connectTo,
  readContext,
  readPages,
  readRows,
  type TestConnection,
} from '../../tests/support/airbase-connection';
import { SmallAirbase } from '../../tests/support/small-airbase';
import { ledgerEntryRow } from './row-schemas';

let server: SmallAirbase;
let connection: TestConnection;

beforeEach(async () => {
  server = await new SmallAirbase().start();
  connection = connectTo(server.url);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const ids = (rows: readonly Row[]) => rows.map(({ key }) => key).sort();
const entryIds = () => server.entries.map((entry) => String(entry['airbase_id'])).sort();
const whole = (id: unknown) =>
  connection.client.streams['ledger-entries']?.get?.(String(id), readContext(connection));
const settled = { amount: '25', currency: { iso_code: 'USD' } };

describe('a ledger entry', () => {
  it.each([
    ['bill', {}, { kind: 'bill', reversal: false, settled: false }],
    ['bill', { total_amount: '-125.5' }, { kind: 'bill', reversal: true }],
    ['vendor_credit', { total_amount: '125.5' }, { kind: 'bill', reversal: true }],
    ['reimbursement', {}, { kind: 'reimbursement' }],
    ['virtual_card_expense', { amounts: { settlement_amount: settled } }, { kind: 'card', settled: true }],
    ['physical_card_expense', { amounts: { settlement_amount: null } }, { kind: 'card', settled: false }],
    [
      'physical_card_expense',
      { amounts: { settlement_amount: { ...settled, amount: null } } },
      { kind: 'card', settled: false },
    ],
    ['virtual_card_refund', {}, { kind: 'card', reversal: true }],
    ['bill_payment', {}, { kind: 'bill-payment' }],
    ['reimbursement_payment', {}, { kind: 'reimbursement-payment' }],
    ['transfer', {}, { kind: 'transfer' }],
    ['platform_fee', {}, { kind: 'unknown' }],
  ])('of the type %s %j is %j', async (type, change, expected) => {
    server.addEntry({ type, ...change });
    const [row] = await readRows(connection, 'ledger-entries');
    expect(row?.data).toMatchObject(expected);
  });

  it('may be of types that the connection names', async () => {
    await connection.close();
    connection = connectTo(server.url, { billTypes: 'invoice, BILL' });
    server.addEntry({ type: 'invoice' });
    server.addEntry({ type: 'Bill' });
    const rows = await readRows(connection, 'ledger-entries');
    expect(rows.map(({ data }) => data['kind'])).toEqual(['bill', 'bill']);
  });

  it.each(['0', '25', '12.5', '100.25', '0.00001', '90071992547409.93', '-3.10'])(
    'keeps the amount %s to the digit',
    async (amount) => {
      server.addEntry({ total_amount: amount });
      const [row] = await readRows(connection, 'ledger-entries');
      expect(row?.data['total_amount']).toBe(amount);
    },
  );

  it('whose amount is none keeps no other from being read (A10)', async () => {
    for (const total_amount of ['1,234.50', '-1,234.50', 'n/a', 12.5, null])
      server.addEntry({ total_amount });
    const rows = await readRows(connection, 'ledger-entries');
    const totals = rows.map(({ data }) => data['total_amount']).sort();
    expect(totals).toEqual(['-1,234.50', '1,234.50', '12.5', 'n/a', undefined]);
  });

  it.each(['2026-01-05T00:00:00', '2026-01-05T23:59:59.999999', '2026-01-05'])(
    'has the day of %s in every time zone (D7)',
    async (entry_date) => {
      const zone = process.env['TZ'];
      server.addEntry({ entry_date });
      try {
        for (const each of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC']) {
          process.env['TZ'] = each;
          const [row] = await readRows(connection, 'ledger-entries');
          expect(row?.data['entry_date']).toBe('2026-01-05');
        }
      } finally {
        if (zone === undefined) delete process.env['TZ'];
        else process.env['TZ'] = zone;
      }
    },
  );

  it('is as declared, in the list and whole, without the link to its receipt', async () => {
    const { airbase_id: id } = server.addEntry();
    const [row] = await readRows(connection, 'ledger-entries');
    const entry = (await whole(id)) ?? {};
    for (const data of [row?.data ?? {}, entry]) {
      expect(validator(ledgerEntryRow)(data)).toEqual([]);
      expect(JSON.stringify(data)).not.toContain('signature');
    }
    expect(entry).toMatchObject({
      state: 'ready',
      status: 'sync_ready',
      belongs: 'here',
      currency_code: 'USD',
      document_number: 'INV-1',
      payee: { airbase_id: 'v1', erp_reference_id: 'ACME' },
      expense_list: [{ amount: '125.5', account: { erp_reference_id: '6100-00' } }],
    });
    expect(row).toMatchObject({ key: id, company: 'EPIC06' });
  });

  it('has its id and links under the old names or the new ones', async () => {
    const entry = server.addEntry();
    entry['airbase_id'] = undefined;
    entry['airbase_url'] = undefined;
    Object.assign(entry, {
      url: 'https://neutral.example',
      vendor: { id: 'v2', name: 'Acme', erp_reference_id: 'A' },
      applied_to: [{ id: 'e9', transaction_type: 'bill' }],
    });
    const [row] = await readRows(connection, 'ledger-entries');
    expect(row).toMatchObject({
      key: entry['id'],
      data: {
        airbase_id: entry['id'],
        airbase_url: 'https://neutral.example',
        vendor: { airbase_id: 'v2' },
        applied_to: [{ airbase_id: 'e9', kind: 'bill' }],
      },
    });
  });

  it('has its number without the spaces around it', async () => {
    server.addEntry({ invoice_number: ' 000 17 ' });
    const [row] = await readRows(connection, 'ledger-entries');
    expect(row?.data['document_number']).toBe('000 17');
  });

  it('finds its purchase order in the notes only where the connection says how', async () => {
    server.addEntry();
    const [silent] = await readRows(connection, 'ledger-entries');
    expect(silent?.data['po_number']).toBeUndefined();
    await connection.close();
    connection = connectTo(server.url, { orderPattern: 'PO[#: ]*(\\d+)' });
    const [row] = await readRows(connection, 'ledger-entries');
    expect(row?.data['po_number']).toBe('4711');
  });

  it('of another subsidiary says so, and none is guessed where there are several (I2)', async () => {
    server.masters['subsidiaries']?.push({ airbase_id: 'sub-2', erp_reference_id: 'EPIC07', name: 'Other' });
    server.addEntry();
    server.addEntry({ subsidiary: { erp_reference_id: 'EPIC07', name: 'Other' } });
    server.addEntry({ subsidiary: null });
    const unsaid = await readRows(connection, 'ledger-entries');
    expect(new Set(unsaid.map(({ data }) => data['belongs']))).toEqual(new Set(['unknown']));
    await connection.close();
    connection = connectTo(server.url, { subsidiary: 'EPIC06' });
    const said = await readRows(connection, 'ledger-entries');
    expect(said.map(({ company, data }) => [company, data['belongs']]).sort()).toEqual([
      ['EPIC06', 'here'],
      ['EPIC06', 'here'],
      ['EPIC07', 'elsewhere'],
    ]);
  });

  it('that was taken back or deleted is gone', async () => {
    const { airbase_id: id } = server.addEntry();
    server.entries.length = 0;
    expect(await whole(id)).toBeUndefined();
  });
});

describe('our own mark', () => {
  it('is no change of the entry, however it is read (B18)', async () => {
    const entry = server.addEntry();
    const [before] = await readRows(connection, 'ledger-entries');
    Object.assign(entry, { status: 'sync_complete', erp_reference_id: 'EPIC06|1|A', error_message: null });
    const [after] = await readRows(connection, 'ledger-entries', { full: true });
    expect(after?.data).toEqual(before?.data);
  });

  it('tells apart the times that an entry stands in the queue', async () => {
    const entry = server.addEntry();
    const [first] = await readRows(connection, 'ledger-entries');
    expect(first?.data['round']).toBeUndefined();
    Object.assign(entry, { erp_reference_id: 'EPIC06|1|A' });
    const [again] = await readRows(connection, 'ledger-entries');
    Object.assign(entry, { erp_reference_id: null, error_message: 'no such vendor' });
    const [third] = await readRows(connection, 'ledger-entries');
    const rounds = [again, third].map((row) => row?.data['round']);
    expect(new Set(rounds).size).toBe(2);
    expect(rounds).not.toContain(undefined);
  });
});

describe('the queue', () => {
  it('of one page takes one call', async () => {
    server.addEntry();
    await readRows(connection, 'ledger-entries');
    const lists = server.seen('GET /accounting/ledger_entries/');
    // One finds out about the token.
    expect(lists.map(({ query }) => query.get('page_size'))).toEqual(['1', '250']);
    expect(lists[1]?.query.get('status')).toBe('sync_ready');
  });

  it('loses nothing although it shrinks while its pages are read', async () => {
    server.pageSize = 3;
    for (let made = 0; made < 20; made += 1) server.addEntry();
    const all = entryIds();
    const seen: string[] = [];
    const reader = connection.client.streams['ledger-entries'];
    for await (const { rows } of reader?.read(
      { cursor: undefined, options: {}, full: false },
      readContext(connection),
    ) ?? []) {
      for (const { key } of rows) {
        seen.push(key);
        const entry = server.entries.find((each) => each['airbase_id'] === key);
        if (entry) entry['status'] = 'sync_complete';
      }
    }
    expect(seen.sort()).toEqual(all);
  });

  it('loses nothing although its order turns under every reading', async () => {
    server.pageSize = 2;
    for (let made = 0; made < 6; made += 1) server.addEntry();
    const all = entryIds();
    let turns = 2;
    server.afterwards = ({ query }) => {
      const page = query.has('status') ? query.get('page') : undefined;
      // The last entry comes before the page that is read next, and goes back to the end before the next reading.
      if (page === '1' && turns > 0) {
        turns -= 1;
        server.entries.unshift(...server.entries.splice(-1));
      } else if (page === '3' && turns === 1) server.entries.push(...server.entries.splice(0, 1));
      return undefined;
    };
    const rows = await readRows(connection, 'ledger-entries');
    expect(rows.map(({ key }) => key).sort()).toEqual(all);
    expect(turns).toBe(0);
  });

  it('asks for nothing by id where the list shows other states too', async () => {
    server.pageSize = 2;
    for (const status of ['sync_ready', 'sync_complete', 'sync_ready', 'sync_failed'])
      server.addEntry({ status });
    server.ignoresStatus = true;
    expect(await readRows(connection, 'ledger-entries')).toHaveLength(2);
    expect(server.calls.filter(({ path }) => /ledger_entries\/./.test(path))).toEqual([]);
  });

  it('is read to its end before the first entry is given', async () => {
    server.pageSize = 3;
    for (let made = 0; made < 8; made += 1) server.addEntry();
    const reader = connection.client.streams['ledger-entries'];
    const pages = reader?.read({ cursor: undefined, options: {}, full: false }, readContext(connection));
    await pages?.[Symbol.asyncIterator]().next();
    const asked = server.seen('GET /accounting/ledger_entries/').map(({ query }) => query.get('page'));
    expect(asked).toEqual(['1', '1', '2', '3', '1']);
  });

  it.each([
    ['an empty page', { body: { data: [], pagination: { next: null } } }],
    ['a refused page', { status: 404, body: { detail: 'Invalid page.' } }],
  ])('may become shorter than it was: %s past its end is the end', async (_name, end) => {
    server.pageSize = 2;
    for (let made = 0; made < 4; made += 1) server.addEntry();
    server.fault = ({ query }) => (Number(query.get('page')) > 1 ? end : undefined);
    expect(await readRows(connection, 'ledger-entries')).toHaveLength(2);
  });

  it('goes on by the nested sign of a next page, and by whatever it holds', async () => {
    server.pageSize = 2;
    for (let made = 0; made < 5; made += 1) server.addEntry();
    server.afterwards = ({ query, path }) => {
      if (!path.includes('ledger_entries')) return undefined;
      const page = Number(query.get('page'));
      const data = server.entries.slice((page - 1) * 2, page * 2);
      return { body: { data, pagination: { next: page < 3 ? page + 1 : null } } };
    };
    expect(ids(await readRows(connection, 'ledger-entries'))).toEqual(entryIds());
  });

  it('without a sign of a next page is read until a page is empty', async () => {
    server.pageSize = 2;
    for (let made = 0; made < 5; made += 1) server.addEntry();
    server.afterwards = ({ query, path }) => {
      if (!path.includes('ledger_entries')) return undefined;
      const page = Number(query.get('page'));
      return { body: { data: server.entries.slice((page - 1) * 2, page * 2) } };
    };
    expect(ids(await readRows(connection, 'ledger-entries'))).toEqual(entryIds());
  });

  it('of which all comes on every page, without a word of pages, is read once', async () => {
    for (let made = 0; made < 3; made += 1) server.addEntry();
    server.afterwards = ({ path, query }) => {
      if (path.includes('ledger_entries')) return { body: { data: server.entries } };
      if (!path.includes('subsidiaries')) return undefined;
      return { body: query.get('page') === '3' ? expect.fail() : { data: server.masters['subsidiaries'] } };
    };
    expect(ids(await readRows(connection, 'ledger-entries'))).toEqual(entryIds());
  });

  it('that gives the same page again and again is not read for ever', async () => {
    for (let made = 0; made < 2; made += 1) server.addEntry();
    server.afterwards = ({ path }) =>
      path.includes('ledger_entries')
        ? { body: { data: server.entries, pagination: { next: 'more' } } }
        : undefined;
    await expect(readRows(connection, 'ledger-entries')).rejects.toMatchObject({
      code: 'AIRBASE_UNREADABLE_ANSWER',
    });
  });

  it('gives what a delivery named although the list does not show it yet, once it is ready (E12)', async () => {
    const listed = server.addEntry();
    const late = server.addEntry();
    const waiting = server.addEntry({ status: 'not_ready' });
    const payment = server.addEntry({ type: 'bill_payment' });
    server.afterwards = ({ path }) =>
      path === '/accounting/ledger_entries/'
        ? { body: { data: [listed], pagination: { next: null } } }
        : undefined;
    const named = [listed, late, waiting, payment].map((entry) => String(entry['airbase_id']));
    const wish = { named: [...named, 'id-of-the-bill'], options: { kinds: ['bill'] } };
    const rows = await readRows(connection, 'ledger-entries', wish);
    expect(ids(rows)).toEqual([listed, late].map((entry) => String(entry['airbase_id'])).sort());
  });

  it('gives each entry once, in the order of their days', async () => {
    server.addEntry({ entry_date: '2026-01-09T00:00:00' });
    server.addEntry({ entry_date: '2026-01-02T00:00:00' });
    server.entries.push(server.entries[0] ?? {});
    const rows = await readRows(connection, 'ledger-entries');
    expect(rows.map(({ data }) => data['entry_date'])).toEqual(['2026-01-02', '2026-01-09']);
  });

  it('holds what is ready, unless other states are asked for', async () => {
    for (const status of ['sync_ready', 'sync_complete', 'sync_failed', 'not_ready'])
      server.addEntry({ status });
    const count = async (wish: Parameters<typeof readRows>[2]) =>
      (await readRows(connection, 'ledger-entries', wish)).length;
    expect(await count({})).toBe(1);
    expect(await count({ options: { states: ['ready', 'done'] } })).toBe(2);
    expect(await count({ full: true })).toBe(3);
    const all = await readRows(connection, 'ledger-entries', { full: true });
    expect(all.map(({ notNow }) => notNow)).toEqual([undefined, true, true]);
  });

  it('may be narrowed by kind and day', async () => {
    server.addEntry({ entry_date: '2026-01-04T00:00:00' });
    server.addEntry({ type: 'bill_payment' });
    server.addEntry();
    const kinds = ['bill', 'card'];
    expect(await readRows(connection, 'ledger-entries', { options: { kinds } })).toHaveLength(2);
    const from = '2026-01-05';
    expect(await readRows(connection, 'ledger-entries', { options: { kinds, from } })).toHaveLength(1);
  });

  it('is read again when its place was cut, from the beginning', async () => {
    server.pageSize = 2;
    for (let made = 0; made < 4; made += 1) server.addEntry();
    const pages = await readPages(connection, 'ledger-entries');
    const cursor = pages[0]?.cursor ?? null;
    expect(ids(await readRows(connection, 'ledger-entries', { cursor }))).toEqual(entryIds());
  });
});

describe('the bill of the spend API', () => {
  const bill = {
    id: 'b1',
    number: 'AB-77',
    invoice_number: 'INV-1',
    vendor: { id: 'v1' },
    approval_status: 'approved',
    sync_status: 'sync_ready',
    due_date: '2026-02-04',
    purchase_order: { id: 'p', po_number: '4712', erp_reference_id: '4712' },
    lines: [{ line_number: 1, po_line_number: 2, amount: '125.5', tax_amount: '0' }],
  };

  it('adds due date, approval and purchase order where the connection has it', async () => {
    server.spend = { bills: [bill] };
    const { airbase_id: id } = server.addEntry();
    expect(await whole(id)).not.toHaveProperty('spend');
    await connection.close();
    connection = connectTo(server.url, { spendApi: true });
    const entry = await whole(id);
    expect(entry).toMatchObject({
      po_number: '4712',
      spend: { approval_status: 'approved', due_date: '2026-02-04', lines: [{ po_line_number: 2 }] },
    });
    expect(validator(ledgerEntryRow)(entry ?? {})).toEqual([]);
  });

  it('is not guessed where two could be it', async () => {
    server.spend = { bills: [bill, { ...bill, id: 'b2' }] };
    const { airbase_id: id } = server.addEntry();
    await connection.close();
    connection = connectTo(server.url, { spendApi: true });
    expect(await whole(id)).not.toHaveProperty('spend');
  });
});
