import type { JsonObject } from '../connector/json';
import type { RecordKey } from './identity';
import type { Store } from './store';

export interface ReplayFilter {
  readonly recordIds?: readonly string[] | undefined;
  readonly sync?: string | undefined;
  readonly reason?: string | undefined;
}

const SELECTED = `state in ('parked', 'ignored', 'confirmed')
  and ($1::uuid[] is null or id = any($1::uuid[]))
  and ($2::text is null or sync = $2)
  and ($3::text is null or reason = $3)`;

function parametersOf({ recordIds, sync, reason }: ReplayFilter): unknown[] {
  return [recordIds ?? null, sync ?? null, reason ?? null];
}

export async function countSettled(store: Store, filter: ReplayFilter): Promise<number> {
  const { rows } = await store.query<{ count: string }>(
    `select count(*) as count from record where ${SELECTED}`,
    parametersOf(filter),
  );
  return Number(rows[0]?.count);
}

/** Settled records go back to landed, at the end of their lines, in the order they had. At most `limit` that were settled before `asOf`. */
export async function reopenSettled(
  store: Store,
  filter: ReplayFilter,
  {
    options,
    asOf,
    limit,
  }: { readonly options: JsonObject | undefined; readonly asOf: Date; readonly limit: number },
): Promise<readonly (RecordKey & { readonly id: string; readonly orderKey: string })[]> {
  const { rows } = await store.query<{
    id: string;
    sync: string;
    company: string;
    source_key: string;
    order_key: string;
  }>(
    `with again as (
       select id, nextval('place') as turn
         from (select id from record where ${SELECTED} and changed_at <= $5
                order by place limit $6 for update) as in_order)
     update record r
        set state = 'landed', reason = null, detail = null, waits_for_sync = null, waits_for_key = null,
            next_attempt_at = null, failures = 0, crashes = 0, woken_at = null, options = $4::jsonb,
            place = again.turn, changed_at = $5
       from again where r.id = again.id
      returning r.id, r.sync, r.company, r.source_key, r.order_key`,
    [
      ...parametersOf(filter),
      options === undefined ? null : JSON.stringify(options),
      asOf.toISOString(),
      limit,
    ],
  );
  return rows.map((row) => ({
    id: row.id,
    sync: row.sync,
    company: row.company,
    key: row.source_key,
    orderKey: row.order_key,
  }));
}
