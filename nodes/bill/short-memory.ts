/**
 * Keeps an answer for a short while. Callers that come while it is being fetched share the one fetch; a failed
 * fetch is not kept.
 */
export class ShortMemory<Value> {
  readonly #entries = new Map<string, { readonly since: number; readonly value: Promise<Value> }>();
  readonly #now: () => Date;
  readonly #capacity: number;

  constructor(now: () => Date, capacity: number) {
    this.#now = now;
    this.#capacity = capacity;
  }

  /** @param maxAgeMs how old an answer may be, milliseconds */
  async get(key: string, maxAgeMs: number, fetch: () => Promise<Value>): Promise<Value> {
    const now = this.#now().getTime();
    const known = this.#entries.get(key);
    if (known && now - known.since <= maxAgeMs) return known.value;
    const entry = { since: now, value: fetch() };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size > this.#capacity) this.#forget(this.#entries.keys().next().value);
    try {
      return await entry.value;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
      throw error;
    }
  }

  #forget(key: string | undefined): void {
    if (key !== undefined) this.#entries.delete(key);
  }
}
