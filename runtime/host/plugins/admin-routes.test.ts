import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PaperServer, paperBooks, servePaper } from '../../../tests/support/paper-books';
import { serve } from '../../../tests/support/serve';
import { createRegistry } from '../../connector/registry';
import { takeSecrets } from '../../connector/secrets';
import { openEmbeddedStore } from '../../ledger/embedded-store';
import { migrate } from '../../ledger/migrate';
import { IN_THIS_THREAD } from '../../mapping/program';
import { readEnvironment } from '../environment';
import { openRuntime } from '../open-runtime';
import type { Runtime } from '../runtime';
import { adminRoutes } from './admin-routes';

let paper: PaperServer;
let folder: string;
let runtime: Runtime;
let server: { url: string; stop(): Promise<void> };
const asked: string[] = [];

beforeAll(async () => {
  paper = await servePaper();
  folder = mkdtempSync(join(tmpdir(), 'routes-'));
  const store = await openEmbeddedStore({ folder: 'memory' });
  await migrate(store);
  runtime = await openRuntime({
    environment: readEnvironment({}, folder),
    secrets: takeSecrets({ PAPER_KEY: 'from-environment' }, ['PAPER_KEY']),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    store,
    programs: IN_THIS_THREAD,
  });
  runtime.connections.open({
    module: paperBooks,
    nodeId: 'books',
    webhookName: 'default',
    config: { baseUrl: paper.url },
  });
  runtime.syncs.define({
    name: 'bills-to-copies',
    source: 'books',
    target: 'books',
    stream: 'bills',
    after: [],
    orderKey: '',
    window: undefined,
    holdMs: 60_000,
    missingReason: undefined,
  });
  const data = { id: 'B1', change: 1, approved: true, amount: '1.10' };
  await runtime.delivery.land({ sync: 'bills-to-copies', rows: [{ key: 'B1', company: 'C1', data }] });
  const systems = createRegistry();
  systems.register(paperBooks);
  const app = express();
  app.use(
    '/ml',
    adminRoutes({
      runtime,
      systems,
      guard: (permission) => (_request, _response, next) => {
        asked.push(permission);
        next();
      },
      storedSecrets: (id) => (id === 'books' ? { key: 'stored' } : {}),
    }),
  );
  server = await serve(app);
});
afterAll(async () => {
  await server?.stop();
  await runtime?.close();
  await paper?.stop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  asked.length = 0;
  paper.bills.clear();
});

const get = async (path: string) => (await fetch(`${server.url}/ml/${path}`)).json();
const post = async (path: string, body: unknown) => {
  const answer = await fetch(`${server.url}/ml/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
};
const sample = async (): Promise<string> => (await get('mapping/samples?sync=bills-to-copies')).samples[0].id;
const draft = {
  connection: 'books',
  operation: 'create-copy',
  rules: [],
  document: '{"number": id, "amount": amount}',
};

describe('what the dialogs of the editor ask', () => {
  it('stored records of a sync, as they landed', async () => {
    expect(await get('mapping/samples?sync=bills-to-copies')).toEqual({
      samples: [
        { id: expect.any(String), key: 'B1', state: 'landed', data: expect.objectContaining({ id: 'B1' }) },
      ],
    });
    expect(await get('mapping/samples?sync=other')).toEqual({ samples: [] });
    expect(await get('mapping/samples')).toEqual({ samples: [] });
    expect(asked).toEqual(['ml.read', 'ml.read', 'ml.read']);
  });

  it('a draft of a mapping tried on a stored record, whole and fresh from the source', async () => {
    paper.bills.set('B1', { id: 'B1', change: 2, approved: true, amount: '7.70' });
    const { status, body } = await post('mapping/preview', { ...draft, record: await sample() });
    expect([status, body.document]).toEqual([200, { number: 'B1', amount: '7.70' }]);
    expect(paper.calls.filter((call) => !call.startsWith('GET'))).toEqual([]);
  });

  it('the same on the landed row while the source is away', async () => {
    paper.faults.push({ path: /GET .bills.B1/, status: 403 });
    const { body } = await post('mapping/preview', { ...draft, record: await sample() });
    expect(body.document).toEqual({ number: 'B1', amount: '1.10' });
  });

  it('what is wrong with a draft, in words', async () => {
    const record = await sample();
    paper.bills.set('B1', { id: 'B1', change: 2, approved: true, amount: '7.70' });
    expect(
      (await post('mapping/preview', { ...draft, record, document: '{"number": ' })).body.error,
    ).toBeDefined();
    expect(await post('mapping/preview', { ...draft, record, operation: 'nope' })).toMatchObject({
      status: 409,
      body: { code: 'OPERATION_UNKNOWN' },
    });
    expect((await post('mapping/preview', { ...draft, record: "' or 1=1" })).body.code).toBe(
      'NO_SUCH_RECORD',
    );
    expect((await post('mapping/preview', { record })).status).toBe(400);
    expect((await post('mapping/preview', '{')).status).toBe(400);
  });

  it('a connection as it is typed: with the stored secret when it was not typed anew', async () => {
    const seen: unknown[] = [];
    const target = await serve((request, response) => {
      seen.push(request.headers['x-key']);
      response.setHeader('content-type', 'application/json');
      response.end('[]');
    });
    try {
      const typed = { system: 'paper-books', id: 'books', values: { baseUrl: target.url } };
      const untouched = await post('connections/test', { ...typed, credentials: { key: '__PWRD__' } });
      expect(untouched.body).toMatchObject({ ok: true, identity: 'paper' });
      await post('connections/test', { ...typed, credentials: { key: 'typed' } });
      await post('connections/test', { ...typed, credentials: {} });
      expect(seen).toEqual(['stored', 'typed', 'from-environment']);
      expect(asked).toEqual(['ml.write', 'ml.write', 'ml.write']);
    } finally {
      await target.stop();
    }
  });

  it('a connection that cannot work: the cause and the remedy, never the secret', async () => {
    const away = {
      system: 'paper-books',
      values: { baseUrl: 'http://127.0.0.1:9' },
      credentials: { key: 'canary' },
    };
    const { status, body } = await post('connections/test', away);
    expect([status, body]).toEqual([
      200,
      { ok: false, code: expect.any(String), cause: expect.any(String), remedy: expect.any(String) },
    ]);
    expect(JSON.stringify(body)).not.toContain('canary');
    expect((await post('connections/test', { ...away, system: 'none' })).body.code).toBe('SYSTEM_UNKNOWN');
    expect((await post('connections/test', { ...away, values: { baseUrl: 'nonsense' } })).body.code).toBe(
      'SETTING_INVALID',
    );
  });
}, 60_000);
