import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../runtime/connector/clock';
import type { Connection } from '../../runtime/connector/connection';
import type { SystemError } from '../../runtime/connector/errors';
import { connectTo, credentials, pagesOf, type Trail } from '../../tests/support/avidxchange-connection';
import { SmallAvidXchange } from '../../tests/support/small-avidxchange';

let server: SmallAvidXchange;
let connections: Connection[];

beforeEach(async () => {
  server = await new SmallAvidXchange().start();
  connections = [];
});
afterEach(async () => {
  await Promise.all(connections.map((connection) => connection.close()));
  await server.stop();
});

const { companyToken, userToken, gatewayKey, username, password, clientId, clientSecret, companyId } =
  credentials;
const session = { auth: 'session', gatewayKey, username, password };
const partner = { auth: 'partner', clientId, clientSecret, companyId };

function connect(config: Record<string, unknown> = {}, ...more: [] | [undefined, Trail] | [Clock]) {
  const [clock, trail] = more;
  const connection = connectTo(server.url, config, clock, trail);
  connections.push(connection);
  return connection;
}

async function failure(promise: Promise<unknown>): Promise<SystemError> {
  return promise.then(
    () => expect.fail('did not fail'),
    (error: SystemError) => error,
  );
}

function headersOf(what: string) {
  return server.seen(what)[0]?.headers ?? {};
}

describe('with tokens', () => {
  it('every call carries both, in the headers and with the prefixes that the connection names', async () => {
    await connect().ping();
    expect(headersOf('GET /payments')).toMatchObject({
      'x-avid-company-token': companyToken,
      'x-avid-user-token': userToken,
    });
    expect(headersOf('GET /payments')).not.toHaveProperty('authorization');
    server.calls.length = 0;
    const observed = {
      companyHeader: 'Authorization',
      userHeader: 'AvidAuthorization',
      companyPrefix: 'Bearer',
      userPrefix: 'Bearer',
    };
    await connect(observed).ping();
    expect(headersOf('GET /payments')).toMatchObject({
      authorization: `Bearer ${companyToken}`,
      avidauthorization: `Bearer ${userToken}`,
    });
  });

  it('a refusal stops the connection, and is not repeated', async () => {
    server.fault = () => ({
      status: 401,
      body: { exception: { reason: 'Unauthorized', detail: 'revoked' } },
    });
    expect(await failure(connect().ping())).toMatchObject({
      recovery: 'configuration',
      remedy: expect.stringMatching(/AVIDXCHANGE_COMPANY_TOKEN, AVIDXCHANGE_USER_TOKEN\.$/),
    });
    expect(server.calls).toHaveLength(1);
  });
});

describe('with a user', () => {
  it('signs in once, form and gateway key as expected, and uses the session with the key', async () => {
    const connection = connect(session);
    await Promise.all([connection.ping(), connection.ping()]);
    const [asked, ...rest] = server.seen('POST /authorizations');
    expect(rest).toEqual([]);
    expect(asked?.headers.authorization).toBe(`Bearer ${gatewayKey}`);
    expect(Object.fromEntries(new URLSearchParams(asked?.text))).toEqual({
      grant_type: 'password',
      username,
      password,
    });
    expect(headersOf('GET /payments')).toMatchObject({
      authorization: `Bearer ${gatewayKey}`,
      avidauthorization: 'Bearer session-1',
    });
  });

  it('signs in anew after 25 minutes, and once when the session is refused (G1)', async () => {
    let now = Date.parse('2026-03-02T10:00:00Z');
    const clock = { now: () => new Date(now), wait: async () => {} };
    const connection = connect(session, clock);
    await connection.ping();
    now += 23 * 60_000;
    await connection.ping();
    expect(server.seen('POST /authorizations')).toHaveLength(1);
    now += 2 * 60_000;
    await connection.ping();
    expect(server.seen('POST /authorizations')).toHaveLength(2);
    let refused = false;
    server.fault = ({ path }) => {
      if (path !== '/payments' || refused) return undefined;
      refused = true;
      return { status: 401, body: { fault: { code: 900901, message: 'Invalid Credentials' } } };
    };
    await connection.ping();
    expect(server.seen('POST /authorizations')).toHaveLength(3);
  });

  it('tells a key that the gateway refuses from a user that AvidXchange refuses (G5)', async () => {
    const remedyOf = async (status: number) => {
      server.fault = () => ({ status, body: {} });
      return (await failure(connect(session).ping())).remedy;
    };
    expect(await remedyOf(401)).toMatch(/^Check AVIDXCHANGE_GATEWAY_KEY/);
    expect(await remedyOf(400)).toMatch(/^Check AVIDXCHANGE_USERNAME and AVIDXCHANGE_PASSWORD,/);
  });

  it('keeps nothing of what a failed sign-in is answered', async () => {
    const trail: Trail = { written: [] };
    const echo = `grant_type=password&username=${username}&password=${password}`;
    for (const status of [503, 500, 400, 302, 418]) {
      server.fault = () => ({
        status,
        body: { exception: { detail: echo }, error_description: echo, error: echo },
      });
      const error = await failure(connect(session, undefined, trail).ping());
      trail.written.push(JSON.stringify({ ...error, message: error.message }));
    }
    const written = trail.written.join('\n');
    expect(written).not.toContain(username);
    expect(written).not.toContain('pässword');
    expect(written).not.toContain('grant_type');
    expect(written).toContain('AVIDXCHANGE_SIGN_IN_UNAVAILABLE');
  });

  it('names what the answer has when the token is not where it is looked for, and takes another name', async () => {
    server.fault = ({ path }) =>
      path === '/authorizations'
        ? { status: 200, body: { accessToken: 'session-x', expires_in: 1800, 'a b': 'canary' } }
        : undefined;
    const error = await failure(connect(session).ping());
    expect(error).toMatchObject({ code: 'AVIDXCHANGE_NO_TOKEN' });
    expect(error.message).toContain('there is no access_token in it. It has accessToken, expires_in.');
    expect(JSON.stringify([error.message, error])).not.toMatch(/session-x|canary/);
    await connect({ ...session, signInMember: 'accessToken' }).ping();
    expect(headersOf('GET /payments')).toMatchObject({ avidauthorization: 'Bearer session-x' });
  });

  it('tries again when AvidXchange is not to be had for a moment', async () => {
    let failures = 2;
    server.fault = ({ path }) =>
      path === '/authorizations' && failures-- > 0 ? { status: 503, body: 'busy' } : undefined;
    await connect(session).ping();
    expect(server.seen('POST /authorizations')).toHaveLength(3);
  });

  it('comes again when it is told to, and leaves a long wait to whoever wants the session (G4)', async () => {
    const waits: number[] = [];
    const clock: Clock = {
      now: () => new Date(),
      wait: async (ms) => {
        waits.push(ms);
      },
    };
    const throttled = (seconds: number) => ({
      status: 429,
      body: '',
      headers: { 'retry-after': `${seconds}` },
    });
    let refusals = 1;
    server.fault = ({ path }) => (path === '/authorizations' && refusals-- > 0 ? throttled(20) : undefined);
    await connect(session, clock).ping();
    expect(waits).toContain(20_000);
    expect(server.seen('POST /authorizations')).toHaveLength(2);
    server.fault = () => throttled(90);
    const error = await failure(connect(session, clock).ping());
    expect(error).toMatchObject({ recovery: 'rate-limited', waitMs: 90_000 });
    expect(server.seen('POST /authorizations')).toHaveLength(3);
  });

  it.each([
    [400, { error: 'invalid_grant' }, 'AVIDXCHANGE_SIGN_IN_REFUSED'],
    [404, '', 'AVIDXCHANGE_WRONG_SIGN_IN_PATH'],
    [200, { hello: 'world' }, 'AVIDXCHANGE_NO_TOKEN'],
  ])('says what is wrong when the answer is %i %j (%s)', async (status, body, code) => {
    server.fault = () => ({ status, body });
    expect(await failure(connect(session).ping())).toMatchObject({ recovery: 'configuration', code });
    expect(server.calls).toHaveLength(1);
  });
});

describe('as a partner', () => {
  it('gets a token at the host of the base URL, and names the company with every call', async () => {
    await connect(partner).ping();
    const [asked] = server.seen('POST /token');
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    expect(asked?.headers.authorization).toBe(`Basic ${basic}`);
    expect(asked?.text).toBe('grant_type=client_credentials');
    expect(headersOf('GET /payments')).toMatchObject({
      authorization: 'Bearer partner-token',
      'x-avid-company-id': companyId,
    });
  });

  it('gets it elsewhere when the connection says where', async () => {
    const other = await new SmallAvidXchange().start();
    await connect({ ...partner, tokenUrl: `${other.url}/token` }).ping();
    expect(other.seen('POST /token')).toHaveLength(1);
    expect(server.seen('POST /token')).toEqual([]);
    await other.stop();
  });
});

describe('a ping', () => {
  it('finds the accounting system by its name or number, and says so', async () => {
    expect((await connect({ accountingSystem: 'epic06' }).ping()).identity).toContain('epic06 (4811)');
    expect((await connect({ accountingSystem: '4812' }).ping()).identity).toContain('4812 (4812)');
  });

  it('names the accounting systems there are when ours is not among them', async () => {
    const error = await failure(connect({ accountingSystem: 'EPIC07' }).ping());
    expect(error).toMatchObject({ recovery: 'configuration', code: 'AVIDXCHANGE_NO_ACCOUNTING_SYSTEM' });
    expect(error.systemWords).toBe('none is called EPIC07; there are: Epic06, Other');
    expect(error.remedy).toContain('AVIDXCHANGE_ACCOUNTING_SYSTEM');
  });

  it.each([
    ['without our accounting system', 200, { Items: [{ ID: 1, Name: 'Other' }] }, 'NO_ACCOUNTING_SYSTEM'],
    [
      'with two of its name',
      200,
      {
        Items: [
          { ID: 1, Name: 'EPIC06' },
          { ID: 2, Name: 'epic06 ' },
        ],
      },
      'NO_ACCOUNTING_SYSTEM',
    ],
    ['that may not be asked', 403, { fault: { code: 900908, message: 'forbidden' } }, 'NO_RIGHT'],
    ['that is not there', 404, { fault: { code: 900906, message: 'No matching resource' } }, 'WRONG_ADDRESS'],
  ])(
    'and every other piece of work takes a connection %s offline (I2)',
    async (_what, status, body, code) => {
      server.fault = () => ({ status, body });
      const connection = connect();
      const reading = pagesOf(connection, 'payments');
      await expect(reading).rejects.toMatchObject({ recovery: 'configuration', code: `AVIDXCHANGE_${code}` });
      expect(connection.health.state).toBe('offline');
    },
  );

  it('names the right that is missing', async () => {
    server.fault = ({ path }) =>
      path === '/payments'
        ? { status: 403, body: { fault: { code: 900908, message: 'forbidden' } } }
        : undefined;
    const { checks } = await connect().ping();
    expect(checks.filter(({ ok }) => !ok)).toEqual([
      { name: 'read payments', ok: false, detail: expect.stringContaining('forbidden') },
    ]);
  });
});

describe('the address', () => {
  it.each(['', '/', '/v1', '/v1/'])('may end in "%s"', async (end) => {
    const connection = connectTo(`${server.url}${end}`);
    connections.push(connection);
    await connection.ping();
    expect(server.calls.every(({ path }) => !path.includes('v1'))).toBe(true);
  });

  it('has the paths and parameters that the connection names', async () => {
    const config = { paymentsPath: 'ap/payments', modifiedFromParameter: 'since', version: 'v2' };
    const connection = connect({ ...config, accountingSystemsPath: 'accountingSystems' });
    await connection.ping().catch(() => undefined);
    expect(server.calls.map(({ path }) => path)).toEqual(['/v2/accountingSystems']);
    server.calls.length = 0;
    server.fault = ({ path }) =>
      path === '/v2/accountingSystems' ? { body: { Items: server.systems } } : { body: { Items: [] } };
    await connection.ping();
    const last = server.calls.at(-1);
    expect(last?.path).toBe('/v2/ap/payments');
    expect([...(last?.query.keys() ?? [])]).toEqual(['since', 'lastModifiedTo', 'pageSize']);
  });
});
