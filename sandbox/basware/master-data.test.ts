import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MovableClock } from '../clock';
import type { Basware } from './start';
import { BaswareCaller, startSmall } from './test-caller';

let clock: MovableClock;
let basware: Basware;
let caller: BaswareCaller;

beforeEach(async () => {
  clock = new MovableClock();
  basware = await startSmall({ clock, switches: { importMs: 5, failedImportMs: 10 } });
  caller = new BaswareCaller(basware.url);
  await caller.signIn();
});
afterEach(() => basware.stop());

const account = (code: string, name = 'Office supplies', company = 'BW01') => ({
  externalCode: code,
  accountCode: code,
  accountNames: [{ language: 'en-US', translation: name }],
  companies: [{ companyCode: company, active: true, inherit: false }],
});
const vendor = (code: string, more: object = {}) => ({
  externalCode: code,
  vendorCode: code,
  name: "O'Brien 東京",
  companies: [{ companyCode: 'BW01' }],
  ...more,
});
const itemsOf = (answer: Awaited<ReturnType<BaswareCaller['import']>>) =>
  answer.json.requestStatus[0].systems[0].items.map((item: { externalCode: string; status: string }) => [
    item.externalCode,
    item.status,
  ]);

describe('imports into the simulated Basware', () => {
  it('are stored at once and taken over by P2P later', async () => {
    const answer = await caller.post('/v1/accounts', [account('6100')]);
    expect(answer.json[0]).toMatchObject({ externalCode: '6100' });
    expect(basware.tenant.p2pOf('/v1/accounts').size).toBe(0);
    const status = await caller.import('/v1/accounts', [account('6200')]);
    expect(status.json.requestStatus[0]).toMatchObject({ requestStatus: 'Success', entityType: 'Account' });
    expect([...basware.tenant.p2pOf('/v1/accounts').keys()]).toEqual(['6100', '6200']);
  });

  it('pass over a row that equals what is there, whatever the order of its members', async () => {
    await caller.import('/v1/accounts', [account('6100')]);
    const { accountCode, ...rest } = account('6100');
    const again = await caller.import('/v1/accounts', [{ ...rest, accountCode }, account('6200')]);
    expect(itemsOf(again)).toEqual([
      ['6100', 'NotProcessed'],
      ['6200', 'Success'],
    ]);
    expect(basware.tenant.p2pOf('/v1/accounts').get('6100')?.imports).toBe(1);
  });

  it('fail row by row in P2P, while the others go through', async () => {
    const status = await caller.import('/v1/vendors', [
      vendor('V1'),
      vendor('V2', { paymentTerms: { paymentTermCode: 'N30' } }),
      vendor('V3', { companies: [{ companyCode: 'NOPE' }] }),
    ]);
    expect(status.json.requestStatus[0].requestStatus).toBe('Error');
    expect(itemsOf(status)).toEqual([
      ['V1', 'Success'],
      ['V2', 'Error'],
      ['V3', 'Error'],
    ]);
    const bad = await caller.get('/v1/requestStatus?entityType=Vendor&ignoreSuccessfullItems=true');
    expect(bad.json.requestStatus[0].systems[0].items).toHaveLength(2);
  });

  it('do not send a failed row to P2P again unless it changes', async () => {
    const given = vendor('V2', { paymentTerms: { paymentTermCode: 'N30' } });
    await caller.import('/v1/vendors', [given]);
    const term = {
      externalCode: 'N30',
      paymentTermCode: 'N30',
      paymentTermNames: [{ language: 'en-US', translation: 'Net 30' }],
      validFrom: '2000-01-01',
      validTo: '2099-12-31',
      companies: [{ companyCode: 'BW01', active: true, inherit: true }],
    };
    expect(itemsOf(await caller.import('/v1/paymentTerms', [term]))).toEqual([['N30', 'Success']]);
    expect(itemsOf(await caller.import('/v1/vendors', [given]))).toEqual([['V2', 'NotProcessed']]);
    const changed = await caller.import('/v1/vendors', [{ ...given, description: 'again' }]);
    expect(itemsOf(changed)).toEqual([['V2', 'Success']]);
  });

  it('refuse the code of another record in the same company only', async () => {
    await caller.import('/v1/accounts', [account('6100')]);
    const twin = { ...account('6100'), externalCode: 'other' };
    const elsewhere = { ...account('6100', 'Office', 'BW02'), externalCode: 'elsewhere' };
    expect(itemsOf(await caller.import('/v1/accounts', [twin, elsewhere]))).toEqual([
      ['other', 'Error'],
      ['elsewhere', 'Success'],
    ]);
  });

  it('refuse a whole batch for one invalid row, naming it, or keep the valid ones where the tenant does', async () => {
    const rows = [account('6100'), account('6200', 'X'), { ...account('6300'), extra: 1 }];
    const answer = await caller.post('/v1/accounts', rows);
    expect(answer.status).toBe(400);
    expect(answer.json.errors.map((error: { externalCode: string }) => error.externalCode)).toEqual([
      '6200',
      '6300',
    ]);
    expect(basware.tenant.layerOf('/v1/accounts').size).toBe(0);
    basware.switches.invalidRow = 'keep-valid';
    expect((await caller.post('/v1/accounts', rows)).status).toBe(400);
    expect([...basware.tenant.layerOf('/v1/accounts').keys()]).toEqual(['6100']);
  });

  it('have limits: rows of a batch, bytes of a body, one code once', async () => {
    const many = Array.from({ length: 201 }, (_, index) => vendor(`V${index}`));
    expect((await caller.post('/v1/vendors', many)).status).toBe(400);
    expect((await caller.post('/v1/vendors', many.slice(1))).status).toBe(200);
    const twice = await caller.post('/v1/accounts', [account('1'), account('1')]);
    expect([twice.status, twice.json.errors[0].code]).toEqual([409, 'CONFLICT_IN_POST']);
    const huge = [vendor('V1', { description: 'x'.repeat(7_000_000) })];
    expect((await caller.post('/v1/vendors', huge)).status).toBe(413);
  });

  it('let the newer of two versions within a second win', async () => {
    basware.switches.importMs = 200;
    const first = await caller.post('/v1/accounts', [account('6100', 'Old name')]);
    await caller.import('/v1/accounts', [account('6100', 'New name')]);
    const old = await caller.get(`/v1/requestStatus/${first.headers.get('x-amzn-requestid')}`);
    expect(itemsOf(old)).toEqual([['6100', 'RecordExpired']]);
    const stored = basware.tenant.p2pOf('/v1/accounts').get('6100');
    expect(JSON.stringify(stored?.data)).toContain('New name');
  });

  it('overwrite with POST and merge with PATCH', async () => {
    await caller.import('/v1/vendors', [vendor('V1', { description: 'first', vendorClass: 'A' })]);
    expect((await caller.send('PATCH', '/v1/vendors/V1', { description: 'second' })).status).toBe(200);
    expect((await caller.get('/v1/vendors/V1')).json).toMatchObject({
      description: 'second',
      vendorClass: 'A',
    });
    await caller.import('/v1/vendors', [vendor('V1')]);
    expect((await caller.get('/v1/vendors/V1')).json.vendorClass).toBeUndefined();
    expect((await caller.send('PATCH', '/v1/vendors/V9', { name: 'No one' })).status).toBe(404);
  });

  it('know the columns of each list', async () => {
    const item = (more: object) => ({
      externalCode: 'D1',
      companies: [{ companyCode: 'BW01', active: true }],
      ...more,
    });
    const good = await caller.import('/v1/lists/ACC_LIST_1', [item({ text_1: '200', text_2: 'Main plant' })]);
    expect(good.json.requestStatus[0]).toMatchObject({
      requestStatus: 'Success',
      genericListKey: 'ACC_LIST_1',
    });
    expect((await caller.post('/v1/lists/ACC_LIST_1', [item({ text_6: 'x' })])).status).toBe(400);
    expect((await caller.post('/v1/lists/ACC_LIST_11', [item({ text_1: 'x'.repeat(51) })])).status).toBe(400);
    expect((await caller.post('/v1/lists/ACC_LIST_99', [item({})])).status).toBe(400);
  });

  it('are listed page by page with the token in the header, or 404 when there is nothing', async () => {
    expect((await caller.get('/v1/vendors')).status).toBe(404);
    await caller.import(
      '/v1/vendors',
      ['V1', 'V2', 'V3'].map((code) => vendor(code)),
    );
    const first = await caller.get('/v1/vendors?pageSize=2');
    const token = first.headers.get('x-amz-meta-continuationtoken') ?? '';
    expect(first.json.vendorEntities).toHaveLength(2);
    const second = await caller.get('/v1/vendors?pageSize=2', token);
    expect(second.json.vendorEntities.map((row: { vendorCode: string }) => row.vendorCode)).toEqual(['V3']);
    expect(second.headers.has('x-amz-meta-continuationtoken')).toBe(false);
    expect((await caller.get('/v1/vendors?pageSize=2', token)).json).toEqual(second.json);
    expect((await caller.get('/v1/vendors?pageSize=3', token)).status).toBe(400);
    clock.advance(3_600_001);
    await caller.signIn();
    expect((await caller.get('/v1/vendors?pageSize=2', token)).status).toBe(400);
  });
});
