import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import { connectTo, operationContext } from '../../../tests/support/bill-connection';
import { SmallBill } from '../../../tests/support/small-bill';
import type { Row } from '../../../tests/support/small-bill-lists';

let server: SmallBill;
let connection: Connection;
let vendor: string;

beforeEach(async () => {
  server = await new SmallBill().start();
  connection = connectTo(server);
  vendor = String(server.add('vendors', '009', { name: 'Acme' })['id']);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

function credit(change: JsonObject = {}): JsonObject {
  return {
    vendorId: vendor,
    currency: 'USD',
    amount: '12.5',
    referenceNumber: 'DM-1',
    creditDate: '2026-02-01',
    vendorCreditLineItems: [{ amount: '12.5000', classifications: { chartOfAccountId: '0ca1' } }],
    ...change,
  };
}

const operation = () => connection.client.operations['create-vendor-credit'] ?? expect.fail();
const lookUp = (document = credit()) => operation().lookUp(document, operationContext(connection));
const create = (document = credit()) => operation().create(document, operationContext(connection));
const posted = () => server.seen('POST /v3/vendor-credits');
const seeded = (change: Row = {}) =>
  server.add('credits', 'vcr', {
    vendorId: vendor,
    referenceNumber: 'DM-1',
    amount: 12.5,
    vendorCreditLineItems: [{ amount: 12.5 }],
    ...change,
  });

describe('a vendor credit', () => {
  it('is made with positive amounts and nothing that BILL does not know (D9)', async () => {
    expect(await lookUp()).toEqual({ found: 'absent' });
    const { ref, attributes } = await create();
    expect(attributes).toEqual({ number: 'DM-1' });
    expect(posted()[0]?.text).toContain('"amount":12.5,');
    expect(posted()[0]?.body).toEqual({
      vendorId: vendor,
      referenceNumber: 'DM-1',
      creditDate: '2026-02-01',
      vendorCreditLineItems: [{ amount: 12.5, classifications: { chartOfAccountId: '0ca1' } }],
    });
    expect(await lookUp()).toMatchObject({ found: 'present', ref });
  });

  it('is looked up at its vendor, whatever filters BILL accepts', async () => {
    for (const filterable of [['vendorId', 'referenceNumber'], ['vendorId'], []]) {
      server.lists['credits'] = { filterable, sortable: [] };
      server.tables.credits = [];
      seeded({ vendorId: '00902OTHER' });
      expect(await lookUp()).toEqual({ found: 'absent' });
      const found = seeded();
      expect(await lookUp()).toMatchObject({ found: 'present', ref: found['id'] });
    }
  });

  it('parks when its number has another amount, and does not count archived ones', async () => {
    const other = seeded({ amount: -99 });
    expect(await lookUp()).toMatchObject({
      reason: 'number-in-use',
      detail: { theirs: [{ id: other['id'] }] },
    });
    other['archived'] = true;
    expect(await lookUp()).toEqual({ found: 'absent' });
  });

  it('is found although BILL shows its amount with the other sign', async () => {
    const found = seeded({ amount: -12.5 });
    expect(await lookUp()).toMatchObject({ found: 'present', ref: found['id'] });
  });

  it('parks what it cannot be: negative, in another currency, or not adding up', async () => {
    const negative = { amount: '-12.5', vendorCreditLineItems: [{ amount: '-12.5' }] };
    expect(await lookUp(credit(negative))).toMatchObject({ reason: 'schema-failed' });
    expect(await lookUp(credit({ currency: 'EUR' }))).toMatchObject({
      reason: 'currency-mismatch',
      absent: true,
    });
    expect(await lookUp(credit({ amount: '12.51' }))).toMatchObject({ reason: 'amounts-differ' });
  });

  it('carries its description where BILL takes one, and goes without where not', async () => {
    await create(credit({ description: 'Returned goods' }));
    server.knowsCreditDescription = false;
    await create(credit({ description: 'Returned goods', referenceNumber: 'DM-2' }));
    await create(credit({ description: 'Returned goods', referenceNumber: 'DM-3' }));
    const described = posted().map((call) => 'description' in call.body);
    expect(described).toEqual([true, true, false, false]);
    expect(server.tables.credits).toHaveLength(3);
  });

  it('parks with a hint when BILL stored something else', async () => {
    server.store = (_table, row) => ({ ...row, amount: 1 });
    await expect(create()).rejects.toMatchObject({
      reason: 'amounts-differ',
      detail: { undo: expect.stringContaining('Archive vendor credit') },
    });
  });

  it('has no known outcome when the answer is lost', async () => {
    server.fault = (call) =>
      call.method === 'POST' && call.path === '/v3/vendor-credits' ? { afterwards: true } : undefined;
    await expect(create()).rejects.toMatchObject({ recovery: 'ambiguous' });
    expect(await lookUp()).toMatchObject({ found: 'present' });
  });

  it('counts against what is owed in the tally', async () => {
    const live = seeded();
    seeded({ archived: true });
    const rows = [];
    for await (const row of operation().tally?.(operationContext(connection)) ?? []) rows.push(row);
    expect(rows).toEqual([{ ref: live['id'], amount: '-12.5', currency: 'USD' }]);
  });
});
