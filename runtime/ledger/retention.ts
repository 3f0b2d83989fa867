import type { Ledger } from './ledger';

export interface Pruned {
  /** Payloads of versions that a newer one has replaced. */
  readonly versions: number;
  /** Webhook deliveries that were followed. */
  readonly deliveries: number;
}

/** Rows of one transaction: the pen must not be held for long. */
const CHUNK = 1_000;

const STALE_VERSIONS = `delete from record_version where (record_id, version) in (
  select v.record_id, v.version from record_version v join record r on r.id = v.record_id
   where v.version < r.version and v.landed_at < $1 and r.state not in ('landed', 'working')
   limit $2)`;
const HANDLED_DELIVERIES = `delete from webhook_event where (connection, event_id) in (
  select connection, event_id from webhook_event where handled_at < $1 limit $2)`;

/**
 * Forgets payloads that nothing asks for any more: versions replaced before `before`, and webhook deliveries followed
 * before then. What decides whether something was seen or sent stays for ever: records with the hash and payload of
 * their newest version, links, intents, and the audit chain, which holds the hash of every version.
 */
export async function pruneHistory(ledger: Ledger, before: Date): Promise<Pruned> {
  return {
    versions: await prune(ledger, 'versions', STALE_VERSIONS, before),
    deliveries: await prune(ledger, 'deliveries', HANDLED_DELIVERIES, before),
  };
}

async function prune(ledger: Ledger, what: keyof Pruned, sql: string, before: Date): Promise<number> {
  for (let total = 0; ; ) {
    const count = await ledger.change(async (note) => {
      const { affected } = await ledger.store.query(sql, [before.toISOString(), CHUNK]);
      if (affected > 0) {
        note({ kind: 'pruned', detail: { what, count: affected, before: before.toISOString() } });
      }
      return affected;
    });
    total += count;
    if (count < CHUNK) return total;
  }
}
