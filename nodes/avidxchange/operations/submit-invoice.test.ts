import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import type { JsonObject } from '../../../runtime/connector/json';
import { outcomesOf, submitInvoice, submittedTo } from '../../../tests/support/avidxchange-batches';
import {
  batchContext,
  batchOf,
  connectTo,
  filesOf,
  invoice,
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

const PDF = Buffer.from('%PDF-1.7 invoice');
const TIFF = Buffer.from('49492a0008000000', 'hex');

describe('an invoice', () => {
  it('goes with its coding and order references, exact amounts, and codes in their groups', async () => {
    const document = invoice('INV-77', {
      GrossAmount: '125.50',
      Memo: 'Steel',
      VendorName: 'Acme Steel',
      Reference: '',
    });
    const answer = await submitInvoice(connection).send([document]);
    expect(outcomesOf(answer)).toEqual(['done EPIC06|1042|INV-77']);
    expect(answer.results?.[0]).toMatchObject({ attributes: { id: '900' } });
    expect(submittedTo(server)).toEqual([
      {
        ExternalInvoiceId: 'EPIC06|1042|INV-77',
        Number: 'INV-77',
        InvoiceDate: '2026-01-02',
        InvoiceDueDate: '2026-02-01',
        VendorExternalCode: '1042',
        VendorName: 'Acme Steel',
        GrossAmount: 125.5,
        PONumber: '4711',
        Memo: 'Steel',
        Distributions: [
          {
            LineNumber: 1,
            Amount: 125.5,
            Description: 'Steel',
            POLineNumber: 1,
            EnterpriseCodes: [
              {
                EnterpriseCodeValue: '6100-00-10',
                EnterpriseCodeValueDescription: 'Supplies',
                EnterpriseCodeGroups: [{ CodeGroupName: 'GL Account' }],
              },
            ],
          },
        ],
      },
    ]);
    expect(server.seen('POST /invoices/batches')[0]?.text).toContain('"GrossAmount":125.5,');
  });

  it.each([
    ['amounts-differ', { GrossAmount: '125.51' }],
    ['schema-failed', { GrossAmount: '125.505' }],
    ['currency-mismatch', { CurrencyCode: 'EUR' }],
  ])('that would not be taken (%s) is refused here, and does not hold the others', async (reason, change) => {
    expect(outcomesOf(await submitInvoice(connection).send([invoice('A', change), invoice('B')]))).toEqual([
      `refused ${reason}`,
      'done EPIC06|1042|B',
    ]);
    expect(submittedTo(server).map(({ Number: number }) => number)).toEqual(['B']);
  });

  it('in another currency goes where that is allowed, and names it', async () => {
    const answer = await submitInvoice(connection).send([invoice('A', { CurrencyCode: 'CAD' })], {
      currencies: ['USD', 'CAD'],
    });
    expect(outcomesOf(answer)).toEqual(['done EPIC06|1042|A']);
    expect(submittedTo(server)[0]).toMatchObject({ CurrencyCode: 'CAD' });
  });

  it('that is a credit goes with its negative amount (D9)', async () => {
    const Distributions = [{ Amount: '-20.00' }];
    expect(
      outcomesOf(
        await submitInvoice(connection).send([invoice('CM-1', { GrossAmount: '-20.00', Distributions })]),
      ),
    ).toEqual(['done EPIC06|1042|CM-1']);
  });

  it('goes with no more decimals than its amounts need, however many the source writes', async () => {
    const [line] = invoice('1')['Distributions'] as JsonObject[];
    const lines = ['10.00000', '0.10000', '-0.05000'].map((Amount) => ({ ...line, Amount }));
    await submitInvoice(connection).send([invoice('1', { GrossAmount: '10.05000', Distributions: lines })]);
    const sent = server.seen('POST /invoices/batches')[0]?.text ?? '';
    expect(sent).toContain('"GrossAmount":10.05');
    expect(sent.match(/"Amount":[^,}]+/g)).toEqual(['"Amount":10', '"Amount":0.1', '"Amount":-0.05']);
    expect(sent).not.toContain('000');
  });

  it('has no comma in our id, whatever its number is, so that ids can be listed', async () => {
    const document = invoice('1,5%');
    expect(outcomesOf(await submitInvoice(connection).send([document]))).toEqual([
      'done EPIC06|1042|1%2C5%25',
    ]);
    expect(submittedTo(server)[0]).toMatchObject({ Number: '1,5%' });
  });

  it.each([
    ['VendorNotFound', 'Vendor 1042 was not found.', 'vendor-not-linked'],
    ['VendorNotFound', 'Vendor 1042 is not active.', 'vendor-inactive'],
    [undefined, 'Vendor 1042 was not found.', 'vendor-not-linked'],
    ['CodeNotFound', 'Code 6100 was not found.', 'gl-account-unmapped'],
    ['CodeInactive', 'nope', 'gl-account-unmapped'],
    ['AmountMismatch', 'nope', 'amounts-differ'],
    ['InvalidDate', 'nope', 'rejected-by-target'],
    ['ImageTooLarge', 'nope', 'image-refused'],
  ])('refused with %s "%s" parks as %s', async (Code, Message, reason) => {
    const Errors = [{ ...(Code === undefined ? {} : { Code }), Message }];
    server.judge = ([item = {}]) => ({
      status: 'Error',
      results: [{ ...nameOf(item), Successful: false, Errors }],
    });
    const answer = await submitInvoice(connection).send([invoice('A')]);
    expect(outcomesOf(answer)).toEqual([`refused ${reason}`]);
    expect(answer.results?.[0]).toMatchObject({ message: expect.stringContaining(Message) });
  });
});

describe('an invoice that is alone in its batch', () => {
  const batch = { Successful: 'false', Item: null };
  it.each([
    [200, { Results: { ...batch, Errors: { Code: 'VendorNotFound', Message: 'no' } } }, 'vendor-not-linked'],
    [200, { Results: [{ ...batch, Errors: [{ Message: 'no' }] }] }, 'rejected-by-target'],
    [400, { exception: { reason: 'DuplicateInvoice', detail: 'A' } }, 'number-in-use'],
    [413, '', 'image-refused'],
  ])('is what the batch is refused for (%i %j): it parks as %s', async (status, body, reason) => {
    server.fault = ({ method }) => (method === 'POST' ? { status, body } : undefined);
    const answer = await submitInvoice(connection).send([invoice('A')]);
    expect(outcomesOf(answer)).toEqual([`refused ${reason}`]);
    await expect(submitInvoice(connection).send([invoice('A'), invoice('B')])).rejects.toMatchObject({
      recovery: 'rejected',
    });
  });
});

describe('an invoice that is there already', () => {
  const there = (number: string, more: Row = {}): Row => ({
    Id: 31,
    Number: number,
    ExternalInvoiceId: `EPIC06|1042|${number}`,
    Status: { Id: 2, Description: 'Pending Approval' },
    ...more,
  });
  const find = async (...documents: JsonObject[]) => {
    const items = documents.map((document) => ({ record: { sync: 's', company: 'c', key: 'k' }, document }));
    return (await submitInvoice(connection).find(items, batchContext(connection))).map(
      (found) => found.found,
    );
  };

  it('is found before it is sent, fifty with one call (B9)', async () => {
    server.invoices.push(
      there('2'),
      there('3', { GrossAmount: 99 }),
      there('4', { Status: { Description: 'Voided' } }),
    );
    const documents = Array.from({ length: 50 }, (_, at) => invoice(String(at + 1)));
    const found = await find(...documents);
    expect(found.slice(0, 5)).toEqual(['absent', 'present', 'conflict', 'absent', 'absent']);
    expect(server.seen('GET /invoices').length).toBeLessThanOrEqual(2);
  });

  it('twice is for a person', async () => {
    server.invoices.push(there('1'), there('1', { Id: 32 }));
    expect(await find(invoice('1'))).toEqual(['conflict']);
  });

  it.each([
    [{ Code: 'DuplicateInvoice', Message: 'Duplicate', Id: 31 }],
    [{ Message: 'Invoice 1 of vendor 1042 exists with id 31.' }],
  ])('and refused as a duplicate (%j) is ours when it has our id', async (error) => {
    server.judge = ([item = {}]) => ({ results: [{ ...nameOf(item), Successful: 'false', Errors: error }] });
    const answer = await submitInvoice(connection).send([invoice('1')]);
    expect(answer.results?.[0]).toMatchObject({ outcome: 'refused', reason: 'number-in-use' });
    server.invoices.push(there('1'));
    expect(outcomesOf(await submitInvoice(connection).send([invoice('1')], {}, { externalId: 'b' }))).toEqual(
      ['done EPIC06|1042|1'],
    );
    // Ours by its id, and another one all the same.
    Object.assign(server.invoices[0] ?? {}, { GrossAmount: 99 });
    const other = await submitInvoice(connection).send([invoice('1')], {}, { externalId: 'c' });
    expect(outcomesOf(other)).toEqual(['refused number-in-use']);
  });

  it('cannot be changed, and what has changed is shown (D11)', async () => {
    const change = { InvoiceDueDate: '2026-03-01' };
    const updating = submitInvoice(connection).update(
      'r',
      invoice('1', change),
      invoice('1'),
      operationContext(connection),
    );
    await expect(updating).rejects.toMatchObject({
      reason: 'changed-after-sent',
      detail: { changed: { InvoiceDueDate: { sent: '2026-02-01', now: '2026-03-01' } } },
    });
  });

  it('gets the images that came later, and those only', async () => {
    server.invoices.push(there('1'));
    const context = operationContext(connection, {}, { files: filesOf({ a: PDF, b: TIFF }) });
    const images = (...names: string[]) =>
      names.map((file) => ({ SourceFile: file, FileName: `${file}.x1` }));
    const [one, both] = [images('a'), images('a', 'b')];
    await submitInvoice(connection).update(
      'r',
      invoice('1', { Images: both }),
      invoice('1', { Images: one }),
      context,
    );
    expect(server.uploads.map(({ invoice: id, content }) => [id, content.includes(TIFF)])).toEqual([
      ['31', true],
    ]);
    await submitInvoice(connection).update(
      'r',
      invoice('1', { Images: one }),
      invoice('1', { Images: both }),
      context,
    );
    expect(server.uploads).toHaveLength(1);
  });

  it('is counted with its amount, and never twice', async () => {
    server.invoices.push(there('1', { GrossAmount: 125.5, InvoiceDate: '2026-01-02T00:00:00' }), there('2'));
    const rows = [];
    for await (const row of submitInvoice(connection).tally?.(operationContext(connection)) ?? [])
      rows.push(row);
    expect(rows).toEqual([
      { ref: 'EPIC06|1042|1', amount: '125.5', currency: 'USD', date: '2026-01-02' },
      { ref: 'EPIC06|1042|2' },
    ]);
  });
});

describe('a batch of invoices', () => {
  it('accepted with exceptions: each goes its own way (B13)', async () => {
    server.judge = (items) => ({
      status: 'Processing with Exceptions',
      results: items.map((item, at) => ({
        ...nameOf(item),
        Id: at,
        Successful: at !== 1,
        Errors: at === 1 ? [{ Code: 'CodeNotFound', Message: 'Code 6100 was not found.' }] : [],
      })),
    });
    expect(
      outcomesOf(await submitInvoice(connection).send(['1', '2', '3'].map((number) => invoice(number)))),
    ).toEqual(['done EPIC06|1042|1', 'refused gl-account-unmapped', 'done EPIC06|1042|3']);
  });

  it('is read back, so that what was stored otherwise is not taken for done (B14)', async () => {
    server.invoices.push({ Id: 900, ExternalInvoiceId: 'EPIC06|1042|1', GrossAmount: 12.55 });
    server.invoices.push({ Id: 901, ExternalInvoiceId: 'EPIC06|1042|2', GrossAmount: '125.5' });
    const documents = ['1', '2', '3'].map((number) => invoice(number));
    expect(outcomesOf(await submitInvoice(connection).send(documents))).toEqual([
      'unknown',
      'done EPIC06|1042|2',
      'done EPIC06|1042|3',
    ]);
    expect(server.seen('GET /invoices')).toHaveLength(1);
  });

  it('that failed as a whole goes again, but for what is there all the same', async () => {
    server.judge = () => ({
      status: 'Error',
      results: [],
      more: { Errors: [{ Code: 'BatchFailed', Message: 'no' }] },
    });
    server.invoices.push({ Id: 31, ExternalInvoiceId: 'EPIC06|1042|2' });
    expect(
      outcomesOf(await submitInvoice(connection).send(['1', '2', '3'].map((number) => invoice(number)))),
    ).toEqual(['again', 'done EPIC06|1042|2', 'again']);
  });

  const failedWith = (errorOf: (number: string) => JsonObject) => {
    server.judge = (items) => ({
      status: 'Error',
      results: items.map((item) => ({
        ...nameOf(item),
        Successful: false,
        Errors: [errorOf(String(item['Number']))],
      })),
    });
    const numbers = (count: number) => Array.from({ length: count }, (_, at) => invoice(String(at + 1)));
    return async (count: number) => {
      const externalId = `EPIC06-${server.batches.length}`;
      return outcomesOf(await submitInvoice(connection).send(numbers(count), {}, { externalId }));
    };
  };

  it('that failed as a whole, and says so of every invoice, goes again', async () => {
    const send = failedWith(() => ({ Code: 'BatchFailed', Message: 'The batch could not be processed.' }));
    expect(await send(2)).toEqual(['again', 'again']);
    expect(await send(1)).toEqual(['again']);
    expect(await failedWith(() => ({ Message: 'Internal error' }))(2)).toEqual(['again', 'again']);
  });

  it('that failed for what is wrong with the invoices parks them', async () => {
    const parks = ['refused rejected-by-target', 'refused rejected-by-target'];
    expect(await failedWith(() => ({ Code: 'InvalidDate', Message: 'InvoiceDate' }))(2)).toEqual(parks);
    expect(await failedWith((number) => ({ Message: `${number} is locked` }))(2)).toEqual(parks);
    expect(await failedWith(() => ({ Message: 'Internal error' }))(1)).toEqual(parks.slice(1));
    const codes = await failedWith(() => ({ Code: 'CodeNotFound', Message: '6100' }))(2);
    expect(codes).toEqual(['refused gl-account-unmapped', 'refused gl-account-unmapped']);
  });

  it('that failed and counts invoices it does not name is not sent again blindly', async () => {
    server.judge = () => ({ status: 'Error', more: { Counts: { Inserts: 1, Errors: 1 } } });
    expect(outcomesOf(await submitInvoice(connection).send([invoice('1'), invoice('2')]))).toEqual([
      'unknown',
      'unknown',
    ]);
  });

  it.each(['Open', 'Closed'])(
    'that is %s by the time it is looked at was taken; reopened it still is',
    async (status) => {
      server.judge = (items) => ({
        status,
        results: items.map((item) => ({ ...nameOf(item), Id: 1, Successful: true })),
        more: { DateClosed: status === 'Closed' ? '2026-03-01' : null },
      });
      const context = batchContext(connection);
      expect(
        outcomesOf(await submitInvoice(connection).batch.send(batchOf([invoice('1')]), context)),
      ).toEqual(['done EPIC06|1042|1']);
      server.judge = () => ({ status: 'Open' });
      server.invoices.push({ Id: 1, ExternalInvoiceId: 'EPIC06|1042|1' });
      expect(
        outcomesOf(await submitInvoice(connection).lookUpBatch(batchOf([invoice('1')]), context)),
      ).toEqual(['done EPIC06|1042|1']);
      expect(server.batches).toHaveLength(1);
    },
  );

  it('whose answer was lost is found by our id, and nothing is sent twice (B1)', async () => {
    server.afterwards = ({ method }) => (method === 'POST' ? { status: 502, body: 'gateway' } : undefined);
    const context = batchContext(connection);
    const items = batchOf([invoice('1')]);
    await expect(submitInvoice(connection).batch.send(items, context)).rejects.toMatchObject({
      recovery: 'ambiguous',
    });
    expect(outcomesOf(await submitInvoice(connection).lookUpBatch(items, context))).toEqual([
      'done EPIC06|1042|1',
    ]);
    expect(server.batches).toHaveLength(1);
  });
});
