import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import { validator } from '../../runtime/connector/schema';
import {
  connectTo,
  pagesOf,
  readContext,
  rowsOf,
  streamOf,
} from '../../tests/support/avidxchange-connection';
import { type Row, SmallAvidXchange } from '../../tests/support/small-avidxchange';
import { manifest } from './manifest';

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

const today = { options: { lookBackDays: 1 } };

function payment(id: number, more: Row = {}): Row {
  return {
    PaymentId: id,
    Number: 60_000 + id,
    CheckNumber: '1001',
    AvidPayChecknumber: '3777001',
    Status: { Id: 27, Description: 'Cleared' },
    PaymentMethod: { Id: 1, Description: 'AvidPay Check' },
    Amount: 125.5,
    BatchId: 'AP 2026/03/01 #7',
    PaymentDate: '2026-02-20T00:00:00',
    IssuedDate: '2026-02-24T00:00:00.000',
    ClearedDate: '2026-03-01T00:00:00',
    ExternalPaymentIds: [],
    VirtualCard: null,
    PayeeExternalCode: '1042|MAIN',
    PayeeName: 'Acme Steel',
    LastModifiedDate: '2026-03-01T23:30:00',
    Invoices: [{ InvoiceNumber: 'INV-77', InvoiceAmount: 125.5, ExternalInvoiceId: 'EPIC06|1042|INV-77' }],
    ...more,
  };
}

async function only(more: Row, config: Record<string, unknown> = {}) {
  server.payments.splice(0, server.payments.length, payment(1, more));
  const other = connectTo(server.url, config);
  const rows = await rowsOf(other, 'payments', today);
  await other.close();
  return rows[0] ?? expect.fail('no payment came');
}

describe('payments', () => {
  it('come by days in UTC, with amounts as decimal text and days as days', async () => {
    server.payments.push(payment(1));
    const [page] = await pagesOf(connection, 'payments', today);
    expect(page?.cursor).toEqual({ through: '2026-03-02' });
    const [call] = server.seen('GET /payments');
    expect(Object.fromEntries(call?.query ?? [])).toEqual({
      lastModifiedFrom: '2026-03-01',
      lastModifiedTo: '2026-03-02',
      pageSize: '100',
    });
    expect(page?.rows).toEqual([
      {
        key: '1',
        company: 'EPIC06',
        data: {
          PaymentId: '1',
          Number: '60001',
          CheckNumber: '1001',
          AvidPayChecknumber: '3777001',
          CurrencyCode: 'USD',
          BatchId: 'AP 2026/03/01 #7',
          PayeeExternalCode: '1042|MAIN',
          PayeeName: 'Acme Steel',
          Amount: '125.5',
          Status: { Id: '27', Description: 'Cleared' },
          PaymentMethod: { Id: '1', Description: 'AvidPay Check' },
          PaymentDate: '2026-02-20',
          IssuedDate: '2026-02-24',
          ClearedDate: '2026-03-01',
          Invoices: [
            {
              InvoiceNumber: 'INV-77',
              ExternalInvoiceId: 'EPIC06|1042|INV-77',
              InvoiceAmount: '125.5',
              paid: '125.5',
            },
          ],
          ExternalPaymentIds: [],
          state: 'settled',
          method: 'check',
          reference: '3777001',
          date: '2026-03-01',
          vendorCode: '1042',
          addressCode: 'MAIN',
        },
      },
    ]);
    expect(validator(manifest.streams['payments']?.row ?? {})(page?.rows[0]?.data ?? null)).toEqual([]);
  });

  it('that were only touched are the same rows as before', async () => {
    const before = await only({});
    expect(await only({ LastModifiedDate: '2026-03-02T08:00:00', HasClearedCheckImages: true })).toEqual(
      before,
    );
  });

  it.each([
    ['Cleared', 'settled'],
    ['CLEARED', 'settled'],
    ['Issued to Supplier', 'pending'],
    ['ACH Credit Issued', 'pending'],
    ['Funds Received', 'pending'],
    ['Void', 'void'],
    ['Returned', 'void'],
    ['Something New', 'pending'],
  ])('in status %s are %s', async (Description, state) => {
    expect(await only({ Status: { Id: 99, Description } })).toMatchObject({ state });
  });

  it('are settled when the connection says so, by description or number', async () => {
    const config = { settledStatuses: 'Cleared, Issued to Supplier, 14' };
    expect(await only({ Status: { Id: 1, Description: 'issued to supplier' } }, config)).toMatchObject({
      state: 'settled',
    });
    expect(await only({ Status: { Id: 14, Description: 'Sent' } }, config)).toMatchObject({
      state: 'settled',
    });
  });

  it('by check have the number of the real check, never the one that was submitted', async () => {
    const row = await only({ AvidPayChecknumber: null });
    expect(row).toMatchObject({ method: 'check', CheckNumber: '1001' });
    expect(row).not.toHaveProperty('reference');
  });

  it('by ACH have its trace, with every leading zero', async () => {
    const PaymentMethod = { Id: 2, Description: 'avidpay direct' };
    const row = await only({ PaymentMethod, AchTraceNumber: '021000021234567', AvidPayChecknumber: null });
    expect(row).toMatchObject({ method: 'ach', reference: '021000021234567' });
  });

  it('by card keep four digits of its number at most, wherever it stands', async () => {
    const PaymentMethod = { Id: 3, Description: 'Virtual Credit Card' };
    const card = (more: Row) => only({ PaymentMethod, VirtualCard: { ExpirationDate: '2031-12', ...more } });
    expect(await card({ LastFour: 4242, ReferenceNumber: 'VCC-100200' })).toMatchObject({
      method: 'virtual-card',
      reference: 'VCC-100200',
      VirtualCard: { LastFour: '4242', ReferenceNumber: 'VCC-100200' },
    });
    const whole = await card({
      LastFour: '5500000000004242',
      ReferenceNumber: 'card 5500-0000-0000-4242/7',
      CardNumber: '5500000000004242',
    });
    expect(whole).toMatchObject({ VirtualCard: { LastFour: '4242', ReferenceNumber: 'card ****4242/7' } });
    expect(JSON.stringify(whole)).not.toMatch(/5500|2031/);
    expect(await card({ LastFour: '4242' })).toMatchObject({ reference: '4242' });
  });

  it('by a method nobody knows come all the same', async () => {
    expect(await only({ PaymentMethod: { Id: 9, Description: 'Carrier Pigeon' } })).toMatchObject({
      method: 'other',
    });
  });

  it('say what was paid of each invoice, the discount beside it or within (E11)', async () => {
    const parts = (one: number, other: number) => [
      { InvoiceNumber: 'A', InvoiceAmount: one, DiscountAmount: 2.5 },
      { InvoiceNumber: 2, InvoiceAmount: other },
    ];
    const paid = async (Invoices: unknown) =>
      ((await only({ Invoices }))['Invoices'] as unknown as Row[]).map((part) => part['paid']);
    expect(await paid(parts(100.25, 25.25))).toEqual(['100.25', '25.25']);
    expect(await paid(parts(102.75, 25.25))).toEqual(['100.25', '25.25']);
    expect(await paid(parts(50, 25.25))).toEqual([undefined, undefined]);
  });

  it('may write members in another case, one object for a list, and their own names', async () => {
    const { PaymentId, Invoices, AchTraceNumber, ...rest } = payment(1);
    const row = {
      ...rest,
      paymentId: PaymentId,
      AvidPayChecknumber: null,
      avidPayCheckNumber: '5',
      Invoices: { invoiceNumber: 7, invoiceAmount: '125.50' },
      Detail: { Trace: 'T-1' },
    };
    server.payments.push(row);
    const other = connectTo(server.url, { fieldNames: 'payment.AchTraceNumber=Detail.Trace' });
    expect((await rowsOf(other, 'payments', today))[0]).toMatchObject({
      PaymentId: '1',
      AchTraceNumber: 'T-1',
      Invoices: [{ InvoiceNumber: '7', InvoiceAmount: '125.50' }],
    });
    await other.close();
  });

  it('are fetched fresh, those of one moment with one call; one that is gone is undefined', async () => {
    server.payments.push(payment(1), payment(2, { Status: { Id: 1, Description: 'Void' } }));
    const { get } = streamOf(connection, 'payments');
    const found = await Promise.all(['1', '2', '3'].map((key) => get?.(key, readContext(connection))));
    expect(found.map((row) => row?.['state'])).toEqual(['settled', 'void', undefined]);
    expect(server.seen('GET /payments').map(({ query }) => query.get('paymentIds'))).toEqual(['1,2,3']);
    expect(await get?.('2', readContext(connection))).toMatchObject({ state: 'void' });
  });

  it('that cannot be fetched fail for everybody who asked', async () => {
    server.fault = ({ path }) =>
      path === '/payments' ? { status: 400, body: { message: 'no' } } : undefined;
    const { get } = streamOf(connection, 'payments');
    const asked = ['1', '2'].map((key) => get?.(key, readContext(connection)));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('pages', () => {
  it.each(['links', 'numbers', 'pages', 'absent'] as const)(
    'come all, once, with paging by %s',
    async (paging) => {
      server.paging = paging;
      server.pageSize = 2;
      server.envelope = paging === 'pages' ? 'items' : 'Items';
      server.payments.push(...[1, 2, 3, 4, 5].map((id) => payment(id)));
      const pages = await pagesOf(connection, 'payments', today);
      expect(pages.flatMap(({ rows }) => rows.map(({ key }) => key))).toEqual(['1', '2', '3', '4', '5']);
      expect(pages).toHaveLength(paging === 'absent' ? 1 : 3);
      expect(pages.map(({ cursor }) => cursor)).toEqual([
        ...pages.slice(1).map(() => null),
        { through: '2026-03-02' },
      ]);
    },
  );

  it('of a list without paging that is just full are asked for once more', async () => {
    server.paging = 'absent';
    server.payments.push(...Array.from({ length: 100 }, (_, id) => payment(id + 1)));
    expect(await rowsOf(connection, 'payments', today)).toHaveLength(100);
    expect(server.seen('GET /payments').map(({ query }) => query.get('pageNumber'))).toEqual([null, '2']);
  });

  it('that rows moved between are read again, and the cursor waits for it (A3)', async () => {
    server.pageSize = 2;
    server.payments.push(...[1, 2, 3, 4, 5].map((id) => payment(id)));
    let moved = false;
    server.afterwards = ({ path }) => {
      if (path === '/payments' && !moved) {
        moved = true;
        server.payments.push(...server.payments.splice(0, 1));
      }
      return undefined;
    };
    const pages = await pagesOf(connection, 'payments', today);
    const keys = pages.flatMap(({ rows }) => rows.map(({ key }) => key));
    expect([...new Set(keys)].sort()).toEqual(['1', '2', '3', '4', '5']);
    expect(pages.filter(({ cursor }) => cursor !== null)).toEqual([pages.at(-1)]);
    expect(server.seen('GET /payments')).toHaveLength(6);
  });

  it('end, however often rows move', async () => {
    const Paging = (PageNumber: number) => ({ PageNumber, PageCount: 3, TotalItems: 3 });
    server.fault = ({ path, query }) =>
      path === '/payments'
        ? { body: { Items: [payment(1)], Paging: Paging(Number(query.get('pageNumber') ?? 1)) } }
        : undefined;
    const pages = await pagesOf(connection, 'payments', today);
    expect(pages.at(-1)?.cursor).toEqual({ through: '2026-03-02' });
    expect(server.seen('GET /payments')).toHaveLength(9);
  });

  it('of windows move the cursor window by window', async () => {
    server.payments.push(payment(1));
    const pages = await pagesOf(connection, 'payments', { options: { from: '2026-01-20' } });
    expect(pages.map(({ cursor }) => cursor)).toEqual([{ through: '2026-02-18' }, { through: '2026-03-02' }]);
  });

  it('lead nowhere but to AvidXchange', async () => {
    const Links = [{ Rel: 'next', Href: 'https://elsewhere.example/v1/payments' }];
    server.fault = ({ path }) =>
      path === '/payments' ? { body: { Items: [payment(1)], Paging: { PageNumber: 1, Links } } } : undefined;
    await expect(pagesOf(connection, 'payments', today)).rejects.toMatchObject({ code: 'HOST_NOT_ALLOWED' });
  });

  it.each([{ hello: 'world' }, [1, 2], { Items: 'none' }, { Items: [null] }])(
    'that are none (%j) are an error',
    async (body) => {
      server.fault = ({ path }) => (path === '/payments' ? { body } : undefined);
      await expect(rowsOf(connection, 'payments', today)).rejects.toMatchObject({
        code: 'AVIDXCHANGE_UNREADABLE_ANSWER',
      });
    },
  );

  it('with a row without its key are an error', async () => {
    server.payments.push({ Amount: 1 });
    await expect(rowsOf(connection, 'payments', today)).rejects.toMatchObject({
      code: 'AVIDXCHANGE_UNREADABLE_ANSWER',
    });
  });
});

describe('the status of invoices', () => {
  it.each([
    ['Approved', 'approved'],
    ['Paid', 'approved'],
    ['REJECTED', 'rejected'],
    ['On Hold', 'pending'],
    ['Pending Coding', 'pending'],
    ['Voided', 'void'],
  ])('%s is %s', async (Description, state) => {
    const row = { Id: 7, Number: 77, ExternalInvoiceId: 'E|1|77', RejectReason: 'why', LastChangedDate: 'x' };
    server.invoices.push({ ...row, Status: { Id: 1, Description } });
    expect(await rowsOf(connection, 'invoice-status', today)).toEqual([
      {
        Id: '7',
        Number: '77',
        ExternalInvoiceId: 'E|1|77',
        RejectReason: 'why',
        Status: { Id: '1', Description },
        state,
      },
    ]);
  });
});

describe('vendors', () => {
  it('come all at first, and then those that changed', async () => {
    server.vendors.push({ VendorId: 5, ExternalVendorCode: '1042|MAIN', Name: 'Acme', Active: 'false' });
    const [page] = await pagesOf(connection, 'vendors');
    expect(page?.rows[0]).toEqual({
      key: '5',
      company: 'EPIC06',
      data: {
        VendorId: '5',
        ExternalVendorCode: '1042|MAIN',
        Name: 'Acme',
        Active: false,
        vendorCode: '1042',
        addressCode: 'MAIN',
      },
    });
    await pagesOf(connection, 'vendors', { cursor: page?.cursor });
    expect(server.seen('GET /vendors').map(({ query }) => Object.fromEntries(query))).toEqual([
      { accountingSystemId: '4811', pageSize: '100' },
      { accountingSystemId: '4811', lastModifiedFrom: '2026-03-01', pageSize: '100' },
    ]);
    expect(server.seen('GET /accountingSystems')).toHaveLength(1);
  });
});

describe('codes', () => {
  it('come group by group, of the groups that the connection names or the read node chooses', async () => {
    server.codes.push(
      { CodeValue: '6100', GroupName: 'GL Account', IsActive: true },
      { CodeValue: '10', GroupName: 'Cost Centers', IsActive: false },
    );
    const other = connectTo(server.url, { codeGroups: 'Department=Cost Centers' });
    const pages = await pagesOf(other, 'codes');
    expect(pages.flatMap(({ rows }) => rows.map(({ key }) => key))).toEqual([
      'GL Account|6100',
      'Cost Centers|10',
    ]);
    const chosen = await rowsOf(other, 'codes', { options: { groups: ['Cost Centers'] } });
    expect(chosen).toEqual([{ CodeValue: '10', GroupName: 'Cost Centers', IsActive: false }]);
    await other.close();
  });
});

describe('closed batches', () => {
  beforeEach(() => {
    const Links = [{ Rel: 'full-details', Href: '/v1/invoices?batchIds=B1' }];
    server.closed.push({
      BatchGUID: 'B1',
      BatchName: 'one',
      InvoiceCount: 1,
      DateClosed: '2026-03-01T10:00:00',
      Links,
    });
    server.invoices.push({
      Id: 31,
      Number: 4711,
      GrossAmount: 99.9,
      PONumber: 12,
      InvoiceDate: '2026-02-20T00:00:00',
      BuyerVendor: { VendorName: 'Acme', VendorExternalSystemID: '1042|MAIN' },
      BuyerVendorAccount: { AccountNo: 'none' },
      Distributions: { Amount: 99.9, EnterpriseCodes: [{ EnterpriseCodeValue: 6100 }] },
    });
  });

  it('give their invoices, whatever their numbers look like', async () => {
    const [row] = await rowsOf(connection, 'captured-invoices', today);
    expect(row).toMatchObject({
      Id: '31',
      Number: '4711',
      PONumber: '12',
      batchId: 'B1',
      GrossAmount: '99.9',
      InvoiceDate: '2026-02-20',
      CurrencyCode: 'USD',
      vendorCode: '1042',
      Distributions: [{ Amount: '99.9', EnterpriseCodes: [{ EnterpriseCodeValue: '6100' }] }],
    });
    expect(row).not.toHaveProperty('accountNumber');
    expect(server.calls.find(({ path }) => path.includes('closed'))?.path).toBe(
      '/invoices/batches/closed/acctgSysId/4811',
    );
  });

  it('that were reopened are other rows, their unchanged invoices the same', async () => {
    const [batch] = await rowsOf(connection, 'batch-status', today);
    const [invoice] = await rowsOf(connection, 'captured-invoices', today);
    Object.assign(server.closed[0] ?? {}, { DateClosed: '2026-03-02T09:00:00' });
    expect(await rowsOf(connection, 'batch-status', today)).not.toEqual([batch]);
    expect(await rowsOf(connection, 'captured-invoices', today)).toEqual([invoice]);
  });
});
