import type { MovableClock } from './clock';
import type { FaultProxy } from './faults/proxy';
import type { Traffic } from './http/traffic';
import type { Random } from './random';

/**
 * The two systems of one template, running, with the people who work in them and the oracles that look at them: what
 * a demonstration, a fault harness or a suite needs, whatever the template. Each template has one such file under
 * `worlds/`; what only its own tests need may be on it beside this.
 */
export interface Simulation {
  readonly template: string;
  readonly clock: MovableClock;
  /** Environment that points a runtime at the two systems, through their fault proxies where there are any. */
  readonly env: Readonly<Record<string, string>>;
  /** By system name; the one that approved documents come from is first. */
  readonly systems: Readonly<Record<string, SimulatedSystem>>;
  readonly people: People;
  /** Keys of source documents that people changed after they were sent: too late, perhaps, to change the copies. */
  changedLate(): ReadonlySet<string>;
  /** Has the systems push to a runtime at this address, where people set that up by hand. Absent: it subscribes itself. */
  pushTo?(address: string): void;
  /** How many documents at both systems can be a record of a sync. */
  documents(): number;
  /** Everything at both systems that an integration can change, for comparing two moments. */
  writable(): unknown;
  /**
   * Everything that is not as it must be once nothing is left to do, judged by the systems' own books and by what they
   * saw of the runtime (calls in flight, sessions left behind). Empty: all promises hold.
   */
  checkPromises(): string[];
  stop(): Promise<void>;
}

export interface SimulatedSystem {
  /** What reached the system itself. */
  readonly traffic: Traffic;
  /** In front of it when the simulation was started with `faults`. */
  readonly proxy: FaultProxy | undefined;
  /** Every session or token given out so far is refused from now on. */
  expireSessions(): void;
  /** How long what was just written may stay out of lists, milliseconds. */
  readonly lagMs: number;
  /** Switches every webhook subscription off, as the system does after failures. Absent: it pushes nothing. */
  disableSubscriptions?(): void;
}

/** What people do at both systems while an integration runs. All of it is done at once. */
export interface People {
  /** Approves, pays, clears: everything under way goes one step on. */
  work(): void;
  /** Brings everything under way to its end. */
  finish(): void;
  /** A mass update of `count` documents that changes nothing that matters: stamps and versions move. */
  touch(count: number): void;
  /** Corrects, holds, voids or cancels a few documents, whether they were sent already or not. */
  correct(random: Random): void;
}

export interface SimulationOptions {
  /** The same seed gives the same companies, ids and habits. Default 1. */
  readonly seed?: number;
  /** Documents of the main company; the special cases are always there. Default: the demonstration's. */
  readonly size?: number;
  /** Puts a fault proxy, calm at first, before each system. */
  readonly faults?: boolean;
  /** Draws what the systems leave open: sign-ins, page sizes, lags, formats. Default: the documented behavior. */
  readonly harsh?: Random;
  /** `watchable`: slow enough for a person to follow. Default: as fast as the machine. */
  readonly pace?: 'fast' | 'watchable';
}
