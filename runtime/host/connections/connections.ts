import { isDeepStrictEqual } from 'node:util';
import type { AuditSink } from '../../connector/audit-sink';
import type { Clock } from '../../connector/clock';
import { type Connection, type ConnectionOptions, openConnection } from '../../connector/connection';
import type { ConnectionCounters } from '../../connector/counters';
import { ConfigurationError, SystemError } from '../../connector/errors';
import type { Health } from '../../connector/health';
import type { Limiter } from '../../connector/limiter';
import type { Log } from '../../connector/log';
import type { FieldDeclaration } from '../../connector/manifest';
import type { Secrets } from '../../connector/secrets';
import type { PingReport, SessionMemory, SystemModule } from '../../connector/system';
import { addCounters } from './connection-counters';

/** A connection as a person saved it. */
export interface SavedConnection {
  readonly module: SystemModule;
  /** Id of the config node. */
  readonly nodeId: string;
  /** Tells several connections of one system apart; `default` for the first. */
  readonly webhookName: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly credentials?: Readonly<Record<string, unknown>>;
}

type SavedFields = Pick<SavedConnection, 'module' | 'config' | 'credentials'>;

/** A connection node that runs here, or would if its fields were right. */
export interface LiveConnection {
  readonly name: string;
  readonly nodeId: string;
  readonly module: SystemModule;
  readonly webhookName: string;
  /** Absent while `fault` is set. */
  readonly connection: Connection | undefined;
  readonly fault: ConfigurationError | undefined;
  /**
   * Runs work that makes calls; a close waits for it.
   * @throws SystemError of recovery `configuration` while the fields are wrong
   */
  use<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** All nodes close at once: calls of the others may end before the connection goes away under them. */
const CLOSE_PATIENCE_MS = 15_000;

export interface ConnectionsParts {
  readonly secrets: Secrets;
  readonly limiter: Limiter;
  readonly audit: AuditSink;
  readonly log: Log;
  readonly clock: Clock;
  /** Where the sessions of this store's runtimes are remembered, by name of the connection. */
  readonly sessions?: { of(connection: string): SessionMemory };
}

/** The connections that run in this process, by name. Their counters outlive them: a deploy resets nothing. */
export class Connections {
  readonly #parts: ConnectionsParts;
  readonly #live = new Map<string, LiveConnection>();
  readonly #retired = new Map<string, ConnectionCounters>();
  readonly #listeners = new Set<(live: LiveConnection, health: Health) => void>();

  constructor(parts: ConnectionsParts) {
    this.#parts = parts;
  }

  /** Never throws: what is wrong with the fields is the fault of the connection it returns. */
  open(saved: SavedConnection): LiveConnection {
    const name = connectionName(saved.module.manifest.system, saved.webhookName);
    const { connection, fault } = this.#live.has(name)
      ? { connection: undefined, fault: sameName(name) }
      : this.#tryOpen(saved, name);
    const inUse = new Set<Promise<unknown>>();
    const live: LiveConnection = {
      name,
      nodeId: saved.nodeId,
      module: saved.module,
      webhookName: saved.webhookName,
      connection,
      fault,
      use: (work) => {
        if (!connection) return Promise.reject(unusable(name, fault));
        const using = work(connection);
        const settled = using.then(nothing, nothing).finally(() => inUse.delete(settled));
        inUse.add(settled);
        return using;
      },
      close: async () => {
        if (this.#live.get(name) !== live) return;
        this.#live.delete(name);
        if (!connection) return;
        await this.#waitFor(inUse);
        await connection.close();
        this.#retired.set(name, addCounters(this.#retired.get(name), connection.counters));
      },
    };
    if (fault?.code !== 'CONNECTION_TWICE') this.#live.set(name, live);
    connection?.onHealth((health) => {
      for (const listener of this.#listeners) listener(live, health);
    });
    return live;
  }

  /**
   * Signs in with fields that need not be saved, and makes the least possible call. A connection that runs with just
   * these fields is asked itself: a second session might find no free seat, and a code to sign in with works once.
   * @throws ConfigurationError, SystemError
   */
  async probe({ module, config, credentials }: SavedFields): Promise<PingReport> {
    const { system } = module.manifest;
    const connection = openConnection(
      this.#options({ module, config, credentials: credentials ?? {} }, system),
    );
    try {
      const running = this.all().find(
        (live) => live.module === module && runsWith(live.connection, connection.settings),
      );
      return await (running ? running.use((its) => its.ping()) : connection.ping());
    } finally {
      await connection.close();
    }
  }

  get(name: string): LiveConnection | undefined {
    return this.#live.get(name);
  }

  byNode(nodeId: string): LiveConnection | undefined {
    return this.all().find((live) => live.nodeId === nodeId);
  }

  all(): readonly LiveConnection[] {
    return [...this.#live.values()];
  }

  onHealth(listener: (live: LiveConnection, health: Health) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What each connection did since this process started. */
  totals(): Readonly<Record<string, ConnectionCounters>> {
    const totals = Object.fromEntries(this.#retired);
    for (const { name, connection } of this.all()) {
      if (connection) totals[name] = addCounters(totals[name], connection.counters);
    }
    return totals;
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.all().map((live) => live.close()));
  }

  async #waitFor(inUse: ReadonlySet<Promise<unknown>>): Promise<void> {
    const ended = new AbortController();
    const patience = this.#parts.clock.wait(CLOSE_PATIENCE_MS, ended.signal).catch(nothing);
    await Promise.race([Promise.all(inUse), patience]);
    ended.abort();
  }

  #tryOpen(saved: SavedConnection, name: string): Pick<LiveConnection, 'connection' | 'fault'> {
    try {
      const sessionMemory = this.#parts.sessions?.of(name);
      const options = { ...this.#options(saved, name), ...(sessionMemory ? { sessionMemory } : {}) };
      return { connection: openConnection(options), fault: undefined };
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return { connection: undefined, fault: error };
    }
  }

  #options({ module, config, credentials }: SavedFields, name: string): ConnectionOptions {
    const filled = withEnvironment(module.manifest.connection.fields, config, credentials);
    return { ...this.#parts, module, name, ...filled };
  }
}

function runsWith(connection: Connection | undefined, settings: Connection['settings']): boolean {
  return connection?.health.state === 'online' && isDeepStrictEqual(connection.settings, settings);
}

/** Name in ledger, audit and reports: the system's where there is one connection of it. */
function connectionName(system: string, webhookName: string): string {
  return webhookName === 'default' || webhookName === '' ? system : `${system}/${webhookName}`;
}

/** A field that was never saved, as in a template, takes the variable it declares. */
export function withEnvironment(
  fields: readonly FieldDeclaration[],
  config: Readonly<Record<string, unknown>>,
  credentials: Readonly<Record<string, unknown>> = {},
): { config: Record<string, unknown>; credentials: Record<string, unknown> } {
  const unsaved = fields.filter(
    ({ name, environment }) => environment && config[name] === undefined && credentials[name] === undefined,
  );
  const references = (secret: boolean) =>
    Object.fromEntries(
      unsaved
        .filter(({ type }) => (type === 'secret') === secret)
        .map(({ name, environment }) => [name, `\${${environment}}`]),
    );
  return {
    config: { ...config, ...references(false) },
    credentials: { ...credentials, ...references(true) },
  };
}

/** Work for a connection with wrong fields waits, as it does for one that is offline. */
function unusable(name: string, fault: ConfigurationError | undefined): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: fault?.code ?? 'CONNECTION_CLOSED',
    text: `${name} cannot be used: ${fault?.message ?? 'it was closed'}`,
    remedy: fault?.remedy ?? 'Deploy its connection.',
  });
}

function nothing(): void {}

function sameName(name: string): ConfigurationError {
  return new ConfigurationError(
    'CONNECTION_TWICE',
    `Another connection is called ${name} already.`,
    name,
    'Use that one, or give this one its own name for webhooks.',
  );
}
