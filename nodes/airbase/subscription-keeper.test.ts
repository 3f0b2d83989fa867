import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../runtime/connector/json';
import { connectTo, type TestConnection } from '../../tests/support/airbase-connection';
import { SmallAirbase } from '../../tests/support/small-airbase';

let server: SmallAirbase;
let connection: TestConnection;
let state: JsonObject;
const url = 'https://ml.example/hooks/airbase/default';

beforeEach(async () => {
  server = await new SmallAirbase().start();
  connection = connectTo(server.url);
  state = {};
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

async function keep(options: JsonObject = {}) {
  const report = await connection.client.webhook?.keep?.({
    calls: connection.calls(),
    url,
    options,
    state,
    save: async (saved) => {
      state = saved;
    },
    now: () => new Date(),
  });
  return report ?? expect.fail();
}

const secretOf = (at: number) => server.webhooks[at]?.['secret'];

describe('the subscription', () => {
  it('is made once, and its secret kept', async () => {
    const made = await keep();
    expect(made).toMatchObject({ status: 'created', catchUp: true, secrets: [secretOf(0)] });
    expect(server.webhooks).toMatchObject([
      {
        url,
        is_active: true,
        events: [
          'bill_approved',
          'bill_paid',
          'reimbursement_approved',
          'card_transaction_settled',
          'purchase_request_approved',
        ],
      },
    ]);
    expect(await keep()).toMatchObject({ status: 'healthy', catchUp: false, secrets: [secretOf(0)] });
  });

  it('that Airbase switched off is switched on again, and what was missed is read (F4)', async () => {
    await keep();
    Object.assign(server.webhooks[0] ?? {}, { is_active: false });
    expect(await keep()).toMatchObject({ status: 're-enabled', catchUp: true });
    expect(server.webhooks).toMatchObject([{ is_active: true }]);
  });

  it('gets events that are wanted now', async () => {
    await keep({ events: ['bill_approved'] });
    await keep({ events: ['bill_approved', 'bill_paid'] });
    expect(server.webhooks).toMatchObject([{ events: ['bill_approved', 'bill_paid'] }]);
  });

  it('that was deleted is made again, and the old secret stays good for what is on its way (F6)', async () => {
    await keep();
    const before = secretOf(0);
    server.webhooks = [];
    expect(await keep()).toMatchObject({ status: 'created', secrets: [secretOf(0), before] });
  });

  it('whose secret nobody knows is made anew', async () => {
    server.webhooks.push({ id: 'old', url: `${url}/`, events: ['bill_approved'], is_active: true });
    expect(await keep()).toMatchObject({ status: 'created' });
    expect(server.webhooks.map(({ id }) => id)).not.toContain('old');
  });

  it('is taken as it is where the connection has the secret of the portal', async () => {
    await connection.close();
    connection = connectTo(server.url, { webhookSecret: 'from the portal' });
    server.webhooks.push({ id: 'old', url, events: ['bill_approved'], is_active: true });
    const options = { events: ['bill_approved'] };
    expect(await keep(options)).toMatchObject({ status: 'healthy', secrets: ['from the portal'] });
  });

  it('may be left to the portal', async () => {
    expect(await keep({ subscribe: false })).toMatchObject({ status: 'healthy' });
    expect(server.calls).toEqual([]);
  });

  it.each([
    ['list', 'GET', 404],
    ['make', 'POST', 403],
  ])('that this tenant does not let us %s leaves the poll alone', async (_name, method, status) => {
    server.fault = (call) =>
      call.path === '/webhooks/' && call.method === method ? { status, body: { detail: 'no' } } : undefined;
    expect(await keep()).toMatchObject({
      status: 'refused',
      catchUp: false,
      detail: expect.stringContaining('The poll goes on without it.'),
    });
    expect(connection.health.state).toBe('online');
  });
});
