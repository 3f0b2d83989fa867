import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { withStores } from '../../tests/support/stores';
import { findLink } from '../ledger/links';
import type { Store } from '../ledger/store';
import { LinkGathering } from './link-gathering';

withStores('links looked up together', (open) => {
  async function storeWithLinks(): Promise<Store> {
    const store = await open();
    const add = async (company: string, key: string, ref: string, closed = false) => {
      const id = randomUUID();
      await store.query(
        `insert into record (id, sync, company, source_key, order_key, place, version, content_hash, state, landed_at, changed_at)
         values ($1, 'vendors', $2, $3, $3, 1, 1, 'h', 'confirmed', now(), now())
         on conflict do nothing`,
        [id, company, `${key} ${ref}`],
      );
      await store.query(
        `insert into link (record_id, sync, company, source_key, connection, operation, ref, attributes, document,
                           material_hash, adopted, created_at, written_at, closed_at)
         values ($1, 'vendors', $2, $3, 'c', 'o', $4, '{"currency":"USD"}', '{}', 'h', false, now(), now(), $5)`,
        [id, company, key, ref, closed ? new Date().toISOString() : null],
      );
    };
    await add('A', 'both', 'a-both');
    await add('B', 'both', 'b-both');
    await add('B', 'only', 'b-only');
    await add('A', 'closed', 'a-closed', true);
    return store;
  }
  const questions = [
    ['A', 'both'],
    ['B', 'both'],
    ['C', 'both'],
    ['A', 'only'],
    ['A', 'closed'],
    ['A', "it's"],
  ] as const;

  it('are the ones that single look-ups find', async () => {
    const store = await storeWithLinks();
    const together = new LinkGathering(store);
    const found = await Promise.all(
      questions.map(([company, key]) => together.find('vendors', company, key)),
    );
    const single = await Promise.all(
      questions.map(([company, key]) => findLink({ store }, 'vendors', company, key)),
    );
    expect(found).toEqual(single);
    expect(found.map((link) => link?.ref)).toEqual([
      'a-both',
      'b-both',
      undefined,
      'b-only',
      undefined,
      undefined,
    ]);
  });

  it('take one query for those that ask at the same time', async () => {
    const store = await storeWithLinks();
    let queries = 0;
    const counting: Pick<Store, 'query'> = {
      query: (sql, parameters) => {
        queries += 1;
        return store.query(sql, parameters);
      },
    };
    const together = new LinkGathering(counting);
    await Promise.all(Array.from({ length: 300 }, (_, n) => together.find('vendors', 'A', `key ${n % 40}`)));
    expect(queries).toBe(1);
    await together.find('vendors', 'A', 'both');
    expect(queries).toBe(2);
  });

  it('tell everybody who asked when the store is away, and go on afterwards', async () => {
    const store = await storeWithLinks();
    let away = true;
    const failing: Pick<Store, 'query'> = {
      query: (sql, parameters) => (away ? Promise.reject(new Error('away')) : store.query(sql, parameters)),
    };
    const together = new LinkGathering(failing);
    const asked = ['both', 'only'].map((key) => together.find('vendors', 'A', key));
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    away = false;
    expect((await together.find('vendors', 'A', 'both'))?.ref).toBe('a-both');
  });
});
