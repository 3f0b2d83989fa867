import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { SystemError } from '../../runtime/connector/errors';
import type { Json } from '../../runtime/connector/json';
import type { StreamReader } from '../../runtime/connector/system';
import { connectTo, readAll, readContext } from '../../tests/support/kinetic-connection';
import { amount, type Row } from '../../tests/support/small-kinetic-lists';
import { SmallPayables } from '../../tests/support/small-kinetic-payables';
import { columnNames } from './columns';
import { invoiceRow } from './invoice-rows';

let server: SmallPayables;
let connection: Connection;

beforeEach(async () => {
  server = new SmallPayables();
  await server.start();
  connection = connectTo(server);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const accounts = () => connection.client.streams['gl-accounts'] as StreamReader;
const read = (query: { options?: Record<string, Json> } = {}) =>
  readAll(connection.client.streams['ap-invoices'] as StreamReader, readContext(connection), query);

function addInvoices(count: number, from = 1): string[] {
  return Array.from({ length: count }, (_, at) => {
    const number = `I-${String(from + at).padStart(5, '0')}`;
    server.addInvoice(1 + (at % 3), number, '10.10');
    return `${1 + (at % 3)}|${number}`;
  });
}

async function failure(promise: Promise<unknown>): Promise<SystemError> {
  return promise.then(
    () => expect.fail('did not fail'),
    (error: SystemError) => error,
  );
}

const sorted = (keys: readonly string[]) => [...keys].sort();
describe('a read', () => {
  it('asks only for declared columns, and does without those that this version lacks', async () => {
    const { CorrectionInv: _lacking, ...others } = Object.fromEntries(
      columnNames(invoiceRow).map((name) => [name, null]),
    );
    server.addInvoice(1, 'A', '1.00', {
      ...others,
      Company: 'EPIC06',
      VendorNum: 1,
      InvoiceNum: 'A',
      LegalNumber: 'L-1',
    });
    const { rows } = await read();
    expect(rows[0]?.data).toMatchObject({ LegalNumber: 'L-1' });
    const calls = server.calls.length;
    await read();
    expect(
      server.calls.slice(calls).every((call) => !call.query.get('$select')?.includes('CorrectionInv')),
    ).toBe(true);
    const select = server.calls.at(-1)?.query.get('$select')?.split(',') ?? [];
    expect(select).toContain('LegalNumber');
    expect(select).not.toContain('CorrectionInv');
    expect(select).not.toContain('Lines');
  });

  it('leaves out documents from before the chosen day', async () => {
    server.addInvoice(1, 'OLD', '1.00', { InvoiceDate: '2025-12-31T00:00:00' });
    server.addInvoice(1, 'NEW', '1.00', { InvoiceDate: '2026-01-01T00:00:00' });
    expect((await read({ options: { from: '2026-01-01' } })).keys).toEqual(['1|NEW']);
  });

  it('brings custom columns along', async () => {
    server.addInvoice(1, 'A', '1.00', { Approved_c: true });
    expect((await read({ options: { customColumns: ['Approved_c'] } })).rows[0]?.data).toMatchObject({
      Approved_c: true,
    });
  });

  it('goes on with GetRows when the service is too heavy for direct reads, in the middle too', async () => {
    const keys = addInvoices(50);
    for (const findBy of ['row-version', 'everything']) {
      let direct = 0;
      server.fault = (call) => {
        if (call.path !== 'Erp.BO.APInvoiceSvc/APInvoices') return undefined;
        direct += 1;
        return call.query.get('$filter')?.includes(' ge ') || call.query.has('$skip')
          ? { status: 500, body: { ErrorMessage: 'An unexpected internal problem.' } }
          : undefined;
      };
      const { keys: found } = await read({ options: { pageSize: 20, findBy } });
      expect(sorted([...new Set(found)])).toEqual(sorted(keys));
      expect(direct).toBeGreaterThan(1);
    }
    const where = server.seen('Erp.BO.APInvoiceSvc/GetRows')[0]?.body;
    expect(where).toMatchObject({
      whereClauseAPInvDtl: '',
      whereClauseTaxConnectStatus: '',
      absolutePage: 0,
    });
    expect(where?.['whereClauseAPInvHed']).toMatch(/^SysRevID >= \d+ BY SysRevID$/);
  });

  it.each([404, 403, 400])(
    'waits for a failure to pass where GetRows is answered with %i',
    async (status) => {
      const keys = addInvoices(50);
      const body = { ErrorMessage: 'No.', ErrorType: 'Epicor.RESTApi.ErrorHandling.ApiException' };
      for (const findBy of ['row-version', 'everything']) {
        let direct = 0;
        server.fault = ({ path }) => {
          if (path.endsWith('/GetRows')) return { status, body };
          if (!path.endsWith('/APInvoices')) return undefined;
          direct += 1;
          return direct === 1 || direct === 3 ? { status: 500 } : undefined;
        };
        const { keys: found } = await read({ options: { pageSize: 20, findBy } });
        expect(sorted([...new Set(found)])).toEqual(sorted(keys));
      }
    },
  );

  it('does not take a business error for a heavy service', async () => {
    server.fault = () => ({
      status: 500,
      body: { ErrorMessage: 'No.', ErrorType: 'Ice.Common.BusinessObjectException' },
    });
    expect(await failure(read())).toMatchObject({ code: 'EPICOR_REFUSED', systemWords: 'No.' });
  });

  it('follows the link to the rest of a page', async () => {
    const keys = addInvoices(30);
    server.fault = ({ query, path }) => {
      if (path !== 'Erp.BO.APInvoiceSvc/APInvoices' || query.has('linked')) return undefined;
      const columns = 'Company,VendorNum,InvoiceNum';
      const rows = server.invoices.slice(0, 10);
      const next = `${server.url}/api/v2/odata/EPIC06/${path}?linked=1&$select=${columns}&$orderby=VendorNum,InvoiceNum&$skip=10`;
      return query.has('$skip') ? undefined : { body: { value: rows, '@odata.nextLink': next } };
    };
    server.invoices.sort((a, b) =>
      `${a['VendorNum']}${a['InvoiceNum']}`.localeCompare(`${b['VendorNum']}${b['InvoiceNum']}`),
    );
    expect(sorted((await read({ options: { findBy: 'everything' } })).keys)).toEqual(sorted(keys));
  });

  it('follows a link that names the server as it is called behind its proxy', async () => {
    const vendors = connection.client.streams['vendors'] as StreamReader;
    for (let at = 1; at <= 30; at++) server.addVendor(at, `V${at}`);
    server.fault = ({ query, path }) => {
      if (query.has('linked') || query.has('$skip') || !path.endsWith('/Vendors')) return undefined;
      const rest = `linked=1&$select=Company,VendorNum&$orderby=VendorNum&$skip=10`;
      const next = `http://app01.internal/KineticLive/api/v2/odata/EPIC06/${path}?${rest}`;
      return { body: { value: server.vendors.slice(0, 10), '@odata.nextLink': next } };
    };
    const { keys: found } = await readAll(vendors, readContext(connection), {
      options: { findBy: 'everything' },
    });
    expect(found).toHaveLength(30);
    expect(server.calls.filter(({ query }) => query.has('linked'))).toHaveLength(1);
  });

  it('does without a column that a build refuses as an internal error', async () => {
    server.addInvoice(1, 'A', '1.00');
    server.fault = ({ query }) =>
      query.get('$select')?.includes('CorrectionInv')
        ? {
            status: 500,
            body: {
              ErrorMessage: "Could not find a property named 'CorrectionInv'.",
              ErrorType: 'Microsoft.OData.ODataException',
            },
          }
        : undefined;
    server.methods.set('POST Erp.BO.APInvoiceSvc/GetRows', () => expect.fail('asked GetRows'));
    expect((await read()).keys).toEqual(['1|A']);
  });

  it('stops the connection at the first row of another company (A16)', async () => {
    addInvoices(3);
    Object.assign(server.invoices[2] as Row, { Company: 'EPIC99' });
    expect(await failure(read())).toMatchObject({ code: 'WRONG_COMPANY', recovery: 'configuration' });
    expect(connection.health).toMatchObject({ state: 'offline', code: 'WRONG_COMPANY' });
  });

  it('takes the connection offline where the whole company is not found', async () => {
    server.fault = () => ({ status: 404 });
    expect(await failure(read())).toMatchObject({
      code: 'EPICOR_NO_SUCH_ADDRESS',
      recovery: 'configuration',
    });
    expect(connection.health).toMatchObject({ state: 'offline', code: 'EPICOR_NO_SUCH_ADDRESS' });
  });

  it('of a service that only this site lacks names it, and leaves the connection online', async () => {
    const body = { HttpStatus: 404, ErrorType: 'Epicor.RESTApi.ErrorHandling.ApiException' };
    server.fault = ({ path }) => (path.includes('COASegValuesSvc') ? { status: 404, body } : undefined);
    const values = connection.client.streams['segment-values'] as StreamReader;
    const asked = () => failure(readAll(values, readContext(connection)));
    const error = await asked();
    expect(error).toMatchObject({ code: 'EPICOR_NO_SUCH_SERVICE', recovery: 'rejected', status: 404 });
    expect(error.message).toContain('Erp.BO.COASegValuesSvc/COASegValues');
    expect(connection.health.state).toBe('online');
    await asked();
    expect(server.calls.filter(({ path }) => path.endsWith('/Vendors'))).toHaveLength(1);
  });

  it('goes through a BAQ with its own column names', async () => {
    const baq = [
      {
        APInvHed_Company: 'EPIC06',
        APInvHed_VendorNum: 4,
        APInvHed_InvoiceNum: 'Q-1',
        APInvHed_SysRevID: 77,
        Calculated_Total: amount('5.50'),
      },
    ];
    server.addSet('BaqSvc', 'ML%20Invoices/Data', 'x', baq);
    const options = { readMode: 'baq', baqId: 'ML Invoices', baqColumns: ['DocInvoiceAmt=Calculated_Total'] };
    const { rows } = await read({ options });
    expect(rows).toMatchObject([{ key: '4|Q-1', company: 'EPIC06', data: { DocInvoiceAmt: '5.50' } }]);
  });
});

it('names custom columns that cannot be ones', async () => {
  const error = await failure(read({ options: { customColumns: ['PayHold'] } }));
  expect(error).toMatchObject({ code: 'EPICOR_READING_UNSUPPORTED' });
  expect(error.message).toContain('PayHold');
});

describe('GL accounts', () => {
  it('are keyed by chart and account, and limited to the chart of the connection', async () => {
    const account = {
      Company: 'EPIC06',
      COACode: 'MAIN',
      GLAccount1: '6100|10',
      GLAcctDispGLAcctDisp: '6100-10',
      Active: true,
    };
    const all = [
      { ...account, SysRevID: 1 },
      { ...account, COACode: 'STAT', SysRevID: 2 },
    ];
    server.addSet('Erp.BO.GLAccountSvc', 'GLAccounts', 'GLAccount', all);
    expect((await readAll(accounts(), readContext(connection))).keys).toEqual([
      'MAIN|6100|10',
      'STAT|6100|10',
    ]);
    await connection.close();
    connection = connectTo(server, { coa: 'MAIN' });
    expect((await readAll(accounts(), readContext(connection))).keys).toEqual(['MAIN|6100|10']);
  });

  it('have their account under its database name in GetRows', async () => {
    const rows = [{ Company: 'EPIC06', COACode: 'MAIN', GLAccount: '6100|10', SysRevID: 1 }];
    server.addSet('Erp.BO.GLAccountSvc', 'GLAccounts', 'GLAccount', rows);
    const { rows: found } = await readAll(accounts(), readContext(connection), {
      options: { readMode: 'getRows', findBy: 'everything' },
    });
    expect(found).toMatchObject([{ key: 'MAIN|6100|10', data: { GLAccount1: '6100|10' } }]);
  });
});
