import type { ConnectionCounters } from '../../connector/counters';

/** Sum of what two connections of the same name did one after the other. */
export function addCounters(
  one: ConnectionCounters | undefined,
  other: ConnectionCounters,
): ConnectionCounters {
  if (!one) return other;
  const byOperation = { ...one.byOperation };
  for (const [name, n] of Object.entries(other.byOperation)) byOperation[name] = (byOperation[name] ?? 0) + n;
  return {
    ...other,
    calls: one.calls + other.calls,
    byOperation,
    maxInFlight: Math.max(one.maxInFlight, other.maxInFlight),
    retries: one.retries + other.retries,
    throttled: one.throttled + other.throttled,
    signIns: one.signIns + other.signIns,
  };
}
