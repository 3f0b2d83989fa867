import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../runtime/connector/clock';
import type { Connection } from '../../runtime/connector/connection';
import type { JsonObject } from '../../runtime/connector/json';
import type { SessionMemory } from '../../runtime/connector/system';
import { connectTo } from '../../tests/support/acumatica-connection';
import { failureOf, jumpingClock } from '../../tests/support/sample-connection';
import type { SmallAcumatica } from '../../tests/support/small-acumatica';
import { startPayables } from '../../tests/support/small-acumatica-payables';
import { list } from './api';
import { openAcumatica } from './connection';

let server: SmallAcumatica;
const open: Connection[] = [];

beforeEach(async () => {
  server = await startPayables();
});
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
  await server.stop();
});

function connect(
  config: Record<string, unknown> = {},
  clock: Clock = jumpingClock(),
  memory?: SessionMemory,
): Connection {
  const connection = connectTo(server, config, clock, memory);
  open.push(connection);
  return connection;
}

function readVendors(connection: Connection) {
  const clock = { now: () => new Date(), wait: async () => {} };
  const caller = { calls: connection.calls(), signal: new AbortController().signal };
  return list(openAcumatica(connection.settings, clock), caller, { name: 'x', entity: 'Vendor', top: 1 });
}

/** A memory that several runtimes share. */
function shared(): SessionMemory {
  let held: JsonObject = {};
  return {
    load: async () => held,
    save: async (facts) => {
      held = facts;
    },
  };
}

/** Time that moves only when the test says so. */
function stillClock(): Clock & { advance(ms: number): void } {
  let now = Date.parse(start);
  return {
    now: () => new Date(now),
    wait: (_ms, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    advance: (ms) => {
      now += ms;
    },
  };
}

const start = '2026-03-02T10:00:00.000Z';
const signIns = () => server.calls.filter(({ path }) => /auth\/login|connect\/token/.test(path)).length;

describe.each(['oauth', 'cookie'])('a session by %s', (auth) => {
  it('is opened once for all calls, and gives its seat back at the end', async () => {
    const connection = connect({ auth });
    await Promise.all([readVendors(connection), readVendors(connection), readVendors(connection)]);
    expect(signIns()).toBe(1);
    expect(server.sessions.size).toBe(1);
    await connection.close();
    expect(server.sessions.size).toBe(0);
  });

  it('is replaced when it ended, and never takes a second seat (G1)', async () => {
    server.seats = 1;
    const connection = connect({ auth });
    await readVendors(connection);
    let refused = 0;
    server.fault = ({ parts }) => (parts[0] === 'Vendor' && refused++ === 0 ? { status: 401 } : undefined);
    await readVendors(connection);
    server.sessions.clear();
    server.refreshTokens.clear();
    await readVendors(connection);
    expect(server.sessions.size).toBe(1);
  });

  it.each([
    ['a redirect to the sign-in page', { status: 302, headers: { location: '/Books/Frames/Login.aspx' } }],
    ['a page with a form', { body: '<html><title>Sign In</title><form id="login"></form></html>' }],
    ['a page in the place of data', { status: 200, body: '<!DOCTYPE html><html><body>Hello</body></html>' }],
    ['a sign-in page', { status: 200, body: '<html><form action="/Frames/Login.aspx"></form></html>' }],
  ])('that has ended shows as %s, too', async (_name, answer) => {
    const connection = connect({ auth });
    await readVendors(connection);
    server.fault = ({ path, headers }) => {
      const isOld = /session1\b(?!\.)/.test(`${headers.authorization} ${headers.cookie}`);
      return isOld && path.includes('/Vendor') ? answer : undefined;
    };
    await readVendors(connection);
    expect(signIns()).toBe(2);
  });

  it('waits longer and longer for a seat, then says so (G3)', async () => {
    server.seats = 0;
    const clock = stillClock();
    const connection = connect({ auth }, clock);
    const waits: (number | undefined)[] = [];
    for (let at = 0; at < 5; at++) {
      const { code, recovery, waitMs } = await failureOf(connection.ping());
      expect({ code, recovery }).toEqual({ code: 'ACUMATICA_NO_SEAT', recovery: 'rate-limited' });
      waits.push(waitMs);
      clock.advance(waitMs ?? 0);
    }
    expect(waits).toEqual([15_000, 30_000, 45_000, 60_000, 75_000]);
    expect(await failureOf(connection.ping())).toMatchObject({ recovery: 'configuration' });
  });

  it('of a runtime that was killed is gone on with: no second seat is taken', async () => {
    server.seats = 1;
    const memory = shared();
    await readVendors(connect({ auth }, jumpingClock(), memory));
    for (let crash = 0; crash < 3; crash++) await readVendors(connect({ auth }, jumpingClock(), memory));
    expect(signIns()).toBe(1);
    const last = connect({ auth }, jumpingClock(), memory);
    server.sessions.clear();
    server.refreshTokens.clear();
    await readVendors(last);
    expect(server.sessions.size).toBe(1);
    await last.close();
    expect(server.sessions.size).toBe(0);
    expect(await memory.load()).toEqual({});
  });

  it('of other credentials is left alone', async () => {
    const memory = shared();
    await memory.save({ of: 'somebody', token: 'session7' });
    await readVendors(connect({ auth }, jumpingClock(), memory));
    expect(signIns()).toBe(1);
  });

  it('is opened although the store that remembers it is away', async () => {
    const away = async () => Promise.reject(new Error('no store'));
    const connection = connect({ auth }, jumpingClock(), { load: away, save: away });
    await readVendors(connection);
    await connection.close();
    expect(server.sessions.size).toBe(0);
  });

  it('is not asked for again and again when user or password are refused', async () => {
    const clock = stillClock();
    const connection = connect({ auth, password: 'wrong' }, clock);
    expect(await failureOf(connection.ping())).toMatchObject({
      code: 'ACUMATICA_LOGIN_REFUSED',
      recovery: 'configuration',
    });
    for (let minute = 0; minute < 9; minute++) {
      clock.advance(60_000);
      await failureOf(connection.ping());
    }
    expect(signIns()).toBe(1);
    clock.advance(360_000);
    await failureOf(connection.ping());
    expect(signIns()).toBe(2);
  });
});

it('names the branch that the user may not sign in to', async () => {
  server.fault = ({ path }) =>
    /auth\/login/.test(path)
      ? {
          status: 500,
          body: {
            exceptionMessage: 'The EAST branch cannot be found in the system.',
            exceptionType: 'PX.Data.PXException',
          },
        }
      : undefined;
  const connection = connect({ auth: 'cookie', branch: 'EAST' });
  expect(await failureOf(connection.ping())).toMatchObject({
    code: 'ACUMATICA_NO_SUCH_BRANCH',
    recovery: 'configuration',
  });
});

describe('a token', () => {
  it('is renewed before its end, in the same session and seat', async () => {
    const clock = stillClock();
    const connection = connect({ auth: 'oauth' }, clock);
    for (let at = 0; at < 4; at++) {
      await readVendors(connection);
      clock.advance(3_599_000);
    }
    expect(server.sessionsOpened).toBe(1);
    const grants = server.calls.flatMap(({ path, text }) =>
      path === 'identity/connect/token' ? new URLSearchParams(text).get('grant_type') : [],
    );
    expect(grants).toEqual(['password', 'refresh_token', 'refresh_token', 'refresh_token']);
  });

  it('is asked for anew when it cannot be renewed', async () => {
    const clock = stillClock();
    const connection = connect({ auth: 'oauth' }, clock);
    await readVendors(connection);
    server.refreshTokens.clear();
    clock.advance(3_599_000);
    await readVendors(connection);
    expect(server.sessionsOpened).toBe(2);
    expect(server.sessions.size).toBe(1);
  });

  it('comes by a code once, then by renewal, also after its session was ended by a stop', async () => {
    const signedIn = {
      auth: 'oauth-code',
      authorizationCode: 'c1',
      redirectUri: 'https://here.example/back',
      username: '',
      password: '',
    };
    server.codes.add('c1 for https://here.example/back');
    const memory = shared();
    for (let start = 0; start < 3; start++) {
      const connection = connect(signedIn, stillClock(), memory);
      await readVendors(connection);
      expect(server.sessions.size).toBe(1);
      await connection.close();
      expect(server.sessions.size).toBe(0);
    }
    const grants = server.calls.flatMap(({ path, text }) =>
      path === 'identity/connect/token' ? new URLSearchParams(text).get('grant_type') : [],
    );
    expect(grants).toEqual(['authorization_code', 'refresh_token', 'refresh_token']);
    server.refreshTokens.clear();
    const ended = await failureOf(connect(signedIn, stillClock(), memory).ping());
    expect(ended).toMatchObject({ code: 'ACUMATICA_SIGN_IN_AGAIN', recovery: 'configuration' });
    server.codes.add('c2 for https://here.example/back');
    await readVendors(connect({ ...signedIn, authorizationCode: 'c2' }, stillClock(), memory));
    expect(server.sessions.size).toBe(1);
  });

  it('refuses by its own name what the connected application does not allow', async () => {
    const connection = connect({ auth: 'oauth', grant: 'client_credentials' }, stillClock());
    expect(await failureOf(connection.ping())).toMatchObject({ code: 'ACUMATICA_CLIENT_REFUSED' });
  });
});

describe('a ping', () => {
  it('says who and where, and checks every right', async () => {
    const { identity, checks } = await connect({ auth: 'oauth' }).ping();
    expect(identity).toBe(`tenant ACME on ${server.url}, endpoint Default/24.200.001, build 24.206.0024`);
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.map(({ name }) => name)).toContain('AP payments');
  });

  it('lists the endpoints that the instance offers when ours is not there', async () => {
    const connection = connect({ version: '25.200.001' }, stillClock());
    expect(await failureOf(connection.ping())).toMatchObject({
      code: 'ACUMATICA_NO_SUCH_ENDPOINT',
      systemWords: expect.stringContaining('Default/22.200.001, Default/24.200.001'),
    });
  });

  it('tells a wrong address, a wrong tenant and a client of another tenant apart', async () => {
    const failure = (config: Record<string, unknown>) => failureOf(connect(config, stillClock()).ping());
    expect(await failure({ tenant: 'Other' })).toMatchObject({ code: 'ACUMATICA_NO_SUCH_TENANT' });
    server.fault = ({ path }) => (path.startsWith('entity/auth') ? { status: 404 } : undefined);
    expect(await failure({})).toMatchObject({ code: 'ACUMATICA_WRONG_ADDRESS' });
    const { checks } = await connect({ auth: 'oauth', tenant: 'Acme Two' }).ping();
    expect(checks[0]).toMatchObject({ ok: false, detail: expect.stringContaining('ACME') });
  });

  it('finds that the branch is none of the tenant, which a token does not say', async () => {
    const branches = ['MAIN', 'RETAIL'].map((id) => ({
      BranchID: { value: `${id}  ` },
      BranchName: { value: `Store ${id}` },
    }));
    server.fault = ({ parts }) =>
      parts[0] === 'CompaniesStructure' ? { status: 200, body: { Results: branches } } : undefined;
    const checkOf = async (branch: string) => {
      const connection = connect({ auth: 'oauth', branch });
      const { checks } = await connection.ping();
      await connection.close();
      return checks.find(({ name }) => name === 'branch');
    };
    expect(await checkOf('NOWHERE')).toEqual({
      name: 'branch',
      ok: false,
      detail: 'there is no branch NOWHERE (ACUMATICA_BRANCH); the tenant has MAIN, RETAIL',
    });
    expect([await checkOf('main'), await checkOf('Store RETAIL')]).toMatchObject([
      { ok: true },
      { ok: true },
    ]);
    server.fault = () => undefined;
    expect(await checkOf('NOWHERE')).toBeUndefined();
    server.fault = ({ headers, parts }) =>
      headers['px-cbapibranch'] === 'NOWHERE' && parts[0] === 'Vendor'
        ? { status: 500, body: { exceptionMessage: "Branch 'NOWHERE' cannot be found in the system." } }
        : undefined;
    expect(await failureOf(connect({ auth: 'oauth', branch: 'NOWHERE' }, stillClock()).ping())).toMatchObject(
      {
        code: 'ACUMATICA_NO_SUCH_BRANCH',
        recovery: 'configuration',
      },
    );
  });

  it('names the right that is missing, and lets subaccounts be switched off', async () => {
    server.fault = ({ parts }) =>
      ['Check', 'Subaccount'].includes(parts[0] ?? '')
        ? { status: 403, body: { message: 'No.' } }
        : undefined;
    const { checks } = await connect().ping();
    expect(checks.filter(({ ok }) => !ok)).toMatchObject([{ name: 'AP payments', detail: 'No.' }]);
  });
});

describe('a call', () => {
  it('goes offline with the list when the endpoint disappears, and not for a missing record', async () => {
    const connection = connect({}, stillClock());
    server.missingStatus = 404;
    const bills = connection.client.streams['bills'] ?? expect.fail();
    const context = {
      calls: connection.calls(),
      now: () => new Date(),
      signal: new AbortController().signal,
    };
    expect(await bills.get?.('Bill|999', context)).toBeUndefined();
    expect(connection.health.state).toBe('online');
    server.versions.splice(0, 2, '25.200.001');
    await failureOf(readVendors(connection));
    expect(connection.health).toMatchObject({ state: 'offline', code: 'ACUMATICA_NO_SUCH_ENDPOINT' });
  });

  it('is made in the branch of the connection', async () => {
    await readVendors(connect({ branch: 'MAIN' }));
    expect(server.seen('GET', 'Vendor')[0]?.headers['px-cbapibranch']).toBe('MAIN');
    const login = server.calls.find(({ path }) => path === 'entity/auth/login');
    expect(login?.body).toMatchObject({ tenant: 'ACME', branch: 'MAIN' });
  });

  it('takes an address with a page or the API at its end for the instance', async () => {
    await readVendors(connect({ baseUrl: `${server.url}/Main` }));
    await readVendors(connect({ baseUrl: `${server.url}/entity/Default/24.200.001` }));
    expect(server.seen('GET', 'Vendor')).toHaveLength(2);
  });
});
