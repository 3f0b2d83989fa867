import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import { connectTo, operationContext } from '../../../tests/support/acumatica-connection';
import { Refused, type SmallAcumatica } from '../../../tests/support/small-acumatica';
import { bill, startPayables } from '../../../tests/support/small-acumatica-payables';

let server: SmallAcumatica;
let connection: Connection;

const payment = {
  paymentId: 'stp01ABC',
  vendor: 'V1',
  date: '2026-03-02',
  amount: '100.10',
  currency: 'USD',
  allocations: [{ referenceNbr: '000101', amount: '100.10' }],
};
const taken = { paymentId: 'stp01ABC', date: '2026-03-20', reason: 'stopped' };

beforeEach(async () => {
  server = await startPayables();
  connection = connectTo(server);
  bill(server, '000101');
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const operation = (name: string) => connection.client.operations[name] ?? expect.fail();
const record = (options = {}) =>
  operation('record-payment').create(payment, operationContext(connection, options));
const lookUp = (facts = {}) =>
  operation('void-payment').lookUp(taken, operationContext(connection, {}, facts));
const takeBack = (facts = {}) =>
  operation('void-payment').create(taken, operationContext(connection, { releaseWaitSeconds: 20 }, facts));
const statuses = () => server.rows('Check').map((row) => `${row['Type']} ${row['Status']}`);

describe('voiding a payment', () => {
  it('makes the void, releases it and opens the bill again', async () => {
    await record();
    expect(await lookUp()).toEqual({ found: 'absent' });
    expect(await takeBack()).toEqual({ ref: 'Payment|000001' });
    expect(statuses()).toEqual(['Payment Voided', 'Voided Payment Closed']);
    expect(server.rows('Check')[1]?.['ApplicationDate']).toBe('2026-03-20');
    expect(server.rows('Bill')).toMatchObject([{ Status: 'Open', Balance: '100.1' }]);
    expect(await lookUp()).toEqual({ found: 'present', ref: 'Payment|000001' });
  });

  it('is completed, not begun again, when it broke off before the release', async () => {
    await record();
    const act = server.actions.get('Check/ReleaseCheck') ?? expect.fail();
    server.actions.set('Check/ReleaseCheck', () => {
      throw new Refused(500, 'The 03-2026 period is closed.');
    });
    await expect(takeBack()).rejects.toMatchObject({ outcome: 'park', reason: 'period-closed' });
    server.actions.set('Check/ReleaseCheck', act);
    const found = await lookUp();
    expect(found).toMatchObject({ found: 'partial', missing: 'the release of the void' });
    if (found.found !== 'partial') return;
    await operation('void-payment').resume?.(found, taken, operationContext(connection));
    expect(statuses()).toEqual(['Payment Voided', 'Voided Payment Closed']);
    expect(server.seen('POST', 'Check/VoidCheck')).toHaveLength(1);
  });

  it('is completed where the payment shows as voided before its void is released', async () => {
    await record();
    const { 'Check/VoidCheck': make, 'Check/ReleaseCheck': act } = Object.fromEntries(server.actions);
    server.actions.set('Check/VoidCheck', (keys, headers) => {
      make?.(keys, headers);
      Object.assign(server.rows('Check')[0] as object, { Status: 'Voided' });
    });
    server.actions.set('Check/ReleaseCheck', () => {
      throw new Refused(500, 'The 03-2026 period is closed.');
    });
    await expect(takeBack()).rejects.toMatchObject({ outcome: 'park', reason: 'period-closed' });
    server.actions.set('Check/ReleaseCheck', act ?? expect.fail());
    const found = await lookUp();
    if (found.found !== 'partial') return expect.fail();
    await operation('void-payment').resume?.(found, taken, operationContext(connection));
    expect(statuses()).toEqual(['Payment Voided', 'Voided Payment Closed']);
    expect(server.rows('Bill')).toMatchObject([{ Status: 'Open', Balance: '100.1' }]);
  });

  it('is done where a released void shows as voided itself', async () => {
    await record();
    const act = server.actions.get('Check/ReleaseCheck') ?? expect.fail();
    server.actions.set('Check/ReleaseCheck', (keys, headers) => {
      act(keys, headers);
      Object.assign(server.rows('Check')[1] as object, { Status: 'Voided' });
    });
    expect(await takeBack()).toEqual({ ref: 'Payment|000001' });
    expect(await lookUp()).toEqual({ found: 'present', ref: 'Payment|000001' });
  });

  it('goes on when the void was made and its answer was lost', async () => {
    await record();
    server.polls = undefined;
    server.fault = ({ parts }) => (parts[1] === 'VoidCheck' ? { afterwards: true, cut: true } : undefined);
    expect(await takeBack()).toEqual({ ref: 'Payment|000001' });
    expect(statuses()).toEqual(['Payment Voided', 'Voided Payment Closed']);
  });

  it('dates a void that Acumatica dated otherwise, and takes a date that it insists on', async () => {
    await record();
    const voidIt = server.actions.get('Check/VoidCheck') ?? expect.fail();
    server.actions.set('Check/VoidCheck', (keys) => voidIt(keys, {}));
    server.saving.set('Check', (row) => {
      if (row['Type'] === 'Voided Payment') throw new Refused(422, 'ApplicationDate cannot be changed.');
    });
    await takeBack();
    expect(server.rows('Check')[1]).toMatchObject({ ApplicationDate: '2026-03-09', Status: 'Closed' });
  });

  it('deletes a payment that was never released (E3)', async () => {
    await record({ release: 'leave' });
    const facts = {};
    expect(await takeBack(facts)).toEqual({ ref: 'Payment|000001' });
    expect(server.rows('Check')).toEqual([]);
    expect(await lookUp(facts)).toEqual({ found: 'present', ref: 'Payment|000001' });
  });

  it('parks for a payment that is not there', async () => {
    expect(await lookUp()).toMatchObject({ found: 'conflict', reason: 'not-ours' });
  });
});
