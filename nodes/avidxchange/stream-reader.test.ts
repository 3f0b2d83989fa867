import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import { connectTo, pagesOf, payment, rowsOf } from '../../tests/support/avidxchange-connection';
import { SmallAvidXchange } from '../../tests/support/small-avidxchange';

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

  it('lead to the next one also where a gateway puts a path of its own before them', async () => {
    server.pageSize = 1;
    server.payments.push(payment(1), payment(2));
    const behind = connectTo(`${server.url}/gateway`);
    const links: string[] = [];
    server.fault = ({ path, query }) => {
      links.push(path);
      if (path.endsWith('/accountingSystems')) return { body: { Items: server.systems } };
      const page = Number(query.get('pageNumber') ?? 1);
      const Links = page === 1 ? [{ Rel: 'next', Href: '/v1/payments?pageNumber=2' }] : [];
      return {
        body: { Items: [server.payments[page - 1]], Paging: { PageCount: 2, PageNumber: page, Links } },
      };
    };
    expect((await rowsOf(behind, 'payments', today)).map((row) => row['PaymentId'])).toEqual(['1', '2']);
    expect(new Set(links)).toEqual(new Set(['/gateway/v1/accountingSystems', '/gateway/v1/payments']));
    await behind.close();
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

  it('without a word are an error too, unless they say that they are nothing', async () => {
    server.fault = ({ path }) => (path === '/payments' ? { body: ' ' } : undefined);
    await expect(rowsOf(connection, 'payments', today)).rejects.toMatchObject({
      code: 'AVIDXCHANGE_UNREADABLE_ANSWER',
    });
    server.fault = ({ path }) => (path === '/payments' ? { status: 204, body: '' } : undefined);
    const [page] = await pagesOf(connection, 'payments', today);
    expect(page).toMatchObject({ rows: [], cursor: { through: '2026-03-02' } });
  });

  it('with a row without its key are an error', async () => {
    server.payments.push({ Amount: 1 });
    await expect(rowsOf(connection, 'payments', today)).rejects.toMatchObject({
      code: 'AVIDXCHANGE_UNREADABLE_ANSWER',
    });
  });
});

it('rows that say they are of another accounting system are left out', async () => {
  server.pageSize = 1;
  server.payments.push(
    payment(1),
    payment(2, { AccountingSystemId: 4812 }),
    payment(3, { AccountingSystemId: 4811 }),
  );
  const pages = await pagesOf(connection, 'payments', today);
  expect(pages.flatMap(({ rows }) => rows.map(({ key }) => key))).toEqual(['1', '3']);
  expect(server.seen('GET /payments')).toHaveLength(3);
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
      Distributions: { Amount: 99.9, POLineNumber: 2, EnterpriseCodes: [{ EnterpriseCodeValue: 6100 }] },
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
      Distributions: [
        { Amount: '99.9', POLineNumber: '2', EnterpriseCodes: [{ EnterpriseCodeValue: '6100' }] },
      ],
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
