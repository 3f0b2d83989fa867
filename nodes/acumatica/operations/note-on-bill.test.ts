import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import { connectTo, operationContext } from '../../../tests/support/acumatica-connection';
import { Refused, type SmallAcumatica } from '../../../tests/support/small-acumatica';
import { bill, startPayables } from '../../../tests/support/small-acumatica-payables';

let server: SmallAcumatica;
let connection: Connection;

beforeEach(async () => {
  server = await startPayables();
  connection = connectTo(server);
  bill(server, '000101', { note: 'Call Ann first' });
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const line = { referenceNbr: '000101', paymentId: 'stp1', text: 'paid 100.10 USD on 2026-03-02, check 1234' };
const operation = () => connection.client.operations['note-on-bill'] ?? expect.fail();
const write = (document = line, options = {}) =>
  operation().create(document, operationContext(connection, options));
const lookUp = (document = line, options = {}) =>
  operation().lookUp(document, operationContext(connection, options));
const saved = () => server.rows('Bill')[0];

describe('noting a payment on a bill', () => {
  it('adds a line to the note, keeps what others wrote, and touches no line of the bill', async () => {
    expect(await lookUp()).toEqual({ found: 'absent' });
    expect(await write()).toEqual({ ref: 'Bill|000101' });
    expect(saved()?.['note']).toBe('Call Ann first\nstp1: paid 100.10 USD on 2026-03-02, check 1234');
    expect(saved()?.['Details']).toHaveLength(1);
    expect(server.seen('PUT', 'Bill')[0]?.text).not.toContain('Details');
    expect(await lookUp()).toEqual({ found: 'present', ref: 'Bill|000101' });
  });

  it('says a payment once, however often and however late it is said', async () => {
    await write();
    await write({ ...line, paymentId: 'stp2', text: 'paid\nthe rest' });
    await write({ ...line, text: 'returned' });
    await write({ ...line, text: 'returned' });
    expect(saved()?.['note']).toBe('Call Ann first\nstp2: paid the rest\nstp1: returned');
  });

  it('writes into the description when it is told to', async () => {
    await write(line, { field: 'description' });
    expect(saved()).toMatchObject({ note: 'Call Ann first', Description: `stp1: ${line.text}` });
  });

  it('parks when Acumatica refuses, or says yes and changes nothing', async () => {
    server.saving.set('Bill', (row) => Object.assign(row, { Description: null }));
    await expect(write(line, { field: 'description' })).rejects.toMatchObject({
      reason: 'rejected-by-target',
    });
    server.saving.set('Bill', () => {
      throw new Refused(422, 'The document is released.');
    });
    await expect(write()).rejects.toMatchObject({
      outcome: 'park',
      detail: { systemWords: 'The document is released.' },
    });
  });

  it('parks for a bill that is not there, and makes none', async () => {
    expect(await lookUp({ ...line, referenceNbr: '999' })).toMatchObject({ reason: 'not-ours' });
    await expect(write({ ...line, referenceNbr: '999' })).rejects.toMatchObject({ reason: 'not-ours' });
    expect(server.rows('Bill')).toHaveLength(1);
  });
});
