import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EpicorBillWorld, startEpicorBillWorld } from '../../sandbox/worlds/epicor-kinetic-bill';
import { type Running, startCommand } from '../../tests/support/command';
import { createDatabase, dropDatabase } from '../../tests/support/stores';
import { openServerStore } from '../ledger/server-store';
import type { Store } from '../ledger/store';

const SECRET = 'the-same-key-for-every-runtime-of-this-database';

let world: EpicorBillWorld;
let database: string;
let store: Store;
let folder: string;
const running: Running[] = [];
beforeAll(async () => {
  world = await startEpicorBillWorld({ size: 60, pace: { billLatencyMs: 60, postingMs: 20 } });
  database = await createDatabase();
  store = await openServerStore({ connectionString: database, onError: () => {} });
  folder = mkdtempSync(join(tmpdir(), 'several-'));
}, 120_000);
afterAll(async () => {
  for (const each of running) {
    each.kill('SIGKILL');
    await each.ended;
  }
  await store?.close();
  if (database) await dropDatabase(database);
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function startRuntime(name: string): Running {
  const run = startCommand(['run', 'epicor-kinetic-bill', '--data', join(folder, name)], {
    ...world.env,
    DATABASE_URL: database,
    ML_CREDENTIAL_SECRET: SECRET,
    ML_POLL_SECONDS: '2',
  });
  running.push(run);
  return run;
}

const count = async (where: string): Promise<number> => {
  const { rows } = await store
    .query<{ n: string }>(`select count(*) as n from record where ${where}`)
    .catch(() => ({
      rows: [{ n: '-1' }],
    }));
  return Number(rows[0]?.n);
};

describe('several runtimes on one database', () => {
  it('B6 G3: share the work and the limit, and one goes on when the other is killed', async () => {
    const first = startRuntime('first');
    startRuntime('second');
    await expect.poll(() => count(`state = 'confirmed'`), { timeout: 60_000 }).toBeGreaterThan(60);
    first.kill('SIGKILL');
    await expect
      .poll(
        async () => [
          (await count(`sync = 'invoices-to-bill'`)) > 50,
          await count(`state in ('landed', 'working')`),
        ],
        { timeout: 90_000, interval: 500 },
      )
      .toEqual([true, 0]);
    expect(world.checkPromises()).toEqual([]);
    expect(world.bill.traffic.maxInFlight).toBeLessThanOrEqual(3);
  }, 180_000);

  it('read each sync once, whoever does it', async () => {
    startRuntime('third');
    await sleep(8_000);
    const reads = world.bill.traffic.log.filter(({ url }) => url.includes('/v3/payments')).length;
    await sleep(10_000);
    const more = world.bill.traffic.log.filter(({ url }) => url.includes('/v3/payments')).length - reads;
    expect(more).toBeGreaterThanOrEqual(3);
    expect(more).toBeLessThanOrEqual(6);
  }, 60_000);

  it('refuse a runtime that has another key', async () => {
    const stranger = startCommand(['run', 'epicor-kinetic-bill', '--data', join(folder, 'stranger')], {
      ...world.env,
      DATABASE_URL: database,
      ML_CREDENTIAL_SECRET: 'another-key-that-nobody-else-has-in-use',
    });
    const { status, stderr } = await stranger.ended;
    expect([status, stderr]).toEqual([2, expect.stringContaining('VAULT_KEY_UNKNOWN')]);
  }, 60_000);
});
