import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { connectTo } from '../../tests/support/basware-connection';
import { SmallBasware } from '../../tests/support/small-basware';

const url = 'https://ml.example.com/hooks/basware/default';
const token = 'canary-webhook-token';

let server: SmallBasware;
let connection: Connection;
let state: JsonObject;

beforeEach(async () => {
  server = await new SmallBasware().start();
  connection = connectTo(server.url, { webhookToken: token });
  state = {};
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

function keep(options: Record<string, Json> = {}, on = connection, at = url) {
  const context = {
    calls: on.calls(),
    url: at,
    options,
    state,
    save: async (next: JsonObject) => {
      state = structuredClone(next);
    },
    now: () => new Date(),
  };
  return on.client.webhook?.keep?.(context) ?? expect.fail();
}

const posts = () => server.seen('POST /subscriptions');

describe('the subscription', () => {
  it('is made with our token, which is kept before Basware tests the connection', async () => {
    let keptBefore: JsonObject = {};
    server.fault = ({ method, path }) => {
      if (method === 'POST' && path === '/subscriptions') keptBefore = structuredClone(state);
      return undefined;
    };
    expect(await keep()).toMatchObject({ status: 'created', catchUp: true, secrets: [token] });
    expect(keptBefore['secrets']).toEqual([token]);
    expect(posts()[0]?.body).toEqual([
      {
        taskType: 'AccountingDocuments',
        taskSubType: 'WaitingForTransfer',
        subscriptionType: 'Webhook',
        notificationWebhookURL: url,
        webhookAuthenticationToken: token,
      },
    ]);
  });

  it('is healthy from then on, and nothing is written', async () => {
    await keep();
    expect(await keep()).toMatchObject({ status: 'healthy', catchUp: false, secrets: [token] });
    expect(posts()).toHaveLength(1);
  });

  it('is made again when it is gone, and the caller catches up (F4)', async () => {
    await keep();
    server.subscriptions = [];
    expect(await keep()).toMatchObject({ status: 're-enabled', catchUp: true });
    expect((await keep()).status).toBe('healthy');
  });

  it('gets the new token, and the old one is good for what is on its way', async () => {
    await keep();
    const rotated = connectTo(server.url, { webhookToken: 'another-token' });
    expect(await keep({}, rotated)).toMatchObject({
      status: 're-enabled',
      secrets: ['another-token', token],
    });
    expect(server.subscriptions).toHaveLength(1);
    await rotated.close();
  });

  it('makes a token of its own where none is given, and keeps it', async () => {
    const bare = connectTo(server.url);
    const { secrets } = await keep({}, bare);
    expect(secrets[0]?.length).toBeGreaterThan(30);
    expect((await keep({}, bare)).status).toBe('healthy');
    expect(server.subscriptions[0]?.['webhookAuthenticationToken']).toBe(secrets[0]);
    await bare.close();
  });

  it('follows a new address of ours, and leaves a stranger alone unless told to take over', async () => {
    await keep();
    const moved = 'https://new.example.com/hooks/basware/default';
    expect((await keep({}, connection, moved)).status).toBe('re-enabled');
    server.subscriptions = server.subscriptions.map((one) => ({
      ...one,
      notificationWebhookURL: 'https://other.example.com/secret-path',
      webhookAuthenticationToken: 'a-token-of-theirs',
    }));
    const report = await keep({}, connection, moved);
    expect(report).toMatchObject({ status: 'refused', catchUp: false });
    expect(report.detail).toContain('https://other.example.com');
    expect(report.detail).not.toContain('secret-path');
    expect((await keep({ replaceOthers: true }, connection, moved)).status).toBe('re-enabled');
  });

  it('under our token is ours, wherever it delivers: a new installation has moved', async () => {
    await keep();
    state = {};
    const moved = 'https://new.example.com/hooks/basware/default';
    expect((await keep({}, connection, moved)).status).toBe('created');
    expect(server.subscriptions.map((one) => one['notificationWebhookURL'])).toEqual([moved]);
  });

  it('that Basware refuses is reported with its words, and is no error', async () => {
    server.fault = ({ method }) =>
      method === 'POST' && posts().length > 0
        ? { status: 400, body: { hasError: true, errorMessages: [{ message: 'connection test failed' }] } }
        : undefined;
    const report = await keep();
    expect(report).toMatchObject({ status: 'refused' });
    expect(report.detail).toContain('connection test failed');
  });
});
