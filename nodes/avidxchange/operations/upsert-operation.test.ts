import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchAnswer, BatchContext } from '../../../runtime/connector/batch';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import {
  batchContext,
  batchOf,
  connectTo,
  operationContext,
} from '../../../tests/support/avidxchange-connection';
import { nameOf, type Row, SmallAvidXchange } from '../../../tests/support/small-avidxchange';

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

const vendor = (code: string, more: JsonObject = {}): JsonObject => ({
  ExternalVendorCode: code,
  Name: `Vendor ${code}`,
  Active: true,
  ...more,
});

function operation(name: string, of: Connection = connection) {
  const found = of.client.operations[name];
  if (!found?.batch?.lookUp) throw new Error(`no batches of ${name}`);
  return { ...found, batch: found.batch, lookUpBatch: found.batch.lookUp };
}

function send(
  name: string,
  documents: readonly JsonObject[],
  context: BatchContext = batchContext(connection),
) {
  return operation(name).batch.send(batchOf(documents), context);
}

/** What became of each item, short. */
function outcomes(answer: BatchAnswer | { readonly status: 'absent' }): string[] {
  if (answer.status === 'absent') return ['absent'];
  return (answer.results ?? []).map((result) => {
    if (result.outcome === 'done') return `done ${result.ref}`;
    if (result.outcome === 'refused') return `refused ${result.reason}: ${result.message}`;
    return result.outcome;
  });
}

function posted(kind: string): Row {
  return server.seen(`POST /${kind}/batches`).at(-1)?.body ?? expect.fail('nothing was sent');
}

describe('a batch of master data', () => {
  it('carries our id and the accounting system, and every document as AvidXchange names it', async () => {
    const answer = await send('submit-vendor', [
      vendor('1042', { AddressCode: 'MAIN', Email: '', Address: { Line1: '1 Main St', City: ' ' } }),
    ]);
    expect(outcomes(answer)).toEqual(['done 1042']);
    expect(posted('vendors')).toEqual({
      ExternalBatchId: 'EPIC06-20260302-9f86d081884c',
      AccountingSystemId: 4811,
      BatchName: 'EPIC06-20260302-9f86d081884c',
      Items: [
        { ExternalVendorCode: '1042', Name: 'Vendor 1042', Active: true, Address: { Line1: '1 Main St' } },
      ],
    });
  });

  it('joins vendor and address where the connection says so', async () => {
    const joined = connectTo(server.url, { vendorJoiner: '|' });
    const answer = await operation('submit-vendor', joined).batch.send(
      batchOf([vendor('1042', { AddressCode: 'MAIN' }), vendor('7')]),
      batchContext(joined),
    );
    expect(outcomes(answer)).toEqual(['done 1042|MAIN', 'done 7']);
    await joined.close();
  });

  it('sends accounts and dimensions in the groups of the connection', async () => {
    const other = connectTo(server.url, {
      glGroup: 'Accounting Codes',
      codeGroups: 'Department=Cost Centers',
    });
    const { batch } = operation('submit-gl-code', other);
    await batch.send(
      batchOf([{ CodeValue: '6100', Description: '6100 : Supplies' }]),
      batchContext(other, {}, { externalId: 'a' }),
    );
    expect(posted('enterpriseCodes')['Items']).toEqual([
      { CodeValue: '6100', Description: '6100 : Supplies', GroupName: 'Accounting Codes' },
    ]);
    const dimensions = [
      { CodeValue: '10', GroupName: 'Department' },
      { CodeValue: '10', GroupName: 'Project' },
    ];
    const answer = await operation('submit-dimension', other).batch.send(
      batchOf(dimensions),
      batchContext(other, {}, { externalId: 'b' }),
    );
    // Both are linked by the same value, each in its own sync.
    expect(outcomes(answer)).toEqual(['done 10', 'done 10']);
    expect(posted('enterpriseCodes')['Items']).toMatchObject([
      { GroupName: 'Cost Centers' },
      { GroupName: 'Project' },
    ]);
    await other.close();
  });

  it('sends orders with exact numbers', async () => {
    const order = {
      OrderNumber: '4711',
      VendorExternalCode: '1042',
      TotalAmount: '1250.10',
      Status: 'open',
      LineItems: [{ LineNumber: 1, Item: { ProductCode: 'P', Quantity: '2.500' }, Amount: '1250.10' }],
    };
    expect(outcomes(await send('submit-purchase-order', [order]))).toEqual(['done 4711']);
    const [call] = server.seen('POST /purchaseOrders/batches');
    expect(call?.text).toContain('"TotalAmount":1250.1,');
    expect(call?.text).toContain('"Quantity":2.5}');
  });

  it('uses the names of fields and paths that the connection gives', async () => {
    const other = connectTo(server.url, {
      fieldNames: 'vendor.ExternalVendorCode=VendorNumber,vendor.Address.Line1=Street',
      batchParameter: 'ids',
    });
    server.judge = (items) => ({
      results: items.map((item) => ({ VendorNumber: item['VendorNumber'], Successful: true })),
    });
    const document = vendor('7', { Address: { Line1: 'Main' } });
    const answer = await operation('submit-vendor', other).batch.send(
      batchOf([document]),
      batchContext(other),
    );
    expect(posted('vendors')['Items']).toMatchObject([{ VendorNumber: '7', Address: { Street: 'Main' } }]);
    expect(outcomes(answer)).toEqual(['done 7']);
    await other.close();
  });
});

describe('results', () => {
  const three = ['1', '2', '3'].map((code) => vendor(code));
  const result = (item: Row, Successful: unknown, Errors: unknown = []) => ({
    ...nameOf(item),
    Successful,
    Errors,
  });

  it('are told apart item by item, whatever they look like (B13)', async () => {
    server.judge = (items) => ({
      status: 'Processing with Exceptions',
      results: items.map((item, at) =>
        at === 1
          ? result(item, 'false', { Message: 'Name is taken' })
          : result(item, at === 0 ? 'true' : true),
      ),
    });
    expect(outcomes(await send('submit-vendor', three))).toEqual([
      'done 1',
      'refused rejected-by-target: Name is taken',
      'done 3',
    ]);
  });

  it('may be a single object in place of a list', async () => {
    server.judge = ([item = {}]) => ({
      results: { Item: nameOf(item), Successful: 'false', Errors: { Message: 'no' } },
    });
    expect(outcomes(await send('submit-vendor', [vendor('1')]))).toEqual(['refused rejected-by-target: no']);
  });

  it('may come at once, in another order', async () => {
    server.receipt = ({ items }) => ({ Results: items.map((item) => result(item, true)).reverse() });
    expect(outcomes(await send('submit-vendor', three))).toEqual(['done 1', 'done 2', 'done 3']);
  });

  it('without a name belong to the item in their place, when others show that places count', async () => {
    const nameless = { Item: null, Successful: false, Errors: [{ Message: 'no' }] };
    server.receipt = ({ items: [one = {}, , three = {}] }) => ({
      Results: [result(one, true), nameless, result(three, true)],
    });
    expect(outcomes(await send('submit-vendor', three))).toEqual([
      'done 1',
      'refused rejected-by-target: no',
      'done 3',
    ]);
    server.receipt = ({ items: [one = {}, two = {}] }) => ({
      Results: [result(two, true), result(one, true), nameless],
    });
    const context = batchContext(connection, {}, { externalId: 'another' });
    expect(outcomes(await send('submit-vendor', three, context))).toEqual(['done 1', 'done 2', 'unknown']);
  });

  it('that are left out are looked for among the documents', async () => {
    server.judge = () => ({ status: 'Success' });
    server.vendors.push({ VendorId: 5, ExternalVendorCode: '1' }, { VendorId: 6, ExternalVendorCode: '2' });
    expect(outcomes(await send('submit-vendor', three))).toEqual(['done 1', 'done 2', 'unknown']);
    expect(server.seen('GET /vendors').map(({ query }) => query.get('externalVendorCodes'))).toEqual([
      '1,2,3',
    ]);
  });

  it('of two records with one code in one batch: the second is refused, and never sent', async () => {
    expect(outcomes(await send('submit-vendor', [vendor('1'), vendor('1'), vendor('2')]))).toEqual([
      'refused number-in-use: another record of the batch is the vendor 1 too',
      'done 1',
      'done 2',
    ]);
    expect(posted('vendors')['Items']).toHaveLength(2);
  });

  it('are refused together when the whole call may not be made, without halving the batch', async () => {
    server.fault = ({ method }) =>
      method === 'POST'
        ? { status: 405, body: { exception: { reason: 'ReadOnly', detail: 'vendors' } } }
        : undefined;
    const answer = await send('submit-vendor', three);
    expect(outcomes(answer)).toEqual(Array(3).fill(expect.stringMatching(/^refused .*ReadOnly/)));
    expect(server.seen('POST /vendors/batches')).toHaveLength(1);
  });

  it('wait, and the connection says why, where the right to send them is missing', async () => {
    server.fault = ({ method }) =>
      method === 'POST'
        ? { status: 403, body: { fault: { code: 900908, message: 'forbidden' } } }
        : undefined;
    await expect(send('submit-vendor', three)).rejects.toMatchObject({
      recovery: 'configuration',
      code: 'AVIDXCHANGE_NO_RIGHT',
    });
    expect(connection.health).toMatchObject({ state: 'offline', code: 'AVIDXCHANGE_NO_RIGHT' });
    expect(server.seen('POST /vendors/batches')).toHaveLength(1);
  });

  it('of a batch that is refused as a whole are for the batch to be halved', async () => {
    server.receipt = () => ({
      Results: { Successful: 'false', Item: null, Errors: { Message: 'AccountingSystemId' } },
    });
    await expect(send('submit-vendor', three)).rejects.toMatchObject({
      recovery: 'rejected',
      systemWords: 'AccountingSystemId',
    });
  });
});

describe('a batch that takes its time', () => {
  it('is followed, and left to be looked up when it takes too long', async () => {
    server.judge = (items) => ({
      looks: 3,
      results: items.map((item) => ({ ...nameOf(item), Successful: true })),
    });
    const context = batchContext(connection, { followSeconds: 4 });
    const answer = await send('submit-vendor', [vendor('1')], context);
    expect(answer).toMatchObject({
      status: 'pending',
      lookInMs: 15_000,
      why: expect.stringContaining('Processing'),
    });
    expect(context.remembered).toEqual({ batch: 'guid-1' });
    const found = await operation('submit-vendor').lookUpBatch(batchOf([vendor('1')]), context);
    expect(outcomes(found)).toEqual(['done 1']);
    expect(server.seen('POST /vendors/batches')).toHaveLength(1);
  });

  it.each([
    [5, 15],
    [20, 30],
    [60, 60],
    [600, 305],
  ])('is looked up after %i seconds in another %i', async (age, next) => {
    server.judge = () => ({ looks: 100 });
    const context = batchContext(
      connection,
      { followSeconds: 0 },
      { now: () => new Date(Date.parse('2026-03-02T09:59:59Z') + age * 1000) },
    );
    expect(await send('submit-vendor', [vendor('1')], context)).toMatchObject({ lookInMs: next * 1000 });
  });

  it('in a status that nobody knows is waited for', async () => {
    server.judge = () => ({ status: 'Marinating', results: [] });
    expect(await send('submit-vendor', [vendor('1')])).toMatchObject({ status: 'pending' });
  });
});

describe('a lost answer', () => {
  it('is made good by looking the batch up under our id, and nothing is sent again (B1)', async () => {
    server.afterwards = ({ method }) => (method === 'POST' ? { status: 0 } : undefined);
    const context = batchContext(connection);
    await expect(send('submit-vendor', [vendor('1')], context)).rejects.toMatchObject({
      recovery: 'ambiguous',
    });
    const found = await operation('submit-vendor').lookUpBatch(batchOf([vendor('1')]), context);
    expect(outcomes(found)).toEqual(['done 1']);
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
    expect(outcomes(await lookUpBatch(batchOf([vendor('1')]), batchContext(connection)))).toEqual(['done 1']);
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
    expect(outcomes(await lookUpBatch(items, batchContext(connection)))).toEqual(['done 1', 'unknown']);
    // With its receipt, what AvidXchange says of the batch is enough.
    expect(outcomes(await lookUpBatch(items, context))).toEqual(['done 1', 'done 2']);
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
    expect(outcomes(answer)).toEqual(['done 1']);
    expect(server.batches).toHaveLength(1);
  });

  it('without a word about the batch is unclear, not done', async () => {
    server.receipt = ({ externalId }) => {
      server.batches.splice(0);
      return { hello: externalId };
    };
    await expect(send('submit-vendor', [vendor('1')])).rejects.toMatchObject({ recovery: 'ambiguous' });
  });
});

it('a tally gives everything that stands there', async () => {
  server.vendors.push({ VendorId: 5, ExternalVendorCode: '1' }, { VendorId: 6 });
  server.codes.push({ CodeValue: '6100', GroupName: 'GL Account' });
  server.orders.push({ OrderNumber: 4711 });
  const refs = async (name: string) => {
    const found: string[] = [];
    for await (const { ref } of operation(name).tally?.(operationContext(connection)) ?? []) found.push(ref);
    return found;
  };
  expect(await refs('submit-vendor')).toEqual(['1']);
  expect(await refs('submit-gl-code')).toEqual(['6100']);
  expect(await refs('submit-purchase-order')).toEqual(['4711']);
});
