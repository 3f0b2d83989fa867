import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../runtime/connector/json';
import {
  connectTo,
  readContext,
  readRows,
  type TestConnection,
} from '../../tests/support/airbase-connection';
import { SmallAirbase } from '../../tests/support/small-airbase';

let server: SmallAirbase;
let connection: TestConnection;

beforeEach(async () => {
  server = await new SmallAirbase().start();
  connection = connectTo(server.url);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const whole = (id: unknown) =>
  connection.client.streams['ledger-entries']?.get?.(String(id), readContext(connection));

describe('who is paid by a ledger entry', () => {
  it.each([
    ['as its vendor', { vendor: { id: 'emp', name: 'Bo', erp_reference_id: 'E7' } }],
    ['as such', { vendor: null, employee: { id: 'emp', name: 'Bo', erp_reference_id: 'E7' } }],
  ])('of a reimbursement names its employee %s', async (_name, change) => {
    server.addEntry({ type: 'reimbursement', invoice_number: null, ...change });
    const [row] = await readRows(connection, 'ledger-entries');
    const shortId = String(row?.key).slice(0, 8);
    expect(row?.data).toMatchObject({
      payee: { airbase_id: 'emp', name: 'Bo', erp_reference_id: 'E7' },
      document_number: `AB-${shortId}`,
    });
  });

  it.each([
    ['is named as such', { vendor: null }],
    ['comes beside the vendor', { vendor: { id: 'v-emp', name: 'Bo', erp_reference_id: 'E7' } }],
  ])('of an employee who %s leads to the vendor under the same key of the ERP', async (_name, change) => {
    server.addMaster('vendors', { airbase_id: 'v-emp', name: 'Bo', erp_reference_id: 'E7' });
    const employee = { airbase_id: 'person', name: 'Bo Lee', email: 'bo@x.example', erp_reference_id: 'E7' };
    const { airbase_id: id } = server.addEntry({ type: 'reimbursement', employee, ...change });
    expect((await whole(id))?.['payee']).toMatchObject({ airbase_id: 'v-emp', erp_reference_id: 'E7' });
  });

  it('has the same version when its vendor gets a key of the ERP, another one when it is coded anew', async () => {
    const entry = server.addEntry({ vendor: { id: 'v1', name: 'Acme', erp_reference_id: '' } });
    const version = async () => (await whole(entry['airbase_id']))?.['version'];
    const before = await version();
    entry['vendor'] = { id: 'v1', name: 'Acme Steel', erp_reference_id: 'ACME' };
    expect(await version()).toBe(before);
    entry['expense_list'] = [{ line_number: 1, account: { erp_reference_id: '6200-00' }, amount: '125.5' }];
    expect(await version()).not.toBe(before);
  });
});

describe('a vendor that was made in Airbase', () => {
  const born = { id: 'v9', airbase_id: 'v9', name: 'ACME Steel, Inc.', erp_reference_id: '' };

  it('has the vendors of the ERP that it could be, the likeliest first', async () => {
    server.addMaster('vendors', { name: 'Acme Steel LLC', erp_reference_id: 'ACME' });
    server.addMaster('vendors', { name: 'Acme Stell', erp_reference_id: 'ACST' });
    server.addMaster('vendors', { name: 'Zenith', erp_reference_id: 'ZEN' });
    server.addMaster('vendors', { ...born });
    const { airbase_id: id } = server.addEntry({ vendor: born });
    const entry = await whole(id);
    const { candidates } = (entry?.['vendor'] ?? {}) as JsonObject;
    expect((candidates as JsonObject[]).map((each) => each['erp_reference_id'])).toEqual(['ACME', 'ACST']);
    expect(entry?.['payee']).toMatchObject({ candidates });
  });

  it('has its key where it was linked since', async () => {
    server.addMaster('vendors', { ...born, erp_reference_id: 'ACME' });
    const { airbase_id: id } = server.addEntry({ vendor: born });
    expect((await whole(id))?.['vendor']).toMatchObject({ erp_reference_id: 'ACME' });
  });
});
