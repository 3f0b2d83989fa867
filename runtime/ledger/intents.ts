import type { JsonObject } from '../connector/json';
import type { Ledger } from './ledger';

export type IntentState = 'sent' | 'unknown' | 'confirmed' | 'rejected';
export type IntentEffect = 'create' | 'update' | 'close' | 'act';

/** A write that is about to be made, or was: durable before the call, with a body that never changes. */
export interface Intent {
  readonly id: string;
  readonly recordId: string;
  readonly operation: string;
  readonly generation: number;
  readonly connection: string;
  readonly effect: IntentEffect;
  readonly businessKey: string;
  readonly body: JsonObject;
  readonly bodyHash: string;
  readonly materialHash: string;
  /** Equal for documents that differ only in the spelling of their number. */
  readonly nearKey: string | undefined;
  readonly mappingVersion: string;
  /** The write node's fields at the time, so that it can be looked up without the node. */
  readonly options: JsonObject;
  readonly state: IntentState;
  readonly ref: string | undefined;
  readonly remembered: JsonObject;
  /** How many look-ups found nothing, and when the next may be made. */
  readonly checks: number;
  readonly checkAt: Date;
  readonly sentAt: Date;
  /** The batch it went out in, and where in it. */
  readonly batch: { readonly id: string; readonly place: number } | undefined;
  /** Rejected because the target took nothing of its batch, and blamed no document of it. */
  readonly turnedBack: boolean;
}

/** Code of the detail of an intent whose whole batch was turned back. */
export const BATCH_TURNED_BACK = 'BATCH_TURNED_BACK';

export interface IntentChange {
  readonly id: string;
  readonly state: IntentState;
  readonly ref?: string | undefined;
  readonly checks?: number | undefined;
  readonly checkAt?: Date | undefined;
  /** Why it was rejected, or what is unclear. */
  readonly detail?: JsonObject | undefined;
}

/** How SQL hands an intent over, as JSON built by `INTENT_JSON`. */
export interface IntentRow {
  readonly id: string;
  readonly record_id: string;
  readonly operation: string;
  readonly generation: number;
  readonly connection: string;
  readonly effect: IntentEffect;
  readonly business_key: string;
  readonly body: string;
  readonly body_hash: string;
  readonly material_hash: string;
  readonly near_key: string | null;
  readonly mapping_version: string;
  readonly options: JsonObject;
  readonly state: IntentState;
  readonly ref: string | null;
  readonly remembered: string | null;
  readonly checks: number;
  readonly check_at: string | Date;
  readonly sent_at: string | Date;
  readonly batch_id: string | null;
  readonly batch_place: number | null;
  readonly detail: { readonly code?: unknown } | null;
}

export function isOpen(intent: Intent): boolean {
  return intent.state === 'sent' || intent.state === 'unknown';
}

export function intentOf(row: IntentRow, { vault }: Pick<Ledger, 'vault'>): Intent {
  return {
    id: row.id,
    recordId: row.record_id,
    operation: row.operation,
    generation: row.generation,
    connection: row.connection,
    effect: row.effect,
    businessKey: row.business_key,
    body: JSON.parse(vault.open(row.body)),
    bodyHash: row.body_hash,
    materialHash: row.material_hash,
    nearKey: row.near_key ?? undefined,
    mappingVersion: row.mapping_version,
    options: row.options,
    state: row.state,
    ref: row.ref ?? undefined,
    remembered: row.remembered === null ? {} : JSON.parse(vault.open(row.remembered)),
    checks: row.checks,
    checkAt: new Date(row.check_at),
    sentAt: new Date(row.sent_at),
    batch:
      row.batch_id === null || row.batch_place === null
        ? undefined
        : { id: row.batch_id, place: row.batch_place },
    turnedBack: row.state === 'rejected' && row.detail?.code === BATCH_TURNED_BACK,
  };
}

export async function insertIntents({ store, vault }: Ledger, intents: readonly Intent[]): Promise<void> {
  if (intents.length === 0) return;
  const rows = intents.map((intent) => ({
    id: intent.id,
    record_id: intent.recordId,
    operation: intent.operation,
    generation: intent.generation,
    connection: intent.connection,
    effect: intent.effect,
    business_key: intent.businessKey,
    body: vault.seal(JSON.stringify(intent.body)),
    body_hash: intent.bodyHash,
    material_hash: intent.materialHash,
    near_key: intent.nearKey ?? null,
    mapping_version: intent.mappingVersion,
    options: intent.options,
    state: intent.state,
    check_at: intent.checkAt.toISOString(),
    sent_at: intent.sentAt.toISOString(),
    batch_id: intent.batch?.id ?? null,
    batch_place: intent.batch?.place ?? null,
  }));
  await store.query(
    `insert into intent (id, record_id, operation, generation, connection, effect, business_key, body, body_hash,
                         material_hash, near_key, mapping_version, options, state, check_at, sent_at, batch_id, batch_place)
     select * from json_to_recordset($1::json) as x(
       id uuid, record_id uuid, operation text, generation integer, connection text, effect text,
       business_key text, body text, body_hash text, material_hash text, near_key text, mapping_version text,
       options jsonb, state text, check_at timestamptz, sent_at timestamptz, batch_id uuid, batch_place integer)`,
    [JSON.stringify(rows)],
  );
}

/** Only open intents change: what was confirmed or rejected stays so. */
export async function changeIntents(
  { store }: Ledger,
  changes: readonly IntentChange[],
  at: Date,
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map((change) => ({
    id: change.id,
    state: change.state,
    ref: change.ref ?? null,
    checks: change.checks ?? null,
    check_at: change.checkAt?.toISOString() ?? null,
    detail: change.detail ?? null,
    settled: change.state === 'confirmed' || change.state === 'rejected',
  }));
  await store.query(
    `update intent i
        set state = x.state, ref = coalesce(x.ref, i.ref), checks = coalesce(x.checks, i.checks),
            check_at = coalesce(x.check_at, i.check_at), detail = coalesce(x.detail, i.detail),
            settled_at = case when x.settled then $2::timestamptz end
       from json_to_recordset($1::json) as x(
              id uuid, state text, ref text, checks integer, check_at timestamptz, detail jsonb, settled boolean)
      where i.id = x.id and i.state in ('sent', 'unknown')`,
    [JSON.stringify(rows), at.toISOString()],
  );
}

/** Stores the facts that a write of several calls needs to go on after a crash. */
export async function rememberFacts(
  { store, vault }: Ledger,
  facts: readonly { readonly intentId: string; readonly facts: JsonObject }[],
): Promise<void> {
  if (facts.length === 0) return;
  const rows = facts.map((fact) => ({
    id: fact.intentId,
    remembered: vault.seal(JSON.stringify(fact.facts)),
  }));
  await store.query(
    `update intent i set remembered = x.remembered
       from json_to_recordset($1::json) as x(id uuid, remembered text)
      where i.id = x.id and i.state in ('sent', 'unknown')`,
    [JSON.stringify(rows)],
  );
}
