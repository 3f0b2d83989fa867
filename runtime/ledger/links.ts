import type { JsonObject } from '../connector/json';
import { storableObject, storableText } from './canonical-json';
import type { RecordKey } from './identity';
import type { Ledger } from './ledger';

/** Source document and target document, as last written. */
export interface Link extends RecordKey {
  readonly recordId: string;
  readonly connection: string;
  /** The operation that made it. */
  readonly operation: string;
  /** What the document is known by over there; undefined in links of long ago. */
  readonly businessKey: string | undefined;
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly document: JsonObject;
  readonly materialHash: string;
  readonly nearKey: string | undefined;
  readonly adopted: boolean;
}

/** How SQL hands a link over. */
export interface LinkRow {
  readonly record_id: string;
  readonly sync: string;
  readonly company: string;
  readonly source_key: string;
  readonly connection: string;
  readonly operation: string;
  readonly business_key: string | null;
  readonly ref: string;
  readonly attributes: Record<string, string>;
  readonly document: string;
  readonly material_hash: string;
  readonly near_key: string | null;
  readonly adopted: boolean;
}

export function linkOf(row: LinkRow, { vault }: Pick<Ledger, 'vault'>): Link {
  return {
    recordId: row.record_id,
    sync: row.sync,
    company: row.company,
    key: row.source_key,
    connection: row.connection,
    operation: row.operation,
    businessKey: row.business_key ?? undefined,
    ref: row.ref,
    attributes: row.attributes,
    document: JSON.parse(vault.open(row.document)),
    materialHash: row.material_hash,
    nearKey: row.near_key ?? undefined,
    adopted: row.adopted,
  };
}

/** Makes the live link of each record, or brings it up to date. */
export async function writeLinks({ store, vault }: Ledger, links: readonly Link[], at: Date): Promise<void> {
  if (links.length === 0) return;
  const rows = links.map((link) => ({
    record_id: link.recordId,
    sync: link.sync,
    company: link.company,
    source_key: link.key,
    connection: link.connection,
    operation: link.operation,
    business_key: link.businessKey ?? null,
    ref: storableText(link.ref),
    attributes: storableObject(link.attributes),
    document: vault.seal(JSON.stringify(link.document)),
    material_hash: link.materialHash,
    near_key: link.nearKey ?? null,
    adopted: link.adopted,
  }));
  await store.query(
    `insert into link (record_id, sync, company, source_key, connection, operation, business_key, ref, attributes,
                       document, material_hash, near_key, adopted, created_at, written_at)
     select x.*, $2::timestamptz, $2::timestamptz from json_to_recordset($1::json) as x(
       record_id uuid, sync text, company text, source_key text, connection text, operation text, business_key text,
       ref text, attributes jsonb, document text, material_hash text, near_key text, adopted boolean)
     on conflict (sync, company, source_key) where closed_at is null do update
       set business_key = excluded.business_key, ref = excluded.ref, attributes = excluded.attributes, document = excluded.document,
           material_hash = excluded.material_hash, near_key = excluded.near_key, written_at = excluded.written_at`,
    [JSON.stringify(rows), at.toISOString()],
  );
}

/** Ends the live links of records whose target document was archived or voided. */
export async function closeLinks({ store }: Ledger, recordIds: readonly string[], at: Date): Promise<void> {
  if (recordIds.length === 0) return;
  await store.query(
    'update link set closed_at = $2, written_at = $2 where record_id = any($1::uuid[]) and closed_at is null',
    [recordIds, at.toISOString()],
  );
}

/** Which of these links, named by source key or target id, were written since; as JSON text of `[sync, name]`. */
export async function freshLinks(
  { store }: Ledger,
  waits: readonly { readonly sync: string; readonly key: string; readonly since: Date }[],
): Promise<readonly string[]> {
  if (waits.length === 0) return [];
  const { rows } = await store.query<{ sync: string; key: string }>(
    `with wait as materialized (
       select * from json_to_recordset($1::json) as x(sync text, key text, since timestamptz)
     )
     select x.sync, x.key from wait x join link l on l.sync = x.sync and l.source_key = x.key
      where l.closed_at is null and l.written_at >= x.since
     union
     select x.sync, x.key from wait x join link l on l.sync = x.sync and l.ref = x.key
      where l.closed_at is null and l.written_at >= x.since`,
    [JSON.stringify(waits)],
  );
  return rows.map(({ sync, key }) => JSON.stringify([sync, key]));
}

/** What a mapping learns about a linked document. */
export interface LinkFacts {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * The live link of a source key. The company decides when the key exists in several; a key of one single
 * company is found from any (a payer's organization and an ERP's company name the same books differently).
 */
export async function findLink(
  { store }: Pick<Ledger, 'store'>,
  sync: string,
  company: string,
  key: string,
): Promise<LinkFacts | undefined> {
  const { rows } = await store.query<LinkFacts & { company: string }>(
    `select ref, attributes, company from link
      where sync = $1 and source_key = $2 and closed_at is null order by company <> $3 limit 2`,
    [sync, key, company],
  );
  const own = rows.find((row) => row.company === company) ?? (rows.length === 1 ? rows[0] : undefined);
  return own && { ref: own.ref, attributes: own.attributes };
}

/** What a mapping learns about the source of a target document. */
export interface SourceFacts {
  readonly key: string;
  readonly company: string;
  /** The newest landed row. */
  readonly data: JsonObject;
  /** The target document as last written. */
  readonly document: JsonObject;
}

/** The source document of a target id: the live link's first, else the one closed last. */
export async function findSource(
  { store, vault }: Pick<Ledger, 'store' | 'vault'>,
  sync: string,
  ref: string,
): Promise<SourceFacts | undefined> {
  const { rows } = await store.query<{
    source_key: string;
    company: string;
    payload: string;
    document: string;
  }>(
    `select l.source_key, l.company, v.payload, l.document
       from link l join record r on r.id = l.record_id
       join record_version v on v.record_id = r.id and v.version = r.version
      where l.ref = $2 and l.sync = $1 order by l.closed_at desc nulls first limit 1`,
    [sync, ref],
  );
  const row = rows[0];
  return (
    row && {
      key: row.source_key,
      company: row.company,
      data: JSON.parse(vault.open(row.payload)),
      document: JSON.parse(vault.open(row.document)),
    }
  );
}
