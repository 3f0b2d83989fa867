import type { Json } from '../connector/json';
import type { Store } from './store';

export interface Cursor {
  readonly value: Json;
  readonly landedAt: Date;
}

/** How far the sync's source stream has been read; undefined before the first page has landed. */
export async function readCursor(store: Store, sync: string): Promise<Cursor | undefined> {
  const { rows } = await store.query<{ value: Json; landed_at: Date }>(
    'select value, landed_at from cursor where sync = $1',
    [sync],
  );
  return rows[0] && { value: rows[0].value, landedAt: rows[0].landed_at };
}

/** Only in the transaction that lands the page the cursor stands behind. */
export async function moveCursor(store: Store, sync: string, value: Json, at: Date): Promise<void> {
  await store.query(
    `insert into cursor (sync, value, landed_at) values ($1, $2::jsonb, $3)
     on conflict (sync) do update set value = excluded.value, landed_at = excluded.landed_at`,
    [sync, JSON.stringify(value), at.toISOString()],
  );
}
