import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EpicorBillWorld, startEpicorBillWorld } from '../../sandbox/worlds/epicor-kinetic-bill';
import { runCommand } from '../../tests/support/command';
import { type StartedRuntime, startRuntimeProcess } from '../../tests/support/runtime';
import type { Overview } from '../ops/api-types';
import type { Verification } from './verify-books';

let world: EpicorBillWorld;
let runtime: StartedRuntime;
let headers: Record<string, string>;
beforeAll(async () => {
  world = await startEpicorBillWorld({ size: 60, pace: { billLatencyMs: 40, postingMs: 20 } });
  runtime = await startRuntimeProcess('epicor-kinetic-bill', { ...world.env, ML_POLL_SECONDS: '2' });
  headers = { authorization: `Bearer ${await runtime.token()}`, 'content-type': 'application/json' };
}, 120_000);
afterAll(async () => {
  await runtime?.stop();
  await world?.stop();
});

async function deploy(kind: 'full' | 'flows' | 'nodes'): Promise<number> {
  const version = { ...headers, 'node-red-api-version': 'v2' };
  const { rev, flows } = await (await fetch(`${runtime.url}/flows`, { headers: version })).json();
  for (const node of flows) if (node.type === 'dedup') node.name = `${node.name}.`;
  const answer = await fetch(`${runtime.url}/flows`, {
    method: 'POST',
    headers: { ...version, 'node-red-deployment-type': kind },
    body: JSON.stringify({ rev, flows }),
  });
  return answer.status;
}

async function overview(): Promise<Overview> {
  return (await fetch(`${runtime.url}/ops/api/overview`, { headers })).json() as Promise<Overview>;
}

describe('deploys while records are in the flow', () => {
  it('H1 H2: lose nothing, double nothing, and need no repair', async () => {
    for (const kind of ['full', 'nodes', 'full', 'flows', 'full'] as const) {
      await sleep(700);
      expect(await deploy(kind)).toBe(200);
    }
    await expect
      .poll(
        async () => {
          const { syncs } = await overview();
          return syncs.map(({ counts }) => counts.landed + counts.working);
        },
        { timeout: 60_000, interval: 500 },
      )
      .toEqual([0, 0, 0, 0]);
    const { syncs } = await overview();
    expect(syncs.find(({ name }) => name === 'invoices-to-bill')?.counts.confirmed).toBeGreaterThan(30);
    expect(world.checkPromises()).toEqual([]);
    expect(world.bill.traffic.maxInFlight).toBeLessThanOrEqual(3);
  }, 120_000);

  it('leave books that verify, told by the running process to the command that asks', async () => {
    const { status, summary } = await runCommand(['verify', '--json', '--data', runtime.folder], world.env);
    const { ok, audit, reconciliation } = summary as Verification;
    expect([status, ok, audit.ok, reconciliation.length]).toEqual([0, true, true, 4]);
  }, 60_000);

  it('end cleanly on a signal', async () => {
    await runtime.stop();
    expect(runtime.log()).toContain('SIGTERM: waiting for work in flight to end');
    expect(runtime.log()).not.toMatch(/Close timed out|while closing/);
  });
});
