import type { PgBoss, Job as QueueJob } from 'pg-boss';
import type { Store } from '../ledger/store';
import type { Job } from './job-engine';

/** The jobs this process has taken and not completed, and the sign of life for them. */
export class JobHeartbeats {
  readonly #boss: PgBoss;
  readonly #store: Store;
  readonly #held = new Map<string, Map<string, Job>>();
  #beating: Promise<void> = Promise.resolve();

  constructor(boss: PgBoss, store: Store) {
    this.#boss = boss;
    this.#store = store;
  }

  add(queue: string, jobs: readonly Job[]): void {
    const held = this.#held.get(queue) ?? new Map<string, Job>();
    this.#held.set(queue, held);
    for (const job of jobs) held.set(job.id, job);
  }

  /** Only this claim: the job may have been lost and taken again since. */
  remove(queue: string, jobs: readonly Job[]): void {
    const held = this.#held.get(queue);
    for (const { id, raw } of jobs) {
      if (held?.get(id)?.raw === raw) held?.delete(id);
    }
  }

  all(): [queue: string, jobs: Job[]][] {
    return [...this.#held]
      .map(([queue, held]): [string, Job[]] => [queue, [...held.values()]])
      .filter(([, jobs]) => jobs.length > 0);
  }

  beat(): Promise<void> {
    this.#beating = this.#beatAll();
    return this.#beating;
  }

  /** When no sign of life is under way any more. */
  async settled(): Promise<void> {
    await this.#beating.catch(() => {});
  }

  async #beatAll(): Promise<void> {
    for (const [queue, jobs] of this.all()) await this.#touch(queue, jobs);
  }

  async #touch(queue: string, jobs: readonly Job[]): Promise<void> {
    await this.#store.transaction(async () => {
      // Rows that a settling transaction has locked are left to it: waiting for one another in different orders
      // would be a deadlock, and what is being settled needs no sign of life.
      const { rows } = await this.#store.query<{ id: string }>(
        'select id from pgboss.job where name = $1 and id = any($2::uuid[]) for update skip locked',
        [queue, jobs.map(({ id }) => id)],
      );
      const free = new Set(rows.map(({ id }) => id));
      const ours = jobs.filter(({ id }) => free.has(id)).map(({ raw }) => raw as QueueJob);
      if (ours.length > 0) await this.#boss.touch(queue, ours);
    });
  }
}
