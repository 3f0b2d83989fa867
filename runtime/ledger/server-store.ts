import { type Client, type QueryResult as PgResult, Pool, type PoolClient } from 'pg';
import { parameterText, readerOf } from './column-values';
import { Housekeeper } from './housekeeping';
import { ServerListener } from './server-listener';
import { type Executed, type Session, SqlSessions } from './sql-sessions';
import type { QueryResult, Store } from './store';

export interface ServerStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly connectionString: string;
  /** Connections besides the one that listens. Default 10. */
  readonly maxConnections?: number;
  /** Told of connections that are lost while nobody uses them; the next statement opens a new one. */
  readonly onError: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Opens a store on a PostgreSQL server, 14 or newer. Throws what the driver throws when the server cannot be
 * reached. Everything of ours is in the schema `ml`, which stands first in the search path of each connection.
 */
export async function openServerStore(options: ServerStoreOptions): Promise<Store> {
  const store = new ServerStore(options);
  try {
    await store.query('select 1');
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

class ServerStore implements Store {
  readonly kind = 'server';
  readonly #pool: Pool;
  readonly #sessions: SqlSessions;
  readonly #listener: ServerListener;
  readonly #housekeeper: Housekeeper;

  constructor({ connectionString, maxConnections = 10, onError }: ServerStoreOptions) {
    const connection = {
      connectionString,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'ml-connector',
      types: { getTypeParser: readerOf },
    };
    this.#pool = new Pool({
      ...connection,
      max: maxConnections,
      onConnect: async (client) => {
        // Without a listener an error on a client in use, such as a lost connection, ends the process.
        client.on('error', onError);
        await client.query('set search_path to ml, public');
      },
    });
    // The same for clients that lie idle in the pool.
    this.#pool.on('error', onError);
    this.#sessions = new SqlSessions(async () => new PooledSession(await this.#pool.connect()));
    this.#listener = new ServerListener(connection, onError, (call) => this.#sessions.outside(call));
    this.#housekeeper = new Housekeeper(this);
  }

  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    return this.#sessions.query<Row>(sql, parameters);
  }

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#sessions.transaction(work);
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>> {
    this.#sessions.refuseInTransaction('listen');
    return this.#listener.listen(channel, onNotify);
  }

  async housekeep(): Promise<void> {
    this.#sessions.refuseInTransaction('keep house');
    await this.#housekeeper.vacuum();
  }

  async close(): Promise<void> {
    this.#sessions.refuseInTransaction('be closed');
    if (this.#pool.ending) return;
    await this.#listener.close();
    await this.#pool.end();
  }
}

/** The driver wants one statement at a time on a client: the sessions see to it. */
class PooledSession implements Session {
  readonly #client: PoolClient;

  constructor(client: PoolClient) {
    this.#client = client;
  }

  async execute(sql: string, parameters?: readonly unknown[]): Promise<Executed> {
    return executed(await run(this.#client, sql, parameters));
  }

  release(broken: boolean): void {
    this.#client.release(broken);
  }
}

function run(client: Pick<Client, 'query'>, sql: string, parameters?: readonly unknown[]) {
  // Several statements in one text are possible only without parameters (simple query protocol).
  if (!parameters || parameters.length === 0) return client.query(sql) as Promise<PgResult | PgResult[]>;
  return client.query(sql, parameters.map(parameterText));
}

function executed(result: PgResult | PgResult[]): Executed {
  const results = Array.isArray(result) ? result : [result];
  return {
    rows: results.flatMap(({ rows }) => rows),
    affected: results.reduce((sum, { rowCount }) => sum + (rowCount ?? 0), 0),
    command: results.at(-1)?.command ?? '',
  };
}
