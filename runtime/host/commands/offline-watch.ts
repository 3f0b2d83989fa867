/** A connection that cannot be used at this moment. */
export interface OfflineConnection {
  readonly name: string;
  readonly cause: string;
  readonly remedy: string;
  readonly since: Date;
}

/** Online for less than this, a connection has not come back: its probe works and its calls do not. */
const CALM_MS = 15_000;

/** Remembers for how long connections have been in trouble, through short spells of seeming well. */
export class OfflineWatch {
  readonly #troubles = new Map<string, { readonly first: number; last: number; facts: OfflineConnection }>();

  /** The connections that have been in trouble for at least this long. */
  lasting(offline: readonly OfflineConnection[], now: Date, atLeastMs: number): readonly OfflineConnection[] {
    const time = now.getTime();
    for (const facts of offline) {
      const first = this.#troubles.get(facts.name)?.first ?? facts.since.getTime();
      this.#troubles.set(facts.name, { first, last: time, facts });
    }
    for (const [name, { last }] of this.#troubles) {
      if (time - last >= CALM_MS) this.#troubles.delete(name);
    }
    return [...this.#troubles.values()]
      .filter(({ first, last }) => last - first >= atLeastMs)
      .map(({ facts }) => facts);
  }
}
