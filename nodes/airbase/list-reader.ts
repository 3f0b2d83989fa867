import type { Json, JsonObject } from '../../runtime/connector/json';
import type { Calls, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { type AirbaseConnection, ask, askIfOffered, urlOf } from './connection';
import type { PathName } from './conventions';
import { asObject, idOf, objectsIn } from './members';
import { isNotOffered, notOffered, unreadable } from './troubles';

/** More pages than any list has: the end of one that has no end. */
const mostPages = 20_000;
/** Times a list is read again because it moved while it was read. */
const mostPasses = 5;

export interface ListQuery {
  /** What the calls are counted as. */
  readonly name: string;
  readonly path: PathName;
  readonly query?: Readonly<Record<string, string>>;
}

export interface ListPage {
  readonly rows: readonly JsonObject[];
  readonly last: boolean;
}

/**
 * Reads a list page by page. The end is an empty page, or a page that says there is no next one; never a short page. A
 * list that says nothing of pages and gives the same one again has only that one.
 * @throws SystemError `rejected` where this Airbase does not offer the list
 */
export async function* readPages(
  airbase: AirbaseConnection,
  calls: Calls,
  list: ListQuery,
  signal?: AbortSignal,
): AsyncGenerator<ListPage, void, void> {
  let before = '';
  for (let page = 1; page <= mostPages; page += 1) {
    signal?.throwIfAborted();
    const answer = await askPage(airbase, calls, list, page);
    // The list has become shorter than it was.
    if (!answer) return yield { rows: [], last: true };
    const rows = rowsIn(airbase, answer);
    if (!rows) throw unreadable(list.name);
    const shown = JSON.stringify(rows);
    const next = nextOf(airbase, answer);
    if (rows.length > 0 && shown === before) {
      if (next === 'unsaid') return yield { rows: [], last: true };
      throw unreadable(list.name, 'the same page again');
    }
    before = shown;
    const last = rows.length === 0 || next === 'none';
    yield { rows, last };
    if (last) return;
  }
  throw unreadable(list.name, 'a list without an end');
}

/**
 * All rows of a list, each once, in spite of an order that changes between two pages; undefined where this Airbase does
 * not offer the list.
 */
export async function readAllIfOffered(
  airbase: AirbaseConnection,
  calls: Calls,
  list: ListQuery,
  signal?: AbortSignal,
): Promise<JsonObject[] | undefined> {
  const all: JsonObject[] = [];
  try {
    const nameOf = (row: JsonObject) => idOf(row) ?? JSON.stringify(row);
    for await (const rows of readSettled(airbase, calls, list, nameOf, signal)) all.push(...rows);
    return all;
  } catch (error) {
    if (isNotOffered(error)) return undefined;
    throw error;
  }
}

/**
 * Reads a list that may move while it is read: again and again, until a pass brings nothing new.
 * @param versionOf names a version of a row; one that was given before is not given again
 */
export async function* readSettled(
  airbase: AirbaseConnection,
  calls: Calls,
  list: ListQuery,
  versionOf: (row: JsonObject) => string,
  signal?: AbortSignal,
): AsyncGenerator<readonly JsonObject[], void, void> {
  const given = new Set<string>();
  for (let pass = 1; pass <= mostPasses; pass += 1) {
    const before = given.size;
    let pages = 0;
    for await (const page of readPages(airbase, calls, list, signal)) {
      pages += page.rows.length > 0 ? 1 : 0;
      const fresh = page.rows.filter((row) => !given.has(versionOf(row)));
      for (const row of fresh) given.add(versionOf(row));
      if (fresh.length > 0) yield fresh;
    }
    if (pages <= 1 || given.size === before) return;
  }
}

/** The rows of an answer; undefined when it holds no list. */
export function rowsIn(
  { conventions }: AirbaseConnection,
  answer: HttpAnswer,
): readonly JsonObject[] | undefined {
  const list = Array.isArray(answer.json)
    ? answer.json
    : memberAt(answer.json, conventions.paging.items)?.value;
  return Array.isArray(list) ? objectsIn(list) : undefined;
}

/** A next page is announced by whatever is not null; where nothing at all is said, only an empty page is the end. */
function nextOf({ conventions }: AirbaseConnection, answer: HttpAnswer): 'announced' | 'none' | 'unsaid' {
  const next = memberAt(answer.json, conventions.paging.next);
  if (next === undefined) return 'unsaid';
  return next.value ? 'announced' : 'none';
}

/** The value under a path such as `pagination.next`; undefined when there is no such member. */
function memberAt(value: Json | undefined, path: string): { readonly value: Json } | undefined {
  let at: Json | undefined = value;
  for (const name of path.split('.')) {
    const object = asObject(at);
    if (!object || !Object.hasOwn(object, name)) return undefined;
    at = object[name];
  }
  return at === undefined ? undefined : { value: at };
}

/** Undefined for a page past the end, where Airbase refuses it instead of giving an empty one. */
async function askPage(
  airbase: AirbaseConnection,
  calls: Calls,
  list: ListQuery,
  page: number,
): Promise<HttpAnswer | undefined> {
  const request = pageRequest(airbase, list, page);
  if (page > 1) {
    const answer = await ask(airbase, calls, { ...request, accept: [404] });
    return answer.status === 404 ? undefined : answer;
  }
  const answer = await askIfOffered(airbase, calls, request);
  if (answer) return answer;
  throw notOffered(list.name.replace(/^list-/, '').replaceAll('-', ' '), list.name);
}

function pageRequest(
  airbase: AirbaseConnection,
  { name, path, query }: ListQuery,
  page: number,
): HttpRequest {
  const { paging, pageSize } = airbase.conventions;
  return {
    name,
    method: 'GET',
    url: urlOf(airbase, path),
    query: { ...query, [paging.page]: String(page), [paging.size]: String(pageSize) },
    effect: 'read',
  };
}
