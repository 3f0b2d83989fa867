import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EpicorCaller } from '../world/callers';
import { type EpicorBillWorld, startEpicorBillWorld } from '../worlds/epicor-kinetic-bill';
import { EPICOR_DEFAULTS } from './switches';

const INVOICES = 'Erp.BO.APInvoiceSvc/APInvoices';
const VENDORS = 'Erp.BO.VendorSvc/Vendors';

let world: EpicorBillWorld;
let caller: EpicorCaller;

beforeAll(async () => {
  world = await startEpicorBillWorld({ size: 250 });
});
afterAll(() => world.stop());

async function withSwitches<T>(changes: Partial<typeof EPICOR_DEFAULTS>, run: () => Promise<T>): Promise<T> {
  Object.assign(world.epicor.switches, changes);
  return run().finally(() => Object.assign(world.epicor.switches, EPICOR_DEFAULTS));
}

describe('signing in to the simulated Epicor', () => {
  const statusWith = async (headers: Record<string, string>) => {
    caller = new EpicorCaller(world.env);
    caller.headers = headers;
    return caller.get(VENDORS, { $top: 1 });
  };
  const login = () => new EpicorCaller(world.env).headers;

  it('refuses a call without API key even when the login is right', async () => {
    const { authorization = '' } = login();
    const reply = await statusWith({ authorization });
    expect([reply.status, reply.json.ErrorMessage]).toEqual([401, 'Invalid or missing API key.']);
  });

  it('refuses a wrong password, an unknown token, and a key alone', async () => {
    const key = { 'x-api-key': login()['x-api-key'] ?? '' };
    for (const authorization of [
      `Basic ${Buffer.from('integration:x').toString('base64')}`,
      'Bearer nope',
      '',
    ]) {
      expect((await statusWith({ ...key, authorization })).status).toBe(401);
    }
  });

  it('answers 401 without a body where it is told to', async () => {
    await withSwitches({ emptyUnauthorized: true }, async () => {
      expect(await statusWith({})).toMatchObject({ status: 401, text: '' });
    });
  });

  it('gives tokens as JSON when asked, else as XML, and lets them expire', async () => {
    const url = `${world.env['EPICOR_BASE_URL']}/TokenResource.svc/`;
    const headers = { username: 'integration', password: String(world.env['EPICOR_PASSWORD']) };
    const xml = await (await fetch(url, { method: 'POST', headers })).text();
    expect(xml).toMatch(/<AccessToken>tok-.*<\/AccessToken>/);
    const asJson = { ...headers, accept: 'application/json' };
    const json = (await (await fetch(url, { method: 'POST', headers: asJson })).json()) as {
      AccessToken: string;
    };
    const bearer = { 'x-api-key': login()['x-api-key'] ?? '', authorization: `Bearer ${json.AccessToken}` };
    expect((await statusWith(bearer)).status).toBe(200);
    world.clock.advance(3_600_001);
    expect((await statusWith(bearer)).json.ErrorMessage).toBe('Token expired.');
    expect((await fetch(url, { method: 'POST', headers: { ...headers, password: 'x' } })).status).toBe(401);
  });

  it('gives a bearer token for client credentials with the right scope only', async () => {
    const ask = (scope: string, secret = String(world.env['EPICOR_CLIENT_SECRET'])) =>
      fetch(String(world.env['EPICOR_TOKEN_URL']), {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: 'integration',
          client_secret: secret,
          scope,
        }),
      });
    expect(await (await ask('openid')).json()).toEqual({ error: 'invalid_scope' });
    expect(await (await ask('epicor_erp', 'x')).json()).toEqual({ error: 'invalid_client' });
    const { access_token: token } = (await (await ask('epicor_erp')).json()) as { access_token: string };
    const bearer = { 'x-api-key': login()['x-api-key'] ?? '', authorization: `Bearer ${token}` };
    expect((await statusWith(bearer)).status).toBe(200);
  });

  it('keeps a key within its scope', async () => {
    const { signIn } = world.epicor;
    const before = signIn.access;
    signIn.access = { ...before, apiKeys: [{ key: 'narrow', services: ['Erp.BO.PurTermsSvc'] }] };
    const { authorization = '' } = login();
    const reply = await statusWith({ authorization, 'x-api-key': 'narrow' });
    signIn.access = before;
    expect([reply.status, reply.json.ErrorType]).toEqual([403, 'System.UnauthorizedAccessException']);
  });
});

describe('reading the simulated Epicor', () => {
  beforeAll(() => {
    caller = new EpicorCaller(world.env);
  });

  it('gives 100 rows without $top, and no more with a larger one', async () => {
    expect((await caller.get(INVOICES, { $select: 'InvoiceNum' })).json.value).toHaveLength(100);
    expect((await caller.get(INVOICES, { $select: 'InvoiceNum', $top: 1000 })).json.value).toHaveLength(100);
    await withSwitches({ capTop: false }, async () => {
      expect((await caller.get(INVOICES, { $select: 'InvoiceNum', $top: 1000 })).json.value).toHaveLength(
        250,
      );
    });
  });

  it('pages by row version without gap, and by links where the site sends them', async () => {
    const seen = new Set<string>();
    let last = 0;
    for (let page = 0; page < 5; page += 1) {
      const options = { $filter: `SysRevID gt ${last}`, $orderby: 'SysRevID', $top: 100 };
      const rows = (await caller.get(INVOICES, { ...options, $select: 'VendorNum,InvoiceNum,SysRevID' })).json
        .value;
      for (const row of rows) seen.add(`${row.VendorNum}|${row.InvoiceNum}`);
      last = rows.at(-1)?.SysRevID ?? last;
    }
    expect(seen.size).toBe(250);
    await withSwitches({ nextLink: true }, async () => {
      const first = await caller.get(INVOICES, { $select: 'InvoiceNum' });
      const next = await fetch(first.json['@odata.nextLink'], { headers: caller.headers });
      expect(((await next.json()) as { value: unknown[] }).value).toHaveLength(100);
    });
  });

  it('counts, selects, and refuses unknown columns, options and cases', async () => {
    const reply = await caller.get(VENDORS, { $select: 'VendorNum', $top: 2, $count: 'true' });
    expect(Object.keys(reply.json.value[0])).toEqual(['VendorNum']);
    expect(reply.json['@odata.count']).toBe(25);
    expect((await caller.get(`${VENDORS}/$count`)).text).toBe('25');
    for (const options of [
      { $select: 'vendorNum' },
      { $Top: 1 },
      { $top: 'x' },
      { $filter: 'ChangeDate ge 2026-01-01' },
      { $orderby: 'Name up' },
      { $expand: 'Nope' },
    ]) {
      const refused = await caller.get(VENDORS, options as Record<string, string>);
      expect([refused.status, refused.json.ErrorType]).toEqual([400, 'Microsoft.OData.ODataException']);
    }
    for (const path of ['Erp.BO.VendorSvc/vendors', 'erp.bo.VendorSvc/Vendors', 'Erp.BO.Nope/Rows']) {
      expect((await caller.get(path)).status).toBe(404);
    }
  });

  it('refuses to filter by joined columns unless the site allows it', async () => {
    const options = { $filter: "VendorNumName eq 'Allied Fasteners Inc'", $top: 1 };
    expect((await caller.get(INVOICES, options)).status).toBe(400);
    await withSwitches({ linkedColumnFilter: 'allow' }, async () => {
      expect((await caller.get(INVOICES, options)).json.value).toHaveLength(1);
    });
  });

  it('shows amounts as number tokens with their own digits and dates at midnight', async () => {
    const key = "('EPIC06',103,'%E8%AB%8B%E6%B1%82-001')";
    expect((await caller.get(`${INVOICES}${key}`)).text).toContain('"DocInvoiceAmt":120000,');
    const invoice = await caller.get(`${INVOICES}('EPIC06',101,'AF-1001')`);
    expect(invoice.text).toContain('"DocInvoiceAmt":0.30,');
    expect(invoice.json.InvoiceDate).toMatch(/^\d{4}-\d{2}-\d{2}T00:00:00$/);
    await withSwitches({ decimalStyle: 'five', dateStyle: 'offset' }, async () => {
      const styled = await caller.get(`${INVOICES}('EPIC06',101,'AF-1001')`);
      expect(styled.text).toContain('"DocInvoiceAmt":0.30000,');
      expect(styled.json.InvoiceDate).toMatch(/T00:00:00-06:00$/);
    });
  });

  it('expands lines, distributions and accounts, and navigates by key', async () => {
    const expand = 'APInvDtls($select=InvoiceLine;$expand=APInvExps($expand=APInvExpTGLCs))';
    const options = { $filter: "VendorNum eq 101 and InvoiceNum eq 'AF-1003'", $expand: expand };
    const [invoice] = (await caller.get(INVOICES, options)).json.value;
    expect(invoice.APInvDtls[0].APInvExps).toHaveLength(3);
    expect(invoice.APInvDtls[0].APInvExps[0].APInvExpTGLCs[0].GLAccount).toBe('6100|40|200');
    const lines = await caller.get(`${INVOICES}('EPIC06',101,'AF-1001')/APInvDtls`);
    expect(lines.json.value).toHaveLength(2);
    await withSwitches({ nestedExpand: false }, async () => {
      expect((await caller.get(INVOICES, options)).status).toBe(400);
    });
  });

  it('gives whole documents by GetByID, and 404 for what is missing', async () => {
    const found = await caller.post('Erp.BO.APInvoiceSvc/GetByID', { vendorNum: 101, invoiceNum: 'af-1004' });
    const tables = found.json.returnObj;
    expect([tables.APInvHed.length, tables.APInvTax.length, tables.APInvExp.length]).toEqual([1, 2, 1]);
    const missing = await caller.post('Erp.BO.APInvoiceSvc/GetByID', { vendorNum: 101, invoiceNum: 'nope' });
    expect([missing.status, missing.json.ErrorType]).toEqual([404, 'Ice.Common.RecordNotFoundException']);
    const without = await caller.post('Erp.BO.APInvoiceSvc/GetByID', { vendorNum: 101 });
    expect([without.status, without.json.ErrorMessage]).toEqual([
      400,
      'Parameter invoiceNum is not found in the input object',
    ]);
    expect((await caller.get('Erp.BO.VendorSvc/GetByVendID', { vendorID: 'ALLIE101' })).status).toBe(200);
  });

  it('answers 404 for an encoded slash in a key, as the web server in front does', async () => {
    expect((await caller.get(`${INVOICES}('EPIC06',102,'A%2F4711%20%232')`)).status).toBe(404);
    const options = { $filter: "InvoiceNum eq 'A/4711 #2'", $select: 'InvoiceNum' };
    expect((await caller.get(INVOICES, options)).json.value).toHaveLength(1);
  });

  it('reads by GetRows with a clause per table, all required, and by stored query', async () => {
    const clauses = {
      whereClauseGLAccount: "SegValue1 = '6100' BY GLAccount1 DESC",
      pageSize: 3,
      absolutePage: 0,
    };
    const page = await caller.post('Erp.BO.GLAccountSvc/GetRows', clauses);
    expect(page.json.returnObj.GLAccount.map((row: { GLAccount1: string }) => row.GLAccount1)).toEqual([
      '6100|40|200',
      '6100|30|200',
      '6100|20|200',
    ]);
    expect(page.json.parameters.morePages).toBe(true);
    const refused = await caller.post('Erp.BO.VendorSvc/GetRows', {
      whereClauseVendor: '',
      pageSize: 0,
      absolutePage: 0,
    });
    expect(refused.status).toBe(400);
    const query = await caller.get('BaqSvc/ML-Vendors/Data', { $filter: 'Vendor_VendorNum eq 102', $top: 5 });
    expect(query.json.value[0]).toMatchObject({
      Vendor_VendorNum: 102,
      Vendor_Name: "O'Brien & Sons Tooling",
    });
    expect((await caller.get('BaqSvc/Nope/Data')).status).toBe(404);
  });

  it('answers 500 for direct reads of a service that is heavy at this site, not for its methods', async () => {
    await withSwitches({ heavyServices: ['Erp.BO.APInvoiceSvc'] }, async () => {
      expect((await caller.get(INVOICES)).status).toBe(500);
      const body = { vendorNum: 101, invoiceNum: 'AF-1001' };
      expect((await caller.post('Erp.BO.APInvoiceSvc/GetByID', body)).status).toBe(200);
    });
  });

  it("A16: gives another company's rows when the company segment is missing, or 404 by choice", async () => {
    const url = `${caller.root.replace('/EPIC06', '')}/${VENDORS}?$top=1`;
    const silent = await (await fetch(url, { headers: caller.headers })).json();
    expect(silent).toMatchObject({ value: [{ Company: 'EPIC07' }] });
    await withSwitches({ missingCompany: 'not-found' }, async () => {
      expect((await fetch(url, { headers: caller.headers })).status).toBe(404);
    });
    await withSwitches({ wrongTenantRows: true }, async () => {
      expect((await caller.get(VENDORS, { $top: 1 })).json.value[0].Company).toBe('EPIC07');
    });
  });

  it('A4: changes its order between reads where the order asked for leaves ties', async () => {
    const keys = async (orderby: string) => {
      const options = { $orderby: orderby, $top: 30, $select: 'VendorNum,InvoiceNum' };
      return JSON.stringify((await caller.get(INVOICES, options)).json.value);
    };
    await withSwitches({ unstableOrder: true }, async () => {
      expect(await keys('CurrencyCode')).not.toBe(await keys('CurrencyCode'));
      expect(await keys('VendorNum,InvoiceNum')).toBe(await keys('VendorNum,InvoiceNum'));
    });
  });

  it('A7: leaves rows without a change date out of every date filter', async () => {
    const all = world.books.company.rows('APInvHed').all;
    const dated = all.filter((row) => row['ChangeDate'] !== null).length;
    const options = { $filter: 'ChangeDate ge 1990-01-01', $count: 'true', $top: 1 };
    expect((await caller.get(INVOICES, options)).json['@odata.count']).toBe(dated);
    expect(dated).toBeLessThan(all.length);
  });

  it('needs a content type and valid JSON for a POST', async () => {
    const url = `${caller.root}/Erp.BO.VendorSvc/GetByID`;
    const send = (headers: Record<string, string>, body: string) =>
      fetch(url, { method: 'POST', headers: { ...caller.headers, ...headers }, body });
    expect((await send({ 'content-type': 'text/plain' }, '{"vendorNum":101}')).status).toBe(400);
    expect((await send({ 'content-type': 'application/json' }, '{')).status).toBe(400);
  });

  it('describes its sets by $metadata and lists its services', async () => {
    expect((await caller.get('Erp.BO.VendorSvc/$metadata')).text).toContain('<EntitySet Name="Vendors"');
    expect((await caller.get('')).json.value.length).toBeGreaterThan(10);
  });
});
