import { connectBasware } from '../../nodes/basware/client';
import { manifest } from '../../nodes/basware/manifest';
import type { BatchContext, BatchItem } from '../../runtime/connector/batch';
import type { Clock } from '../../runtime/connector/clock';
import { type Connection, openConnection } from '../../runtime/connector/connection';
import { createInProcessLimiter } from '../../runtime/connector/in-process-limiter';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { takeSecrets } from '../../runtime/connector/secrets';
import type { OperationContext, ReadContext } from '../../runtime/connector/system';
import { jumpingClock } from './sample-connection';

/** Client and secret of a small Basware. */
export const client = { clientId: 'api-client', clientSecret: 'canary-secret', companyCode: 'BW00' };

/** A connection to a small Basware, through the runtime's own HTTP client, in which no wait takes time. */
export function connectTo(
  url: string,
  config: Record<string, unknown> = {},
  clock: Clock = jumpingClock(),
): Connection {
  const quiet = () => {};
  return openConnection({
    module: { manifest, connect: (settings) => connectBasware(settings, clock) },
    name: 'basware',
    config: { baseUrl: url, ...client, ...config },
    secrets: takeSecrets({}, []),
    limiter: createInProcessLimiter(clock),
    audit: { append: quiet },
    log: { info: quiet, warn: quiet, error: quiet },
    clock,
    random: () => 0,
  });
}

export function readContext(connection: Connection, now = new Date('2026-03-02T10:00:00Z')): ReadContext {
  return { calls: connection.calls(), now: () => now, signal: new AbortController().signal };
}

/** @param more what an earlier process left, and whether an unclear outcome is resolved */
export function operationContext(
  connection: Connection,
  options: Record<string, Json> = {},
  more: { readonly resolving?: boolean; readonly remembered?: JsonObject } = {},
): OperationContext & { readonly facts: JsonObject[] } {
  const facts: JsonObject[] = [];
  return {
    calls: connection.calls(),
    options,
    record: { sync: 'invoices-to-epicor-kinetic', company: 'BW00', key: 'a' },
    remembered: {},
    remember: async (fact) => void facts.push(fact),
    nextNumber: async () => 1,
    now: () => new Date('2026-03-02T10:00:00Z'),
    signal: new AbortController().signal,
    facts,
    ...more,
  };
}

/** A batch with nothing remembered yet. */
export function batchContext(
  connection: Connection,
  options: Record<string, Json> = {},
  remembered: JsonObject = {},
): BatchContext & { readonly facts: JsonObject[] } {
  const facts: JsonObject[] = [];
  return {
    calls: connection.calls(),
    options,
    sync: 'vendors-to-basware',
    company: 'EPIC06',
    externalId: 'EPIC06-20260302-9f86d081884c',
    sentAt: new Date('2026-03-02T09:59:59Z'),
    remembered,
    remember: async (fact) => void facts.push(fact),
    nextNumber: async () => 1,
    now: () => new Date('2026-03-02T10:00:00Z'),
    signal: new AbortController().signal,
    facts,
  };
}

export function batchOf(documents: readonly JsonObject[]): BatchItem[] {
  return documents.map((document, at) => ({
    id: `item-${at}`,
    record: { sync: 'vendors-to-basware', company: 'EPIC06', key: String(at) },
    document,
    remembered: {},
    remember: async () => {},
  }));
}
