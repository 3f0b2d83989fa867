import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { SystemError } from '../../runtime/connector/errors';
import type { HttpRequest } from '../../runtime/connector/system';
import { connectTo } from '../../tests/support/kinetic-connection';
import { noMemory } from '../../tests/support/sample-connection';
import { SmallPayables } from '../../tests/support/small-kinetic-payables';
import { openEpicor, serviceUrl } from './connection';

let server: SmallPayables;
let connection: Connection;

beforeEach(async () => {
  server = new SmallPayables();
  await server.start();
  server.addSet('Erp.BO.GLAccountSvc', 'GLAccounts', 'GLAccount', [], ['Company', 'COACode', 'GLAccount1']);
  server.addVendor(12, 'ACME');
  connection = connectTo(server);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

async function reopen(config: Record<string, unknown>): Promise<void> {
  await connection.close();
  connection = connectTo(server, config);
}

function getVendors(): HttpRequest {
  const url = `${server.url}/api/v2/odata/EPIC06/Erp.BO.VendorSvc/Vendors?$top=1`;
  return { name: 'list-vendors', method: 'GET', url, effect: 'read' };
}

async function failure(promise: Promise<unknown>): Promise<SystemError> {
  return promise.then(
    () => expect.fail('did not fail'),
    (error: SystemError) => error,
  );
}

describe('the address', () => {
  const clock = { now: () => new Date(0), wait: async () => {} };
  it.each([
    'https://erp.example.com/KineticLive',
    'https://erp.example.com/KineticLive/',
    'https://erp.example.com/KineticLive/api',
    'https://erp.example.com/KineticLive/api/v2/odata/EPIC06/',
    'https://erp.example.com/KineticLive/api/help/',
    'https://erp.example.com/KineticLive/apps/resthelp/',
  ])('%s leads to the instance, and always names the company', (baseUrl) => {
    const epicor = openEpicor({ baseUrl, company: 'A B' }, clock);
    expect(serviceUrl(epicor, 'Erp.BO.VendorSvc', 'Vendors')).toBe(
      'https://erp.example.com/KineticLive/api/v2/odata/A%20B/Erp.BO.VendorSvc/Vendors',
    );
  });
});

describe('the token address', () => {
  const clock = { now: () => new Date(0), wait: async () => {} };
  const baseUrl = 'https://erp.example.com/Live';
  it.each([
    ['token', undefined, 'https://erp.example.com/Live/TokenResource.svc/'],
    ['token', 'https://idp.example.com/connect/token', 'https://erp.example.com/Live/TokenResource.svc/'],
    ['token', 'https://sso.example.com/TokenResource.svc', 'https://sso.example.com/TokenResource.svc/'],
    ['oauth', undefined, 'https://login.epicor.com/connect/token'],
    ['oauth', 'https://idp.example.com/connect/token', 'https://idp.example.com/connect/token'],
  ])('of %s with %s is %s', (auth, tokenUrl, address) => {
    expect(openEpicor({ baseUrl, auth, tokenUrl }, clock).tokenUrl).toBe(address);
  });
});

describe('a call', () => {
  it('carries user, key, company and plant', async () => {
    await reopen({ plant: 'MfgSys' });
    await connection.calls().call(getVendors());
    const { headers } = server.calls[0] ?? expect.fail();
    expect(headers['authorization']).toBe(`Basic ${Buffer.from('robot:canary-password').toString('base64')}`);
    expect(headers['x-api-key']).toBe('canary-api-key');
    expect(headers['callsettings']).toBe('{"Company":"EPIC06","Plant":"MfgSys"}');
  });

  it('is refused for good with user and password that are wrong, and takes the connection offline (G1)', async () => {
    await reopen({ password: 'wrong' });
    expect(await failure(connection.calls().call(getVendors()))).toMatchObject({ recovery: 'configuration' });
    expect(server.calls).toHaveLength(1);
    expect(connection.health.state).toBe('offline');
  });
});

describe('a token', () => {
  it.each(['json', 'xml'] as const)('comes as %s, once for all who call', async (form) => {
    server.tokenForm = form;
    await reopen({ auth: 'token' });
    await Promise.all([1, 2, 3].map(() => connection.calls().call(getVendors())));
    expect(server.tokensGiven).toBe(1);
    expect(server.calls[0]).toMatchObject({ method: 'POST', path: '/KineticLive/TokenResource.svc/' });
    expect(server.calls[0]?.headers).toMatchObject({ username: 'robot', accept: 'application/json' });
    expect(server.calls.at(-1)?.headers['authorization']).toBe('Bearer token-1');
    expect(server.calls.every((call) => call.headers['x-api-key'] === 'canary-api-key')).toBe(true);
  });

  it('is replaced once when it expires in between, also without a word (G1)', async () => {
    server.tokenSeconds = undefined;
    server.rejectsSilently = true;
    await reopen({ auth: 'token' });
    await connection.calls().call(getVendors());
    server.tokens.clear();
    await Promise.all([1, 2, 3].map(() => connection.calls().call(getVendors())));
    expect(server.tokensGiven).toBe(2);
  });

  it('is replaced before the time it says', async () => {
    server.tokenSeconds = 100;
    await reopen({ auth: 'token' });
    await connection.calls().call(getVendors());
    const session = await connection.client.signIn?.(connection.calls(), noMemory);
    expect(session?.expiresAt).toBe(Date.parse('2026-03-02T10:22:10.000Z'));
  });

  it('is asked for by client credentials from the identity provider, without the API key', async () => {
    const { origin } = new URL(server.url);
    await reopen({ auth: 'oauth', tokenUrl: `${origin}/connect/token`, clientId: 'c', clientSecret: 's' });
    await connection.calls().call(getVendors());
    const { text, headers } = server.calls[0] ?? expect.fail();
    expect(text).toBe('grant_type=client_credentials&client_id=c&client_secret=s&scope=epicor_erp');
    expect(headers['x-api-key']).toBeUndefined();
    expect(server.calls[1]?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      'x-api-key': 'canary-api-key',
    });
  });

  it('is not to be had with a wrong password, said at once and only once', async () => {
    await reopen({ auth: 'token', password: 'wrong' });
    expect(await failure(connection.calls().call(getVendors()))).toMatchObject({
      code: 'EPICOR_LOGIN_REFUSED',
      recovery: 'configuration',
    });
    expect(server.calls).toHaveLength(1);
  });

  it('is asked for in the Basic form when a header cannot hold the password', async () => {
    server.user.password = 'pässword';
    server.fault = (call) =>
      call.path.includes('TokenResource') ? { body: { AccessToken: 't' } } : undefined;
    server.tokens.add('t');
    await reopen({ auth: 'token' });
    await connection.calls().call(getVendors());
    const basic = Buffer.from('robot:pässword').toString('base64');
    expect(server.calls[0]?.headers['authorization']).toBe(`Basic ${basic}`);
  });
});

describe('a ping', () => {
  it('tells company, address and every right', async () => {
    const report = await connection.ping();
    expect(report.identity).toBe(`company EPIC06 on ${server.url}`);
    expect(report.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['vendors', true],
      ['AP invoices', true],
      ['AP payments', true],
      ['payment groups', true],
      ['GL accounts', true],
    ]);
  });

  it('names the service that is forbidden, and counts a heavy one as allowed (G8)', async () => {
    server.fault = (call) => {
      if (call.path.endsWith('PaymentEntries'))
        return { status: 403, body: { ErrorMessage: 'Not in scope.' } };
      return call.path.endsWith('Vendors') ? { status: 500, body: { ErrorMessage: 'Sorry.' } } : undefined;
    };
    const { checks } = await connection.ping();
    expect(checks.filter(({ ok }) => !ok)).toEqual([
      { name: 'AP payments', ok: false, detail: 'Not in scope.' },
    ]);
  });

  it.each([
    ['a wrong API key that is named', { apiKey: 'wrong' }, false, 'EPICOR_API_KEY_REFUSED'],
    ['a wrong API key, without a word', { apiKey: 'wrong' }, true, 'EPICOR_API_KEY_REFUSED'],
    [
      'a wrong API key, without a word, with a good token',
      { apiKey: 'wrong', auth: 'token' },
      true,
      'EPICOR_API_KEY_REFUSED',
    ],
    ['a wrong password', { password: 'wrong' }, false, 'EPICOR_LOGIN_REFUSED'],
    ['a wrong password with a token', { password: 'wrong', auth: 'token' }, false, 'EPICOR_LOGIN_REFUSED'],
    ['a wrong company', { company: 'NOBODY' }, false, 'EPICOR_NO_SUCH_ADDRESS'],
  ])('names %s (G5)', async (_what, config, silently, code) => {
    server.rejectsSilently = silently;
    await reopen(config);
    const error = await failure(connection.ping());
    expect(error).toMatchObject({ recovery: 'configuration', code });
    expect(JSON.stringify(error)).not.toContain('canary');
    expect(connection.health).toMatchObject({ state: 'offline', code });
  });

  it('names rows of another company (A16)', async () => {
    Object.assign(server.vendors[0] as object, { Company: 'EPIC99' });
    expect(await failure(connection.ping())).toMatchObject({
      code: 'WRONG_COMPANY',
      recovery: 'configuration',
    });
  });

  it.each([
    ['an object', {}],
    ['nothing', null],
    ['a row', { Company: 'EPIC06' }],
  ])('takes a success that holds no rows, but %s, for no answer of Epicor (B15)', async (_what, body) => {
    server.fault = () => ({ status: 200, body });
    expect(await failure(connection.ping())).toMatchObject({ code: 'EPICOR_UNREADABLE_ANSWER' });
    expect(connection.health.state).toBe('offline');
  });

  it('does not take the failure of something before Epicor for a heavy service', async () => {
    server.fault = () => ({ status: 500, body: 'no upstream' });
    const { checks } = await connection.ping();
    expect(checks.map(({ ok }) => ok)).toEqual([false, false, false, false, false]);
  });

  it('fails when every service is forbidden', async () => {
    server.fault = () => ({ status: 403 });
    expect(await failure(connection.ping())).toMatchObject({
      code: 'EPICOR_FORBIDDEN',
      recovery: 'configuration',
    });
  });
});
