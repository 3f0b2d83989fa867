import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { SystemError } from '../../runtime/connector/errors';
import type { HttpRequest } from '../../runtime/connector/system';
import { connectTo } from '../../tests/support/bill-connection';
import { noMemory } from '../../tests/support/sample-connection';
import { complaint, SmallBill } from '../../tests/support/small-bill';
import { endpointsOf } from './endpoints';

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

function getVendors(): HttpRequest {
  const url = `${server.url}/connect/v3/vendors`;
  return { name: 'list-vendors', method: 'GET', url, query: { max: '1' }, effect: 'read' };
}

async function failure(promise: Promise<unknown>): Promise<SystemError> {
  return promise.then(
    () => expect.fail('did not fail'),
    (error: SystemError) => error,
  );
}

describe('the address', () => {
  it.each([
    'https://gateway.stage.bill.com',
    'https://gateway.stage.bill.com/',
    'https://gateway.stage.bill.com/connect',
    'https://gateway.stage.bill.com/connect/',
    'https://gateway.stage.bill.com/connect/v3',
    'https://gateway.stage.bill.com/connect-events/v3/',
  ])('%s leads to both APIs without doubling a part', (baseUrl) => {
    expect(endpointsOf(baseUrl)).toEqual({
      connect: 'https://gateway.stage.bill.com/connect/v3',
      events: 'https://gateway.stage.bill.com/connect-events/v3',
    });
  });

  it('keeps a path that leads to the gateway', () => {
    expect(endpointsOf('http://127.0.0.1:9/proxy/bill').connect).toBe(
      'http://127.0.0.1:9/proxy/bill/connect/v3',
    );
  });
});

describe('a session', () => {
  it('is opened once for all who call, with the key in the body, and travels in headers', async () => {
    await Promise.all([1, 2, 3, 4, 5].map(() => connection.calls().call(getVendors())));
    expect(server.logins).toBe(1);
    const [login, list] = server.calls;
    expect(login?.body).toEqual(server.credentials);
    expect(login?.headers['devkey']).toBeUndefined();
    expect(list?.headers).toMatchObject({ devkey: 'canary-dev-key', sessionid: 'session-1' });
    expect(server.maxInFlight).toBeLessThanOrEqual(3);
  });

  it.each([
    ['with its code', complaint(401, 'BDC_1109', 'Session is invalid.')],
    ['without any body', { status: 401, body: undefined }],
    ['with HTML', { status: 401, body: '<html>Unauthorized</html>' }],
    ['with an object', { status: 401, body: { message: 'Unauthorized' } }],
  ])('that has expired is renewed once and the call repeated, %s (G1)', async (_name, refusal) => {
    let expired = true;
    server.fault = (call) => {
      if (call.path !== '/v3/vendors' || !expired) return undefined;
      expired = false;
      return { status: refusal.status, body: refusal.body };
    };
    await connection.calls().call(getVendors());
    expect(server.logins).toBe(2);
    expect(server.seen('GET /v3/vendors').map((call) => call.headers['sessionid'])).toEqual([
      'session-1',
      'session-2',
    ]);
  });

  it('is given up before it has been idle for 35 minutes', async () => {
    const session = await connection.client.signIn?.(connection.calls(), noMemory);
    expect(session?.idleMs).toBe(30 * 60_000);
  });

  it('is not renewed when BILL wants a second factor', async () => {
    server.fault = (call) =>
      call.path === '/v3/vendors'
        ? { status: 403, body: complaint(403, 'BDC_1361', 'Untrusted.').body }
        : undefined;
    expect(await failure(connection.calls().call(getVendors()))).toMatchObject({
      code: 'BILL_MFA_REQUIRED',
      recovery: 'configuration',
    });
    expect(server.logins).toBe(1);
  });

  it('that has expired is renewed also where BILL says so as it asks for a second factor', async () => {
    let expired = true;
    server.fault = (call) => {
      if (call.path !== '/v3/vendors' || !expired) return undefined;
      expired = false;
      return { status: 403, body: complaint(403, 'BDC_1361', 'Session is no longer valid.').body };
    };
    await connection.calls().call(getVendors());
    expect(server.logins).toBe(2);
  });

  it('waits for the next hour by the clock of BILL, whose hour it is, and a little longer (A11)', async () => {
    const { body } = complaint(429, 'BDC_1144', 'Max number of allowed requests per hour reached: 20000.');
    const headers = { date: 'Mon, 02 Mar 2020 10:40:00 GMT' };
    server.fault = (call) => (call.path === '/v3/vendors' ? { status: 429, body, headers } : undefined);
    expect(await failure(connection.calls().call(getVendors()))).toMatchObject({
      code: 'BILL_HOURLY_LIMIT',
      waitMs: 20 * 60_000 + 5_000,
    });
  });

  it('of another organization is refused (I2)', async () => {
    server.fault = (call) =>
      call.path === '/v3/login'
        ? { status: 200, body: { sessionId: 's', organizationId: '00801SOMEBODYELSE0001' } }
        : undefined;
    expect(await failure(connection.ping())).toMatchObject({
      code: 'BILL_OTHER_ORGANIZATION',
      recovery: 'configuration',
    });
  });
});

describe('a ping', () => {
  it('says who it is and what it may read, each list by itself (G8)', async () => {
    server.fault = (call) =>
      call.path === '/v3/payments'
        ? { status: 403, body: complaint(403, 'BDC_1145', 'No role.').body }
        : undefined;
    const report = await connection.ping();
    expect(report.identity).toMatch(/^organization 00801ORGANIZATION001 as robot@example.com on http:/);
    expect(report.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['list vendors', true],
      ['list bills', true],
      ['list payments', false],
      ['list chart of accounts', true],
    ]);
    expect(report.checks[2]?.detail).toMatch(/role.*BDC_1145/s);
    expect(server.seen('GET /v3/vendors')[0]?.query.get('max')).toBe('1');
  });

  it.each([
    ['password', 'BILL_WRONG_PASSWORD', 'BILL_PASSWORD'],
    ['devKey', 'BILL_WRONG_DEV_KEY', 'environment'],
  ])('names a wrong %s, and tries it once', async (field, code, remedy) => {
    const wrong = connectTo(server, { [field]: 'wrong' });
    const error = await failure(wrong.ping());
    expect(error).toMatchObject({ code, recovery: 'configuration' });
    expect(error.remedy).toContain(remedy);
    expect(server.logins).toBe(1);
    await wrong.close();
  });

  it('names a wrong address', async () => {
    server.fault = () => ({ status: 404, body: '<html>Not found</html>' });
    expect(await failure(connection.ping())).toMatchObject({
      code: 'BILL_WRONG_PATH',
      recovery: 'configuration',
    });
  });

  it('names a wrong address that is said in the words of BILL', async () => {
    const { body } = complaint(404, 'BDC_1121', 'API not supported.');
    server.fault = () => ({ status: 404, body });
    expect(await failure(connection.ping())).toMatchObject({
      code: 'BILL_WRONG_PATH',
      recovery: 'configuration',
      remedy: expect.stringContaining('BILL_BASE_URL'),
    });
  });

  it('does not need to be told who it is', async () => {
    const { body } = complaint(404, 'BDC_1121', 'API not supported.');
    server.fault = (call) => (call.path === '/v3/login/session' ? { status: 404, body } : undefined);
    expect((await connection.ping()).checks.every(({ ok }) => ok)).toBe(true);
  });

  it('names a login without a session', async () => {
    server.fault = (call) => (call.path === '/v3/login' ? { status: 200, body: {} } : undefined);
    expect(await failure(connection.ping())).toMatchObject({
      code: 'BILL_NO_SESSION',
      recovery: 'configuration',
    });
  });

  it('shows no secret', async () => {
    const report = JSON.stringify(await connection.ping());
    expect(report).not.toContain('canary');
  });
});
