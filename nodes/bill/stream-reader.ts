import { SystemError } from '../../runtime/connector/errors';
import type { Json, JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Page, ReadContext, ReadQuery, Row, StreamReader } from '../../runtime/connector/system';
import { condition, type ListPage, type ListQuery, mostRestarts, readPages } from './list-reader';
import { asObject, textAt, withoutUnset } from './members';
import { isBadRequest, isNotFound, isRefusal, unreadableList } from './troubles';
import { Watermark } from './watermark';

export interface StreamSource {
  /** Name in calls: `payments`. */
  readonly name: string;
  /** Address of the list; a single row is at `<url>/<id>`. */
  readonly url: string;
  readonly schema: JsonObject;
  /** Becomes the company of every row. */
  readonly organizationId: string;
  /** How rows are found when the read node does not say. */
  readonly readBy: 'updated-time' | 'everything';
  /** Rows of the list may be thinner than the row itself: one that is not whole is fetched by its id. */
  readonly isWhole: (row: JsonObject) => boolean;
  /** Last touch on a cleaned row before it is conformed. */
  readonly complete?: (row: JsonObject) => JsonObject;
}

const minuteMs = 60_000;

/**
 * Reads a list of BILL for changes: from the newest `updatedTime` seen minus an overlap, in ascending order, so
 * that a landed page moves the cursor. A row that changes meanwhile moves to the end: it may repeat, and then all
 * is read once more, because others may have slipped through. Archived rows are included: archiving is a change.
 */
export function streamReader(source: StreamSource): StreamReader {
  const floor = { way: 0 };
  return {
    read: (query, context) => readAll(source, query, context, floor),
    get: (key, context) => getOne(source, key, context),
  };
}

/** What changed, and then what deliveries named and the list did not show: lists may lag. */
async function* readAll(
  source: StreamSource,
  query: ReadQuery,
  context: ReadContext,
  floor: { way: number },
): AsyncGenerator<Page, void, void> {
  const unseen = new Set(query.named);
  let cursor = query.cursor ?? null;
  for await (const page of readChanges(source, query, context, floor)) {
    for (const { key } of page.rows) unseen.delete(key);
    cursor = page.cursor;
    yield page;
  }
  const rows: Row[] = [];
  for (const key of unseen) {
    const data = await readNamed(source, key, context);
    if (!data || isBefore(textAt(data, 'updatedTime'), earliestOf(query.options))) continue;
    rows.push({ key, company: source.organizationId, data });
  }
  if (rows.length > 0) yield { rows, cursor };
}

/** Undefined also for the id of something else that a delivery was about. */
async function readNamed(
  source: StreamSource,
  key: string,
  context: ReadContext,
): Promise<JsonObject | undefined> {
  try {
    return await readOne(source, key, context);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return undefined;
  }
}

/** Ways to find changes, each asking less of BILL than the one before it. */
const ways = ['updated-time', 'updated-time-unordered', 'everything'];

/** @param floor the first of the ways that BILL has not refused yet */
async function* readChanges(
  source: StreamSource,
  query: ReadQuery,
  context: ReadContext,
  floor: { way: number },
): AsyncGenerator<Page, void, void> {
  let rung = Math.max(ways.indexOf(textAt(query.options, 'readBy') ?? source.readBy), floor.way);
  let refusal: SystemError | undefined;
  const from = earliestOf(query.options);
  const watermark = new Watermark(query.cursor);
  for (let restarts = 0; ; ) {
    const way = ways[rung] ?? 'everything';
    const asked = listQuery(source, query, way, earlier(watermark.value, context.now()));
    let pages = 0;
    let landed = watermark.value;
    try {
      for await (const page of readPages(context.calls, asked, context.signal)) {
        pages += 1;
        if (refusal) floor.way = rung;
        watermark.see(page, context.now());
        const orderly = way === 'updated-time' && watermark.inOrder;
        const next = page.last || orderly ? watermark.value : watermark.start;
        if (page.rows.length > 0 || next !== landed) {
          yield { rows: await rowsOf(source, page, from, context), cursor: cursorOf(next) };
        }
        landed = next;
      }
      if (!watermark.shifted || restarts >= mostRestarts) return;
      restarts += 1;
      watermark.restart(false);
    } catch (error) {
      if (!isBadRequest(error)) throw error;
      if (pages === 0) {
        refusal ??= explain(error, source, asked);
        rung += 1;
        if (rung === ways.length) throw refusal;
        continue;
      }
      if (restarts >= mostRestarts) throw error;
      restarts += 1;
      // The token died between two pages: what has landed is behind the watermark, the rest is read again.
      watermark.restart(way === 'updated-time');
    }
  }
}

function listQuery(source: StreamSource, query: ReadQuery, way: string, seen: string | undefined): ListQuery {
  const name = `list-${source.name}`;
  const from = earliestOf(query.options);
  const since =
    way === 'everything' || query.full || seen === undefined
      ? undefined
      : new Date(Date.parse(seen) - overlapMs(query.options)).toISOString();
  const bounds = [since, way === 'everything' ? undefined : from].filter((bound) => bound !== undefined);
  const lower = bounds.sort().at(-1);
  return {
    name,
    url: source.url,
    ...(lower === undefined ? {} : { filters: [condition('updatedTime', 'gte', lower)] }),
    ...(way === 'updated-time' ? { sort: 'updatedTime:asc' } : {}),
  };
}

/** A cursor in the future, from a row with a wrong stamp, must not hide what changes now. */
function earlier(seen: string | undefined, now: Date): string | undefined {
  const present = now.toISOString();
  return seen !== undefined && seen > present ? present : seen;
}

function earliestOf(options: ReadQuery['options']): string | undefined {
  const from = textAt(options, 'from');
  return from === undefined ? undefined : `${from}T00:00:00.000Z`;
}

/** Rows too old are dropped here too: no filter is sent when everything is read. */
function isBefore(updatedTime: string | undefined, from: string | undefined): boolean {
  return updatedTime !== undefined && from !== undefined && Date.parse(updatedTime) < Date.parse(from);
}

function overlapMs(options: ReadQuery['options']): number {
  const minutes = Number(options['overlapMinutes'] ?? 5);
  return (Number.isFinite(minutes) ? Math.max(minutes, 5) : 5) * minuteMs;
}

function cursorOf(updatedTime: string | undefined): Json {
  return updatedTime === undefined ? null : { updatedTime };
}

async function rowsOf(
  source: StreamSource,
  page: ListPage,
  from: string | undefined,
  context: ReadContext,
): Promise<Row[]> {
  const rows = new Map<string, Row>();
  for (const raw of page.rows) {
    if (isBefore(textAt(raw, 'updatedTime'), from)) continue;
    const key = textAt(raw, 'id');
    if (key === undefined) throw unreadableList(`list-${source.name} (a row without an id)`);
    const listed = shape(source, raw);
    const data = source.isWhole(listed) ? listed : ((await readOne(source, key, context)) ?? listed);
    rows.set(key, { key, company: source.organizationId, data });
  }
  return [...rows.values()];
}

function shape(source: StreamSource, raw: JsonObject): JsonObject {
  const cleaned = withoutUnset(raw);
  return conform(source.complete ? source.complete(cleaned) : cleaned, source.schema);
}

/**
 * BILL deletes nothing: a row that was listed and is not found is not shown yet, or something else answers.
 * @throws SystemError `retry` when there is no row of this key
 */
async function getOne(source: StreamSource, key: string, context: ReadContext): Promise<JsonObject> {
  const row = await readOne(source, key, context);
  if (row) return row;
  throw new SystemError({
    recovery: 'retry',
    code: 'BILL_ROW_NOT_SHOWN',
    text: `BILL does not find ${key} among ${source.name}, although it listed it.`,
    remedy: 'Nothing to do: it is asked for again. If it goes on, look whether the user may see it in BILL.',
    call: `get-${source.name}`,
  });
}

async function readOne(
  source: StreamSource,
  key: string,
  { calls }: ReadContext,
): Promise<JsonObject | undefined> {
  const name = `get-${source.name}`;
  try {
    const url = `${source.url}/${encodeURIComponent(key)}`;
    const { json } = await calls.call({ name, method: 'GET', url, effect: 'read' });
    const found = asObject(json);
    if (!found || textAt(found, 'id') === undefined) throw unreadableList(name);
    return shape(source, found);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** BILL does not say which part of a list's query it refused; the option that changes it is named. */
function explain(error: SystemError, source: StreamSource, asked: ListQuery): SystemError {
  if (asked.filters === undefined && asked.sort === undefined) return error;
  const parts = [...(asked.filters ?? []), ...(asked.sort === undefined ? [] : [`sort=${asked.sort}`])];
  return new SystemError({
    recovery: 'rejected',
    code: 'BILL_LIST_REFUSED',
    text: `BILL refused to list ${source.name} by ${parts.join(' and ')}.`,
    remedy:
      asked.sort === undefined
        ? 'Set "Find changes by" (readBy) on the read node to "everything".'
        : 'Set "Find changes by" (readBy) on the read node to "updated-time-unordered", or to "everything".',
    systemWords: error.systemWords,
    status: error.status,
    call: asked.name,
    cause: error,
  });
}
