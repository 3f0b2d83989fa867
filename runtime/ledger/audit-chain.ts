import { validate } from 'uuid';
import type { Json, JsonObject } from '../connector/json';
import { canonicalJson, hashText, storableObject, storableText } from './canonical-json';
import type { Store } from './store';

/** Something that happened, before it has its place in the chain. */
export interface AuditEntry {
  /** Kebab-case: `landed`, `intent-sent`, `call`, `confirmed`, `replayed`, … */
  readonly kind: string;
  readonly sync?: string | undefined;
  readonly recordId?: string | undefined;
  /** Never a secret. What JSON cannot say becomes text. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An entry that the store is sure to take. */
export interface StampedEntry {
  readonly at: string;
  readonly kind: string;
  readonly sync: string | null;
  readonly recordId: string | null;
  readonly detail: JsonObject;
}

export interface ChainVerdict {
  readonly ok: boolean;
  readonly events: number;
  /** The first event that is not what it was when it was written, or does not follow the one before it. */
  readonly firstBad?: string;
  readonly why?: string;
}

interface ChainRow {
  readonly seq: string;
  readonly at: Date;
  readonly sync: string | null;
  readonly record_id: string | null;
  readonly kind: string;
  readonly detail: JsonObject;
  readonly previous: string;
  readonly hash: string;
}

/** What the first event follows. */
const GENESIS = '';
const PAGE = 2_000;

/**
 * Makes an entry storable there and then. An event that the store refuses would stop every change that carries
 * it along, so nothing in it may be refused.
 */
export function stampEntry(entry: AuditEntry, at: Date): StampedEntry {
  const named = entry.recordId === undefined || validate(entry.recordId);
  return {
    at: at.toISOString(),
    kind: storableText(entry.kind),
    sync: entry.sync === undefined ? null : storableText(entry.sync),
    recordId: named ? (entry.recordId ?? null) : null,
    detail: storableObject(named ? entry.detail : { ...entry.detail, record: entry.recordId }),
  };
}

/** Appends to the chain. Only under the ledger's pen: two appenders would fork it. */
export async function appendToChain(store: Store, entries: readonly StampedEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const last = await store.query<{ seq: string; hash: string }>(
    'select seq, hash from audit_event order by seq desc limit 1',
  );
  let seq = BigInt(last.rows[0]?.seq ?? 0);
  let previous = last.rows[0]?.hash ?? GENESIS;
  const rows = entries.map((entry) => {
    seq += 1n;
    const row = {
      seq: seq.toString(),
      at: entry.at,
      sync: entry.sync,
      record_id: entry.recordId,
      kind: entry.kind,
      detail: entry.detail,
      previous,
    };
    previous = hashEvent(row);
    return { ...row, hash: previous };
  });
  await store.query(
    `insert into audit_event (seq, at, sync, record_id, kind, detail, previous, hash)
     select * from json_to_recordset($1::json)
       as x(seq bigint, at timestamptz, sync text, record_id uuid, kind text, detail jsonb, previous text, hash text)`,
    [JSON.stringify(rows)],
  );
}

/** Walks the whole chain, page by page. */
export async function verifyChain(store: Store): Promise<ChainVerdict> {
  let events = 0;
  let seq = 0n;
  let previous = GENESIS;
  for (;;) {
    const { rows } = await store.query<ChainRow>(
      'select * from audit_event where seq > $1 order by seq limit $2',
      [seq.toString(), PAGE],
    );
    for (const row of rows) {
      const why = faultOf(row, seq + 1n, previous);
      if (why) return { ok: false, events, firstBad: row.seq, why };
      events += 1;
      seq = BigInt(row.seq);
      previous = row.hash;
    }
    if (rows.length < PAGE) return { ok: true, events };
  }
}

function faultOf(row: ChainRow, expected: bigint, previous: string): string | undefined {
  if (BigInt(row.seq) !== expected) return `event ${expected} is missing`;
  if (row.previous !== previous) return 'it does not follow the event before it';
  const { hash, ...content } = row;
  if (hashEvent({ ...content, at: row.at.toISOString() }) !== hash) return 'its content was changed';
  return undefined;
}

function hashEvent(event: Record<'seq' | 'at' | 'kind' | 'previous', string> & Record<string, Json>): string {
  return hashText(`${event.previous}\n${canonicalJson(event)}`);
}
