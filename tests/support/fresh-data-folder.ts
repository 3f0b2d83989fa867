import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from '../../runtime/host/data-folder';
import { DATABASE_FOLDER, openStore } from '../../runtime/host/open-store';
import { PROJECT } from './project';

const MIGRATIONS = join(PROJECT, 'runtime/ledger/migrations');
const PGLITE = join(PROJECT, 'node_modules/@electric-sql/pglite/package.json');
const CACHE = join(PROJECT, 'node_modules/.cache/ml-connector');

/** A new data folder whose embedded database is empty and up to date. The caller removes it. */
export async function freshDataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-test-'));
  await putEmptyDatabase(folder);
  return folder;
}

/**
 * Puts an empty embedded database into a data folder. Making one costs more than the rest of a start together: it is
 * made once for the schema as it stands, kept beside the packages, and copied.
 */
export async function putEmptyDatabase(dataFolder: string): Promise<void> {
  const prepared = join(CACHE, `database-${madeBy()}`);
  if (!existsSync(prepared)) await prepare(prepared);
  cpSync(prepared, join(dataFolder, DATABASE_FOLDER), { recursive: true });
}

async function prepare(place: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, 'draft-'));
  const store = await openStore({ databaseUrl: undefined }, new DataFolder(draft), () => {});
  await store.close();
  try {
    renameSync(join(draft, DATABASE_FOLDER), place);
  } catch (error) {
    // Several processes may be here at once: the first one's stays.
    if (!existsSync(place)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** What its content depends on: the database itself, and the schema. */
function madeBy(): string {
  const hash = createHash('sha256').update(readFileSync(PGLITE));
  for (const file of readdirSync(MIGRATIONS).sort()) hash.update(readFileSync(join(MIGRATIONS, file)));
  return hash.digest('hex').slice(0, 12);
}
