import { validate } from 'uuid';
import type { JsonObject } from '../connector/json';
import { REASONS, type Reason } from '../connector/reasons';
import { type IntentRow, intentOf } from './intents';
import type { Ledger } from './ledger';
import { findRecord, type RecordLine } from './overview';

/** Everything about one record. Instants are ISO-8601 UTC, payloads are opened. */
export interface Passport {
  readonly record: RecordLine;
  readonly reasonText?: string;
  readonly remedy?: string;
  readonly waitsFor?: { readonly sync: string; readonly key: string };
  readonly versions: readonly PassportVersion[];
  readonly intents: readonly PassportIntent[];
  readonly links: readonly PassportLink[];
  readonly events: readonly PassportEvent[];
}

export interface PassportVersion {
  readonly version: number;
  readonly hash: string;
  readonly landedAt: string;
  readonly data: JsonObject;
}

export interface PassportIntent {
  readonly id: string;
  readonly operation: string;
  readonly generation: number;
  readonly connection: string;
  readonly businessKey: string;
  readonly state: 'sent' | 'unknown' | 'confirmed' | 'rejected';
  readonly ref?: string;
  readonly mappingVersion: string;
  readonly body: JsonObject;
  readonly createdAt: string;
  readonly settledAt?: string;
}

export interface PassportLink {
  readonly connection: string;
  readonly ref: string;
  readonly attributes: JsonObject;
  readonly createdAt: string;
  readonly closedAt?: string;
}

export interface PassportEvent {
  readonly seq: string;
  readonly at: string;
  readonly kind: string;
  readonly detail: JsonObject;
  readonly hash: string;
}

/** Undefined when there is no such record. */
export async function passportOf(ledger: Ledger, recordId: string): Promise<Passport | undefined> {
  if (!validate(recordId)) return undefined;
  const record = await findRecord(ledger.store, recordId);
  if (!record) return undefined;
  const reason = record.reason === undefined ? undefined : (REASONS as Record<string, Reason>)[record.reason];
  return {
    record,
    ...(reason ? { reasonText: reason.text, remedy: reason.remedy } : {}),
    ...(await waitOf(ledger, recordId)),
    versions: await versionsOf(ledger, recordId),
    intents: await intentsOf(ledger, recordId),
    links: await linksOf(ledger, recordId),
    events: await eventsOf(ledger, recordId),
  };
}

async function waitOf({ store }: Ledger, recordId: string): Promise<Pick<Passport, 'waitsFor'>> {
  const { rows } = await store.query<{ sync: string; key: string }>(
    `select waits_for_sync as sync, waits_for_key as key from record
      where id = $1 and waits_for_key is not null`,
    [recordId],
  );
  return rows[0] ? { waitsFor: rows[0] } : {};
}

async function versionsOf({ store, vault }: Ledger, recordId: string): Promise<PassportVersion[]> {
  const { rows } = await store.query<{
    version: number;
    content_hash: string;
    landed_at: Date;
    payload: string;
  }>('select * from record_version where record_id = $1 order by version', [recordId]);
  return rows.map((row) => ({
    version: row.version,
    hash: row.content_hash,
    landedAt: row.landed_at.toISOString(),
    data: JSON.parse(vault.open(row.payload)),
  }));
}

async function intentsOf(ledger: Ledger, recordId: string): Promise<PassportIntent[]> {
  const { rows } = await ledger.store.query<IntentRow & { settled_at: Date | null }>(
    'select * from intent where record_id = $1 order by sent_at, generation',
    [recordId],
  );
  return rows.map((row) => {
    const { id, operation, generation, connection, businessKey, state, ref, mappingVersion, body, sentAt } =
      intentOf(row, ledger);
    return {
      id,
      operation,
      generation,
      connection,
      businessKey,
      state,
      ...(ref === undefined ? {} : { ref }),
      mappingVersion,
      body,
      createdAt: sentAt.toISOString(),
      ...(row.settled_at ? { settledAt: row.settled_at.toISOString() } : {}),
    };
  });
}

async function linksOf({ store }: Ledger, recordId: string): Promise<PassportLink[]> {
  const { rows } = await store.query<{
    connection: string;
    ref: string;
    attributes: JsonObject;
    created_at: Date;
    closed_at: Date | null;
  }>('select * from link where record_id = $1 order by id', [recordId]);
  return rows.map((row) => ({
    connection: row.connection,
    ref: row.ref,
    attributes: row.attributes,
    createdAt: row.created_at.toISOString(),
    ...(row.closed_at ? { closedAt: row.closed_at.toISOString() } : {}),
  }));
}

async function eventsOf({ store }: Ledger, recordId: string): Promise<PassportEvent[]> {
  const { rows } = await store.query<{
    seq: string;
    at: Date;
    kind: string;
    detail: JsonObject;
    hash: string;
  }>('select * from audit_event where record_id = $1 order by seq', [recordId]);
  return rows.map((row) => ({
    seq: row.seq,
    at: row.at.toISOString(),
    kind: row.kind,
    detail: row.detail,
    hash: row.hash,
  }));
}
