import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../runtime/connector/json';
import { openEmbeddedStore } from '../../runtime/ledger/embedded-store';
import {
  type EpicorBillOptions,
  type EpicorBillWorld,
  startEpicorBillWorld,
} from '../../sandbox/worlds/epicor-kinetic-bill';
import { type Ended, runCommand } from './command';

const TEMPLATE = 'epicor-kinetic-bill';

/** What the ledger holds of one record. */
export interface Outcome {
  /** `confirmed`, `parked:<reason>`, `ignored:<reason>` or another state. */
  readonly state: string;
  readonly detail: JsonObject | null;
}

/** The built command with a data folder of its own, between the two simulated systems. */
export interface ProductRun {
  readonly world: EpicorBillWorld;
  readonly folder: string;
  /** `run --once --json`: from everything that is new to nothing left to do. */
  run(environment?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Records of a sync by their source key, while no command runs. */
  outcomes(sync: string): Promise<Map<string, Outcome>>;
  stop(): Promise<void>;
}

export async function startProduct(options: EpicorBillOptions = {}): Promise<ProductRun> {
  const world = await startEpicorBillWorld({ pace: { postingMs: 20 }, ...options });
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-test-'));
  return {
    world,
    folder,
    run: (environment = {}) =>
      runCommand(['run', TEMPLATE, '--once', '--json', '--data', folder], { ...world.env, ...environment }),
    outcomes: (sync) => outcomesIn(folder, sync),
    stop: async () => {
      await world.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function outcomesIn(folder: string, sync: string): Promise<Map<string, Outcome>> {
  const store = await openEmbeddedStore({ folder: join(folder, 'database') });
  try {
    const { rows } = await store.query<{
      source_key: string;
      state: string;
      reason: string | null;
      detail: JsonObject | null;
    }>('select source_key, state, reason, detail from record where sync = $1', [sync]);
    return new Map(
      rows.map(({ source_key, state, reason, detail }) => [
        source_key,
        { state: reason === null ? state : `${state}:${reason}`, detail },
      ]),
    );
  } finally {
    await store.close();
  }
}
