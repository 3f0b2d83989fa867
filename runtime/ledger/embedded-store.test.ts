import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { childProgram } from '../../tests/support/child-program';
import { EMPTY_DATABASE } from '../../tests/support/project';
import { EmbeddedDatabase } from './embedded-database';
import { type EmbeddedStore, openEmbeddedStore } from './embedded-store';

const WRITER = resolve(__dirname, '../../tests/support/embedded-writer.ts');

function newFolder(): string {
  const parent = mkdtempSync(join(tmpdir(), 'ml-connector-test-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'deep', 'store');
}

/** A copy of an empty database: making one anew takes seconds. */
function madeFolder(): string {
  const folder = newFolder();
  cpSync(template, folder, { recursive: true });
  return folder;
}

let template: string;

beforeAll(async () => {
  const parent = mkdtempSync(join(tmpdir(), 'ml-connector-test-'));
  template = join(parent, 'store');
  await (await openEmbeddedStore({ folder: template })).close();
  return () => rmSync(parent, { recursive: true, force: true });
});

async function openFolder(folder: string): Promise<EmbeddedStore & { readonly warnings: string[] }> {
  const warnings: string[] = [];
  const store = await openEmbeddedStore({ folder, onWarning: (warning) => warnings.push(warning) });
  onTestFinished(() => store.close());
  return Object.assign(store, { warnings });
}

/** Longest time that the event loop of this thread stood still during `work`, milliseconds. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const ticking = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  await work();
  await wait(2);
  clearInterval(ticking);
  return longest;
}

describe('the embedded store in a folder', () => {
  it('makes its folder, keeps what was committed, and closes cleanly', async () => {
    const folder = newFolder();
    const first = await openFolder(folder);
    await first.query('create table ml.thing as select 7 as number');
    await first.close();
    const second = await openFolder(folder);
    expect((await second.query('select number from thing')).rows).toEqual([{ number: 7 }]);
    expect(second.warnings).toEqual([]);
    await second.close();
    expect(readdirSync(join(folder, '..')).sort()).toEqual(['store', 'store.lock']);
  });

  it('starts from the archive of an empty database, for its owner only', async () => {
    const folder = newFolder();
    const first = await openEmbeddedStore({ folder, archive: EMPTY_DATABASE });
    await first.query('create table kept as select 7 as number');
    await first.close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const again = await openFolder(folder);
    expect((await again.query('select number from kept')).rows).toEqual([{ number: 7 }]);
  });

  it('does not hold up the main thread, neither while it is made nor while it works', async () => {
    const folder = newFolder();
    const stall = await longestStall(async () => {
      const store = await openFolder(folder);
      await store.query('create table ml.thing (id integer, words text)');
      for (let id = 0; id < 200; id++) await store.query('insert into thing values ($1, $2)', [id, 'x']);
      await store.query(
        `insert into thing select id, repeat('x', 1000) from generate_series(1, 50000) as id`,
      );
      await store.housekeep();
    });
    // Making the cluster takes two seconds: on this thread they would be one stall.
    expect(stall).toBeLessThan(1_500);
  });

  it('forces each commit to disk, and warns when it sees that this is not so', async () => {
    const folder = madeFolder();
    const database = await EmbeddedDatabase.start({ folder, archive: undefined }, () => {});
    onTestFinished(() => database.close());
    await database.execute('create table thing (id integer)');
    const before = await database.fsyncs();
    for (let id = 0; id < 50; id++) await database.execute('insert into thing values ($1)', [id]);
    expect((await database.fsyncs()) - before).toBeGreaterThanOrEqual(50);

    const none = vi.spyOn(EmbeddedDatabase.prototype, 'fsyncs').mockResolvedValue(0);
    onTestFinished(() => none.mockRestore());
    const store = await openFolder(madeFolder());
    expect(store.warnings).toEqual([expect.stringContaining('not power-safe')]);
  });

  it('starts again by itself when the database crashes, and hears its channels again', async () => {
    const folder = madeFolder();
    const store = await openFolder(folder);
    const heard: string[] = [];
    await store.listen('news', (payload) => heard.push(payload));
    await store.query('create table ml.thing (id integer)');
    // Without its log PostgreSQL panics at the next segment.
    renameSync(join(folder, 'pg_wal'), join(folder, 'hidden'));
    await expect(store.query('select pg_switch_wal(); insert into thing values (1)')).rejects.toThrow();
    await expect(store.query('select 1')).rejects.toThrow();
    rmSync(join(folder, 'pg_wal'), { recursive: true, force: true });
    renameSync(join(folder, 'hidden'), join(folder, 'pg_wal'));
    await store.transaction(() => store.query('insert into thing values (2)'));
    expect((await store.query('select id from thing')).rows).toEqual([{ id: 2 }]);
    await store.query(`select pg_notify('news', 'back')`);
    await vi.waitFor(() => expect(heard).toEqual(['back']));
    expect(store.warnings).toContainEqual(expect.stringContaining('crashed and is started again'));
  });

  it('tells of a transaction that holds up everything else', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const store = await openFolder(madeFolder());
    const finish = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const transaction = store.transaction(() => {
      begun.resolve();
      return finish.promise;
    });
    await begun.promise;
    vi.advanceTimersByTime(40_000);
    finish.resolve();
    await transaction;
    expect(store.warnings).toContainEqual(
      expect.stringMatching(/has held the embedded database for \d+ seconds/),
    );
  });

  it('refuses a second owner, also while the first stands still, and names the first', async () => {
    const folder = madeFolder();
    const start = await childProgram(WRITER);
    const first = start(folder, '127.0.0.1:1880');
    await first.line('open');
    await expect(openFolder(folder)).rejects.toMatchObject({
      code: 'STORE_IN_USE',
      message: expect.stringContaining(`process ${first.process.pid} at 127.0.0.1:1880`),
      where: folder,
    });
    first.process.kill('SIGSTOP');
    const refusal = await start(folder).line('failed');
    expect(refusal).toMatch(/STORE_IN_USE .*127\.0\.0\.1:1880/);
    await first.kill();
    await openFolder(folder);
    await expect(openFolder(folder)).rejects.toMatchObject({ code: 'STORE_IN_USE' });
  });

  it('says which folder cannot be used, and lets go of it', async () => {
    const damaged = newFolder();
    mkdirSync(damaged, { recursive: true });
    writeFileSync(join(damaged, 'PG_VERSION'), 'none');
    const refused = { code: 'STORE_UNUSABLE', where: damaged };
    await expect(openFolder(damaged)).rejects.toMatchObject(refused);
    await expect(openFolder(damaged)).rejects.toMatchObject(refused);
    const within = join(damaged, 'PG_VERSION', 'store');
    await expect(openFolder(within)).rejects.toMatchObject({ code: 'STORE_UNUSABLE', where: within });
  });

  it('loses nothing that was committed and halves nothing when its process is killed', async () => {
    const folder = madeFolder();
    const start = await childProgram(WRITER);
    for (const lifetime of [30, 150, 400, 800]) {
      const child = start(folder);
      await child.line('open');
      await child.line('wrote');
      await wait(lifetime);
      await child.kill();
      const acknowledged = Number(child.lines.at(-1)?.split(' ')[1]);
      const store = await openFolder(folder);
      const { rows } = await store.query(`
        select count(*)::integer as count, max(number) as last, bool_and(twin = number) as whole from written`);
      await store.close();
      const [found] = rows as [{ count: number; last: number; whole: boolean }];
      expect(found.whole).toBe(true);
      expect(found.count).toBe(found.last);
      expect(found.last).toBeGreaterThanOrEqual(acknowledged);
    }
  }, 120_000);

  it('starts over when it was killed while the folder was being made', async () => {
    const folder = newFolder();
    const start = await childProgram(WRITER);
    const child = start(folder);
    await vi.waitFor(() => expect(readdirSync(join(folder, '..'))).toContain('store.draft'), {
      timeout: 10_000,
    });
    await wait(300);
    await child.kill();
    const store = await openFolder(folder);
    expect((await store.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});

describe('the embedded store in memory', () => {
  it('needs no folder and keeps nothing', async () => {
    const store = await openFolder('memory');
    await store.query('create schema ml; create table ml.thing as select 7 as number');
    expect((await store.query('select number from thing')).rows).toEqual([{ number: 7 }]);
    await store.close();
  });

  it('answers the same question again and again, and many different ones, as tables grow and change', async () => {
    const store = await openFolder('memory');
    await store.query('create schema ml; create table ml.thing (id integer)');
    const count = 'select count(*)::integer as count from thing where id >= $1';
    for (let id = 0; id < 1_100; id++) {
      await store.query('insert into thing values ($1)', [id]);
      expect((await store.query(count, [0])).rows).toEqual([{ count: id + 1 }]);
    }
    for (let nth = 0; nth < 400; nth++) {
      const { rows } = await store.query(`select $1::integer + ${nth} as sum`, [nth]);
      expect(rows).toEqual([{ sum: nth + nth }]);
    }
    expect((await store.query(count, [1_000])).rows).toEqual([{ count: 100 }]);

    const one = 'select * from thing where id = $1';
    expect((await store.query(one, [7])).rows).toEqual([{ id: 7 }]);
    await store.query('alter table ml.thing add column words text');
    await expect(store.query(one, [7])).rejects.toThrow('cached plan must not change result type');
    expect((await store.query(one, [7])).rows).toEqual([{ id: 7, words: null }]);
    await expect(store.query('select $1::text from nowhere', ['x'])).rejects.toThrow('does not exist');
    await store.query('create table nowhere (id integer)');
    expect((await store.query('select $1::text from nowhere', ['x'])).rows).toEqual([]);
  });
});
