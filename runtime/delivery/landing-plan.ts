import type { LockedRecord } from '../ledger/records';
import type { Landing } from './protocol';

/** What landing does with one row. */
export type LandingAct =
  /** Not seen before. */
  | 'new'
  /** A newer version of a known record. */
  | 'version'
  /** Nothing new, but worth another try. */
  | 'again'
  /** Nothing new, but the rule of today refuses what it let through before. */
  | 'refused'
  | 'unchanged';

export type LandedState = 'landed' | 'working' | 'ignored';

export interface LandingDecision {
  readonly act: LandingAct;
  /** The state the record has afterwards; absent when it stays as it is. */
  readonly state?: LandedState;
  /** It joins the end of its line. */
  readonly requeued: boolean;
}

/** Marks records that the rule at landing ignored, so that a changed rule lets them in again. */
export const IGNORED_AT_LANDING = { by: 'landing' } as const;

export interface LandedRow {
  readonly contentHash: string;
  /** Reason of the rule that refuses it, if any. */
  readonly ignore: string | undefined;
}

/** Decides what becomes of a row, given what is known of its record. */
export function decideLanding(
  row: LandedRow,
  known: LockedRecord | undefined,
  retryParked: Landing['retryParked'] = [],
): LandingDecision {
  if (!known) {
    return { act: 'new', state: row.ignore ? 'ignored' : 'landed', requeued: false };
  }
  // What was sent, or may have been, goes on however the rule stands: changes after sending must be noticed.
  const ignore = row.ignore !== undefined && !known.linked && !known.open && known.state !== 'working';
  if (row.contentHash !== known.contentHash) {
    if (ignore) return { act: 'version', state: 'ignored', requeued: false };
    if (known.state === 'working') return { act: 'version', state: 'working', requeued: false };
    return { act: 'version', state: 'landed', requeued: known.state !== 'landed' };
  }
  if (ignore) {
    const refused = known.state === 'landed' || known.state === 'parked';
    return refused ? { act: 'refused', state: 'ignored', requeued: false } : UNCHANGED;
  }
  if (worthAnotherTry(known, row, retryParked)) return { act: 'again', state: 'landed', requeued: true };
  return UNCHANGED;
}

const UNCHANGED: LandingDecision = { act: 'unchanged', requeued: false };

function worthAnotherTry(known: LockedRecord, row: LandedRow, retryParked: readonly string[]): boolean {
  if (known.state === 'parked') return retryParked.includes(known.reason ?? '');
  return (
    known.state === 'ignored' && known.detail?.['by'] === IGNORED_AT_LANDING.by && row.ignore === undefined
  );
}
