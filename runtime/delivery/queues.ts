import type { Job, JobEngine } from './job-engine';

/** The queues of the syncs this process knows; a queue is made before anything is put into it. */
export class Queues {
  readonly engine: JobEngine;
  readonly #opening = new Map<string, Promise<void>>();
  readonly #open = new Set<string>();

  constructor(engine: JobEngine) {
    this.engine = engine;
  }

  /** Outside of any transaction. */
  async open(sync: string): Promise<void> {
    const opening = this.#opening.get(sync) ?? this.engine.open(sync);
    this.#opening.set(sync, opening);
    try {
      await opening;
      this.#open.add(sync);
    } catch (error) {
      this.#opening.delete(sync);
      throw error;
    }
  }

  isOpen(sync: string): boolean {
    return this.#open.has(sync);
  }

  /** In the transaction in hand. A job that is no longer ours is the new owner's to complete. */
  async complete(jobs: readonly { readonly sync: string; readonly job: Job }[]): Promise<void> {
    for (const [sync, ofSync] of Map.groupBy(jobs, (each) => each.sync)) {
      await this.engine.complete(
        sync,
        ofSync.map(({ job }) => job),
      );
    }
  }
}
