import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ConfigurationError } from '../connector/errors';
import { EmbeddedDatabase } from './embedded-database';
import { EmbeddedSession, type StartDatabase } from './embedded-session';
import { type FolderLock, lockFolder } from './folder-lock';
import { Housekeeper } from './housekeeping';
import { SqlSessions } from './sql-sessions';
import type { QueryResult, Store } from './store';

export interface EmbeddedStoreOptions {
  /** The folder of the database, made when it is absent, with its parents. `memory` keeps nothing. */
  readonly folder: string | 'memory';
  /** File with the archive of an empty database, for a new one. The compiled package has it; the sources have none. */
  readonly archive?: string;
  /** Told in words when the store works but cannot keep a promise, or had to start again. */
  readonly onWarning?: (warning: string) => void;
}

export interface EmbeddedStore extends Store {
  readonly kind: 'embedded';
  /** Tells a second process that wants the folder where this one can be reached, for example `127.0.0.1:1880`. */
  announce(address: string): void;
}

/** How often the store looks whether it has to keep house. */
const LOOK_EVERY_MS = 10_000;
/** A log longer than this makes the start after a crash slow. */
const CHECKPOINT_BYTES = 32 * 1024 * 1024;
const HOUSEKEEP_EVERY_MS = 5 * 60_000;

/**
 * Opens PGlite in a folder of this process alone. Throws a `ConfigurationError`: with the code `STORE_IN_USE` when
 * another process has the folder, `STORE_UNUSABLE` when it cannot be used.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const { archive = packagedArchive(), onWarning = () => {} } = options;
  const folder = options.folder === 'memory' ? undefined : resolve(options.folder);
  const start: StartDatabase = (onNotify) => EmbeddedDatabase.start({ folder, archive }, onNotify);
  try {
    if (folder === undefined) return await begun(new PgliteStore(once(start), undefined, onWarning));
    mkdirSync(dirname(folder), { recursive: true });
    return await begun(new PgliteStore(start, lockFolder(folder), onWarning));
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError(
      'STORE_UNUSABLE',
      `The embedded database cannot be opened: ${error instanceof Error ? error.message : error}`,
      folder ?? 'memory',
      'Check that the folder belongs to this user and that the disk is not full; if its files are damaged, restore a backup.',
    );
  }
}

/** Made when the package is built, beside this file: unpacking it takes a fifth of what making a database takes. */
function packagedArchive(): string | undefined {
  const file = join(__dirname, 'empty-database.tar.gz');
  return existsSync(file) ? file : undefined;
}

async function begun(store: PgliteStore): Promise<EmbeddedStore> {
  try {
    await store.begin();
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

class PgliteStore implements EmbeddedStore {
  readonly kind = 'embedded';
  readonly #lock: FolderLock | undefined;
  readonly #onWarning: (warning: string) => void;
  readonly #session: EmbeddedSession;
  readonly #sessions: SqlSessions;
  readonly #housekeeper = new Housekeeper(this);
  #look: NodeJS.Timeout | undefined;
  #keptHouseAt = Date.now();
  #closed = false;

  constructor(start: StartDatabase, lock: FolderLock | undefined, onWarning: (warning: string) => void) {
    this.#lock = lock;
    this.#onWarning = onWarning;
    this.#session = new EmbeddedSession(start, (call) => this.#sessions.outside(call), onWarning);
    this.#sessions = new SqlSessions(() => this.#session.turn());
  }

  async begin(): Promise<void> {
    await this.query('select 1');
    if (!this.#lock) return;
    if (!(await this.#forcesToDisk())) {
      this.#onWarning(
        'The embedded database is not power-safe: a commit did not reach the disk (no fsync). A crash of this ' +
          'process loses nothing, a power failure may. Use the pinned version of PGlite, or a PostgreSQL server.',
      );
    }
    this.#look = setInterval(() => void this.#keepHouseWhenDue(), LOOK_EVERY_MS).unref();
  }

  query<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<QueryResult<Row>> {
    return this.#sessions.query<Row>(sql, parameters);
  }

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.#sessions.transaction(work);
  }

  async listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>> {
    this.#sessions.refuseInTransaction('listen');
    return this.#session.listen(channel, onNotify);
  }

  /** In single-user mode nobody vacuums, analyzes or checkpoints by itself. */
  async housekeep(): Promise<void> {
    this.#sessions.refuseInTransaction('keep house');
    this.#keptHouseAt = Date.now();
    await this.#housekeeper.vacuum();
    await this.query('checkpoint');
  }

  announce(address: string): void {
    this.#lock?.announce(address);
  }

  async close(): Promise<void> {
    this.#sessions.refuseInTransaction('be closed');
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#look);
    await this.#session.end();
    this.#lock?.release();
  }

  async #keepHouseWhenDue(): Promise<void> {
    if (this.#session.heldMs >= LOOK_EVERY_MS) {
      const seconds = Math.round(this.#session.heldMs / 1000);
      this.#onWarning(
        `A transaction has held the embedded database for ${seconds} seconds; all else waits for it.`,
      );
      return;
    }
    try {
      const due = Date.now() - this.#keptHouseAt >= HOUSEKEEP_EVERY_MS;
      if (due || (await this.#bytesSinceCheckpoint()) > CHECKPOINT_BYTES) await this.housekeep();
    } catch (error) {
      if (!this.#closed) this.#onWarning(`The embedded database could not be kept in order: ${error}`);
    }
  }

  async #bytesSinceCheckpoint(): Promise<number> {
    const { rows } = await this.query<{ bytes: string }>(
      'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) as bytes from pg_control_checkpoint()',
    );
    return Number(rows[0]?.bytes);
  }

  /** Commits one row and looks whether anything was forced to disk. */
  async #forcesToDisk(): Promise<boolean> {
    const before = await this.#session.fsyncs();
    await this.query(`
      create schema if not exists ml;
      create table if not exists ml.disk_test (at timestamptz primary key);
      delete from ml.disk_test;
      insert into ml.disk_test values (clock_timestamp());`);
    return (await this.#session.fsyncs()) > before;
  }
}

/** What was in memory is gone with the database: an empty one in its place would be a lie. */
function once(start: StartDatabase): StartDatabase {
  let started = false;
  return async (onNotify) => {
    if (started) throw new Error('The embedded database in memory crashed, and what was in it is lost.');
    started = true;
    return start(onNotify);
  };
}
