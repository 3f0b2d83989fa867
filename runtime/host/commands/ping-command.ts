import { systemClock } from '../../connector/clock';
import { ConfigurationError, SystemError } from '../../connector/errors';
import { createInProcessLimiter } from '../../connector/in-process-limiter';
import type { Log } from '../../connector/log';
import type { PingReport } from '../../connector/system';
import { Connections, type LiveConnection } from '../connections/connections';
import { openFlowConnections } from '../flows/flow-connections';
import { readTemplate } from '../flows/templates';
import { openInstallation, requireFields } from '../installation';
import { EXIT, type ExitStatus } from './exit-status';
import { orAborted } from './or-aborted';

export type PingOutcome =
  | PingReport
  | {
      readonly ok: false;
      readonly code: string;
      readonly cause: string;
      readonly systemWords?: string;
      readonly remedy: string;
    };

export interface PingResult {
  readonly template: string;
  readonly ok: boolean;
  readonly connections: Readonly<Record<string, PingOutcome>>;
}

/** Calls of the work may take minutes; a person who asks whether it works will not wait for that. */
const PATIENCE_MS = 50_000;
const NO_ANSWER: PingOutcome = {
  ok: false,
  code: 'NETWORK_TIMEOUT',
  cause: `The server takes the connection and did not answer within ${PATIENCE_MS / 1000} s.`,
  remedy: 'Check what listens at the base URL. A system that was just started may need a minute: ask again.',
};

/**
 * `ml-connector ping`: signs in to every system of a template with the least possible call.
 * @throws ConfigurationError for an unknown template or a missing variable, before any call
 */
export async function pingCommand(
  template: string,
  variables: NodeJS.ProcessEnv,
  log: Log,
): Promise<{ readonly status: ExitStatus; readonly result: PingResult }> {
  const installation = openInstallation(variables);
  const { flows, systems, secrets } = installation;
  const nodes = readTemplate(flows, template);
  requireFields(nodes, installation);
  const limiter = createInProcessLimiter(systemClock);
  const connections = new Connections({
    secrets,
    limiter,
    audit: { append: () => {} },
    log,
    clock: systemClock,
  });
  try {
    const live = openFlowConnections(nodes, systems, connections);
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const outcomes = await Promise.all(
      live.map(async (each) => [each.name, await pingOne(each, patience)] as const),
    );
    const ok = outcomes.every(([, outcome]) => outcome.ok && outcome.checks.every((check) => check.ok));
    const result = { template, ok, connections: Object.fromEntries(outcomes) };
    return { status: ok ? EXIT.done : EXIT.offline, result };
  } finally {
    await connections.closeAll();
    await limiter.close();
  }
}

/** @param patience ends the wait for a system that takes the call and never answers */
export async function pingOne(
  { connection, fault }: Pick<LiveConnection, 'connection' | 'fault'>,
  patience: AbortSignal,
): Promise<PingOutcome> {
  try {
    if (!connection) throw fault;
    return await orAborted(() => connection.ping(), patience);
  } catch (error) {
    if (patience.aborted && error === patience.reason) return NO_ANSWER;
    if (error instanceof SystemError) {
      const { code, message: cause, systemWords, remedy } = error;
      return { ok: false, code, cause, ...(systemWords ? { systemWords } : {}), remedy };
    }
    if (error instanceof ConfigurationError) {
      return { ok: false, code: error.code, cause: error.message, remedy: error.remedy };
    }
    throw error;
  }
}

/** The result for a person, one block for each connection. */
export function pingText({ connections }: PingResult): string {
  return Object.entries(connections)
    .flatMap(([name, outcome]) => [
      outcome.ok ? `${name}: signed in, ${outcome.identity}` : `${name}: ${outcome.cause} (${outcome.code})`,
      ...(outcome.ok
        ? outcome.checks.map(
            ({ name: check, ok, detail, warning }) =>
              `  ${ok ? (warning ? 'SOON' : 'ok  ') : 'FAIL'} ${check}${detail ? `: ${detail}` : ''}`,
          )
        : [
            ...(outcome.systemWords ? [`  it said: ${outcome.systemWords}`] : []),
            `  what to do: ${outcome.remedy}`,
          ]),
    ])
    .join('\n');
}
