import { createSystem } from '../../nodes/acumatica/system';
import type { Clock } from '../../runtime/connector/clock';
import { type Connection, openConnection } from '../../runtime/connector/connection';
import { createInProcessLimiter } from '../../runtime/connector/in-process-limiter';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { takeSecrets } from '../../runtime/connector/secrets';
import type { OperationContext, SessionMemory } from '../../runtime/connector/system';
import { jumpingClock } from './sample-connection';
import type { SmallAcumatica } from './small-acumatica';

/** A connection to a small Acumatica, through the runtime's own HTTP client; its time jumps unless it is given. */
export function connectTo(
  server: SmallAcumatica,
  config: Record<string, unknown> = {},
  clock: Clock = jumpingClock(),
  sessionMemory?: SessionMemory,
): Connection {
  const quiet = () => {};
  return openConnection({
    module: createSystem(clock),
    name: 'acumatica',
    config: {
      baseUrl: server.url,
      ...server.credentials,
      cashAccount: '10200',
      paymentMethod: 'BILLCOM',
      ...config,
    },
    secrets: takeSecrets({}, []),
    limiter: createInProcessLimiter(clock),
    audit: { append: quiet },
    log: { info: quiet, warn: quiet, error: quiet },
    clock,
    random: () => 0,
    ...(sessionMemory ? { sessionMemory } : {}),
  });
}

export interface TestContext extends OperationContext {
  readonly facts: JsonObject;
}

/** What an operation gets. */
export function operationContext(
  connection: Connection,
  options: Record<string, Json> = {},
  facts: JsonObject = {},
): TestContext {
  const clock = jumpingClock();
  return {
    calls: connection.calls(),
    options,
    record: { sync: 'payments-to-acumatica', company: '0080', key: 'stp1' },
    remembered: facts,
    remember: async (more) => void Object.assign(facts, more),
    nextNumber: async () => 1,
    now: clock.now,
    signal: new AbortController().signal,
    facts,
  };
}
