import type { SyncCounters } from '../reading/sync-counters';
import type { Runtime } from '../runtime';
import { settledSince } from './settled-since';

/** The last line of `run --json`: totals of this run. */
export interface Summary {
  readonly template: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly syncs: Readonly<Record<string, SyncCounters & { readonly unknown: number }>>;
  readonly connections: Readonly<Record<string, ConnectionSummary>>;
}

interface ConnectionSummary {
  readonly calls: number;
  readonly byOperation: Readonly<Record<string, number>>;
  readonly maxInFlight: number;
  readonly retries: number;
  readonly throttled: number;
  readonly signIns: number;
}

export async function summaryOf(
  runtime: Pick<Runtime, 'counts' | 'delivery' | 'connections' | 'clock' | 'startedAt' | 'store'>,
  template: string,
  syncs: readonly string[],
  ok: boolean,
): Promise<Summary> {
  const { counts, delivery, connections, clock, startedAt, store } = runtime;
  const bySync = await Promise.all(
    syncs.map(async (name) => {
      const { unknown } = await delivery.pending([name]);
      const { parked, ignored } = await settledSince(store, name, startedAt);
      return [name, { ...counts.of(name), parked, ignored, unknown }] as const;
    }),
  );
  return {
    template,
    ok,
    seconds: (clock.now().getTime() - startedAt.getTime()) / 1000,
    syncs: Object.fromEntries(bySync),
    connections: Object.fromEntries(
      Object.entries(connections.totals()).map(([name, totals]) => {
        const { calls, byOperation, maxInFlight, retries, throttled, signIns } = totals;
        return [name, { calls, byOperation, maxInFlight, retries, throttled, signIns }];
      }),
    ),
  };
}
