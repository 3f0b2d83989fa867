import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDatabase, dropDatabase } from '../../tests/support/stores';
import { openServerStore } from './server-store';
import type { Store } from './store';

async function newDatabase(): Promise<string> {
  const connectionString = await createDatabase();
  onTestFinished(() => dropDatabase(connectionString));
  return connectionString;
}

async function openOn(connectionString: string, maxConnections?: number) {
  const errors: Error[] = [];
  const store = await openServerStore({
    connectionString,
    onError: (error) => errors.push(error),
    ...(maxConnections ? { maxConnections } : {}),
  });
  onTestFinished(() => store.close());
  return { store, errors };
}

/** Cuts every connection to the database but the one that asks. */
async function cutOthers(store: Store): Promise<void> {
  await store.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`);
}

describe('the store on a server', () => {
  it('survives the loss of its connections, tells of it, and connects again', async () => {
    const database = await newDatabase();
    const { store, errors } = await openOn(database);
    const { store: other } = await openOn(database);
    await Promise.all([store.query('select 1'), store.query('select 2')]);
    await cutOthers(other);
    await vi.waitFor(() => expect(errors.length).toBeGreaterThan(0));
    // A connection whose end has not been heard yet may still be handed out once.
    await vi.waitFor(async () => {
      expect((await store.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    });
  });

  it('fails a transaction whose connection is cut, and nothing of it stays', async () => {
    const database = await newDatabase();
    const { store } = await openOn(database);
    const { store: other } = await openOn(database);
    await store.query('create table ml.thing (id integer)');
    const cut = store.transaction(async () => {
      await store.query('insert into thing values (1)');
      await cutOthers(other);
      await store.query('insert into thing values (2)');
    });
    await expect(cut).rejects.toThrow();
    expect((await store.query('select id from thing')).rows).toEqual([]);
  });

  it('hears again, on every channel, after its listening connection was cut', async () => {
    const database = await newDatabase();
    const { store } = await openOn(database);
    const { store: other } = await openOn(database);
    const heard: string[] = [];
    await store.listen('news', (payload) => heard.push(payload));
    await store.listen('weather', (payload) => heard.push(payload));
    await cutOthers(other);
    await vi.waitFor(
      async () => {
        await other.query(`select pg_notify('news', 'n'), pg_notify('weather', 'w')`);
        expect(heard).toEqual(expect.arrayContaining(['n', 'w']));
      },
      { timeout: 10_000, interval: 100 },
    );
  });

  it('uses at most the connections it may, and lets the others wait', async () => {
    const database = await newDatabase();
    const { store } = await openOn(database, 3);
    const { store: other } = await openOn(database);
    const busy = Promise.all(Array.from({ length: 12 }, () => store.query('select pg_sleep(0.05)')));
    const { rows } = await other.query<{ count: number }>(`
      select count(*)::integer from pg_stat_activity
      where datname = current_database() and query like '%pg_sleep%' and pid <> pg_backend_pid()`);
    expect(rows[0]?.count).toBeLessThanOrEqual(3);
    await busy;
  });

  it('says at once when it cannot reach its server', async () => {
    const away = openServerStore({
      connectionString: 'postgres://postgres@127.0.0.1:1/postgres',
      onError: () => {},
    });
    await expect(away).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
