import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import { SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { FileContent, Operation, OperationContext } from '../../../runtime/connector/system';
import { connectTo, operationContext } from '../../../tests/support/kinetic-connection';
import { refuse } from '../../../tests/support/small-kinetic';
import type { Row } from '../../../tests/support/small-kinetic-lists';
import { SmallPayables } from '../../../tests/support/small-kinetic-payables';

const invoices = 'Erp.BO.APInvoiceSvc';
const upload = 'Ice.BO.AttachmentSvc/UploadFileToDocTypeStorage';
const image = new Uint8Array([0x25, 0x50, 0x44, 0x46, 0xff, 0x00, 0x80]);
const document: JsonObject = {
  vendorNum: 12,
  invoiceNum: 'A-17',
  file: '138e7d94|0a01',
  fileName: 'scans/Röchling A&B.pdf',
};

let server: SmallPayables;
let connection: Connection;
let operation: Operation;
let attached: Row[];
let files: { readonly name: unknown; readonly data: unknown }[];

beforeEach(async () => {
  server = new SmallPayables();
  await server.start();
  attached = [];
  files = [];
  const invoice = server.addInvoice(12, 'A-17', '100.00');
  const shown = () => ({ APInvHed: [{ ...invoice, RowMod: '' }], APInvHedAttch: [...attached] });
  server.methods.set(`POST ${invoices}/GetByID`, () => ({ returnObj: shown() }));
  server.methods.set(`POST ${upload}`, ({ body }) => {
    files.push({ name: body['fileName'], data: body['data'] });
    return { returnObj: `\\\\server\\files\\${String(body['fileName'])}` };
  });
  server.methods.set(`POST ${invoices}/GetNewAPInvHedAttch`, ({ body }) => {
    if (body['vendorNum'] !== 12 || body['invoiceNum'] !== 'A-17') throw refuse('Parameter is not found.');
    const row = { Company: 'EPIC06', VendorNum: 12, InvoiceNum: 'A-17', DrawingSeq: 0, RowMod: 'A' };
    return { parameters: { ds: { ...shown(), APInvHedAttch: [...attached, row] } } };
  });
  server.methods.set(`POST ${invoices}/Update`, ({ body }) => {
    const rows = (body['ds'] as Record<string, Row[]>)['APInvHedAttch'] ?? [];
    const [row, ...more] = rows.filter(({ RowMod }) => RowMod === 'A');
    if (!row || more.length > 0 || row['FileName'] === '') throw refuse('Not one file to attach.');
    attached.push({ ...row, DrawingSeq: attached.length + 1, RowMod: '' });
    return { parameters: { ds: shown() } };
  });
  connection = connectTo(server);
  operation = connection.client.operations['attach-file'] as Operation;
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

type Reading = () => Promise<FileContent | undefined>;

function context(
  read: Reading = async () => ({ bytes: image, sha256: '' }),
  facts: JsonObject = {},
): OperationContext {
  return { ...operationContext(connection, {}, facts), sourceFiles: { read } };
}

describe('attaching a file to an invoice', () => {
  it('stores it to the byte, hangs it on the invoice, and finds it there', async () => {
    expect(await operation.lookUp(document, context())).toEqual({ found: 'absent' });
    expect(await operation.create(document, context())).toEqual({ ref: '12|A-17|1' });
    expect(files).toEqual([
      {
        name: expect.stringMatching(/^[A-Za-z0-9._-]+-[0-9a-f]{10}\.pdf$/),
        data: Buffer.from(image).toString('base64'),
      },
    ]);
    expect(attached[0]?.['DrawDesc']).toMatch(/^Röchling A&B [0-9a-f]{10}$/);
    expect(await operation.lookUp(document, context())).toEqual({ found: 'present', ref: '12|A-17|1' });
  });

  it('tells files of one name apart', async () => {
    await operation.create(document, context());
    const other = { ...document, file: '138e7d94|0a02' };
    expect(await operation.lookUp(other, context())).toEqual({ found: 'absent' });
    expect(await operation.create(other, context())).toEqual({ ref: '12|A-17|2' });
  });

  it('B5: uploads once when it is cut between storing and attaching', async () => {
    const facts: JsonObject = {};
    const update = server.methods.get(`POST ${invoices}/Update`);
    server.methods.set(`POST ${invoices}/Update`, () => {
      throw refuse('Server is going down.', 503);
    });
    await expect(operation.create(document, context(undefined, facts))).rejects.toThrow();
    if (update) server.methods.set(`POST ${invoices}/Update`, update);
    await operation.create(document, context(undefined, facts));
    expect([files.length, attached.length]).toEqual([1, 1]);
  });

  it('D13: parks the file alone when it is too large or not handed out', async () => {
    const tooLarge = new SystemError({
      recovery: 'rejected',
      code: 'BASWARE_FILE_TOO_LARGE',
      text: 'It is too large.',
      remedy: 'Allow more.',
    });
    const readings: Reading[] = [() => Promise.reject(tooLarge), async () => undefined];
    for (const reading of readings) {
      await expect(operation.create(document, context(reading))).rejects.toMatchObject({
        name: 'RecordOutcome',
        reason: 'image-refused',
      });
    }
    const { sourceFiles: _none, ...without } = context();
    await expect(operation.create(document, without)).rejects.toMatchObject({ reason: 'image-refused' });
    expect([files, attached]).toEqual([[], []]);
  });

  it('attaches nothing to an invoice that is not there', async () => {
    server.methods.set(`POST ${invoices}/GetByID`, () => ({ returnObj: { APInvHed: [] } }));
    const found = await operation.lookUp(document, context()).catch((error: unknown) => error);
    expect(found).toMatchObject({ found: 'conflict', reason: 'not-ours' });
  });
});
