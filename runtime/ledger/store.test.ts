import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { withStores } from '../../tests/support/stores';
import type { Store } from './store';

async function withTable(open: () => Promise<Store>): Promise<Store> {
  const store = await open();
  await store.query('create table ml.thing (id integer primary key, words text)');
  return store;
}

async function things(store: Store): Promise<number[]> {
  const { rows } = await store.query<{ id: number }>('select id from thing order by id');
  return rows.map(({ id }) => id);
}

function add(store: Store, id: number): Promise<unknown> {
  return store.query('insert into thing (id) values ($1)', [id]);
}

withStores('the store', (open) => {
  it('gives each type of column the same way', async () => {
    const store = await open();
    const { rows } = await store.query(`select
      9007199254740993::bigint as whole, 0.1000::numeric as amount, date '2026-02-28' as day,
      timestamptz '2026-02-28 23:30:00.125+02' as moment, timestamp '2026-02-28 23:30:00' as local,
      7 as small, 2::smallint as smaller, 0.5::float8 as fraction, true as yes, null::text as nothing,
      '{"a": [1.5, null]}'::jsonb as document, '"text"'::json as older, '\\x00ff'::bytea as bytes,
      array[1, null, 3] as numbers, array['a"b', 'c,d', null, ''] as texts, array[1.10, 2]::numeric[] as amounts,
      array[date '2026-01-31'] as days, array[timestamptz '2026-01-31 00:00:00Z'] as moments,
      array['{"a": 1}'::jsonb] as documents, array[true, false] as answers, array[[1, 2], [3, 4]] as nested,
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid as uuid, array[9007199254740993] as wholes, interval '1 day' as gap
    `);
    expect(rows).toEqual([
      {
        whole: '9007199254740993',
        amount: '0.1000',
        day: '2026-02-28',
        moment: new Date('2026-02-28T21:30:00.125Z'),
        local: '2026-02-28 23:30:00',
        small: 7,
        smaller: 2,
        fraction: 0.5,
        yes: true,
        nothing: null,
        document: { a: [1.5, null] },
        older: 'text',
        bytes: Buffer.from([0, 255]),
        numbers: [1, null, 3],
        texts: ['a"b', 'c,d', null, ''],
        amounts: ['1.10', '2'],
        days: ['2026-01-31'],
        moments: [new Date('2026-01-31T00:00:00Z')],
        documents: [{ a: 1 }],
        answers: [true, false],
        nested: [
          [1, 2],
          [3, 4],
        ],
        uuid: 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
        wholes: ['9007199254740993'],
        gap: '1 day',
      },
    ]);
  });

  it('takes each type of parameter the same way', async () => {
    const store = await open();
    const { rows } = await store.query(
      `select $1::bigint as whole, $2::numeric as amount, $3::date as day, $4::timestamptz as moment,
        $5::jsonb as document, $6::bytea as bytes, $7::text[] as texts, $8::boolean as yes, $9::text as nothing,
        $10::jsonb[] as documents, $11::text as quoted, $12::jsonb as list, $13::float8 as fraction`,
      [
        9007199254740993n,
        '100.10',
        '2026-02-28',
        new Date('2026-02-28T21:30:00.125Z'),
        { text: "it's {quoted}", deep: { amount: '1.10' } },
        Buffer.from([0, 255]),
        ['a"b', 'c\\d', null, '{x}', ''],
        true,
        undefined,
        [{ a: '"' }, { b: '\\' }],
        'Ünïcode 日本 \' " \\ $1',
        JSON.stringify([1, 2]),
        0.5,
      ],
    );
    expect(rows).toEqual([
      {
        whole: '9007199254740993',
        amount: '100.10',
        day: '2026-02-28',
        moment: new Date('2026-02-28T21:30:00.125Z'),
        document: { text: "it's {quoted}", deep: { amount: '1.10' } },
        bytes: Buffer.from([0, 255]),
        texts: ['a"b', 'c\\d', null, '{x}', ''],
        yes: true,
        nothing: null,
        documents: [{ a: '"' }, { b: '\\' }],
        quoted: 'Ünïcode 日本 \' " \\ $1',
        list: [1, 2],
        fraction: 0.5,
      },
    ]);
  });

  it('counts the rows that a statement changed or gave', async () => {
    const store = await withTable(open);
    expect((await store.query('insert into thing (id) select generate_series(1, 5)')).affected).toBe(5);
    expect((await store.query('update thing set words = $1 where id > $2', ['x', 3])).affected).toBe(2);
    expect((await store.query('delete from thing where id = 1 returning id')).affected).toBe(1);
    expect((await store.query('select id from thing')).affected).toBe(4);
    expect((await store.query('select id from thing where id > $1', [100])).rows).toEqual([]);
  });

  it('runs several statements in one text when there are no parameters, and joins their rows', async () => {
    const store = await withTable(open);
    const { rows } = await store.query(`
      begin; insert into thing (id) values (1), (2); select id from thing order by id; commit; select 3 as id`);
    expect(rows).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  it('goes on after a script that failed within its own transaction', async () => {
    const store = await withTable(open);
    const script = store.query('begin; insert into thing (id) values (1); select 1 / 0; commit');
    await expect(script).rejects.toMatchObject({ code: '22012' });
    for (let round = 0; round < 15; round++) expect(await things(store)).toEqual([]);
  });

  it('names what went wrong the same way, and goes on', async () => {
    const store = await withTable(open);
    await add(store, 1);
    await expect(add(store, 1)).rejects.toMatchObject({ code: '23505', constraint: 'thing_pkey' });
    await expect(store.query('select nothing from nowhere')).rejects.toMatchObject({ code: '42P01' });
    await expect(store.query('select $1::integer', ['x'])).rejects.toMatchObject({ code: '22P02' });
    expect(await things(store)).toEqual([1]);
  });

  it('commits a transaction when its work resolves, with the result of the work', async () => {
    const store = await withTable(open);
    const result = await store.transaction(async () => {
      await add(store, 1);
      await add(store, 2);
      return things(store);
    });
    expect(result).toEqual([1, 2]);
    expect(await things(store)).toEqual([1, 2]);
  });

  it('rolls a transaction back when its work throws, and throws the same', async () => {
    const store = await withTable(open);
    const reason = new Error('changed its mind');
    const failed = store.transaction(async () => {
      await add(store, 1);
      throw reason;
    });
    await expect(failed).rejects.toBe(reason);
    expect(await things(store)).toEqual([]);
  });

  it('joins a nested transaction to the outer one', async () => {
    const store = await withTable(open);
    const failed = store.transaction(async () => {
      await store.transaction(() => add(store, 1));
      expect(await things(store)).toEqual([1]);
      throw new Error('outer');
    });
    await expect(failed).rejects.toThrow('outer');
    expect(await things(store)).toEqual([]);
  });

  it('does not commit the half of a nested transaction whose error was swallowed', async () => {
    const store = await withTable(open);
    const failed = store.transaction(async () => {
      await store
        .transaction(async () => {
          await add(store, 1);
          throw new Error('inner');
        })
        .catch(() => {});
      await add(store, 2);
    });
    await expect(failed).rejects.toThrow('inner');
    expect(await things(store)).toEqual([]);
  });

  it('does not pretend to commit when the error of a statement was swallowed', async () => {
    const store = await withTable(open);
    const failed = store.transaction(async () => {
      await add(store, 1);
      await add(store, 1).catch(() => {});
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect(await things(store)).toEqual([]);
  });

  it('keeps transactions apart that run at the same time', async () => {
    const store = await withTable(open);
    await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) =>
        store.transaction(async () => {
          await add(store, index);
          await wait(index % 3);
          if (index % 2) throw new Error('odd');
        }),
      ),
    );
    expect(await things(store)).toEqual(Array.from({ length: 15 }, (_, index) => index * 2));
  });

  it('takes statements of one transaction at the same time and runs them one after the other', async () => {
    const store = await withTable(open);
    const warnings: string[] = [];
    const onWarning = (warning: Error) => warnings.push(warning.message);
    process.on('warning', onWarning);
    await store.transaction(async () => {
      await Promise.all(Array.from({ length: 20 }, (_, index) => add(store, index)));
    });
    await wait(10);
    process.off('warning', onWarning);
    expect(await things(store)).toHaveLength(20);
    expect(warnings).toEqual([]);
  });

  it('does not let a statement from outside into a transaction, nor stand in its own way', async () => {
    const store = await withTable(open);
    const outside: Promise<number[]>[] = [];
    const begun = Promise.withResolvers<void>();
    const transaction = store.transaction(async () => {
      await add(store, 1);
      begun.resolve();
      await wait(20);
      await add(store, 2);
      throw new Error('undone');
    });
    await begun.promise;
    outside.push(things(store), things(store));
    await expect(transaction).rejects.toThrow('undone');
    expect(await Promise.all(outside)).toEqual([[], []]);
  });

  it('lets work that a transaction began and did not wait for stand alone afterwards', async () => {
    const store = await withTable(open);
    const late = Promise.withResolvers<unknown>();
    await store.transaction(async () => {
      await add(store, 1);
      setTimeout(() => late.resolve(add(store, 2)), 20);
    });
    await late.promise;
    expect(await things(store)).toEqual([1, 2]);
  });

  it('tells of a notification when its transaction commits, and only then', async () => {
    const store = await open();
    const heard: string[] = [];
    const stop = await store.listen('Odd "channel"', (payload) => heard.push(payload));
    await store
      .transaction(async () => {
        await store.query('select pg_notify($1, $2)', ['Odd "channel"', 'undone']);
        throw new Error();
      })
      .catch(() => {});
    await store.transaction(async () => {
      await store.query('select pg_notify($1, $2)', ['Odd "channel"', 'done']);
      await wait(30);
      expect(heard).toEqual([]);
    });
    await vi.waitFor(() => expect(heard).toEqual(['done']));
    await stop();
    await store.query('select pg_notify($1, $2)', ['Odd "channel"', 'nobody']);
    await wait(50);
    expect(heard).toEqual(['done']);
  });

  it('refuses within a transaction what would wait for the transaction for ever', async () => {
    const store = await open();
    await store.transaction(async () => {
      await expect(store.listen('news', () => {})).rejects.toThrow('cannot listen within a transaction');
      await expect(store.housekeep()).rejects.toThrow('cannot keep house within a transaction');
    });
  });

  it('tells every listener of a channel, outside of any transaction', async () => {
    const store = await withTable(open);
    const heard: string[] = [];
    const stopFirst = await store.listen('news', () => heard.push('first'));
    await store.listen('news', async () => {
      await add(store, heard.push('second'));
    });
    await store.query('notify news');
    await vi.waitFor(async () => expect(await things(store)).toEqual([2]));
    await stopFirst();
    await store.query('notify news');
    await vi.waitFor(async () => expect(await things(store)).toEqual([2, 3]));
    expect(heard).toEqual(['first', 'second', 'second']);
  });

  it('carries large rows and many of them', async () => {
    const store = await withTable(open);
    const words = 'ü'.repeat(1_000_000);
    await store.query('insert into thing (id, words) values (0, $1)', [words]);
    expect((await store.query('select words from thing')).rows).toEqual([{ words }]);
    const { rows } = await store.query('select generate_series(1, 20000) as id');
    expect(rows).toHaveLength(20_000);
  });

  it('keeps house: analyzes what changed much, and leaves the rest', async () => {
    const store = await withTable(open);
    await store.query('insert into thing (id) select generate_series(1, 5000)');
    // The server's counts of changed rows come after a second or more.
    const analyzed = async () => {
      await store.housekeep();
      const { rows } = await store.query(`select reltuples from pg_class where relname = 'thing'`);
      expect(rows).toEqual([{ reltuples: 5000 }]);
    };
    await vi.waitFor(analyzed, { timeout: 20_000, interval: 250 });
  });

  it('refuses work once it is closed', async () => {
    const store = await open();
    await store.close();
    await store.close();
    await expect(store.query('select 1')).rejects.toThrow();
    await expect(store.transaction(async () => {})).rejects.toThrow();
  });
});
