import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { Json } from '../../runtime/connector/json';
import { validator } from '../../runtime/connector/schema';
import type { Page, StreamReader } from '../../runtime/connector/system';
import { connectTo, readContext } from '../../tests/support/basware-connection';
import { SmallBasware } from '../../tests/support/small-basware';
import { accountingDocumentRow } from './row-schemas';

const list = 'GET /accountingDocuments';
const token = 'x-amz-meta-continuationtoken';

let server: SmallBasware;
let connection: Connection;
let reader: StreamReader;

beforeEach(async () => {
  server = await new SmallBasware().start();
  connection = connectTo(server.url);
  reader = connection.client.streams['accounting-documents'] ?? expect.fail();
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

interface Asked {
  readonly cursor?: Json;
  readonly options?: Record<string, Json>;
  readonly full?: boolean;
  readonly named?: readonly string[];
  readonly now?: Date;
}

function pages(asked: Asked = {}, stream = reader): AsyncIterable<Page> {
  const { cursor, options = {}, full = false, named = [], now } = asked;
  return stream.read({ cursor, options, full, named }, readContext(connection, now));
}

async function read(asked: Asked = {}, stream = reader) {
  const keys: string[] = [];
  const cursors: Json[] = [];
  for await (const page of pages(asked, stream)) {
    keys.push(...page.rows.map((row) => row.key));
    cursors.push(page.cursor);
  }
  return { keys, cursors };
}

function ids(count: number): unknown[] {
  return Array.from({ length: count }, () => server.addDocument()['invoiceId']);
}

describe('reading by status', () => {
  it('takes what waits for the ERP, page by page, the token in the header and the query the same', async () => {
    server.pageSize = 2;
    const added = ids(5);
    expect((await read()).keys).toEqual(added);
    const waiting = server
      .seen(list)
      .filter(({ query }) => query.get('ProcessingStatus') === 'WaitingForTransfer');
    expect(waiting.map(({ headers }) => headers[token] !== undefined)).toEqual([false, true, true]);
    expect(new Set(waiting.map(({ query }) => String(query))).size).toBe(1);
    expect(waiting[0]?.query.get('companyCode')).toBe('BW00');
  });

  it('reads by its key what a delivery named and no list shows yet, and nothing else (E12)', async () => {
    const [shown, late, done, foreign] = ids(4).map(String);
    Object.assign(server.documents[2] ?? {}, { processingStatus: 'Transferred' });
    Object.assign(server.documents[3] ?? {}, { companyCode: 'BW99' });
    server.fault = ({ method, path, query }) => {
      if (method !== 'GET' || path !== '/accountingDocuments') return undefined;
      if (query.get('ProcessingStatus') !== 'WaitingForTransfer') return { status: 404 };
      return { body: { accountingDocuments: server.documents.slice(0, 1) } };
    };
    const first = await read({ named: [shown, late, done, foreign, 'gone'].map(String) });
    expect(first.keys).toEqual([shown, late]);
    expect(server.seen(`GET /accountingDocuments/${shown}`)).toEqual([]);
    expect((await read({ cursor: first.cursors.at(-1) ?? {} })).keys).toEqual([shown]);
  });

  it('asks again for what a delivery named before it can be read (E12)', async () => {
    const { invoiceId } = server.addDocument();
    let early = 2;
    server.fault = ({ path }) => {
      const isList = path === '/accountingDocuments';
      const isEarly = path === `/accountingDocuments/${invoiceId}` && early-- > 0;
      return isList || isEarly ? { status: 404 } : undefined;
    };
    expect((await read({ named: [String(invoiceId)] })).keys).toEqual([invoiceId]);
  });

  it('finds nothing on a quiet day, which Basware says with 404', async () => {
    expect((await read()).keys).toEqual([]);
  });

  it('takes bare lists too, and ends at the missing token, not at a short page', async () => {
    server.wrapped = false;
    server.pageSize = 1;
    const added = ids(3);
    expect((await read()).keys).toEqual(added);
  });

  it('looks after invoices that were acknowledged and never answered, once nothing has moved for long', async () => {
    const lastUpdated = '2026-03-02T09:00:00';
    const [id] = [server.addDocument({ processingStatus: 'TransferInProgress', lastUpdated })['invoiceId']];
    expect((await read({ now: new Date('2026-03-02T09:29:00Z') })).keys).toEqual([]);
    expect((await read({ now: new Date('2026-03-02T09:31:00Z') })).keys).toEqual([id]);
  });

  it('takes them at once where no time is set, also when the clock of Basware is ahead (A11)', async () => {
    const lastUpdated = '2026-03-02T09:10:00';
    const { invoiceId } = server.addDocument({ processingStatus: 'TransferInProgress', lastUpdated });
    const options = { stuckMinutes: 0 };
    expect((await read({ options, now: new Date('2026-03-02T09:00:00Z') })).keys).toEqual([invoiceId]);
  });

  it('says in a full read which of them an ordinary read leaves out for now', async () => {
    const lastUpdated = '2026-03-02T09:00:00';
    for (const processingStatus of ['TransferInProgress', 'Transferred'])
      server.addDocument({ processingStatus, lastUpdated });
    const found: unknown[] = [];
    for await (const { rows } of pages({ full: true, now: new Date('2026-03-02T09:29:00Z') }))
      found.push(...rows.map(({ data, notNow }) => [data['processingStatus'], notNow]));
    expect(found).toEqual([
      ['TransferInProgress', true],
      ['Transferred', undefined],
    ]);
  });

  it('leaves out another company, whatever the list holds', async () => {
    server.addDocument({ companyCode: 'OTHER' });
    expect((await read()).keys).toEqual([]);
  });

  it('reads every status when it reads everything', async () => {
    const paid = server.addDocument({ processingStatus: 'Paid' });
    expect((await read({ full: true })).keys).toEqual([paid['invoiceId']]);
  });

  it('goes on from the token of the last landed page, with the same token, after a lost answer (A13)', async () => {
    server.pageSize = 2;
    const added = ids(6);
    const first = (await pages()[Symbol.asyncIterator]().next()).value as Page;
    let cuts = 1;
    server.fault = ({ headers }) => (headers[token] !== undefined && cuts-- > 0 ? { status: 0 } : undefined);
    const before = server.seen(list).length;
    const { keys } = await read({ cursor: first.cursor });
    expect(keys.slice(0, 4)).toEqual(added.slice(2));
    const [cut, again] = server.seen(list).slice(before);
    expect(cut?.headers[token]).toBeDefined();
    expect(again?.headers[token]).toBe(cut?.headers[token]);
  });

  it('finds what came while a read was cut short, which its token does not show', async () => {
    server.pageSize = 2;
    const added = ids(4);
    const first = (await pages()[Symbol.asyncIterator]().next()).value as Page;
    const [late] = ids(1);
    const { keys } = await read({ cursor: first.cursor });
    expect(keys).toEqual([...added.slice(2), ...added, late]);
  });

  it.each([
    ['400', { status: 400, body: { hasErrors: true, errors: [] } }],
    ['404', { status: 404 }],
  ])('begins anew when the kept token is answered with %s', async (_status, refusal) => {
    server.pageSize = 2;
    const added = ids(4);
    const first = (await pages()[Symbol.asyncIterator]().next()).value as Page;
    let refusals = 1;
    server.fault = ({ headers }) => (headers[token] !== undefined && refusals-- > 0 ? refusal : undefined);
    expect((await read({ cursor: first.cursor })).keys).toEqual(added);
  });
});

describe('a redirect to the store of files', () => {
  beforeEach(() => {
    server.redirects = true;
  });

  it('is followed without token, client or continuation token, and the page token found there', async () => {
    server.pageSize = 2;
    const added = ids(3);
    expect((await read()).keys).toEqual(added);
    expect(server.downloads.length).toBeGreaterThan(1);
    for (const headers of server.downloads) {
      expect(Object.keys(headers).filter((name) => /^(authorization|cookie|x-amz)/.test(name))).toEqual([]);
      expect(headers.host).toBe(new URL(server.storeUrl).host);
    }
  });

  it('that has expired is asked for again', async () => {
    const [id] = ids(1);
    let stale = 1;
    server.fault = ({ path }) =>
      path.endsWith(String(id)) && stale-- > 0
        ? { status: 302, headers: { location: `${server.storeUrl}/gone?X-Amz-Signature=x` } }
        : undefined;
    expect(await reader.get?.(String(id), readContext(connection))).toMatchObject({ invoiceId: id });
    expect(server.signIns).toBe(1);
  });
});

describe('reading by lastUpdated', () => {
  const options = { readBy: 'lastUpdated' };

  it('asks from the newest seen minus an overlap, whatever the order of the list', async () => {
    const older = server.addDocument({ lastUpdated: '2026-03-01T08:00:00Z' });
    server.documents.unshift(server.addDocument({ lastUpdated: '2026-03-01T12:00:00' }));
    server.documents.pop();
    const { keys, cursors } = await read({ options });
    expect(keys).toHaveLength(2);
    expect(cursors.at(-1)).toEqual({ newest: '2026-03-01T12:00:00.000Z' });
    await read({ options, cursor: cursors.at(-1) ?? null });
    expect(server.seen(list).at(-1)?.query.get('lastUpdated')).toBe('2026-03-01T11:55:00.000Z');
    expect(older['invoiceId']).toBeDefined();
  });

  it('moves the watermark only when the whole list has been read', async () => {
    server.pageSize = 1;
    ids(3);
    const { cursors } = await read({ options });
    expect(cursors.slice(0, -1).every((cursor) => !('newest' in (cursor as object)))).toBe(true);
    expect(cursors.at(-1)).toHaveProperty('newest');
    let found = 0;
    server.fault = ({ headers }) =>
      headers[token] !== undefined && ++found > 1 ? { status: 404 } : undefined;
    expect((await read({ options })).cursors.at(-1)).toEqual({});
  });

  it('does not let a stamp in the future hide what changes now', async () => {
    server.addDocument({ lastUpdated: '2036-01-01T00:00:00Z' });
    const newest = '2026-03-02T10:00:00.000Z';
    expect((await read({ options })).cursors.at(-1)).toEqual({ newest });
    const ahead = { newest: '2036-01-01T00:00:00.000Z' };
    expect((await read({ options, cursor: ahead })).cursors.at(-1)).toEqual({ newest });
  });
});

describe('a document', () => {
  it.each([true, false])('is fetched whole, wrapped in a list of one: %s', async (wrapped) => {
    server.wrapped = wrapped;
    const [id] = ids(1);
    const document = await reader.get?.(String(id), readContext(connection));
    expect(document).toMatchObject({
      invoiceId: id,
      grossSum: '1160',
      invoiceDate: '2026-10-01',
      codingRows: [{ accountCode: '6100', netTotal: '1000', rowIndex: 1 }],
    });
    expect(document).not.toHaveProperty('voucherNumber1');
    expect(validator(accountingDocumentRow)(document ?? null)).toEqual([]);
  });

  it('that is gone is undefined, and its code may hold any character', async () => {
    expect(await reader.get?.('a/b c', readContext(connection))).toBeUndefined();
    expect(server.calls.at(-1)?.path).toBe('/accountingDocuments/a%2Fb%20c');
  });
});

describe('attachments', () => {
  it('come with the invoice they belong to, once it was transferred', async () => {
    const creationTime = '2026-03-01T08:00:00';
    const attachments = [{ externalCode: 'img', category: 'ORIGINALIMAGE', filename: 'a.pdf', creationTime }];
    const { invoiceId } = server.addDocument({ processingStatus: 'Transferred', attachments });
    server.addDocument({ attachments });
    const stream = connection.client.streams['attachments'] ?? expect.fail();
    const rows: unknown[] = [];
    for await (const page of pages(
      { options: { readBy: 'lastUpdated', statuses: 'Transferred,Paid' } },
      stream,
    )) {
      rows.push(...page.rows.map((row) => ({ key: row.key, ...row.data })));
    }
    expect(rows).toEqual([
      {
        key: `${invoiceId}|img`,
        invoiceId,
        invoiceNumber: 'INV-1',
        supplierCode: 'V100',
        companyCode: 'BW00',
        ...attachments[0],
        creationTime: '2026-03-01T08:00:00.000Z',
      },
    ]);
  });
});
