import { connectBill } from '../../nodes/bill/client';
import { manifest } from '../../nodes/bill/manifest';
import { type Connection, openConnection } from '../../runtime/connector/connection';
import { createInProcessLimiter } from '../../runtime/connector/in-process-limiter';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { takeSecrets } from '../../runtime/connector/secrets';
import type { OperationContext, ReadContext, StreamReader } from '../../runtime/connector/system';
import { jumpingClock } from './sample-connection';
import type { SmallBill } from './small-bill';

/**
 * A connection to a small BILL, through the runtime's own HTTP client.
 * @param now time as the client sees it, for what it keeps for a short while
 */
export function connectTo(
  server: SmallBill,
  config: Record<string, unknown> = {},
  now: () => Date = () => new Date(),
): Connection {
  const clock = jumpingClock();
  const quiet = () => {};
  return openConnection({
    module: { manifest, connect: (settings) => connectBill(settings, { now, wait: async () => {} }) },
    name: 'bill',
    config: { baseUrl: server.url, ...server.credentials, ...config },
    secrets: takeSecrets({}, []),
    limiter: createInProcessLimiter(clock),
    audit: { append: quiet },
    log: { info: quiet, warn: quiet, error: quiet },
    clock,
    random: () => 0,
  });
}

export function operationContext(
  connection: Connection,
  options: Record<string, Json> = {},
): OperationContext & { readonly facts: JsonObject[] } {
  const facts: JsonObject[] = [];
  return {
    calls: connection.calls(),
    options,
    record: { sync: 'invoices-to-bill', company: 'EPIC06', key: '1|A' },
    remembered: {},
    remember: async (fact) => void facts.push(fact),
    nextNumber: async () => 1,
    now: () => new Date(),
    signal: new AbortController().signal,
    facts,
  };
}

export function readContext(connection: Connection, now = new Date()): ReadContext {
  return { calls: connection.calls(), now: () => now, signal: new AbortController().signal };
}

/** Reads a stream to its end, as the read node does: the cursor of every page that landed. */
export async function readPages(
  reader: StreamReader,
  context: ReadContext,
  query: { cursor?: Json; options?: Record<string, Json>; full?: boolean; named?: readonly string[] } = {},
): Promise<{ keys: string[]; rows: JsonObject[]; cursors: Json[] }> {
  const keys: string[] = [];
  const rows: JsonObject[] = [];
  const cursors: Json[] = [];
  const { cursor, options = {}, full = false, named = [] } = query;
  for await (const page of reader.read({ cursor, options, full, named }, context)) {
    keys.push(...page.rows.map((row) => row.key));
    rows.push(...page.rows.map((row) => row.data));
    cursors.push(page.cursor);
  }
  return { keys, rows, cursors };
}
