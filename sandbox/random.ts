/** A seeded source of random choices: the same seed gives the same company, the same faults, the same payments. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A fraction in [0, 1) (mulberry32). */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new Error('nothing to pick from');
    return choices[this.whole(0, choices.length - 1)] as T;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** A shuffled copy. */
  shuffled<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, at: this.fraction() }));
    return keyed.sort((a, b) => a.at - b.at).map((entry) => entry.item);
  }
}
