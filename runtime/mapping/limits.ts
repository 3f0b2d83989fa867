import { MappingFault } from './mapping-fault';

export interface MappingLimits {
  /** Processor time that one record's rules and document may take, milliseconds. Waiting does not count. */
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

/** Looking at the clock costs more than a step of an expression. */
const STEPS_PER_LOOK = 50;

/** Processor time of this thread, milliseconds: on a busy machine an expression may last long and take little. */
export function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** @param now a monotonic clock, milliseconds. */
export function startBudget(limits: MappingLimits, now: () => number): Budget {
  let steps = 0;
  let spent = 0;
  let since = now();
  return {
    check(depth) {
      if (depth > limits.depth) {
        throw new MappingFault('MAPPING_TOO_DEEP', `it calls itself more than ${limits.depth} levels deep`);
      }
      steps += 1;
      if (steps % STEPS_PER_LOOK === 0 && spent + now() - since > limits.timeMs) {
        throw new MappingFault(
          'MAPPING_TIMEOUT',
          `it computed for more than ${limits.timeMs} ms: does a function call itself without end?`,
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
