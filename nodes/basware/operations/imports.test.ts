import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchAnswer, BatchedWrite } from '../../../runtime/connector/batch';
import type { Connection } from '../../../runtime/connector/connection';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import { validator } from '../../../runtime/connector/schema';
import {
  batchContext,
  batchOf,
  connectTo,
  operationContext,
} from '../../../tests/support/basware-connection';
import { type Row, SmallBasware } from '../../../tests/support/small-basware';
import { manifest } from '../manifest';

let server: SmallBasware;
let connection: Connection;

beforeEach(async () => {
  server = await new SmallBasware().start();
  connection = connectTo(server.url, { sourceSystem: 'EPICOR' });
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

function batchOfKind(name: string): BatchedWrite {
  return connection.client.operations[name]?.batch ?? expect.fail();
}

async function send(name: string, documents: readonly JsonObject[], options: Record<string, Json> = {}) {
  const { document: schema } = manifest.operations[name] ?? expect.fail();
  for (const document of documents) expect(validator(schema)(document)).toEqual([]);
  const context = batchContext(connection, options);
  const answer = await batchOfKind(name).send(batchOf(documents), context);
  return { answer, facts: context.facts, outcomes: outcomesOf(answer) };
}

function outcomesOf({ results = [] }: BatchAnswer): string[] {
  return results.map((result) => result.outcome);
}

function posted(path: string): Row[][] {
  return server.seen(`POST ${path}`).map(({ body }) => body as Row[]);
}

const vendor = (code: string, change: JsonObject = {}): JsonObject => ({
  externalCode: code,
  vendorCode: code,
  name: `Vendor ${code}`,
  ...change,
});

describe('a batch of vendors', () => {
  it('keeps the external codes of a vendor that was renamed, those of its addresses too (C3)', async () => {
    const addresses = [{ streetName: 'Main Street 1' }];
    await send('import-vendor', [vendor('V1', { addresses })]);
    await send('import-vendor', [vendor('V1', { vendorCode: 'V9', addresses })]);
    const codes = posted('/vendors').map(([record]) => [
      record?.['externalCode'],
      (record?.['addresses'] as Row[] | undefined)?.[0]?.['externalCode'],
    ]);
    expect(codes).toEqual([
      ['V1', 'V1-PostalAddress'],
      ['V1', 'V1-PostalAddress'],
    ]);
  });

  it('goes in one call, is followed to its end, and every record has its result', async () => {
    const { answer, facts } = await send('import-vendor', [vendor('V1'), vendor('V2')]);
    expect(answer).toEqual({
      status: 'done',
      results: [
        { id: 'item-0', outcome: 'done', ref: 'V1', attributes: { externalCode: 'V1' } },
        { id: 'item-1', outcome: 'done', ref: 'V2', attributes: { externalCode: 'V2' } },
      ],
    });
    expect(posted('/vendors')).toHaveLength(1);
    expect(facts).toEqual([
      { requests: [{ requestId: 'request-1', path: ['vendors'], codes: ['V1', 'V2'] }] },
    ]);
  });

  it('that Basware has just the same already is written: NotProcessed (C10)', async () => {
    await send('import-vendor', [vendor('V1')]);
    expect((await send('import-vendor', [vendor('V1')])).outcomes).toEqual(['done']);
    expect(posted('/vendors')).toHaveLength(2);
  });

  it('parks the record that the second phase refuses, with its words, and no other', async () => {
    server.secondPhase = ({ externalCode }) =>
      externalCode === 'V2'
        ? { status: 'Error', message: 'payment term N30 does not exist' }
        : { status: 'Success' };
    const { answer } = await send('import-vendor', [vendor('V1'), vendor('V2'), vendor('V3')]);
    expect(answer.results).toMatchObject([
      { outcome: 'done' },
      { outcome: 'refused', message: 'payment term N30 does not exist' },
      { outcome: 'done' },
    ]);
  });

  it('that was refused afterwards, and did not change, is taken when its cause is gone', async () => {
    server.secondPhase = () => ({ status: 'Error', message: 'currency XYZ' });
    expect((await send('import-vendor', [vendor('V1')])).outcomes).toEqual(['refused']);
    server.secondPhase = () => ({ status: 'Success' });
    expect((await send('import-vendor', [vendor('V1')])).outcomes).toEqual(['done']);
    const [, touched, again] = posted('/vendors');
    expect(touched?.[0]?.['name']).toBe('Vendor V1.');
    expect(again?.[0]?.['name']).toBe('Vendor V1');
    expect(server.master.get('/vendors/V1')?.['name']).toBe('Vendor V1');
  });

  it('is not called written because the same one, sent before, was refused meanwhile', async () => {
    server.afterwards = ({ method, path }) => {
      if (method !== 'POST' || path !== '/vendors' || posted('/vendors').length > 1) return undefined;
      return { status: 0 };
    };
    server.secondPhase = () => ({ status: 'Error', message: 'currency XYZ' });
    const { answer } = await send('import-vendor', [vendor('V1')]);
    expect(posted('/vendors')).toHaveLength(2);
    expect(answer.results).toMatchObject([{ outcome: 'refused', message: 'currency XYZ' }]);
  });

  it('goes without the records that the first phase refuses by name', async () => {
    const { answer } = await send('import-vendor', [
      vendor('V1'),
      vendor('V2', { name: 'INVALID' }),
      vendor('V3'),
    ]);
    expect(answer.results).toMatchObject([
      { outcome: 'done' },
      { outcome: 'refused', message: expect.stringContaining('SCHEMA_VALIDATION_ERROR') },
      { outcome: 'done' },
    ]);
    expect(posted('/vendors').map((records) => records.length)).toEqual([3, 2]);
  });

  it.each([400, 413])('is halved when the first phase refuses it without naming any: %i', async (status) => {
    server.fault = ({ path, body }) =>
      path === '/vendors' && (body as Row[]).some(({ externalCode }) => externalCode === 'V3')
        ? { status, body: { message: 'no' } }
        : undefined;
    const documents = ['V1', 'V2', 'V3', 'V4'].map((code) => vendor(code));
    const { answer } = await send('import-vendor', documents);
    expect(outcomesOf(answer)).toEqual(['done', 'done', 'refused', 'done']);
    expect(posted('/vendors').map((records) => records.length)).toEqual([4, 2, 2, 1, 1]);
  });

  it('may answer 200 and refuse some of its records all the same', async () => {
    server.afterwards = ({ method, path }) => {
      if (method !== 'POST' || path !== '/vendors') return undefined;
      const errors = [{ externalCode: 'V1', code: 'BUSINESS', message: 'blocked' }];
      return { body: { hasErrors: true, errors }, headers: { 'x-amzn-RequestId': 'request-1' } };
    };
    expect((await send('import-vendor', [vendor('V1'), vendor('V2')])).outcomes).toEqual(['refused', 'done']);
  });

  it('whose request Basware never tells of is judged by its records in the end', async () => {
    server.fault = ({ path }) => (path.startsWith('/requestStatus') ? { status: 404 } : undefined);
    const { answer, facts } = await send('import-vendor', [vendor('V1')]);
    expect(answer).toMatchObject({ status: 'pending', results: [] });
    const late = { ...batchContext(connection, {}, facts[0]), sentAt: new Date('2026-03-02T09:58:00Z') };
    expect(await batchOfKind('import-vendor').lookUp?.(batchOf([vendor('V1')]), late)).toMatchObject({
      status: 'done',
      results: [{ outcome: 'unknown' }],
    });
    const operation = connection.client.operations['import-vendor'] ?? expect.fail();
    const resolving = operationContext(connection, {}, { resolving: true });
    expect(await operation.lookUp(vendor('V1'), resolving)).toMatchObject({ found: 'present', ref: 'V1' });
  });

  it('that takes long is pending, and found again by its request', async () => {
    server.secondPhase = () => ({ status: 'InProgress' });
    const documents = [vendor('V1'), vendor('V2')];
    const { answer, facts } = await send('import-vendor', documents, { followSeconds: 1 });
    expect(answer).toMatchObject({
      status: 'pending',
      lookInMs: 10_000,
      why: 'Basware is processing 2 of the batch',
    });
    const request = server.requests.get('request-1') ?? {};
    request['requestStatus'] = 'Success';
    request['systems'] = [];
    const later = await batchOfKind('import-vendor').lookUp?.(
      batchOf(documents),
      batchContext(connection, {}, facts.at(-1) ?? {}),
    );
    expect(later).toMatchObject({ status: 'done', results: [{ outcome: 'done' }, { outcome: 'done' }] });
    expect(posted('/vendors')).toHaveLength(1);
  });

  it('whose answer never came is looked up record by record', async () => {
    const documents = [vendor('V1')];
    const batch = batchOfKind('import-vendor');
    expect(await batch.lookUp?.(batchOf(documents), batchContext(connection))).toMatchObject({
      results: [{ outcome: 'unknown' }],
    });
    const operation = connection.client.operations['import-vendor'] ?? expect.fail();
    const look = () => operation.lookUp(vendor('V1'), operationContext(connection, {}, { resolving: true }));
    expect(await look()).toEqual({ found: 'absent' });
    await send('import-vendor', documents);
    expect(await look()).toMatchObject({ found: 'present', ref: 'V1' });
    server.requests.clear();
    server.secondPhase = () => ({ status: 'InProgress' });
    await send('import-vendor', [vendor('V1', { name: 'Other' })], { followSeconds: 0 });
    expect(await look()).toEqual({ found: 'absent' });
  });

  it('asks nothing before it sends: sending again doubles nothing', async () => {
    const candidates = batchOf([vendor('V1')]);
    expect(await batchOfKind('import-vendor').lookUpItems?.(candidates, batchContext(connection))).toEqual([
      { found: 'absent' },
    ]);
    expect(server.calls).toEqual([]);
  });

  it('sends the second of two records with one code in another batch', async () => {
    expect((await send('import-vendor', [vendor('V1'), vendor('V1')])).outcomes).toEqual(['done', 'again']);
    expect(posted('/vendors')[0]).toHaveLength(1);
  });
});

describe('what is sent', () => {
  it('of a vendor is the whole record in the shape that Basware uses, without bank accounts', async () => {
    const street = 'Building 7, Industrial Estate North, Some Very Long Boulevard 123';
    await send('import-vendor', [
      vendor('MAIN|100 A', {
        vendorCode: 'V100',
        taxId: '12-3456789',
        active: false,
        addresses: [{ streetName: street, cityName: 'Austin', postalZone: '78701', countryId: 'US' }],
        contacts: [{ name: 'AP', email: 'ap@example.com', role: 'PrimaryContact' }],
        paymentTermCode: 'N30',
        paymentMeansCode: 'CHECK',
        currencyCode: 'USD',
      }),
    ]);
    const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f-]{21}$/);
    expect(posted('/vendors')[0]?.[0]).toEqual({
      externalCode: uuid,
      vendorCode: 'V100',
      name: 'Vendor MAIN|100 A',
      sourceSystem: 'EPICOR',
      companies: [{ companyCode: 'BW00', inheritToChildUnits: true }],
      identifiers: [{ id: '12-3456789', schemeId: 'VATID' }],
      addresses: [
        {
          externalCode: uuid,
          name: 'Vendor MAIN|100 A',
          addressType: 'PostalAddress',
          streetName: 'Building 7, Industrial Estate North, Some Very',
          postalZone: '78701',
          cityName: 'Austin',
          countryId: 'US',
          default: true,
          additionalAddressFields: [
            { key: 'AdditionalStreetName', value: 'Long Boulevard 123' },
            { key: 'Country', value: 'US' },
          ],
        },
      ],
      contacts: [{ name: 'AP', email: 'ap@example.com', role: 'PrimaryContact' }],
      paymentTerms: { paymentTermCode: 'N30' },
      paymentMeans: [{ paymentMeansCode: 'CHECK', currencyCode: 'USD', default: true }],
      processingStatus: { active: false, paymentDenied: false },
    });
  });

  it('of a vendor leaves out what it does not have', async () => {
    await send('import-vendor', [vendor('V1')]);
    expect(Object.keys(posted('/vendors')[0]?.[0] ?? {}).sort()).toEqual([
      'companies',
      'externalCode',
      'name',
      'processingStatus',
      'sourceSystem',
      'vendorCode',
    ]);
  });

  it('of an account has a name in every language, of two characters at least, and hides what is not active', async () => {
    const documents = [
      { accountCode: '6100', name: 'Travel', active: false },
      { externalCode: 'MAIN|6200', accountCode: '6200', name: 'X', inherit: false },
    ];
    await send('import-gl-account', documents, { languages: ['de-DE'] });
    const [first, second] = posted('/accounts')[0] ?? [];
    expect(first).toEqual({
      externalCode: '6100',
      accountCode: '6100',
      accountNames: [
        { language: 'en-US', translation: 'Travel' },
        { language: 'de-DE', translation: 'Travel' },
      ],
      companies: [{ companyCode: 'BW00', active: false, inherit: true }],
    });
    expect(second?.['accountNames']).toContainEqual({ language: 'en-US', translation: '6200 X' });
    expect(second?.['companies']).toEqual([{ companyCode: 'BW00', active: true, inherit: false }]);
  });

  it('of numbers is exact on the wire', async () => {
    await send('import-tax-code', [{ taxCode: 'T8', name: 'Sales tax', taxPercentage: '8.250' }]);
    expect(server.seen('POST /taxCodes')[0]?.text).toContain('"taxPercentage":8.250');
  });

  it('of a payment term has days of validity, its own or those of the node', async () => {
    const options = { validFrom: '2000-01-01', validTo: '2099-12-31' };
    const term = { paymentTermCode: 'N30', name: 'Net 30', validFrom: '2026-01-01', dueDateDays: 30 };
    await send('import-payment-term', [term], options);
    expect(posted('/paymentTerms')[0]?.[0]).toMatchObject({
      validFrom: '2026-01-01',
      validTo: '2099-12-31',
      dueDateDays: 30,
    });
  });

  it('of dimensions goes to cost centers and lists, in the columns of the node, and codes may repeat between them', async () => {
    const documents = [
      { code: '100', name: 'Plant' },
      { code: '100', name: 'Project', listKey: 'ACC_LIST_2' },
    ];
    const { outcomes } = await send('import-dimension', documents, { codeColumn: 'text_3' });
    expect(outcomes).toEqual(['done', 'done']);
    expect(posted('/costCenters')[0]?.[0]).toMatchObject({
      costCenterCode: '100',
      companies: [{ active: true }],
    });
    expect(posted('/lists/ACC_LIST_2')[0]?.[0]).toEqual({
      externalCode: '100',
      text_3: '100',
      text_2: 'Project',
      companies: [{ companyCode: 'BW00', active: true }],
    });
  });

  it('parks what Basware could only refuse, naming the field, and sends the rest', async () => {
    const documents = [
      { code: 'A', name: 'x'.repeat(51), listKey: 'ACC_LIST_11' },
      { code: 'B', name: 'short', listKey: 'ACC_LIST_11' },
    ];
    const { answer } = await send('import-dimension', documents);
    expect(answer.results).toMatchObject([
      { outcome: 'refused', reason: 'schema-failed', message: expect.stringContaining('name') },
      { outcome: 'done' },
    ]);
  });
});
