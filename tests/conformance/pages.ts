import type { Json, JsonObject } from '../../runtime/connector/json';
import { conform, validator } from '../../runtime/connector/schema';
import type { Page, ReadContext, Row, StreamReader } from '../../runtime/connector/system';
import { failed } from './check';
import { type Line, optionsOf } from './line';

export interface ReadWish {
  readonly cursor?: Json | undefined;
  readonly full?: boolean;
  /** Fields of the read node. */
  readonly options?: Readonly<Record<string, unknown>>;
}

const mostPages = 200;

export function readerOf({ connection }: Line, stream: string): StreamReader {
  return connection.client.streams[stream] ?? failed(`the client has no stream ${stream}`);
}

export function contextOf(line: Line): ReadContext {
  return { calls: line.connection.calls(), now: () => new Date(), signal: new AbortController().signal };
}

/** Begins to read a stream as the read node does. */
export function pagesOf(line: Line, stream: string, wish: ReadWish = {}): AsyncIterator<Page, unknown> {
  const { cursor, full = false, options } = wish;
  const declared = line.module.manifest.streams[stream] ?? failed(`no stream ${stream}`);
  const query = { cursor, full, options: optionsOf(declared.options, options) };
  return readerOf(line, stream).read(query, contextOf(line))[Symbol.asyncIterator]();
}

/** Reads a stream to its end, as the read node does: the next page when the last one has landed. */
export async function readPages(line: Line, stream: string, wish: ReadWish = {}): Promise<Page[]> {
  const pages: Page[] = [];
  const iterator = pagesOf(line, stream, wish);
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    pages.push(next.value);
    if (pages.length > mostPages) failed(`reading ${stream} does not come to an end`);
  }
  return pages;
}

export function rowsOf(pages: readonly Page[]): Row[] {
  return pages.flatMap((page) => page.rows);
}

export function keysOf(pages: readonly Page[]): string[] {
  return rowsOf(pages).map((row) => row.key);
}

/** The cursor after the last page, or the one before when there was none. */
export function cursorAfter(pages: readonly Page[], before?: Json): Json | undefined {
  const last = pages.at(-1);
  return last === undefined ? before : last.cursor;
}

/** The newest version of each row, by key: what a consumer ends with. */
export function newest(rows: readonly Row[]): Map<string, JsonObject> {
  return new Map(rows.map((row) => [row.key, row.data]));
}

/** What is not as declared in a row, one line each. What is not declared at all is the mapping's to use or not. */
export function problemsOf(row: Row, schema: JsonObject): string[] {
  const drift = Object.entries(conform(row.data, schema)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(row.data[name]),
  );
  return [
    ...validator(schema)(row.data).map(({ field, message }) => `${row.key}: ${field} ${message}`),
    ...drift.map(([name]) => `${row.key}: ${name} is not in its declared form`),
  ];
}
