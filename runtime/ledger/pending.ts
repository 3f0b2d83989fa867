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
    `select count(*) over () as total, r.sync, r.source_key, head.next_attempt_at as until, head.detail->>'message' as why
       from record r join lateral (
              select state, next_attempt_at, detail from record h
               where h.sync = r.sync and h.company = r.company and h.order_key = r.order_key
                 and h.state in ('landed', 'working')
               order by h.place limit 1) head
         on head.state = 'landed' and head.next_attempt_at > $2
      where r.sync = any($1::text[]) and r.state = 'landed'
      order by until limit ${LISTED}`,
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
