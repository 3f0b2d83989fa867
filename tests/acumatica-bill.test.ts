import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openEmbeddedStore } from '../runtime/ledger/embedded-store';
import { text } from '../sandbox/acumatica/entity-store';
import { addClassification } from '../sandbox/bill/classifications';
import { firstOf } from '../sandbox/faults/plan';
import { Random } from '../sandbox/random';
import type { AcumaticaBillWorld } from '../sandbox/worlds/acumatica-bill';
import { loading } from './faults/preloads';
import { isWrite } from './faults/write-calls';
import { countsOf, openSessions, startProduct as start, until } from './support/acumatica-run';
import { runCommand } from './support/command';
import { PROJECT } from './support/project';
import { startRuntimeIn } from './support/runtime';

const RUN_MS = 240_000;

const writes = ({ acumatica, bill }: AcumaticaBillWorld) =>
  [acumatica.traffic, bill.traffic].map(({ log }) => log.filter(isWrite).length);

const clerkNote = ({ clerk }: AcumaticaBillWorld, number: string) => clerk.billOf('BRIGHTDESK', number).note;

interface FlowNode {
  readonly id: string;
  readonly d?: boolean;
}

/** The runtime as in production, with the template as a consultant has changed it. */
async function startEdited(world: AcumaticaBillWorld, folder: string, edit: (node: FlowNode) => FlowNode) {
  const flow = JSON.parse(await readFile(join(PROJECT, 'flows', world.template, 'flow.json'), 'utf8'));
  await writeFile(join(folder, 'flows.json'), JSON.stringify((flow as FlowNode[]).map(edit)));
  const runtime = await startRuntimeIn(folder, { ...world.env, ML_POLL_SECONDS: '2' });
  onTestFinished(() => runtime.end());
  return runtime;
}

describe('Acumatica ↔ BILL, from outside', () => {
  it(
    'brings every released bill over once, records payments back, and finds nothing to do the second time',
    async () => {
      const { world, run } = await start();
      expect((await run()).status).toBe(0);
      world.people.finish();
      const paid = await run();
      expect(paid.status).toBe(0);
      expect(countsOf(paid, 'payments-to-acumatica').confirmed).toBeGreaterThan(20);
      expect(world.checkPromises()).toEqual([]);

      // Our own payments have changed the bills that they paid: they are read again, and nothing is written.
      const before = writes(world);
      const [once, twice] = [await run(), await run()];
      expect([once.status, twice.status]).toEqual([0, 0]);
      expect(writes(world)).toEqual(before);
      for (const sync of ['vendors-to-bill', 'bills-to-bill', 'payments-to-acumatica']) {
        expect(countsOf(twice, sync)).toMatchObject({ confirmed: 0, updated: 0, unknown: 0 });
      }
      const asked = world.acumatica.traffic.log.map(({ url }) => url).join('\n');
      expect(asked).not.toMatch(/PurchaseOrder|PaymentInstructions/);
      expect(world.acumatica.sessions.maxInFlight).toBe(1);
      expect(world.bill.traffic.maxInFlight).toBeLessThanOrEqual(3);
    },
    RUN_MS,
  );

  it(
    'parks and ignores with the reasons that the data call for',
    async () => {
      const { run } = await start();
      const ended = await run();
      const counts = countsOf(ended, 'bills-to-bill');
      expect([...Object.keys(counts.parked), ...Object.keys(counts.ignored)].sort()).toEqual([
        'amounts-differ',
        'currency-mismatch',
        'department-unmapped',
        'gl-account-unmapped',
        'near-duplicate',
        'not-approved',
        'number-in-use',
        'number-too-long',
        'partly-paid',
        'vendor-not-linked',
      ]);
      expect(counts.unknown).toBe(0);
      // The subaccount of no department is no department; two departments that BILL lacks stand in four subaccounts.
      expect(countsOf(ended, 'departments-to-bill')).toMatchObject({
        confirmed: 8,
        ignored: { 'not-ours': 1 },
        parked: { 'department-unmapped': 4 },
      });
    },
    RUN_MS,
  );

  it(
    'B10: sends one of two bills that were entered under one number, although BILL shows a new one late',
    async () => {
      const lagging = { listLagMs: 3_000, knowsAllowDuplicate: false } as const;
      const { world, run } = await start({ size: 1, billSwitches: lagging });
      const ended = await run();
      const sent = world.organization.bills.all.filter(({ number }) => number === 'BD-2000');
      expect([ended.status, sent.length]).toEqual([0, 1]);
      expect(countsOf(ended, 'bills-to-bill').parked).toMatchObject({ 'number-in-use': 2 });
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'A6, C7: finds a department and an account that were made in BILL since, and sends the bills that waited for them',
    async () => {
      const { world, run } = await start();
      await run();
      const { organization, tenant, clerk } = world;
      addClassification(organization, 'departments', { name: 'Legal', shortName: '500' });
      addClassification(organization, 'chart-of-accounts', {
        name: 'Miscellaneous',
        account: { type: 'EXPENSE', number: '69000' },
      });
      tenant.insert(
        tenant.draft(
          'Subaccount',
          { SubaccountCD: '400030', Description: 'New office', Active: true },
          'clerk',
        ),
      );
      const ended = await run();
      expect(countsOf(ended, 'departments-to-bill')).toMatchObject({ confirmed: 3 });
      expect(countsOf(ended, 'gl-accounts-to-bill')).toMatchObject({ confirmed: 1 });
      expect(countsOf(ended, 'bills-to-bill').confirmed).toBe(2);
      const numbers = organization.bills.all.map(({ number }) => number);
      for (const number of ['BD-1010', 'BD-1012']) {
        expect(numbers).toContain(text(clerk.billOf('BRIGHTDESK', number), 'VendorRef'));
      }
    },
    RUN_MS,
  );

  it(
    'C4: holds back the bills of a vendor on hold, and sends them when it comes back',
    async () => {
      const { world, run } = await start();
      await run();
      const { clerk, organization } = world;
      clerk.changeVendor('OMALLEY', { Status: 'On Hold' });
      clerk.copyBill(clerk.billOf('OMALLEY', "O'M-77"), 'OM-NEW');
      expect(countsOf(await run(), 'bills-to-bill').parked).toMatchObject({ 'vendor-inactive': 1 });
      const sent = () => organization.bills.all.filter(({ number }) => number === 'OM-NEW').length;
      expect(sent()).toBe(0);
      clerk.changeVendor('OMALLEY', { Status: 'Active' });
      await run();
      expect(sent()).toBe(1);
    },
    RUN_MS,
  );

  it(
    'D11: archives the copy of a reversed or voided bill, sends what replaces one, updates a recoded one, and parks what was paid by hand',
    async () => {
      const { world, run } = await start();
      await run();
      const { clerk, books, organization } = world;
      const [reversed, replaced, recoded, byHand, voided] = (
        ['BD-1001', 'BD-1003', 'BD-1006', 'BD-1007', 'BD-1016'] as const
      ).map((number) => clerk.billOf('BRIGHTDESK', number));
      if (!reversed || !replaced || !recoded || !byHand || !voided) throw new Error('bills are missing');
      const note = (kind: (typeof books.changes)[number]['kind'], bill: typeof reversed) =>
        books.changes.push({ key: `Bill|${text(bill, 'ReferenceNbr')}`, kind });
      clerk.reverse(reversed);
      note('reversed', reversed);
      clerk.replace(replaced, '10.00');
      note('replaced', replaced);
      clerk.reclassify(recoded, '62500');
      note('reclassified', recoded);
      clerk.payByHand(byHand, '61.00');
      note('paid-by-hand', byHand);
      world.tenant.change(voided, { Status: 'Voided', Balance: '0' });
      note('reversed', voided);
      const ended = await run();
      const counts = countsOf(ended, 'bills-to-bill');
      expect(counts.updated).toBe(1);
      expect(counts.parked).toEqual({ 'changed-after-sent': 1 });
      const live = (number: string) =>
        organization.bills.all
          .filter((bill) => bill.number === number && !bill.archived)
          .map(({ amount }) => amount);
      expect([live('BD-1001'), live('BD-1003'), live('BD-1016')]).toEqual([[], ['110.00'], []]);
      expect(live('BD-1007')).toEqual(['61.00']);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'E1: voids a payment that BILL voided after it was recorded, and opens its bill again',
    async () => {
      const { world, run } = await start();
      await run();
      world.people.finish();
      await run();
      const recorded = world.tenant.rows('Check').all.map((check) => text(check, 'PaymentRef'));
      const payment = world.organization.payments.all.find(
        ({ id, online, billPayments }) => online && billPayments.length === 1 && recorded.includes(id),
      );
      if (!payment) throw new Error('no payment was recorded');
      world.payer.void(payment);
      expect((await run()).status).toBe(0);
      const checks = world.tenant
        .rows('Check')
        .all.filter((check) => text(check, 'PaymentRef') === payment.id);
      expect(checks.map((check) => `${text(check, 'Type')} ${text(check, 'Status')}`).sort()).toEqual([
        'Payment Voided',
        'Voided Payment Closed',
      ]);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'notes what was paid on the bills, and books nothing, where the flow says so',
    async () => {
      const { world, folder, run } = await start();
      expect((await run()).status).toBe(0);
      world.people.finish();
      const { tenant, organization } = world;
      const checks = tenant.rows('Check').all.length;
      const runtime = await startEdited(world, folder, (node) => {
        if (node.id === 'acb-pay-kind') return { ...node, d: true };
        return /^acb-note-(map|write)$/.test(node.id) ? { ...node, d: false } : node;
      });
      const noteOf = (number: string) => clerkNote(world, number);
      await until('a payment is noted', () =>
        /: paid by BILL on \d{4}-\d{2}-\d{2}: /.test(noteOf('BD-1001')),
      );
      const payment = organization.payments.all.find(({ id }) => noteOf('BD-1001').includes(id));
      if (!payment) throw new Error('no payment is noted');
      world.payer.void(payment);
      await until('its void is noted', () => noteOf('BD-1001') === `${payment.id}: voided at BILL`);
      await runtime.end();
      expect(tenant.rows('Check').all.length).toBe(checks);
      expect(openSessions(world)).toBe(0);
    },
    RUN_MS,
  );

  it(
    'B1 B3 B14: makes exactly one bill and one payment when answers are lost, and releases it',
    async () => {
      const { world, run } = await start({ faults: true });
      // What the product waits before it looks is minutes; its order is kept.
      const shortly = () => run(loading(['short-waits']));
      const lost = [
        { kind: 'drop-after' },
        { kind: 'bad-gateway-after' },
        { kind: 'truncate' },
        { kind: 'drop-before' },
        { kind: 'drop-after' },
      ] as const;
      world.proxies?.bill.follow(firstOf(/POST .*\/v3\/bills$/, lost));
      expect((await shortly()).status).toBe(0);
      world.people.finish();
      const [put, release] = [firstOf(/PUT .*\/Check/, lost), firstOf(/POST .*ReleaseCheck/, lost)];
      world.proxies?.acumatica.follow((passing) => put(passing) ?? release(passing));
      expect((await shortly()).status).toBe(0);
      expect(world.proxies?.bill.injected.get('drop-after')).toBe(2);
      expect(world.proxies?.acumatica.injected.get('drop-after')).toBe(4);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'B5: loses nothing, doubles nothing and leaves no session behind when it is killed at any moment',
    async () => {
      const { world, serve, run } = await start({
        acumaticaSwitches: { latencyMs: 5 },
        billSwitches: { latencyMs: 10 },
      });
      const random = new Random(11);
      for (let kill = 0; kill < 5; kill += 1) {
        const running = serve({}, ['--once']);
        await sleep(random.whole(1_500, 4_500));
        running.kill('SIGKILL');
        await running.ended;
        world.people.finish();
        expect(openSessions(world)).toBeLessThanOrEqual(1);
      }
      expect((await run()).status).toBe(0);
      world.people.finish();
      expect((await run()).status).toBe(0);
      expect(world.checkPromises()).toEqual([]);
      expect(world.acumatica.sessions.refusedSeats).toBe(0);
      expect(openSessions(world)).toBe(0);
    },
    RUN_MS,
  );

  it(
    'writes every external call into the audit chain, and verify finds both books in agreement',
    async () => {
      const { world, folder, run } = await start();
      expect((await run()).status).toBe(0);
      const calls = world.bill.traffic.total + world.acumatica.traffic.total;
      const store = await openEmbeddedStore({ folder: join(folder, 'database') });
      const { rows } = await store.query<{ n: string }>(
        `select count(*) as n from audit_event where kind = 'call'`,
      );
      await store.close();
      expect(Number(rows[0]?.n)).toBe(calls);
      const { stdout } = await runCommand(['verify', '--data', folder], world.env);
      expect(stdout).toContain('audit chain: whole');
      expect(openSessions(world)).toBe(0);
    },
    RUN_MS,
  );

  it(
    'says which variable is missing before it makes any call',
    async () => {
      const { world, run } = await start();
      const ended = await run({ ACUMATICA_CLIENT_SECRET: '' });
      expect([ended.status, ended.stderr]).toEqual([2, expect.stringContaining('ACUMATICA_CLIENT_SECRET')]);
      expect(world.bill.traffic.total + world.acumatica.traffic.total).toBe(0);
    },
    RUN_MS,
  );
});
