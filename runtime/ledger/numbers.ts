import type { Store } from './store';

/** A number never given out before under this name, counting up from `start`. Gaps are possible. */
export async function nextNumber(store: Store, name: string, start: number): Promise<number> {
  const { rows } = await store.query<{ value: string }>(
    `insert into number as n (name, value) values ($1, $2)
     on conflict (name) do update set value = greatest(n.value + 1, excluded.value)
     returning value`,
    [name, start],
  );
  return Number(rows[0]?.value);
}
