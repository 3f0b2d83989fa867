import type { Store } from './store';

/** How many documents, and their exact sum as decimal text. */
export interface Total {
  readonly count: number;
  readonly sum: string;
}

/** One line of the certificate. Documents without an amount are counted under no currency and no period. */
export interface CertificateRow {
  readonly sync: string;
  readonly company: string;
  readonly currency: string | null;
  /** Month of the business date, `YYYY-MM`. */
  readonly period: string | null;
  /** Everything that came from the source. */
  readonly source: Total;
  readonly confirmed: Total;
  readonly parked: Total;
  readonly ignored: Total;
  /** The outcome of the last write is not known, whatever the state. */
  readonly unknown: Total;
  /** Not settled yet. */
  readonly pending: Total;
  /** Has a live document in the target, whatever the state. */
  readonly live: Total;
}

const TOTALS = ['source', 'confirmed', 'parked', 'ignored', 'unknown', 'pending', 'live'] as const;

type Row = Pick<CertificateRow, 'sync' | 'company' | 'currency' | 'period'> &
  Record<`${(typeof TOTALS)[number]}_count` | `${(typeof TOTALS)[number]}_sum`, string>;

const CONDITIONS: Record<(typeof TOTALS)[number], string> = {
  source: 'true',
  confirmed: `state = 'confirmed' and not open`,
  parked: `state = 'parked' and not open`,
  ignored: `state = 'ignored' and not open`,
  unknown: 'open',
  pending: `state in ('landed', 'working') and not open`,
  live: 'linked',
};

/**
 * The proof of completeness as the ledger can give it: per sync, company, currency and month, what came is what
 * was confirmed, parked, ignored, is unknown or pending. `reconcile` holds it against the two systems.
 */
export async function certificate(
  store: Store,
  syncs?: readonly string[],
): Promise<readonly CertificateRow[]> {
  const totals = TOTALS.map(
    (name) => `count(*) filter (where ${CONDITIONS[name]}) as ${name}_count,
               coalesce(sum(amount) filter (where ${CONDITIONS[name]}), 0)::text as ${name}_sum`,
  );
  const { rows } = await store.query<Row>(
    `select sync, company, currency, to_char(business_date, 'YYYY-MM') as period, ${totals.join(', ')}
       from (select r.*,
                    exists (select from intent i where i.record_id = r.id and i.state in ('sent', 'unknown')) as open,
                    exists (select from link l where l.record_id = r.id and l.closed_at is null) as linked
               from record r where $1::text[] is null or r.sync = any($1::text[])) counted
      group by sync, company, currency, period
      order by sync, company, currency, period`,
    [syncs ?? null],
  );
  return rows.map((row) => {
    const total = (name: (typeof TOTALS)[number]): Total => ({
      count: Number(row[`${name}_count`]),
      sum: row[`${name}_sum`],
    });
    const { sync, company, currency, period } = row;
    return {
      sync,
      company,
      currency,
      period,
      source: total('source'),
      confirmed: total('confirmed'),
      parked: total('parked'),
      ignored: total('ignored'),
      unknown: total('unknown'),
      pending: total('pending'),
      live: total('live'),
    };
  });
}
