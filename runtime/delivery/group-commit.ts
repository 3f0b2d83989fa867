import type { Step, StepResult } from './step';

export interface GroupCommitParts {
  /** Applies many steps in one transaction. */
  readonly apply: (steps: readonly Step[]) => Promise<readonly StepResult[]>;
  /** Told of every failed try while the store is away. */
  readonly onFault: (error: unknown) => void;
  readonly pause?: (ms: number) => Promise<void>;
}

interface Waiting {
  readonly steps: readonly Step[];
  readonly resolve: (results: readonly StepResult[]) => void;
  readonly reject: (error: unknown) => void;
}

const LARGEST_GROUP = 200;
const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Gathers the steps of concurrent attempts: while one transaction is under way the next group forms. A
 * transaction per record would bind throughput to the speed of the disk.
 */
export class GroupCommit {
  readonly #parts: GroupCommitParts;
  #waiting: Waiting[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(parts: GroupCommitParts) {
    this.#parts = parts;
  }

  /** Resolves once the steps are durable, all in one transaction, or known not to apply. While the store is away it waits. */
  commit(steps: readonly Step[]): Promise<readonly StepResult[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ steps, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Gives up waiting for a store that is away. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Steps that arrive in the same turn of the event loop belong to the same group.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      await this.#commit(this.#nextGroup());
    }
    this.#running = undefined;
  }

  /** Steps that belong together stay together, however many they are. */
  #nextGroup(): readonly Waiting[] {
    let steps = 0;
    const beyond = this.#waiting.findIndex((waiting, index) => {
      steps += waiting.steps.length;
      return index > 0 && steps > LARGEST_GROUP;
    });
    return this.#waiting.splice(0, beyond < 0 ? this.#waiting.length : beyond);
  }

  async #commit(group: readonly Waiting[]): Promise<void> {
    for (let pause = PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        const results = await this.#parts.apply(group.flatMap(({ steps }) => steps));
        let at = 0;
        for (const { steps, resolve } of group) {
          resolve(results.slice(at, at + steps.length));
          at += steps.length;
        }
        return;
      } catch (error) {
        if (this.#closed || isPermanent(error)) {
          await this.#giveUp(group, error);
          return;
        }
        this.#parts.onFault(error);
        await (this.#parts.pause ?? sleep)(pause);
      }
    }
  }

  /** What the store refuses must not take the others down with it. */
  async #giveUp(group: readonly Waiting[], error: unknown): Promise<void> {
    if (group.length === 1 || this.#closed) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const one of group) await this.#commit([one]);
  }
}

/**
 * Data that the store will never take, or a mistake of ours. Everything else (no connection, a restart, a
 * deadlock, no space) passes.
 */
function isPermanent(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string') return /^(22|23|42|0A)[0-9A-Z]{3}$/.test(code);
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
