import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedRuntime, startRuntimeProcess } from '../../tests/support/runtime';

const ROOT = resolve(__dirname, '../..');
/** Nothing listens there: the connections go offline, and the flows wait. */
const NOWHERE = {
  EPICOR_BASE_URL: 'http://127.0.0.1:9/instance',
  EPICOR_COMPANY: 'EPIC06',
  EPICOR_API_KEY: 'canary-api-key',
  EPICOR_USERNAME: 'user',
  EPICOR_PASSWORD: 'canary-password',
  BILL_BASE_URL: 'http://127.0.0.1:9',
  BILL_DEV_KEY: 'canary-dev-key',
  BILL_USERNAME: 'user',
  BILL_PASSWORD: 'canary-bill-password',
  BILL_ORGANIZATION_ID: '00801',
};

let runtime: StartedRuntime;
let token: string;
beforeAll(async () => {
  runtime = await startRuntimeProcess('epicor-kinetic-bill', {
    ...NOWHERE,
    ML_CREDENTIAL_SECRET: 'canary'.repeat(8),
  });
  token = await runtime.token();
}, 120_000);
afterAll(() => runtime?.stop());

const call = (method: string, path: string, body?: unknown, more: Record<string, string> = {}) =>
  fetch(`${runtime.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...more },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const anonymous = { authorization: '' };

describe('the runtime as npm start runs it', () => {
  it.each([
    ['GET', '/flows'],
    ['POST', '/flows'],
    ['GET', '/settings'],
    ['POST', '/inject/ekb-gl-now'],
    ['GET', '/library/ml-templates/flows/'],
    ['POST', '/ml/connections/test'],
    ['GET', '/ml/mapping/samples'],
    ['GET', '/ops/api/overview'],
  ])('lets nobody %s %s without a login', async (method, path) => {
    expect((await call(method, path, method === 'POST' ? {} : undefined, anonymous)).status).toBe(401);
  });

  it('is healthy while its connections are offline, and says why they are', async () => {
    expect((await call('GET', '/health/ready', undefined, anonymous)).status).toBe(200);
    await expect
      .poll(async () => (await (await call('GET', '/ops/api/overview')).json()).connections, {
        timeout: 20_000,
      })
      .toMatchObject([
        { name: 'epicor-kinetic', state: 'offline', cause: expect.any(String), remedy: expect.any(String) },
        {},
      ]);
  });

  it('F2: takes webhooks as they were sent, before anybody reads their bodies', async () => {
    const post = async (type: string, body: string) => {
      const answer = await fetch(`${runtime.url}/hooks/bill/default`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      return [answer.status, await answer.json()];
    };
    const notVerified = [401, { code: 'WEBHOOK_NOT_VERIFIED' }];
    const notRead = { code: 'WEBHOOK_UNREADABLE' };
    expect(await post('application/json', '{ "amount": 1.00 }')).toEqual(notVerified);
    expect(await post('application/json', '{bad')).toEqual(notVerified);
    expect(await post('application/json', JSON.stringify('x'.repeat(1_100_000)))).toEqual([413, notRead]);
    expect(await post('application/x-www-form-urlencoded', 'x'.repeat(1_100_000))).toEqual([413, notRead]);
  });

  it('lists its templates in the library, and nothing else of the disk', async () => {
    const list = await (await call('GET', '/library/ml-templates/flows/')).json();
    expect(list).toEqual(expect.arrayContaining([{ fn: 'Epicor Kinetic ↔ BILL' }]));
    const flow = await (
      await call('GET', `/library/ml-templates/flows/${encodeURIComponent('Epicor Kinetic ↔ BILL')}`)
    ).text();
    expect(flow).toBe(readFileSync(join(ROOT, 'flows/epicor-kinetic-bill/flow.json'), 'utf8'));
    for (const path of [
      '..%2f..%2fsettings.js',
      '%2e%2e/%2e%2e/package.json',
      'epicor-kinetic-bill/README.md',
    ]) {
      expect((await call('GET', `/library/ml-templates/flows/${path}`)).status).toBeGreaterThanOrEqual(400);
    }
    expect((await call('POST', '/library/ml-templates/flows/mine', {})).status).toBeGreaterThanOrEqual(400);
  });

  it('lets inject nodes be pressed, and no other node be spoken to', async () => {
    expect((await call('POST', '/inject/ekb-gl-now', {})).status).toBe(200);
    const forged = { __user_inject_props__: [], payload: { forged: true } };
    expect((await call('POST', '/inject/ekb-gl-write', forged)).status).toBe(403);
    expect((await call('POST', '/INJECT/ekb-gl-write/', forged)).status).toBe(403);
    expect((await call('POST', '/inject/no-such-node', {})).status).toBe(404);
    expect(runtime.log()).toMatch(/"event":"inject".*"id":"ekb-gl-write".*"allowed":false/);
  });

  it('H3: refuses to deploy two reads of one sync, and deploys what is right', async () => {
    const { flows, rev } = await (
      await call('GET', '/flows', undefined, { 'node-red-api-version': 'v2' })
    ).json();
    const v2 = { 'node-red-api-version': 'v2', 'node-red-deployment-type': 'full' };
    const read = flows.find(({ id }: { id: string }) => id === 'ekb-vendor-read');
    const refused = await call(
      'POST',
      '/flows',
      { rev, flows: [...flows, { ...read, id: 'copy', name: 'copy' }] },
      v2,
    );
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('"vendors-to-bill" has 2 enabled read nodes');
    const deployed = await call('POST', '/flows', { rev, flows }, v2);
    expect(deployed.status).toBe(200);
    await expect
      .poll(async () => (await (await call('GET', '/ops/api/overview')).json()).syncs[0].nextReadAt, {
        timeout: 20_000,
      })
      .toBeDefined();
  });

  it('keeps nodes out that reach the machine', async () => {
    const sets = await (await call('GET', '/nodes', undefined, { accept: 'application/json' })).json();
    const types = sets.flatMap((set: { types: string[] }) => set.types);
    expect(types).toEqual(
      expect.arrayContaining(['sync', 'dedup', 'bill-write', 'epicor-kinetic-read', 'function']),
    );
    for (const type of ['exec', 'file', 'file in', 'watch', 'tcp in', 'udp in', 'websocket in']) {
      expect(types).not.toContain(type);
    }
  });

  it('tests a connection as it stands in the dialog', async () => {
    const answer = await call('POST', '/ml/connections/test', {
      system: 'bill',
      id: '',
      values: { baseUrl: 'http://127.0.0.1:9', organizationId: 'x', username: 'x' },
      credentials: { devKey: 'canary-typed', password: 'canary-typed' },
    });
    expect(await answer.json()).toMatchObject({
      ok: false,
      code: expect.any(String),
      remedy: expect.any(String),
    });
    expect((await call('POST', '/ml/connections/test', { system: 'bill' })).status).toBe(400);
  });

  it('I3: lets no secret into what it shows or logs', async () => {
    const flows = await (await call('GET', '/flows')).text();
    const settings = await (await call('GET', '/settings')).text();
    expect(`${flows}${settings}${runtime.log()}`).not.toContain('canary');
  });
});

describe('a start that cannot work', () => {
  it.each([
    [{ NODE_ENV: 'production' }, 'ML_CREDENTIAL_SECRET is not set'],
    [{ ML_CREDENTIAL_SECRET: 'short' }, 'has 5 characters'],
    [
      { DATABASE_URL: 'postgresql://u:canary@127.0.0.1:9/none' },
      'The database 127.0.0.1:9/none cannot be used',
    ],
    [{ PORT: 'http' }, 'PORT is not a whole number'],
  ])(
    'ends with 2 and says what is wrong: %j',
    (variables, words) => {
      const folder = mkdtempSync(join(tmpdir(), 'start-'));
      try {
        const { status, stderr, stdout } = spawnSync(
          process.execPath,
          [require.resolve('node-red/red.js'), '--settings', join(ROOT, 'settings.js')],
          {
            env: { PATH: process.env['PATH'], ML_DATA_DIR: folder, PORT: '0', ...variables },
            encoding: 'utf8',
            timeout: 60_000,
          },
        );
        expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
        expect(stdout + stderr).not.toContain('canary');
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
