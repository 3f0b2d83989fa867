import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Served, serve } from '../http/serve';
import { BillCaller } from '../world/callers';
import { type EpicorBillWorld, startEpicorBillWorld } from '../worlds/epicor-kinetic-bill';
import { signatureOf } from './webhook-delivery';

interface Heard {
  readonly body: string;
  readonly signature: string;
}

let world: EpicorBillWorld;
let caller: BillCaller;
let receiver: Served;
let heard: Heard[];
let statuses: number[];

beforeEach(async () => {
  world = await startEpicorBillWorld({ pace: { delivery: 0.002 } });
  caller = new BillCaller(world.env);
  await caller.login();
  heard = [];
  statuses = [];
  receiver = await serve((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part.toString('utf8');
    });
    request.on('end', () => {
      heard.push({ body, signature: String(request.headers['x-bill-sha-signature']) });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
});
afterEach(async () => {
  await world.stop();
  await receiver.close();
});

const events = (path: string) => `/connect-events/v3/${path}`;

function subscribe(more: object = {}, key: string = crypto.randomUUID()) {
  const body = {
    name: 'Payments',
    status: { enabled: true },
    events: [{ type: 'vendor.created', version: '1' }],
    notificationUrl: `${receiver.url}/hook`,
    ...more,
  };
  return caller.send('POST', events('subscriptions'), body, key === '' ? {} : { 'X-Idempotent-Key': key });
}

async function makeVendor(name = 'Münch'): Promise<void> {
  const address = { line1: '1', city: 'X', zipOrPostalCode: '1', country: 'US' };
  expect((await caller.post('vendors', { name, address })).status).toBe(201);
}

const deliveries = () => {
  const found = world.bill.deliveries.get(world.organization.id);
  if (found === undefined) throw new Error('no deliveries');
  return found;
};

describe('subscriptions of the simulated BILL', () => {
  it('need an idempotency key, show their key once, and give the same answer to the same key', async () => {
    expect((await subscribe({}, '')).status).toBe(400);
    expect((await subscribe({}, 'not-a-uuid')).status).toBe(400);
    const key = crypto.randomUUID();
    const first = await subscribe({}, key);
    expect(first.json.securityKey).toBeTypeOf('string');
    expect((await subscribe({}, key)).text).toBe(first.text);
    const again = await caller.send('GET', events(`subscriptions/${first.json.id}`));
    expect(again.json.securityKey).toBeUndefined();
  });

  it('are ten at most, and never two alike', async () => {
    await subscribe();
    expect((await subscribe()).status).toBe(400);
    for (let serial = 0; serial < 9; serial += 1) {
      expect((await subscribe({ notificationUrl: `${receiver.url}/${serial}` })).status).toBe(200);
    }
    expect((await subscribe({ notificationUrl: `${receiver.url}/more` })).status).toBe(400);
    expect((await caller.send('GET', events('subscriptions'))).json.results).toHaveLength(10);
  });

  it('refuse an address without TLS outside the machine, and unknown events', async () => {
    expect((await subscribe({ notificationUrl: 'http://example.com/hook' })).status).toBe(400);
    expect((await subscribe({ events: [{ type: 'payment.created', version: '1' }] })).status).toBe(400);
  });

  it('count towards the three calls in flight', async () => {
    world.bill.switches.latencyMs = 50;
    const replies = await Promise.all(
      Array.from({ length: 4 }, () => caller.send('GET', events('subscriptions'))),
    );
    expect(replies.filter((reply) => reply.status === 429)).toHaveLength(1);
  });
});

describe('deliveries of the simulated BILL', () => {
  it('are minified JSON under a base64 signature', async () => {
    const { securityKey } = (await subscribe()).json;
    await makeVendor();
    await deliveries().settled();
    const [only] = heard;
    expect(only?.signature).toBe(signatureOf(only?.body ?? '', securityKey));
    expect(JSON.parse(only?.body ?? '')).toMatchObject({
      metadata: { eventType: 'vendor.created', organizationId: world.organization.id },
      vendor: { name: 'Münch' },
    });
  });

  it('may be spaced or escaped while the signature stays over the minified form', async () => {
    const { securityKey } = (await subscribe()).json;
    world.bill.switches.deliveredBody = 'pretty';
    await makeVendor();
    await deliveries().settled();
    world.bill.switches.deliveredBody = 'escaped';
    await makeVendor();
    await deliveries().settled();
    const [pretty, escaped] = heard;
    const minified = deliveries().sent.map((event) => event.body);
    expect(JSON.parse(pretty?.body ?? '')).toEqual(JSON.parse(minified[0] ?? ''));
    expect(pretty?.body).toContain('\n');
    expect(JSON.parse(escaped?.body ?? '')).toBe(minified[1]);
    expect(pretty?.signature).toBe(signatureOf(minified[0] ?? '', securityKey));
  });

  it('come twice, or under a wrong signature, where they are told to', async () => {
    const { securityKey } = (await subscribe()).json;
    Object.assign(world.bill.switches, { duplicateDeliveries: true, wrongSignature: true });
    await makeVendor();
    await deliveries().settled();
    expect(heard).toHaveLength(2);
    expect(heard[0]?.signature).not.toBe(signatureOf(heard[0]?.body ?? '', securityKey));
  });

  it('F1: overtake each other where some are held back', async () => {
    await subscribe();
    world.bill.switches.heldBackMs = 40;
    await makeVendor('first');
    await makeVendor('second');
    await deliveries().settled();
    expect(heard.map((each) => JSON.parse(each.body).vendor.name)).toEqual(['second', 'first']);
  });

  it('try again until they are answered 200, no other status will do', async () => {
    await subscribe();
    statuses = [202, 500];
    await makeVendor();
    await deliveries().settled();
    expect(heard).toHaveLength(3);
    expect(new Set(heard.map((each) => each.body)).size).toBe(1);
  });

  it('F4: switch the subscription off after the last attempt, and never tell what happened meanwhile', async () => {
    const { id } = (await subscribe()).json;
    statuses = [500, 500, 500, 500, 500];
    await makeVendor('first');
    await deliveries().settled();
    expect(heard).toHaveLength(5);
    const path = events(`subscriptions/${id}`);
    expect((await caller.send('GET', path)).json.status).toEqual({ enabled: false });
    await makeVendor('second');
    await caller.send('PATCH', path, { status: { enabled: true } });
    await makeVendor('third');
    await deliveries().settled();
    const names = heard.slice(5).map((each) => JSON.parse(each.body).vendor.name);
    expect(names).toEqual(['third']);
  });

  it('can be listed and sent once more', async () => {
    const { id } = (await subscribe()).json;
    await makeVendor();
    await deliveries().settled();
    const list = (await caller.send('GET', events(`events/subscription/${id}`))).json.results;
    expect(list).toMatchObject([{ type: 'vendor.created', statusCode: 200 }]);
    await caller.send('POST', events(`events/subscription/${id}/event/${list[0].id}`), {});
    await deliveries().settled();
    expect(heard).toHaveLength(2);
  });

  it('tell of payments by their status, without the split over bills', async () => {
    await subscribe({ events: [{ type: 'payment.updated', version: '1' }] });
    world.payer.payApprovedBills();
    await deliveries().settled();
    const payment = JSON.parse(heard[0]?.body ?? '').payment;
    expect(payment.status).toBe('SCHEDULED');
    expect(payment.billPayments).toBeUndefined();
  });
});
