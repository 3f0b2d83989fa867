/** Keeps one answer for a while. Callers that come while it is fetched share the fetch; a failure is not kept. */
export class Recent<Value> {
  readonly #now: () => Date;
  #held: { readonly since: number; readonly value: Promise<Value> } | undefined;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** @param maxAgeMs how old the answer may be, milliseconds */
  async get(maxAgeMs: number, fetch: () => Promise<Value>): Promise<Value> {
    const now = this.#now().getTime();
    if (this.#held && now - this.#held.since <= maxAgeMs) return this.#held.value;
    const held = { since: now, value: fetch() };
    this.#held = held;
    try {
      return await held.value;
    } catch (error) {
      if (this.#held === held) this.#held = undefined;
      throw error;
    }
  }
}
