import type { Counted, OnCount } from '../../delivery/settler';

/** What became of a sync's rows and records since this process started. */
export interface SyncCounters {
  readonly read: number;
  readonly landed: number;
  readonly unchanged: number;
  readonly confirmed: number;
  readonly updated: number;
  readonly ignored: Readonly<Record<string, number>>;
  readonly parked: Readonly<Record<string, number>>;
}

interface Counts {
  read: number;
  landed: number;
  unchanged: number;
  confirmed: number;
  updated: number;
  ignored: Record<string, number>;
  parked: Record<string, number>;
}

/** Counts what delivery tells. */
export class SyncCounts {
  readonly #bySync = new Map<string, Counts>();

  readonly count: OnCount = (sync, what: Counted, n, reason = 'unknown') => {
    const counts = this.#bySync.get(sync) ?? none();
    this.#bySync.set(sync, counts);
    if (what === 'ignored' || what === 'parked') counts[what][reason] = (counts[what][reason] ?? 0) + n;
    else if (what !== 'unknown') counts[what] += n;
  };

  of(sync: string): SyncCounters {
    return structuredClone(this.#bySync.get(sync) ?? none());
  }
}

function none(): Counts {
  return { read: 0, landed: 0, unchanged: 0, confirmed: 0, updated: 0, ignored: {}, parked: {} };
}
