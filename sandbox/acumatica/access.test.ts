import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AcumaticaCaller } from '../world/acumatica-caller';
import { type AcumaticaBillWorld, startAcumaticaBillWorld } from '../worlds/acumatica-bill';
import type { AcumaticaSwitches } from './switches';

let world: AcumaticaBillWorld;
afterEach(() => world.stop());

async function start(acumaticaSwitches: Partial<AcumaticaSwitches> = {}): Promise<AcumaticaCaller> {
  world = await startAcumaticaBillWorld({ acumaticaSwitches });
  return new AcumaticaCaller(world.env);
}

const seats = () => world.acumatica.sessions.live().length;

describe('signing in with cookies', () => {
  it('answers 204 with cookies, of which every one is asked for', async () => {
    const caller = await start();
    expect((await caller.login()).status).toBe(204);
    expect((await caller.get('Ledger')).json[0].Description.value).toBe('Books of Brightwater');
    caller.headers = { cookie: String(caller.headers['cookie']).replace(/\.ASPXAUTH=[^;]*/, '') };
    expect((await caller.get('Ledger')).status).toBe(401);
  });

  it('lands on another tenant when none is named, and refuses one that is not there', async () => {
    const caller = await start();
    await caller.login({ tenant: '' });
    expect((await caller.get('Ledger')).json[0].Description.value).toBe('Books of Brightwater Labs');
    const refused = await caller.login({ tenant: 'Nowhere' });
    expect([refused.status, refused.json.exceptionType]).toEqual([
      500,
      'PX.Data.PXUndefinedCompanyException',
    ]);
  });

  it.each([500, 401] as const)('answers a wrong password with %i and says so in the text', async (status) => {
    const caller = await start({ loginFailureStatus: status });
    const refused = await caller.login({ password: 'wrong' });
    expect([refused.status, refused.json.exceptionMessage]).toEqual([
      status,
      'Invalid credentials. Please try again.',
    ]);
  });

  it('ends a session that idles for twenty minutes, and one that signs out', async () => {
    const caller = await start();
    await caller.login();
    world.clock.advance(19 * 60_000);
    expect((await caller.get('Ledger')).status).toBe(200);
    world.clock.advance(21 * 60_000);
    expect((await caller.get('Ledger')).status).toBe(401);
    await caller.login();
    expect(seats()).toBe(1);
    expect((await caller.logout()).status).toBe(204);
    expect(seats()).toBe(0);
    expect((await caller.get('Ledger')).status).toBe(401);
  });

  it('wants a length of a sign-out', async () => {
    await start();
    const { port, pathname } = new URL(`${world.acumatica.url}/entity/auth/logout`);
    const line = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(`POST ${pathname} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      });
      socket.once('data', (data) => resolve(String(data).split('\r\n', 1)[0] ?? ''));
    });
    expect(line).toBe('HTTP/1.1 411 Length Required');
  });

  it.each([
    ['429', 429, 'API Login Limit'],
    ['429-text', 429, 'The custom error module does not recognize this error.'],
    ['500', 500, 'API Login Limit'],
  ] as const)('has two seats for all integrations together (%s)', async (seatRefusal, status, text) => {
    const caller = await start({ seatRefusal });
    await caller.login();
    await new AcumaticaCaller(world.env).grant();
    const third = await new AcumaticaCaller(world.env).login();
    expect([third.status, third.text]).toEqual([status, expect.stringContaining(text)]);
    expect((await new AcumaticaCaller(world.env).grant()).status).toBe(status);
    await caller.logout();
    expect((await new AcumaticaCaller(world.env).login()).status).toBe(204);
  });
});

describe('a call without a live session', () => {
  it.each([
    ['json', 401, 'application/json; charset=utf-8'],
    ['empty', 401, null],
    ['html', 401, 'text/html'],
    ['redirect', 302, null],
    ['login-page', 200, 'text/html'],
  ] as const)('is refused: %s', async (unauthorized, status, type) => {
    const caller = await start({ unauthorized });
    const refused = await caller.get('Bill');
    expect([refused.status, refused.headers.get('content-type')]).toEqual([status, type]);
  });
});

describe('the identity server', () => {
  it('gives a token for a password, holding one seat over every refresh', async () => {
    const caller = await start();
    await caller.grant();
    expect(caller.token).toMatchObject({
      expires_in: 3600,
      token_type: 'Bearer',
      scope: 'api offline_access',
    });
    const { refresh_token: first } = caller.token;
    const renewed = await caller.grant({ grant_type: 'refresh_token', refresh_token: first });
    expect(renewed.status).toBe(200);
    expect((await caller.get('Ledger')).status).toBe(200);
    expect(seats()).toBe(1);
    const again = await caller.grant({ grant_type: 'refresh_token', refresh_token: first });
    expect([again.status, again.json]).toEqual([400, { error: 'invalid_grant' }]);
  });

  it('ends a token after an hour, and its seat with it', async () => {
    const caller = await start();
    await caller.grant();
    world.clock.advance(3_600_001);
    const refused = await caller.get('Ledger');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
    expect(seats()).toBe(0);
    await caller.grant({ grant_type: 'refresh_token', refresh_token: caller.token.refresh_token });
    expect((await caller.get('Ledger')).status).toBe(200);
  });

  it.each([
    [{ grant_type: 'client_credentials' }, 'unsupported_grant_type'],
    [{ client_secret: 'wrong' }, 'invalid_client'],
    [{ password: 'wrong' }, 'invalid_grant'],
    [{ scope: 'everything' }, 'invalid_scope'],
  ])('refuses %j', async (differing, error) => {
    const caller = await start();
    const refused = await caller.grant(differing);
    expect([refused.status, refused.json.error]).toEqual([400, error]);
  });

  it('redeems a code once, for who can prove to have asked for it', async () => {
    const caller = await start();
    const redirect = 'https://runtime.example/oauth';
    world.acumatica.signIn.access = { ...world.acumatica.signIn.access, redirectUris: [redirect] };
    const challenge = createHash('sha256').update('verifier').digest('base64url');
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: String(world.env['ACUMATICA_CLIENT_ID']),
      redirect_uri: redirect,
      scope: 'api offline_access',
      code_challenge_method: 'S256',
      code_challenge: challenge,
    });
    const asked = await fetch(`${caller.site}/identity/connect/authorize?${query}`, { redirect: 'manual' });
    const code = new URL(String(asked.headers.get('location'))).searchParams.get('code') ?? '';
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirect,
      code_verifier: 'verifier',
    };
    expect((await caller.grant(form)).status).toBe(200);
    expect((await caller.grant(form)).json.error).toBe('invalid_grant');
  });

  it('opens a session for every call without a cookie when many are allowed', async () => {
    const caller = await start({ seats: 3 });
    await caller.grant({ scope: 'api api:concurrent_access' });
    const first = await caller.get('Ledger');
    await caller.get('Ledger');
    expect(seats()).toBe(2);
    const cookies = first.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0]);
    caller.headers = { ...caller.headers, cookie: cookies.join('; ') };
    await caller.get('Ledger');
    expect(seats()).toBe(2);
  });
});

describe('endpoints', () => {
  it('are listed without signing in, those of the company only with', async () => {
    const caller = await start();
    const root = `${caller.site}/entity`;
    const open = (await (await fetch(root)).json()) as { endpoints: { name: string; version: string }[] };
    expect(open.endpoints.map(({ name, version }) => `${name}/${version}`)).toEqual([
      'Default/22.200.001',
      'Default/23.200.001',
      'Default/24.200.001',
      'eCommerce/23.200.001',
    ]);
    await caller.grant();
    const signedIn = await (await fetch(root, { headers: caller.headers })).text();
    expect(signedIn).toContain('"name":"Payables","version":"1"');
  });

  it('G7: a version, an endpoint or an entity that is not served is not found', async () => {
    const caller = await start();
    await caller.grant();
    for (const path of ['Default/25.200.001/Bill', 'Nothing/24.200.001/Bill', 'Default/24.200.001/Invoice']) {
      const reply = await fetch(`${caller.site}/entity/${path}`, { headers: caller.headers });
      expect([reply.status, await reply.text()]).toEqual([404, expect.stringContaining('No HTTP resource')]);
    }
  });

  it('show the fields of their version', async () => {
    const caller = await start();
    await caller.grant();
    const older = new AcumaticaCaller({ ...world.env, ACUMATICA_VERSION: '22.200.001' });
    older.headers = caller.headers;
    expect((await caller.get('Bill', { $top: 1 })).json[0]).toHaveProperty('IsTaxValid');
    expect((await older.get('Bill', { $top: 1 })).json[0]).not.toHaveProperty('IsTaxValid');
  });
});

describe('the limits of the license', () => {
  it('hold calls back from half of a minute on, and never say so', async () => {
    const caller = await start({ perMinute: 10, minuteMs: 400 });
    await caller.grant();
    const began = performance.now();
    for (let call = 0; call < 9; call += 1) expect((await caller.get('Ledger')).status).toBe(200);
    expect(world.acumatica.license.delayed).toBeGreaterThan(2);
    expect(performance.now() - began).toBeGreaterThan(100);
  });

  it('decline a call only when too many wait', async () => {
    const caller = await start({ latencyMs: 150, concurrentCalls: 1, maxQueue: 2, retryAfter: 1 });
    await caller.grant();
    const replies = await Promise.all(Array.from({ length: 8 }, () => caller.get('Ledger')));
    const declined = replies.filter((reply) => reply.status === 429);
    expect(declined.length).toBe(world.acumatica.license.declined);
    expect(declined[0]?.headers.get('retry-after')).toBe('1');
    expect(replies.filter((reply) => reply.status === 200).length).toBeGreaterThanOrEqual(3);
  });

  it('are no help within one session: calls wait for one another, or are refused', async () => {
    const caller = await start({ latencyMs: 200 });
    await caller.grant();
    const two = () => Promise.all([caller.get('Ledger'), caller.get('Ledger')]);
    const began = performance.now();
    expect((await two()).map((reply) => reply.status)).toEqual([200, 200]);
    expect(performance.now() - began).toBeGreaterThan(380);
    world.acumatica.switches.overlap = 'refuse';
    const [, second] = (await two()).sort((a, b) => a.status - b.status);
    expect(second?.json.exceptionMessage).toBe('The previous operation has not been completed yet.');
    expect(world.checkPromises()).toContain('2 calls were in flight at once in one session of Acumatica');
  });
});
