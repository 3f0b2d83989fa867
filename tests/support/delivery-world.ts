import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../../runtime/connector/json';
import type { Operation } from '../../runtime/connector/system';
import type { WriteRequest } from '../../runtime/delivery/protocol';
import { verifyChain } from '../../runtime/ledger/audit-chain';
import type { Store } from '../../runtime/ledger/store';
import { landing, openRuntime, type Runtime, row, SYNC, writeRequest } from './delivery';
import { billOperation, FakeTarget, type Fault } from './fake-target';

/** Ways to break a promise on purpose: the oracle must notice each. */
export type Breakage = 'no-look-up' | 'no-durable-intent' | 'no-dedup';

export interface WorldOptions {
  readonly store: Store;
  readonly seed: number;
  readonly runtimes: number;
  readonly breakage?: Breakage;
  /** How the flow writes. Default: bill by bill. */
  readonly write?: (target: FakeTarget) => Partial<WriteRequest>;
  /** Keys that the target refuses: they are to park. */
  readonly refused?: ReadonlySet<string>;
  /** Records in the flow at once. */
  readonly window?: number;
}

const KEYS = Array.from({ length: 12 }, (_, n) => `INV-${n}`);
const FAULTS: readonly Fault[] = [
  'none',
  'none',
  'lose-answer',
  'lose-answer',
  'lose-request',
  'unavailable',
  'rate-limited',
  'offline',
];
const ROUNDS = 14;

/** A source, a target that fails at random, and runtimes that are killed at random; all from one seed. */
export class World {
  readonly target = new FakeTarget();
  readonly #options: WorldOptions;
  readonly #random: () => number;
  readonly #source = new Map<string, string>();
  #runtimes: Runtime[] = [];
  #landings = 0;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
    this.target.latency = () => this.#random() * 20;
    this.target.lagMs = 15;
  }

  /** Random landings, faults and kills; then the faults stop and everything comes to rest. */
  async run(): Promise<void> {
    for (let n = 0; n < this.#options.runtimes; n += 1) this.#runtimes.push(await this.#open());
    for (let round = 0; round < ROUNDS; round += 1) {
      this.target.faults.push(this.#pick(FAULTS), this.#pick(FAULTS));
      await this.#land(KEYS.filter(() => this.#random() < 0.3));
      await pause(this.#random() * 40);
      if (this.#random() < 0.35) await this.#killOne();
    }
    this.target.faults.length = 0;
    await this.rest();
  }

  /** The whole source is read again; nothing has changed there. */
  async rerun(): Promise<void> {
    await this.#land([...this.#source.keys()], false);
    await this.rest();
  }

  async rest(): Promise<void> {
    const [runtime] = this.#runtimes as [Runtime];
    for (let n = 0; n < 1_000; n += 1) {
      const { active, waiting } = await runtime.delivery.pending([SYNC]);
      if (active === 0 && waiting.length === 0) return;
      await pause(20);
    }
    const { rows } = await this.#options.store.query(
      `select source_key, state, attempt, next_attempt_at from record where state in ('landed', 'working')`,
    );
    throw new Error(`the world does not come to rest: ${JSON.stringify(rows)}`);
  }

  /** What is not as promised; empty when all is well. */
  async faults(): Promise<string[]> {
    const { store } = this.#options;
    const faults: string[] = [];
    const { rows } = await store.query<{ source_key: string; state: string; open: boolean }>(
      `select source_key, state,
              exists (select from intent i where i.record_id = r.id and i.state in ('sent', 'unknown')) as open
         from record r`,
    );
    const records = new Map(rows.map((each) => [each.source_key, each]));
    for (const [key, amount] of this.#source) {
      const record = records.get(key);
      const made = this.target.documents.filter(({ number }) => number === key);
      if (this.#options.refused?.has(key)) {
        if (record?.state !== 'parked') faults.push(`${key} is ${record?.state ?? 'lost'}, though refused`);
        if (made.length > 0) faults.push(`${key} was made, though refused`);
        continue;
      }
      if (record?.state !== 'confirmed') faults.push(`${key} is ${record?.state ?? 'lost'}`);
      if (record?.open) faults.push(`${key} has an open intent`);
      if (made.length !== 1) faults.push(`${key} was made ${made.length} times`);
      if (made[0]?.document['amount'] !== amount) faults.push(`${key} is not what the source says`);
    }
    const chain = await verifyChain(store);
    if (!chain.ok) faults.push(`audit chain: ${chain.why}`);
    return faults;
  }

  async #land(keys: readonly string[], changing = true): Promise<void> {
    if (keys.length === 0) return;
    for (const key of keys) {
      if (!this.#source.has(key)) this.#source.set(key, '10.00');
      else if (changing && this.#random() < 0.3)
        this.#source.set(key, `${Math.floor(this.#random() * 900) + 100}.00`);
    }
    this.#landings += 1;
    const nonce: JsonObject = this.#options.breakage === 'no-dedup' ? { nonce: this.#landings } : {};
    const rows = keys.map((key) => row(key, { amount: this.#source.get(key) ?? '', ...nonce }));
    await this.#pick(this.#runtimes).delivery.land(landing(...rows));
  }

  async #killOne(): Promise<void> {
    const victim = this.#pick(this.#runtimes);
    await victim.kill();
    // As after ten silent seconds. It hits what another runtime is working on too: that one is taken for dead.
    await this.#options.store.query(
      `update pgboss.job set heartbeat_on = now() - interval '1 minute' where state = 'active'`,
    );
    const heir = await this.#open();
    this.#runtimes = this.#runtimes.map((runtime) => (runtime === victim ? heir : runtime));
  }

  async #open(): Promise<Runtime> {
    const { store, breakage, write, window = 4 } = this.#options;
    const door = breakage === 'no-durable-intent' ? forgettingIntents(store) : store;
    const runtime = await openRuntime(door, { policies: { callMs: 250 }, random: this.#random });
    await runtime.delivery.consume({
      sync: SYNC,
      window,
      holdMs: 60_000,
      onAttempt: (attempt) => {
        const operation = breakage === 'no-look-up' ? blind(this.target) : billOperation(this.target);
        runtime.delivery
          .write(writeRequest(attempt, this.target, { operation, ...write?.(this.target) }))
          .catch((e) => console.log('WRITE', e));
      },
    });
    return runtime;
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }
}

/** Hopes instead of looking. */
function blind(target: FakeTarget): Operation {
  return { ...billOperation(target), lookUp: async () => ({ found: 'absent' }) };
}

/** A ledger that does not write intents down before the call. */
function forgettingIntents(store: Store): Store {
  const query: Store['query'] = async (sql, parameters) =>
    sql.startsWith('insert into intent') ? { rows: [], affected: 0 } : store.query(sql, parameters);
  return {
    kind: store.kind,
    query,
    transaction: (work) => store.transaction(work),
    listen: (channel, onNotify) => store.listen(channel, onNotify),
    housekeep: () => store.housekeep(),
    close: () => store.close(),
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
