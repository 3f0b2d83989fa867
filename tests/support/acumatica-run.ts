import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import {
  type AcumaticaBillOptions,
  type AcumaticaBillWorld,
  startAcumaticaBillWorld,
} from '../../sandbox/worlds/acumatica-bill';
import { type Ended, type Running, startCommand } from './command';

const LOOK_MS = 60_000;

/** The built command beside both simulated systems, with a data folder of its own. */
export interface Product {
  readonly world: AcumaticaBillWorld;
  readonly folder: string;
  /** Until nothing is left to do. */
  run(environment?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Until it is told to end, unless the words say otherwise. */
  serve(environment?: Readonly<Record<string, string>>, words?: readonly string[]): Running;
}

/** Ends with the test. */
export async function startProduct(options: AcumaticaBillOptions = {}): Promise<Product> {
  const world = await startAcumaticaBillWorld(options);
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-test-'));
  onTestFinished(async () => {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const serve: Product['serve'] = (environment = {}, words = []) =>
    startCommand(['run', world.template, ...words, '--json', '--data', folder], {
      ...world.env,
      ...environment,
    });
  return { world, folder, serve, run: (environment) => serve(environment, ['--once']).ended };
}

export interface Counts {
  readonly unchanged: number;
  readonly confirmed: number;
  readonly updated: number;
  readonly unknown: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly parked: Readonly<Record<string, number>>;
}

export function countsOf({ summary }: Ended, sync: string): Counts {
  return (summary as { syncs: Record<string, Counts> }).syncs[sync] as Counts;
}

export function signInsOf({ summary }: Ended): number | undefined {
  return (summary as { connections: Record<string, { signIns: number }> }).connections['acumatica']?.signIns;
}

/** License seats that are taken. */
export function openSessions({ acumatica }: AcumaticaBillWorld): number {
  return acumatica.sessions.live().length;
}

/** Looks until it holds; fails after a minute. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = Date.now() + LOOK_MS;
  while (!holds()) {
    if (Date.now() > end) expect.fail(`${what}: not within ${LOOK_MS} ms`);
    await sleep(50);
  }
}
