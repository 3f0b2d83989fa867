import type { JsonObject } from '../connector/json';
import type { RecordKey } from './identity';
import { type Intent, type IntentRow, intentOf } from './intents';
import type { Ledger } from './ledger';

/** Intents of one sync, company and operation that go out in one call. Durable before it, as they are. */
export interface Batch {
  readonly id: string;
  /** What the target is to know it by. */
  readonly externalId: string;
  readonly sync: string;
  readonly company: string;
  readonly connection: string;
  readonly operation: string;
  readonly remembered: JsonObject;
  readonly sentAt: Date;
}

/** A batch as it was sent, with its items in their places. */
export interface SentBatch {
  readonly batch: Batch;
  readonly items: readonly {
    readonly record: RecordKey;
    readonly intent: Intent;
    /** What the record was linked to when the item was sent, for items that are updates. */
    readonly linked: { readonly ref: string; readonly previous: JsonObject } | undefined;
  }[];
}

interface BatchRow {
  readonly id: string;
  readonly external_id: string;
  readonly sync: string;
  readonly company: string;
  readonly connection: string;
  readonly operation: string;
  readonly remembered: string | null;
  readonly sent_at: Date;
}

interface ItemRow {
  readonly source_key: string;
  readonly intent: IntentRow;
  readonly linked_ref: string | null;
  readonly linked_document: string | null;
}

export async function insertBatches({ store }: Ledger, batches: readonly Batch[]): Promise<void> {
  if (batches.length === 0) return;
  const rows = batches.map((batch) => ({
    id: batch.id,
    external_id: batch.externalId,
    sync: batch.sync,
    company: batch.company,
    connection: batch.connection,
    operation: batch.operation,
    sent_at: batch.sentAt.toISOString(),
  }));
  await store.query(
    `insert into batch (id, external_id, sync, company, connection, operation, sent_at)
     select * from json_to_recordset($1::json) as x(
       id uuid, external_id text, sync text, company text, connection text, operation text,
       sent_at timestamptz)`,
    [JSON.stringify(rows)],
  );
}

/** Stores the facts that following a batch needs, in this process or after it. */
export async function rememberBatchFacts(
  { store, vault }: Ledger,
  facts: readonly { readonly batchId: string; readonly facts: JsonObject }[],
): Promise<void> {
  if (facts.length === 0) return;
  const rows = facts.map((fact) => ({
    id: fact.batchId,
    remembered: vault.seal(JSON.stringify(fact.facts)),
  }));
  await store.query(
    `update batch b set remembered = x.remembered
       from json_to_recordset($1::json) as x(id uuid, remembered text) where b.id = x.id`,
    [JSON.stringify(rows)],
  );
}

/** Undefined when there is no such batch. */
export async function findBatch(ledger: Ledger, id: string): Promise<SentBatch | undefined> {
  const { store, vault } = ledger;
  const { rows } = await store.query<BatchRow>('select * from batch where id = $1', [id]);
  const row = rows[0];
  if (!row) return undefined;
  const { rows: items } = await store.query<ItemRow>(
    `select r.source_key, to_json(i) as intent,
            case when i.effect = 'update' then l.ref end as linked_ref,
            case when i.effect = 'update' then l.document end as linked_document
       from intent i join record r on r.id = i.record_id
       left join link l on l.record_id = i.record_id and l.closed_at is null
      where i.batch_id = $1 order by i.batch_place`,
    [id],
  );
  const { sync, company } = row;
  return {
    batch: {
      id: row.id,
      externalId: row.external_id,
      sync,
      company,
      connection: row.connection,
      operation: row.operation,
      remembered: row.remembered === null ? {} : JSON.parse(vault.open(row.remembered)),
      sentAt: row.sent_at,
    },
    items: items.map((item) => ({
      record: { sync, company, key: item.source_key },
      intent: intentOf(item.intent, ledger),
      linked:
        item.linked_ref === null || item.linked_document === null
          ? undefined
          : { ref: item.linked_ref, previous: JSON.parse(vault.open(item.linked_document)) },
    })),
  };
}
