import { afterEach, describe, expect, it } from 'vitest';
import { MovableClock } from '../clock';
import type { Avidxchange } from './start';
import { AvidCaller, startSmall } from './test-caller';

let avid: Avidxchange;
let caller: AvidCaller;
afterEach(() => avid.stop());

async function start(...options: Parameters<typeof startSmall>): Promise<void> {
  avid = await startSmall(...options);
  caller = new AvidCaller(avid.url);
}

const PATH = '/v1/accountingSystems';
const LOGIN = { grant_type: 'password', username: 'someone', password: 'pass&word' };
const GATEWAY = { authorization: 'Bearer gateway' };

describe('static tokens', () => {
  it('open the door with both headers, under the names and prefixes of the customer', async () => {
    await start();
    expect((await caller.get(PATH)).json).toEqual({
      Items: [
        { ID: 4811, Name: 'EPIC06' },
        { ID: 4812, Name: 'EPIC07' },
      ],
    });
    Object.assign(avid.switches, {
      companyHeader: 'Authorization',
      userHeader: 'AvidAuthorization',
      companyPrefix: 'Bearer ',
      userPrefix: 'Bearer ',
    });
    expect((await caller.get(PATH)).status).toBe(401);
    caller.headers = { authorization: 'Bearer company', avidauthorization: 'Bearer user' };
    expect((await caller.get(PATH)).status).toBe(200);
  });

  it.each([
    ['exception', (json: { exception: { reason: string } }) => json.exception.reason, 'Unauthorized'],
    ['fault', (json: { fault: { code: number } }) => json.fault.code, 900901],
    ['bare-fault', (json: { code: number }) => json.code, 900901],
  ] as const)('are refused in the style %s', async (unauthorizedBody, look, wanted) => {
    await start({ unauthorizedBody });
    caller.headers['x-avid-user-token'] = 'rotated';
    const answer = await caller.get(PATH);
    expect([answer.status, look(answer.json)]).toEqual([401, wanted]);
    caller.headers = {};
    expect((await caller.get(PATH)).status).toBe(401);
  });
});

describe('a session', () => {
  it('begins with the password call and ends by time or from outside', async () => {
    const clock = new MovableClock();
    await start({}, { clock });
    const answer = await caller.form('/v1/authorizations', LOGIN, GATEWAY);
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 1800 });
    caller.headers = { ...GATEWAY, avidauthorization: `Bearer ${answer.json.access_token}` };
    expect((await caller.get(PATH)).status).toBe(200);
    clock.advance(1_800_001);
    expect((await caller.get(PATH)).status).toBe(401);
    const again = await caller.form('/v1/authorizations', LOGIN, GATEWAY);
    caller.headers['avidauthorization'] = `Bearer ${again.json.access_token}`;
    expect((await caller.get(PATH)).status).toBe(200);
    avid.access.expireSessions();
    expect((await caller.get(PATH)).status).toBe(401);
    expect(avid.traffic.signIns).toBe(2);
  });

  it('is refused for a wrong password, without the gateway key, and with credentials in a 503', async () => {
    await start({ echoedPasswordEvery: 2 });
    const wrong = await caller.form('/v1/authorizations', { ...LOGIN, password: 'x' }, GATEWAY);
    expect([wrong.status, wrong.json.error]).toEqual([400, 'invalid_grant']);
    expect((await caller.form('/v1/authorizations', LOGIN, {})).status).toBe(401);
    const echoed = await caller.form('/v1/authorizations', LOGIN, GATEWAY);
    expect([echoed.status, echoed.text.includes('pass&word')]).toEqual([503, true]);
  });
});

describe('a partner', () => {
  it('gets a token that counts for its company only', async () => {
    await start();
    const login = { authorization: `Basic ${Buffer.from('client:secret').toString('base64')}` };
    const grant = { grant_type: 'client_credentials' };
    const answer = await caller.form('/token', grant, login);
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'default' });
    caller.headers = { authorization: `Bearer ${answer.json.access_token}`, 'x-avid-company-id': 'C1' };
    expect((await caller.get(PATH)).status).toBe(200);
    caller.headers['x-avid-company-id'] = 'C2';
    const other = await caller.get(PATH);
    expect([other.status, other.json.fault.code]).toEqual([403, 900908]);
    expect((await caller.form('/token', grant, { authorization: 'Basic bm86bm8=' })).status).toBe(401);
    expect(avid.tokenUrl).toBe(`${avid.url}/token`);
  });
});

describe('limits', () => {
  it('refuse the fifth call at the same time and count it', async () => {
    await start({ latencyMs: 30 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => caller.get(PATH)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 429]);
    expect(avid.access.maxInFlight).toBe(5);
  });

  it('refuse calls above the minute’s allowance and say until when', async () => {
    const clock = new MovableClock();
    await start({ callsPerMinute: 2 }, { clock });
    clock.advance(60_000 - (clock.now() % 60_000));
    await caller.get(PATH);
    await caller.get(PATH);
    const refused = await caller.get(PATH);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
    expect(refused.json.fault).toMatchObject({ code: 900800, message: 'Message throttled out' });
    expect(refused.json.fault.nextAccessTime).toMatch(/^\d{4}-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d\+0000 UTC$/);
    clock.advance(60_000);
    expect((await caller.get(PATH)).status).toBe(200);
  });

  it('refuse a body that is too large, after it was read, and paths that do not exist', async () => {
    await start({ bodyLimit: 1_000 });
    const large = await caller.submit('vendors', 'V1', [{ Name: 'x'.repeat(2_000) }]);
    expect([large.status, large.json.exception.reason]).toEqual([413, 'PayloadTooLarge']);
    const missing = await caller.get('/v1/nothing');
    expect([missing.status, missing.json.fault.code]).toEqual([404, 900906]);
  });

  it('note what must never arrive', async () => {
    await start({}, { forbidden: [/9900\d{3}4471/] });
    await caller.submit('vendors', 'V1', [{ ExternalVendorCode: '1', Name: 'A', Bank: '99001014471' }]);
    expect(avid.leaked).toEqual(['99001014471']);
  });
});
