import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Operation } from '../../../runtime/connector/system';
import { connectTo, operationContext } from '../../../tests/support/basware-connection';
import { type Row, SmallBasware } from '../../../tests/support/small-basware';

let server: SmallBasware;
let connection: Connection;
let respond: Operation;
let acknowledge: Operation;
let invoice: Row;
let invoiceId: string;

beforeEach(async () => {
  server = await new SmallBasware().start();
  connection = connectTo(server.url, { sourceSystem: 'EPICOR' });
  respond = connection.client.operations['transfer-response'] ?? expect.fail();
  acknowledge = connection.client.operations['acknowledge'] ?? expect.fail();
  invoice = server.addDocument();
  invoiceId = String(invoice['invoiceId']);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const accepted = (change: JsonObject = {}): JsonObject => ({
  invoiceId,
  success: true,
  responseMessage: 'Posted as 4711',
  voucherNumber1: '4711',
  round: 0,
  ...change,
});
const rejected = (change: JsonObject = {}): JsonObject => ({
  invoiceId,
  success: false,
  responseMessage: 'Account 6100 is unknown',
  round: 0,
  ...change,
});
const responses = () => invoice['transferResponses'] as Row[];
const posts = () => server.seen(`POST /accountingDocuments/${invoiceId}/transferResponses`);
const resolving = { resolving: true };

describe('acknowledging', () => {
  it('takes the invoice out of the queue, once', async () => {
    const context = operationContext(connection);
    expect(await acknowledge.lookUp({ invoiceId }, context)).toEqual({ found: 'absent' });
    expect(await acknowledge.create({ invoiceId }, context)).toEqual({ ref: invoiceId });
    expect(await acknowledge.lookUp({ invoiceId }, context)).toEqual({ found: 'present', ref: invoiceId });
  });

  it('again is no error: 405 says that it is done', async () => {
    let cuts = 1;
    server.afterwards = ({ path }) =>
      path.endsWith('/acknowledge') && cuts-- > 0 ? { status: 0 } : undefined;
    expect(await acknowledge.create({ invoiceId }, operationContext(connection))).toEqual({ ref: invoiceId });
    expect(server.seen(`POST /accountingDocuments/${invoiceId}/acknowledge`)).toHaveLength(2);
  });
});

describe('an answer to a transfer', () => {
  it('says that the invoice is in the ERP, and under which number', async () => {
    const context = operationContext(connection);
    expect(await respond.lookUp(accepted(), context)).toEqual({ found: 'absent' });
    const { ref } = await respond.create(accepted(), context);
    expect(posts()[0]?.body).toEqual({
      externalCode: ref,
      success: true,
      responseMessage: 'Posted as 4711',
      paymentBlock: false,
      voucherNumber1: '4711',
      sourceSystem: 'EPICOR',
    });
    expect(invoice['processingStatus']).toBe('Transferred');
    expect(await respond.lookUp(accepted(), context)).toEqual({ found: 'present', ref });
  });

  it('is found again after its answer was lost, by a process that remembers nothing', async () => {
    server.afterwards = ({ path }) => (path.endsWith('/transferResponses') ? { status: 0 } : undefined);
    await expect(respond.create(accepted(), operationContext(connection))).rejects.toMatchObject({
      recovery: 'ambiguous',
    });
    expect(posts()).toHaveLength(1);
    const look = await respond.lookUp(accepted(), operationContext(connection, {}, resolving));
    expect(look).toEqual({ found: 'present', ref: responses()[0]?.['externalCode'] });
  });

  it('that collides with itself is there', async () => {
    const context = operationContext(connection);
    let free = 1;
    server.fault = ({ method, path }) =>
      method === 'GET' && path.endsWith(invoiceId) && free-- > 0
        ? { body: { ...invoice, transferResponses: [] } }
        : undefined;
    const { ref } = await respond.create(accepted(), context);
    free = 1;
    expect(await respond.create(accepted(), context)).toEqual({ ref });
    expect(posts()).toHaveLength(2);
    expect(responses()).toHaveLength(1);
  });

  it.each([409, 400])(
    'that Basware has and does not show yet is waited for, and not taken for refused (%i)',
    async (status) => {
      const body = {
        hasErrors: true,
        errors: [{ type: 'BUSINESS', code: 'CONFLICT_IN_POST', message: 'exists' }],
      };
      server.fault = ({ method, path }) =>
        method === 'POST' && path.endsWith('/transferResponses') ? { status, body } : undefined;
      await expect(respond.create(accepted(), operationContext(connection))).rejects.toMatchObject({
        recovery: 'ambiguous',
        code: 'BASWARE_STILL_PROCESSING',
      });
    },
  );

  it('that the second phase refuses parks with its words, and does not count as given', async () => {
    server.secondPhase = () => ({ status: 'Error', message: 'period is closed' });
    await expect(respond.create(accepted(), operationContext(connection))).rejects.toMatchObject({
      reason: 'rejected-by-target',
      detail: { message: expect.stringContaining('period is closed') },
    });
    expect(await respond.lookUp(accepted(), operationContext(connection))).toEqual({ found: 'absent' });
    server.secondPhase = () => ({ status: 'Success' });
    await respond.create(accepted(), operationContext(connection));
    expect(new Set(responses().map(({ externalCode }) => externalCode)).size).toBe(2);
    expect(invoice['processingStatus']).toBe('Transferred');
  });

  it('that Basware never reports on counts as given once it stands on the invoice', async () => {
    server.fault = ({ path }) => (path.startsWith('/requestStatus') ? { status: 404 } : undefined);
    await expect(respond.create(accepted(), operationContext(connection))).resolves.toBeDefined();
  });

  it('that Basware has not taken over yet is looked at until it has, or until the invoice shows it', async () => {
    server.secondPhase = () => ({ status: 'InProgress' });
    const unclear = { recovery: 'ambiguous', code: 'BASWARE_STILL_PROCESSING' };
    const context = () => operationContext(connection, { followSeconds: 0 }, resolving);
    await expect(respond.create(accepted(), context())).rejects.toMatchObject(unclear);
    invoice['processingStatus'] = 'WaitingForTransfer';
    await expect(respond.lookUp(accepted(), context())).rejects.toMatchObject(unclear);
    invoice['processingStatus'] = 'Transferred';
    expect(await respond.lookUp(accepted(), context())).toMatchObject({ found: 'present' });
    expect(responses()).toHaveLength(1);
  });

  it('of acceptance is not given twice while Basware is slow to move the invoice', async () => {
    await respond.create(accepted(), operationContext(connection));
    invoice['processingStatus'] = 'TransferInProgress';
    const again = await respond.lookUp(accepted({ round: 1 }), operationContext(connection));
    expect(again).toEqual({ found: 'present', ref: responses()[0]?.['externalCode'] });
  });

  it('is not given under another voucher, nor taken back by a rejection', async () => {
    await respond.create(accepted(), operationContext(connection));
    const other = accepted({ voucherNumber1: '4712' });
    expect(await respond.lookUp(other, operationContext(connection))).toMatchObject({
      found: 'conflict',
      detail: { voucher: '4711' },
    });
    expect(await respond.lookUp(rejected(), operationContext(connection))).toMatchObject({
      found: 'conflict',
    });
    const same = accepted({ responseMessage: 'Other words' });
    expect(await respond.lookUp(same, operationContext(connection))).toMatchObject({
      found: 'present',
      adopted: true,
    });
  });

  it('of failure is given again, in the same words, after the invoice was transferred again', async () => {
    const context = operationContext(connection);
    await respond.create(rejected(), context);
    expect(invoice['processingStatus']).toBe('TransferFailed');
    expect(await respond.lookUp(rejected(), context)).toMatchObject({ found: 'present' });
    invoice['processingStatus'] = 'WaitingForTransfer';
    const second = rejected({ round: 1 });
    expect(await respond.lookUp(second, context)).toEqual({ found: 'absent' });
    await respond.create(second, context);
    expect(responses()).toHaveLength(2);
    expect(invoice['processingStatus']).toBe('TransferFailed');
  });

  it('about an invoice that is gone says so', async () => {
    const gone = accepted({ invoiceId: 'gone' });
    await expect(respond.lookUp(gone, operationContext(connection))).rejects.toMatchObject({
      recovery: 'not-found',
      code: 'BASWARE_NO_INVOICE',
    });
  });
});
