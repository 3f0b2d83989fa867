import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { EmbeddedDatabase } from './embedded-database';
import { type FolderLock, lockFolder } from './folder-lock';
import { Housekeeper } from './housekeeping';
import { type Executed, type Session, SqlSessions } from './sql-sessions';
import type { QueryResult, Store } from './store';

export interface EmbeddedStoreOptions {
  /** The folder of the database, made when it is absent; its parent is made too. `memory` keeps nothing. */
  readonly folder: string | 'memory';
  /** For `memory`: an archive of a fresh cluster from `EmbeddedStore.dump`, which spares two seconds. */
  readonly cluster?: ArrayBuffer;
  /** Told in words when the store works but cannot keep a promise. */
  readonly onWarning?: (warning: string) => void;
}

export interface EmbeddedStore extends Store {
  readonly kind: 'embedded';
  /** Tells a second process that wants the folder where this one can be reached, for example `127.0.0.1:1880`. */
  announce(address: string): void;
  /** An archive of the whole cluster. Takes twice its size in memory. */
  dump(): Promise<ArrayBuffer>;
}

/**
 * Opens PGlite in a folder of this process alone. Throws a `ConfigurationError` with the code `STORE_IN_USE` when
 * another process has it.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const { cluster, onWarning = () => {} } = options;
  const folder = options.folder === 'memory' ? undefined : resolve(options.folder);
  if (folder !== undefined) mkdirSync(dirname(folder), { recursive: true });
  const lock = folder === undefined ? undefined : lockFolder(folder);
  const hearers = new Hearers();
  try {
    const database = await EmbeddedDatabase.start({ folder, cluster }, (channel, payload) =>
      hearers.tell(channel, payload),
    );
    const store = new PgliteStore(database, hearers, lock);
    await store.begin(folder === undefined ? undefined : onWarning);
    return store;
  } catch (error) {
    lock?.release();
    throw error;
  }
}

class PgliteStore implements EmbeddedStore {
  readonly kind = 'embedded';
  readonly #database: EmbeddedDatabase;
  readonly #hearers: Hearers;
  readonly #lock: FolderLock | undefined;
  readonly #turns: Turns;
  readonly #sessions: SqlSessions;
  readonly #housekeeper = new Housekeeper(this);
  #closed = false;

  constructor(database: EmbeddedDatabase, hearers: Hearers, lock: FolderLock | undefined) {
    this.#database = database;
    this.#hearers = hearers;
    this.#lock = lock;
    this.#turns = new Turns(database);
    this.#sessions = new SqlSessions(() => this.#turns.next());
    hearers.outside = (call) => this.#sessions.outside(call);
  }

  async begin(onWarning: ((warning: string) => void) | undefined): Promise<void> {
    await this.query('set search_path to ml, public');
    if (onWarning && !(await this.#forcesToDisk())) {
      onWarning(
        'The embedded database is not power-safe: a commit did not reach the disk (no fsync). ' +
          'A crash of this process loses nothing; a power failure may. Use a PostgreSQL server, or the pinned PGlite.',
      );
    }
  }

  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    return this.#sessions.query<Row>(sql, parameters);
  }

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#sessions.transaction(work);
  }

  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>> {
    return this.#sessions.outside(async () => {
      await this.query(`listen ${quoted(channel)}`);
      return this.#hearers.add(channel, onNotify);
    });
  }

  /** Nobody vacuums, analyzes or checkpoints in single-user mode by itself. */
  async housekeep(): Promise<void> {
    await this.#sessions.outside(async () => {
      await this.#housekeeper.vacuum();
      await this.query('checkpoint');
    });
  }

  announce(address: string): void {
    this.#lock?.announce(address);
  }

  dump(): Promise<ArrayBuffer> {
    return this.#database.dump();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#turns.end();
    await this.#database.close();
    this.#lock?.release();
  }

  /** Commits one row and looks whether anything was forced to disk. */
  async #forcesToDisk(): Promise<boolean> {
    const before = await this.#database.fsyncs();
    await this.query(`
      create schema if not exists ml;
      create table if not exists ml.disk_test (at timestamptz primary key);
      delete from ml.disk_test;
      insert into ml.disk_test values (clock_timestamp());`);
    return (await this.#database.fsyncs()) > before;
  }
}

/** One session for all: whoever wants to run something waits for its turn, a transaction holds it to its end. */
class Turns {
  readonly #database: EmbeddedDatabase;
  #last: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(database: EmbeddedDatabase) {
    this.#database = database;
  }

  async next(): Promise<Session> {
    if (this.#ended) throw new Error('The embedded store is closed.');
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    return {
      execute: (sql, parameters): Promise<Executed> => this.#database.execute(sql, parameters),
      release: () => resolve(),
    };
  }

  /** Lets those finish who have or wait for a turn. */
  end(): Promise<void> {
    this.#ended = true;
    return this.#last;
  }
}

class Hearers {
  readonly #byChannel = new Map<string, Set<(payload: string) => void>>();
  outside: (call: () => void) => void = (call) => call();

  add(channel: string, hear: (payload: string) => void): () => Promise<void> {
    const hearers = this.#byChannel.get(channel) ?? new Set();
    this.#byChannel.set(channel, hearers.add(hear));
    return async () => {
      hearers.delete(hear);
    };
  }

  tell(channel: string, payload: string): void {
    for (const hear of this.#byChannel.get(channel) ?? []) this.outside(() => hear(payload));
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
