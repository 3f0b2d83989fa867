import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Row } from '../../runtime/connector/system';
import {
  connectTo,
  readContext,
  readPages,
  readRows,
  type TestConnection,
} from '../../tests/support/airbase-connection';
import { SmallAirbase } from '../../tests/support/small-airbase';

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
