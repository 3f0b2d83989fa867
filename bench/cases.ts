import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EpicorBillWorld, startEpicorBillWorld } from '../sandbox/worlds/epicor-kinetic-bill';
import { startRuntime } from './runtime-process';

const TEMPLATE = 'epicor-kinetic-bill';

export interface Figure {
  readonly name: string;
  readonly store: 'embedded' | 'server';
  readonly value: number;
  readonly unit: string;
  /** What the product aims at. */
  readonly goal: string;
  readonly how: string;
}

/** A store that a case runs on: `DATABASE_URL` for a server, nothing for the embedded one. */
export interface StoreChoice {
  readonly name: 'embedded' | 'server';
  environment(): Promise<Record<string, string>>;
}

/** Calls at BILL while bills are being made, against what three at a time could do at best. */
export async function shareOfCeiling(store: StoreChoice, invoices: number): Promise<Figure> {
  const latencyMs = 100;
  return inWorld({ size: invoices, pace: { billLatencyMs: latencyMs } }, async (world, folder) => {
    await startRuntime(TEMPLATE, folder, { ...world.env, ...(await store.environment()) }).ended;
    const log = world.bill.traffic.log;
    const creates = log.filter(({ method, url }) => method === 'POST' && url.endsWith('/bills'));
    const from = creates[0]?.at ?? 0;
    const to = creates.at(-1)?.at ?? 0;
    const calls = log.filter(({ at }) => at >= from && at < to).length;
    const share = (calls * latencyMs) / 3 / (to - from);
    return {
      name: 'share of the ceiling, 3 in flight at 100 ms',
      store: store.name,
      value: Math.round(share * 1000) / 10,
      unit: '%',
      goal: '98 %',
      how: `${calls} calls in ${Math.round(to - from)} ms, at most ${world.bill.traffic.maxInFlight} in flight`,
    };
  });
}

/** Bills made each second when both systems answer at once. */
export async function recordsPerSecond(store: StoreChoice, invoices: number): Promise<Figure> {
  return inWorld({ size: invoices }, async (world, folder) => {
    await startRuntime(TEMPLATE, folder, { ...world.env, ...(await store.environment()) }).ended;
    const creates = world.bill.traffic.log.filter(
      ({ method, url }) => method === 'POST' && url.endsWith('/bills'),
    );
    const seconds = ((creates.at(-1)?.at ?? 0) - (creates[0]?.at ?? 0)) / 1000;
    return {
      name: 'records a second, target answers at once',
      store: store.name,
      value: Math.round(creates.length / seconds),
      unit: 'records/s',
      goal: store.name === 'server' ? '1,000' : '300',
      how: `${creates.length} bills in ${Math.round(seconds * 10) / 10} s, the simulated systems on the same two cores`,
    };
  });
}

/** Peak memory of a large first sync against that of a small one. */
export async function memoryRatio(store: StoreChoice, small: number, large: number): Promise<Figure> {
  const peak = (size: number) =>
    inWorld({ size }, async (world, folder) => {
      const { peakMb } = await startRuntime(TEMPLATE, folder, {
        ...world.env,
        ...(await store.environment()),
      }).ended;
      return peakMb;
    });
  const [few, many] = [await peak(small), await peak(large)];
  return {
    name: `peak memory, ${large} invoices against ${small}`,
    store: store.name,
    value: Math.round((many / few) * 100) / 100,
    unit: 'times',
    goal: '1.3',
    how: `${many} MB against ${few} MB resident`,
  };
}

/** From the start of the process to the first page that has landed: the next page is asked for only then. */
export async function startToLanded(store: StoreChoice): Promise<Figure> {
  return inWorld({ size: 300 }, async (world, folder) => {
    const environment = { ...world.env, ...(await store.environment()) };
    const runtime = startRuntime(TEMPLATE, folder, environment);
    const pages = () =>
      world.epicor.traffic.log.filter(({ url, status }) => status === 200 && /skip|gt/.test(url));
    const seconds = await secondsUntil(() => pages().length > 1, runtime.startedAt);
    await runtime.ended;
    return {
      name: 'start to first landed record',
      store: store.name,
      value: seconds,
      unit: 's',
      goal: '5 s',
      how: 'a new data folder, process start included',
    };
  });
}

/** From kill -9 in the middle of a run to the next bill that the restarted process makes. */
export async function killToDelivered(store: StoreChoice): Promise<Figure> {
  return inWorld({ size: 1500, pace: { billLatencyMs: 30 } }, async (world, folder) => {
    const environment = { ...world.env, ...(await store.environment()) };
    const bills = () => world.organization.bills.all.length;
    const first = startRuntime(TEMPLATE, folder, environment);
    await secondsUntil(() => bills() > 200, first.startedAt);
    first.kill('SIGKILL');
    await first.ended;
    const before = bills();
    const second = startRuntime(TEMPLATE, folder, environment);
    const seconds = await secondsUntil(() => bills() > before, second.startedAt);
    second.kill('SIGKILL');
    await second.ended;
    return {
      name: 'kill -9 to next delivered record',
      store: store.name,
      value: seconds,
      unit: 's',
      goal: store.name === 'server' ? '20 s' : '5 s',
      how: `killed after ${before} bills, restarted at once`,
    };
  });
}

async function inWorld<T>(
  options: Parameters<typeof startEpicorBillWorld>[0],
  measure: (world: EpicorBillWorld, folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-bench-'));
  const world = await startEpicorBillWorld(options);
  try {
    return await measure(world, folder);
  } finally {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function secondsUntil(holds: () => boolean, since: number): Promise<number> {
  const giveUp = since + 120_000;
  while (!holds()) {
    if (performance.now() > giveUp) throw new Error('It did not happen within two minutes.');
    await sleep(10);
  }
  return Math.round((performance.now() - since) / 10) / 100;
}
