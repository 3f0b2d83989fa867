import type { RecordState } from './records';
import type { Store } from './store';

/** What became of an attempt, from the ledger: of an older one, nothing but that it is older. */
export type AttemptSettlement =
  | { readonly state: 'confirmed' | 'landed' | 'superseded' }
  | { readonly state: 'ignored' | 'parked'; readonly reason: string };

export async function settlementOf(
  store: Store,
  recordId: string,
  attempt: number,
): Promise<AttemptSettlement> {
  const { rows } = await store.query<{ state: RecordState; reason: string | null }>(
    'select state, reason from record where id = $1 and attempt = $2',
    [recordId, attempt],
  );
  const [record] = rows;
  if (!record || record.state === 'working') return { state: 'superseded' };
  if (record.state === 'ignored' || record.state === 'parked') {
    return { state: record.state, reason: record.reason ?? '' };
  }
  return { state: record.state };
}

/** Syncs whose records may be woken: by their time, or by what they wait for. */
export async function unfinishedSyncs(store: Store): Promise<readonly string[]> {
  const { rows } = await store.query<{ sync: string }>(
    `select distinct sync from record where state in ('landed', 'working') or waits_for_key is not null`,
  );
  return rows.map((row) => row.sync);
}
