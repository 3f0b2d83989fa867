/** The summary that `ml-connector run --json` prints as its last line. */
export interface Summary {
  readonly template: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly syncs: Readonly<Record<string, Counters>>;
  readonly connections: Readonly<Record<string, Counters>>;
}

interface Counters {
  readonly [counter: string]: number | Readonly<Record<string, number>>;
}

/** Counters of a maximum are not added up. */
const maxima: readonly string[] = ['maxInFlight'];

/** The totals of two runs of one template, one after the other. */
export function together(first: Summary, second: Summary): Summary {
  return {
    template: second.template,
    ok: first.ok && second.ok,
    seconds: Math.round((first.seconds + second.seconds) * 1000) / 1000,
    syncs: addAll(first.syncs, second.syncs),
    connections: addAll(first.connections, second.connections),
  };
}

function addAll(
  a: Readonly<Record<string, Counters>>,
  b: Readonly<Record<string, Counters>>,
): Record<string, Counters> {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(names.map((name) => [name, add(a[name] ?? {}, b[name] ?? {})]));
}

function add(a: Counters, b: Counters): Counters {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(names.map((name) => [name, addOne(name, a[name], b[name])]));
}

type Value = Counters[string] | undefined;

function addOne(name: string, a: Value, b: Value): Counters[string] {
  if (typeof a === 'object' || typeof b === 'object') {
    return add((a ?? {}) as Counters, (b ?? {}) as Counters) as Readonly<Record<string, number>>;
  }
  return maxima.includes(name) ? Math.max(a ?? 0, b ?? 0) : (a ?? 0) + (b ?? 0);
}
