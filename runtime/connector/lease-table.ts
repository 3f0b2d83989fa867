import type { Store } from '../ledger/store';

/** A slot as one limiter holds it. */
export interface Lease {
  readonly key: string;
  readonly slot: number;
  /** `bigint` as text. */
  readonly token: string;
}

/** What the limiters of all processes tell each other. They hasten only what polling finds anyway. */
export type LeaseNews =
  /** Somebody waits, holding this many slots of the key already. */
  | { readonly news: 'wanted'; readonly key: string; readonly from: string; readonly held: number }
  | { readonly news: 'freed'; readonly key: string; readonly from: string }
  | { readonly news: 'paused'; readonly key: string; readonly from: string; readonly ms: number };

const channel = 'ml_lease';

/** The statements on the table of leases. Whether a lease has ended is decided by the database's clock alone. */
export class LeaseTable {
  constructor(
    private readonly store: Store,
    private readonly holder: string,
    private readonly leaseMs: number,
  ) {}

  /** Makes the rows of a key. */
  async prepare(key: string, limit: number): Promise<void> {
    await this.store.query(
      'insert into lease (key, slot) select $1, generate_series(0, $2::integer - 1) on conflict do nothing',
      [key, limit],
    );
  }

  /** Takes up to `want` free slots of the key; none while it is paused. */
  async take(key: string, limit: number, want: number): Promise<Lease[]> {
    const { rows } = await this.store.query<Lease>(
      `with free as (
         select slot from lease
         where key = $1 and slot < $2::integer and until <= clock_timestamp()
           and not exists (select from lease_pause p where p.key = $1 and p.until > clock_timestamp())
         order by slot limit $3::integer
         for update skip locked
       )
       update lease set holder = $4, token = token + 1, until = clock_timestamp() + $5 * interval '1 ms'
       from free where lease.key = $1 and lease.slot = free.slot
       returning lease.key, lease.slot, lease.token`,
      [key, limit, want, this.holder, this.leaseMs],
    );
    return rows;
  }

  /** Prolongs leases; gives back those that are still ours. */
  async renew(leases: readonly Lease[]): Promise<Lease[]> {
    const { rows } = await this.store.query<Lease>(
      `update lease set until = clock_timestamp() + $3 * interval '1 ms'
       from jsonb_to_recordset($2::jsonb) as mine (key text, slot integer, token bigint)
       where lease.key = mine.key and lease.slot = mine.slot and lease.token = mine.token and lease.holder = $1
       returning lease.key, lease.slot, lease.token`,
      [this.holder, JSON.stringify(leases), this.leaseMs],
    );
    return rows;
  }

  /** Frees leases, unless somebody else has them by now. */
  async free(leases: readonly Lease[]): Promise<void> {
    await this.store.query(
      `update lease set holder = null, until = '-infinity'
       from jsonb_to_recordset($2::jsonb) as mine (key text, slot integer, token bigint)
       where lease.key = mine.key and lease.slot = mine.slot and lease.token = mine.token and lease.holder = $1`,
      [this.holder, JSON.stringify(leases)],
    );
  }

  /** Pauses the key for everybody, from now; a shorter pause never ends a longer one. */
  async pause(key: string, ms: number): Promise<void> {
    await this.store.query(
      `insert into lease_pause (key, until) values ($1, clock_timestamp() + $2 * interval '1 ms')
       on conflict (key) do update set until = greatest(lease_pause.until, excluded.until)`,
      [key, ms],
    );
  }

  /** How much longer the key is paused, milliseconds. */
  async pauseMs(key: string): Promise<number> {
    const { rows } = await this.store.query<{ ms: number }>(
      `select (extract(epoch from until - clock_timestamp()) * 1000)::integer as ms
       from lease_pause where key = $1 and until > clock_timestamp()`,
      [key],
    );
    return rows[0]?.ms ?? 0;
  }

  async tell(news: LeaseNews): Promise<void> {
    await this.store.query('select pg_notify($1, $2)', [channel, JSON.stringify(news)]);
  }

  listen(onNews: (news: LeaseNews) => void): Promise<() => Promise<void>> {
    return this.store.listen(channel, (payload) => onNews(JSON.parse(payload)));
  }
}
