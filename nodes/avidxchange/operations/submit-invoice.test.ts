import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchAnswer, BatchContext, BatchItem } from '../../../runtime/connector/batch';
import type { Connection } from '../../../runtime/connector/connection';
import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { Json, JsonObject } from '../../../runtime/connector/json';
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

function operation(of: Connection = connection) {
  const found = of.client.operations['submit-invoice'];
  const { batch } = found ?? {};
  if (!found?.update || !found.resume || !batch?.lookUp || !batch.lookUpItems)
    throw new Error('parts are missing');
  return {
    ...found,
    batch,
    update: found.update,
    resume: found.resume,
    find: batch.lookUpItems,
    again: batch.lookUp,
  };
}

function send(
  documents: readonly JsonObject[],
  options: Record<string, Json> = {},
  more: Partial<BatchContext> = {},
  items: BatchItem[] = batchOf(documents),
) {
  return operation().batch.send(items, batchContext(connection, options, more));
}

function outcomes(answer: BatchAnswer | { readonly status: 'absent' }): string[] {
  if (answer.status === 'absent') return ['absent'];
  return [...(answer.results ?? [])]
    .sort((one, other) => (one.id < other.id ? -1 : 1))
    .map((result) => {
      if (result.outcome === 'done') return `done ${result.ref}`;
      return result.outcome === 'refused' ? `refused ${result.reason}` : result.outcome;
    });
}

function sentItems(): Row[] {
  return server.seen('POST /invoices/batches').flatMap(({ body }) => (body?.['Items'] ?? []) as Row[]);
}

const withImage = (number: string, file = '77', more: JsonObject = {}) =>
  invoice(number, { Images: [{ SourceFile: file, FileName: `${number}.pdf` }], ...more });

describe('an invoice', () => {
  it('goes with its coding and order references, exact amounts, and codes in their groups', async () => {
    const document = invoice('INV-77', {
      GrossAmount: '125.50',
      Memo: 'Steel',
      VendorName: 'Acme Steel',
      Reference: '',
    });
    const answer = await send([document]);
    expect(outcomes(answer)).toEqual(['done EPIC06|1042|INV-77']);
    expect(answer.results?.[0]).toMatchObject({ attributes: { id: '900' } });
    expect(sentItems()).toEqual([
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
    expect(server.seen('POST /invoices/batches')[0]?.text).toContain('"GrossAmount":125.50');
  });

  it.each([
    ['amounts-differ', { GrossAmount: '125.51' }],
    ['schema-failed', { GrossAmount: '125.505' }],
    ['currency-mismatch', { CurrencyCode: 'EUR' }],
  ])('that would not be taken (%s) is refused here, and does not hold the others', async (reason, change) => {
    expect(outcomes(await send([invoice('A', change), invoice('B')]))).toEqual([
      `refused ${reason}`,
      'done EPIC06|1042|B',
    ]);
    expect(sentItems().map(({ Number: number }) => number)).toEqual(['B']);
  });

  it('in another currency goes where that is allowed, and names it', async () => {
    const answer = await send([invoice('A', { CurrencyCode: 'CAD' })], { currencies: ['USD', 'CAD'] });
    expect(outcomes(answer)).toEqual(['done EPIC06|1042|A']);
    expect(sentItems()[0]).toMatchObject({ CurrencyCode: 'CAD' });
  });

  it('that is a credit goes with its negative amount (D9)', async () => {
    const Distributions = [{ Amount: '-20.00' }];
    expect(outcomes(await send([invoice('CM-1', { GrossAmount: '-20.00', Distributions })]))).toEqual([
      'done EPIC06|1042|CM-1',
    ]);
  });

  it('has no comma in our id, whatever its number is, so that ids can be listed', async () => {
    const document = invoice('1,5%');
    expect(outcomes(await send([document]))).toEqual(['done EPIC06|1042|1%2C5%25']);
    expect(sentItems()[0]).toMatchObject({ Number: '1,5%' });
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
    const answer = await send([invoice('A')]);
    expect(outcomes(answer)).toEqual([`refused ${reason}`]);
    expect(answer.results?.[0]).toMatchObject({ message: expect.stringContaining(Message) });
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
    return (await operation().find(items, batchContext(connection))).map((found) => found.found);
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
    const answer = await send([invoice('1')]);
    expect(answer.results?.[0]).toMatchObject({ outcome: 'refused', reason: 'number-in-use' });
    server.invoices.push(there('1'));
    expect(outcomes(await send([invoice('1')], {}, { externalId: 'b' }))).toEqual(['done EPIC06|1042|1']);
  });

  it('cannot be changed, and what has changed is shown (D11)', async () => {
    const change = { InvoiceDueDate: '2026-03-01' };
    const updating = operation().update(
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
    await operation().update('r', invoice('1', { Images: both }), invoice('1', { Images: one }), context);
    expect(server.uploads.map(({ invoice: id, content }) => [id, content.includes(TIFF)])).toEqual([
      ['31', true],
    ]);
    await operation().update('r', invoice('1', { Images: one }), invoice('1', { Images: both }), context);
    expect(server.uploads).toHaveLength(1);
  });

  it('is counted with its amount, and never twice', async () => {
    server.invoices.push(there('1', { GrossAmount: 125.5, InvoiceDate: '2026-01-02T00:00:00' }), there('2'));
    const rows = [];
    for await (const row of operation().tally?.(operationContext(connection)) ?? []) rows.push(row);
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
    expect(outcomes(await send(['1', '2', '3'].map((number) => invoice(number))))).toEqual([
      'done EPIC06|1042|1',
      'refused gl-account-unmapped',
      'done EPIC06|1042|3',
    ]);
  });

  it('that failed as a whole goes again, but for what is there all the same', async () => {
    server.judge = () => ({
      status: 'Error',
      results: [],
      more: { Errors: [{ Code: 'BatchFailed', Message: 'no' }] },
    });
    server.invoices.push({ Id: 31, ExternalInvoiceId: 'EPIC06|1042|2' });
    expect(outcomes(await send(['1', '2', '3'].map((number) => invoice(number))))).toEqual([
      'again',
      'done EPIC06|1042|2',
      'again',
    ]);
  });

  it('that failed and counts invoices it does not name is not sent again blindly', async () => {
    server.judge = () => ({ status: 'Error', more: { Counts: { Inserts: 1, Errors: 1 } } });
    expect(outcomes(await send([invoice('1'), invoice('2')]))).toEqual(['unknown', 'unknown']);
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
      expect(outcomes(await operation().batch.send(batchOf([invoice('1')]), context))).toEqual([
        'done EPIC06|1042|1',
      ]);
      server.judge = () => ({ status: 'Open' });
      server.invoices.push({ Id: 1, ExternalInvoiceId: 'EPIC06|1042|1' });
      expect(outcomes(await operation().again(batchOf([invoice('1')]), context))).toEqual([
        'done EPIC06|1042|1',
      ]);
      expect(server.batches).toHaveLength(1);
    },
  );

  it('whose answer was lost is found by our id, and nothing is sent twice (B1)', async () => {
    server.afterwards = ({ method }) => (method === 'POST' ? { status: 502, body: 'gateway' } : undefined);
    const context = batchContext(connection);
    const items = batchOf([invoice('1')]);
    await expect(operation().batch.send(items, context)).rejects.toMatchObject({ recovery: 'ambiguous' });
    expect(outcomes(await operation().again(items, context))).toEqual(['done EPIC06|1042|1']);
    expect(server.batches).toHaveLength(1);
  });
});

describe('images', () => {
  const files = filesOf({
    '77': PDF,
    '78': TIFF,
    big: Buffer.alloc(1_100_000, '%PDF-'),
    text: Buffer.from('hello'),
  });

  it('go inside the batch, in base64, with the type that they have, and are remembered by size and hash', async () => {
    const document = withImage('A', '77', {
      Images: [
        { SourceFile: '77', FileName: 'A "1".pdf' },
        { SourceFile: '78', FileName: 'scan' },
      ],
    });
    const items = batchOf([document, invoice('B')]);
    const answer = await send([], {}, { sourceFiles: files }, items);
    expect(sentItems().map((item) => item['Images'])).toEqual([
      [
        { FileName: 'A "1".pdf', ContentType: 'application/pdf', Image: PDF.toString('base64') },
        { FileName: 'scan.tif', ContentType: 'image/tiff', Image: TIFF.toString('base64') },
      ],
      undefined,
    ]);
    expect(items[0]?.remembered['images']).toEqual([
      { file: '77', name: 'A "1".pdf', bytes: PDF.length, sha256: 'hash-of-77' },
      { file: '78', name: 'scan.tif', bytes: TIFF.length, sha256: 'hash-of-78' },
    ]);
    expect(answer.results?.[0]).toMatchObject({
      attributes: { images: expect.stringContaining(`${PDF.length} bytes sha256:hash-of-77`) },
    });
  });

  it.each([
    ['is gone', 'none'],
    ['is no image', 'text'],
    ['is too large', 'big'],
  ])(
    'of which one %s park their invoice, or are left out where that is allowed (D13)',
    async (_name, file) => {
      const documents = [withImage('A', file), withImage('B')];
      const options = { imageMegabytes: 1 };
      expect(outcomes(await send(documents, options, { sourceFiles: files }))).toEqual([
        'refused image-refused',
        'done EPIC06|1042|B',
      ]);
      const lenient = { ...options, imageTrouble: 'without' };
      const more = { sourceFiles: files, externalId: 'b' };
      expect(outcomes(await send(documents, lenient, more))).toEqual([
        'done EPIC06|1042|A',
        'done EPIC06|1042|B',
      ]);
      expect(sentItems().find((item) => item['Number'] === 'A')).not.toHaveProperty('Images');
    },
  );

  it('of a source that has no files park their invoice', async () => {
    expect(outcomes(await send([withImage('A')]))).toEqual(['refused image-refused']);
    expect(server.batches).toEqual([]);
  });

  it('of a source that cannot be asked stop the batch before anything is sent', async () => {
    const down = new SystemError({ recovery: 'retry', code: 'DOWN', text: 'down', remedy: 'wait' });
    const sourceFiles = { read: async () => Promise.reject(down) };
    await expect(send([withImage('A')], {}, { sourceFiles })).rejects.toBe(down);
    expect(server.batches).toEqual([]);
  });

  it('that would make a batch too large wait for the next one', async () => {
    const large = filesOf({ '1': Buffer.concat([PDF, Buffer.alloc(500_000)]) });
    const documents = ['A', 'B', 'C'].map((number) => withImage(number, '1'));
    const answer = await send(documents, { batchMegabytes: 1 }, { sourceFiles: large });
    expect(outcomes(answer)).toEqual(['done EPIC06|1042|A', 'again', 'again']);
    expect(server.seen('POST /invoices/batches')[0]?.text.length).toBeLessThan(1_048_576);
  });

  it('are held in memory one batch or two at a time, however many are written', async () => {
    let [inside, most] = [0, 0];
    const sourceFiles = {
      read: async () => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        return { bytes: PDF, sha256: 'x' };
      },
    };
    const batches = Array.from({ length: 6 }, (_, at) =>
      send([withImage(`${at}-1`), withImage(`${at}-2`)], {}, { sourceFiles, externalId: `batch-${at}` }),
    );
    expect((await Promise.all(batches)).flatMap(outcomes)).toHaveLength(12);
    expect(most).toBe(2);
  });

  it('weigh what they will weigh, as far as it is known', () => {
    const weigh = operation().batch.weigh ?? expect.fail();
    const known = invoice('A', { Images: [{ SourceFile: '1', FileName: 'a.pdf', Bytes: 3_000_000 }] });
    expect(weigh(known)).toBeGreaterThan(4_000_000);
    expect(weigh(withImage('A'))).toBeGreaterThan(100_000);
    expect(weigh(invoice('A'))).toBeLessThan(1_000);
  });

  it('that AvidXchange refused beside an invoice that it took leave the invoice to be completed', async () => {
    const Errors = [{ Code: 'ImageTooLarge', Message: 'Image A.pdf is larger than 10 bytes.' }];
    server.judge = ([item = {}]) => ({ results: [{ ...nameOf(item), Id: 31, Successful: true, Errors }] });
    expect(outcomes(await send([withImage('A')], {}, { sourceFiles: files }))).toEqual(['unknown']);
    server.invoices.push({ Id: 31, ExternalInvoiceId: 'EPIC06|1042|A', ImageUrl: null });
    const resolving = operationContext(connection, {}, { resolving: true, files });
    expect(await operation().lookUp(withImage('A'), resolving)).toMatchObject({ found: 'partial' });
    const lenient = { sourceFiles: files, externalId: 'b' };
    expect(outcomes(await send([withImage('A')], { imageTrouble: 'without' }, lenient))).toEqual([
      'done EPIC06|1042|A',
    ]);
  });
});

describe('images one by one', () => {
  const options = { images: 'upload' };
  const files = filesOf({ '77': PDF });
  const partial = { found: 'partial', ref: 'EPIC06|1042|A', missing: 'its images' } as const;

  it('follow once AvidXchange has the invoice', async () => {
    expect(outcomes(await send([withImage('A'), invoice('B')], options))).toEqual([
      'unknown',
      'done EPIC06|1042|B',
    ]);
    expect(sentItems()[0]).not.toHaveProperty('Images');
    server.invoices.push({ Id: 31, ExternalInvoiceId: 'EPIC06|1042|A' });
    const context = operationContext(connection, options, { resolving: true, files });
    expect(await operation().lookUp(withImage('A'), context)).toEqual(partial);
    const effect = await operation().resume(partial, withImage('A'), context);
    expect(effect).toMatchObject({
      ref: 'EPIC06|1042|A',
      attributes: { id: '31', images: expect.any(String) },
    });
    const [upload] = server.uploads;
    expect(upload?.type).toMatch(/^multipart\/form-data; boundary=/);
    expect(upload?.content.toString()).toContain(
      'name="file"; filename="A.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF',
    );
    expect(await operation().lookUp(withImage('A'), context)).toMatchObject({ found: 'present' });
  });

  it('that are there, or remembered, are not sent again', async () => {
    const row: Row = { Id: 31, ExternalInvoiceId: 'EPIC06|1042|A', ImageUrl: 'https://x' };
    server.invoices.push(row);
    const lookUp = (remembered: JsonObject) =>
      operation().lookUp(withImage('A'), operationContext(connection, options, { remembered }));
    expect(await lookUp({})).toMatchObject({ found: 'present' });
    delete row['ImageUrl'];
    expect(await lookUp({})).toMatchObject({ found: 'partial' });
    expect(await lookUp({ images: [{ file: '77', name: 'A.pdf', bytes: 1, sha256: 'x' }] })).toMatchObject({
      found: 'present',
    });
  });

  it('that are refused park the invoice, which stays', async () => {
    server.invoices.push({ Id: 31, ExternalInvoiceId: 'EPIC06|1042|A' });
    server.fault = ({ path }) =>
      path.endsWith('/images')
        ? { status: 413, body: { exception: { reason: 'ImageTooLarge' } } }
        : undefined;
    const context = operationContext(connection, options, { files });
    const failure = await operation()
      .resume(partial, withImage('A'), context)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RecordOutcome);
    expect(failure).toMatchObject({ reason: 'image-refused', detail: { systemWords: 'ImageTooLarge' } });
  });
});
