import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Overview } from './api-types';

/**
 * Metrics in the Prometheus text format. The figures are read from the overview at each scrape, so nothing is
 * counted twice; labels are names of syncs, connections and states only.
 */
export function openMetrics(overview: () => Promise<Overview>): {
  readonly contentType: string;
  text(): Promise<string>;
} {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `ml_${name}`, help, labelNames, registers: [registry] });

  const records = gauge('records', 'Records by sync and state', ['sync', 'state']);
  const unknown = gauge('records_unknown', 'Records whose last write has an unknown outcome', ['sync']);
  const online = gauge('connection_online', '1 while the connection is online', ['connection']);
  const inFlight = gauge('connection_in_flight', 'Calls in flight', ['connection']);
  const limit = gauge('connection_limit', 'Calls allowed in flight', ['connection']);
  const calls = gauge('connection_calls', 'Calls since the start of this process', ['connection']);
  const throttled = gauge('connection_throttled', 'Calls refused for their rate', ['connection']);
  const signIns = gauge('connection_sign_ins', 'Sign-ins since the start of this process', ['connection']);

  return {
    contentType: registry.contentType,
    async text() {
      const now = await overview();
      for (const connection of now.connections) {
        const label = { connection: connection.name };
        online.set(label, connection.state === 'online' ? 1 : 0);
        inFlight.set(label, connection.inFlight);
        limit.set(label, connection.limit);
        calls.set(label, connection.calls);
        throttled.set(label, connection.throttled);
        signIns.set(label, connection.signIns);
      }
      for (const { name: sync, counts } of now.syncs) {
        for (const state of ['landed', 'working', 'confirmed', 'parked', 'ignored'] as const) {
          records.set({ sync, state }, counts[state]);
        }
        unknown.set({ sync }, counts.unknown);
      }
      return registry.metrics();
    },
  };
}
