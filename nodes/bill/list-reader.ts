import type { JsonObject } from '../../runtime/connector/json';
import type { Calls, HttpAnswer } from '../../runtime/connector/system';
import { asObject, textAt } from './members';
import { isBadRequest, isNotFound, noSuchList, unreadableList } from './troubles';

/** BILL refuses 0 and 101. */
const largestPage = 100;
/** Times a list is begun anew because BILL no longer accepts a page token. */
export const mostRestarts = 3;

export interface ListQuery {
  /** What the calls are counted as. */
  readonly name: string;
  readonly url: string;
  /** Conditions that must all hold, see `condition`. */
  readonly filters?: readonly string[];
  readonly sort?: string;
  /** Rows a page, 1 to 100. */
  readonly max?: number;
}

export interface ListPage {
  readonly rows: readonly JsonObject[];
  readonly last: boolean;
  /** Server clock when it answered, when it says so. */
  readonly serverTime: Date | undefined;
}

/**
 * Reads a list page by page. The end is a missing, null or empty `nextPage`, never a short or empty page.
 * Filters and order are repeated beside the page token.
 * @throws SystemError `rejected` with status 400 when BILL does not accept a filter, the order or a page token
 */
export async function* readPages(
  calls: Calls,
  query: ListQuery,
  signal?: AbortSignal,
): AsyncGenerator<ListPage, void, void> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    signal?.throwIfAborted();
    const answer = await callList(calls, query, token);
    if (!answer) return yield { rows: [], last: true, serverTime: undefined };
    const { rows, nextPage } = readBody(answer, query.name);
    token = nextPage;
    if (token !== undefined && seen.has(token)) throw unreadableList(`${query.name} (the same page again)`);
    if (token !== undefined) seen.add(token);
    yield { rows, last: token === undefined, serverTime: serverTimeOf(answer) };
  } while (token !== undefined);
}

/**
 * All rows of a list, each reduced to what `pick` takes of it; undefined drops the row. When BILL no longer
 * accepts a page token, the list is read from its beginning again.
 * @throws SystemError `rejected` with status 400 when BILL does not accept a filter
 */
export async function readAll<Picked>(
  calls: Calls,
  query: ListQuery,
  pick: (row: JsonObject) => Picked | undefined,
  signal?: AbortSignal,
): Promise<Picked[]> {
  for (let restarts = 0; restarts <= mostRestarts; restarts += 1) {
    const picked: Picked[] = [];
    let begun = false;
    try {
      for await (const { rows } of readPages(calls, query, signal)) {
        begun = true;
        picked.push(...rows.map(pick).filter((item) => item !== undefined));
      }
      return picked;
    } catch (error) {
      if (!begun || !isBadRequest(error)) throw error;
    }
  }
  throw unreadableList(`${query.name} (its page tokens are refused)`);
}

/**
 * One condition of the filter grammar, `field:op:value`. The value is quoted wherever a separator could be
 * read into it; BILL has no escape for a quotation mark, so such a value cannot be asked for.
 * @throws RangeError when the value holds a quotation mark
 */
export function condition(field: string, operator: 'eq' | 'gte' | 'sw', value: string): string {
  if (value.includes('"'))
    throw new RangeError(`${field}: BILL cannot filter on a value with a quotation mark`);
  return `${field}:${operator}:${/^[\w.-]+$/.test(value) ? value : `"${value}"`}`;
}

/** Server clock by its `Date` header. */
function serverTimeOf(answer: HttpAnswer): Date | undefined {
  const time = Date.parse(answer.headers['date'] ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}

/** Undefined where BILL says that there is no data, instead of giving an empty list. */
async function callList(
  calls: Calls,
  query: ListQuery,
  token: string | undefined,
): Promise<HttpAnswer | undefined> {
  try {
    return await calls.call({
      name: query.name,
      method: 'GET',
      url: query.url,
      query: {
        max: String(query.max ?? largestPage),
        ...(query.filters?.length ? { filters: query.filters.join(',') } : {}),
        ...(query.sort === undefined ? {} : { sort: query.sort }),
        ...(token === undefined ? {} : { page: token }),
      },
      effect: 'read',
    });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    if (error.code === 'BILL_NOT_FOUND') return undefined;
    throw noSuchList(query.name, error);
  }
}

function readBody(
  answer: HttpAnswer,
  call: string,
): { readonly rows: readonly JsonObject[]; readonly nextPage: string | undefined } {
  const body = asObject(answer.json);
  const list = Array.isArray(answer.json) ? answer.json : body?.['results'];
  if (!Array.isArray(list)) throw unreadableList(call);
  const rows = list.map((item) => {
    const row = asObject(item);
    if (!row) throw unreadableList(call);
    return row;
  });
  return { rows, nextPage: textAt(body, 'nextPage') };
}
