import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { ConfigurationError } from '../connector/errors';

export interface FolderLock {
  /** Says where the owner can be reached; a second process names it in its error. */
  announce(address: string): void;
  release(): void;
}

/**
 * Makes this process the only one with the folder. The lock is a lock of the kernel on a file beside it: freed when
 * the process ends, however it ends, and held while it is only stopped. Files with a process id are no lock: in
 * containers everybody has the same, and two owners destroy a PGlite folder without any error.
 * Throws a `ConfigurationError` with the code `STORE_IN_USE`. Does not protect a network file system.
 */
export function lockFolder(folder: string): FolderLock {
  // The lock file itself cannot be read by others while it is held.
  const ownerFile = ownerFileOf(folder);
  const database = new DatabaseSync(`${folder}.lock`);
  try {
    database.exec('pragma locking_mode = exclusive; pragma busy_timeout = 0; begin exclusive');
  } catch (error) {
    database.close();
    if (!/locked/.test((error as Error).message)) throw error;
    throw inUse(folder, ownerFile);
  }
  const announce = (address: string | undefined) =>
    writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, address }), { mode: 0o600 });
  announce(undefined);
  return {
    announce,
    release: () => {
      rmSync(ownerFile, { force: true });
      database.close();
    },
  };
}

function inUse(folder: string, ownerFile: string): ConfigurationError {
  const { pid, address } = ownerIn(ownerFile);
  const who = [pid === undefined ? undefined : `process ${pid}`, address].filter(Boolean).join(' at ');
  return new ConfigurationError(
    'STORE_IN_USE',
    `The data folder is in use by ${who || 'another process'}.`,
    folder,
    'Stop that process, or give this one another data folder, or set DATABASE_URL: several processes can share a PostgreSQL server.',
  );
}

/** Who has the folder, as far as that process has said. */
export function ownerOf(folder: string): { readonly pid?: number; readonly address?: string } {
  return ownerIn(ownerFileOf(folder));
}

function ownerFileOf(folder: string): string {
  return `${folder}.owner`;
}

function ownerIn(file: string): { readonly pid?: number; readonly address?: string } {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}
