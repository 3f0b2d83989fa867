import type { Json, JsonObject } from '../../runtime/connector/json';
import { conform } from '../../runtime/connector/schema';
import type { Calls, Page, ReadContext, ReadQuery, Row, StreamReader } from '../../runtime/connector/system';
import { type BaswareConnection, urlOf } from './connection';
import { type ListPage, type ListQuery, readOne, readPages, TokenRefused } from './list-reader';
import { objectsAt, textAt, withoutNulls } from './members';
import { accountingDocumentRow, attachmentRow } from './row-schemas';
import { isWithin, type Place, readCursor, writeCursor } from './stored-cursor';
import { unreadable } from './troubles';

const wrapper = 'accountingDocuments';
const minuteMs = 60_000;
/** Times a list is begun anew because a continuation token is no longer accepted. */
const mostRestarts = 3;
/** Documents of one read that are asked for one by one. */
const mostNamed = 100;
/** A notification may come before its document can be read: it is asked for again after so long, milliseconds. */
const lateMs = [1_000, 4_000];

/** What rows of a stream one document makes. */
type RowsOf = (document: JsonObject, query: ReadQuery) => readonly Row[];

export function accountingDocumentReader(basware: BaswareConnection): StreamReader {
  const rowsOf: RowsOf = (data) => [{ key: keyOf(data), company: basware.companyCode, data }];
  return {
    read: (query, context) => readDocuments(basware, query, context, rowsOf),
    get: (key, { calls }) => fetchDocument(basware, calls, key),
  };
}

/** Attachments are only ever listed within their document, and count once it has one of the named statuses. */
export function attachmentReader(basware: BaswareConnection): StreamReader {
  const rowsOf: RowsOf = (document, query) =>
    (isListed(document, query) ? objectsAt(document, 'attachments') : []).flatMap((attachment) => {
      const code = textAt(attachment, 'externalCode');
      if (code === undefined) return [];
      const data = conform({ ...document, ...attachment }, attachmentRow);
      return [{ key: `${keyOf(document)}|${code}`, company: basware.companyCode, data }];
    });
  return { read: (query, context) => readDocuments(basware, query, context, rowsOf) };
}

/** One document, whole and fresh; undefined when Basware does not have it. @throws SystemError */
export async function fetchDocument(
  basware: BaswareConnection,
  calls: Calls,
  invoiceId: string,
): Promise<JsonObject | undefined> {
  const url = urlOf(basware, 'accountingDocuments', invoiceId);
  const found = await readOne(calls, { name: 'get-accounting-document', url }, 'invoiceId');
  return found && shape(found);
}

/**
 * Reads one list for each status, or one by `lastUpdated`. The order of a list is not documented, so only a list
 * read to its end moves the watermark; the continuation token is kept with every page, and a read that was cut
 * short goes on from it. What deliveries named and no list shows yet is read by its key.
 */
async function* readDocuments(
  basware: BaswareConnection,
  query: ReadQuery,
  context: ReadContext,
  rowsOf: RowsOf,
): AsyncGenerator<Page, void, void> {
  const stored = readCursor(query.full ? undefined : query.cursor);
  const before = readCursor(query.cursor).newest;
  const lists = listsOf(basware, query, before, context.now());
  const begun = lists.findIndex((list) => stored.place && isWithin(stored.place, list));
  const turns = lists.slice(Math.max(begun, 0));
  const byTime = lists.some((list) => list.query['lastUpdated'] !== undefined) || isByTime(query);
  const seen = new Newest(before, context.now());
  const unseen = new Set(query.named);
  let complete = true;
  let cursor: JsonObject = {};
  for (const [at, list] of turns.entries()) {
    const place = begun >= 0 && at === 0 ? stored.place : undefined;
    for await (const page of readList(list, place, seen, context)) {
      // A continued list shows what stood there when it was begun: what came since is found by reading once more.
      if (page.query === place?.query && turns.length === lists.length - begun) turns.push(...lists);
      for (const row of page.rows) unseen.delete(textAt(row, 'invoiceId') ?? '');
      const rows = page.rows
        .map(shape)
        .filter((row) => isWanted(row, basware, query))
        .flatMap((row) => {
          const notNow = !isByTime(query) && isAtWork(row, query, context.now());
          if (notNow && !query.full) return [];
          return rowsOf(row, query).map((made) => (notNow ? { ...made, notNow } : made));
        });
      complete &&= !page.cutShort;
      const end = at === turns.length - 1 && page.next === undefined;
      cursor = writeCursor({
        newest: end && complete && byTime ? seen.value : before,
        place:
          page.next === undefined ? undefined : { query: page.query, token: page.next, newest: seen.value },
      });
      if (rows.length > 0 || end) yield { rows: unique(rows), cursor };
    }
  }
  const rows = await readNamed(basware, [...unseen].slice(0, mostNamed), query, context);
  if (rows.length > 0) yield { rows: rows.flatMap((row) => rowsOf(row, query)), cursor };
}

/** The documents that a read of the lists would have brought, had they been on them. */
async function readNamed(
  basware: BaswareConnection,
  keys: readonly string[],
  query: ReadQuery,
  { calls, now, signal }: ReadContext,
): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  let missing = keys;
  for (const waitMs of [0, ...lateMs]) {
    if (missing.length === 0) break;
    if (waitMs > 0) await basware.clock.wait(waitMs, signal);
    const unseen: string[] = [];
    for (const key of missing) {
      const row = await fetchDocument(basware, calls, key);
      if (row) found.push(row);
      else unseen.push(key);
    }
    missing = unseen;
  }
  return found.filter((row) => {
    const isQueued = isListed(row, query) && !isAtWork(row, query, now());
    return isWanted(row, basware, query) && (isByTime(query) || isQueued);
  });
}

function isListed(row: JsonObject, { options }: Pick<ReadQuery, 'options'>): boolean {
  return statusesOf(options).includes(textAt(row, 'processingStatus') ?? '');
}

/** The pages of one list, from a kept place or from its beginning, begun anew when its token has expired. */
async function* readList(
  list: ListQuery,
  place: Place | undefined,
  seen: Newest,
  { calls, signal }: ReadContext,
): AsyncGenerator<ListPage & { readonly query: ListQuery['query'] }, void, void> {
  let from = place;
  for (let restarts = 0; ; restarts += 1) {
    const { query } = from ?? list;
    if (from) seen.note(from.newest);
    try {
      for await (const page of readPages(calls, { ...list, query }, from?.token, signal)) {
        for (const row of page.rows) seen.note(instantOf(textAt(row, 'lastUpdated')));
        yield { ...page, query };
      }
      return;
    } catch (error) {
      if (!(error instanceof TokenRefused)) throw error;
      if (restarts >= mostRestarts) throw unreadable(`${list.name} (its continuation tokens are refused)`);
      from = undefined;
    }
  }
}

function listsOf(
  basware: BaswareConnection,
  { options, full }: ReadQuery,
  newest: string | undefined,
  now: Date,
): readonly ListQuery[] {
  const from = textAt(options, 'from');
  const earliest =
    from === undefined ? undefined : new Date(Date.parse(`${from}T00:00:00Z`) - 1).toISOString();
  const overlapMs = Number(options['overlapMinutes'] ?? 5) * minuteMs;
  const since =
    full || newest === undefined
      ? undefined
      : new Date(Math.min(Date.parse(newest), now.getTime()) - overlapMs).toISOString();
  const list = (query: Record<string, string | undefined>): ListQuery => ({
    name: 'list-accounting-documents',
    url: urlOf(basware, 'accountingDocuments'),
    wrapper,
    query: Object.fromEntries(
      Object.entries({
        companyCode: basware.companyCode,
        pageSize: String(options['pageSize'] ?? 100),
        ...query,
      }).filter((pair): pair is [string, string] => pair[1] !== undefined),
    ),
  });
  if (full) return [list({ lastUpdated: earliest })];
  if (isByTime({ options })) {
    return [
      list({
        lastUpdated: [since, earliest]
          .filter((time) => time !== undefined)
          .sort()
          .at(-1),
      }),
    ];
  }
  return statusesOf(options).map((status) => list({ ProcessingStatus: status, lastUpdated: earliest }));
}

function isByTime({ options }: Pick<ReadQuery, 'options'>): boolean {
  return options['readBy'] === 'lastUpdated';
}

function statusesOf(options: Readonly<Record<string, Json>>): readonly string[] {
  const value = options['statuses'] ?? 'WaitingForTransfer,TransferInProgress';
  const statuses = Array.isArray(value) ? value.map(String) : String(value).split(',');
  return [...new Set(statuses.map((status) => status.trim()).filter((status) => status !== ''))];
}

/** Not another company's, and not older than asked for. */
function isWanted(row: JsonObject, { companyCode }: BaswareConnection, { options }: ReadQuery): boolean {
  if (textAt(row, 'companyCode') !== companyCode) return false;
  const from = textAt(options, 'from');
  return from === undefined || !(updatedAt(row) < Date.parse(`${from}T00:00:00Z`));
}

/** Acknowledged a short while ago: somebody is at work on it. */
function isAtWork(row: JsonObject, { options }: ReadQuery, now: Date): boolean {
  const stuckMs = Number(options['stuckMinutes'] ?? 30) * minuteMs;
  const inProgress = /InProgress$/.test(textAt(row, 'processingStatus') ?? '');
  // With no time to wait none is at work, also where Basware's clock is ahead of ours.
  return inProgress && stuckMs > 0 && now.getTime() - updatedAt(row) < stuckMs;
}

/** Epoch milliseconds; NaN where Basware says nothing. */
function updatedAt(row: JsonObject): number {
  return Date.parse(textAt(row, 'lastUpdated') ?? '');
}

function shape(raw: JsonObject): JsonObject {
  const document = withInstant(withoutNulls(raw), 'lastUpdated');
  const attachments = objectsAt(document, 'attachments').map((one) => withInstant(one, 'creationTime'));
  return conform({ ...document, attachments }, accountingDocumentRow);
}

function withInstant(object: JsonObject, name: string): JsonObject {
  const time = instantOf(textAt(object, name));
  return time === undefined ? object : { ...object, [name]: time };
}

/** A time without a zone is UTC. */
function instantOf(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  const time = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(written) ? written : `${written}Z`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function keyOf(document: JsonObject): string {
  const key = textAt(document, 'invoiceId');
  if (key === undefined) throw unreadable('list-accounting-documents (a document without invoiceId)');
  return key;
}

function unique(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.key, row])).values()];
}

/** The newest `lastUpdated` seen, never later than now: one wrong stamp must not hide what changes next. */
class Newest {
  value: string | undefined = undefined;
  readonly #latest: string;

  constructor(value: string | undefined, now: Date) {
    this.#latest = now.toISOString();
    this.note(value);
  }

  note(time: string | undefined): void {
    if (time === undefined) return;
    const capped = time > this.#latest ? this.#latest : time;
    if (this.value === undefined || capped > this.value) this.value = capped;
  }
}
