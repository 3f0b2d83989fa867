import type { Store } from '../../ledger/store';

/** Numbers of records by reason. */
export type ByReason = Readonly<Record<string, number>>;

/**
 * Records of a sync that were parked or ignored since an instant and still are: one that was released in between
 * and went on is in neither.
 */
export async function settledSince(
  store: Store,
  sync: string,
  since: Date,
): Promise<{ readonly parked: ByReason; readonly ignored: ByReason }> {
  const { rows } = await store.query<{ state: 'parked' | 'ignored'; reason: string; count: string }>(
    `select state, reason, count(*) as count from record
      where sync = $1 and state in ('parked', 'ignored') and changed_at >= $2
      group by state, reason order by reason`,
    [sync, since.toISOString()],
  );
  const of = (wanted: 'parked' | 'ignored'): ByReason =>
    Object.fromEntries(
      rows.filter(({ state }) => state === wanted).map(({ reason, count }) => [reason, Number(count)]),
    );
  return { parked: of('parked'), ignored: of('ignored') };
}
