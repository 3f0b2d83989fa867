import { expect, it, onTestFinished } from 'vitest';
import type { Clock } from '../../runtime/connector/clock';
import type { JsonObject } from '../../runtime/connector/json';
import type { WriteRequest } from '../../runtime/delivery/protocol';
import type { Store } from '../../runtime/ledger/store';
import { type Avidxchange, startAvidxchange } from '../../sandbox/avidxchange/start';
import type { AvidSwitches } from '../../sandbox/avidxchange/switches';
import type { FaultPlan } from '../../sandbox/faults/plan';
import { type FaultProxy, startFaultProxy } from '../../sandbox/faults/proxy';
import { connectTo, credentials, filesOf, invoice } from '../../tests/support/avidxchange-connection';
import { eventually, landing, openRuntime, type Runtime, row, SYNC } from '../../tests/support/delivery';
import { withStores } from '../../tests/support/stores';
import { manifest } from './manifest';

const { companyToken, userToken } = credentials;
/** Waiting for a batch takes a twentieth of the time. */
const hasty: Clock = {
  now: () => new Date(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 20)),
};
const PDF = Buffer.concat([Buffer.from('%PDF-1.7 '), Buffer.alloc(20_000, 'x')]);

interface Site {
  readonly avid: Avidxchange;
  readonly proxy: FaultProxy;
}

async function startSite(switches: Partial<AvidSwitches> = {}): Promise<Site> {
  const avid = await startAvidxchange({
    accountingSystems: [{ id: 4811, name: 'EPIC06' }],
    access: { companyToken, userToken, gatewayKey: 'g', users: [], clients: [] },
    switches: { callsPerMinute: 100_000, receivedMs: 5, processingMs: 20, ...switches },
  });
  const system = { accountingSystemId: 4811, active: true };
  avid.site.addVendor({ ...system, code: '1042', data: { Name: 'Acme Steel' } });
  avid.site.addCode({ ...system, group: 'GL Account', value: '6100-00-10', description: 'Supplies' });
  const proxy = await startFaultProxy({ target: avid.url });
  onTestFinished(async () => {
    await proxy.stop();
    await avid.stop();
  });
  return { avid, proxy };
}

/** A runtime whose flow is one node that submits invoices. */
async function runFlow(store: Store, { proxy }: Site, options: JsonObject = {}): Promise<Runtime> {
  const runtime = await openRuntime(store, { policies: { settleMs: 150, callMs: 300, gatherMs: 50 } });
  const connection = connectTo(proxy.url, {}, hasty);
  onTestFinished(() => connection.close());
  const declaration = manifest.operations['submit-invoice'];
  const operation = connection.client.operations['submit-invoice'];
  if (!declaration || !operation) throw new Error('there is no submit-invoice');
  const target: Omit<WriteRequest, 'attempt' | 'document'> = {
    operationName: 'submit-invoice',
    declaration,
    operation,
    connection: 'avidxchange',
    calls: connection.calls(),
    sourceFiles: filesOf({ '77': PDF }),
    options: { batchSize: 10, ...options },
    mappingVersion: 'm1',
    closes: true,
    signal: new AbortController().signal,
  };
  await runtime.delivery.consume({
    sync: SYNC,
    window: 40,
    holdMs: 60_000,
    onAttempt: (attempt) => {
      void runtime.delivery.write({ ...target, attempt, document: documentOf(attempt.data) });
    },
  });
  return runtime;
}

function documentOf(data: JsonObject): JsonObject {
  const number = String(data['number']);
  const wrong = number.endsWith('7') ? { VendorExternalCode: '999' } : {};
  return invoice(number, { Images: [{ SourceFile: '77', FileName: `${number}.pdf` }], ...wrong });
}

const numbers = (count: number) => Array.from({ length: count }, (_, at) => `INV-${at}`);

async function settled(store: Store, count: number): Promise<Record<string, number>> {
  const states = async () => {
    const { rows } = await store.query<{ state: string; reason: string | null }>(
      'select state, reason from record',
    );
    return rows.map(({ state, reason }) => (reason === null ? state : `${state} ${reason}`));
  };
  const done = async () => (await states()).filter((state) => !/^(landed|working)/.test(state)).length;
  await expect.poll(done, { timeout: 40_000, interval: 50 }).toBe(count);
  return Object.fromEntries(
    Object.entries(Object.groupBy(await states(), (state) => state)).map(([state, of]) => [
      state,
      of?.length ?? 0,
    ]),
  );
}

/** Every one that may be there is, once, whole. */
function expectOnce({ avid }: Site, count: number): void {
  const expected = numbers(count).filter((number) => !number.endsWith('7'));
  expect(avid.site.invoices.map(({ number }) => number).sort()).toEqual(expected.sort());
  for (const { gross, images } of avid.site.invoices) {
    expect(gross).toBe('125.50');
    expect(images.map(({ bytes }) => bytes.equals(PDF))).toEqual([true]);
  }
  expect(avid.site.sentAgain).toEqual([]);
}

const everySecondPost = (
  kind: 'drop-after' | 'bad-gateway-after' | 'truncate' | 'drop-before',
): FaultPlan => {
  let posts = 0;
  return ({ method }) => {
    if (method !== 'POST') return undefined;
    posts += 1;
    return posts % 2 === 1 && posts < 9 ? { kind } : undefined;
  };
};

withStores('invoices on their way to AvidXchange', (open) => {
  it('go in full batches, each once, what is refused aside (B13)', async () => {
    const [store, site] = [await open(), await startSite()];
    const { delivery } = await runFlow(store, site);
    await delivery.land(landing(...numbers(40).map((key) => row(key))));
    expect(await settled(store, 40)).toEqual({ confirmed: 36, 'parked vendor-not-linked': 4 });
    expectOnce(site, 40);
    expect(site.avid.site.batches.map(({ itemCount }) => itemCount)).toEqual([10, 10, 10, 10]);
  });

  it.each(['drop-after', 'bad-gateway-after', 'truncate', 'drop-before'] as const)(
    'go once where answers are lost by %s (B1, B3)',
    async (kind) => {
      // Not even AvidXchange itself would notice a second one.
      const switches = { duplicateInvoice: 'accept', duplicateBatch: 'accept', listLagMs: 100 } as const;
      const [store, site] = [await open(), await startSite(switches)];
      site.proxy.follow(everySecondPost(kind));
      const { delivery } = await runFlow(store, site);
      await delivery.land(landing(...numbers(30).map((key) => row(key))));
      expect(await settled(store, 30)).toEqual({ confirmed: 27, 'parked vendor-not-linked': 3 });
      expectOnce(site, 30);
      expect(site.proxy.injected.get(kind)).toBeGreaterThan(0);
    },
  );

  it('go again, once, when their batch failed as a whole', async () => {
    const [store, site] = [await open(), await startSite({ failEvery: 2 })];
    const { delivery } = await runFlow(store, site);
    await delivery.land(landing(...numbers(30).map((key) => row(key))));
    expect(await settled(store, 30)).toEqual({ confirmed: 27, 'parked vendor-not-linked': 3 });
    expectOnce(site, 30);
    expect(site.avid.site.batches.some(({ failed }) => failed)).toBe(true);
  });

  it('are looked up by the next process when theirs is killed while they are sent (B5)', async () => {
    const [store, site] = [await open(), await startSite({ processingMs: 300, duplicateInvoice: 'accept' })];
    const first = await runFlow(store, site);
    await first.delivery.land(landing(...numbers(20).map((key) => row(key))));
    await eventually(() => site.avid.site.batches.length).toBeGreaterThan(0);
    await first.kill();
    await runFlow(store, site);
    expect(await settled(store, 20)).toEqual({ confirmed: 18, 'parked vendor-not-linked': 2 });
    expectOnce(site, 20);
  });
});
