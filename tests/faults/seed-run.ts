import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { calm } from '../../sandbox/faults/plan';
import type { FaultProxy } from '../../sandbox/faults/proxy';
import { Random } from '../../sandbox/random';
import type { Simulation } from '../../sandbox/simulation';
import { type Ended, type Running, runCommand, startCommand } from '../support/command';
import { freePort } from '../support/free-port';
import { makeMischief } from './mischief';
import { passportOf } from './passport';
import { loading, type Preload } from './preloads';
import type { Deed, Round, SeedPlan } from './seed-plan';
import { DATA_FOLDER, freshStore, type SeedStore, type StoreName } from './stores';
import { changesBetween, stateOf } from './system-state';
import { WRITE } from './write-calls';

export interface SeedOptions {
  readonly template: string;
  readonly store: StoreName;
  /** Connection string of a PostgreSQL server, for the store `server`. */
  readonly server: string | undefined;
  readonly preloads: readonly Preload[];
}

export interface SeedResult {
  readonly seed: number;
  readonly store: StoreName;
  readonly seconds: number;
  readonly records: number;
  readonly calls: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly kills: number;
  /** From a start after a kill to the first write that reaches a system, seconds. */
  readonly recoveries: readonly number[];
  /** What does not hold; empty: everything does. */
  readonly broken: readonly string[];
  /** What the ledger knows of records that the broken promises name. */
  readonly passport: string;
}

/** Runtimes that share a database share it. */
const CREDENTIAL_SECRET = 'a-credential-secret-of-fault-runs-only';
/** Milliseconds. */
const AGE_MS = 60_000;
/** A run under faults that lasts longer is killed like any other. */
const ROUND_MS = 90_000;
/** Without faults, nothing has a reason to last this long. */
const CALM_MS = 120_000;
/** Starts until nothing is left to do: what waits for a later retry needs more than one. */
const CALM_STARTS = 6;

/** Plays one seed: rounds of faults and kills, then calm, then the judgement. */
export async function runSeed(plan: SeedPlan, options: SeedOptions): Promise<SeedResult> {
  const started = performance.now();
  const world = await plan.start();
  // What stands there from the beginning is older than any list lags.
  world.clock.advance(AGE_MS);
  const store = await freshStore(options.store, options.server);
  const play = new Play(world, store, options, plan.listens ? await freePort() : undefined);
  try {
    for (const [index, round] of plan.rounds.entries())
      await play.round(round, plan.seed * 1_000 + index * 10);
    const broken = await play.judge();
    return {
      seed: plan.seed,
      store: store.name,
      seconds: (performance.now() - started) / 1000,
      records: world.documents(),
      calls: proxiesOf(world).reduce((sum, { seen }) => sum + seen, 0),
      faults: play.faults(),
      kills: play.kills,
      recoveries: play.recoveries,
      broken,
      passport: broken.length === 0 ? '' : await passportOf(store, broken.slice(0, 3).join('\n')),
    };
  } finally {
    await world.stop();
    await store.remove();
  }
}

class Play {
  kills = 0;
  readonly recoveries: number[] = [];
  readonly #world: Simulation;
  readonly #store: SeedStore;
  readonly #options: SeedOptions;
  readonly #deeds = new Map<Deed | 'two-runtimes', number>();
  readonly #port: number | undefined;
  #killedBefore = false;
  #firstWrite: (() => void) | undefined;

  constructor(world: Simulation, store: SeedStore, options: SeedOptions, port: number | undefined) {
    this.#world = world;
    this.#store = store;
    this.#options = options;
    this.#port = port;
    if (port !== undefined) world.pushTo?.(addressAt(port));
    for (const { traffic } of Object.values(world.systems)) traffic.before(WRITE, () => this.#firstWrite?.());
  }

  /** Runs once while things go wrong, until it ends or is killed. */
  async round(round: Round, draw: number): Promise<void> {
    const running = this.#start();
    const twin = round.twins && this.#store.name === 'server' ? this.#start('twin') : undefined;
    if (twin) this.#note('two-runtimes');
    const kill = () => {
      this.kills += 1;
      this.#killedBefore = true;
      running.kill('SIGKILL');
    };
    const address = this.#port === undefined ? undefined : addressAt(this.#port);
    makeMischief(this.#world, round, { draw, address, kill, onDeed: (deed) => this.#note(deed) });
    await Promise.all([bounded(running, ROUND_MS), twin && bounded(twin, ROUND_MS)]);
    this.#between(round.between, new Random(draw));
  }

  faults(): Record<string, number> {
    const all: Record<string, number> = Object.fromEntries(this.#deeds);
    for (const { injected } of proxiesOf(this.#world)) {
      for (const [kind, count] of injected) all[kind] = (all[kind] ?? 0) + count;
    }
    return all;
  }

  /** Lets everything come to rest, and says what does not hold then; what comes after the first such finding is not asked. */
  async judge(): Promise<string[]> {
    const world = this.#world;
    for (const proxy of proxiesOf(world)) proxy.follow(calm);
    const stages: readonly (() => Promise<string[]>)[] = [
      () => this.#rest('before the last payments'),
      () => this.#lastPayments(),
      () => this.#rest('after the last payments'),
      async () => [...(await this.#againWithoutEffect()), ...world.checkPromises()],
      () => this.#verified(),
    ];
    for (const stage of stages) {
      const broken = await stage();
      if (broken.length > 0) return broken;
    }
    return [];
  }

  async #lastPayments(): Promise<string[]> {
    this.#world.people.finish();
    await sleep(Math.max(...Object.values(this.#world.systems).map(({ lagMs }) => lagMs)));
    return [];
  }

  async #verified(): Promise<string[]> {
    const words = ['verify', '--json', '--data', join(this.#store.folder, DATA_FOLDER)];
    return differencesIn(await runCommand(words, this.#environment()), this.#world.changedLate());
  }

  async #rest(when: string): Promise<string[]> {
    let last: Ended | undefined;
    for (let start = 0; start < CALM_STARTS; start += 1) {
      last = await bounded(this.#start(), CALM_MS);
      if (last.status === 0) return [];
      if (last.status === 2) break;
    }
    return [`it does not come to rest ${when}: ${last === undefined ? '' : outcomeOf(last)}`];
  }

  /** Our own payments have changed the invoices that they paid: the first time again may read these, the second nothing. */
  async #againWithoutEffect(): Promise<string[]> {
    const before = stateOf(this.#world);
    let broken: string[] = [];
    for (let times = 0; times < 2; times += 1) {
      const again = await bounded(this.#start(), CALM_MS);
      if (again.status !== 0) return [`running again ends with ${outcomeOf(again)}`];
      const changes = changesBetween(before, stateOf(this.#world));
      if (changes.length > 0)
        return [`running again changes something in a system: ${changes.slice(0, 5).join('; ')}`];
      broken = effectsOf(again);
      if (broken.length === 0) return [];
    }
    return broken;
  }

  #start(folder = DATA_FOLDER): Running {
    const words = [
      'run',
      this.#options.template,
      '--once',
      '--json',
      '--data',
      join(this.#store.folder, folder),
    ];
    const running = startCommand(words, {
      ...this.#environment(),
      ...(folder === DATA_FOLDER ? this.#reach() : {}),
    });
    this.#measureRecovery();
    return running;
  }

  #measureRecovery(): void {
    const started = performance.now();
    this.#firstWrite = this.#killedBefore
      ? () => {
          this.#firstWrite = undefined;
          this.recoveries.push((performance.now() - started) / 1000);
        }
      : undefined;
    this.#killedBefore = false;
  }

  #environment(): Record<string, string> {
    return {
      ...this.#world.env,
      ...this.#store.environment,
      ...loading(this.#options.preloads),
      ML_ONCE_WAIT: '30',
      ML_CREDENTIAL_SECRET: CREDENTIAL_SECRET,
    };
  }

  /** Where the systems reach the runtime, when they may; a second one beside it is not reached. */
  #reach(): Record<string, string> {
    const port = this.#port;
    return port === undefined ? {} : { PORT: String(port), ML_PUBLIC_URL: addressAt(port) };
  }

  #between(what: Round['between'], random: Random): void {
    const { people } = this.#world;
    if (what === 'work' || what === 'work-and-correct') people.work();
    if (what === 'correct' || what === 'work-and-correct') people.correct(random);
    if (what === 'finish') people.finish();
  }

  #note(deed: Deed | 'two-runtimes'): void {
    this.#deeds.set(deed, (this.#deeds.get(deed) ?? 0) + 1);
  }
}

function addressAt(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function proxiesOf(world: Simulation): FaultProxy[] {
  return Object.values(world.systems).flatMap(({ proxy }) => proxy ?? []);
}

async function bounded(running: Running, ms: number): Promise<Ended> {
  const late = setTimeout(() => running.kill('SIGKILL'), ms);
  try {
    return await running.ended;
  } finally {
    clearTimeout(late);
  }
}

interface Verified {
  readonly audit?: { readonly ok: boolean; readonly why?: string };
  readonly reconciliation?: readonly {
    readonly sync: string;
    readonly differences: readonly Readonly<Record<string, unknown>>[];
  }[];
}

/** What `verify` found; documents that others made in the target, or changed too late, are no fault. */
function differencesIn(ended: Ended, changedLate: ReadonlySet<string>): string[] {
  if (ended.status === 0) return [];
  const { audit, reconciliation = [] } = (ended.summary ?? {}) as Verified;
  const differences = reconciliation.flatMap(({ sync, differences }) =>
    differences
      .filter(({ kind, key }) => kind !== 'not-ours' && !changedLate.has(String(key)))
      .map((difference) => `verify, ${sync}: ${Object.values(difference).join(' ')}`),
  );
  const chain = audit?.ok === false ? [`verify: the audit chain is broken: ${audit.why}`] : [];
  const unread = audit === undefined ? [`verify ends with ${outcomeOf(ended)}`] : [];
  return [...unread, ...chain, ...differences];
}

/** What a run counts as done. */
function effectsOf(ended: Ended): string[] {
  return Object.entries(syncsOf(ended)).flatMap(([sync, counts]) =>
    (['confirmed', 'updated', 'unknown'] as const)
      .filter((what) => counts[what])
      .map((what) => `running again counts ${counts[what]} ${what} in ${sync}`),
  );
}

function syncsOf({ summary }: Ended): Record<string, Record<string, unknown>> {
  return (summary as { syncs?: Record<string, Record<string, unknown>> } | undefined)?.syncs ?? {};
}

function outcomeOf({ status, stderr }: Ended): string {
  return `status ${status ?? 'none (killed after too long)'}: ${stderr.trimEnd().split('\n').slice(-6).join(' / ').slice(0, 1_000)}`;
}
