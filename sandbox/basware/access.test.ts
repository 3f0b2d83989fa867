import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MovableClock } from '../clock';
import type { Basware } from './start';
import { BaswareCaller, startSmall } from './test-caller';

let clock: MovableClock;
let basware: Basware;
let caller: BaswareCaller;

beforeEach(async () => {
  clock = new MovableClock();
  basware = await startSmall({ clock });
  caller = new BaswareCaller(basware.url);
});
afterEach(() => basware.stop());

describe('tokens of the simulated Basware', () => {
  it('come for client credentials in a Basic header, with the scopes asked for', async () => {
    const answer = await caller.signIn('client', 'secret', 'vendors.read accounts.read');
    expect(answer.json).toMatchObject({
      expires_in: 3600,
      token_type: 'Bearer',
      scope: 'vendors.read accounts.read',
    });
    expect((await caller.get('/v1/vendors')).status).toBe(404);
    expect((await caller.get('/v1/taxCodes')).status).toBe(403);
  });

  it('are refused by name for a wrong secret, a wrong grant and a missing scope', async () => {
    expect((await caller.signIn('client', 'wrong')).text).toBe('{"error":"invalid_client"}');
    expect((await caller.signIn('client', 'secret', '')).status).toBe(422);
    expect((await caller.signIn('client', 'secret', 'whatever')).json).toEqual({ error: 'invalid_scope' });
    const login = Buffer.from('client:secret').toString('base64');
    const answer = await fetch(`${basware.url}/v1/tokens`, {
      method: 'POST',
      headers: { authorization: `Basic ${login}` },
      body: new URLSearchParams({ scope: 'vendors.read' }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  });

  it('end after their time and when they are withdrawn', async () => {
    await caller.signIn();
    expect((await caller.get('/v1/vendors')).status).toBe(404);
    clock.advance(3_600_000);
    expect((await caller.get('/v1/vendors')).text).toBe('{"message":"Unauthorized"}');
    await caller.signIn();
    basware.access.expireTokens();
    basware.switches.unauthorizedBody = 'empty';
    expect(await caller.get('/v1/vendors')).toMatchObject({ status: 401, text: '' });
  });

  it('are not needed with the Basic login of an API account', async () => {
    caller.headers = { authorization: `Basic ${Buffer.from('api-user:pass').toString('base64')}` };
    expect((await caller.get('/v1/vendors')).status).toBe(404);
    caller.headers = { authorization: `Basic ${Buffer.from('api-user:no').toString('base64')}` };
    expect((await caller.get('/v1/vendors')).status).toBe(401);
  });

  it('do not help against too many calls at the same time', async () => {
    await caller.signIn();
    basware.switches.latencyMs = 30;
    basware.switches.retryAfter = 1;
    const answers = await Promise.all([1, 2, 3].map(() => caller.get('/v1/vendors')));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused.map((answer) => answer.headers.get('retry-after'))).toEqual(['1']);
    expect(basware.access.maxInFlight).toBe(3);
  });
});
