import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import {
  outcomesOf,
  submitInvoice,
  submittedTo,
  withImage,
} from '../../../tests/support/avidxchange-batches';
import {
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
    const answer = await submitInvoice(connection).send([], {}, { sourceFiles: files }, items);
    expect(submittedTo(server).map((item) => item['Images'])).toEqual([
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
      expect(
        outcomesOf(await submitInvoice(connection).send(documents, options, { sourceFiles: files })),
      ).toEqual(['refused image-refused', 'done EPIC06|1042|B']);
      const lenient = { ...options, imageTrouble: 'without' };
      const more = { sourceFiles: files, externalId: 'b' };
      expect(outcomesOf(await submitInvoice(connection).send(documents, lenient, more))).toEqual([
        'done EPIC06|1042|A',
        'done EPIC06|1042|B',
      ]);
      expect(submittedTo(server).find((item) => item['Number'] === 'A')).not.toHaveProperty('Images');
    },
  );

  it('of a source that has no files park their invoice', async () => {
    expect(outcomesOf(await submitInvoice(connection).send([withImage('A')]))).toEqual([
      'refused image-refused',
    ]);
    expect(server.batches).toEqual([]);
  });

  it('of a source that cannot be asked stop the batch before anything is sent', async () => {
    const down = new SystemError({ recovery: 'retry', code: 'DOWN', text: 'down', remedy: 'wait' });
    const sourceFiles = { read: async () => Promise.reject(down) };
    await expect(submitInvoice(connection).send([withImage('A')], {}, { sourceFiles })).rejects.toBe(down);
    expect(server.batches).toEqual([]);
  });

  it('that the source fails at hold up their own invoice only', async () => {
    const broken = new SystemError({
      recovery: 'retry',
      code: 'HTTP_500',
      text: 'failed',
      remedy: 'wait',
      status: 500,
    });
    const sourceFiles = {
      read: async (file: string, maxBytes: number) =>
        file === 'broken' ? Promise.reject(broken) : files.read(file, maxBytes),
    };
    const send = (...documents: JsonObject[]) =>
      submitInvoice(connection).send(documents, {}, { sourceFiles });
    const answer = await send(withImage('A', 'broken'), withImage('B'), invoice('C'));
    expect(outcomesOf(answer)).toEqual(['again', 'done EPIC06|1042|B', 'done EPIC06|1042|C']);
    await expect(send(withImage('A', 'broken'))).rejects.toBe(broken);
    const all = ['A', 'D', 'E', 'F'].map((number) => withImage(number, 'broken'));
    await expect(send(...all, withImage('G'))).rejects.toBe(broken);
    expect(server.batches).toHaveLength(1);
  });

  it('that would make a batch too large wait for the next one', async () => {
    const large = filesOf({ '1': Buffer.concat([PDF, Buffer.alloc(500_000)]) });
    const documents = ['A', 'B', 'C'].map((number) => withImage(number, '1'));
    const answer = await submitInvoice(connection).send(
      documents,
      { batchMegabytes: 1 },
      { sourceFiles: large },
    );
    expect(outcomesOf(answer)).toEqual(['done EPIC06|1042|A', 'again', 'again']);
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
      submitInvoice(connection).send(
        [withImage(`${at}-1`), withImage(`${at}-2`)],
        {},
        { sourceFiles, externalId: `batch-${at}` },
      ),
    );
    expect((await Promise.all(batches)).flatMap(outcomesOf)).toHaveLength(12);
    expect(most).toBe(2);
  });

  it('weigh what they will weigh, as far as it is known', () => {
    const weigh = submitInvoice(connection).batch.weigh ?? expect.fail();
    const known = invoice('A', { Images: [{ SourceFile: '1', FileName: 'a.pdf', Bytes: 3_000_000 }] });
    expect(weigh(known)).toBeGreaterThan(4_000_000);
    expect(weigh(withImage('A'))).toBeGreaterThan(100_000);
    expect(weigh(invoice('A'))).toBeLessThan(1_000);
  });

  it('that AvidXchange refused beside an invoice that it took leave the invoice to be completed', async () => {
    const Errors = [{ Code: 'ImageTooLarge', Message: 'Image A.pdf is larger than 10 bytes.' }];
    server.judge = ([item = {}]) => ({ results: [{ ...nameOf(item), Id: 31, Successful: true, Errors }] });
    expect(
      outcomesOf(await submitInvoice(connection).send([withImage('A')], {}, { sourceFiles: files })),
    ).toEqual(['unknown']);
    server.invoices.push({ Id: 31, ExternalInvoiceId: 'EPIC06|1042|A', ImageUrl: null });
    const resolving = operationContext(connection, {}, { resolving: true, files });
    const found = await submitInvoice(connection).lookUp(withImage('A'), resolving);
    if (found.found !== 'partial') expect.fail(found.found);
    // That it went along with the batch is no reason not to send it now.
    await resolving.remember({ images: [{ file: '77', name: 'A.pdf', bytes: 1, sha256: 'x' }] });
    await submitInvoice(connection).resume(found, withImage('A'), resolving);
    expect(server.uploads.map(({ invoice: id }) => id)).toEqual(['31']);
    expect(await submitInvoice(connection).lookUp(withImage('A'), resolving)).toMatchObject({
      found: 'present',
    });
    const lenient = { sourceFiles: files, externalId: 'b' };
    expect(
      outcomesOf(
        await submitInvoice(connection).send([withImage('A')], { imageTrouble: 'without' }, lenient),
      ),
    ).toEqual(['done EPIC06|1042|A']);
  });
});

describe('images of an invoice that stands there before it is sent', () => {
  it.each([
    [{ ImageUrl: 'https://x' }, 'present'],
    [{ ImageUrl: null }, 'partial'],
    // One that was refused beside its invoice, and is replayed, looks like this where lists show no images.
    [{}, 'partial'],
  ])('are only left out where they are seen (%j)', async (row: Row, expected) => {
    server.invoices.push({ Id: 31, ExternalInvoiceId: 'EPIC06|1042|A', ...row });
    const context = operationContext(connection);
    const candidate = { record: context.record, document: withImage('A') };
    const reading = { ...context, sync: 's', company: 'EPIC06' };
    const [found] = await submitInvoice(connection).find([candidate], reading);
    expect(found?.found).toBe(expected);
  });
});

describe('images one by one', () => {
  const options = { images: 'upload' };
  const files = filesOf({ '77': PDF });
  const partial = { found: 'partial', ref: 'EPIC06|1042|A', missing: 'its images' } as const;

  it('follow once AvidXchange has the invoice', async () => {
    expect(outcomesOf(await submitInvoice(connection).send([withImage('A'), invoice('B')], options))).toEqual(
      ['unknown', 'done EPIC06|1042|B'],
    );
    expect(submittedTo(server)[0]).not.toHaveProperty('Images');
    server.invoices.push({ Id: 31, ExternalInvoiceId: 'EPIC06|1042|A' });
    const context = operationContext(connection, options, { resolving: true, files });
    expect(await submitInvoice(connection).lookUp(withImage('A'), context)).toEqual(partial);
    const effect = await submitInvoice(connection).resume(partial, withImage('A'), context);
    expect(effect).toMatchObject({
      ref: 'EPIC06|1042|A',
      attributes: { id: '31', images: expect.any(String) },
    });
    const [upload] = server.uploads;
    expect(upload?.type).toMatch(/^multipart\/form-data; boundary=/);
    expect(upload?.content.toString()).toContain(
      'name="file"; filename="A.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF',
    );
    expect(await submitInvoice(connection).lookUp(withImage('A'), context)).toMatchObject({
      found: 'present',
    });
  });

  it('that are there, or remembered, are not sent again', async () => {
    const row: Row = { Id: 31, ExternalInvoiceId: 'EPIC06|1042|A', ImageUrl: 'https://x' };
    server.invoices.push(row);
    const lookUp = (remembered: JsonObject) =>
      submitInvoice(connection).lookUp(withImage('A'), operationContext(connection, options, { remembered }));
    expect(await lookUp({})).toMatchObject({ found: 'present' });
    delete row['ImageUrl'];
    expect(await lookUp({})).toMatchObject({ found: 'partial' });
    expect(await lookUp({ uploaded: [{ file: '77', name: 'A.pdf', bytes: 1, sha256: 'x' }] })).toMatchObject({
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
    const failure = await submitInvoice(connection)
      .resume(partial, withImage('A'), context)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RecordOutcome);
    expect(failure).toMatchObject({ reason: 'image-refused', detail: { systemWords: 'ImageTooLarge' } });
  });
});
