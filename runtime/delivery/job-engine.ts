import { createHash } from 'node:crypto';
import { type Db, PgBoss, type Job as QueueJob } from 'pg-boss';
import type { Store } from '../ledger/store';
import { JobHeartbeats } from './job-engine-heartbeats';
import { JobTaker } from './job-engine-taker';

/** A job only wakes a record; the ledger decides what is to be done. */
export interface Job {
  readonly id: string;
  readonly recordId: string;
  /** The claim of the queue on this attempt: settling without it could end a later attempt of another process. */
  readonly raw: unknown;
}

export interface JobEngine {
  /** Makes the sync's queue, when it is absent. Must have resolved before anything else about the sync. */
  open(sync: string): Promise<void>;
  /** In the store's current transaction, when there is one. Ids (UUIDs) that are already queued are dropped silently. */
  enqueue(
    sync: string,
    jobs: readonly { readonly id: string; readonly recordId: string; readonly startAfter?: Date }[],
  ): Promise<void>;
  /**
   * Takes jobs that are due, fifty at a time and never more than `capacity()`, and keeps each from other processes
   * until it is completed. `wake` says that capacity was freed; `stop` resolves when no more jobs will come.
   */
  take(sync: string, consumer: JobConsumer): Promise<Taking>;
  /** In the store's current transaction. Returns how many were still ours: fewer than given means a lost claim. */
  complete(sync: string, jobs: readonly Job[]): Promise<number>;
  /** Jobs taken and not completed go back at once. */
  close(): Promise<void>;
}

export interface JobConsumer {
  capacity(): number;
  /** Returns at once, the jobs are completed later. */
  onJobs(jobs: readonly Job[]): void;
}

export interface Taking {
  wake(): void;
  stop(): Promise<void>;
}

export interface JobEngineOptions {
  readonly store: Store;
  readonly log: (event: { readonly event: string; readonly [detail: string]: unknown }) => void;
  /** How long a job that notifications missed, or that was due later, may wait, milliseconds. */
  readonly pollMs?: number;
}

/** A claim without a sign of life for this long is free again: the least that pg-boss allows, in seconds. */
const HEARTBEAT_SECONDS = 10;
const HEARTBEAT_EVERY_MS = 3_000;
/** How often the queue looks for claims without a heartbeat, seconds. In one process only a bug leaves one. */
const SUPERVISE_SECONDS = { server: 1, embedded: 5 };
const POLL_MS = 500;
/** A job table that grew by so much since its last ANALYZE makes each fetch up to fifty times slower. */
const ANALYZE_AFTER = 2_000;
const CHANNEL = 'ml_jobs';
const JOB_TABLE = 'pgboss.job_common';

const QUEUE = {
  // The order within a business key is the ledger's. The policies with keys would block: a busy key at the head of
  // a `singleton` queue makes every fetch come back empty, a failed job of `key_strict_fifo` blocks its key for good.
  policy: 'standard',
  heartbeatSeconds: HEARTBEAT_SECONDS,
  // Retries are counted in the ledger; here a job comes back as often as a process dies with it.
  retryLimit: 2_000_000_000,
  retryDelay: 0,
  retryBackoff: false,
  expireInSeconds: 24 * 60 * 60,
  // Fifty years: jobs that wait longer than this are deleted, and a connection may be paused for a season.
  retentionSeconds: 50 * 365 * 24 * 60 * 60,
  // Done jobs tell nothing that the ledger does not know better, and each supervision reads them all.
  deleteAfterSeconds: 5 * 60,
  // Notifications are our own (see enqueue): pg-boss would poll each worker only every thirty seconds with its own.
  notify: false,
} as const;

/**
 * Opens pg-boss on the store's own database, so that a job and the rows it is about commit together. Concurrency
 * across processes is not its business: its limit per group counts without a lock and overshoots; `capacity` only
 * avoids claiming what could not start, the lease around each call enforces the limit.
 */
export async function openJobEngine(options: JobEngineOptions): Promise<JobEngine> {
  const { store, log } = options;
  const boss = new PgBoss({
    db: databaseOf(store),
    backend: store.kind === 'embedded' ? 'pglite' : 'postgres',
    schedule: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS[store.kind],
    monitorIntervalSeconds: SUPERVISE_SECONDS[store.kind],
    maintenanceIntervalSeconds: 60,
    // A backlog is an ordinary sight and shown by the ledger.
    warningQueueSize: 1_000_000_000,
  });
  // Without a listener an error, such as a lost connection, ends the process.
  boss.on('error', (error) => log({ event: 'job-engine.error', message: error.message }));
  boss.on('warning', ({ message, data }) => log({ event: 'job-engine.warning', message, data }));
  await boss.start();
  const drift = await boss.detectSchemaDrift();
  if (!drift.ok) log({ event: 'job-engine.schema-drift', drift });
  // Nobody else can own the folder: what is active was taken by a process that is dead.
  if (store.kind === 'embedded') await putBackActive(store, boss);
  const engine = new PgBossEngine(boss, options);
  await engine.listen();
  return engine;
}

/**
 * Queue calls join the transaction of the asynchronous context, because the store's `query` does. With an adapter of
 * its own connection PGlite would wait for its own transaction for ever; and unlike pg-boss's PGlite adapter this
 * one never rolls back on an error: that would let the rest of a transaction commit alone.
 */
function databaseOf(store: Store): Db {
  return { executeSql: (text, values) => store.query(text, values) };
}

async function putBackActive(store: Store, boss: PgBoss): Promise<void> {
  const { rows } = await store.query<{ id: string; name: string }>(
    `select id, name from pgboss.job where state = 'active'`,
  );
  for (const [name, jobs] of Map.groupBy(rows, (row) => row.name)) {
    await boss.fail(
      name,
      jobs.map(({ id }) => id),
      { message: 'its process ended' },
    );
  }
}

class PgBossEngine implements JobEngine {
  readonly #store: Store;
  readonly #boss: PgBoss;
  readonly #log: JobEngineOptions['log'];
  readonly #pollMs: number;
  readonly #takers = new Map<string, Set<JobTaker>>();
  readonly #heartbeats: JobHeartbeats;
  #stopListening: (() => Promise<void>) | undefined;
  #insertedSinceAnalyze = 0;
  #beat: NodeJS.Timeout;

  constructor(boss: PgBoss, { store, log, pollMs = POLL_MS }: JobEngineOptions) {
    this.#store = store;
    this.#boss = boss;
    this.#log = log;
    this.#pollMs = pollMs;
    this.#heartbeats = new JobHeartbeats(boss, store);
    this.#beat = setInterval(() => void this.#keepAlive(), HEARTBEAT_EVERY_MS);
  }

  async listen(): Promise<void> {
    this.#stopListening = await this.#store.listen(CHANNEL, (sync) => {
      for (const taker of this.#takers.get(sync) ?? []) taker.notified();
    });
  }

  async open(sync: string): Promise<void> {
    const name = queueName(sync);
    await this.#boss.createQueue(name, QUEUE);
    await this.#boss.updateQueue(name, optionsToUpdate);
    // Reads the queue into pg-boss's cache, so that an enqueue within a transaction need not.
    await this.#boss.getQueue(name);
  }

  async enqueue(
    sync: string,
    jobs: readonly { readonly id: string; readonly recordId: string; readonly startAfter?: Date }[],
  ): Promise<void> {
    if (jobs.length === 0) return;
    const distinct = [...new Map(jobs.map((job) => [job.id, job])).values()];
    await this.#boss.insert(
      queueName(sync),
      distinct.map(({ id, recordId, startAfter }) => ({
        id,
        data: { recordId },
        ...(startAfter ? { startAfter } : {}),
      })),
    );
    this.#insertedSinceAnalyze += distinct.length;
    // Delivered when the transaction commits.
    await this.#store.query('select pg_notify($1, $2)', [CHANNEL, sync]);
  }

  async take(sync: string, consumer: JobConsumer): Promise<Taking> {
    const name = queueName(sync);
    const taker = new JobTaker({
      fetch: async (batchSize) => {
        const jobs = (await this.#boss.fetch<{ recordId: string }>(name, { batchSize })).map(jobOf);
        this.#heartbeats.add(name, jobs);
        return jobs;
      },
      putBack: (jobs) => this.#putBack(name, jobs),
      consumer,
      pollMs: this.#pollMs,
      onError: (error) => this.#log({ event: 'job-engine.fetch-failed', sync, message: messageOf(error) }),
    });
    const takers = this.#takers.get(sync) ?? new Set();
    this.#takers.set(sync, takers.add(taker));
    taker.start();
    return {
      wake: () => taker.wake(),
      stop: async () => {
        takers.delete(taker);
        await taker.stop();
      },
    };
  }

  async complete(sync: string, jobs: readonly Job[]): Promise<number> {
    if (jobs.length === 0) return 0;
    const name = queueName(sync);
    this.#heartbeats.remove(name, jobs);
    const claims = jobs.map(({ raw }) => raw as QueueJob);
    // Its declared type leaves out what it answers.
    const answer = (await this.#boss.complete(name, claims)) as { readonly affected?: number };
    return answer.affected ?? 0;
  }

  async close(): Promise<void> {
    clearInterval(this.#beat);
    await Promise.all(
      [...this.#takers.values()].flatMap((takers) => [...takers]).map((taker) => taker.stop()),
    );
    await this.#heartbeats.settled();
    for (const [name, jobs] of this.#heartbeats.all()) await this.#putBack(name, jobs);
    await this.#stopListening?.();
    await this.#boss.stop({ graceful: false });
  }

  async #putBack(name: string, jobs: readonly Job[]): Promise<void> {
    this.#heartbeats.remove(name, jobs);
    await this.#boss.fail(
      name,
      jobs.map(({ raw }) => raw as QueueJob),
      { message: 'given back' },
    );
  }

  async #keepAlive(): Promise<void> {
    try {
      await this.#heartbeats.beat();
      await this.#analyzeWhenGrown();
    } catch (error) {
      this.#log({ event: 'job-engine.heartbeat-failed', message: messageOf(error) });
    }
  }

  /** Autoanalyze comes after a minute on a server, and never embedded. */
  async #analyzeWhenGrown(): Promise<void> {
    if (this.#insertedSinceAnalyze < ANALYZE_AFTER) return;
    this.#insertedSinceAnalyze = 0;
    await this.#store.query(`analyze ${JOB_TABLE}`);
  }
}

const { policy: _, ...optionsToUpdate } = QUEUE;

function jobOf(raw: QueueJob<{ recordId: string }>): Job {
  return { id: raw.id, recordId: raw.data.recordId, raw };
}

/** Names of syncs are typed by people; pg-boss takes letters, digits and a few signs. */
export function queueName(sync: string): string {
  if (/^[\w.-]{1,80}$/.test(sync)) return sync;
  const hash = createHash('sha256').update(sync).digest('hex').slice(0, 16);
  return `${sync.replace(/[^\w.-]+/g, '-').slice(0, 40)}-${hash}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
