import type { JsonObject } from '../../runtime/connector/json';
import type { Calls, HttpAnswer } from '../../runtime/connector/system';
import { asObject, objectsIn, textAt } from './members';
import { isNotFound, isRefusal, unreadable } from './troubles';

/** Both ways: in the answer while there is more, and in the request for more. Never a query parameter. */
const tokenHeader = 'x-amz-meta-continuationtoken';

export interface ListQuery {
  /** What the calls are counted as. */
  readonly name: string;
  readonly url: string;
  readonly query: Readonly<Record<string, string>>;
  /** Member of the answer that holds the rows, where it is not a bare array. */
  readonly wrapper: string;
}

export interface ListPage {
  readonly rows: readonly JsonObject[];
  /** Asks for the next page; undefined at the end. */
  readonly next: string | undefined;
  /** The end was said by finding nothing behind a token, which an expired token may say too. */
  readonly cutShort: boolean;
}

/** The token that a list was to go on from is no longer accepted: the list begins anew. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}

/**
 * Reads a list page by page. A list without rows is a 404; a page may hold fewer rows than asked for and still not
 * be the last. Query parameters are the same for every page.
 * @param from the token to go on from, as an earlier read left it
 * @throws SystemError, TokenRefused
 */
export async function* readPages(
  calls: Calls,
  query: ListQuery,
  from?: string,
  signal?: AbortSignal,
): AsyncGenerator<ListPage, void, void> {
  const seen = new Set<string>();
  let token = from;
  do {
    signal?.throwIfAborted();
    const answer = await ask(calls, query, token);
    if (!answer) {
      if (token !== undefined && token === from) throw new TokenRefused(query.name);
      return yield { rows: [], next: undefined, cutShort: token !== undefined };
    }
    const next = answer.headers[tokenHeader]?.trim() || undefined;
    if (next !== undefined && seen.has(next)) throw unreadable(`${query.name} (the same page again)`);
    if (next !== undefined) seen.add(next);
    token = next;
    yield { rows: rowsOf(answer, query), next, cutShort: false };
  } while (token !== undefined);
}

/** All rows of a list. @throws SystemError */
export async function readAll(calls: Calls, query: ListQuery, signal?: AbortSignal): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for await (const page of readPages(calls, query, undefined, signal)) rows.push(...page.rows);
  return rows;
}

/**
 * One entity by its code, bare or in a list of one; undefined when it is not there.
 * @param key member that the entity must have
 * @throws SystemError
 */
export async function readOne(
  calls: Calls,
  { name, url }: Pick<ListQuery, 'name' | 'url'>,
  key: string,
): Promise<JsonObject | undefined> {
  try {
    const { json } = await calls.call({ name, method: 'GET', url, effect: 'read', redirects: 'bare' });
    const object = asObject(json);
    if (object && textAt(object, key) !== undefined) return object;
    const list = Array.isArray(json) ? json : Object.values(object ?? {}).find(Array.isArray);
    const [found] = objectsIn(list);
    if (found && textAt(found, key) !== undefined) return found;
    if (list?.length === 0) return undefined;
    throw unreadable(name);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Undefined where Basware finds no rows. */
async function ask(
  calls: Calls,
  { name, url, query }: ListQuery,
  token: string | undefined,
): Promise<HttpAnswer | undefined> {
  try {
    return await calls.call({
      name,
      method: 'GET',
      url,
      query,
      effect: 'read',
      redirects: 'bare',
      ...(token === undefined ? {} : { headers: { [tokenHeader]: token } }),
    });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    if (token !== undefined && isRefusal(error) && error.status === 400) throw new TokenRefused(name);
    throw error;
  }
}

function rowsOf({ json }: HttpAnswer, { name, wrapper }: ListQuery): readonly JsonObject[] {
  const list = Array.isArray(json) ? json : asObject(json)?.[wrapper];
  if (!Array.isArray(list)) throw unreadable(name);
  const rows = objectsIn(list);
  if (rows.length !== list.length) throw unreadable(name);
  return rows;
}
