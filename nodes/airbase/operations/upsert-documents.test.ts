import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchAnswer } from '../../../runtime/connector/batch';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import type { Operation } from '../../../runtime/connector/system';
import {
  batchContext,
  batchOf,
  connectTo,
  type TestConnection,
} from '../../../tests/support/airbase-connection';
import { type Row, SmallAirbase } from '../../../tests/support/small-airbase';

let server: SmallAirbase;
let connection: TestConnection;

beforeEach(async () => {
  server = await new SmallAirbase().start();
  connection = connectTo(server.url);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const operation = (name: string): Operation => connection.client.operations[name] ?? expect.fail();
const vendor = (reference: string, more: JsonObject = {}): JsonObject => ({
  reference,
  name: `Vendor ${reference}`,
  ...more,
});

async function send(
  name: string,
  documents: readonly JsonObject[],
  options: Record<string, Json> = {},
  linked: Parameters<typeof batchOf>[1] = {},
): Promise<Extract<BatchAnswer, { status: 'done' }>['results']> {
  const answer = await operation(name).batch?.send(
    batchOf(documents, linked),
    batchContext(connection, options),
  );
  if (answer?.status !== 'done') return expect.fail();
  return answer.results.toSorted((one, other) => one.id.localeCompare(other.id));
}

const doubts = (
  documents: readonly JsonObject[],
  options: Record<string, Json> = {},
  name = 'upsert-vendor',
) => operation(name).batch?.lookUpItems?.(batchOf(documents), batchContext(connection, options));
const loads = (kind: string) =>
  server.seen(`POST /accounting/${kind}/bulk_upsert/`).map(({ body }) => body['entities'] as Row[]);
const stored = (kind: string) => server.masters[kind] ?? [];

describe('a vendor', () => {
  it('keeps the subsidiaries that it has, and its activity is said only where it matters', async () => {
    const other = { airbase_id: 'sub-9', erp_reference_id: 'EPIC09' };
    server.addMaster('vendors', { erp_reference_id: 'V1', name: 'x', subsidiary_reference_ids: [other] });
    server.addMaster('vendors', { erp_reference_id: 'V2', name: 'x', is_active: false });
    await send('upsert-vendor', [
      vendor('V1', { active: true }),
      vendor('V2'),
      vendor('V3', { active: false }),
    ]);
    const [entities = []] = loads('vendors');
    expect(entities.map(({ is_active }) => is_active)).toEqual([undefined, true, false]);
    expect(entities[0]?.['subsidiary_reference_ids']).toEqual([
      other,
      { airbase_id: 'sub-1', erp_reference_id: 'EPIC06' },
    ]);
  });

  it.each([
    ['known', undefined],
    ['not known', { is_active: ['Unexpected field.'] }],
  ] as const)(
    'becomes active again where Airbase lists none of them, activity being %s there',
    async (_what, refusal) => {
      server.fault = ({ method, path }) =>
        method === 'GET' && path === '/accounting/accounts/'
          ? { status: 405, body: { detail: 'no' } }
          : undefined;
      server.loads.byKey = true;
      server.loads.refuse = (entity) => (refusal && 'is_active' in entity ? { ...refusal } : undefined);
      const closed = server.addMaster('accounts', { erp_reference_id: '6400', name: 'x', is_active: false });
      const document = { reference: '6400', name: 'Fees', number: '6400', type: 'expense' };
      expect(await send('upsert-account', [document])).toMatchObject([{ outcome: 'done' }]);
      expect(closed).toMatchObject({ name: 'Fees', is_active: refusal === undefined });
    },
  );

  it('parks naming the setting when nobody said which of several subsidiaries it is for', async () => {
    server.masters['subsidiaries']?.push({ airbase_id: 'sub-2', erp_reference_id: 'EPIC07', name: 'Other' });
    expect(await send('upsert-vendor', [vendor('V1')])).toMatchObject([
      {
        outcome: 'refused',
        reason: 'setting-missing',
        message: expect.stringContaining('AIRBASE_SUBSIDIARY'),
      },
    ]);
    expect(await send('upsert-vendor', [vendor('V2', { subsidiaries: ['EPIC07'] })])).toMatchObject([
      { outcome: 'done' },
    ]);
    expect(loads('vendors').at(-1)?.[0]?.['subsidiary_reference_ids']).toEqual([
      { airbase_id: 'sub-2', erp_reference_id: 'EPIC07' },
    ]);
  });

  it('whose key changed in the ERP parks: keys cannot be changed in Airbase', async () => {
    const linked = { 0: { ref: 'x', previous: vendor('V1') } };
    expect(await send('upsert-vendor', [vendor('V2')], {}, linked)).toMatchObject([
      { outcome: 'refused', reason: 'changed-after-sent', detail: { before: 'V1', now: 'V2' } },
    ]);
    expect(loads('vendors')).toEqual([]);
  });

  it('that is linked is changed where it is', async () => {
    const row = server.addMaster('vendors', { erp_reference_id: 'V1', name: 'Old' });
    const linked = { 0: { ref: String(row['airbase_id']), previous: vendor('V1', { name: 'Old' }) } };
    expect(await send('upsert-vendor', [vendor('V1')], {}, linked)).toMatchObject([{ outcome: 'done' }]);
    expect(stored('vendors')).toMatchObject([{ name: 'Vendor V1' }]);
  });

  it('under whose key another one stands is a question, the first time (C2)', async () => {
    server.addMaster('vendors', { erp_reference_id: 'V1', name: 'Somebody Else' });
    server.addMaster('vendors', { erp_reference_id: 'V2', name: 'VENDOR v2' });
    const documents = [vendor('V1'), vendor('V2')];
    expect(await doubts(documents, { otherName: 'ask' })).toMatchObject([
      { found: 'conflict', reason: 'vendor-ambiguous', detail: { candidates: [{ name: 'Somebody Else' }] } },
      { found: 'absent' },
    ]);
    expect(await doubts(documents, { otherName: 'take' })).toMatchObject([
      { found: 'absent' },
      { found: 'absent' },
    ]);
  });
});

describe('a vendor that was made in Airbase and is called the same (C1)', () => {
  let born: Row;

  beforeEach(() => {
    born = server.addMaster('vendors', { erp_reference_id: '', name: 'VENDOR V1' });
  });

  it('is a question, and not doubled', async () => {
    expect(await doubts([vendor('V1')], { namesake: 'ask' })).toMatchObject([
      { found: 'conflict', reason: 'vendor-ambiguous', detail: { candidates: [{ id: born['airbase_id'] }] } },
    ]);
  });

  it('gets the key of the ERP when a person names it', async () => {
    const options = { namesake: 'ask', linkTo: String(born['airbase_id']) };
    expect(await doubts([vendor('V1')], options)).toEqual([{ found: 'absent' }]);
    expect(await send('upsert-vendor', [vendor('V1')], options)).toMatchObject([
      { outcome: 'done', ref: born['airbase_id'] },
    ]);
    expect(stored('vendors')).toMatchObject([{ erp_reference_id: 'V1', name: 'Vendor V1' }]);
  });

  it('also when it is called otherwise, but not when it has a key already', async () => {
    const named = server.addMaster('vendors', { erp_reference_id: '', name: 'Trading as V1' });
    const other = server.addMaster('vendors', { erp_reference_id: 'V9', name: 'Vendor V9' });
    const link = (row: Row) => ({ linkTo: String(row['airbase_id']) });
    expect(await send('upsert-vendor', [vendor('V2')], link(other))).toMatchObject([
      { outcome: 'refused', reason: 'vendor-ambiguous' },
    ]);
    await send('upsert-vendor', [vendor('V1')], link(named));
    expect(named).toMatchObject({ erp_reference_id: 'V1' });
  });

  it('gets the key without asking where the ERP keeps its id', async () => {
    const airbaseId = String(born['airbase_id']);
    server.addMaster('vendors', { erp_reference_id: '', name: 'Vendor V1' });
    const made = { ...vendor('V1'), airbaseId };
    expect(await doubts([made], { namesake: 'ask' })).toEqual([{ found: 'absent' }]);
    expect(await send('upsert-vendor', [made], { namesake: 'ask' })).toMatchObject([{ ref: airbaseId }]);
    expect(stored('vendors')).toHaveLength(2);
    const stranger = { ...vendor('V1'), reference: 'V3', airbaseId: 'of another system' };
    expect(await doubts([stranger], { namesake: 'ask' })).toMatchObject([{ found: 'conflict' }]);
  });

  it('may be linked without asking, when it is the only one', async () => {
    const options = { namesake: 'link' };
    expect(await doubts([vendor('V1')], options)).toEqual([{ found: 'absent' }]);
    await send('upsert-vendor', [vendor('V1')], options);
    expect(stored('vendors')).toHaveLength(1);
    server.addMaster('vendors', { erp_reference_id: '', name: 'Vendor V2' });
    server.addMaster('vendors', { erp_reference_id: '', name: 'vendor v2' });
    expect(await doubts([vendor('V2')], options)).toMatchObject([{ found: 'conflict' }]);
  });

  it('may be left alone', async () => {
    expect(await doubts([vendor('V1')], { namesake: 'create' })).toEqual([{ found: 'absent' }]);
    await send('upsert-vendor', [vendor('V1')], { namesake: 'create' });
    expect(stored('vendors')).toHaveLength(2);
  });
});

describe('a GL account', () => {
  const account = (more: JsonObject = {}): JsonObject => ({
    reference: 'MAIN|6100',
    name: 'Supplies',
    number: '6100',
    type: 'expense',
    ...more,
  });

  it('has all members that Airbase wants, and the currency of the subsidiary', async () => {
    await send('upsert-account', [account()]);
    expect(loads('accounts')).toEqual([
      [
        {
          erp_reference_id: 'MAIN|6100',
          name: 'Supplies',
          account_number: '6100',
          type: 'expense',
          category: '',
          erp_currency_reference_id: 'USD',
          subsidiary_reference_ids: [{ airbase_id: 'sub-1', erp_reference_id: 'EPIC06' }],
        },
      ],
    ]);
  });

  it('has the only currency where the subsidiary does not say its own, and none where there are several', async () => {
    server.masters['subsidiaries'] = [{ airbase_id: 'sub-1', erp_reference_id: 'EPIC06', name: 'Main Co' }];
    await send('upsert-account', [account({})]);
    server.masters['currencies']?.push({ airbase_id: 'cur-2', erp_reference_id: 'EUR', iso_code: 'EUR' });
    await connection.close();
    connection = connectTo(server.url);
    await send('upsert-account', [account({ reference: 'A2' })]);
    const entities = loads('accounts').flat();
    expect(entities.map((entity) => entity['erp_currency_reference_id'])).toEqual(['USD', undefined]);
  });

  it('takes the currency with a key of the ERP, and parks where there is only one without', async () => {
    server.masters['currencies']?.push({ airbase_id: 'cur-2', erp_reference_id: '', iso_code: 'EUR' });
    const results = await send('upsert-account', [
      account({ currency: 'USD' }),
      account({ reference: 'A2', currency: 'EUR' }),
      account({ reference: 'A3', currency: 'JPY' }),
    ]);
    expect(results).toMatchObject([
      { outcome: 'done' },
      {
        outcome: 'refused',
        reason: 'currency-mismatch',
        message: expect.stringContaining('without the ERP'),
      },
      {
        outcome: 'refused',
        reason: 'currency-mismatch',
        message: expect.stringContaining('no currency JPY'),
      },
    ]);
  });

  it.each([403, 404, 405])(
    'parks with a row to import by hand where there is no feed: %i',
    async (status) => {
      server.fault = ({ path }) =>
        path.startsWith('/accounting/accounts/') ? { status, body: { detail: 'No permission.' } } : undefined;
      const results = await send('upsert-account', [account({ name: 'Supplies, small' })]);
      expect(results).toMatchObject([
        {
          outcome: 'refused',
          reason: 'feed-not-enabled',
          detail: {
            csv: 'erp_reference_id,account_number,name,type,category\nMAIN|6100,6100,"Supplies, small",expense,',
          },
        },
      ]);
      expect(connection.health.state).toBe('online');
    },
  );

  it('is sent again when the token was changed while it was on its way', async () => {
    let revoked = true;
    server.fault = ({ path }) => {
      if (!revoked || !path.startsWith('/accounting/accounts/')) return undefined;
      revoked = false;
      return { status: 403, body: { detail: 'Invalid token.' } };
    };
    expect(await send('upsert-account', [account()])).toMatchObject([{ outcome: 'done' }]);
    expect(stored('accounts')).toHaveLength(1);
  });

  it('that is inactive closes what is there, and makes nothing that is not', async () => {
    server.addMaster('accounts', { erp_reference_id: 'MAIN|6100', name: 'Supplies' });
    const documents = [account({ active: false }), account({ reference: 'MAIN|9', active: false })];
    expect(await doubts(documents, { otherName: 'take' }, 'upsert-account')).toMatchObject([
      { found: 'absent' },
      { found: 'conflict', ignored: true, reason: 'account-inactive' },
    ]);
    await send('upsert-account', [account({ active: false })]);
    expect(stored('accounts')).toMatchObject([{ erp_reference_id: 'MAIN|6100', is_active: false }]);
  });

  it('is never sent to the accounts of the spend API, which are read-only', async () => {
    server.spend = { gl_accounts: [] };
    await send('upsert-account', [account()]);
    expect(server.calls.filter(({ path }) => !path.startsWith('/accounting/'))).toEqual([]);
  });

  it('takes the name of the ERP, unless people are to be asked', async () => {
    server.addMaster('accounts', { erp_reference_id: 'MAIN|6100', name: 'Old name' });
    expect(await doubts([account()], { otherName: 'take' }, 'upsert-account')).toEqual([{ found: 'absent' }]);
    expect(await doubts([account()], { otherName: 'ask' }, 'upsert-account')).toMatchObject([
      { found: 'conflict', reason: 'number-in-use' },
    ]);
  });
});

describe('a dimension', () => {
  it('is a tag, its type in the field that the connection names', async () => {
    await send('upsert-dimension', [{ reference: 'D10', name: 'Ops', type: 'department' }]);
    await connection.close();
    connection = connectTo(server.url, { tagTypeField: 'tag_type' });
    await send('upsert-dimension', [{ reference: 'L1', name: 'Austin', type: 'location' }]);
    expect(loads('tags').map(([entity]) => entity)).toMatchObject([
      { erp_reference_id: 'D10', name: 'Ops', type_label: 'department' },
      { erp_reference_id: 'L1', tag_type: 'location' },
    ]);
  });

  it('works where Airbase does not list its tags', async () => {
    server.fault = ({ method, path }) =>
      method === 'GET' && path === '/accounting/tags/' ? { status: 405, body: { detail: 'no' } } : undefined;
    expect(
      await send('upsert-dimension', [{ reference: 'D10', name: 'Ops', type: 'department' }]),
    ).toMatchObject([{ outcome: 'done' }]);
  });
});
