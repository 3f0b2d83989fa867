import type { Json, JsonObject } from '../../runtime/connector/json';
import type { Calls, Page, ReadContext, ReadQuery, Row, StreamReader } from '../../runtime/connector/system';
import { addDays } from '../../runtime/mapping/calendar-dates';
import { baqSource } from './baq-source';
import { columnNames, conformed } from './columns';
import type { Condition } from './conditions';
import { type EpicorConnection, missingColumns, serviceUrl } from './connection';
import { asRow, dateIn, textIn } from './dataset';
import { fallbackSource } from './fallback-source';
import { assertCompany } from './find-rows';
import { getRowsSource } from './get-rows-source';
import { mergedSource } from './merged-source';
import { type ODataList, odataSource } from './odata-source';
import { type ReadOptions, readOptionsOf } from './read-options';
import { keyOf } from './row-keys';
import type { RowSource } from './row-source';
import { readByVersion, versionColumn } from './row-versions';
import type { Table } from './tables';
import { hasCode, isStatus, unsupportedCode, unsupportedReading } from './troubles';
import { readWindow } from './windows';

export interface Stream {
  /** Name of the calls: `list-vendors`. */
  readonly callName: string;
  readonly table: Table;
  readonly schema: JsonObject;
  /** Column with the date of the last change, when the table has one. */
  readonly dateColumn?: string;
  /** Business date that "not before" looks at. */
  readonly documentDate?: string;
  readonly conditions?: readonly Condition[];
  /** Not every site has the service: where it is not there, the stream is empty. */
  readonly optional?: boolean;
  /** Conditions that the read node's own fields of this stream make. */
  readonly chosen?: (options: ReadQuery['options']) => readonly Condition[];
  /** Rows of the table that a site may keep out of its list. Read along where changes are found by row version. */
  readonly besides?: (calls: Calls, columns: readonly string[]) => RowSource;
  readonly get?: StreamReader['get'];
}

/** One read of a stream, with all that was chosen for it. */
interface Reading {
  readonly stream: Stream;
  readonly connection: EpicorConnection;
  readonly options: ReadOptions;
  readonly source: RowSource;
  readonly conditions: readonly Condition[];
  readonly query: ReadQuery;
  readonly context: ReadContext;
}

/**
 * Reads a table for changes: by row version, by the date of the last change, or everything. A cursor belongs to
 * the environment and the way it was made with; under another one the stream is read from its beginning.
 */
export function streamReader(connection: EpicorConnection, stream: Stream): StreamReader {
  return {
    read: (query, context) => readStream(connection, stream, query, context),
    ...(stream.get ? { get: stream.get } : {}),
  };
}

async function* readStream(
  connection: EpicorConnection,
  stream: Stream,
  query: ReadQuery,
  context: ReadContext,
): AsyncGenerator<Page, void, void> {
  const options = readOptionsOf(query.options, stream.dateColumn);
  const source = sourceOf(connection, stream, options, context);
  const from: Condition[] =
    options.from !== undefined && stream.documentDate !== undefined
      ? [{ column: stream.documentDate, operator: 'ge', value: { date: options.from } }]
      : [];
  const chosenRows = stream.chosen?.(query.options) ?? [];
  const conditions = [...(stream.conditions ?? []), ...chosenRows, ...from];
  const reading = { stream, connection, options, source, conditions, query, context };
  let hasBegun = false;
  try {
    for await (const page of options.findBy === 'row-version' ? byVersion(reading) : byWindow(reading)) {
      hasBegun = true;
      yield page;
    }
  } catch (error) {
    const cannot = isStatus(error, 400) || hasCode(error, unsupportedCode);
    if (!cannot) throw error;
    // Where the server cannot filter or sort by the row version, or does not show it, everything is read.
    if (options.findBy === 'row-version' && !hasBegun) {
      return yield* readStream(
        connection,
        stream,
        { ...query, options: { ...query.options, findBy: 'everything' } },
        context,
      );
    }
    if (hasCode(error, unsupportedCode)) throw error;
    throw unsupportedReading(
      stream.callName,
      'Epicor does not accept the filter or the order of this read.',
      'Choose another way under "Find changes by" on the read node, another date column, or another form of dates in filters.',
      error,
    );
  }
}

async function* byVersion(reading: Reading): AsyncGenerator<Page, void, void> {
  const { connection, options, query } = reading;
  const environment = environmentOf(connection);
  const last = cursorPart(query.cursor, 'row-version', environment, 'version') ?? '0';
  const known = /^\d+$/.test(last) ? BigInt(last) : 0n;
  const cursorAt = (version: bigint) => ({ findBy: 'row-version', environment, version: String(version) });
  const begin = query.full || known < options.overlapVersions ? 0n : known - options.overlapVersions;
  let highest = 0n;
  for await (const { rows, version } of versionsAfter(reading, begin)) {
    highest = version;
    yield { rows: landed(reading, rows), cursor: cursorAt(version > known ? version : known) };
  }
  // The newest row known is always among those read, unless the database was restored or that row deleted.
  if (highest >= known) return;
  for await (const { rows, version } of versionsAfter(reading, 0n)) {
    highest = version;
    yield { rows: landed(reading, rows), cursor: cursorAt(version) };
  }
  yield { rows: [], cursor: cursorAt(highest) };
}

function versionsAfter({ source, stream, options, conditions }: Reading, after: bigint) {
  const { callName: name, table } = stream;
  return readByVersion({
    source,
    name,
    after,
    pageSize: options.pageSize,
    conditions,
    key: table.key,
    keyOf: keyOf(table, name),
  });
}

async function* byWindow(reading: Reading): AsyncGenerator<Page, void, void> {
  const { stream, connection, options, source, query, context } = reading;
  const { callName: name, table } = stream;
  const environment = environmentOf(connection);
  const column = options.findBy === 'date' ? dateColumnOf(stream, options) : undefined;
  const known = cursorPart(query.cursor, `date ${column}`, environment, 'date');
  // Rows without a date match no filter: the first read has none.
  const changed: Condition[] =
    column === undefined || known === undefined || query.full
      ? []
      : [{ column, operator: 'ge', value: { date: addDays(known, -options.overlapDays) } }];
  const pages = readWindow({
    source,
    name,
    conditions: [...changed, ...reading.conditions],
    key: table.key,
    pageSize: options.pageSize,
    keyOf: keyOf(table, name),
  });
  let latest = known;
  const today = context.now().toISOString().slice(0, 10);
  for await (const rows of pages) {
    for (const row of rows)
      latest = later(latest, column === undefined ? undefined : dateIn(row, column), today);
    yield { rows: landed(reading, rows), cursor: query.cursor ?? null };
  }
  // Pages come in the order of the key: only after the last one is everything up to the latest date landed.
  if (column !== undefined && latest !== undefined) {
    yield { rows: [], cursor: { findBy: `date ${column}`, environment, date: latest } };
  }
}

/** A date in the future, from a row with a wrong stamp, must not hide what changes from now on. */
function later(latest: string | undefined, date: string | undefined, today: string): string | undefined {
  if (date === undefined) return latest;
  const capped = date > today ? today : date;
  return latest === undefined || capped > latest ? capped : latest;
}

function dateColumnOf(stream: Stream, { dateColumn }: ReadOptions): string {
  if (dateColumn !== undefined) return dateColumn;
  throw unsupportedReading(
    stream.callName,
    `${stream.table.table} has no column with the date of the last change.`,
    'Name the column under "Date column", or choose "by row version" under "Find changes by" on the read node.',
  );
}

function sourceOf(
  connection: EpicorConnection,
  stream: Stream,
  options: ReadOptions,
  context: ReadContext,
): RowSource {
  const calls: Calls = {
    call: (request) => {
      context.signal.throwIfAborted();
      return context.calls.call(request);
    },
  };
  assertCustom(stream.callName, options.customColumns);
  const needed = ['Company', ...stream.table.key, ...markColumns(options)];
  const columns = [...new Set([...needed, ...columnNames(stream.schema), ...options.customColumns])];
  const listed = listedSource(connection, stream, options, calls, { needed, columns });
  return stream.besides && options.findBy === 'row-version' && options.readMode !== 'baq'
    ? mergedSource(listed, stream.besides(calls, columns), versionColumn)
    : listed;
}

function listedSource(
  connection: EpicorConnection,
  stream: Stream,
  options: ReadOptions,
  calls: Calls,
  { needed, columns }: { readonly needed: readonly string[]; readonly columns: readonly string[] },
): RowSource {
  const { callName: name, table } = stream;
  const getRows = () => getRowsSource(connection, table, name, calls);
  if (options.readMode === 'getRows') return getRows();
  if (options.readMode === 'baq') {
    const baq = { id: baqIdOf(name, options), columns: options.baqColumns };
    return baqSource(
      connection,
      table,
      baq,
      { name, properties: columns, dates: options.dateLiteral },
      calls,
    );
  }
  const url = serviceUrl(connection, table.service, table.set);
  const direct = (onTooHeavy: ODataList['onTooHeavy']) =>
    odataSource(
      connection,
      {
        name,
        url,
        columns,
        needed,
        missing: missingColumns(connection, url),
        dates: options.dateLiteral,
        onTooHeavy,
        ...(stream.optional ? { optional: true } : {}),
      },
      calls,
    );
  return options.fallBack ? fallbackSource(direct, getRows()) : direct('fail');
}

/** Columns that say how new a row is. */
function markColumns({ findBy, dateColumn }: ReadOptions): string[] {
  if (findBy === 'row-version') return [versionColumn];
  return findBy === 'date' && dateColumn !== undefined ? [dateColumn] : [];
}

function assertCustom(call: string, columns: readonly string[]): void {
  const wrong = columns.filter((column) => !/^[A-Za-z]\w*_c$/.test(column));
  if (wrong.length === 0) return;
  throw unsupportedReading(
    call,
    `${wrong.join(', ')}: only columns whose names end in _c can be added.`,
    'Correct "Custom columns" on the read node.',
  );
}

function baqIdOf(call: string, { baqId }: ReadOptions): string {
  if (baqId !== undefined) return baqId;
  throw unsupportedReading(call, 'No BAQ is named to read through.', 'Name it under "BAQ" on the read node.');
}

/** Rows as they land: of our company, under their key, with the declared columns only. */
function landed({ stream, connection, options }: Reading, rows: readonly JsonObject[]): Row[] {
  const { callName, table, schema } = stream;
  assertCompany(rows, connection, callName);
  const key = keyOf(table, callName);
  return rows.map((row) => ({
    key: key(row),
    company: connection.company,
    data: { ...conformed(row, schema), ...chosen(row, options.customColumns) },
  }));
}

function chosen(row: JsonObject, columns: readonly string[]): JsonObject {
  return Object.fromEntries(columns.flatMap((name) => (name in row ? [[name, row[name] ?? null]] : [])));
}

/** Row versions and dates mean something in one database only. */
function environmentOf({ baseUrl, company }: EpicorConnection): string {
  return `${baseUrl} ${company}`;
}

function cursorPart(
  cursor: Json | undefined,
  findBy: string,
  environment: string,
  part: string,
): string | undefined {
  const held = asRow(cursor);
  const belongs = held?.['findBy'] === findBy && held['environment'] === environment;
  return belongs ? textIn(held, part) : undefined;
}
