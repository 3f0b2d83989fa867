import type { TallyRow } from '../connector/system';
import { recordIdOf } from './identity';
import {
  type Difference,
  DifferenceList,
  differs,
  inLedger,
  type LedgerRow,
  type SideTotal,
  type SourceRow,
  signed,
  Totals,
  there,
} from './reconcile-differences';
import type { Store } from './store';

export interface ReconcileSides {
  /** Every row of the source's stream. Those that need not have landed, and have not, are passed over. Absent: that side is not compared. */
  readonly source?: AsyncIterable<SourceRow>;
  /** Every live document of the target's kinds. Absent: that side is not compared. */
  readonly target?: AsyncIterable<TallyRow>;
}

export interface Reconciliation {
  readonly sync: string;
  /** The first thousand. */
  readonly differences: readonly Difference[];
  readonly totalDifferences: number;
  readonly source: readonly SideTotal[];
  /** Documents of ours. A credit counts negative where the source shows it negative. */
  readonly target: readonly SideTotal[];
}

const CHUNK = 500;

/**
 * Holds the ledger of one sync against the two systems, document by document. Rows stream through; only ids
 * stay in memory.
 */
export async function reconcile(store: Store, sync: string, sides: ReconcileSides): Promise<Reconciliation> {
  const list = new DifferenceList();
  const source = new Totals();
  const target = new Totals();
  if (sides.source) await compareSource(store, sync, sides.source, list, source);
  if (sides.target) await compareTarget(store, sync, sides.target, list, target);
  return {
    sync,
    differences: list.differences,
    totalDifferences: list.total,
    source: source.list(),
    target: target.list(),
  };
}

async function compareSource(
  store: Store,
  sync: string,
  rows: AsyncIterable<SourceRow>,
  list: DifferenceList,
  totals: Totals,
): Promise<void> {
  const seen = new Set<string>();
  for await (const chunk of chunks(rows)) {
    const byId = new Map(
      chunk.map((row) => [recordIdOf({ sync, company: row.company, key: row.key }), row] as const),
    );
    const records = await recordsBy(store, sync, 'r.id = any($2::uuid[])', [...byId.keys()]);
    const known = new Map(records.map((record) => [record.id, record]));
    for (const [id, row] of byId) {
      const { company, key } = row;
      const record = known.get(id);
      if (!record && row.optional) continue;
      seen.add(id);
      totals.add(company, row);
      if (!record) list.add({ kind: 'not-landed', company, key, ...there(row) });
      else if (differs(row, record)) {
        list.add({ kind: 'changed-at-source', company, key, ...there(row), ...inLedger(record) });
      }
    }
  }
  await eachRecord(store, sync, `r.state <> 'ignored'`, (record) => {
    if (!seen.has(record.id)) list.add({ kind: 'not-in-source', ...ofRecord(record), ...inLedger(record) });
  });
}

async function compareTarget(
  store: Store,
  sync: string,
  rows: AsyncIterable<TallyRow>,
  list: DifferenceList,
  totals: Totals,
): Promise<void> {
  const seen = new Set<string>();
  for await (const chunk of chunks(rows)) {
    const refs = chunk.map(({ ref }) => ref);
    const records = await recordsBy(store, sync, 'l.ref = any($2::text[])', refs);
    const known = new Map(records.map((record) => [record.ref, record]));
    for (const row of chunk) {
      const { ref } = row;
      const record = known.get(ref);
      if (!record) {
        list.add({ kind: 'not-ours', ref, ...there(row) });
        continue;
      }
      seen.add(record.id);
      totals.add(record.company, signed(row, record));
      if (differs(row, record)) {
        list.add({ kind: 'differs-in-target', ...ofRecord(record), ref, ...there(row), ...inLedger(record) });
      }
    }
  }
  await eachRecord(store, sync, 'l.ref is not null', (record) => {
    if (seen.has(record.id)) return;
    const ref = record.ref === null ? {} : { ref: record.ref };
    list.add({ kind: 'missing-in-target', ...ofRecord(record), ...ref, ...inLedger(record) });
  });
}

function ofRecord({ company, source_key }: LedgerRow): { readonly company: string; readonly key: string } {
  return { company, key: source_key };
}

const RECORDS = `select r.id, r.company, r.source_key, r.amount, r.currency, l.ref
  from record r left join link l on l.record_id = r.id and l.closed_at is null where r.sync = $1`;

async function recordsBy(
  store: Store,
  sync: string,
  condition: string,
  values: readonly string[],
): Promise<LedgerRow[]> {
  const { rows } = await store.query<LedgerRow>(`${RECORDS} and ${condition}`, [sync, values]);
  return rows;
}

async function eachRecord(
  store: Store,
  sync: string,
  condition: string,
  visit: (record: LedgerRow) => void,
): Promise<void> {
  let after: string | undefined;
  do {
    const { rows }: { rows: LedgerRow[] } = await store.query<LedgerRow>(
      `${RECORDS} and ${condition} and ($2::uuid is null or r.id > $2::uuid) order by r.id limit ${CHUNK}`,
      [sync, after],
    );
    rows.forEach(visit);
    after = rows.length < CHUNK ? undefined : rows.at(-1)?.id;
  } while (after !== undefined);
}

async function* chunks<T>(rows: AsyncIterable<T>): AsyncIterable<T[]> {
  let chunk: T[] = [];
  for await (const row of rows) {
    chunk.push(row);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
