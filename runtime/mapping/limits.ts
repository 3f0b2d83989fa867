import { MappingFault } from './mapping-fault';

export interface MappingLimits {
  /** Time that one record's rules and document may compute, milliseconds. Waiting for look-ups does not count. */
  readonly timeMs: number;
  /** How deep expressions may nest while they run. */
  readonly depth: number;
  /** Length of any list on the way. */
  readonly sequence: number;
  /** Characters of the result. */
  readonly size: number;
}

export const DEFAULT_LIMITS: MappingLimits = { timeMs: 1000, depth: 400, sequence: 100_000, size: 2_000_000 };

/** What one run has left. */
export interface Budget {
  /** @throws MappingFault MAPPING_TIMEOUT, MAPPING_TOO_DEEP */
  check(depth: number): void;
  /** Waits without spending time. */
  wait<T>(pending: Promise<T>): Promise<T>;
}

/** @param now a monotonic clock, milliseconds. */
export function startBudget(limits: MappingLimits, now: () => number): Budget {
  let spent = 0;
  let since = now();
  return {
    check(depth) {
      if (depth > limits.depth) {
        throw new MappingFault('MAPPING_TOO_DEEP', `it calls itself more than ${limits.depth} levels deep`);
      }
      if (spent + now() - since > limits.timeMs) {
        throw new MappingFault(
          'MAPPING_TIMEOUT',
          `it ran longer than ${limits.timeMs} ms: does a function call itself without end?`,
        );
      }
    },
    async wait(pending) {
      spent += now() - since;
      try {
        return await pending;
      } finally {
        since = now();
      }
    },
  };
}
