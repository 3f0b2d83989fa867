import { SystemError } from '../../runtime/connector/errors';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Page, ReadContext, ReadQuery, Row, StreamReader } from '../../runtime/connector/system';
import { addDays } from '../../runtime/mapping/calendar-dates';
import { getByKeys, list } from './api';
import type { AcumaticaConnection } from './connection';
import { errorCodes } from './error-table';
import { anyOf, notBefore } from './filters';
import { type ReadOptions, readOptionsOf } from './read-options';
import { instantOf, isZone, offsetOf, onServerClock } from './server-time';
import { hasCode, rowWithoutKey } from './troubles';
import { asObject, dateAt, textAt } from './values';
import { readWindow } from './windows';

export interface Stream {
  /** Name of the call: `list-bills`. */
  readonly callName: string;
  readonly entity: string;
  readonly key: readonly string[];
  readonly schema: JsonObject;
  /** False where the records have no `LastModifiedDateTime`. */
  readonly modified: boolean;
  /** What a list is asked to bring along; where the server cannot, each record is asked for by its key. */
  readonly expand?: readonly string[];
  /** Types that are read when the read node does not say; absent: the entity has none. */
  readonly types?: string;
  /** Business date that "not before" looks at. */
  readonly documentDate?: string;
  /** A change may leave `LastModifiedDateTime` as it was. */
  readonly scansFully?: boolean;
  /** The entity belongs to a feature that may be switched off. */
  readonly isFeature?: boolean;
  /** Where the record is not complete in the list. */
  readonly complete?: (row: JsonObject, context: ReadContext) => Promise<JsonObject>;
  readonly get?: StreamReader['get'];
}

const modifiedField = 'LastModifiedDateTime';

/**
 * Reads an entity for changes: from the newest `LastModifiedDateTime` seen, on the server's clock, minus an
 * overlap. Records come in no order that could be trusted, so the cursor moves after the last page only.
 */
export function streamReader(connection: AcumaticaConnection, stream: Stream): StreamReader {
  return {
    read: (query, context) => readChanges(connection, stream, query, context),
    ...(stream.get ? { get: stream.get } : {}),
  };
}

async function* readChanges(
  connection: AcumaticaConnection,
  stream: Stream,
  query: ReadQuery,
  context: ReadContext,
): AsyncGenerator<Page, void, void> {
  const options = readOptionsOf(query.options, stream.types);
  const mark = new Mark(connection, query.cursor, context.now());
  const all = readsAll(stream, query, options, mark, context.now());
  const lower = all ? undefined : mark.lowerBound(options.overlapMs);
  const conditions = [
    ...(stream.types === undefined || options.types.length === 0 ? [] : [anyOf('Type', options.types)]),
    ...(lower === undefined ? [] : [notBefore(modifiedField, lower)]),
    ...earliest(stream, options),
  ];
  const window = readWindow({
    name: stream.callName,
    pageSize: options.pageSize,
    keyOf: (row) => keyOf(stream, row),
    page: (top, skip) => readPage(connection, stream, { conditions, top, skip }, context),
  });
  try {
    for await (const rows of window) {
      if (stream.modified) for (const row of rows) mark.see(textAt(row, modifiedField));
      yield { rows: await landed(connection, stream, rows, options, context), cursor: query.cursor ?? null };
    }
  } catch (error) {
    if (stream.isFeature && options.optional && hasCode(error, errorCodes.forbidden)) return;
    throw error;
  }
  if (stream.modified) yield { rows: [], cursor: mark.cursor(all) };
}

function readsAll(stream: Stream, query: ReadQuery, options: ReadOptions, mark: Mark, now: Date): boolean {
  if (query.full || !stream.modified || options.findBy === 'everything') return true;
  const every = stream.scansFully ? options.fullEveryMs : undefined;
  return every !== undefined && now.getTime() - mark.readAllAt >= every;
}

/** The day before is asked for, because of time zones; the exact day is compared here. */
function earliest({ documentDate }: Stream, { from }: ReadOptions): string[] {
  if (documentDate === undefined || from === undefined) return [];
  return [notBefore(documentDate, `${addDays(from, -1)}T00:00:00.000Z`)];
}

async function readPage(
  connection: AcumaticaConnection,
  stream: Stream,
  {
    conditions,
    top,
    skip,
  }: { readonly conditions: readonly string[]; readonly top: number; readonly skip: number },
  context: ReadContext,
): Promise<readonly JsonObject[]> {
  context.signal.throwIfAborted();
  const { callName: name, entity, expand = [] } = stream;
  const request = { name, entity, conditions, top, skip };
  try {
    return await list(connection, context, { ...request, expand });
  } catch (error) {
    if (expand.length === 0 || !hasCode(error, errorCodes.cannotOptimize)) throw error;
  }
  const heads = await list(connection, context, request);
  const whole: JsonObject[] = [];
  for (const head of heads) {
    const keys = Object.fromEntries(stream.key.map((field) => [field, textAt(head, field) ?? '']));
    whole.push(
      (await getByKeys(connection, context, `get-${name.slice(5)}`, { entity, keys }, expand)) ?? head,
    );
  }
  return whole;
}

async function landed(
  connection: AcumaticaConnection,
  stream: Stream,
  rows: readonly JsonObject[],
  { from }: ReadOptions,
  context: ReadContext,
): Promise<Row[]> {
  const kept: Row[] = [];
  for (const row of rows) {
    const date = stream.documentDate === undefined ? undefined : dateAt(row, stream.documentDate);
    if (from !== undefined && date !== undefined && date < from) continue;
    const whole = stream.complete ? await stream.complete(row, context) : row;
    const data = rowOf(connection, stream.schema, whole);
    kept.push({ key: keyOf(stream, row), company: connection.tenant, data });
  }
  return kept;
}

/** A record in the declared shape: text without padding, stamps without a zone as the server's own. */
export function rowOf(connection: AcumaticaConnection, schema: JsonObject, record: JsonObject): JsonObject {
  const stamp = instantOf(textAt(record, modifiedField), zoneOf(connection, undefined));
  return conform(
    { ...(trimmed(record) as JsonObject), ...(stamp === undefined ? {} : { [modifiedField]: stamp }) },
    schema,
  );
}

function trimmed(value: Json): Json {
  if (typeof value === 'string') return value.trimEnd();
  if (Array.isArray(value)) return value.map(trimmed);
  const object = asObject(value);
  if (!object) return value;
  return Object.fromEntries(Object.entries(object).map(([name, child]) => [name, trimmed(child)]));
}

/** Key fields joined by a bar: `Bill|000159`. */
function keyOf({ key, callName }: Stream, row: JsonObject): string {
  return key
    .map((field) => {
      const part = textAt(row, field);
      if (part === undefined) throw rowWithoutKey(callName, field);
      return part;
    })
    .join('|');
}

/** How far a stream was read: the newest stamp, and the offset that the server's clock had then. */
class Mark {
  readonly #connection: AcumaticaConnection;
  readonly #now: number;
  #newest: number | undefined;
  #offset: string | undefined;
  readonly #readAllAt: string | undefined;

  constructor(connection: AcumaticaConnection, cursor: Json | undefined, now: Date) {
    this.#connection = connection;
    this.#now = now.getTime();
    const held = asObject(cursor);
    if (held?.['environment'] !== environmentOf(connection)) return;
    const newest = Date.parse(textAt(held, 'modified') ?? '');
    // A cursor from a time when the clock was ahead must not hide what changes from now on.
    this.#newest = Number.isNaN(newest) ? undefined : Math.min(newest, this.#now);
    this.#offset = textAt(held, 'offset');
    this.#readAllAt = textAt(held, 'readAllAt');
  }

  /** Epoch ms; the beginning of time when everything was never read. */
  get readAllAt(): number {
    const at = Date.parse(this.#readAllAt ?? '');
    return Number.isNaN(at) ? Number.NEGATIVE_INFINITY : Math.min(at, this.#now);
  }

  /** A stamp in the future, from a wrong clock, must not hide what changes from now on. */
  see(stamp: string | undefined): void {
    const instant = instantOf(stamp, zoneOf(this.#connection, this.#offset));
    if (instant === undefined) return;
    const at = Math.min(Date.parse(instant), this.#now);
    if (this.#newest !== undefined && at < this.#newest) return;
    this.#newest = at;
    this.#offset = offsetOf(stamp) ?? this.#offset;
  }

  lowerBound(overlapMs: number): string | undefined {
    if (this.#newest === undefined) return undefined;
    return onServerClock(this.#newest - overlapMs, zoneOf(this.#connection, this.#offset));
  }

  cursor(readAll: boolean): Json {
    const readAllAt = readAll ? new Date(this.#now).toISOString() : this.#readAllAt;
    return {
      environment: environmentOf(this.#connection),
      ...(this.#newest === undefined ? {} : { modified: new Date(this.#newest).toISOString() }),
      ...(this.#offset === undefined ? {} : { offset: this.#offset }),
      ...(readAllAt === undefined ? {} : { readAllAt }),
    };
  }
}

function zoneOf({ timeZone }: AcumaticaConnection, offset: string | undefined): string {
  if (timeZone === undefined) return offset ?? 'UTC';
  if (isZone(timeZone)) return timeZone;
  throw new SystemError({
    recovery: 'configuration',
    code: 'ACUMATICA_NO_SUCH_ZONE',
    text: `There is no time zone ${timeZone}.`,
    remedy: 'Name the time zone of the server on the connection as in America/New_York, or leave it empty.',
  });
}

/** Stamps mean something in one tenant of one instance only. */
function environmentOf({ baseUrl, tenant }: AcumaticaConnection): string {
  return `${baseUrl} ${tenant}`;
}
