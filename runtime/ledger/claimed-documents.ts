import type { RecordKey } from './identity';
import type { Store } from './store';

/** Reason under which a record parks whose document another record has. */
export const NUMBER_IN_USE = 'number-in-use';

/** What names one document in a target: an operation's business key, through one connection. */
export interface DocumentName {
  readonly connection: string;
  readonly operation: string;
  readonly businessKey: string;
}

/** A document in a target that a record has, or is about to have. */
export interface ClaimedDocument extends DocumentName {
  readonly recordId: string;
  /** Source key of the record. */
  readonly key: string;
  /** The target's id, unless its write is still under way. */
  readonly ref: string | undefined;
}

/** Live links and writes under way to one of these documents. */
export async function claimedDocuments(
  store: Store,
  names: readonly DocumentName[],
): Promise<readonly ClaimedDocument[]> {
  if (names.length === 0) return [];
  const { rows } = await store.query<{
    connection: string;
    operation: string;
    business_key: string;
    record_id: string;
    source_key: string;
    ref: string | null;
  }>(
    `with wanted as materialized (
       select distinct * from json_to_recordset($1::json) as x(connection text, operation text, business_key text)
     )
     select w.*, l.record_id, l.source_key, l.ref from wanted w
       join link l using (connection, operation, business_key) where l.closed_at is null
     union all
     select w.*, i.record_id, r.source_key, null from wanted w
       join intent i using (connection, operation, business_key) join record r on r.id = i.record_id
      where i.state in ('sent', 'unknown') and i.effect in ('create', 'update')`,
    [
      JSON.stringify(
        names.map(({ connection, operation, businessKey }) => ({
          connection,
          operation,
          business_key: businessKey,
        })),
      ),
    ],
  );
  return rows.map((row) => ({
    connection: row.connection,
    operation: row.operation,
    businessKey: row.business_key,
    recordId: row.record_id,
    key: row.source_key,
    ref: row.ref ?? undefined,
  }));
}

/** What another record has of a document, if anything. */
export function claimOfAnother(
  claimed: readonly ClaimedDocument[],
  { connection, operation, businessKey }: DocumentName,
  recordId: string,
): ClaimedDocument | undefined {
  return claimed.find(
    (each) =>
      each.recordId !== recordId &&
      each.connection === connection &&
      each.operation === operation &&
      each.businessKey === businessKey,
  );
}

/**
 * Parked records that were refused because the document of one of these records stood in their way go back to landed:
 * it stands no more. Returns what was released.
 */
export async function releaseRefused(
  store: Store,
  ended: readonly RecordKey[],
  at: Date,
): Promise<readonly (RecordKey & { readonly id: string; readonly orderKey: string })[]> {
  if (ended.length === 0) return [];
  const { rows } = await store.query<{
    id: string;
    sync: string;
    company: string;
    source_key: string;
    order_key: string;
  }>(
    `update record r
        set state = 'landed', reason = null, detail = null, next_attempt_at = null, failures = 0, crashes = 0,
            woken_at = null, place = nextval('place'), changed_at = $2
      where r.id in (
              select w.id from record w join json_to_recordset($1::json) as x(sync text, company text, key text)
                on w.sync = x.sync and w.company = x.company and w.detail ->> 'like' = x.key
               where w.state = 'parked' and w.reason = $3 order by w.id for update of w)
      returning r.id, r.sync, r.company, r.source_key, r.order_key`,
    [
      JSON.stringify(ended.map(({ sync, company, key }) => ({ sync, company, key }))),
      at.toISOString(),
      NUMBER_IN_USE,
    ],
  );
  return rows.map((row) => ({
    id: row.id,
    sync: row.sync,
    company: row.company,
    key: row.source_key,
    orderKey: row.order_key,
  }));
}
