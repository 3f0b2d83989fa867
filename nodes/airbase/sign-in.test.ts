import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../runtime/connector/json';
import type { SessionMemory } from '../../runtime/connector/system';
import { connectTo, readRows, type TestConnection } from '../../tests/support/airbase-connection';
import { failureOf, jumpingClock } from '../../tests/support/sample-connection';
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

async function reopened(config: Record<string, unknown>, memory?: SessionMemory): Promise<TestConnection> {
  await connection.close();
  connection = connectTo(server.url, config, jumpingClock(), memory);
  return connection;
}

const offline = () => connection.said.filter((text) => text.includes('is offline'));

describe('the token', () => {
  it('goes with every call under the chosen word', async () => {
    server.scheme = 'Token';
    await reopened({ authScheme: 'Token' });
    await connection.ping();
    expect(new Set(server.calls.map(({ headers }) => headers.authorization))).toEqual(
      new Set(['Token canary-token']),
    );
  });

  it('that is rejected stops the connection, once and with one alert, naming the other word to try (G6)', async () => {
    server.scheme = 'Token';
    const first = await failureOf(connection.ping());
    expect(first).toMatchObject({ code: 'AIRBASE_TOKEN_REJECTED', recovery: 'configuration' });
    expect(first.remedy).toContain('AIRBASE_AUTH_SCHEME=Token');
    const before = server.calls.length;
    for (let again = 0; again < 5; again += 1) await failureOf(readRows(connection, 'ledger-entries'));
    expect(server.calls.length).toBe(before);
    expect(offline()).toHaveLength(1);
  });

  it.each([401, 403])('that is rejected with %i in the middle stops the connection too', async (status) => {
    await connection.ping();
    server.fault = () => ({ status, body: { detail: 'Invalid token.' } });
    expect(await failureOf(readRows(connection, 'ledger-entries'))).toMatchObject({
      code: 'AIRBASE_TOKEN_REJECTED',
    });
    expect(connection.health.state).toBe('offline');
    expect(offline()).toHaveLength(1);
  });

  it('is followed by the next one without an outage (G6)', async () => {
    server.tokens = ['canary-token', 'canary-next'];
    await reopened({ tokenNext: 'canary-next' });
    server.addEntry();
    await readRows(connection, 'ledger-entries');
    server.tokens = ['canary-next'];
    const rows = await Promise.all([1, 2, 3].map(() => readRows(connection, 'ledger-entries')));
    expect(rows.map((each) => each.length)).toEqual([1, 1, 1]);
    expect(connection.counters.signIns).toBe(2);
    expect(offline()).toEqual([]);
    const { checks } = await connection.ping();
    const rotation = { warning: true, detail: expect.stringContaining('move it to the first place') };
    expect(checks.find(({ name }) => name === 'rotation of the token')).toMatchObject(rotation);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(connection.said.filter((text) => text.includes('move it to the first place'))).toHaveLength(1);
  });

  it('shows in no message, whatever Airbase repeats', async () => {
    server.fault = () => ({ status: 401, body: { detail: 'Invalid token canary-token.' } });
    const error = await failureOf(connection.ping());
    expect(JSON.stringify([error, error.message, connection.said])).not.toContain('canary-token');
  });

  it.each([
    ['a path that is not there', { status: 404, body: { detail: 'Not found.' } }],
    ['an answer without a list', { body: { hello: 'world' } }],
  ])('is not blamed for %s', async (_name, fault) => {
    server.fault = () => fault;
    expect(await failureOf(connection.ping())).toMatchObject({ code: 'AIRBASE_WRONG_ADDRESS' });
  });
});

describe('the age of the token', () => {
  const ageOf = async () => (await connection.ping()).checks.find(({ name }) => name === 'age of the token');

  it.each([
    ['2026-02-01', false, '29 days old, of 365'],
    ['2025-03-25', true, '23 days left'],
    ['2025-03-05', true, 'only 3 days left'],
    ['2024-03-05', true, 'past its life'],
  ])('made on %s: warned about %s, %s', async (tokenIssuedAt, warning, detail) => {
    await reopened({ tokenIssuedAt });
    expect(await ageOf()).toMatchObject({ ok: true, warning, detail: expect.stringContaining(detail) });
    expect(connection.said.filter((text) => text.includes(detail))).toHaveLength(warning ? 1 : 0);
  });

  it('is looked at once a day while the token works', async () => {
    const clock = jumpingClock();
    await connection.close();
    connection = connectTo(server.url, { tokenIssuedAt: '2025-03-25' }, clock);
    await connection.ping();
    await connection.ping();
    const warned = () => connection.said.filter((text) => text.includes('days left')).length;
    expect(warned()).toBe(1);
    await clock.wait(24 * 60 * 60_000);
    await connection.ping();
    expect(warned()).toBe(2);
  });

  it('counts from its first use where nobody entered the day, also after a restart', async () => {
    let held: JsonObject = {};
    const memory: SessionMemory = {
      load: async () => held,
      save: async (facts) => {
        held = facts;
      },
    };
    await reopened({}, memory);
    expect(await ageOf()).toMatchObject({ warning: false, detail: expect.stringContaining('0 days old') });
    expect(JSON.stringify(held)).not.toContain('canary');
    const [name = ''] = Object.keys(held['firstUse'] as JsonObject);
    held = { firstUse: { [name]: '2025-03-20' } };
    await reopened({}, memory);
    expect(await ageOf()).toMatchObject({ warning: true, detail: expect.stringContaining('347 days old') });
  });
});

describe('a ping', () => {
  it('says which subsidiary and where', async () => {
    const report = await connection.ping();
    expect(report.identity).toBe(`subsidiary EPIC06 on ${server.url}`);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('asks for the subsidiary where the tenant has several', async () => {
    server.masters['subsidiaries']?.push({ airbase_id: 'sub-2', erp_reference_id: 'EPIC07', name: 'Other' });
    const { checks } = await connection.ping();
    expect(checks.find(({ name }) => name === 'subsidiary')).toMatchObject({
      ok: false,
      detail: expect.stringContaining('AIRBASE_SUBSIDIARY: the tenant has EPIC06 Main Co, EPIC07 Other'),
    });
  });

  it('refuses a subsidiary that there is none of, naming those that there are', async () => {
    await reopened({ subsidiary: 'EPIC99' });
    const error = await failureOf(connection.ping());
    expect(error).toMatchObject({ code: 'AIRBASE_SUBSIDIARY_UNKNOWN', recovery: 'configuration' });
    expect(error.remedy).toContain('EPIC06 Main Co');
  });

  it.each(['EPIC06', 'main co', 'sub-1'])(
    'knows the subsidiary by its key, name or id: %s',
    async (subsidiary) => {
      await reopened({ subsidiary });
      expect((await connection.ping()).identity).toContain('subsidiary EPIC06');
    },
  );

  it('names a list that the token may not read', async () => {
    server.fault = ({ path }) =>
      path === '/accounting/vendors/' ? { status: 403, body: { detail: 'No permission.' } } : undefined;
    const { checks } = await connection.ping();
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['read vendors']);
  });

  it('looks at the spend API only where the connection has it', async () => {
    await connection.ping();
    expect(server.seen('GET /bills/')).toEqual([]);
    server.spend = { bills: [], payments: [] };
    await reopened({ spendApi: true });
    const { checks } = await connection.ping();
    expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['read purchase orders']);
  });
});

describe('the tenant URL', () => {
  it.each(['', '/', '/v1', '/v1/'])('may end in "%s", and every path ends with a slash', async (end) => {
    await connection.close();
    connection = connectTo(`${server.url}${end}`);
    await connection.ping();
    expect(server.calls.map(({ path }) => path).filter((path) => !/^\/accounting\/.*\/$/.test(path))).toEqual(
      [],
    );
  });
});

describe('a convention', () => {
  it('may put every path and name of paging in another place', async () => {
    server.addEntry();
    const paths = 'ledgerEntries=/v1/accounting/ledger_entries, vendors=v1/accounting/vendors/';
    await reopened({ paths, paging: 'next=pagination.next' });
    expect(await readRows(connection, 'ledger-entries')).toHaveLength(1);
  });

  it.each([{ paths: 'ledger=/x/' }, { paging: 'page' }, { orderPattern: '(' }])(
    'that cannot be is named: %j',
    (config) => {
      expect(() => connectTo(server.url, config)).toThrow(
        expect.objectContaining({ code: 'CONVENTION_INVALID' }),
      );
    },
  );
});
