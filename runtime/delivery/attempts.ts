import type { HeldAttempt } from './held-attempt';
import type { AttemptRef, Settlement } from './protocol';

/** How many settled attempts are remembered, for nodes behind the one that settled. */
const REMEMBERED = 500;

/** The attempts that this process holds, and those it settled lately. */
export class Attempts {
  readonly #held = new Map<string, HeldAttempt>();
  readonly #settled = new Map<string, HeldAttempt>();

  add(held: HeldAttempt): void {
    this.#held.set(nameOf(held.ref), held);
  }

  find(ref: AttemptRef): HeldAttempt | undefined {
    return this.#held.get(nameOf(ref));
  }

  findSettled(ref: AttemptRef): HeldAttempt | undefined {
    return this.#settled.get(nameOf(ref));
  }

  /** Lets go of an attempt, whatever became of it. */
  end(held: HeldAttempt, settlement: Settlement): void {
    const name = nameOf(held.ref);
    held.settlement ??= settlement;
    if (!this.#held.delete(name)) return;
    this.#settled.set(name, held);
    const oldest = this.#settled.keys().next();
    if (this.#settled.size > REMEMBERED && !oldest.done) this.#settled.delete(oldest.value);
    held.consumer.wake();
  }

  of(consumer: HeldAttempt['consumer']): readonly HeldAttempt[] {
    return [...this.#held.values()].filter((held) => held.consumer === consumer);
  }
}

function nameOf(ref: AttemptRef): string {
  return `${ref.id} ${ref.attempt}`;
}
