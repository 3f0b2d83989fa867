import { createHash } from 'node:crypto';
import type { AuditSink } from './audit-sink';
import { type CallContext, type CallerParts, makeCall } from './caller';
import { type Clock, systemClock } from './clock';
import { CallCounters, type ConnectionCounters } from './counters';
import { ConfigurationError, SystemError } from './errors';
import { credentialNames, resolveSettings } from './fields';
import { type Health, HealthKeeper } from './health';
import { createHttpClient } from './http-client';
import type { JsonObject } from './json';
import type { Limiter } from './limiter';
import type { Log } from './log';
import type { ConnectionDeclaration } from './manifest';
import { createRedactor, type Redactor } from './redaction';
import { runtimeError } from './runtime-error';
import type { Secrets } from './secrets';
import { createSessionKeeper, type SessionKeeper } from './sign-in';
import type {
  Calls,
  ConnectionSettings,
  PingReport,
  SessionMemory,
  SystemClient,
  SystemModule,
} from './system';

export interface ConnectionOptions {
  readonly module: SystemModule;
  /** Name in ledger, audit and reports; the system's name where there is one connection of it. */
  readonly name: string;
  /** The node's fields as saved, possibly `${NAME}`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The node's secret fields as saved. */
  readonly credentials?: Readonly<Record<string, unknown>>;
  readonly secrets: Secrets;
  readonly limiter: Limiter;
  readonly audit: AuditSink;
  readonly log: Log;
  readonly clock?: Clock;
  /** Where facts about an open session outlive the process; in memory when absent. */
  readonly sessionMemory?: SessionMemory;
  /** From 0 to 1; spreads repetitions. */
  readonly random?: () => number;
}

/** One tenant of one system, ready to be called. */
export interface Connection {
  readonly system: string;
  readonly name: string;
  readonly client: SystemClient;
  /** The resolved fields. Secrets are plain in here: for the system's own code only. */
  readonly settings: ConnectionSettings;
  readonly limit: { readonly key: string; readonly inFlight: number };
  readonly health: Health;
  readonly counters: ConnectionCounters;
  /** Removes this connection's secrets from a text or JSON value. */
  readonly redactor: Redactor;
  /** Calls in a session, within the limit, audited; bound to a record when one is given. */
  calls(purpose?: CallPurpose): Calls;
  /**
   * Signs in and makes the least possible call, whatever the health says, and sets the health by the outcome.
   * @throws SystemError that names the cause
   */
  ping(): Promise<PingReport>;
  /** Called on every change of health. Returns the way to stop. */
  onHealth(listener: (health: Health) => void): () => void;
  /** Ends waiting and reads at once, signs out where the system wants that, lets writes on their way finish. */
  close(): Promise<void>;
}

export interface CallPurpose {
  readonly sync?: string;
  readonly recordId?: string;
  /** Ends waiting, and reads on their way. */
  readonly signal?: AbortSignal;
  /** Higher goes first when the limit is reached; 0 when not given. */
  readonly priority?: number;
}

/** Sign-ins and probes go before everything else: nothing works without them. */
const firstPriority = 1_000;

/**
 * Opens a connection: resolves its fields and makes its client. Makes no call.
 * @throws ConfigurationError that lists every field that is missing or wrong
 */
export function openConnection(options: ConnectionOptions): Connection {
  const { module, name, secrets, limiter, audit, log } = options;
  const { manifest } = module;
  const clock = options.clock ?? systemClock;
  const settings = resolveSettings(manifest.connection, options, secrets, name);
  const redactor = createRedactor(secretsOf(manifest.connection, settings));
  const client = module.connect(settings);
  const counters = new CallCounters();
  const closing = new AbortController();
  const addresses = manifest.connection.hosts
    .map((field) => settings[field])
    .filter((address) => typeof address === 'string');
  const baseUrl = addresses[0];
  if (baseUrl === undefined) {
    throw new ConfigurationError('SETTING_MISSING', 'the base URL is not set', name, 'Fill in the base URL.');
  }
  const http = createHttpClient({ baseUrl, allowed: addresses, timeouts: manifest.connection.timeouts });
  const health = new HealthKeeper(name, () => callPing(), clock, {
    info: (text) => log.info(redactor.text(text)),
    warn: (text) => log.warn(redactor.text(text)),
    error: (text) => log.error(redactor.text(text)),
  });
  const sessions = client.signIn && createSessionKeeper(() => signIn(), clock);
  const parts: CallerParts = {
    connection: name,
    http,
    client,
    sessions,
    credentials: credentialNames(manifest.connection, settings),
    rules: manifest.errors,
    limiter,
    limit: limitOf(manifest.system, name, manifest.connection, settings),
    health,
    counters,
    audit,
    redactor,
    clock,
    random: options.random ?? Math.random,
    closing: closing.signal,
  };

  const callsFor = (context: CallContext): Calls => ({
    call: (request) => makeCall(parts, request, context),
  });
  const memory = forgiving(options.sessionMemory ?? inProcess(), log);
  const unsigned = callsFor({ unsigned: true, priority: firstPriority });

  const signIn = async () => {
    let asked = false;
    // Going on with a session that another process left is no sign-in: nobody is asked.
    const counted: Calls = {
      call: (request) => {
        if (!asked) counters.signIns++;
        asked = true;
        return unsigned.call(request);
      },
    };
    try {
      const session = await (client.signIn as NonNullable<SystemClient['signIn']>)(counted, memory);
      redactor.add(session.token);
      for (const warning of client.warnings?.() ?? []) log.warn(`${name}: ${warning}`);
      return session;
    } catch (error) {
      const refusal = asSignInError(error);
      if (refusal instanceof SystemError && refusal.recovery === 'configuration') health.goOffline(refusal);
      throw refusal;
    }
  };

  const callPing = async (): Promise<PingReport> => {
    let clockSkewMs: number | undefined;
    const calls = callsFor({
      probe: true,
      priority: firstPriority,
      onAnswer: (answer, sentAt, receivedAt) => {
        clockSkewMs = skewOf(answer.headers['date'], sentAt, receivedAt) ?? clockSkewMs;
      },
    });
    const report = await client.ping(calls);
    return clockSkewMs === undefined ? report : { clockSkewMs, ...report };
  };

  return {
    system: manifest.system,
    name,
    client,
    settings,
    limit: parts.limit,
    redactor,
    get health() {
      return health.current;
    },
    get counters() {
      return counters.snapshot();
    },
    calls: (purpose = {}) => callsFor(purpose),
    async ping() {
      try {
        const report = await callPing();
        health.goOnline();
        return report;
      } catch (error) {
        if (error instanceof SystemError && error.recovery !== 'rate-limited') health.goOffline(error);
        throw error;
      }
    },
    onHealth: (listener) => health.onChange(listener),
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(runtimeError('CONNECTION_CLOSED', undefined));
      await signOut(client, sessions, unsigned, memory);
      health.close();
      await http.close();
    },
  };
}

async function signOut(
  client: SystemClient,
  sessions: SessionKeeper | undefined,
  calls: Calls,
  memory: SessionMemory,
): Promise<void> {
  const session = sessions?.usable();
  if (!session || !client.signOut) return;
  // A session that cannot be ended ends by itself: no reason not to stop.
  await client.signOut(session, calls, memory).catch(() => undefined);
}

function inProcess(): SessionMemory {
  let held: JsonObject = {};
  return {
    load: async () => held,
    save: async (facts) => {
      held = facts;
    },
  };
}

/** Nobody fails to sign in, or to stop, because the store is away. */
function forgiving(memory: SessionMemory, log: Log): SessionMemory {
  const told = (error: unknown) => log.warn(`session: ${error instanceof Error ? error.message : error}`);
  return {
    load: () =>
      memory.load().catch((error: unknown) => {
        told(error);
        return {};
      }),
    save: (facts) => memory.save(facts).catch(told),
  };
}

function secretsOf(declaration: ConnectionDeclaration, settings: ConnectionSettings): string[] {
  return declaration.fields
    .filter((field) => field.type === 'secret')
    .map((field) => settings[field.name])
    .filter((value) => typeof value === 'string');
}

/** Whom the limit counts for: a hash, because keys stand in a table and parts of them may be secret. */
function limitOf(
  system: string,
  name: string,
  declaration: ConnectionDeclaration,
  settings: ConnectionSettings,
): { key: string; inFlight: number } {
  const { inFlight, field, per } = declaration.limits;
  const identity = per.length === 0 ? [name] : per.map((part) => settings[part] ?? null);
  const hash = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 24);
  const chosen = field === undefined ? undefined : settings[field];
  return { key: `${system}:${hash}`, inFlight: typeof chosen === 'number' ? chosen : inFlight };
}

/** What refuses a sign-in will refuse it again: a matter of configuration, whatever the status was. */
function asSignInError(error: unknown): unknown {
  if (!(error instanceof SystemError)) return error;
  if (error.recovery !== 'rejected' && error.recovery !== 'not-found') return error;
  return new SystemError({ ...error, text: error.message, recovery: 'configuration' });
}

/** Server clock minus ours. The header has whole seconds: half of one is its middle. */
function skewOf(date: string | undefined, sentAt: Date, receivedAt: Date): number | undefined {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return undefined;
  return Math.round(theirs + 500 - (sentAt.getTime() + receivedAt.getTime()) / 2);
}
