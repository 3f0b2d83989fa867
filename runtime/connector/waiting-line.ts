import type { AcquireOptions, Slot } from './limiter';

interface Waiter {
  readonly priority: number;
  serve(slot: Slot): void;
  refuse(reason: unknown): void;
}

/** Calls that wait for a slot: by priority, then in the order they came. */
export class WaitingLine {
  private readonly waiters: Waiter[] = [];

  get length(): number {
    return this.waiters.length;
  }

  /** Resolves when served. Rejects with the signal's reason when it is aborted first. */
  join(options: AcquireOptions = {}): Promise<Slot> {
    const { signal, priority = 0 } = options;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const leave = () => {
        const at = this.waiters.indexOf(waiter);
        if (at >= 0) this.waiters.splice(at, 1);
        reject(signal?.reason);
      };
      const waiter: Waiter = {
        priority,
        serve: (slot) => {
          signal?.removeEventListener('abort', leave);
          resolve(slot);
        },
        refuse: (reason) => {
          signal?.removeEventListener('abort', leave);
          reject(reason);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      const behind = this.waiters.findIndex((other) => other.priority < priority);
      this.waiters.splice(behind < 0 ? this.waiters.length : behind, 0, waiter);
    });
  }

  /** Gives a slot to the first in the line. */
  serve(slot: Slot): void {
    this.waiters.shift()?.serve(slot);
  }

  refuseAll(reason: Error): void {
    for (const waiter of this.waiters.splice(0)) waiter.refuse(reason);
  }
}
