import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { serve } from '../../tests/support/serve';
import { type WebhookEndpoint, type WebhooksParts, webhooksRouter } from './webhooks-router';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function hooks(
  endpoint: Partial<WebhookEndpoint>,
  more: Partial<WebhooksParts> = {},
): Promise<(path: string, body: string) => Promise<Response>> {
  const full: WebhookEndpoint = {
    verify: async ({ headers }) =>
      headers['x-signature'] === 'good' ? { id: 'e1', type: 'payment.updated' } : undefined,
    store: async () => true,
    wake: () => undefined,
    ...endpoint,
  };
  const app = express();
  app.use(
    webhooksRouter({
      find: (system, name) => (system === 'payer' && name === 'default' ? full : undefined),
      now: () => new Date(0),
      isReady: () => true,
      onFault: () => {},
      ...more,
    }),
  );
  const { url, stop } = await serve(app);
  stops.push(stop);
  return (path, body) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      body,
      headers: { 'x-signature': path.endsWith('bad') ? 'bad' : 'good' },
    });
}

describe('webhooks', () => {
  it('F2: hands the raw bytes to the verifier, whatever their spacing and escapes', async () => {
    let seen = '';
    const post = await hooks({
      verify: async ({ body }) => {
        seen = Buffer.from(body).toString('utf8');
        return { id: 'e1', type: 't' };
      },
    });
    const sent = '{ "amount": 1.00,\n "name": "M\\u00fcller" }';
    expect((await post('/payer/default', sent)).status).toBe(200);
    expect(seen).toBe(sent);
  });

  it('F5: answers only after the event is stored, and wakes the read only then', async () => {
    const order: string[] = [];
    const post = await hooks({
      store: async () => {
        order.push('stored');
        return true;
      },
      wake: () => order.push('woken'),
    });
    await post('/payer/default', '{}');
    expect(order).toEqual(['stored', 'woken']);
  });

  it('F1: a repeated event is answered with 200 and wakes nothing', async () => {
    const woken: string[] = [];
    const seen = new Set<string>();
    const post = await hooks({
      store: async ({ id }) => seen.size < seen.add(id).size,
      wake: ({ id }) => woken.push(id),
    });
    for (let i = 0; i < 3; i++) expect((await post('/payer/default', '{}')).status).toBe(200);
    expect(woken).toEqual(['e1']);
  });

  it('refuses a forged delivery and an unknown address alike, and keeps nothing', async () => {
    let stored = 0;
    const post = await hooks({
      verify: async () => undefined,
      store: async () => {
        stored += 1;
        return true;
      },
    });
    const forged = await post('/payer/default', '{}');
    const unknown = await post('/payer/other', '{}');
    expect([forged.status, unknown.status]).toEqual([401, 401]);
    expect(await forged.text()).toBe(await unknown.text());
    expect(stored).toBe(0);
  });

  it('gives the answer that the system wants instead of an empty one', async () => {
    const post = await hooks({
      verify: async () => ({ id: 'c', type: 'ConnectionTest', answer: { status: 200, body: '{"ok":true}' } }),
    });
    expect(await (await post('/payer/default', '{}')).json()).toEqual({ ok: true });
  });

  it('asks for the delivery again while the flows do not run, wherever it goes', async () => {
    let ready = false;
    const post = await hooks({}, { isReady: () => ready });
    for (const path of ['/payer/default', '/payer/other']) {
      const answer = await post(path, '{}');
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
    }
    ready = true;
    expect((await post('/payer/default', '{}')).status).toBe(200);
  });

  it('H7: asks for it again when it could not be stored, and wakes nothing', async () => {
    const told: unknown[] = [];
    const woken: string[] = [];
    const store = () => Promise.reject(new Error('disk full at /data'));
    const post = await hooks(
      { store, wake: ({ id }) => woken.push(id) },
      { onFault: (error) => told.push(error) },
    );
    const answer = await post('/payer/default', '{}');
    expect([answer.status, await answer.json()]).toEqual([503, { code: 'WEBHOOK_NOT_TAKEN' }]);
    expect([told, woken]).toEqual([[new Error('disk full at /data')], []]);
  });

  it.each([
    ['/payer/default', 'x'.repeat(1_100_000), 413],
    ['/payer/%zz', '{}', 400],
  ])('says no more than a code to what it cannot read: %s', async (path, body, status) => {
    const answer = await (await hooks({}))(path, body);
    expect([answer.status, await answer.text()]).toEqual([status, '{"code":"WEBHOOK_UNREADABLE"}']);
  });
});
