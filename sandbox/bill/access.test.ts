import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BillCaller } from '../world/callers';
import { type EpicorBillWorld, startEpicorBillWorld } from '../worlds/epicor-kinetic-bill';

let world: EpicorBillWorld;
let caller: BillCaller;

beforeEach(async () => {
  world = await startEpicorBillWorld();
  caller = new BillCaller(world.env);
});
afterEach(() => world.stop());

const codes = (reply: { json: { code?: string }[] }) => reply.json.map((error) => error.code);
const MINUTES = 60_000;

describe('signing in to the simulated BILL', () => {
  it('gives a session and names the cause of a refusal by its code', async () => {
    expect((await caller.login()).json).toMatchObject({ organizationId: world.env['BILL_ORGANIZATION_ID'] });
    expect(codes(await caller.login({ password: 'x' }))).toEqual(['BDC_1101']);
    expect(codes(await caller.login({ organizationId: '00801NOBODY' }))).toEqual(['BDC_1101']);
    expect(codes(await caller.login({ devKey: 'x' }))).toEqual(['BDC_1102']);
    expect((await caller.login({ surprise: 'x' })).status).toBe(400);
  });

  it('keeps a session alive by use, and ends it after 35 idle minutes', async () => {
    await caller.login();
    for (let round = 0; round < 3; round += 1) {
      world.clock.advance(34 * MINUTES);
      expect((await caller.get('vendors?max=1')).status).toBe(200);
    }
    world.clock.advance(35 * MINUTES + 1);
    const refused = await caller.get('vendors?max=1');
    expect([refused.status, codes(refused)]).toEqual([401, ['BDC_1109']]);
  });

  it('binds a session to its developer key, and ends it at logout without a body', async () => {
    await caller.login();
    expect((await caller.get('login/session')).json.mfaStatus).toBe('DISABLED');
    expect((await caller.send('GET', '/connect/v3/vendors', undefined, { devKey: 'x' })).status).toBe(401);
    expect(await caller.post('logout')).toMatchObject({ status: 200, text: '' });
    expect((await caller.get('vendors')).status).toBe(401);
  });

  it.each([
    ['empty', ''],
    ['object', '{"message":'],
    ['html', '<html>'],
  ] as const)('answers 401 with a body that is %s where it is told to', async (kind, begin) => {
    world.bill.switches.unauthorizedBody = kind;
    const reply = await caller.get('vendors');
    expect(reply.status).toBe(401);
    expect(reply.text.slice(0, begin.length)).toBe(begin);
  });

  it('allows 200 sign-ins an hour, and starts again with the next clock hour', async () => {
    world.bill.switches.loginLimit = 2;
    await caller.login();
    await caller.login();
    const refused = await caller.login();
    expect([refused.status, codes(refused)]).toEqual([429, ['BDC_1144']]);
    world.clock.advance(60 * MINUTES);
    expect((await caller.login()).status).toBe(200);
    expect(world.bill.traffic.signIns).toBe(4);
  });
});

describe('the limits of the simulated BILL', () => {
  beforeEach(async () => {
    await caller.login();
  });

  it('refuses the fourth call in flight, counts what it saw, and forgets it when the others are done', async () => {
    world.bill.switches.latencyMs = 60;
    const replies = await Promise.all(Array.from({ length: 4 }, () => caller.get('vendors?max=1')));
    expect(replies.map((reply) => reply.status).sort()).toEqual([200, 200, 200, 429]);
    const refused = replies.find((reply) => reply.status === 429);
    expect(codes(refused ?? { json: [] })).toEqual(['BDC_1322']);
    expect(world.bill.access.maxInFlight).toBe(4);
    expect(world.checkPromises()).toContain('4 calls were in flight at BILL at once, 3 are allowed');
    expect((await caller.get('vendors?max=1')).status).toBe(200);
  });

  it('never sees four when three callers go on as fast as they can', async () => {
    world.bill.switches.latencyMs = 1;
    const worker = async () => {
      for (let round = 0; round < 60; round += 1)
        expect((await caller.get('vendors?max=1')).status).toBe(200);
    };
    await Promise.all([worker(), worker(), worker()]);
    expect(world.bill.access.maxInFlight).toBe(3);
    expect(world.bill.traffic.maxInFlight).toBe(3);
  });

  it('counts sign-ins among the calls in flight', async () => {
    world.bill.switches.latencyMs = 60;
    const other = new BillCaller(world.env);
    const replies = await Promise.all([
      caller.get('bills'),
      caller.get('bills'),
      caller.get('bills'),
      other.login(),
    ]);
    expect(replies.filter((reply) => reply.status === 429)).toHaveLength(1);
  });

  it('frees the slot of a caller that went away', async () => {
    world.bill.switches.latencyMs = 40;
    const gone = Array.from({ length: 3 }, () =>
      fetch(`${world.env['BILL_BASE_URL']}/connect/v3/vendors`, {
        headers: caller.headers,
        signal: AbortSignal.timeout(10),
      }).catch(() => undefined),
    );
    await Promise.all(gone);
    world.bill.switches.latencyMs = 0;
    await expect.poll(async () => (await caller.get('vendors?max=1')).status).toBe(200);
  });

  it('refuses beyond the hourly allowance, with the status and the wait that it is told to use', async () => {
    Object.assign(world.bill.switches, { hourlyLimit: 1, throttleStatus: 422, retryAfter: 7 });
    await caller.get('vendors?max=1');
    const refused = await caller.get('vendors?max=1');
    expect([refused.status, codes(refused), refused.headers.get('retry-after')]).toEqual([
      422,
      ['BDC_1144'],
      '7',
    ]);
  });

  it('answers BDC_1121 for what does not exist, in any spelling but its own', async () => {
    for (const [method, path] of [
      ['GET', '/connect/v3/session'],
      ['GET', '/connect/v3/Vendors'],
      ['GET', '/connect/v3/v3/vendors'],
      ['PUT', '/connect/v3/vendors/00901'],
      ['GET', '/nothing'],
    ] as const) {
      const reply = await caller.send(method, path);
      expect([path, reply.status, codes(reply)]).toEqual([path, 404, ['BDC_1121']]);
    }
  });

  it('G8: refuses what the role does not allow, one kind of object at a time', async () => {
    world.bill.switches.forbiddenPaths = ['/v3/bills'];
    expect(codes(await caller.get('bills'))).toEqual(['BDC_1145']);
    expect((await caller.get('bills/00n01')).status).toBe(403);
    expect((await caller.get('vendors')).status).toBe(200);
    world.bill.switches.organizationLocked = true;
    expect((await caller.login()).status).toBe(423);
  });

  it('refuses a body that is not JSON', async () => {
    const url = `${world.env['BILL_BASE_URL']}/connect/v3/vendors`;
    const headers = { ...caller.headers, 'content-type': 'application/json' };
    const reply = await fetch(url, { method: 'POST', headers, body: '{"name":' });
    expect([reply.status, codes({ json: (await reply.json()) as { code: string }[] })]).toEqual([
      400,
      ['BDC_1122'],
    ]);
  });
});
