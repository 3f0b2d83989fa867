import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { withStores } from '../../tests/support/stores';
import { migrate } from './migrate';
import type { Store } from './store';

/** A folder with the given files, and a store without any migration. */
async function scene(open: () => Promise<Store>, files: Record<string, string>) {
  const store = await open();
  await store.query('drop schema ml cascade');
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const put = (name: string, sql: string) => writeFileSync(join(folder, name), sql);
  for (const [name, sql] of Object.entries(files)) put(name, sql);
  return { store, folder, put };
}

const FIRST = 'create table thing (id integer); create index on thing (id);';
const SECOND = 'alter table thing add column words text;';

withStores('migrate', (open) => {
  it('applies each file once, in order, in our schema', async () => {
    const { store, folder, put } = await scene(open, { '001_first.sql': FIRST });
    expect(await migrate(store, folder)).toEqual(['first']);
    put('002_second.sql', SECOND);
    expect(await migrate(store, folder)).toEqual(['second']);
    expect(await migrate(store, folder)).toEqual([]);
    await store.query(`insert into ml.thing (id, words) values (1, 'x')`);
    const { rows } = await store.query('select number, name from ml.schema_migration order by number');
    expect(rows).toEqual([
      { number: 1, name: 'first' },
      { number: 2, name: 'second' },
    ]);
  });

  it('leaves nothing of a migration that failed, and goes on from there', async () => {
    const { store, folder, put } = await scene(open, {
      '001_first.sql': FIRST,
      '002_second.sql': `${SECOND} select 1 / 0;`,
    });
    await expect(migrate(store, folder)).rejects.toMatchObject({ code: '22012' });
    expect((await store.query('select name from ml.schema_migration')).rows).toEqual([{ name: 'first' }]);
    put('002_second.sql', SECOND);
    expect(await migrate(store, folder)).toEqual(['second']);
  });

  it('lets several processes start at once', async () => {
    const { store, folder } = await scene(open, { '001_first.sql': FIRST, '002_second.sql': SECOND });
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(store, folder)));
    expect(applied.flat().sort()).toEqual(['first', 'second']);
  });

  it('refuses a gap, a changed file and a database of a newer program', async () => {
    const { store, folder, put } = await scene(open, { '001_first.sql': FIRST, '003_third.sql': SECOND });
    await expect(migrate(store, folder)).rejects.toMatchObject({
      code: 'MIGRATION_GAP',
      where: join(folder, '003_third.sql'),
    });
    rmSync(join(folder, '003_third.sql'));
    await migrate(store, folder);
    put('001_first.sql', `${FIRST} -- a word more`);
    await expect(migrate(store, folder)).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' });
    put('001_first.sql', FIRST);
    put('002_second.sql', SECOND);
    await migrate(store, folder);
    rmSync(join(folder, '002_second.sql'));
    await expect(migrate(store, folder)).rejects.toMatchObject({ code: 'STORE_NEWER' });
  });
});
