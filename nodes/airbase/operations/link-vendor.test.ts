import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Operation } from '../../../runtime/connector/system';
import { connectTo, operationContext, type TestConnection } from '../../../tests/support/airbase-connection';
import { type Row, SmallAirbase } from '../../../tests/support/small-airbase';

let server: SmallAirbase;
let connection: TestConnection;
let link: Operation;
let born: Row;

beforeEach(async () => {
  server = await new SmallAirbase().start();
  connection = connectTo(server.url);
  link = connection.client.operations['link-vendor'] ?? expect.fail();
  born = server.addMaster('vendors', { erp_reference_id: '', name: 'Acme' });
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const document = (reference = 'ACME'): JsonObject => ({ airbaseId: String(born['airbase_id']), reference });
const look = (of = document()) => link.lookUp(of, operationContext(connection));
const send = (of = document()) => link.create(of, operationContext(connection));

describe('a vendor made in Airbase', () => {
  it('gets the key of the ERP, once', async () => {
    expect(await look()).toEqual({ found: 'absent' });
    expect(await send()).toEqual({ ref: born['airbase_id'] });
    expect(born).toMatchObject({ erp_reference_id: 'ACME' });
    expect(await look()).toEqual({ found: 'present', ref: born['airbase_id'] });
  });

  it('gets it with the whole vendor where Airbase does not take it alone', async () => {
    server.fault = ({ method, path }) =>
      method === 'PATCH' && path.startsWith('/accounting/vendors/')
        ? { status: 400, body: { erp_reference_id: ['This field cannot be changed.'] } }
        : undefined;
    expect(await send()).toEqual({ ref: born['airbase_id'] });
    expect(born).toMatchObject({ erp_reference_id: 'ACME', name: 'Acme' });
    expect(server.loads.starts).toBe(1);
  });

  it('is not linked to a key that another one has, nor to a second key', async () => {
    server.addMaster('vendors', { erp_reference_id: 'ACME', name: 'Acme Steel' });
    expect(await look()).toMatchObject({
      found: 'conflict',
      reason: 'vendor-ambiguous',
      detail: { candidates: [{ name: 'Acme Steel' }] },
    });
    born['erp_reference_id'] = 'OTHER';
    expect(await look(document('ACME2'))).toMatchObject({ found: 'conflict', reason: 'vendor-ambiguous' });
  });

  it('that is not there is named', async () => {
    expect(await look({ airbaseId: 'nobody', reference: 'ACME' })).toMatchObject({
      found: 'conflict',
      reason: 'vendor-not-linked',
    });
  });

  it('that Airbase links in no way parks with its words', async () => {
    server.fault = ({ method }) => (method === 'GET' ? undefined : { status: 400, body: 'Entity not found' });
    await expect(send()).rejects.toMatchObject({
      code: 'AIRBASE_NOT_LINKED',
      systemWords: 'Entity not found',
    });
  });
});
