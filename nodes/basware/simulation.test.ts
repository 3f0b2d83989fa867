import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../runtime/connector/clock';
import type { Connection } from '../../runtime/connector/connection';
import type { JsonObject } from '../../runtime/connector/json';
import type { WebhookEvent } from '../../runtime/connector/system';
import { harshBaswareSwitches } from '../../sandbox/basware/harsh-switches';
import { type Basware, startBasware } from '../../sandbox/basware/start';
import { someDocument } from '../../sandbox/basware/test-caller';
import { MovableClock } from '../../sandbox/clock';
import { Random } from '../../sandbox/random';
import {
  batchContext,
  batchOf,
  connectTo,
  operationContext,
  readContext,
} from '../../tests/support/basware-connection';
import { serve } from '../../tests/support/serve';
import { manifest } from './manifest';

let basware: Basware;
let connection: Connection;
let receiver: Awaited<ReturnType<typeof serve>> | undefined;
let time: MovableClock;

afterEach(async () => {
  await connection.close();
  await basware.stop();
  await receiver?.stop();
  receiver = undefined;
});

/** Waiting takes no time: it moves the clock of both sides. */
async function start(seed: number): Promise<void> {
  time = new MovableClock();
  const clock: Clock = {
    now: () => new Date(time.now()),
    async wait(ms) {
      time.advance(ms);
      await setImmediate();
    },
  };
  const scope = String(manifest.connection.fields.find(({ name }) => name === 'scope')?.default);
  basware = await startBasware({
    companies: ['BW00'],
    access: { clients: [{ id: 'api-client', secret: 'canary-secret', scopes: scope.split(' ') }] },
    switches: harshBaswareSwitches(new Random(seed)),
    seed,
    clock: time,
  });
  connection = connectTo(basware.url, { webhookToken: 'tökén-1' }, clock);
}

/** Sends a batch and looks it up until it is judged, as delivery does. */
async function imported(name: string, documents: readonly JsonObject[]): Promise<string[]> {
  const { batch } = connection.client.operations[name] ?? expect.fail();
  if (!batch) throw new Error(`${name} has no batch`);
  const context = {
    ...batchContext(connection, { followSeconds: 10 }),
    now: () => new Date(time.now()),
    sentAt: new Date(time.now()),
  };
  const answer = await batch.send(batchOf(documents), context);
  expect(answer.status).toBe('done');
  return (answer.results ?? []).map((result) =>
    result.outcome === 'refused' ? `refused: ${result.message}` : result.outcome,
  );
}

async function read(): Promise<string[]> {
  const reader = connection.client.streams['accounting-documents'] ?? expect.fail();
  const keys: string[] = [];
  for await (const page of reader.read(
    { cursor: undefined, options: { pageSize: 3 }, full: false },
    readContext(connection, new Date(time.now())),
  )) {
    keys.push(...page.rows.map(({ key }) => key));
  }
  return keys.sort();
}

/** Verifies as the runtime does, with the answer that Basware hears. */
async function listen(events: WebhookEvent[]): Promise<string> {
  receiver = await serve(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const delivery = { headers, body: Buffer.concat(chunks), now: new Date(time.now()) };
    const event = connection.client.webhook?.verify(delivery, []);
    if (event) events.push(event);
    response.writeHead(event ? 200 : 401).end();
  });
  return `${receiver.url}/hooks/basware/default`;
}

const term = {
  paymentTermCode: 'N30',
  name: 'Net 30',
  dueDateDays: 30,
  validFrom: '2000-01-01',
  validTo: '2099-12-31',
};
const vendor = (code: string, paymentTermCode: string) => ({
  vendorCode: code,
  name: `Vendor ${code}`,
  taxId: '12-3456789',
  paymentTermCode,
  addresses: [{ streetName: 'Main Street 1', cityName: 'Austin', countryId: 'US' }],
});

describe.each([1, 2, 3, 4, 5, 6, 7, 8])('the simulated Basware, as harsh as seed %i makes it', (seed) => {
  it('takes master data, and what it refused once its cause is gone', async () => {
    await start(seed);
    expect((await connection.ping()).checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(await imported('import-payment-term', [term])).toEqual(['done']);
    const both = [vendor('V1', 'N30'), vendor('V2', 'N60')];
    expect(await imported('import-vendor', both)).toEqual(['done', expect.stringMatching(/refused: .*N60/)]);
    await imported('import-payment-term', [{ ...term, paymentTermCode: 'N60' }]);
    expect(await imported('import-vendor', both)).toEqual(['done', 'done']);
    const kept = basware.tenant.p2pOf('/v1/vendors');
    expect([...kept.values()].map(({ data }) => data['name'])).toEqual(['Vendor V1', 'Vendor V2']);
    expect(kept.get('V1')?.imports).toBe(1);
    expect(await imported('import-gl-account', [{ accountCode: '6100', name: 'T' }])).toEqual(['done']);
    expect(await imported('import-tax-code', [{ taxCode: 'T8', taxPercentage: '8.25' }])).toEqual(['done']);
    const values = [
      { code: '100', name: 'Plant' },
      { code: '100', name: 'Project', listKey: 'ACC_LIST_1' },
    ];
    expect(await imported('import-dimension', values)).toEqual(['done', 'done']);
  });

  it('gives its invoices, hears that they are in the ERP or why not, and what was paid', async () => {
    await start(seed);
    const made = Array.from({ length: 7 }, (_, n) =>
      basware.p2p.capture(
        someDocument({ companyCode: 'BW00', invoiceNumber: `INV-${n}` }),
        'WaitingForTransfer',
      ),
    );
    time.advance(basware.switches.listLagMs);
    expect(await read()).toEqual(made.map(({ invoiceId }) => invoiceId).sort());
    expect(basware.storage.leaked).toEqual([]);
    const { operations } = connection.client;
    const [one, other] = made.map(({ invoiceId }) => invoiceId) as [string, string];
    const context = operationContext(connection, { followSeconds: 10 });
    for (const invoiceId of [one, other]) await operations['acknowledge']?.create({ invoiceId }, context);
    await operations['acknowledge']?.create({ invoiceId: one }, context);
    const respond = operations['transfer-response'] ?? expect.fail();
    const accepted = { invoiceId: one, success: true, responseMessage: 'Posted', voucherNumber1: '1' };
    const rejected = { invoiceId: other, success: false, responseMessage: 'No account' };
    expect(await respond.lookUp(accepted, context)).toEqual({ found: 'absent' });
    await respond.create(accepted, context);
    await respond.create(rejected, context);
    expect(await respond.lookUp(accepted, context)).toMatchObject({ found: 'present' });
    expect(basware.p2p.document(one)).toMatchObject({ status: 'Transferred', voucherNumber1: '1' });
    expect(basware.p2p.document(other).status).toBe('TransferFailed');
    const pay = operations['payment-response'] ?? expect.fail();
    const paid = {
      paymentNumber: 'P1',
      invoices: [{ invoiceId: one, paidTotal: made[0]?.content.gross ?? '0' }],
    };
    await pay.create(paid, context);
    expect(basware.p2p.document(one).status).toBe('Paid');
    expect(await pay.lookUp(paid, context)).toMatchObject({ found: 'present' });
    expect(basware.responses.refused).toEqual([]);
  });

  it('tells of invoices, signed, to whom subscribed', async () => {
    await start(seed);
    const events: WebhookEvent[] = [];
    const url = await listen(events);
    const context = {
      calls: connection.calls(),
      url,
      options: {},
      state: {},
      save: async () => {},
      now: () => new Date(time.now()),
    };
    expect(await connection.client.webhook?.keep?.(context)).toMatchObject({ status: 'created' });
    basware.switches.loseEvery = 0;
    const { invoiceId } = basware.p2p.capture(someDocument({ companyCode: 'BW00' }), 'WaitingForTransfer');
    await basware.push.settled();
    const told = events.filter(({ type }) => type === 'AccountingDocuments');
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(told[0]?.key).toBe(invoiceId);
  });
});
