import { createSystem } from '../../nodes/epicor-kinetic/system';
import { type Connection, openConnection } from '../../runtime/connector/connection';
import { createInProcessLimiter } from '../../runtime/connector/in-process-limiter';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { takeSecrets } from '../../runtime/connector/secrets';
import type { OperationContext, ReadContext, Row, StreamReader } from '../../runtime/connector/system';
import { jumpingClock } from './sample-connection';
import type { SmallKinetic } from './small-kinetic';

/** A connection to a small Kinetic, through the runtime's own HTTP client; its time jumps. */
export function connectTo(
  server: Pick<SmallKinetic, 'url' | 'credentials'>,
  config: Record<string, unknown> = {},
): Connection {
  const clock = jumpingClock();
  const quiet = () => {};
  return openConnection({
    module: createSystem(clock),
    name: 'epicor-kinetic',
    config: { baseUrl: server.url, ...server.credentials, ...config },
    secrets: takeSecrets({}, []),
    limiter: createInProcessLimiter(clock),
    audit: { append: quiet },
    log: { info: quiet, warn: quiet, error: quiet },
    clock,
    random: () => 0,
  });
}

export interface TestContext extends OperationContext {
  readonly facts: JsonObject;
}

/** What an operation gets. `numbers` lets several contexts share one installation. */
export function operationContext(
  connection: Connection,
  options: Record<string, Json> = {},
  facts: JsonObject = {},
  numbers = new Map<string, number>(),
): TestContext {
  const clock = jumpingClock();
  return {
    calls: connection.calls(),
    options,
    record: { sync: 'payments-to-epicor-kinetic', company: 'EPIC06', key: 'pay-1' },
    remembered: facts,
    remember: async (more) => void Object.assign(facts, more),
    nextNumber: async (name, start) => {
      const next = Math.max((numbers.get(name) ?? 0) + 1, start);
      numbers.set(name, next);
      return next;
    },
    now: clock.now,
    signal: new AbortController().signal,
    facts,
  };
}

export function readContext(connection: Connection, now = '2026-03-02T10:00:00.000Z'): ReadContext {
  return { calls: connection.calls(), now: () => new Date(now), signal: new AbortController().signal };
}

export interface ReadResult {
  readonly rows: Row[];
  readonly keys: string[];
  readonly cursors: Json[];
  readonly cursor: Json | undefined;
}

/** Reads a stream to its end, as the read node does. */
export async function readAll(
  reader: StreamReader,
  context: ReadContext,
  query: { cursor?: Json | undefined; options?: Record<string, Json>; full?: boolean } = {},
): Promise<ReadResult> {
  const rows: Row[] = [];
  const cursors: Json[] = [];
  const { cursor, options = {}, full = false } = query;
  for await (const page of reader.read({ cursor, options, full }, context)) {
    rows.push(...page.rows);
    cursors.push(page.cursor);
  }
  return { rows, keys: rows.map((row) => row.key), cursors, cursor: cursors.at(-1) };
}
