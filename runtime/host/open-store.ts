import { ConfigurationError } from '../connector/errors';
import { type EmbeddedStore, openEmbeddedStore } from '../ledger/embedded-store';
import { migrate } from '../ledger/migrate';
import { openServerStore } from '../ledger/server-store';
import type { Store } from '../ledger/store';
import type { DataFolder } from './data-folder';
import type { HostEnvironment } from './environment';

/** Folder of the embedded database, inside the data folder. */
export const DATABASE_FOLDER = 'database';
/** A process that was killed a moment ago may hold the folder for as long as its end takes. */
const TRIES = 12;
const BETWEEN_TRIES_MS = 250;

/**
 * Opens the store that the environment asks for and brings its schema up to date.
 * @throws ConfigurationError when the database cannot be reached, is too new, or is in use
 */
export async function openStore(
  { databaseUrl }: Pick<HostEnvironment, 'databaseUrl'>,
  folder: DataFolder,
  warn: (text: string) => void,
): Promise<Store> {
  const store = databaseUrl ? await openServer(databaseUrl, warn) : await openEmbedded(folder, warn);
  try {
    await migrate(store);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openEmbedded(folder: DataFolder, warn: (text: string) => void): Promise<EmbeddedStore> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await openEmbeddedStore({ folder: folder.file(DATABASE_FOLDER), onWarning: warn });
    } catch (error) {
      const inUse = error instanceof ConfigurationError && error.code === 'STORE_IN_USE';
      if (!inUse || tries >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
    }
  }
}

async function openServer(connectionString: string, warn: (text: string) => void): Promise<Store> {
  try {
    return await openServerStore({
      connectionString,
      onError: (error) => warn(`A connection to the database was lost: ${error.message}`),
    });
  } catch (error) {
    const { hostname, port, pathname } = new URL(connectionString);
    const code = (error as { code?: string }).code;
    throw new ConfigurationError(
      'DATABASE_UNREACHABLE',
      `The database ${hostname}:${port || 5432}${pathname} cannot be used${code ? ` (${code})` : ''}.`,
      'environment, DATABASE_URL',
      'Check that the server runs, that the address is right, and that the user may sign in and create a schema.',
    );
  }
}
