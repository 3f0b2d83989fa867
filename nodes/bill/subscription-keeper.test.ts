import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { JsonObject } from '../../runtime/connector/json';
import { connectTo } from '../../tests/support/bill-connection';
import { complaint, type SeenCall, SmallBill } from '../../tests/support/small-bill';
import type { Row } from '../../tests/support/small-bill-lists';

const url = 'https://ml.example.com/hooks/bill/default';
const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let server: SmallBill;
let connection: Connection;
let subscriptions: Row[];
let state: JsonObject;
let saves: JsonObject[];
let offered: string[];
let keys: number;
/** Answers by idempotency key, as BILL keeps them for a day. */
let answered: Map<string, Row>;

beforeEach(async () => {
  server = await new SmallBill().start();
  connection = connectTo(server);
  subscriptions = server.tables.subscriptions;
  state = {};
  saves = [];
  keys = 0;
  offered = ['payment.updated', 'payment.failed', 'bill.updated'];
  answered = new Map();
  server.extra = events;
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

/** The events API, as far as a keeper needs it. */
function events(call: SeenCall): { status?: number; body?: unknown } | undefined {
  const [, , kind, id = '', action] = call.path.split('/');
  if (call.path === '/v3/events/catalog') return { body: offered.map((type) => ({ type, versions: ['1'] })) };
  if (kind !== 'subscriptions') return undefined;
  if (id === '') return call.method === 'GET' ? { body: { results: subscriptions } } : { body: create(call) };
  const found = subscriptions.find((one) => one['id'] === id) ?? expect.fail();
  if (action === 'security_key') return { body: { securityKey: nextKey(found, call) } };
  Object.assign(found, call.body);
  return { body: found };
}

function create(call: SeenCall): Row {
  const key = String(call.headers['x-idempotent-key']);
  if (!uuid4.test(key)) throw complaint(400, undefined, 'X-Idempotent-Key');
  const before = answered.get(key);
  if (before) return before;
  if (subscriptions.length >= 10) throw complaint(400, undefined, 'limit of subscriptions');
  const types = (call.body['events'] as Row[]).map((event) => String(event['type']));
  const unknown = types.find((type) => !offered.includes(type));
  if (unknown) throw complaint(400, undefined, `event ${unknown} is not available`);
  const made = { id: `sub-${subscriptions.length}`, createdTime: '2026-01-01', ...call.body };
  subscriptions.push(made);
  keys += 1;
  const answer = { ...made, securityKey: `key-${keys}` };
  answered.set(key, answer);
  return answer;
}

function nextKey(_subscription: Row, call: SeenCall): string {
  if (!uuid4.test(String(call.headers['x-idempotent-key'])))
    throw complaint(400, undefined, 'X-Idempotent-Key');
  keys += 1;
  return `key-${keys}`;
}

function keep(options = {}) {
  const context = {
    calls: connection.calls(),
    url,
    options,
    state,
    save: async (next: JsonObject) => {
      state = structuredClone(next);
      saves.push(state);
    },
    now: () => new Date(),
  };
  return connection.client.webhook?.keep?.(context) ?? expect.fail();
}

const seeded = (change: Row = {}) => {
  const row = {
    id: `sub-${subscriptions.length}`,
    name: 'ml',
    notificationUrl: url,
    status: { enabled: true },
    events: [
      { type: 'payment.updated', version: '1' },
      { type: 'payment.failed', version: '1' },
    ],
    ...change,
  };
  subscriptions.push(row);
  return row;
};

describe('the subscription', () => {
  it('is made with a UUID4 key, and its secret is saved before it is reported', async () => {
    const report = await keep({ name: 'AP' });
    expect(report).toMatchObject({ status: 'created', catchUp: true, secrets: ['key-1'] });
    expect(state).toMatchObject({ subscriptionId: 'sub-0', secrets: ['key-1'] });
    expect(server.seen('POST /v3/subscriptions')[0]?.body).toEqual({
      name: 'AP',
      status: { enabled: true },
      events: [
        { type: 'payment.updated', version: '1' },
        { type: 'payment.failed', version: '1' },
      ],
      notificationUrl: url,
    });
  });

  it('is healthy from then on, and nothing is written', async () => {
    await keep();
    const writes = server.calls.filter((call) => call.method !== 'GET').length;
    expect(await keep()).toMatchObject({ status: 'healthy', catchUp: false, secrets: ['key-1'] });
    expect(server.calls.filter((call) => call.method !== 'GET')).toHaveLength(writes);
  });

  it('is switched on again after BILL switched it off, and the caller catches up (F4)', async () => {
    await keep();
    Object.assign(subscriptions[0] ?? {}, { status: { enabled: false } });
    expect(await keep()).toMatchObject({ status: 're-enabled', catchUp: true });
    expect(server.calls.at(-1)?.body).toEqual({ status: { enabled: true } });
    expect((await keep()).status).toBe('healthy');
  });

  it('has a new key then, because deliveries under one that is not ours would switch it off again', async () => {
    await keep();
    Object.assign(subscriptions[0] ?? {}, { status: { enabled: false } });
    expect((await keep()).secrets).toEqual(['key-2', 'key-1']);
    expect(state).toMatchObject({ secrets: ['key-2', 'key-1'] });
    const answers = server.extra;
    server.extra = (call) => (call.path.endsWith('_key') ? { status: 403, body: [] } : answers(call));
    Object.assign(subscriptions[0] ?? {}, { status: { enabled: false } });
    expect(await keep()).toMatchObject({ status: 're-enabled', secrets: ['key-2', 'key-1'] });
  });

  it('is found by its address when the state was lost, and gets a new key', async () => {
    seeded({ notificationUrl: `${url}/` });
    expect(await keep()).toMatchObject({ status: 're-enabled', catchUp: true, secrets: ['key-1'] });
    expect(subscriptions).toHaveLength(1);
    expect(state).toMatchObject({ subscriptionId: 'sub-0', secrets: ['key-1'] });
  });

  it('keeps the key before the newest, for deliveries on their way (F6)', async () => {
    await keep();
    subscriptions.length = 0;
    seeded({ id: 'sub-other' });
    expect((await keep()).secrets).toEqual(['key-2', 'key-1']);
    subscriptions.length = 0;
    expect((await keep()).secrets).toEqual(['key-3', 'key-2']);
  });

  it('is made once although the answer was lost: the same key brings the same answer', async () => {
    server.fault = (call) =>
      call.method === 'POST' && call.path === '/v3/subscriptions' ? { afterwards: true } : undefined;
    await expect(keep()).rejects.toMatchObject({ recovery: 'retry' });
    server.fault = () => undefined;
    const hidden = subscriptions.splice(0);
    expect(await keep()).toMatchObject({ status: 'created', secrets: ['key-1'] });
    subscriptions.push(...hidden);
    expect(subscriptions).toHaveLength(1);
    const sent = server.seen('POST /v3/subscriptions').map((call) => call.headers['x-idempotent-key']);
    expect(new Set(sent).size).toBe(1);
  });

  it('goes without the events that BILL does not offer', async () => {
    offered = ['payment.updated'];
    expect(await keep()).toMatchObject({
      status: 'created',
      detail: expect.stringContaining('without payment.failed'),
    });
    expect((await keep()).status).toBe('healthy');
    expect(server.seen('PUT /v3/subscriptions/sub-0')).toEqual([]);
  });

  it('goes without the events that only the create refuses', async () => {
    offered = ['payment.failed', 'bill.updated'];
    server.fault = (call) => (call.path === '/v3/events/catalog' ? { status: 404, body: '' } : undefined);
    expect(await keep()).toMatchObject({ status: 'created' });
    expect(subscriptions[0]?.['events']).toEqual([{ type: 'payment.failed', version: '1' }]);
  });

  it('is left to the poll when no event is offered, or the role forbids it', async () => {
    offered = ['vendor.updated'];
    expect(await keep()).toMatchObject({ status: 'refused', catchUp: false, secrets: [] });
    server.fault = (call) => (call.path === '/v3/subscriptions' ? { status: 403, body: [] } : undefined);
    expect(await keep()).toMatchObject({ status: 'refused' });
    expect(connection.health.state).toBe('online');
  });

  it('is not tried beyond the limit of ten, and says what to do', async () => {
    for (let n = 0; n < 10; n += 1) seeded({ notificationUrl: `https://other.example.com/${n}` });
    expect(await keep()).toMatchObject({
      status: 'refused',
      detail: expect.stringMatching(/ten|10.*Delete one/s),
    });
    expect(server.seen('POST /v3/subscriptions')).toEqual([]);
  });

  it('gets events that are wanted later', async () => {
    await keep();
    await keep({ events: ['payment.updated', 'bill.updated'] });
    const types = ['payment.updated', 'payment.failed', 'bill.updated'];
    expect(subscriptions[0]?.['events']).toEqual(types.map((type) => ({ type, version: '1' })));
  });

  it('follows a new address', async () => {
    await keep();
    Object.assign(subscriptions[0] ?? {}, { notificationUrl: 'https://old.example.com/hooks/bill/default' });
    expect(await keep()).toMatchObject({ status: 're-enabled', catchUp: true });
    expect(subscriptions[0]?.['notificationUrl']).toBe(url);
  });

  it('is one among several at the same address: ours is kept, the others are named', async () => {
    await keep();
    seeded();
    expect(await keep()).toMatchObject({ status: 'healthy', detail: expect.stringContaining('1 more') });
    expect(state['subscriptionId']).toBe('sub-0');
  });

  it('is left to the poll where there are no subscriptions at all', async () => {
    server.fault = (call) =>
      call.path === '/v3/subscriptions' ? { status: 404, body: 'no route' } : undefined;
    expect(await keep()).toMatchObject({ status: 'refused', catchUp: false });
  });

  it('is not reported as refused while BILL is only unwell', async () => {
    server.fault = (call) => (call.path === '/v3/subscriptions' ? { status: 503, body: '' } : undefined);
    await expect(keep()).rejects.toMatchObject({ recovery: 'retry' });
  });
});
