import type { Json, JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Page, ReadContext, ReadQuery, Row, StreamReader } from '../../runtime/connector/system';
import { type AirbaseConnection, ask, urlOf } from './connection';
import type { PathName } from './conventions';
import { objectOf } from './failures';
import { readSettled } from './list-reader';
import { asObject, idOf, objectAt, textAt, withoutBlanks } from './members';
import { type Belonging, belongingOf } from './subsidiaries';
import { spendApiOff, unreadable } from './troubles';

/** A list of the spend API. */
export interface SpendList {
  /** For people: `Bills`. */
  readonly title: string;
  readonly name: string;
  readonly path: PathName;
  readonly schema: JsonObject;
  /** Rows say when they changed, and the list can be asked for what changed since. */
  readonly since: boolean;
  /** Last touch on a row before it is conformed. */
  readonly shape?: (row: JsonObject) => JsonObject;
}

const minuteMs = 60_000;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * Reads a list of the spend API for changes: from the newest change seen minus an overlap, or whole where rows do not
 * say when they changed. Only a list read to its end moves the cursor.
 */
export function spendReader(airbase: AirbaseConnection, list: SpendList): StreamReader {
  return {
    read: (query, context) => readChanges(airbase, list, query, context),
    get: (key, context) => readOne(airbase, list, key, context),
  };
}

async function* readChanges(
  airbase: AirbaseConnection,
  list: SpendList,
  query: ReadQuery,
  { calls, now, signal }: ReadContext,
): AsyncGenerator<Page, void, void> {
  if (!airbase.spendApi) throw spendApiOff(list.title);
  const belonging = await belongingOf(airbase, calls);
  const before = textAt(asObject(query.cursor), 'updated_at');
  const since = query.full || !list.since ? undefined : sinceOf(before, query, now());
  const asked = {
    name: list.name,
    path: list.path,
    query: {
      ...(list.since ? { ordering: 'updated_at' } : {}),
      ...(since === undefined ? {} : { updated_since: since }),
    },
  };
  const versionOf = (row: JsonObject) => `${keyOf(row) ?? ''} ${textAt(row, 'updated_at') ?? ''}`;
  let newest = before;
  for await (const raws of readSettled(airbase, calls, asked, versionOf, signal)) {
    for (const raw of raws) newest = later(newest, textAt(raw, 'updated_at'), now());
    const rows = raws
      .filter((raw) => !isTooOld(raw, query.options))
      .map((raw) => rowOf(list, raw, belonging));
    if (rows.length > 0) yield { rows, cursor: cursorOf(before) };
  }
  if (newest !== before) yield { rows: [], cursor: cursorOf(newest) };
}

function rowOf(list: SpendList, raw: JsonObject, belonging: Belonging): Row {
  const key = keyOf(raw);
  if (key === undefined) throw unreadable(list.name, 'a row without an id');
  return {
    key,
    company: belonging.companyOf(objectAt(raw, 'subsidiary')),
    data: shaped(list, raw, belonging),
  };
}

/** These rows are known by their `id`; an `airbase_id` beside it may be that of their ledger entry. */
function keyOf(row: JsonObject): string | undefined {
  return textAt(row, 'id') ?? idOf(row);
}

function shaped({ shape, schema }: SpendList, raw: JsonObject, belonging: Belonging): JsonObject {
  const row = withoutBlanks({ ...raw, id: keyOf(raw), currency_code: currencyOf(raw) });
  const belongs = belonging.of(objectAt(row, 'subsidiary'));
  return conform(withoutBlanks({ ...(shape ? shape(row) : row), belongs }), schema);
}

/** A currency may be a code, or an object with one. */
function currencyOf(raw: JsonObject): string | undefined {
  return textAt(raw, 'currency') ?? textAt(objectAt(raw, 'currency'), 'iso_code');
}

async function readOne(
  airbase: AirbaseConnection,
  list: SpendList,
  key: string,
  { calls }: ReadContext,
): Promise<JsonObject | undefined> {
  if (!airbase.spendApi) throw spendApiOff(list.title);
  const answer = await ask(airbase, calls, {
    name: list.name.replace(/^list-/, 'get-').replace(/s$/, ''),
    method: 'GET',
    url: urlOf(airbase, list.path, key),
    effect: 'read',
    accept: [404, 405],
  });
  const raw = answer.status >= 400 ? undefined : objectOf(answer);
  return raw && shaped(list, raw, await belongingOf(airbase, calls));
}

function sinceOf(newest: string | undefined, { options }: ReadQuery, now: Date): string | undefined {
  const from = textAt(options, 'from');
  const bounds = [
    ...(newest === undefined ? [] : [earlier(newest, now) - overlapMs(options)]),
    ...(from === undefined ? [] : [Date.parse(`${from}T00:00:00Z`)]),
  ];
  return bounds.length === 0 ? undefined : new Date(Math.max(...bounds)).toISOString();
}

/** A cursor in the future, from a row with a wrong stamp, must not hide what changes now. */
function earlier(newest: string, now: Date): number {
  return Math.min(Date.parse(newest), now.getTime());
}

function overlapMs(options: ReadQuery['options']): number {
  const minutes = Number(options['overlapMinutes'] ?? 5);
  return (Number.isFinite(minutes) ? Math.max(minutes, 1) : 5) * minuteMs;
}

function later(one: string | undefined, other: string | undefined, now: Date): string | undefined {
  if (other === undefined || !instant.test(other)) return one;
  const at = new Date(earlier(other, now)).toISOString();
  return one === undefined || at > one ? at : one;
}

function isTooOld(raw: JsonObject, options: ReadQuery['options']): boolean {
  const from = textAt(options, 'from');
  const stamp = textAt(raw, 'updated_at');
  return from !== undefined && stamp !== undefined && stamp.slice(0, 10) < from;
}

function cursorOf(updatedAt: string | undefined): Json {
  return updatedAt === undefined ? null : { updated_at: updatedAt };
}
