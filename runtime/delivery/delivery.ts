import { setTimeout as pause } from 'node:timers/promises';
import { RecordOutcome } from '../connector/errors';
import type { Log } from '../connector/log';
import type { Ledger } from '../ledger/ledger';
import { pendingWork } from '../ledger/pending';
import { settlementOf, unfinishedSyncs } from '../ledger/settlements';
import { applySteps } from './apply-steps';
import { Attempts } from './attempts';
import { BatchEndings } from './batch-endings';
import { Gathering } from './batch-gathering';
import { BatchLooks } from './batch-looks';
import { BatchRunner } from './batch-run';
import { SyncConsumer } from './consumption';
import { GroupCommit } from './group-commit';
import type { HeldAttempt } from './held-attempt';
import type { JobEngine } from './job-engine';
import { landPage } from './landing';
import { OpenOutcomes } from './open-outcome';
import { Performer } from './perform';
import { POLICIES, type Policies } from './policies';
import type {
  AttemptOutcome,
  AttemptRef,
  Consumption,
  Delivery,
  Landing,
  LandingResult,
  Settlement,
} from './protocol';
import { Queues } from './queues';
import { replayRecords } from './replay';
import { resolveByHand } from './resolve';
import { BatchResolver } from './resolve-batch';
import { IntentResolver } from './resolve-intent';
import { type OnCount, Settler } from './settler';
import { Superseded } from './step';
import type { TargetSource } from './target';
import { Writer } from './write';

export interface DeliveryParts {
  readonly ledger: Ledger;
  readonly engine: JobEngine;
  readonly log: Log;
  /** Numbers from 0 to 1. */
  readonly random?: () => number;
  readonly policies?: Partial<Policies>;
  readonly onCount?: OnCount;
  /** Lets open writes be resolved before the flow sees their record. Default: only the write node resolves. */
  readonly targets?: TargetSource;
}

export interface OpenDelivery extends Delivery {
  /** Stops all consumers; attempts in flight go back to landed. */
  close(graceMs?: number): Promise<void>;
}

/** Opens delivery on a ledger and a job engine that are open; both stay the caller's to close. */
export async function openDelivery(parts: DeliveryParts): Promise<OpenDelivery> {
  const { ledger, engine, log, random = Math.random, onCount = () => {}, targets = () => undefined } = parts;
  const policies = { ...POLICIES, ...parts.policies };
  const onFault = (error: unknown) => log.error(`delivery: ${messageOf(error)}`);
  const queues = new Queues(engine);
  for (const sync of await unfinishedSyncs(ledger.store)) await queues.open(sync);

  const { now } = ledger;
  const attempts = new Attempts();
  const commit = new GroupCommit({ apply: (steps) => applySteps(ledger, queues, steps), onFault });
  const settler = new Settler({ commit, attempts, policies, now, random, onCount });
  const performer = new Performer({ settler, store: ledger.store, policies, now });
  const open = new OpenOutcomes({ settler, policies });
  const endings = new BatchEndings({ settler, open, policies, now });
  const looks = new BatchLooks(ledger);
  const batches = new BatchResolver({ looks, endings, open, performer, policies });
  const resolver = new IntentResolver({ settler, performer, open, batches, policies, now });
  const runner = new BatchRunner({ ledger, settler, performer, endings, policies });
  const gathering = new Gathering({ policies, now, send: (gathered) => void runner.run(gathered) });
  const writer = new Writer({ attempts, settler, performer, resolver, gathering, targets, now });
  return new LedgerDelivery({
    ledger,
    queues,
    attempts,
    commit,
    settler,
    writer,
    policies,
    onCount,
    onFault,
  });
}

interface Rooms {
  readonly ledger: Ledger;
  readonly queues: Queues;
  readonly attempts: Attempts;
  readonly commit: GroupCommit;
  readonly settler: Settler;
  readonly writer: Writer;
  readonly policies: Policies;
  readonly onCount: OnCount;
  readonly onFault: (error: unknown) => void;
}

class LedgerDelivery implements OpenDelivery {
  readonly #rooms: Rooms;
  readonly #consumers = new Set<SyncConsumer>();
  #paused = false;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  async land(landing: Landing): Promise<LandingResult> {
    const { ledger, queues, onCount } = this.#rooms;
    const { sync } = landing;
    await queues.open(sync);
    const result = await landPage(ledger, queues, landing);
    onCount(sync, 'read', result.read);
    onCount(sync, 'landed', result.landed);
    onCount(sync, 'unchanged', result.unchanged);
    for (const [reason, n] of Object.entries(result.ignored)) onCount(sync, 'ignored', n, reason);
    return result;
  }

  async consume(consumption: Consumption) {
    const consumer = new SyncConsumer({ ...this.#rooms, paused: () => this.#paused }, consumption);
    this.#consumers.add(consumer);
    await consumer.begin();
    return {
      stop: async (graceMs: number) => {
        await consumer.stop(graceMs);
        this.#consumers.delete(consumer);
      },
      get inFlight() {
        return consumer.inFlight;
      },
    };
  }

  write: Delivery['write'] = (request) => this.#rooms.writer.write(request);

  async settle(ref: AttemptRef, outcome: AttemptOutcome): Promise<Settlement> {
    const { attempts, ledger } = this.#rooms;
    const held = attempts.find(ref);
    if (!held) {
      return attempts.findSettled(ref)?.settlement ?? (await settlementOf(ledger.store, ref.id, ref.attempt));
    }
    try {
      return await held.whileBusy(ledger.now, async () => held.settlement ?? this.#settle(held, outcome));
    } catch (error) {
      if (error instanceof Superseded) return { state: 'superseded' };
      throw error;
    }
  }

  async #settle(held: HeldAttempt, outcome: AttemptOutcome): Promise<Settlement> {
    const { settler } = this.#rooms;
    switch (outcome.outcome) {
      case 'confirmed': {
        if (held.openIntents.length === 0) return settler.end(held, { state: 'confirmed' });
        const message = 'the flow confirmed it while the outcome of a write was open';
        return settler.settle(held, new RecordOutcome('park', 'outcome-unknown', { message }));
      }
      case 'ignored':
        return settler.settle(held, new RecordOutcome('ignore', outcome.reason, outcome.detail));
      case 'parked':
        return settler.settle(
          held,
          new RecordOutcome('park', outcome.reason, outcome.detail, outcome.waitsFor),
        );
      case 'failed':
        held.node = outcome.node;
        // What a Catch brings back is what was thrown: the end of it, and nothing new.
        if (held.refusal?.state === 'parked' && codeOf(outcome.error) === held.refusal.reason) {
          return settler.end(held, held.refusal);
        }
        held.answered = outcome.answered === true;
        return settler.settle(held, outcome.error).finally(() => {
          held.answered = false;
        });
    }
  }

  touch(ref: AttemptRef, node: string): void {
    const { attempts, ledger } = this.#rooms;
    attempts.find(ref)?.touch(node, ledger.now());
  }

  replay: Delivery['replay'] = (request) => {
    const { ledger, queues } = this.#rooms;
    return replayRecords(ledger, queues, request);
  };

  resolve: Delivery['resolve'] = (request) => {
    const { ledger, queues } = this.#rooms;
    return resolveByHand(ledger, queues, request);
  };

  pending: Delivery['pending'] = (syncs) => {
    const { ledger } = this.#rooms;
    return pendingWork(ledger.store, syncs, ledger.now());
  };

  async drain(timeoutMs: number): Promise<boolean> {
    this.#paused = true;
    const deadline = Date.now() + timeoutMs;
    while (this.#inFlight > 0 && Date.now() < deadline) await pause(20);
    return this.#inFlight === 0;
  }

  resume(): void {
    this.#paused = false;
    for (const consumer of this.#consumers) consumer.wake();
  }

  async close(graceMs = 0): Promise<void> {
    const { commit, ledger } = this.#rooms;
    await Promise.all([...this.#consumers].map((consumer) => consumer.stop(graceMs)));
    this.#consumers.clear();
    await commit.close();
    await ledger.flush();
  }

  get #inFlight(): number {
    return [...this.#consumers].reduce((sum, consumer) => sum + consumer.inFlight, 0);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as Error & { readonly code?: unknown }).code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
