import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Operation } from '../../../runtime/connector/system';
import {
  connectTo,
  operationContext,
  readContext,
  type TestConnection,
} from '../../../tests/support/airbase-connection';
import { type Row, SmallAirbase } from '../../../tests/support/small-airbase';

let server: SmallAirbase;
let connection: TestConnection;
let mark: Operation;
let entry: Row;

beforeEach(async () => {
  server = await new SmallAirbase().start();
  connection = connectTo(server.url);
  mark = connection.client.operations['mark-synced'] ?? expect.fail();
  entry = server.addEntry();
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const posted = (more: JsonObject = {}): JsonObject => ({
  airbaseId: String(entry['airbase_id']),
  success: true,
  reference: 'EPIC06|100|INV-1',
  ...more,
});
const refused = (message = 'no such vendor'): JsonObject => ({
  airbaseId: String(entry['airbase_id']),
  success: false,
  message,
});
const look = (document: JsonObject) => mark.lookUp(document, operationContext(connection));
const send = (document: JsonObject, options = {}) =>
  mark.create(document, operationContext(connection, options));
const patches = () => server.calls.filter(({ method }) => method === 'PATCH').map(({ body }) => body);

/** Refuses marks with a member of this name. */
function refuseMember(name: string): void {
  server.fault = ({ method, body }) =>
    method === 'PATCH' && name in body ? { status: 400, body: { [name]: ['Unexpected field.'] } } : undefined;
}

describe('a mark', () => {
  it('says that the ERP has the entry, under which number, and is found again', async () => {
    expect(await look(posted())).toEqual({ found: 'absent' });
    expect(await send(posted({ url: 'https://erp.example/1' }))).toEqual({ ref: entry['airbase_id'] });
    expect(patches()).toEqual([
      {
        status: 'sync_complete',
        erp_reference_id: 'EPIC06|100|INV-1',
        erp_url: 'https://erp.example/1',
        error_message: null,
      },
    ]);
    expect(await look(posted())).toEqual({ found: 'present', ref: entry['airbase_id'] });
    expect(await look(posted({ reference: 'EPIC06|100|INV-2' }))).toEqual({ found: 'absent' });
  });

  it('says why the ERP does not have it, in 500 characters', async () => {
    await send(refused('x'.repeat(600)));
    expect(patches()).toEqual([{ status: 'sync_failed', error_message: 'x'.repeat(500) }]);
    expect(await look(refused('x'.repeat(600)))).toMatchObject({ found: 'present' });
    expect(await look(refused('another reason'))).toEqual({ found: 'absent' });
  });

  it('of an entry that is posted is never turned into a refusal', async () => {
    await send(posted());
    expect(await look(refused())).toMatchObject({ found: 'present' });
  });

  it('is repeated when its answer is lost, and not doubled (B1)', async () => {
    let lost = 0;
    server.afterwards = ({ method }) => {
      if (method !== 'PATCH' || lost > 0) return undefined;
      lost += 1;
      return { status: 0 };
    };
    await send(posted());
    expect(entry).toMatchObject({ status: 'sync_complete', erp_reference_id: 'EPIC06|100|INV-1' });
  });

  it('is told apart by what it says', () => {
    const keys = [posted(), posted({ round: 'r1' }), refused()].map((document) => mark.businessKey(document));
    expect(new Set(keys).size).toBe(3);
  });

  it.each(['erp_url', 'erp_reference_id'])('goes without %s where Airbase does not take it', async (name) => {
    refuseMember(name);
    await send(posted({ url: 'https://erp.example/1' }));
    expect(entry).toMatchObject({ status: 'sync_complete' });
    expect(entry[name]).toBeNull();
    expect(await look(posted())).toMatchObject({ found: 'present' });
  });

  it.each([
    ['refuses', true],
    ['ignores', false],
  ])(
    'of an entry posted anew stands where Airbase %s another reference, and the next entry has its own',
    async (_what, isRefused) => {
      await send(posted());
      Object.assign(entry, { status: 'sync_ready' });
      server.fault = ({ method, path, body }) => {
        const isChanged = method === 'PATCH' && path.includes(String(entry['airbase_id']));
        if (!isChanged || body['erp_reference_id'] === undefined) return undefined;
        if (isRefused) return { status: 400, body: { erp_reference_id: ['This field cannot be changed.'] } };
        Object.assign(entry, { status: body['status'] });
        return { body: entry };
      };
      expect(await send(posted({ reference: 'EPIC06|100|INV-1-R2' }))).toEqual({ ref: entry['airbase_id'] });
      expect(entry).toMatchObject({ status: 'sync_complete', erp_reference_id: 'EPIC06|100|INV-1' });
      const next = server.addEntry();
      await send(posted({ airbaseId: String(next['airbase_id']), reference: 'EPIC06|100|INV-2' }));
      expect(next).toMatchObject({ status: 'sync_complete', erp_reference_id: 'EPIC06|100|INV-2' });
    },
  );

  it('puts an entry that was refused before into the queue again where Airbase wants that', async () => {
    await send(refused());
    server.fault = ({ method, body }) =>
      method === 'PATCH' && body['status'] === 'sync_complete' && entry['status'] === 'sync_failed'
        ? { status: 400, body: { status: ['This status cannot be set.'] } }
        : undefined;
    await send(posted());
    expect(entry).toMatchObject({ status: 'sync_complete' });
  });

  it('that Airbase refuses otherwise parks with its words', async () => {
    server.fault = ({ method }) =>
      method === 'PATCH' ? { status: 400, body: { status: ['The entry is not ready.'] } } : undefined;
    await expect(send(posted())).rejects.toMatchObject({
      code: 'AIRBASE_NOT_MARKED',
      recovery: 'rejected',
      systemWords: 'status: The entry is not ready.',
    });
  });

  it('of an entry that is not there any more says so', async () => {
    server.entries.length = 0;
    await expect(look(posted())).rejects.toMatchObject({ code: 'AIRBASE_NO_ENTRY' });
    await expect(send(posted())).rejects.toMatchObject({ code: 'AIRBASE_NO_ENTRY' });
  });

  it('is believed when the entry says so, not when the status of the answer does (B15)', async () => {
    server.fault = ({ method }) => (method === 'PATCH' ? { body: {} } : undefined);
    await expect(send(posted())).rejects.toMatchObject({ code: 'AIRBASE_NOT_MARKED' });
    server.fault = ({ method }) => (method === 'PATCH' ? { body: { ...entry } } : undefined);
    await expect(send(posted())).rejects.toMatchObject({ code: 'AIRBASE_NOT_MARKED' });
  });
});

describe('an entry that people change while it is taken over (D12)', () => {
  const version = async (): Promise<string> => {
    const get = connection.client.streams['ledger-entries']?.get;
    const whole = await get?.(String(entry['airbase_id']), readContext(connection));
    return String(whole?.['version']);
  };

  it('is not marked: the record begins again', async () => {
    const document = posted({ version: await version() });
    expect(await look(document)).toEqual({ found: 'absent' });
    entry['total_amount'] = '130.5';
    await expect(look(document)).rejects.toMatchObject({ code: 'AIRBASE_ENTRY_CHANGED', recovery: 'retry' });
    expect(patches()).toEqual([]);
    expect(await look(posted({ version: await version() }))).toEqual({ found: 'absent' });
  });

  it.each(['whole', 'short'])('is noticed also between the look and the mark: %s answer', async (answer) => {
    const document = posted({ version: await version() });
    server.afterwards = ({ method }) => {
      if (method !== 'PATCH') return undefined;
      entry['total_amount'] = '130.5';
      return answer === 'short' ? { body: { id: entry['id'], status: 'sync_complete' } } : undefined;
    };
    const unclear = send(document);
    await expect(unclear).rejects.toMatchObject({ code: 'AIRBASE_ENTRY_CHANGED' });
    const resolving = operationContext(connection, {}, { resolving: true });
    expect(await mark.lookUp(document, resolving)).toMatchObject({ found: 'present' });
  });

  it('says the same although its own mark, another order of its members, or zeros came in between', async () => {
    const document = posted({ version: await version() });
    await send(document);
    entry['total_amount'] = '125.500';
    const turned = Object.fromEntries(Object.entries(entry).toReversed());
    server.fault = ({ method, path }) =>
      method === 'GET' && path.includes(String(entry['airbase_id'])) ? { body: turned } : undefined;
    expect(await look(document)).toMatchObject({ found: 'present' });
  });
});

describe('the mark of a card transaction', () => {
  it('may be left out', async () => {
    const context = operationContext(connection, { cardEntries: 'leave' });
    expect(await mark.lookUp(posted({ kind: 'card' }), context)).toMatchObject({ found: 'present' });
    expect(await mark.lookUp(posted({ kind: 'bill' }), context)).toEqual({ found: 'absent' });
    expect(patches()).toEqual([]);
  });

  it('is done with where Airbase is read-only for cards, and for nothing else', async () => {
    server.fault = ({ method }) =>
      method === 'PATCH' ? { status: 405, body: { detail: 'Method "PATCH" not allowed.' } } : undefined;
    expect(await send(posted({ kind: 'card' }))).toEqual({ ref: entry['airbase_id'] });
    await expect(send(posted({ kind: 'bill' }))).rejects.toMatchObject({ code: 'AIRBASE_NOT_MARKED' });
  });
});
