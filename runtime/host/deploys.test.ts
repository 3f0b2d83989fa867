import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EpicorBillWorld, startEpicorBillWorld } from '../../sandbox/worlds/epicor-kinetic-bill';
import { runCommand } from '../../tests/support/command';
import { type StartedRuntime, startRuntimeIn, startRuntimeProcess } from '../../tests/support/runtime';
import type { Overview } from '../ops/api-types';
import type { Verification } from './verify-books';

let world: EpicorBillWorld;
let runtime: StartedRuntime;
let headers: Record<string, string>;
let environment: Record<string, string>;
beforeAll(async () => {
  world = await startEpicorBillWorld({ size: 400, pace: { billLatencyMs: 60, postingMs: 20 } });
  environment = { ...world.env, ML_POLL_SECONDS: '2' };
  runtime = await startRuntimeProcess('epicor-kinetic-bill', environment);
  await signIn();
}, 120_000);
afterAll(async () => {
  await runtime?.stop();
  await world?.stop();
});

async function signIn(): Promise<void> {
  headers = { authorization: `Bearer ${await runtime.token()}`, 'content-type': 'application/json' };
}

interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  name?: string;
}

/** Every deploy changes something, or Node-RED would leave all nodes alone. */
let changes = 0;
function renamed(nodes: readonly FlowNode[]): FlowNode[] {
  changes += 1;
  return nodes.map((node) => (node.type === 'dedup' ? { ...node, name: `landing ${changes}` } : node));
}

async function flows(): Promise<{ rev: string; flows: FlowNode[] }> {
  const answer = await fetch(`${runtime.url}/flows`, {
    headers: { ...headers, 'node-red-api-version': 'v2' },
  });
  return answer.json() as Promise<{ rev: string; flows: FlowNode[] }>;
}

async function send(method: string, path: string, body: unknown, more = {}): Promise<void> {
  const answer = await fetch(`${runtime.url}${path}`, {
    method,
    headers: { ...headers, 'node-red-api-version': 'v2', ...more },
    body: JSON.stringify(body),
  });
  expect(`${path} ${answer.status}`).toMatch(/ 20\d$/);
}

async function deploy(kind: 'full' | 'flows' | 'nodes' | 'reload'): Promise<void> {
  const { rev, flows: nodes } = await flows();
  await send('POST', '/flows', { rev, flows: renamed(nodes) }, { 'node-red-deployment-type': kind });
}

async function restartTab(): Promise<void> {
  const id = 'ekb-to-bill';
  const tab = await (await fetch(`${runtime.url}/flow/${id}`, { headers })).json();
  await send('PUT', `/flow/${id}`, { ...tab, nodes: renamed(tab.nodes) });
}

async function stopAndStartFlows(): Promise<void> {
  await send('POST', '/flows/state', { state: 'stop' });
  await send('POST', '/flows/state', { state: 'start' });
}

async function endAndStartAgain(): Promise<void> {
  await runtime.end();
  expect(runtime.log()).toContain('SIGTERM: waiting for work in flight to end');
  expect(runtime.log()).not.toMatch(/Close timed out|while closing/);
  runtime = await startRuntimeIn(runtime.folder, environment);
  await signIn();
}

async function counts(sync: string): Promise<Overview['syncs'][number]['counts'] | undefined> {
  const answer = await fetch(`${runtime.url}/ops/api/overview`, { headers });
  const { syncs } = (await answer.json()) as Overview;
  return syncs.find(({ name }) => name === sync)?.counts;
}

const SYNCS = ['gl-accounts-to-bill', 'vendors-to-bill', 'invoices-to-bill', 'payments-to-epicor-kinetic'];

/** Records of each sync that are not settled yet. */
async function left(): Promise<number[]> {
  const all = await Promise.all(SYNCS.map(counts));
  return all.map((its) => (its ? its.landed + its.working : -1));
}

/** Texts that every open editor has been shown, in order. */
async function listenAsEditor(): Promise<{ readonly texts: readonly string[]; close(): void }> {
  const texts: string[] = [];
  const socket = new WebSocket(`${runtime.url.replace('http', 'ws')}/comms`);
  const { promise: signedIn, resolve } = Promise.withResolvers<void>();
  socket.onopen = () =>
    socket.send(JSON.stringify({ auth: headers['authorization']?.slice('Bearer '.length) }));
  socket.onmessage = ({ data }) => {
    if (String(data).includes('"auth":"ok"')) {
      socket.send(JSON.stringify({ subscribe: 'notification/#' }));
      resolve();
    }
    texts.push(String(data));
  };
  await signedIn;
  return { texts, close: () => socket.close() };
}

const IN_FLIGHT: readonly [string, () => Promise<void>][] = [
  ['a full deploy', () => deploy('full')],
  ['a deploy of changed nodes', () => deploy('nodes')],
  ['a deploy of changed flows', () => deploy('flows')],
  ['a restart of one tab', restartTab],
  ['a restart of all flows', () => deploy('reload')],
  ['a stop of all flows', stopAndStartFlows],
  ['the end of the process by SIGTERM', endAndStartAgain],
];

describe('while records are in the flow', () => {
  it('H1: the editor says that it waits for them', async () => {
    const editor = await listenAsEditor();
    world.bill.switches.latencyMs = 700;
    await expect
      .poll(async () => (await counts('vendors-to-bill'))?.working, { timeout: 30_000 })
      .toBeGreaterThan(0);
    await deploy('full');
    world.bill.switches.latencyMs = 60;
    await expect
      .poll(() => editor.texts.join('\n'), { timeout: 10_000 })
      .toContain('Waiting for work in flight to end');
    editor.close();
  }, 60_000);

  it('H1 H2: every kind of deploy, a stop and a restart lose nothing, double nothing and need no repair', async () => {
    for (const [name, interrupt] of IN_FLIGHT) {
      await sleep(500);
      const underWay = (await left()).reduce((sum, each) => sum + each, 0);
      expect(underWay, `records under way before ${name}`).toBeGreaterThan(0);
      await interrupt();
    }
    await expect.poll(left, { timeout: 90_000, interval: 500 }).toEqual([0, 0, 0, 0]);
    expect((await counts('invoices-to-bill'))?.confirmed).toBeGreaterThan(300);
    expect(world.checkPromises()).toEqual([]);
  }, 180_000);

  it('the books verify afterwards, told by the running process to the command that asks', async () => {
    const { status, summary } = await runCommand(['verify', '--json', '--data', runtime.folder], world.env);
    const { ok, audit, reconciliation } = summary as Verification;
    expect([status, ok, audit.ok, reconciliation.length]).toEqual([0, true, true, 4]);
  }, 60_000);
});
