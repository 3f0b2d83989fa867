import type { Store } from './store';

/** What is left to do for some syncs. */
export interface PendingWork {
  /** Records due now or being worked on. */
  readonly active: number;
  /** Records that wait for a time, or behind one that does; the soonest first, at most a thousand. */
  readonly waiting: readonly {
    readonly sync: string;
    readonly key: string;
    readonly until: Date;
    readonly why: string;
  }[];
  /** Records whose last write has an unknown outcome. */
  readonly unknown: number;
}

const LISTED = 1_000;

export async function pendingWork(store: Store, syncs: readonly string[], now: Date): Promise<PendingWork> {
  const { rows: waiting } = await store.query<{
    sync: string;
    source_key: string;
    until: Date;
    why: string | null;
    total: string;
  }>(
    `with head as materialized (
       select h.* from record h
        where h.sync = any($1::text[]) and h.state = 'landed' and h.next_attempt_at > $2
          and not exists (
            select from record ahead
             where ahead.sync = h.sync and ahead.company = h.company and ahead.order_key = h.order_key
               and ahead.place < h.place and ahead.state in ('landed', 'working'))
     )
     select count(*) over () as total, r.sync, r.source_key, head.next_attempt_at as until,
            head.detail->>'message' as why
       from head join record r
         on r.sync = head.sync and r.company = head.company and r.order_key = head.order_key
        and r.state = 'landed'
      order by until, r.place limit ${LISTED}`,
    [syncs, now.toISOString()],
  );
  const { rows: counts } = await store.query<{ unsettled: string; unknown: string }>(
    `select (select count(*) from record where sync = any($1::text[]) and state in ('landed', 'working'))
              as unsettled,
            (select count(distinct i.record_id) from intent i join record r on r.id = i.record_id
              where i.state in ('sent', 'unknown') and r.sync = any($1::text[])) as unknown`,
    [syncs],
  );
  const unsettled = Number(counts[0]?.unsettled);
  return {
    active: Math.max(0, unsettled - Number(waiting[0]?.total ?? 0)),
    waiting: waiting.map((row) => ({
      sync: row.sync,
      key: row.source_key,
      until: row.until,
      why: row.why ?? 'its turn comes then',
    })),
    unknown: Number(counts[0]?.unknown),
  };
}
