import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataFolder } from '../../runtime/host/data-folder';
import { DATABASE_FOLDER, openStore } from '../../runtime/host/open-store';

let prepared: Promise<string> | undefined;

/**
 * Puts an empty embedded database, its schema up to date, into a data folder. Making one costs more than the rest of
 * a start together: one is made for all seeds of this process, and copied.
 */
export async function putEmptyDatabase(dataFolder: string): Promise<void> {
  prepared ??= prepare();
  cpSync(join(await prepared, DATABASE_FOLDER), join(dataFolder, DATABASE_FOLDER), { recursive: true });
}

async function prepare(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-empty-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const store = await openStore({ databaseUrl: undefined }, new DataFolder(folder), () => {});
  await store.close();
  return folder;
}
