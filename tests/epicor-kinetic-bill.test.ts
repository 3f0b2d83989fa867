import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { openEmbeddedStore } from '../runtime/ledger/embedded-store';
import { firstOf } from '../sandbox/faults/plan';
import { Random } from '../sandbox/random';
import {
  type EpicorBillOptions,
  type EpicorBillWorld,
  SECRETS,
  startEpicorBillWorld,
} from '../sandbox/worlds/epicor-kinetic-bill';
import { type Ended, runCommand, startCommand } from './support/command';

const TEMPLATE = 'epicor-kinetic-bill';
const RUN_MS = 120_000;

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(
  options: EpicorBillOptions = {},
): Promise<{ world: EpicorBillWorld; folder: string; run: Run }> {
  const world = await startEpicorBillWorld({ pace: { postingMs: 20 }, ...options });
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-test-'));
  ends.push(
    () => rm(folder, { recursive: true, force: true }),
    () => world.stop(),
  );
  const run: Run = (environment = {}) =>
    runCommand(['run', TEMPLATE, '--once', '--json', '--data', folder], { ...world.env, ...environment });
  return { world, folder, run };
}

type Run = (environment?: Readonly<Record<string, string>>) => Promise<Ended>;

interface Counts {
  readonly read: number;
  readonly landed: number;
  readonly unchanged: number;
  readonly confirmed: number;
  readonly updated: number;
  readonly unknown: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly parked: Readonly<Record<string, number>>;
}

function countsOf(ended: Ended, sync: string): Counts {
  return (ended.summary as { syncs: Record<string, Counts> }).syncs[sync] as Counts;
}

const writes = (world: EpicorBillWorld) =>
  [world.epicor.traffic, world.bill.traffic].map(
    ({ log }) =>
      log.filter(({ method, url }) => method !== 'GET' && !/log(in|out)|GetByID|GetRows|GetList/.test(url))
        .length,
  );

async function payAll(world: EpicorBillWorld): Promise<void> {
  world.payer.payApprovedBills();
  world.payer.settleAll();
}

describe('Epicor Kinetic ↔ BILL, from outside', () => {
  it(
    'brings every approved invoice over once, posts payments back, and finds nothing to do the second time',
    async () => {
      const { world, run } = await start();
      const sent = await run();
      expect([sent.status, sent.stderr]).toEqual([0, expect.any(String)]);
      await payAll(world);
      const paid = await run();
      expect(paid.status).toBe(0);
      expect(world.checkPromises()).toEqual([]);
      expect(countsOf(paid, 'payments-to-epicor-kinetic').confirmed).toBeGreaterThan(0);

      const before = writes(world);
      const again = await run();
      expect(again.status).toBe(0);
      expect(writes(world)).toEqual(before);
    },
    RUN_MS,
  );

  it(
    'parks and ignores with the reasons that the data call for',
    async () => {
      const { world, run } = await start();
      const counts = countsOf(await run(), 'invoices-to-bill');
      const reasons = [...Object.keys(counts.parked), ...Object.keys(counts.ignored)];
      expect(reasons).toEqual(
        expect.arrayContaining([
          'gl-account-unmapped',
          'partly-paid',
          'number-too-long',
          'amounts-differ',
          'not-approved',
        ]),
      );
      expect(counts.unknown).toBe(0);
      expect(world.bill.traffic.maxInFlight).toBeLessThanOrEqual(3);
    },
    RUN_MS,
  );

  it(
    'C4: holds back the invoices of a vendor on payment hold, and sends them when it is lifted',
    async () => {
      const { world, run } = await start({ size: 5 });
      const { company } = world.books;
      const vendor = company.rows('Vendor').all.find((row) => row['VendorNum'] === 101) ?? expect.fail();
      const hold = (PayHold: boolean) =>
        world.epicor.state.change(company, 'Vendor', vendor, { PayHold }, 'clerk');
      const sent = () => world.organization.bills.all.filter(({ number }) => number === 'AF-1003').length;
      hold(true);
      expect(countsOf(await run(), 'invoices-to-bill').parked['vendor-inactive']).toBeGreaterThan(0);
      expect(sent()).toBe(0);
      hold(false);
      await run();
      expect(sent()).toBe(1);
    },
    RUN_MS,
  );

  it(
    'B1 B3 B10: makes exactly one bill when the answer to its creation is lost',
    async () => {
      const { world, run } = await start({ faults: {} });
      world.proxies?.bill.follow(
        firstOf(/POST .*\/v3\/bills$/, [
          { kind: 'drop-after' },
          { kind: 'bad-gateway-after' },
          { kind: 'truncate' },
          { kind: 'drop-before' },
          { kind: 'drop-after' },
        ]),
      );
      expect((await run()).status).toBe(0);
      expect(world.proxies?.bill.injected.get('drop-after')).toBe(2);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'B5: loses nothing and doubles nothing when it is killed at any moment',
    async () => {
      const { world, folder, run } = await start({ pace: { billLatencyMs: 10, postingMs: 20 } });
      const random = new Random(11);
      for (let kill = 0; kill < 4; kill++) {
        const running = startCommand(['run', TEMPLATE, '--once', '--json', '--data', folder], world.env);
        await sleep(random.whole(1500, 3500));
        running.kill('SIGKILL');
        await running.ended;
        await payAll(world);
      }
      expect((await run()).status).toBe(0);
      await payAll(world);
      expect((await run()).status).toBe(0);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'G5: names the cause and the remedy when a system refuses the sign-in, and writes nothing',
    async () => {
      const { world } = await start();
      const ping = (environment: Record<string, string>) =>
        runCommand(['ping', TEMPLATE, '--json'], { ...world.env, ...environment });
      const [fine, key, password, company] = await Promise.all([
        ping({}),
        ping({ EPICOR_API_KEY: 'wrong' }),
        ping({ BILL_PASSWORD: 'wrong' }),
        ping({ EPICOR_COMPANY: 'NONE' }),
      ]);
      expect([fine.status, key.status, password.status, company.status]).toEqual([0, 3, 3, 3]);
      expect(key.stdout + key.stderr).toMatch(/API key/i);
      expect(password.stdout + password.stderr).toMatch(/password/i);
      expect(company.stdout + company.stderr).toMatch(/company/i);
    },
    RUN_MS,
  );

  it(
    'writes every external call into the audit chain, and verify names an event that was tampered with',
    async () => {
      const { world, folder, run } = await start();
      expect((await run()).status).toBe(0);
      const calls = world.bill.traffic.total + world.epicor.traffic.total;
      const inStore = async <T extends object>(sql: string): Promise<readonly T[]> => {
        const store = await openEmbeddedStore({ folder: join(folder, 'database') });
        const { rows } = await store.query<T>(sql);
        await store.close();
        return rows;
      };
      const [audited] = await inStore<{ n: string }>(
        `select count(*) as n from audit_event where kind = 'call'`,
      );
      expect(Number(audited?.n)).toBe(calls);
      const verify = () => runCommand(['verify', '--data', folder], world.env);
      expect((await verify()).stdout).toContain('audit chain: whole');
      await inStore(`update audit_event set detail = '{}' where seq = 7`);
      const tampered = await verify();
      expect([tampered.status, tampered.stdout]).toEqual([1, expect.stringContaining('BROKEN at event 7')]);
    },
    RUN_MS,
  );

  it(
    'says which variable is missing before it makes any call',
    async () => {
      const { world, run } = await start();
      const ended = await run({ BILL_DEV_KEY: '' });
      expect(ended.status).toBe(2);
      expect(ended.stderr).toContain('BILL_DEV_KEY');
      expect(world.bill.traffic.total + world.epicor.traffic.total).toBe(0);
    },
    RUN_MS,
  );

  it(
    'I3: lets no secret into its output or its data folder',
    async () => {
      const { world, folder, run } = await start();
      const good = await run();
      const bad = await run({ BILL_PASSWORD: `${SECRETS.billPassword}-wrong` });
      const texts = [good, bad].flatMap(({ stdout, stderr }) => [stdout, stderr]);
      for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (file.isFile()) texts.push(await readFile(join(file.parentPath, file.name), 'latin1'));
      }
      const canaries = [
        ...Object.values(SECRETS),
        Buffer.from(`integration:${SECRETS.epicorPassword}`).toString('base64'),
      ];
      expect(canaries.filter((canary) => texts.some((text) => text.includes(canary)))).toEqual([]);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});
