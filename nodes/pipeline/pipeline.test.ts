import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import type { Node, NodeAPI } from 'node-red';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeSecrets } from '../../runtime/connector/secrets';
import { WebhookStore } from '../../runtime/host/connections/webhook-store';
import { readEnvironment } from '../../runtime/host/environment';
import { openRuntime } from '../../runtime/host/open-runtime';
import { mountOpen } from '../../runtime/host/plugins/http-mounts';
import type { Runtime } from '../../runtime/host/runtime';
import type { Store } from '../../runtime/ledger/store';
import { IN_THIS_THREAD } from '../../runtime/mapping/program';
import { startFlow, stopFlow } from '../../tests/support/node-red-helper';
import { type PaperServer, paperBooks, servePaper } from '../../tests/support/paper-books';
import { serve } from '../../tests/support/serve';
import { withStores } from '../../tests/support/stores';
import registerPipeline from './nodes';
import { registerSystem } from './system-nodes';

let paper: PaperServer;
let folder: string;
let runtime: Runtime;
let nodeOf: (id: string) => Node;

beforeEach(async () => {
  paper = await servePaper();
  folder = mkdtempSync(join(tmpdir(), 'pipeline-'));
});
afterEach(async () => {
  await stopFlow();
  await runtime?.close();
  await paper.stop();
  rmSync(folder, { recursive: true, force: true });
});

const node = (id: string, type: string, wires: string[], more: object = {}) => ({
  id,
  type,
  z: 'tab',
  name: `the ${id}`,
  wires: [wires],
  ...more,
});

const flow = (more: { id: string }[] = [], changes: Record<string, object> = {}) =>
  [
    { id: 'tab', type: 'tab' },
    { id: 'books', type: 'paper-books-connection', name: 'Books', webhookName: 'default' },
    {
      id: 'the-sync',
      type: 'sync',
      name: 'bills-to-copies',
      source: 'books',
      target: 'books',
      stream: 'bills',
      after: '',
      hold: '60',
    },
    node('reader', 'paper-books-read', ['lander'], { sync: 'the-sync', schedule: '3600' }),
    node('lander', 'dedup', ['mapper'], {
      sync: 'the-sync',
      onlyWork: 'approved',
      otherwise: 'not-approved',
    }),
    node('mapper', 'map', ['writer'], {
      connection: 'books',
      operation: 'create-copy',
      rules: [],
      document: '{ "number": id, "amount": amount, "note": note }',
    }),
    node('writer', 'paper-books-write', ['auditor'], { connection: 'books', operation: 'create-copy' }),
    node('auditor', 'audit', [], { outcome: 'auto' }),
    node('catcher', 'catch', ['caught'], { scope: null, uncaught: false }),
    node('caught', 'helper', []),
    ...more,
  ].map((each: { id: string }) => ({ ...each, ...changes[each.id] }));

const bill = (n: number, more: object = {}) => ({
  id: `B${n}`,
  change: n,
  approved: true,
  amount: `${n}.10`,
  ...more,
});

withStores('the pipeline', (open) => {
  async function start(
    nodes: readonly object[] = flow(),
    variables: Record<string, string> = {},
    store?: Store,
  ): Promise<void> {
    const environment = { PAPER_URL: paper.url, PAPER_KEY: 'canary-key', ...variables };
    runtime = await openRuntime({
      environment: readEnvironment({ ML_PUBLIC_URL: 'https://ap.example.com/' }, folder),
      secrets: takeSecrets(environment, Object.keys(environment)),
      log: { info: () => {}, warn: () => {}, error: () => {} },
      store: store ?? (await open()),
      programs: IN_THIS_THREAD,
    });
    const system = (RED: NodeAPI) => registerSystem(RED, paperBooks);
    const started = await startFlow([registerPipeline, system], nodes, { mlConnector: runtime });
    nodeOf = (id) => started.getNode(id);
  }
  const pending = () => runtime.delivery.pending(['bills-to-copies']);
  const quiet = () => expect.poll(async () => (await pending()).active, { timeout: 10_000 }).toBe(0);
  const states = async () => {
    const { rows } = await runtime.store.query<{ source_key: string; state: string; reason: string | null }>(
      'select source_key, state, reason from record order by source_key',
    );
    return Object.fromEntries(rows.map(({ source_key, state, reason }) => [source_key, reason ?? state]));
  };

  it('brings every row over once, page by page, and finds nothing to do the second time', async () => {
    for (let n = 1; n <= 23; n += 1) paper.bills.set(`B${n}`, bill(n, { approved: n !== 7 }));
    await start();
    await expect.poll(() => paper.copies.size, { timeout: 10_000 }).toBe(22);
    await quiet();
    expect(paper.copies.get('B3')).toMatchObject({ number: 'B3', amount: '3.10' });
    expect(await states()).toMatchObject({ B1: 'confirmed', B7: 'not-approved', B23: 'confirmed' });
    expect(paper.maxInFlight).toBeLessThanOrEqual(3);
    const before = paper.calls.length;
    await runtime.syncs.get('bills-to-copies')?.read?.readNow(true);
    await quiet();
    expect(paper.calls.slice(before).filter((call) => call.startsWith('POST'))).toEqual([]);
    expect(runtime.counts.of('bills-to-copies')).toMatchObject({
      confirmed: 22,
      ignored: { 'not-approved': 1 },
    });
  });

  it('A15: judges the document as it is when it is sent, not as it was when it was read', async () => {
    paper.bills.set('B1', bill(1));
    await start(
      flow([], {
        mapper: {
          rules: [{ applies: 'any', when: '$not(approved)', outcome: 'ignore', reason: 'not-approved' }],
        },
        reader: { schedule: '0 0 1 1 *' },
      }),
    );
    paper.bills.set('B1', { ...bill(1), approved: true });
    const reading = runtime.syncs.get('bills-to-copies')?.read?.readNow();
    paper.faults.push({ path: /GET \/bills\/B1/, status: 503 });
    await reading;
    paper.bills.set('B1', { ...bill(1), approved: false });
    await expect.poll(states, { timeout: 10_000 }).toEqual({ B1: 'not-approved' });
    expect(paper.copies.size).toBe(0);
  });

  it('A10: parks the one row of a page that cannot be judged; the others and the cursor go on', async () => {
    for (let n = 1; n <= 7; n += 1) paper.bills.set(`B${n}`, bill(n));
    paper.bills.set('B3', bill(3, { amount: 'three' }));
    await start(flow([], { lander: { onlyWork: "$compare(amount, '0') > 0" } }));
    await expect.poll(() => paper.copies.size, { timeout: 10_000 }).toBe(6);
    await quiet();
    expect(await states()).toMatchObject({
      B2: 'confirmed',
      B3: 'mapping-failed',
      B4: 'confirmed',
      B7: 'confirmed',
    });
    const before = paper.calls.length;
    await runtime.syncs.get('bills-to-copies')?.read?.readNow();
    expect(paper.calls.slice(before)).toEqual(['GET /bills']);
  });

  it('A14: takes a row for deleted only when asking for it by its key says so, never because a read did not bring it', async () => {
    for (const n of [1, 2]) paper.bills.set(`B${n}`, bill(n));
    await start(flow([], { reader: { schedule: '0 0 1 1 *' } }));
    const read = runtime.syncs.get('bills-to-copies')?.read;
    await read?.readNow();
    await expect.poll(states, { timeout: 10_000 }).toEqual({ B1: 'confirmed', B2: 'confirmed' });
    // Sent, deleted, and out of every read from now on: nothing happens to it until it is looked at.
    paper.bills.delete('B1');
    await read?.readNow();
    await read?.readNow(true);
    await quiet();
    expect(await states()).toEqual({ B1: 'confirmed', B2: 'confirmed' });
    await runtime.delivery.replay({ by: 'ann', why: 'look again', sync: 'bills-to-copies' });
    await expect.poll(states, { timeout: 10_000 }).toEqual({ B1: 'voided-after-sent', B2: 'confirmed' });
    expect(paper.copies.has('B1')).toBe(true);

    // Read, and deleted before its turn came.
    const gate = Promise.withResolvers<void>();
    paper.bills.set('B3', bill(3));
    paper.delays.push({ path: /^GET \/bills$/, until: gate.promise });
    const reading = read?.readNow();
    await expect.poll(() => paper.delays.length).toBe(0);
    paper.bills.delete('B3');
    gate.resolve();
    await reading;
    await expect.poll(states, { timeout: 10_000 }).toMatchObject({ B3: 'not-approved' });
    expect(paper.copies.has('B3')).toBe(false);
  });

  it('B1 B3: makes one copy when the answer is lost, and says nothing to Catch', async () => {
    paper.bills.set('B1', bill(1));
    paper.faults.push({ path: /POST \/copies/, status: 502, after: true });
    await start();
    const caught: unknown[] = [];
    nodeOf('caught').on('input', (message: unknown) => caught.push(message));
    await expect.poll(states, { timeout: 15_000 }).toEqual({ B1: 'confirmed' });
    expect(paper.calls.filter((call) => call.startsWith('POST'))).toHaveLength(1);
    expect(caught).toEqual([]);
  });

  it('parks what the target refuses, and tells Catch the reason once it is parked', async () => {
    paper.bills.set('bad1', bill(1, { id: 'bad1' }));
    await start();
    const caught = Promise.withResolvers<{ error: { code: string }; record: { key: string } }>();
    nodeOf('caught').on('input', (message: unknown) => caught.resolve(message as never));
    expect(await caught.promise).toMatchObject({
      error: { code: 'rejected-by-target' },
      record: { key: 'bad1' },
    });
    expect(await states()).toEqual({ bad1: 'rejected-by-target' });
  });

  it('parks what a mapping cannot map, naming the field', async () => {
    paper.bills.set('B1', bill(1));
    await start(flow([], { mapper: { document: '{ "number": id }' } }));
    await expect.poll(states, { timeout: 10_000 }).toEqual({ B1: 'schema-failed' });
    const { rows } = await runtime.store.query<{ detail: object }>('select detail from record');
    expect(JSON.stringify(rows[0]?.detail)).toContain('amount');
  });

  it('H3: lets neither of two reads of one sync run', async () => {
    paper.bills.set('B1', bill(1));
    await start(flow([node('copy', 'paper-books-read', ['lander'], { sync: 'the-sync', schedule: '1' })]));
    await expect.poll(() => nodeOf('copy').status).toBeDefined();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(paper.calls).toEqual([]);
  });

  it('waits with its records while a connection lacks a field, and goes on when it is there', async () => {
    paper.bills.set('B1', bill(1));
    await start(flow(), { PAPER_KEY: '' });
    await expect
      .poll(() => runtime.syncs.get('bills-to-copies')?.read?.fault)
      .toMatch(/PAPER_KEY is not set/);
    expect(paper.calls).toEqual([]);
  });

  it('replays parked records from the flow, and counts them on a dry run', async () => {
    paper.bills.set('bad1', bill(1, { id: 'bad1' }));
    await start(
      flow([
        node('count', 'replay', ['counted'], { sync: 'the-sync', dryRun: true }),
        node('counted', 'helper', []),
      ]),
    );
    await expect.poll(states, { timeout: 10_000 }).toEqual({ bad1: 'rejected-by-target' });
    const counted = Promise.withResolvers<{ payload: unknown }>();
    nodeOf('counted').on('input', (message: unknown) => counted.resolve(message as never));
    nodeOf('count').receive({});
    expect((await counted.promise).payload).toEqual({ count: 1, dryRun: true, sync: 'bills-to-copies' });
  });

  it('F1: wakes the read behind a webhook once for an event, and keeps the event until the read has followed', async () => {
    await start(
      flow([node('hook', 'paper-books-webhook', ['reader'], { connection: 'books' })], {
        reader: { schedule: '0 0 1 1 *' },
      }),
    );
    const app = express();
    mountOpen(app, runtime, () => true);
    const { url, stop } = await serve(app);
    try {
      const deliver = (secret: string, path = '/hooks/paper-books/default') =>
        fetch(`${url}${path}`, { method: 'POST', headers: { 'x-secret': secret }, body: '{"id":"event-1"}' });
      await expect.poll(async () => (await deliver('first-secret')).status, { timeout: 10_000 }).toBe(200);
      paper.bills.set('B1', bill(1));
      expect((await deliver('guessed')).status).toBe(401);
      expect((await deliver('first-secret', '/hooks/paper-books/other')).status).toBe(401);
      await Promise.all(Array.from({ length: 10 }, () => deliver('first-secret')));
      await expect.poll(states, { timeout: 10_000 }).toEqual({ B1: 'confirmed' });
      const { rows } = await runtime.store.query('select event_id, handled_at from webhook_event');
      expect(rows).toEqual([{ event_id: 'event-1', handled_at: expect.any(Date) }]);
    } finally {
      await stop();
    }
  });

  it('F7: lets a webhook wait for the poll that is under way, so that the older row never lands after the newer', async () => {
    await start(
      flow([node('hook', 'paper-books-webhook', ['reader'], { connection: 'books' })], {
        reader: { schedule: '0 0 1 1 *' },
      }),
    );
    const app = express();
    mountOpen(app, runtime, () => true);
    const { url, stop } = await serve(app);
    try {
      const deliver = (id: string) =>
        fetch(`${url}/hooks/paper-books/default`, {
          method: 'POST',
          headers: { 'x-secret': 'first-secret' },
          body: JSON.stringify({ id }),
        });
      const gate = Promise.withResolvers<void>();
      const begun = () => paper.calls.filter((call) => call === 'GET /bills').length;
      const readNow = async () => runtime.syncs.get('bills-to-copies')?.read?.readNow();
      await expect.poll(async () => (await deliver('event-0')).status, { timeout: 10_000 }).toBe(200);
      // Behind everything that the start of the webhook asked for.
      await readNow();
      const before = begun();
      paper.bills.set('B1', bill(1));
      paper.delays.push({ path: /^GET \/bills$/, until: gate.promise });
      const poll = readNow();
      await expect.poll(begun).toBe(before + 1);
      paper.bills.set('B1', bill(2, { id: 'B1', amount: '9.90' }));
      const statuses = await Promise.all([1, 2, 3, 4].map(async (n) => (await deliver(`event-${n}`)).status));
      expect([statuses, begun()]).toEqual([[200, 200, 200, 200], before + 1]);
      gate.resolve();
      await poll;
      await expect.poll(() => paper.copies.has('B1'), { timeout: 10_000 }).toBe(true);
      await readNow();
      await quiet();
      const { rows } = await runtime.store.query<{ payload: string }>(
        'select payload from record_version order by version',
      );
      const amounts = rows.map(({ payload }) => JSON.parse(runtime.ledger.vault.open(payload)).amount);
      expect(amounts).toEqual(['1.10', '9.90']);
      expect(paper.copies.get('B1')).toMatchObject({ amount: '9.90' });
      expect(paper.calls.filter((call) => call === 'POST /copies')).toHaveLength(1);
    } finally {
      await stop();
    }
  });

  it('F4: catches up with deliveries that an earlier process stored and did not follow', async () => {
    const early = node('hook', 'paper-books-webhook', ['reader'], { connection: 'books' });
    const store = await open();
    const vault = { seal: (text: string) => text, open: (text: string) => text };
    const deliveries = new WebhookStore({ store, vault, now: () => new Date() });
    await deliveries.add('paper-books', { id: 'late', type: 'bill.changed' }, Buffer.from('{}'));
    paper.bills.set('B1', bill(1));
    await start(flow([early], { reader: { schedule: '0 0 1 1 *' } }), {}, store);
    await expect.poll(states, { timeout: 10_000 }).toEqual({ B1: 'confirmed' });
    await expect.poll(() => deliveries.unhandled('paper-books')).toEqual([]);
  });
});
