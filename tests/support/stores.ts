import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, describe, inject, onTestFinished } from 'vitest';
import { openEmbeddedStore } from '../../runtime/ledger/embedded-store';
import { migrate } from '../../runtime/ledger/migrate';
import { openServerStore } from '../../runtime/ledger/server-store';
import type { Store } from '../../runtime/ledger/store';
import { EMPTY_DATABASE } from './project';

/**
 * Runs the tests twice: on PGlite in memory and on a real PostgreSQL server. Each store that `open` gives is fresh,
 * has the migrations applied, and is closed at the end of the test (opened in a hook: of the block).
 */
export function withStores(name: string, tests: (open: () => Promise<Store>) => void): void {
  describe.each([
    ['embedded', openMemory],
    ['server', openOnServer],
  ] as const)(`${name} (%s)`, (_kind, open) => {
    const leftOver: (() => Promise<void>)[] = [];
    afterAll(async () => {
      for (const close of leftOver) await close();
    });
    tests(async () => {
      const store = await open();
      try {
        onTestFinished(() => store.close());
      } catch {
        leftOver.push(() => store.close());
      }
      return store;
    });
  });
}

/** An instance of PGlite takes half a gigabyte and two seconds: they are lent out, one after the other. */
const idle: Store[] = [];

async function openMemory(): Promise<Store> {
  const instance = idle.pop() ?? (await openEmbeddedStore({ folder: 'memory', archive: EMPTY_DATABASE }));
  await instance.query('rollback; unlisten *; drop schema if exists ml, pgboss cascade');
  await migrate(instance);
  return new LentStore(instance, async () => {
    idle.push(instance);
  });
}

/** Behaves as closed after `close`, while its instance goes on with the next test. */
class LentStore implements Store {
  readonly kind: Store['kind'];
  readonly #instance: Store;
  readonly #giveBack: () => Promise<void>;
  #closed = false;

  constructor(instance: Store, giveBack: () => Promise<void>) {
    this.kind = instance.kind;
    this.#instance = instance;
    this.#giveBack = giveBack;
  }

  query: Store['query'] = async (sql, parameters) => this.#open().query(sql, parameters);
  transaction: Store['transaction'] = async (work) => this.#open().transaction(work);
  listen: Store['listen'] = async (channel, onNotify) => this.#open().listen(channel, onNotify);
  housekeep: Store['housekeep'] = async () => this.#open().housekeep();

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    // What is still under way ends before the next test gets the instance.
    await this.#instance.query('select 1');
    await this.#giveBack();
  }

  #open(): Store {
    if (this.#closed) throw new Error('The store is closed.');
    return this.#instance;
  }
}

/** Name of the database with the migrations applied, of which the others are copies. */
let template: Promise<string> | undefined;

/** A fresh database on the run's server: its connection string. Dropped by `dropDatabase`. */
export async function createDatabase(): Promise<string> {
  template ??= createTemplate();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`create database ${name} template ${await template}`);
  return addressOf(name);
}

export async function dropDatabase(connectionString: string): Promise<void> {
  await administer(`drop database if exists ${new URL(connectionString).pathname.slice(1)} with (force)`);
}

async function openOnServer(): Promise<Store> {
  const connectionString = await createDatabase();
  const store = await openServerStore({ connectionString, onError: () => {} });
  const close = store.close.bind(store);
  return Object.assign(store, {
    close: async () => {
      await close();
      await dropDatabase(connectionString);
    },
  });
}

async function createTemplate(): Promise<string> {
  const name = `template_${randomBytes(6).toString('hex')}`;
  await administer(`create database ${name}`);
  const store = await openServerStore({ connectionString: await addressOf(name), onError: () => {} });
  await migrate(store);
  await store.close();
  return name;
}

async function addressOf(database: string): Promise<string> {
  const url = new URL(await serverAddress());
  url.pathname = `/${database}`;
  return url.href;
}

let server: Promise<string> | undefined;

function serverAddress(): Promise<string> {
  server ??= askAtTheDoor();
  return server;
}

async function askAtTheDoor(): Promise<string> {
  const answer = await fetch(inject('postgresDoor'));
  if (!answer.ok) throw new Error(`No PostgreSQL server: ${await answer.text()}`);
  return answer.text();
}

async function administer(sql: string): Promise<void> {
  const client = new Client({ connectionString: await serverAddress() });
  await client.connect();
  await client.query(sql);
  await client.end();
}
