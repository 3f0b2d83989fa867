import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../connector/errors';
import type { Store } from './store';

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** Where our migrations are: beside this file, in the sources and in the compiled program. */
export const MIGRATIONS = join(__dirname, 'migrations');

/** Key of the advisory lock that lets one process at a time migrate. */
const MIGRATING = 7_102_025;

/**
 * Brings the schema `ml` to the newest version: applies the files `001_<name>.sql`, `002_<name>.sql`, … of the folder
 * that were not yet applied, each once and each in a transaction of its own. Returns the names of those.
 * Throws a `ConfigurationError` when a number is missing or doubled, when an applied file was changed since, and when
 * a newer program has already been at work on this database; then nothing is changed.
 */
export async function migrate(store: Store, folder: string = MIGRATIONS): Promise<string[]> {
  const migrations = migrationsIn(folder);
  const applied: string[] = [];
  for (const migration of migrations) {
    const work = () => apply(store, migration, migrations, folder);
    const isNew = await work().catch((error: unknown) => {
      if (isCatalogBehind(error)) return work();
      throw error;
    });
    if (isNew) applied.push(migration.name);
  }
  return applied;
}

/** Another process has just made what this one's cached catalog does not show yet; a new transaction sees it. */
function isCatalogBehind(error: unknown): boolean {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown };
  return code === '23505' && String(constraint).startsWith('pg_');
}

function migrationsIn(folder: string): Migration[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  return files.map((file, index) => {
    const [, digits, name] = /^(\d{3})_([a-z0-9-]+)\.sql$/.exec(file) ?? [];
    if (!name || Number(digits) !== index + 1) {
      throw new ConfigurationError(
        'MIGRATION_GAP',
        `Migration ${index + 1} is missing: found ${file} in its place.`,
        join(folder, file),
        'Name the files 001_<name>.sql, 002_<name>.sql and so on, without a gap.',
      );
    }
    const sql = readFileSync(join(folder, file), 'utf8');
    return { number: index + 1, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

function apply(
  store: Store,
  migration: Migration,
  all: readonly Migration[],
  folder: string,
): Promise<boolean> {
  return store.transaction(async () => {
    await store.query('select pg_advisory_xact_lock($1)', [MIGRATING]);
    await store.query(`
      create schema if not exists ml;
      create table if not exists ml.schema_migration (
        number integer primary key,
        name text not null,
        checksum text not null,
        applied_at timestamptz not null default now()
      )`);
    const { rows } = await store.query<Migration>('select number, name, checksum from ml.schema_migration');
    refuseForeign(rows, all, folder);
    if (rows.some(({ number }) => number === migration.number)) return false;
    await store.query(migration.sql);
    await store.query('insert into ml.schema_migration (number, name, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    return true;
  });
}

function refuseForeign(
  applied: readonly Pick<Migration, 'number' | 'name' | 'checksum'>[],
  all: readonly Migration[],
  folder: string,
): void {
  for (const { number, name, checksum } of applied) {
    const file = all[number - 1];
    if (!file) {
      throw new ConfigurationError(
        'STORE_NEWER',
        `The database is newer than this program: it has migration ${number} (${name}).`,
        folder,
        'Start the version of the program that this database was last used with, or a newer one.',
      );
    }
    if (file.checksum !== checksum) {
      throw new ConfigurationError(
        'MIGRATION_CHANGED',
        `Migration ${number} (${file.name}) is not the one that was applied to this database (${name}).`,
        folder,
        'Restore the file as it was released, and put the change into a new migration.',
      );
    }
  }
}
