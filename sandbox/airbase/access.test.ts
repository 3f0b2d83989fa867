import { afterEach, expect, it } from 'vitest';
import type { Airbase } from './start';
import type { AirbaseSwitches } from './switches';
import { AirbaseCaller, startSmall } from './test-caller';

const LIST = '/v1/accounting/ledger_entries/';
let airbase: Airbase;
let caller: AirbaseCaller;

async function open(switches: Partial<AirbaseSwitches> = {}): Promise<void> {
  airbase = await startSmall({ switches });
  caller = new AirbaseCaller(airbase.url);
}
afterEach(() => airbase.stop());

it('takes a token behind the word that the tenant has, and refuses everything else', async () => {
  await open();
  expect((await caller.get(LIST)).status).toBe(200);
  caller.authorization = 'Token first';
  const other = await caller.get(LIST);
  expect([other.status, other.json]).toEqual([
    401,
    { detail: 'Authentication credentials were not provided.' },
  ]);
  expect(other.headers.get('www-authenticate')).toBe('Token');
  caller.authorization = 'Bearer wrong';
  expect((await caller.get(LIST)).json).toEqual({ detail: 'Invalid token.' });
  airbase.switches.scheme = 'Token';
  caller.authorization = 'Token second';
  expect((await caller.get(LIST)).status).toBe(200);
});

it('lets two tokens live beside each other until one is revoked', async () => {
  await open({ rejectedStatus: 403 });
  airbase.access.revoke('first');
  expect((await caller.get(LIST)).status).toBe(403);
  caller.authorization = 'Bearer second';
  expect((await caller.get(LIST)).headers.get('x-airbase-auth-token-id')).toBe('471');
});

it('counts calls down, and refuses what is too much with the time to wait', async () => {
  await open({ rateLimit: 2 });
  const first = await caller.get(LIST);
  expect(first.headers.get('x-ratelimit-limit')).toBe('2');
  expect(first.headers.get('x-ratelimit-remaining')).toBe('1');
  await caller.get(LIST);
  const third = await caller.get(LIST);
  expect(third.status).toBe(429);
  expect(third.json.detail).toMatch(/^Request was throttled\. Expected available in \d+ seconds?\.$/);
  expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
});

it('refuses more calls at once than it bears', async () => {
  await open({ latencyMs: 60, concurrentLimit: 2 });
  const answers = await Promise.all([1, 2, 3].map(() => caller.get(LIST)));
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 429]);
  expect(airbase.access.maxInFlight).toBe(3);
});

it('wants the slash at the end', async () => {
  await open();
  expect((await caller.get(LIST.slice(0, -1))).status).toBe(404);
  airbase.switches.missingSlash = 'redirect';
  const moved = await caller.get(`${LIST.slice(0, -1)}?page=1`);
  expect([moved.status, moved.headers.get('location')]).toEqual([301, `${LIST}?page=1`]);
  expect((await caller.post('/v1/accounting/vendors', {})).status).toBe(500);
});

it('says which methods a path has, and names each call', async () => {
  await open();
  const refused = await caller.post(LIST, {});
  expect([refused.status, refused.json]).toEqual([405, { detail: 'Method "POST" not allowed.' }]);
  expect(refused.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  expect(refused.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(airbase.tenant.trespasses).toEqual([`POST ${LIST}`]);
});

it('answers some calls with a page of the network in front', async () => {
  await open({ gatewayErrorEvery: 2 });
  await caller.get(LIST);
  const second = await caller.get(LIST);
  expect([second.status, second.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
});

it('refuses bodies that are too large, of another type, or no JSON', async () => {
  await open();
  const path = `${airbase.url}/v1/accounting/vendors/`;
  const send = async (type: string, body: string) => {
    const headers = { authorization: 'Bearer first', 'content-type': type };
    return (await fetch(path, { method: 'POST', headers, body })).status;
  };
  await caller.post('/v1/accounting/entity/sync/', { action: 'START' });
  expect(await send('application/json', '{')).toBe(400);
  expect(await send('text/plain', '{}')).toBe(415);
  expect(await send('application/json', `"${'x'.repeat(6 * 1024 * 1024)}"`)).toBe(413);
});
