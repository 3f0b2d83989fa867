import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { type PostgresServer, startPostgres } from './postgres';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address that answers with the connection string of the run's PostgreSQL server. */
    readonly postgresDoor: string;
  }
}

/**
 * Vitest's global set-up: one PostgreSQL server for the whole run, started when the first test file asks for it, so
 * that a run without such tests pays nothing.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  let server: Promise<PostgresServer> | undefined;
  const door = createServer(async (_request, response) => {
    // Nothing in a test run is worth a wait for the disk.
    server ??= startPostgres({ fsync: 'off' });
    try {
      response.end((await server).connectionString);
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  project.provide('postgresDoor', `http://127.0.0.1:${(door.address() as AddressInfo).port}`);
  return async () => {
    door.close();
    await server?.then(
      ({ stop }) => stop(),
      () => {},
    );
  };
}
