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
  bill(server, '000102');
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const paid = 'paid 100.10 USD on 2026-03-02, check 1234';
const noteOf = (text = paid, referenceNbr = '000101', paymentId = 'stp1') => ({
  paymentId,
  bills: [{ referenceNbr, text }],
});
const operation = () => connection.client.operations['note-on-bill'] ?? expect.fail();
const write = (document = noteOf(), options = {}) =>
  operation().create(document, operationContext(connection, options));
const lookUp = (document = noteOf(), options = {}) =>
  operation().lookUp(document, operationContext(connection, options));
const saved = (at = 0) => server.rows('Bill')[at];

describe('noting a payment on its bills', () => {
  it('adds a line to the note, keeps what others wrote, and touches no line of the bill', async () => {
    expect(await lookUp()).toEqual({ found: 'absent' });
    expect(await write()).toEqual({ ref: 'Note|stp1' });
    expect(saved()?.['note']).toBe(`Call Ann first\nstp1: ${paid}`);
    expect(saved()?.['Details']).toHaveLength(1);
    expect(server.seen('PUT', 'Bill')[0]?.text).not.toContain('Details');
    expect(await lookUp()).toEqual({ found: 'present', ref: 'Note|stp1' });
  });

  it('tells every bill of the payment once, and goes on where it was cut off', async () => {
    const both = {
      paymentId: 'stp1',
      bills: [
        { referenceNbr: '000101', text: 'the first half' },
        { referenceNbr: '000102', text: 'all of it' },
        { referenceNbr: '000101', text: 'the second half' },
      ],
    };
    await write(noteOf('the first half; the second half'));
    const found = await lookUp(both);
    expect(found).toEqual({ found: 'partial', ref: 'Note|stp1', missing: 'the note on Bill 000102' });
    if (found.found !== 'partial') return;
    await operation().resume?.(found, both, operationContext(connection));
    expect(server.seen('PUT', 'Bill')).toHaveLength(2);
    expect(saved()?.['note']).toBe('Call Ann first\nstp1: the first half; the second half');
    expect(saved(1)?.['note']).toContain('stp1: all of it');
    expect(await lookUp(both)).toMatchObject({ found: 'present' });
  });

  it('says a payment once, however often and however late it is said', async () => {
    await write();
    await write(noteOf('paid\nthe rest', '000101', 'stp2'));
    const context = operationContext(connection);
    await operation().update?.('Note|stp1', noteOf('voided'), noteOf(), context);
    await write(noteOf('voided'));
    expect(saved()?.['note']).toBe('Call Ann first\nstp2: paid the rest\nstp1: voided');
  });

  it('writes into the description when it is told to', async () => {
    await write(noteOf(), { field: 'description' });
    expect(saved()).toMatchObject({ note: 'Call Ann first', Description: `stp1: ${paid}` });
  });

  it('parks when Acumatica refuses, or says yes and changes nothing', async () => {
    server.saving.set('Bill', (row) => Object.assign(row, { Description: null }));
    await expect(write(noteOf(), { field: 'description' })).rejects.toMatchObject({
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
    expect(await lookUp(noteOf(paid, '999'))).toMatchObject({ reason: 'not-ours' });
    await expect(write(noteOf(paid, '999'))).rejects.toMatchObject({ reason: 'not-ours' });
    expect(server.rows('Bill')).toHaveLength(2);
  });
});
