import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { Json } from '../../runtime/connector/json';
import type { StreamReader } from '../../runtime/connector/system';
import { connectTo, readAll, readContext } from '../../tests/support/kinetic-connection';
import { refuse } from '../../tests/support/small-kinetic';
import { SmallInvoices } from '../../tests/support/small-kinetic-invoices';
import { amount, type Row } from '../../tests/support/small-kinetic-lists';

let server: SmallInvoices;
let connection: Connection;

beforeEach(async () => {
  server = new SmallInvoices();
  await server.start();
  connection = connectTo(server, { coa: 'MAIN' });
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const stream = (name: string) => connection.client.streams[name] as StreamReader;
const read = (name: string, options: Record<string, Json> = {}) =>
  readAll(stream(name), readContext(connection), { options });

/** A table of the small server, each row with company and row version. */
function add(service: string, set: string, table: string, rows: readonly Row[]): void {
  const complete = rows.map((row) => ({ Company: 'EPIC06', SysRevID: server.revision(), ...row }));
  server.addSet(service, set, table, complete);
}

describe('segment values', () => {
  const value = (SegmentNbr: number, SegmentCode: string, more: Row = {}): Row => ({
    COACode: 'MAIN',
    SegmentNbr,
    SegmentCode,
    SegmentName: `name of ${SegmentCode}`,
    ActiveFlag: true,
    EffectiveFrom: '2020-01-01T00:00:00',
    ...more,
  });

  beforeEach(() => {
    add('Erp.BO.COASegValuesSvc', 'COASegValues', 'COASegValues', [
      value(1, '6100'),
      value(2, '10'),
      value(2, '20', { ActiveFlag: false }),
      value(2, '10', { COACode: 'IFRS' }),
    ]);
  });

  it('are those of the chart of accounts, inactive ones included', async () => {
    const { keys, rows } = await read('segment-values');
    expect(keys).toEqual(['MAIN|1|6100', 'MAIN|2|10', 'MAIN|2|20']);
    expect(rows[1]?.data).toMatchObject({ SegmentName: 'name of 10', EffectiveFrom: '2020-01-01' });
  });

  it.each(['row-version', 'everything'])('of one segment are read by %s', async (findBy) => {
    expect((await read('segment-values', { segment: 2, findBy })).keys).toEqual(['MAIN|2|10', 'MAIN|2|20']);
  });
});

it('payment terms come with their days', async () => {
  const terms = { TermsCode: 'N30', Description: 'Net 30', DueDays: 30, DiscountPercent: amount('2.00') };
  add('Erp.BO.PurTermsSvc', 'PurTerms', 'PurTerms', [terms]);
  const { rows } = await read('payment-terms');
  expect(rows.map(({ key, data }) => [key, data['DueDays'], data['DiscountPercent']])).toEqual([
    ['N30', 30, '2.00'],
  ]);
});

it('tax codes come with their rates when they are fetched', async () => {
  add('Erp.BO.SalesTaxSvc', 'SalesTaxes', 'SalesTax', [{ TaxCode: 'TX', Description: 'Texas' }]);
  server.methods.set('POST Erp.BO.SalesTaxSvc/GetByID', () => ({
    returnObj: {
      SalesTax: [{ Company: 'EPIC06', TaxCode: 'TX', Description: 'Texas' }],
      SalesTRC: [{ Company: 'EPIC06', TaxCode: 'TX', RateCode: 'S', TaxPercent: amount('8.25') }],
    },
  }));
  expect((await read('tax-codes')).keys).toEqual(['TX']);
  expect(await stream('tax-codes').get?.('TX', readContext(connection))).toMatchObject({
    Description: 'Texas',
    Rates: [{ RateCode: 'S', TaxPercent: '8.25' }],
  });
});

it('a site without a service for tax codes has none, and stays online', async () => {
  expect((await read('tax-codes')).keys).toEqual([]);
  expect(connection.health.state).not.toBe('offline');
  expect(server.calls.map((call) => call.path)).toEqual(['Erp.BO.SalesTaxSvc/SalesTaxes']);
});

it('purchase orders come with lines, releases and their accounts', async () => {
  add('Erp.BO.POSvc', 'OpenPOes', 'POHeader', []);
  server.orders.push({
    Company: 'EPIC06',
    PONum: 4711,
    VendorNum: 12,
    OpenOrder: true,
    OrderDate: '2026-01-05T00:00:00',
    DocTotalOrder: amount('55.50'),
    SysRevID: server.revision(),
  });
  server.methods.set('POST Erp.BO.POSvc/GetByID', ({ body }) => ({
    returnObj: {
      POHeader: server.orders.filter((row) => row['PONum'] === body['poNum']),
      PODetail: [
        { PONUM: 4711, POLine: 1, OrderQty: amount('5'), DocUnitCost: amount('11.10'), LineDesc: 'x' },
      ],
      PORel: [{ PONum: 4711, POLine: 1, PORelNum: 1, RelQty: amount('5.00'), OpenRelease: true }],
      PORelTGLC: [
        { PONum: 4711, POLine: 1, PORelNum: 1, COACode: 'MAIN', GLAccount: '2100', RecordType: 'R' },
        { PONum: 4711, POLine: 1, PORelNum: 1, COACode: 'MAIN', GLAccount: '6100|10|200', RecordType: 'A' },
      ],
    },
  }));
  expect((await read('purchase-orders')).rows[0]?.data).toMatchObject({
    PONum: 4711,
    DocTotalOrder: '55.50',
  });
  expect(await stream('purchase-orders').get?.('4711', readContext(connection))).toMatchObject({
    OrderDate: '2026-01-05',
    Lines: [
      {
        POLine: 1,
        OrderQty: '5',
        DocUnitCost: '11.10',
        Releases: [{ PORelNum: 1, RelQty: '5.00', GLAccount: '6100|10|200' }],
      },
    ],
  });
});

it('payments say what was paid on each invoice so far, partial payments and voids counted (E6)', async () => {
  server.addInvoice(12, 'A', '100.00', { ExternalID: 'doc-1', DocInvoiceBal: amount('40.00') });
  const line = (HeadNum: number, amountApplied: string, more: Row = {}): Row => ({
    Company: 'EPIC06',
    HeadNum,
    APTranNo: 1,
    VendorNum: 12,
    InvoiceNum: 'A',
    DocTranAmt: amount(amountApplied),
    DocDiscAmt: amount('0'),
    Posted: true,
    Voided: false,
    ...more,
  });
  server.lines.push(
    line(101, '30.00'),
    line(102, '30.00', { DocDiscAmt: amount('1.00') }),
    line(103, '25.00'),
    line(103, '-25.00', { Voided: true, Posted: false }),
    line(104, '5.00', { Posted: false }),
  );
  server.heads.push({ Company: 'EPIC06', HeadNum: 102, VendorNum: 12, Posted: true, Voided: false });
  const payment = await stream('ap-payments').get?.('102', readContext(connection));
  expect(payment).toMatchObject({
    Posted: true,
    Allocations: [
      {
        InvoiceNum: 'A',
        DocTranAmt: '30.00',
        DocInvoiceAmt: '100.00',
        DocInvoiceBal: '40.00',
        DocPaidTotal: '59',
        DocDiscountTotal: '1',
        DocumentID: 'doc-1',
      },
    ],
  });
});

describe('a file', () => {
  const path = 'Ice.BO.AttachmentSvc';
  const content = Buffer.from('%PDF-1.7 image');
  const files = () => connection.client.files as NonNullable<Connection['client']['files']>;

  it('is fetched by its key, with its hash', async () => {
    server.methods.set(`POST ${path}/DownloadFile`, ({ body }) => {
      if (body['xFileRefNum'] !== 77) throw refuse('no');
      return { returnObj: content.toString('base64') };
    });
    const file = await files().read('77', 1_000, readContext(connection));
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe('%PDF-1.7 image');
    expect(file?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is fetched from the document storage where the build has only that', async () => {
    server.methods.set(`POST ${path}/DownloadFileFromDocumentStorage`, () => ({
      returnObj: content.toString('base64'),
    }));
    expect((await files().read('77', 1_000, readContext(connection)))?.bytes).toHaveLength(content.length);
  });

  it.each([
    ['larger than allowed', content.toString('base64'), 'EPICOR_FILE_TOO_LARGE'],
    ['not base64', '<html>sign in</html>', 'EPICOR_UNREADABLE_ANSWER'],
  ])('%s is refused', async (_name, returnObj, code) => {
    server.methods.set(`POST ${path}/DownloadFile`, () => ({ returnObj }));
    const limit = code === 'EPICOR_FILE_TOO_LARGE' ? 5 : 1_000;
    await expect(files().read('77', limit, readContext(connection))).rejects.toMatchObject({ code });
  });

  it('that is not there is undefined', async () => {
    expect(await files().read('77', 1_000, readContext(connection))).toBeUndefined();
    expect(await files().read('no number', 1_000, readContext(connection))).toBeUndefined();
  });
});

it('an invoice says which files are attached', async () => {
  server.addInvoice(12, 'A', '1.00');
  const get = server.methods.get('POST Erp.BO.APInvoiceSvc/GetByID');
  server.methods.set('POST Erp.BO.APInvoiceSvc/GetByID', (call) => {
    const { returnObj = {} } = (get?.(call) ?? {}) as { returnObj?: Row };
    return {
      returnObj: { ...returnObj, APInvHedAttch: [{ XFileRefNum: 77, FileName: 'a.pdf', DrawingSeq: 1 }] },
    };
  });
  expect(await stream('ap-invoices').get?.('12|A', readContext(connection))).toMatchObject({
    Attachments: [{ XFileRefNum: 77, FileName: 'a.pdf' }],
  });
});
