import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchContext } from '../../../runtime/connector/batch';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import {
  batchContext,
  batchOf,
  connectTo,
  operationContext,
} from '../../../tests/support/avidxchange-connection';
import { batchesOf, outcomesInWords, vendor } from '../../../tests/support/avidxchange-masters';
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

const operation = (name: string, of: Connection = connection) => batchesOf(of, name);

function send(
  name: string,
  documents: readonly JsonObject[],
  context: BatchContext = batchContext(connection),
) {
  return operation(name).batch.send(batchOf(documents), context);
}

function posted(kind: string): Row {
  return server.seen(`POST /${kind}/batches`).at(-1)?.body ?? expect.fail('nothing was sent');
}

describe('a batch of master data', () => {
  it('carries our id and the accounting system, and every document as AvidXchange names it', async () => {
    const answer = await send('submit-vendor', [
      vendor('1042', { AddressCode: 'MAIN', Email: '', Address: { Line1: '1 Main St', City: ' ' } }),
    ]);
    expect(outcomesInWords(answer)).toEqual(['done 1042']);
    expect(posted('vendors')).toEqual({
      ExternalBatchId: 'EPIC06-20260302-9f86d081884c',
      AccountingSystemId: 4811,
      BatchName: 'EPIC06-20260302-9f86d081884c',
      Items: [
        { ExternalVendorCode: '1042', Name: 'Vendor 1042', Active: true, Address: { Line1: '1 Main St' } },
      ],
    });
  });

  it('empties what a document had when it was last sent, and has no more', async () => {
    const [item] = batchOf([
      vendor('7', { Address: { Line1: '1 Main St', Line2: '' }, Email: 'a@b.example' }),
    ]);
    const previous = vendor('7', { Address: { Line1: '1 Main St', Line2: 'Dock B' }, FedTaxId: '12-34' });
    const changed = { ...(item ?? expect.fail()), linked: { ref: '7', previous } };
    const answer = await operation('submit-vendor').batch.send([changed], batchContext(connection));
    expect(outcomesInWords(answer)).toEqual(['done 7']);
    expect(posted('vendors')['Items']).toEqual([
      {
        ExternalVendorCode: '7',
        Name: 'Vendor 7',
        Active: true,
        Address: { Line1: '1 Main St', Line2: null },
        Email: 'a@b.example',
        FedTaxId: null,
      },
    ]);
  });

  it('joins vendor and address where the connection says so', async () => {
    const joined = connectTo(server.url, { vendorJoiner: '|' });
    const answer = await operation('submit-vendor', joined).batch.send(
      batchOf([vendor('1042', { AddressCode: 'MAIN' }), vendor('7')]),
      batchContext(joined),
    );
    expect(outcomesInWords(answer)).toEqual(['done 1042|MAIN', 'done 7']);
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
    expect(outcomesInWords(answer)).toEqual(['done 10', 'done 10']);
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
    expect(outcomesInWords(await send('submit-purchase-order', [order]))).toEqual(['done 4711']);
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
    expect(outcomesInWords(answer)).toEqual(['done 7']);
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
    expect(outcomesInWords(await send('submit-vendor', three))).toEqual([
      'done 1',
      'refused rejected-by-target: Name is taken',
      'done 3',
    ]);
  });

  it('may be a single object in place of a list', async () => {
    server.judge = ([item = {}]) => ({
      results: { Item: nameOf(item), Successful: 'false', Errors: { Message: 'no' } },
    });
    expect(outcomesInWords(await send('submit-vendor', [vendor('1')]))).toEqual([
      'refused rejected-by-target: no',
    ]);
  });

  it('may come at once, in another order', async () => {
    server.receipt = ({ items }) => ({ Results: items.map((item) => result(item, true)).reverse() });
    expect(outcomesInWords(await send('submit-vendor', three))).toEqual(['done 1', 'done 2', 'done 3']);
  });

  it('without a name belong to the item in their place, when others show that places count', async () => {
    const nameless = { Item: null, Successful: false, Errors: [{ Message: 'no' }] };
    server.receipt = ({ items: [one = {}, , three = {}] }) => ({
      Results: [result(one, true), nameless, result(three, true)],
    });
    expect(outcomesInWords(await send('submit-vendor', three))).toEqual([
      'done 1',
      'refused rejected-by-target: no',
      'done 3',
    ]);
    server.receipt = ({ items: [one = {}, two = {}] }) => ({
      Results: [result(two, true), result(one, true), nameless],
    });
    const context = batchContext(connection, {}, { externalId: 'another' });
    expect(outcomesInWords(await send('submit-vendor', three, context))).toEqual([
      'done 1',
      'done 2',
      'unknown',
    ]);
  });

  it('that are left out are looked for among the documents', async () => {
    server.judge = () => ({ status: 'Success' });
    server.vendors.push({ VendorId: 5, ExternalVendorCode: '1' }, { VendorId: 6, ExternalVendorCode: '2' });
    expect(outcomesInWords(await send('submit-vendor', three))).toEqual(['done 1', 'done 2', 'unknown']);
    expect(server.seen('GET /vendors').map(({ query }) => query.get('externalVendorCodes'))).toEqual([
      '1,2,3',
    ]);
  });

  it('may be a count of what was taken: all of it, or nobody knows which (B1)', async () => {
    const counted = async (Counts: Row, externalId: string) => {
      server.judge = () => ({ status: 'Success', more: { Counts } });
      return outcomesInWords(
        await send('submit-vendor', three, batchContext(connection, {}, { externalId })),
      );
    };
    expect(await counted({ Inserts: 1, Updates: 1, NoUpdates: 1, Errors: 0 }, 'a')).toEqual([
      'done 1',
      'done 2',
      'done 3',
    ]);
    expect(await counted({ Inserts: 2, Errors: 1 }, 'b')).toEqual(Array(3).fill('unknown'));
  });

  it('of two records with one code in one batch: the second is refused, and never sent', async () => {
    expect(outcomesInWords(await send('submit-vendor', [vendor('1'), vendor('1'), vendor('2')]))).toEqual([
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
    expect(outcomesInWords(answer)).toEqual(Array(3).fill(expect.stringMatching(/^refused .*ReadOnly/)));
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

  it('of a batch that failed and names no document are about the batch, until one is alone', async () => {
    const Errors = [{ Message: 'The vendor list is locked.' }];
    server.judge = () => ({ status: 'Error', results: [{ Successful: false, Item: null, Errors }] });
    const answer = await send('submit-vendor', three);
    expect(outcomesInWords(answer)).toEqual(['again', 'again', 'again']);
    expect(answer.results?.[0]).toMatchObject({ message: 'The vendor list is locked.' });
    const alone = batchContext(connection, {}, { externalId: 'alone' });
    expect(outcomesInWords(await send('submit-vendor', [vendor('1')], alone))).toEqual([
      'refused rejected-by-target: The vendor list is locked.',
    ]);
    // Nor does a look at it fail, as if it could not be read.
    const found = await operation('submit-vendor').lookUpBatch(batchOf([vendor('1')]), alone);
    expect(outcomesInWords(found)).toEqual(['refused rejected-by-target: The vendor list is locked.']);
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
    expect(outcomesInWords(found)).toEqual(['done 1']);
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
