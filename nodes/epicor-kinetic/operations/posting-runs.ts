interface Run {
  readonly groupId: Promise<string>;
  usedAt: number;
}

/** A run is over when nothing was entered for this long, milliseconds: a clerk may work on its group then. */
const idleMs = 10 * 60_000;

/**
 * The groups that documents entered one after the other share, so that a clerk finds a run in one group and not
 * a group for each document. A run lives in this process only; after a restart the next one begins.
 */
export class PostingRuns {
  readonly #runs = new Map<string, Run>();

  /**
   * The group of the run that is under way, or a new one.
   * @param key what documents of one group have in common, for example their date
   * @param make makes a group; several at once wait for the same one
   */
  async groupOf(
    key: string,
    now: Date,
    make: () => Promise<string>,
  ): Promise<{ readonly groupId: string; readonly isNew: boolean }> {
    const run = this.#runs.get(key);
    if (run && now.getTime() - run.usedAt < idleMs) {
      run.usedAt = now.getTime();
      return { groupId: await run.groupId, isNew: false };
    }
    const begun: Run = { groupId: make(), usedAt: now.getTime() };
    this.#runs.set(key, begun);
    try {
      return { groupId: await begun.groupId, isNew: true };
    } catch (error) {
      if (this.#runs.get(key) === begun) this.#runs.delete(key);
      throw error;
    }
  }

  /** The next document gets another group, unless that has happened already. */
  async end(key: string, groupId: string): Promise<void> {
    const run = this.#runs.get(key);
    const current = await run?.groupId.catch(() => undefined);
    if (run && current === groupId && this.#runs.get(key) === run) this.#runs.delete(key);
  }
}
