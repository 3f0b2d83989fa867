import { SystemError } from '../../runtime/connector/errors';
import type { Json, JsonObject } from '../../runtime/connector/json';
import type { Calls, HttpAnswer } from '../../runtime/connector/system';
import { type DateLiteral, toFilter } from './conditions';
import type { EpicorConnection } from './connection';
import { asRow, rowsOf, textIn } from './dataset';
import { errorCodes } from './error-table';
import { describeFailure } from './failures';
import type { PageRequest, RowSource } from './row-source';
import { assertSite } from './site-check';
import { isStatus, unreadableAnswer } from './troubles';

export interface ODataList {
  /** What the calls are counted as. */
  readonly name: string;
  readonly url: string;
  /** Columns to ask for; empty asks for all. */
  readonly columns: readonly string[];
  /** Columns that must stay, whatever the server says. */
  readonly needed: readonly string[];
  /** Columns that this server was found not to have; what is learned is added. */
  readonly missing?: Set<string>;
  readonly dates?: DateLiteral;
  /** Another way of reading is at hand for a service that answers direct reads with 500. */
  readonly onTooHeavy: 'throw-too-heavy' | 'fail';
  /** Not every site has this service: where it is not there, there are no rows. */
  readonly optional?: boolean;
}

/** Direct reads of this service end in an internal error; `GetRows` of the same service may work. */
export class ServiceTooHeavy extends Error {
  override readonly name = 'ServiceTooHeavy';
}

const businessError = /BusinessObjectException|BLException|ODataException|UnauthorizedAccess|InvalidSession/i;
const mostLinks = 100;
/** Refused columns, one by one, before all columns are taken. */
const mostRefusals = 5;

/**
 * Reads an entity set. Columns that this server does not have are left out from then on: which there are differs
 * from version to version.
 */
export function odataSource(connection: EpicorConnection, list: ODataList, calls: Calls): RowSource {
  const { missing = new Set<string>() } = list;
  const takesAll = list.needed.some((column) => missing.has(column));
  let columns = takesAll ? [] : list.columns.filter((column) => !missing.has(column));
  let refusals = 0;
  return {
    mode: 'odata',
    async page(request) {
      for (;;) {
        try {
          const rows = await readPage(connection, list, columns, request, calls);
          for (const column of list.columns) if (!columns.includes(column)) missing.add(column);
          return rows;
        } catch (error) {
          const fewer = isStatus(error, 400) ? withoutUnknown(columns, list.needed, error) : undefined;
          if (!fewer) throw error;
          refusals += 1;
          columns = refusals > mostRefusals ? [] : fewer;
        }
      }
    },
  };
}

async function readPage(
  connection: EpicorConnection,
  list: ODataList,
  columns: readonly string[],
  request: PageRequest,
  calls: Calls,
): Promise<readonly JsonObject[]> {
  let url = `${list.url}?${queryOf(list, columns, request)}`;
  const rows: JsonObject[] = [];
  for (let link = 0; link < mostLinks; link++) {
    const answer = await callList(connection, list, url, calls);
    if (answer.status === 404) return [];
    const page = readRows(answer, list.name);
    rows.push(...page);
    // A server that pages by itself says where the rest of the rows asked for is.
    const next =
      textIn(asRow(answer.json), '@odata.nextLink') ?? textIn(asRow(answer.json), 'odata.nextLink');
    if (next === undefined || page.length === 0 || rows.length >= request.top) break;
    if (!URL.canParse(next, url)) break;
    const link = new URL(next, url);
    // Behind a proxy the server may know itself by another host name, or address; ours is the one that answers.
    if (link.pathname !== new URL(url).pathname) break;
    url = new URL(link.pathname + link.search, url).href.replace(/\+/g, '%20');
  }
  return rows;
}

/** The query of a page, spaces as `%20`: some front ends refuse a plus sign. */
function queryOf(list: ODataList, columns: readonly string[], request: PageRequest): string {
  const { conditions, order, descending, top, skip } = request;
  const options: [string, string][] = [];
  if (conditions.length > 0) options.push(['$filter', toFilter(conditions, list.dates)]);
  if (columns.length > 0) options.push(['$select', columns.join(',')]);
  options.push(['$orderby', order.map((column) => (descending ? `${column} desc` : column)).join(',')]);
  options.push(['$top', String(top)]);
  if (skip > 0) options.push(['$skip', String(skip)]);
  return options.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

async function callList(
  connection: EpicorConnection,
  list: ODataList,
  url: string,
  calls: Calls,
): Promise<HttpAnswer> {
  const accept = [...(list.onTooHeavy === 'throw-too-heavy' ? [500] : []), ...(list.optional ? [404] : [])];
  try {
    const answer = await calls.call({ name: list.name, method: 'GET', url, effect: 'read', accept });
    if (answer.status === 500) throw internalError(list.name, answer);
    return answer;
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
    await assertSite(connection, calls);
    throw noSuchSet(list.url, error);
  }
}

function internalError(call: string, answer: HttpAnswer): Error {
  const { type, message } = describeFailure(answer);
  if (!businessError.test(type ?? '')) return new ServiceTooHeavy(message);
  const isQuery = /ODataException/i.test(type ?? '');
  return new SystemError({
    recovery: 'rejected',
    code: 'EPICOR_REFUSED',
    text: 'Epicor refused it.',
    remedy: "Read Epicor's own words, correct the cause, then replay.",
    systemWords: message,
    // Builds differ in the status that a refused query has.
    status: isQuery ? 400 : answer.status,
    call,
  });
}

/** An entity set is there even when it is empty: this site lacks the service. */
function noSuchSet(url: string, cause: SystemError): SystemError {
  const name = decodeURIComponent(/[^/]+\/[^/]+$/.exec(url)?.[0] ?? url);
  return new SystemError({
    recovery: 'rejected',
    code: errorCodes.noSuchService,
    text: `This site of Epicor has no ${name}.`,
    remedy: 'Switch off what needs it, or have the module licensed; then replay.',
    systemWords: cause.systemWords,
    status: cause.status,
    call: cause.call,
    cause,
  });
}

function readRows(answer: HttpAnswer, call: string): readonly JsonObject[] {
  const list = Array.isArray(answer.json) ? answer.json : asRow(answer.json)?.['value'];
  if (!Array.isArray(list)) throw unreadableAnswer(call);
  return rowsOf({ value: list as Json }, 'value');
}

/** The columns without those that a refusal names; without any, if it names none: then all columns come. */
function withoutUnknown(
  columns: readonly string[],
  needed: readonly string[],
  error: SystemError,
): string[] | undefined {
  if (columns.length === 0) return undefined;
  const words = error.systemWords ?? '';
  const named = columns.filter((column) => new RegExp(`\\b${column}\\b`).test(words));
  // The refusal of a column that must be there is about the filter or the order.
  if (named.some((column) => needed.includes(column))) return undefined;
  return named.length > 0 ? columns.filter((column) => !named.includes(column)) : [];
}
