/** Longer than a release takes. */
const mostWorkMs = 120_000;

/**
 * While a long operation runs in a session, Acumatica answers nothing in it but the question for that
 * operation's state. So an action has the session to itself: it waits for the calls under way, and calls that
 * come meanwhile wait for its end.
 */
export class SessionGate {
  /**
   * Epoch ms until which an operation whose end nobody saw may still hold the session: what is refused meanwhile
   * is refused for its sake.
   */
  #atWorkUntil = 0;
  #calls = 0;
  #action: Promise<void> | undefined;
  #idle: (() => void)[] = [];

  /** An operation was begun, here or by the process before, and may be going on. @param now epoch ms */
  leftAtWork(now: number): void {
    this.#atWorkUntil = now + mostWorkMs;
  }

  /** The session answered: nothing holds it. */
  answered(): void {
    this.#atWorkUntil = 0;
  }

  /** @param now epoch ms */
  mayBeAtWork(now: number): boolean {
    return now < this.#atWorkUntil;
  }

  /** Makes a call when no action has the session. */
  async call<Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    while (this.#action) await unlessAborted(this.#action, signal);
    this.#calls += 1;
    try {
      return await work();
    } finally {
      this.#calls -= 1;
      if (this.#calls === 0) for (const wake of this.#idle.splice(0)) wake();
    }
  }

  /** Runs an action alone. Its own calls must not go through the gate. */
  async action<Value>(work: () => Promise<Value>, signal?: AbortSignal): Promise<Value> {
    while (this.#action) await unlessAborted(this.#action, signal);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#action = promise;
    try {
      if (this.#calls > 0) await unlessAborted(new Promise<void>((wake) => this.#idle.push(wake)), signal);
      return await work();
    } finally {
      this.#action = undefined;
      resolve();
    }
  }
}

async function unlessAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (!signal) return promise;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
