import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { SystemError } from '../../runtime/connector/errors';
import type { HttpRequest } from '../../runtime/connector/system';
import { client, connectTo } from '../../tests/support/basware-connection';
import { SmallBasware } from '../../tests/support/small-basware';

let server: SmallBasware;
let connection: Connection;

beforeEach(async () => {
  server = await new SmallBasware().start();
  connection = connectTo(server.url);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

function aRead(): HttpRequest {
  server.master.set('/vendors/V1', { externalCode: 'V1' });
  return { name: 'get-vendor', method: 'GET', url: `${server.url}/v1/vendors/V1`, effect: 'read' };
}

async function failure(promise: Promise<unknown>): Promise<SystemError> {
  return promise.then(
    () => expect.fail('did not fail'),
    (error: SystemError) => error,
  );
}

describe('a token', () => {
  it('is asked for once, the client in the Basic header, grant and scopes in the form', async () => {
    await Promise.all([1, 2, 3, 4].map(() => connection.calls().call(aRead())));
    const [asked, ...rest] = server.seen('POST /tokens');
    expect(rest).toEqual([]);
    const form = new URLSearchParams(asked?.text);
    expect([...form.keys()].sort()).toEqual(['grant_type', 'scope']);
    expect(form.get('grant_type')).toBe('client_credentials');
    expect(form.get('scope')?.split(' ')).toContain('accountingDocuments.write');
    expect(asked?.text).not.toContain(client.clientSecret);
    expect(server.seen('GET /vendors/V1')[0]?.headers.authorization).toBe('Bearer token-1');
  });

  it('is renewed before its hour is over', async () => {
    let now = Date.parse('2026-03-02T10:00:00Z');
    const clock = { now: () => new Date(now), wait: async () => {} };
    const patient = connectTo(server.url, {}, clock);
    await patient.calls().call(aRead());
    now += 58 * 60_000;
    await patient.calls().call(aRead());
    expect(server.signIns).toBe(1);
    now += 70_000;
    await patient.calls().call(aRead());
    expect(server.signIns).toBe(2);
    await patient.close();
  });

  it('that was refused is replaced once, and the call repeated (G1)', async () => {
    await connection.calls().call(aRead());
    server.expireTokens();
    await connection.calls().call(aRead());
    expect(server.signIns).toBe(2);
  });

  it.each([
    [401, { error: 'invalid_client' }, 'BASWARE_CLIENT_REFUSED'],
    [400, { error: 'invalid_scope' }, 'BASWARE_SCOPE_REFUSED'],
    [422, { detail: [{ msg: 'scope' }] }, 'BASWARE_SIGN_IN_REFUSED'],
    [404, undefined, 'BASWARE_WRONG_PATH'],
    [200, { hello: 'world' }, 'BASWARE_NO_TOKEN'],
  ])('that is answered with %i %j says what is wrong (%s)', async (status, body, code) => {
    server.fault = (call) => (call.path === '/tokens' ? { status, body } : undefined);
    expect(await failure(connection.ping())).toMatchObject({ recovery: 'configuration', code });
    expect(server.calls).toHaveLength(1);
  });

  it('is not used where user and password go with every call', async () => {
    const basic = connectTo(server.url, { auth: 'basic' });
    await basic.calls().call(aRead());
    expect(server.signIns).toBe(0);
    expect(server.calls[0]?.headers.authorization).toMatch(/^Basic /);
    server.fault = () => ({ status: 401 });
    expect(await failure(basic.calls().call(aRead()))).toMatchObject({ recovery: 'configuration' });
    await basic.close();
  });
});

describe('a ping', () => {
  it('says who and where, and is content with empty lists', async () => {
    const report = await connection.ping();
    expect(report.identity).toBe(`company BW00 as api-client on ${server.url}`);
    expect(report.checks.every(({ ok }) => ok)).toBe(true);
  });

  it('names the right that is missing', async () => {
    server.fault = (call) =>
      call.path === '/taxCodes' ? { status: 403, body: { Message: 'not authorized' } } : undefined;
    const { checks } = await connection.ping();
    expect(checks.filter(({ ok }) => !ok)).toEqual([
      { name: 'read tax codes', ok: false, detail: expect.stringContaining('not authorized') },
    ]);
  });
});

describe('the address', () => {
  it.each(['', '/', '/v1', '/v1/'])('may end in "%s"', async (end) => {
    const other = connectTo(`${server.url}${end}`);
    await other.ping();
    expect(server.calls.every(({ path }) => !path.startsWith('/v1'))).toBe(true);
    await other.close();
  });
});
