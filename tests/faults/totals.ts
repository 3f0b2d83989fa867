import type { SeedResult } from './seed-run';

/** What many seeds add up to. */
export interface Totals {
  readonly seeds: number;
  readonly records: number;
  readonly calls: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly kills: number;
  readonly brokenPromises: number;
  readonly failedSeeds: readonly { readonly seed: number; readonly store: string; readonly first: string }[];
  /** From a start after a kill to the first write that reaches a system, seconds. */
  readonly recovery: Readonly<Record<string, { readonly median: number; readonly longest: number }>>;
  readonly seconds: number;
}

export function totalsOf(results: readonly SeedResult[], seconds: number): Totals {
  const failed = results.filter(({ broken }) => broken.length > 0);
  return {
    seeds: results.length,
    records: sum(results.map(({ records }) => records)),
    calls: sum(results.map(({ calls }) => calls)),
    faults: addedUp(results.map(({ faults }) => faults)),
    kills: sum(results.map(({ kills }) => kills)),
    brokenPromises: sum(failed.map(({ broken }) => broken.length)),
    failedSeeds: failed.map(({ seed, store, broken }) => ({ seed, store, first: broken[0] ?? '' })),
    recovery: recoveryOf(results),
    seconds: Math.round(seconds),
  };
}

function recoveryOf(results: readonly SeedResult[]): Totals['recovery'] {
  const byStore = Map.groupBy(results, ({ store }) => store);
  return Object.fromEntries(
    [...byStore].flatMap(([store, its]) => {
      const sorted = its.flatMap(({ recoveries }) => recoveries).sort((a, b) => a - b);
      const [median, longest] = [sorted[sorted.length >> 1], sorted.at(-1)];
      if (median === undefined || longest === undefined) return [];
      return [[store, { median: tenths(median), longest: tenths(longest) }]];
    }),
  );
}

function addedUp(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [kind, count] of counts.flatMap((each) => Object.entries(each)))
    all[kind] = (all[kind] ?? 0) + count;
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => a.localeCompare(b)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function tenths(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}

/** The totals as a person reads them. */
export function inWords(totals: Totals): string {
  const { seeds, records, calls, faults, kills, brokenPromises, recovery, seconds } = totals;
  const injected = Object.entries(faults).map(([kind, count]) => `${kind} ${count}`);
  return [
    `${seeds} seeds, ${records} records, ${calls} calls, ${kills} kills in ${seconds} s`,
    `faults: ${injected.join(', ')}`,
    ...Object.entries(recovery).map(
      ([store, { median, longest }]) =>
        `kill to first delivered record, ${store}: median ${median} s, longest ${longest} s`,
    ),
    `broken promises: ${brokenPromises}`,
  ].join('\n');
}
