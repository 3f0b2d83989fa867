import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Operation } from '../../../runtime/connector/system';
import { connectTo, operationContext } from '../../../tests/support/kinetic-connection';
import { refuse } from '../../../tests/support/small-kinetic';
import { amount, digits, type Row } from '../../../tests/support/small-kinetic-lists';
import { SmallPayables } from '../../../tests/support/small-kinetic-payables';

const service = 'Erp.BO.APInvoiceSvc';
let server: SmallPayables;
let connection: Connection;
let operation: Operation;
let invoice: Row;

const document = (
  fields: JsonObject = { SentToBill_c: '00n01', Paid_c: '12.50', Sent_c: true },
): JsonObject => ({
  vendorNum: 12,
  invoiceNum: 'A-17',
  fields,
});

beforeEach(async () => {
  server = new SmallPayables();
  await server.start();
  const custom = { SentToBill_c: '', Paid_c: amount('0.00'), Sent_c: false, On_c: null };
  invoice = server.addInvoice(12, 'A-17', '100.00', { ExchangeRate: amount('1.250000'), ...custom });
  server.methods.set(`POST ${service}/GetByID`, () => ({
    returnObj: { APInvHed: [{ ...invoice, RowMod: '' }] },
  }));
  server.methods.set(`POST ${service}/Update`, ({ body, text }) => {
    const [row] = (body['ds'] as Record<string, Row[]>)['APInvHed'] ?? [];
    if (row?.['RowMod'] !== 'U') throw refuse('Nothing to update.');
    if (row['SysRevID'] !== invoice['SysRevID']) throw refuse('Row has been modified by another user.', 409);
    if (!text.includes('"ExchangeRate":1.250000')) throw refuse('A column was changed.');
    if (typeof row['Paid_c'] !== 'number') throw refuse('Paid_c must be a number.');
    Object.assign(invoice, row, {
      RowMod: '',
      SysRevID: server.revision(),
      Paid_c: amount(String(row['Paid_c'])),
    });
    return { parameters: { ds: { APInvHed: [invoice] } } };
  });
  connection = connectTo(server);
  operation = connection.client.operations['update-custom-fields'] as Operation;
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

describe('updating custom fields', () => {
  it('sets them, leaves everything else to the digit, and finds them set', async () => {
    expect(await operation.lookUp(document(), operationContext(connection))).toEqual({ found: 'absent' });
    await operation.create(document(), operationContext(connection));
    expect(invoice).toMatchObject({ SentToBill_c: '00n01', Sent_c: true });
    expect(digits(invoice['Paid_c'])).toBe('12.5');
    const found = await operation.lookUp(document(), operationContext(connection));
    expect(found).toEqual({ found: 'present', ref: 'invoice A-17 of vendor 12' });
    await operation.create(document(), operationContext(connection));
    expect(server.seen(`${service}/Update`)).toHaveLength(1);
  });

  it('reads again and sets again when somebody saved the invoice in between, once (B12)', async () => {
    let rounds = 1;
    server.fault = (call) => {
      if (call.path === `${service}/Update` && rounds-- > 0) invoice['SysRevID'] = server.revision();
      return undefined;
    };
    await operation.create(document(), operationContext(connection));
    expect(server.seen(`${service}/Update`)).toHaveLength(2);
    rounds = 2;
    const again = operation.create(document({ SentToBill_c: 'x' }), operationContext(connection));
    await expect(again).rejects.toMatchObject({ name: 'RecordOutcome', reason: 'rejected-by-target' });
  });

  it('refuses columns that are not custom, before anything is read', async () => {
    const wrong = document({ PayHold: true });
    await expect((async () => operation.lookUp(wrong, operationContext(connection)))()).rejects.toMatchObject(
      {
        reason: 'schema-failed',
        detail: { field: 'fields.PayHold' },
      },
    );
    expect(server.calls).toEqual([]);
  });

  it('parks when Epicor has no such column, or did not take the value', async () => {
    const unknown = operation.create(document({ Nowhere_c: 'x' }), operationContext(connection));
    await expect(unknown).rejects.toMatchObject({ reason: 'rejected-by-target' });
    server.methods.set(`POST ${service}/Update`, () => ({ parameters: { ds: {} } }));
    const ignored = operation.create(document(), operationContext(connection));
    await expect(ignored).rejects.toMatchObject({ reason: 'rejected-by-target' });
  });

  it('empties a column in the way that its type has', async () => {
    Object.assign(invoice, {
      SentToBill_c: 'x',
      Paid_c: amount('12.50'),
      Sent_c: true,
      On_c: '2026-03-01T00:00:00',
    });
    const blank = document({ SentToBill_c: null, Paid_c: '', Sent_c: null, On_c: '' });
    await operation.create(blank, operationContext(connection));
    expect(invoice).toMatchObject({ SentToBill_c: '', Sent_c: false, On_c: null });
    expect(digits(invoice['Paid_c'])).toBe('0');
    expect(await operation.lookUp(blank, operationContext(connection))).toMatchObject({ found: 'present' });
  });

  it('takes a date that comes back with a time for the same', async () => {
    invoice['On_c'] = '2026-03-01T00:00:00';
    const found = await operation.lookUp(document({ On_c: '2026-03-01' }), operationContext(connection));
    expect(found).toMatchObject({ found: 'present' });
  });
});
