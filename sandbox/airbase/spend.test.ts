import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listen, shut } from '../http/serve';
import type { Airbase } from './start';
import { AirbaseCaller, someBill, startSmall } from './test-caller';
import { type Subscription, signatureOf } from './webhook-delivery';

let airbase: Airbase;
let caller: AirbaseCaller;
beforeEach(async () => {
  airbase = await startSmall({ switches: { deliveryPace: 0.00001 } });
  caller = new AirbaseCaller(airbase.url);
});
afterEach(() => airbase.stop());

describe('the surface for spend', () => {
  it('shows bills with their approval and their order', async () => {
    const bill = airbase.spend.submit(someBill(airbase, { order: '4711' }));
    const [row] = (await caller.get('/v1/bills/')).json.data;
    expect(row).toMatchObject({
      id: bill.spendId,
      invoice_number: 'INV-1',
      approval_status: 'awaiting_approval',
      payment_status: 'unpaid',
      sync_status: 'not_ready',
      purchase_order: { po_number: '4711' },
    });
    expect((await caller.get('/v1/bills/?approval_status=approved')).json.data).toEqual([]);
    expect((await caller.get('/v1/bills/?updated_since=2999-01-01T00:00:00Z')).json.data).toEqual([]);
    airbase.spend.approve(bill);
    expect((await caller.get(`/v1/bills/${bill.spendId}/`)).json).toMatchObject({
      approval_status: 'approved',
    });
    expect((await caller.get(`/v1/bills/${bill.id}/`)).status).toBe(404);
  });

  it('shows pending cards and payments, and takes no writes for them', async () => {
    const card = airbase.spend.submit(someBill(airbase, { kind: 'card' }), 'approved');
    const path = `/v1/card_transactions/${card.spendId}/`;
    expect((await caller.get(path)).json).toMatchObject({ status: 'pending', settlement_date: null });
    expect((await caller.patch(path, { status: 'settled' })).status).toBe(405);
    expect((await caller.post('/v1/gl_accounts/', {})).status).toBe(405);
    expect(airbase.tenant.trespasses).toHaveLength(2);
    expect((await caller.get('/v1/gl_accounts/')).json.data).toMatchObject([{ erp_reference_id: '6100' }]);
    airbase.switches.spendSurface = false;
    expect((await caller.get(path)).status).toBe(404);
  });

  it('takes orders, each number once', async () => {
    const order = {
      po_number: '7',
      erp_reference_id: '7',
      vendor: {},
      currency: 'USD',
      approved_amount: '1',
      lines: [],
    };
    const made = await caller.post('/v1/purchase_orders/', order);
    expect([made.status, made.json.status]).toEqual([201, 'open']);
    expect((await caller.post('/v1/purchase_orders/', order)).status).toBe(400);
    const changed = await caller.patch(`/v1/purchase_orders/${made.json.id}/`, { status: 'closed' });
    expect(changed.json).toMatchObject({ po_number: '7', status: 'closed' });
    expect((await caller.post('/v1/purchase_orders/', { po_number: '8' })).status).toBe(400);
  });
});

describe('deliveries', () => {
  let receiver: Server;
  let url: string;
  let status: number;
  const received: { body: string; headers: Record<string, unknown> }[] = [];

  beforeEach(async () => {
    status = 200;
    received.length = 0;
    receiver = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      received.push({ body: Buffer.concat(parts).toString('utf8'), headers: request.headers });
      response.writeHead(status).end();
    });
    url = `http://127.0.0.1:${await listen(receiver, 0)}/hooks`;
  });
  afterEach(() => shut(receiver));

  async function subscribe(events = ['bill_approved']): Promise<Subscription> {
    const { json, status: made } = await caller.post('/v1/webhooks/', { url, events, is_active: true });
    expect(made).toBe(201);
    expect(json.secret).toBe('tenant secret');
    const found = airbase.webhooks.subscriptions.get(json.id);
    if (found === undefined) throw new Error('no subscription');
    return found;
  }

  it('tell of an approved bill, signed with time and raw body', async () => {
    await subscribe();
    const bill = airbase.spend.submit(someBill(airbase), 'approved');
    await airbase.webhooks.settled();
    const [{ body, headers } = { body: '', headers: {} }] = received;
    const event = JSON.parse(body);
    expect(event).toMatchObject({ object: 'event', type: 'bill_approved' });
    expect(event.data).toEqual({ id: bill.spendId, object: 'bill', airbase_id: bill.id });
    const signed = `${headers['x-airbase-timestamp']}.${body}`;
    expect(headers['x-airbase-signature']).toBe(signatureOf(signed, 'tenant secret', 'hex'));
  });

  it('come again when they are not taken, then no more at all', async () => {
    const subscription = await subscribe();
    status = 503;
    airbase.spend.submit(someBill(airbase), 'approved');
    await airbase.webhooks.settled();
    expect(received).toHaveLength(5);
    expect(subscription.isActive).toBe(false);
    await caller.patch(`/v1/webhooks/${subscription.id}/`, { is_active: true });
    status = 200;
    airbase.spend.submit(someBill(airbase), 'approved');
    await airbase.webhooks.settled();
    expect(received).toHaveLength(6);
    expect(airbase.webhooks.delivered).toHaveLength(6);
  });

  it('come twice, without time, in other bytes, or wrongly signed where that is switched on', async () => {
    await subscribe();
    const wild = { duplicateDeliveries: true, signatureTimestamp: false, deliveredBody: 'escaped' } as const;
    Object.assign(airbase.switches, { ...wild, wrongSignature: true });
    airbase.spend.submit(someBill(airbase), 'approved');
    await airbase.webhooks.settled();
    expect(received).toHaveLength(2);
    const [{ body, headers } = { body: '', headers: {} }] = received;
    expect(body).toContain('\\u002D');
    expect(headers['x-airbase-timestamp']).toBeUndefined();
    expect(headers['x-airbase-signature']).not.toBe(signatureOf(body, 'tenant secret', 'hex'));
  });

  it('can be tried, listed and taken back; only known events can be subscribed to', async () => {
    const subscription = await subscribe();
    await caller.post(`/v1/webhooks/${subscription.id}/test/`, {});
    await airbase.webhooks.settled();
    expect(JSON.parse(received[0]?.body ?? '').type).toBe('webhook_test');
    const { json } = await caller.get('/v1/webhooks/');
    expect(json.data).toEqual([{ id: subscription.id, url, events: ['bill_approved'], is_active: true }]);
    expect((await caller.send('DELETE', `/v1/webhooks/${subscription.id}/`)).status).toBe(204);
    expect((await caller.post('/v1/webhooks/', { url, events: ['sunrise'] })).status).toBe(400);
    expect((await caller.post('/v1/webhooks/', { url: 'ftp', events: ['bill_paid'] })).status).toBe(400);
  });
});
