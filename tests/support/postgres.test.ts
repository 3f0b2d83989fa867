import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { Client } from 'pg';
import { expect, it, onTestFinished, vi } from 'vitest';
import { childProgram } from './child-program';
import { startPostgres } from './postgres';

async function ask(connectionString: string): Promise<unknown> {
  const client = new Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query('select current_user as me')).rows;
  } finally {
    await client.end();
  }
}

function folders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('ml-connector-postgres-'));
}

it('a PostgreSQL server of ours answers, and is gone without a trace when it is stopped', async () => {
  const before = folders();
  const { connectionString, stop } = await startPostgres();
  onTestFinished(stop);
  expect(await ask(connectionString)).toEqual([{ me: 'postgres' }]);
  expect(folders().length).toBeGreaterThan(before.length);
  await stop();
  await stop();
  await expect(ask(connectionString)).rejects.toThrow('ECONNREFUSED');
});

it('a PostgreSQL server of ours does not outlive the process that started it, even when that is killed', async () => {
  const start = await childProgram(resolve(__dirname, 'server-owner.ts'));
  const owner = start();
  const connectionString = (await owner.line('ready')).slice('ready '.length);
  expect(await ask(connectionString)).toEqual([{ me: 'postgres' }]);
  await owner.kill();
  await vi.waitFor(() => expect(ask(connectionString)).rejects.toThrow('ECONNREFUSED'), { timeout: 10_000 });
});
