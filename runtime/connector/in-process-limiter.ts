import type { Clock } from './clock';
import { type Limiter, LimiterClosed, type Slot } from './limiter';
import { WaitingLine } from './waiting-line';

/** The limiter of a single process: exact, in memory. */
export function createInProcessLimiter(clock: Clock): Limiter {
  const keys = new Map<string, LimitedKey>();
  let closed = false;

  const keyOf = (name: string) => {
    const known = keys.get(name);
    if (known) return known;
    const key = new LimitedKey(clock);
    keys.set(name, key);
    return key;
  };

  return {
    async acquire(name, limit, options) {
      if (closed) throw new LimiterClosed();
      const key = keyOf(name);
      key.limit = limit;
      const slot = key.line.join(options);
      key.serve();
      return slot;
    },
    pause: (name, untilEpochMs) => keyOf(name).line.pause(untilEpochMs),
    async close() {
      closed = true;
      for (const key of keys.values()) key.line.close(new LimiterClosed());
    },
  };
}

class LimitedKey {
  readonly line: WaitingLine;
  limit = 0;
  private inFlight = 0;

  constructor(clock: Clock) {
    this.line = new WaitingLine(clock, () => this.serve());
  }

  serve(): void {
    while (this.line.length > 0 && this.inFlight < this.limit && this.line.pauseMs === 0) {
      this.inFlight++;
      this.line.serve(this.slot());
    }
  }

  private slot(): Slot {
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.inFlight--;
        this.serve();
      },
    };
  }
}
