import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { withStores } from '../../../tests/support/stores';
import { settledSince } from './settled-since';

const begun = new Date('2026-03-02T10:00:00.000Z');
const before = new Date('2026-03-02T09:59:59.999Z');
const after = new Date('2026-03-02T10:00:01.000Z');

withStores('the reasons of a run', (open) => {
  it('are those of records that it parked or ignored and that still are', async () => {
    const store = await open();
    const add = (key: string, state: string, reason: string | null, changed: Date, sync = 'bills') =>
      store.query(
        `insert into record (id, sync, company, source_key, order_key, place, version, content_hash, state, reason,
                             landed_at, changed_at)
         values ($1, $2, 'C', $3, $3, 1, 1, 'h', $4, $5, $6, $6)`,
        [randomUUID(), sync, key, state, reason, changed.toISOString()],
      );
    await add('1', 'parked', 'partly-paid', after);
    await add('2', 'parked', 'partly-paid', begun);
    await add('3', 'ignored', 'not-approved', after);
    await add('4', 'parked', 'partly-paid', before);
    await add('5', 'confirmed', null, after);
    await add('6', 'parked', 'partly-paid', after, 'vendors');
    expect(await settledSince(store, 'bills', begun)).toEqual({
      parked: { 'partly-paid': 2 },
      ignored: { 'not-approved': 1 },
    });
    expect(await settledSince(store, 'none', begun)).toEqual({ parked: {}, ignored: {} });
  });
});
