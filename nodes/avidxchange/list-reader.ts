import type { Json, JsonObject } from '../../runtime/connector/json';
import type { Calls, HttpAnswer } from '../../runtime/connector/system';
import { type AvidConnection, linkUrl } from './connection';
import { asObject, memberOf, numberAt, objectAt, objectsAt, objectsIn, textAt } from './members';
import { unreadable } from './troubles';

export interface ListQuery {
  /** What the calls are counted as. */
  readonly name: string;
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  readonly pageSize: number;
}

export interface ListPage {
  readonly rows: readonly JsonObject[];
  readonly last: boolean;
  /** All rows of the list, as this page says. */
  readonly total: number | undefined;
}

/** More pages than any list has: AvidXchange would be giving the same ones again and again. */
const mostPages = 100_000;

/**
 * Reads a list page by page: by the link to the next page, else by its number. A list without paging has one page,
 * unless that one is full; then another is asked for, in case only the paging is missing.
 * @throws SystemError
 */
export async function* readPages(
  avid: AvidConnection,
  calls: Calls,
  list: ListQuery,
  signal?: AbortSignal,
): AsyncGenerator<ListPage, void, void> {
  const sized = { ...list.query, [avid.name('sizeParameter')]: String(list.pageSize) };
  let ask: { readonly url: string; readonly query?: Readonly<Record<string, string>> } = {
    url: list.url,
    query: sized,
  };
  let before: string | undefined;
  for (let number = 1; number <= mostPages; number += 1) {
    signal?.throwIfAborted();
    const answer = await calls.call({ name: list.name, method: 'GET', effect: 'read', ...ask });
    const rows = rowsOf(avid, answer, list.name);
    const paging = objectAt(asObject(answer.json), avid.name('pagingName'));
    const content = JSON.stringify(rows);
    // Without a word about pages, the same page again says that there was one only.
    if (!paging && content === before) return yield { rows: [], last: true, total: undefined };
    before = content;
    const next = nextOf(avid, paging, { list, rows: rows.length, number, query: sized });
    const total = numberAt(paging, 'TotalItems');
    yield { rows, last: next === undefined, total };
    if (next === undefined) return;
    ask = next;
  }
  throw unreadable(`${list.name} (pages without an end)`);
}

/** All rows of a list. @throws SystemError */
export async function readAll(avid: AvidConnection, calls: Calls, list: ListQuery): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for await (const page of readPages(avid, calls, list)) rows.push(...page.rows);
  return rows;
}

/** The rows of an envelope, or of a bare list. @throws SystemError when there are none to be found */
function rowsOf(avid: AvidConnection, { json, status }: HttpAnswer, call: string): readonly JsonObject[] {
  const list: Json | undefined = Array.isArray(json)
    ? json
    : memberOf(asObject(json), avid.name('itemsName'));
  if (list === null) return [];
  if (list === undefined) {
    // Nothing at all may be an answer that was lost on the way, unless it says that it is nothing.
    if (status === 204) return [];
    throw unreadable(call);
  }
  if (typeof list !== 'object') throw unreadable(call);
  const rows = objectsIn(list);
  if (Array.isArray(list) && rows.length !== list.length) throw unreadable(call);
  return rows;
}

interface Position {
  readonly list: ListQuery;
  readonly rows: number;
  readonly number: number;
  readonly query: Readonly<Record<string, string>>;
}

function nextOf(avid: AvidConnection, paging: JsonObject | undefined, at: Position) {
  const { list, rows, number, query } = at;
  const following = { url: list.url, query: { ...query, [avid.name('pageParameter')]: String(number + 1) } };
  if (!paging) return rows >= list.pageSize ? following : undefined;
  const link = objectsAt(paging, 'Links').find((each) => textAt(each, 'Rel')?.toLowerCase() === 'next');
  const href = textAt(link, 'Href');
  const count = numberAt(paging, 'PageCount') ?? numberAt(paging, 'Pages');
  const current = numberAt(paging, 'PageNumber') ?? number;
  if (count !== undefined && current >= count) return undefined;
  const url = href === undefined ? undefined : linkUrl(avid, href);
  if (url !== undefined) return { url };
  if (count !== undefined) return following;
  const size = numberAt(paging, 'PageSize') ?? list.pageSize;
  const total = numberAt(paging, 'TotalItems');
  if (total !== undefined) return number * size < total ? following : undefined;
  return rows >= size ? following : undefined;
}
