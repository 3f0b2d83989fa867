import { connectAirbase } from '../../nodes/airbase/client';
import { manifest } from '../../nodes/airbase/manifest';
import type { BatchContext, BatchItem } from '../../runtime/connector/batch';
import type { Clock } from '../../runtime/connector/clock';
import { type Connection, openConnection } from '../../runtime/connector/connection';
import { createInProcessLimiter } from '../../runtime/connector/in-process-limiter';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { takeSecrets } from '../../runtime/connector/secrets';
import type { OperationContext, Page, ReadContext, Row, SessionMemory } from '../../runtime/connector/system';
import { jumpingClock } from './sample-connection';

export interface TestConnection extends Connection {
  /** What the connection said to people. */
  readonly said: string[];
}

/** A connection to a small Airbase, through the runtime's own HTTP client, in which no wait takes time. */
export function connectTo(
  url: string,
  config: Record<string, unknown> = {},
  clock: Clock = jumpingClock(),
  sessionMemory?: SessionMemory,
): TestConnection {
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const connection = openConnection({
    module: { manifest, connect: (settings) => connectAirbase(settings, clock) },
    name: 'airbase',
    config: { baseUrl: url, token: 'canary-token', ...config },
    secrets: takeSecrets({}, []),
    limiter: createInProcessLimiter(clock),
    audit: { append: () => {} },
    log: { info: say, warn: say, error: say },
    clock,
    ...(sessionMemory && { sessionMemory }),
    random: () => 0,
  });
  return Object.assign(connection, { said });
}

const now = () => new Date('2026-03-02T10:00:00Z');

export function readContext(connection: Connection): ReadContext {
  return { calls: connection.calls(), now, signal: new AbortController().signal };
}

export interface ReadWish {
  readonly cursor?: Json;
  readonly full?: boolean;
  readonly options?: Readonly<Record<string, Json>>;
  readonly named?: readonly string[];
}

/** Reads a stream to its end. */
export async function readPages(
  connection: Connection,
  stream: string,
  { cursor, full = false, options = {}, named = [] }: ReadWish = {},
): Promise<Page[]> {
  const pages: Page[] = [];
  const reader = connection.client.streams[stream];
  for await (const page of reader?.read({ cursor, options, full, named }, readContext(connection)) ?? [])
    pages.push(page);
  return pages;
}

export async function readRows(connection: Connection, stream: string, wish?: ReadWish): Promise<Row[]> {
  return (await readPages(connection, stream, wish)).flatMap(({ rows }) => rows);
}

/** @param more what an earlier process left, and whether an unclear outcome is resolved */
export function operationContext(
  connection: Connection,
  options: Record<string, Json> = {},
  more: { readonly resolving?: boolean } = {},
): OperationContext {
  return {
    calls: connection.calls(),
    options,
    record: { sync: 'spend-to-epicor-kinetic', company: 'EPIC06', key: 'a' },
    remembered: {},
    remember: async () => {},
    nextNumber: async () => 1,
    now,
    signal: new AbortController().signal,
    ...more,
  };
}

export function batchContext(connection: Connection, options: Record<string, Json> = {}): BatchContext {
  return {
    calls: connection.calls(),
    options,
    sync: 'vendors-to-airbase',
    company: 'EPIC06',
    externalId: 'EPIC06-20260302-9f86d081884c',
    sentAt: now(),
    remembered: {},
    remember: async () => {},
    nextNumber: async () => 1,
    now,
    signal: new AbortController().signal,
  };
}

/** @param linked ids of documents that were sent before, and the documents as they were then, by place */
export function batchOf(
  documents: readonly JsonObject[],
  linked: Readonly<Record<number, { readonly ref: string; readonly previous: JsonObject }>> = {},
): BatchItem[] {
  return documents.map((document, at) => ({
    id: `item-${at}`,
    record: { sync: 'vendors-to-airbase', company: 'EPIC06', key: String(at) },
    document,
    remembered: {},
    remember: async () => {},
    ...(linked[at] ? { linked: linked[at] } : {}),
  }));
}
