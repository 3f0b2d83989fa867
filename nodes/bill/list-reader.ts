import type { JsonObject } from '../../runtime/connector/json';
import type { Calls, HttpAnswer } from '../../runtime/connector/system';
import { asObject, textAt } from './members';
import { isNotFound, noSuchList, unreadableList } from './troubles';

/** BILL refuses 0 and 101. */
const largestPage = 100;

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
    const { rows, nextPage } = readBody(answer, query.name);
    token = nextPage;
    if (token !== undefined && seen.has(token)) throw unreadableList(`${query.name} (the same page again)`);
    if (token !== undefined) seen.add(token);
    yield { rows, last: token === undefined, serverTime: serverTimeOf(answer) };
  } while (token !== undefined);
}

/** All rows of a list. */
export async function readAll(calls: Calls, query: ListQuery, signal?: AbortSignal): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for await (const page of readPages(calls, query, signal)) rows.push(...page.rows);
  return rows;
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

async function callList(calls: Calls, query: ListQuery, token: string | undefined): Promise<HttpAnswer> {
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
    throw isNotFound(error) ? noSuchList(query.name, error) : error;
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
