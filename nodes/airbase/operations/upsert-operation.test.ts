import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BatchAnswer } from '../../../runtime/connector/batch';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import type { Operation } from '../../../runtime/connector/system';
import {
  batchContext,
  batchOf,
  connectTo,
  operationContext,
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

const loads = (kind: string) =>
  server.seen(`POST /accounting/${kind}/bulk_upsert/`).map(({ body }) => body['entities'] as Row[]);
const stored = (kind: string) => server.masters[kind] ?? [];
const session = () => server.calls.filter(({ path }) => path === '/accounting/entity/sync/');

describe('a load of accounts', () => {
  it('A4: opens again what stands there closed, although the order of the list changes between its pages', async () => {
    server.pageSize = 4;
    const of = (at: number) => ({ erp_reference_id: `6${at}00`, name: `Account ${at}` });
    for (let at = 0; at < 9; at += 1) server.addMaster('accounts', { ...of(at), is_active: at !== 4 });
    let turns = 1;
    server.afterwards = ({ path, query }) => {
      if (!/accounts\/$/.test(path) || query.get('page') !== '1' || turns === 0) return undefined;
      turns -= 1;
      const accounts = stored('accounts');
      accounts.unshift(...accounts.splice(4));
      return undefined;
    };
    const documents = stored('accounts').map((row) => ({
      reference: String(row['erp_reference_id']),
      name: String(row['name']),
      type: 'expense',
    }));
    await send('upsert-account', documents);
    expect(turns).toBe(0);
    expect(stored('accounts').filter((row) => row['is_active'] !== true)).toEqual([]);
  });
});

describe('a load of vendors', () => {
  it('goes within a session, new ones without an id and known ones with theirs', async () => {
    const known = server.addMaster('vendors', { erp_reference_id: 'V1', name: 'Old name' });
    const results = await send('upsert-vendor', [vendor('V1'), vendor('V2', { email: 'ap@v2.example' })]);
    expect(results).toMatchObject([
      { outcome: 'done', ref: known['airbase_id'], attributes: { reference: 'V1', name: 'Vendor V1' } },
      { outcome: 'done', ref: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ]);
    const places = [{ airbase_id: 'sub-1', erp_reference_id: 'EPIC06' }];
    expect(loads('vendors')).toEqual([
      [
        {
          airbase_id: known['airbase_id'],
          erp_reference_id: 'V1',
          name: 'Vendor V1',
          subsidiary_reference_ids: places,
        },
        {
          erp_reference_id: 'V2',
          name: 'Vendor V2',
          email: 'ap@v2.example',
          subsidiary_reference_ids: places,
        },
      ],
    ]);
    expect(session().map(({ method, body }) => `${method} ${String(body['action'])}`)).toEqual([
      'POST START',
      'PATCH COMPLETE',
    ]);
  });

  it.each(['onboarded', 'needed'] as const)('works where sessions are %s, also twice', async (sessions) => {
    server.loads.sessions = sessions;
    await send('upsert-vendor', [vendor('V1')]);
    await send('upsert-vendor', [vendor('V1', { name: 'Other' })]);
    expect(stored('vendors')).toMatchObject([{ erp_reference_id: 'V1', name: 'Other' }]);
  });

  it('takes over a session that is open, and opens another when its own is ended by others', async () => {
    server.loads.session = true;
    expect(await send('upsert-vendor', [vendor('V1')])).toMatchObject([{ outcome: 'done' }]);
    let ended = false;
    server.fault = ({ path }) => {
      if (path.includes('bulk_upsert') && !ended) {
        ended = true;
        server.loads.session = false;
      }
      return undefined;
    };
    expect(await send('upsert-vendor', [vendor('V2')])).toMatchObject([{ outcome: 'done' }]);
    server.fault = ({ path }) => {
      if (path.includes('bulk_upsert')) server.loads.session = false;
      return undefined;
    };
    expect(await send('upsert-vendor', [vendor('V3')])).toMatchObject([{ outcome: 'again' }]);
  });

  it('goes again without what Airbase names as wrong (B13)', async () => {
    server.loads.refuse = ({ name }) => (String(name).includes('BAD') ? { name: ['is bad'] } : undefined);
    const results = await send('upsert-vendor', [
      vendor('V1'),
      vendor('V2', { name: 'BAD one' }),
      vendor('V3'),
    ]);
    expect(results).toMatchObject([
      { outcome: 'done' },
      { outcome: 'refused', message: 'name: is bad' },
      { outcome: 'done' },
    ]);
    expect(loads('vendors').map((entities) => entities.length)).toEqual([3, 2]);
  });

  it.each([400, 413])('is narrowed down by halves when nothing is named: %i', async (status) => {
    server.fault = ({ path, body }) =>
      path.includes('bulk_upsert') &&
      (body['entities'] as Row[]).some((entity) => entity['erp_reference_id'] === 'V3')
        ? { status, body: 'Entity not found' }
        : undefined;
    const results = await send(
      'upsert-vendor',
      ['V1', 'V2', 'V3', 'V4'].map((key) => vendor(key)),
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'refused', 'done']);
  });

  it('of new ones is not sent again when its answer is lost, but looked for (B1)', async () => {
    server.afterwards = ({ path }) => (path.includes('bulk_upsert') ? { status: 0 } : undefined);
    await expect(send('upsert-vendor', [vendor('V1'), vendor('V2')])).rejects.toMatchObject({
      recovery: 'ambiguous',
    });
    expect(loads('vendors')).toHaveLength(1);
    const items = batchOf([vendor('V1'), vendor('V2'), vendor('V3')]);
    expect(await operation('upsert-vendor').batch?.lookUp?.(items, batchContext(connection))).toMatchObject({
      status: 'done',
      results: [{ outcome: 'done' }, { outcome: 'done' }, { outcome: 'unknown' }],
    });
  });

  it('of known ones is sent again when its answer is lost: it states what is', async () => {
    server.addMaster('vendors', { erp_reference_id: 'V1', name: 'Old' });
    let lost = 0;
    server.afterwards = ({ path }) => {
      if (!path.includes('bulk_upsert') || lost > 0) return undefined;
      lost += 1;
      return { status: 0 };
    };
    expect(await send('upsert-vendor', [vendor('V1')])).toMatchObject([{ outcome: 'done' }]);
    expect(stored('vendors')).toMatchObject([{ name: 'Vendor V1' }]);
  });

  it('that finds new ones taken meanwhile changes those, when they are called the same', async () => {
    let raced = false;
    server.fault = ({ path, body }) => {
      if (path.includes('bulk_upsert') && !raced) {
        raced = true;
        const [first, second] = body['entities'] as Row[];
        server.addMaster('vendors', { ...first });
        server.addMaster('vendors', { ...second, name: 'Somebody Else' });
      }
      return undefined;
    };
    expect(await send('upsert-vendor', [vendor('V1'), vendor('V2')])).toMatchObject([
      { outcome: 'done' },
      { outcome: 'refused', message: expect.stringContaining('already exists') },
    ]);
    expect(stored('vendors')).toHaveLength(2);
  });

  it('whose outcome stays unclear is looked up by its key', async () => {
    const look = (document: JsonObject) =>
      operation('upsert-vendor').lookUp(document, operationContext(connection, {}, { resolving: true }));
    expect(await look(vendor('V1'))).toEqual({ found: 'absent' });
    await send('upsert-vendor', [vendor('V1', { active: false })]);
    const [made] = stored('vendors');
    expect(await look(vendor('V1', { active: false }))).toMatchObject({
      found: 'present',
      ref: made?.['airbase_id'],
    });
    expect(await look(vendor('V1'))).toEqual({ found: 'absent' });
    expect(await look(vendor('V1', { name: 'Other', active: false }))).toEqual({ found: 'absent' });
  });

  it('sends the second of two records with one key in another batch', async () => {
    const results = await send('upsert-vendor', [vendor('V1'), vendor('V1')]);
    expect(results.map(({ outcome }) => outcome)).toEqual(['done', 'again']);
  });

  it.each([
    ['by place', (rows: Row[]) => ({ created: rows, updated: [] })],
    ['as entities', (rows: Row[]) => ({ entities: rows })],
    [
      'as data, keys alone',
      (rows: Row[]) => ({ data: rows.map(({ id, erp_reference_id }) => ({ id, erp_reference_id })) }),
    ],
  ])('reads the results %s, by key and not by order', async (_name, shape) => {
    server.afterwards = ({ path }) => {
      if (!path.includes('bulk_upsert')) return undefined;
      const rows = stored('vendors').map((row) => ({ ...row, id: row['airbase_id'] }));
      return { body: shape(rows.toReversed()) };
    };
    const results = await send('upsert-vendor', [vendor('V1'), vendor('V2')]);
    const refs = results.map((result) => (result.outcome === 'done' ? result.ref : ''));
    expect(refs).toEqual(stored('vendors').map((row) => row['airbase_id']));
  });

  it('that is answered without a word about a record leaves its outcome open', async () => {
    server.afterwards = ({ path }) => (path.includes('bulk_upsert') ? { body: { created: [] } } : undefined);
    expect(await send('upsert-vendor', [vendor('V1')])).toMatchObject([{ outcome: 'unknown' }]);
  });

  it('finds many known ones in the whole list, a few by their keys', async () => {
    for (let at = 0; at < 8; at += 1) server.addMaster('vendors', { erp_reference_id: `V${at}`, name: 'x' });
    await send('upsert-vendor', [vendor('V1')]);
    expect(server.seen('GET /accounting/vendors/').map(({ query }) => query.get('erp_reference_id'))).toEqual(
      ['V1'],
    );
    await send(
      'upsert-vendor',
      [0, 1, 2, 3, 4, 5, 6].map((at) => vendor(`V${at}`)),
    );
    expect(server.seen('GET /accounting/vendors/').at(-1)?.query.get('erp_reference_id')).toBeNull();
    expect(stored('vendors')).toHaveLength(8);
  });

  it('notices that Airbase does not narrow its list by keys', async () => {
    server.addMaster('vendors', { erp_reference_id: 'OTHER', name: 'Other' });
    server.addMaster('vendors', { erp_reference_id: 'V1', name: 'x' });
    server.fault = ({ query }) => {
      query.delete('erp_reference_id');
      return undefined;
    };
    await send('upsert-vendor', [vendor('V1')]);
    expect(stored('vendors')).toHaveLength(2);
  });
});
