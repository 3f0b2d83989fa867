import type { Line } from './lines';
import type { Store } from './store';

export interface StuckLimits {
  readonly now: Date;
  /** A landed record that is due and was not woken since then has lost its job. */
  readonly wokenBefore: Date;
  /** A record in work whose process has said nothing since then has lost its process. */
  readonly aliveBefore: Date;
  /** At most so many of each. */
  readonly limit: number;
}

/** A record that should be moving and is not. */
export interface StuckRecord extends Line {
  readonly id: string;
  readonly state: 'landed' | 'working';
}

/** Finds records whose job or process is lost. Rare: jobs come and go in the transactions of the ledger. */
export async function findStuck(
  store: Store,
  sync: string,
  limits: StuckLimits,
): Promise<readonly StuckRecord[]> {
  const { rows } = await store.query<{
    id: string;
    company: string;
    order_key: string;
    state: StuckRecord['state'];
  }>(
    `(select id, company, order_key, state from record
       where sync = $1 and state = 'landed' and (next_attempt_at is null or next_attempt_at <= $2)
         and (woken_at is null or woken_at < $3)
       order by place limit $5)
     union all
     (select id, company, order_key, state from record
       where sync = $1 and state = 'working' and alive_at < $4 limit $5)`,
    [
      sync,
      limits.now.toISOString(),
      limits.wokenBefore.toISOString(),
      limits.aliveBefore.toISOString(),
      limits.limit,
    ],
  );
  return rows.map((row) => ({
    id: row.id,
    state: row.state,
    sync,
    company: row.company,
    orderKey: row.order_key,
  }));
}

/** Records in work that no living process works on go back to landed. Returns those that still were so. */
export async function takeBack(
  store: Store,
  ids: readonly string[],
  limits: StuckLimits,
): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const { rows } = await store.query<{ id: string }>(
    `update record set state = 'landed', crashes = crashes + 1, next_attempt_at = null, changed_at = $2
      where id = any($1::uuid[]) and state = 'working' and alive_at < $3 returning id`,
    [ids, limits.now.toISOString(), limits.aliveBefore.toISOString()],
  );
  return rows.map((row) => row.id);
}
