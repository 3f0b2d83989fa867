import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { StreamReader } from '../../runtime/connector/system';
import { connectTo, readContext } from '../../tests/support/kinetic-connection';
import { Refused } from '../../tests/support/small-kinetic';
import { amount, type Row } from '../../tests/support/small-kinetic-lists';
import { SmallPayables } from '../../tests/support/small-kinetic-payables';

const service = 'Erp.BO.APInvoiceSvc';
let server: SmallPayables;
let connection: Connection;
let dataset: Record<string, Row[]>;

beforeEach(async () => {
  server = new SmallPayables();
  await server.start();
  connection = connectTo(server);
  const head = server.addInvoice(12, 'A|17', '125.50', { DocTaxAmt: amount('5.50'), Approved_c: true });
  const of = { Company: 'EPIC06', VendorNum: 12, InvoiceNum: 'A|17' };
  const account = {
    ...of,
    RecordType: 'A',
    COACode: 'MAIN',
    SegValue1: '6100',
    SegValue2: '10',
    SegValue3: '',
  };
  dataset = {
    APInvHed: [head],
    APInvDtl: [
      {
        ...of,
        InvoiceLine: 1,
        Description: 'Bolts',
        DocExtCost: amount('100.00'),
        VendorQty: amount('1.00000000'),
      },
      { ...of, InvoiceLine: 2, Description: 'Nothing', DocExtCost: amount('0') },
    ],
    APInvExp: [
      { ...of, InvoiceLine: 1, InvExpSeq: 1, DocExpAmt: amount('60.00'), BookID: 'MAIN' },
      { ...of, InvoiceLine: 1, InvExpSeq: 2, DocExpAmt: amount('40.00') },
      { ...of, InvoiceLine: 1, InvExpSeq: 3, DocExpAmt: amount('7.00') },
    ],
    APInvExpTGLC: [
      {
        ...account,
        InvoiceLine: 1,
        InvExpSeq: 1,
        TGLCTranNum: 1,
        BookID: 'IFRS',
        GLAccount: 'X|1',
        COACode: 'IFRS',
      },
      {
        ...account,
        InvoiceLine: 1,
        InvExpSeq: 1,
        TGLCTranNum: 2,
        BookID: 'MAIN',
        GLAccount: '6100|10',
        GLAccountGLAcctDisp: '6100-10',
      },
      {
        ...account,
        InvoiceLine: 1,
        InvExpSeq: 1,
        TGLCTranNum: 3,
        BookID: 'MAIN',
        GLAccount: '9999|99',
        RecordType: 'R',
      },
      {
        ...account,
        InvoiceLine: 0,
        InvExpSeq: 0,
        Key3: '1',
        Key4: '2',
        GLAccount: '6200|10',
        SegValue1: '6200',
      },
      { ...account, InvoiceLine: 1, InvExpSeq: 3, GLAccount: '6300|10', SegValue1: '6300' },
    ],
    APInvMsc: [
      {
        ...of,
        InvoiceLine: 1,
        MscNum: 1,
        MiscCode: 'FRT',
        Description: 'Freight',
        DocMiscAmt: amount('7.00'),
        InvExpSeq: 3,
      },
    ],
    APIHAPInvMsc: [
      {
        ...of,
        MscNum: 1,
        MiscCode: 'HND',
        Description: 'Handling',
        DocMiscAmt: amount('13.00'),
        InvExpSeq: 1,
      },
    ],
    APIHAPInvExp: [{ ...of, InvExpSeq: 1, DocExpAmt: amount('13.00') }],
    APIHAPInvExpTGLC: [{ ...account, InvExpSeq: 1, GLAccount: '6400|10', SegValue1: '6400' }],
    APInvTax: [
      { ...of, TaxCode: 'VAT', RateCode: 'STD', TaxCodeDescription: 'Sales tax', DocTaxAmt: amount('5.50') },
    ],
  };
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const get = (key = '12|A|17') =>
  (connection.client.streams['ap-invoices'] as StreamReader).get?.(key, readContext(connection));

function answerPost(): void {
  server.methods.set(`POST ${service}/GetByID`, ({ body }) => {
    if (body['invoiceNum'] !== 'A|17')
      throw new Refused(404, 'Ice.RecordNotFoundException', 'Record not found.');
    return { returnObj: dataset };
  });
}

describe('an invoice fetched whole', () => {
  it('has its lines, each with what it is coded to, and amounts as they were written', async () => {
    answerPost();
    const document = await get();
    expect(document).toMatchObject({
      Company: 'EPIC06',
      VendorNum: 12,
      InvoiceNum: 'A|17',
      DocInvoiceAmt: '125.50',
      InvoiceDate: '2026-02-01',
      Approved_c: true,
      Lines: [
        {
          InvoiceLine: 1,
          Description: 'Bolts',
          DocExtCost: '100.00',
          VendorQty: '1.00000000',
          Distributions: [
            {
              InvExpSeq: 1,
              DocExpAmt: '60.00',
              COACode: 'MAIN',
              GLAccount: '6100|10',
              GLAccountDisplay: '6100-10',
              Segments: ['6100', '10'],
            },
            { InvExpSeq: 2, DocExpAmt: '40.00', GLAccount: '6200|10', Segments: ['6200', '10'] },
          ],
          Charges: [{ MiscCode: 'FRT', DocMiscAmt: '7.00', Distributions: [{ GLAccount: '6300|10' }] }],
        },
        { InvoiceLine: 2, Distributions: [], Charges: [] },
      ],
      Distributions: [],
      Charges: [{ MiscCode: 'HND', DocMiscAmt: '13.00', Distributions: [{ GLAccount: '6400|10' }] }],
      Taxes: [{ TaxCode: 'VAT', RateCode: 'STD', Description: 'Sales tax', DocTaxAmt: '5.50' }],
    });
    expect(JSON.stringify(document)).not.toMatch(/SysRevID|ChangeDate/);
  });

  it('takes the account of the chart that the connection names', async () => {
    answerPost();
    await connection.close();
    connection = connectTo(server, { coa: 'IFRS' });
    expect(await get()).toMatchObject({
      Lines: [{ Distributions: [{ COACode: 'IFRS', GLAccount: 'X|1' }, {}] }, {}],
    });
  });

  it('keeps a distribution whose number a charge does not mean', async () => {
    answerPost();
    Object.assign(dataset['APInvMsc']?.[0] as Row, { InvExpSeq: 1 });
    expect(await get()).toMatchObject({
      Lines: [{ Distributions: [{}, {}, { InvExpSeq: 3 }], Charges: [{ Distributions: [] }] }, {}],
    });
  });

  it('has every flag and text, so that a rule about one that the build leaves out still holds', async () => {
    answerPost();
    Object.assign(dataset['APInvHed']?.[0] as Row, { RefCancelledby: null });
    expect(await get()).toMatchObject({
      CancellationInv: false,
      RefCancelledby: '',
      LegalNumber: '',
      Taxes: [{ ReverseCharge: false }],
    });
    expect(await get()).not.toHaveProperty('ApplyDate');
  });

  it('has the tax that the head alone tells of, unless the lines hold it already', async () => {
    answerPost();
    dataset['APInvTax'] = [];
    expect(await get()).toMatchObject({ Taxes: [{ Description: 'Tax', DocTaxAmt: '5.50' }] });
    Object.assign(dataset['APInvHed']?.[0] as Row, { DocInvoiceAmt: amount('120.00') });
    expect(await get()).toMatchObject({ Taxes: [] });
  });

  it('comes by GET where the build wants that', async () => {
    server.methods.set(`GET ${service}/GetByID`, ({ query }) => {
      expect([query.get('vendorNum'), query.get('invoiceNum')]).toEqual(['12', 'A|17']);
      return { returnObj: [dataset] };
    });
    expect(await get()).toMatchObject({ InvoiceNum: 'A|17', Lines: [{}, {}] });
  });

  it('comes by GetRows where GetByID is not to be had', async () => {
    expect(await get()).toMatchObject({ InvoiceNum: 'A|17', Lines: [] });
  });

  it('is gone when there is no such row, whichever way that is said', async () => {
    expect(await get('12|nobody')).toBeUndefined();
    answerPost();
    const before = server.calls.length;
    expect(await get('12|nobody')).toBeUndefined();
    expect(server.calls.length - before).toBe(1);
  });
});
