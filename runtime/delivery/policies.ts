/** Times and limits of delivery, milliseconds where not said otherwise. */
export interface Policies {
  /** Between an unclear outcome and the first look-up; each further look-up waits twice as long. */
  readonly settleMs: number;
  /** Look-ups that must find nothing before a write is believed not to have happened. */
  readonly checks: number;
  /** Longest that a call may take. A call that was cut with its process may go on that long in the target. */
  readonly callMs: number;
  /** Failed attempts after which a record parks. */
  readonly maxFailures: number;
  /** Attempts in a row that may die with their process before the record parks. */
  readonly maxCrashes: number;
  readonly firstBackoffMs: number;
  readonly longestBackoffMs: number;
  /** Between attempts while a connection is offline. */
  readonly offlineMs: number;
  /** A batch that is not full goes when no record has come for so long, or at last when one has waited so long. */
  readonly gatherMs: number;
  readonly longestGatherMs: number;
  /** A batch that the target has and is not done with after so long is for a person to look at. */
  readonly batchPatienceMs: number;
  /** After this long without a sign of life, an attempt no longer counts against the window. */
  readonly idleMs: number;
  /** How often overdue attempts are looked for. */
  readonly tickMs: number;
  /** How often records without a job are looked for. */
  readonly sweepMs: number;
  /** Landed this long ago without a turn: the job may be lost. */
  readonly staleMs: number;
  /** No sign of life from the process that works on a record: it is taken over. */
  readonly deadMs: number;
}

export const POLICIES: Policies = {
  settleMs: 2_000,
  checks: 3,
  callMs: 30_000,
  maxFailures: 10,
  maxCrashes: 20,
  firstBackoffMs: 1_000,
  longestBackoffMs: 300_000,
  offlineMs: 5_000,
  gatherMs: 1_000,
  longestGatherMs: 30_000,
  batchPatienceMs: 24 * 60 * 60_000,
  idleMs: 5_000,
  tickMs: 500,
  sweepMs: 30_000,
  staleMs: 600_000,
  deadMs: 120_000,
};

/**
 * Wait before the next attempt: doubles with every failure up to the longest, with up to half of it taken off
 * at random, so that records that failed together do not come back together.
 */
export function backoff(failures: number, policies: Policies, random: () => number): number {
  const full = Math.min(policies.firstBackoffMs * 2 ** Math.min(failures, 30), policies.longestBackoffMs);
  return Math.round(full * (1 - random() / 2));
}
