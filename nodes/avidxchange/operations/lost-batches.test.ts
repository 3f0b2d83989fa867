import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import { SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import { watchEffects } from '../../../runtime/delivery/effect-watch';
import {
  batchContext,
  batchOf,
  connectTo,
  operationContext,
} from '../../../tests/support/avidxchange-connection';
import { batchesOf, outcomesInWords, vendor } from '../../../tests/support/avidxchange-masters';
import { SmallAvidXchange } from '../../../tests/support/small-avidxchange';

let server: SmallAvidXchange;
let connection: Connection;

beforeEach(async () => {
  server = await new SmallAvidXchange().start();
  connection = connectTo(server.url);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const operation = (name: string) => batchesOf(connection, name);
const send = (name: string, documents: readonly JsonObject[], context = batchContext(connection)) =>
  operation(name).batch.send(batchOf(documents), context);

describe('a lost answer', () => {
  it('is made good by looking the batch up under our id, and nothing is sent again (B1)', async () => {
    server.afterwards = ({ method }) => (method === 'POST' ? { status: 0 } : undefined);
    const context = batchContext(connection);
    await expect(send('submit-vendor', [vendor('1')], context)).rejects.toMatchObject({
      recovery: 'ambiguous',
    });
    const found = await operation('submit-vendor').lookUpBatch(batchOf([vendor('1')]), context);
    expect(outcomesInWords(found)).toEqual(['done 1']);
    expect(server.seen('GET /vendors/batches')[0]?.query.get('externalBatchIds')).toBe(context.externalId);
    expect(server.batches).toHaveLength(1);
  });

  it('is made good by the batch itself, where the list lags behind it (B1)', async () => {
    const { externalId } = batchContext(connection);
    await send('submit-vendor', [vendor('1')]);
    const received = { Status: 'Received', ExternalIdentifier: { Value: externalId }, BatchGUID: 'guid-1' };
    server.afterwards = ({ path }) =>
      path === '/vendors/batches' ? { body: { Items: [received] } } : undefined;
    const { lookUpBatch } = operation('submit-vendor');
    expect(outcomesInWords(await lookUpBatch(batchOf([vendor('1')]), batchContext(connection)))).toEqual([
      'done 1',
    ]);
  });

  it('is made good only where the documents stand there as they were sent', async () => {
    const context = batchContext(connection);
    await send('submit-vendor', [vendor('1'), vendor('2')], context);
    server.vendors.push(
      { VendorId: 5, ExternalVendorCode: '1', Name: 'VENDOR 1' },
      { VendorId: 6, ExternalVendorCode: '2', Name: 'Ven' },
      { VendorId: 7, ExternalVendorCode: '2', Name: 'Vendor 2', AccountingSystemId: 4812 },
    );
    const { lookUpBatch } = operation('submit-vendor');
    const items = batchOf([vendor('1'), vendor('2')]);
    expect(outcomesInWords(await lookUpBatch(items, batchContext(connection)))).toEqual([
      'done 1',
      'unknown',
    ]);
    // With its receipt, what AvidXchange says of the batch is enough.
    expect(outcomesInWords(await lookUpBatch(items, context))).toEqual(['done 1', 'done 2']);
  });

  it('to a batch that never arrived finds it absent', async () => {
    expect(
      await operation('submit-vendor').lookUpBatch(batchOf([vendor('1')]), batchContext(connection)),
    ).toEqual({
      status: 'absent',
    });
  });

  it('does not take another batch for ours, where the list takes no filter', async () => {
    await send('submit-vendor', [vendor('1')], batchContext(connection, {}, { externalId: 'EPIC06-other' }));
    server.afterwards = ({ path, method }) =>
      method === 'GET' && path === '/vendors/batches'
        ? { body: { Items: [{ BatchGUID: 'guid-1', ExternalIdentifier: { Value: 'EPIC06-other' } }] } }
        : undefined;
    expect(
      await operation('submit-vendor').lookUpBatch(batchOf([vendor('1')]), batchContext(connection)),
    ).toEqual({
      status: 'absent',
    });
  });

  it('to a batch whose receipt came is never absent', async () => {
    const context = batchContext(connection, {}, { remembered: { batch: 'guid-9' } });
    expect(await operation('submit-vendor').lookUpBatch(batchOf([vendor('1')]), context)).toMatchObject({
      status: 'pending',
    });
  });

  it('leaves the documents to be looked up where there is no list of batches', async () => {
    server.fault = ({ method, path }) =>
      method === 'GET' && path === '/vendors/batches' ? { status: 404, body: '' } : undefined;
    const { lookUp, lookUpBatch } = operation('submit-vendor');
    expect(await lookUpBatch(batchOf([vendor('1')]), batchContext(connection))).toEqual({
      status: 'done',
      results: [],
    });
    const resolving = operationContext(connection, {}, { resolving: true });
    expect(await lookUp(vendor('1'), resolving)).toEqual({ found: 'absent' });
    server.vendors.push({ VendorId: 5, ExternalVendorCode: '1', Name: 'vendor 1', Active: 'true' });
    expect(await lookUp(vendor('1'), resolving)).toEqual({
      found: 'present',
      ref: '1',
      attributes: { id: '5' },
    });
    // As it was before the change that is in doubt.
    expect(await lookUp(vendor('1', { Name: 'Another' }), resolving)).toEqual({ found: 'absent' });
    expect(await lookUp(vendor('1'), operationContext(connection))).toEqual({ found: 'absent' });
  });

  it('under an id that AvidXchange has already is looked up, and nothing is sent again', async () => {
    const context = batchContext(connection);
    await send('submit-vendor', [vendor('1')], context);
    const answer = await send('submit-vendor', [vendor('1')], batchContext(connection));
    expect(outcomesInWords(answer)).toEqual(['done 1']);
    expect(server.batches).toHaveLength(1);
  });

  it.each(['later', 'never'])(
    'under an id that AvidXchange has, and shows %s, is not taken for refused (B1)',
    async (when) => {
      server.fault = ({ method, path }) => {
        if (method === 'POST') return { status: 409, body: { exception: { reason: 'DuplicateBatch' } } };
        return when === 'never' && path.endsWith('/batches') ? { status: 404, body: '' } : undefined;
      };
      const watch = watchEffects(connection.calls());
      const sending = send('submit-vendor', [vendor('1'), vendor('2')], {
        ...batchContext(connection),
        calls: watch.calls,
      });
      await expect(sending).rejects.toBeInstanceOf(SystemError);
      expect(watch.mayHaveHappened).toBe(true);
    },
  );

  it('without a word about the batch is unclear, not done', async () => {
    server.receipt = ({ externalId }) => {
      server.batches.splice(0);
      return { hello: externalId };
    };
    await expect(send('submit-vendor', [vendor('1')])).rejects.toMatchObject({ recovery: 'ambiguous' });
  });
});
