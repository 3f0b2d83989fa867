import type { Job, JobConsumer } from './job-engine';

/** A fetch claims at most this many: fifty at once cost hardly more than one. */
const BATCH = 50;

export interface JobTakerParts {
  readonly fetch: (batchSize: number) => Promise<Job[]>;
  /** Gives back what was fetched and cannot be handed on. */
  readonly putBack: (jobs: readonly Job[]) => Promise<void>;
  readonly consumer: JobConsumer;
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * The fetch loop of one queue in this process: one fetch at a time. It looks when there is room and a reason to
 * expect jobs, and every `pollMs` without any: notifications can be missed, jobs become due, claims expire.
 */
export class JobTaker {
  readonly #parts: JobTakerParts;
  #stopped = false;
  /** The last fetch was full, or somebody said that there is more. */
  #expecting = true;
  #awaken: () => void = () => {};
  #loop: Promise<void> | undefined;

  constructor(parts: JobTakerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** There are jobs. */
  notified(): void {
    this.#expecting = true;
    this.#awaken();
  }

  /** There is room. Whether there are jobs, the last fetch has told. */
  wake(): void {
    if (this.#expecting) this.#awaken();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#awaken();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const room = Math.min(BATCH, this.#parts.consumer.capacity());
      if (room < 1 || !this.#expecting) {
        await this.#rest();
        continue;
      }
      this.#expecting = false;
      try {
        const jobs = await this.#parts.fetch(room);
        if (jobs.length === room) this.#expecting = true;
        if (jobs.length > 0) await this.#handOn(jobs);
      } catch (error) {
        this.#parts.onError(error);
        await this.#rest();
      }
    }
  }

  async #handOn(jobs: readonly Job[]): Promise<void> {
    if (this.#stopped) return this.#parts.putBack(jobs);
    try {
      this.#parts.consumer.onJobs(jobs);
    } catch (error) {
      await this.#parts.putBack(jobs);
      throw error;
    }
  }

  /** Until somebody wakes it, at most `pollMs`; after that there may be jobs. */
  #rest(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#expecting = true;
        resolve();
      }, this.#parts.pollMs);
      this.#awaken = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
