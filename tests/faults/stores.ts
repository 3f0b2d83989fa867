import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

export type StoreName = 'embedded' | 'server';

/** Data folder of the runtime, in the folder of the store; a second runtime on a server has one beside it. */
export const DATA_FOLDER = 'data';

/** Where a seed's runtime keeps what it knows. */
export interface SeedStore {
  readonly name: StoreName;
  readonly folder: string;
  /** `DATABASE_URL` for a server, nothing for the embedded store. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** A fresh data folder, and on a server a fresh database: `server` is the connection string of one. */
export async function freshStore(name: StoreName, server: string | undefined): Promise<SeedStore> {
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-faults-'));
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  if (name === 'embedded') return { name, folder, environment: {}, remove: removeFolder };
  if (server === undefined) throw new Error('no PostgreSQL server was started');
  const database = `faults_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `create database ${database}`);
  const address = new URL(server);
  address.pathname = `/${database}`;
  return {
    name,
    folder,
    environment: { DATABASE_URL: address.href },
    async remove() {
      await administer(server, `drop database ${database} with (force)`);
      await removeFolder();
    },
  };
}

async function administer(connectionString: string, statement: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
