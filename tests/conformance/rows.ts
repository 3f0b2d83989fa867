import { expect } from 'vitest';
import type { Json, JsonObject } from '../../runtime/connector/json';
import type { StreamDeclaration } from '../../runtime/connector/manifest';
import type { Row } from '../../runtime/connector/system';
import { type Check, failed } from './check';
import { contextOf, cursorAfter, keysOf, problemsOf, readerOf, rowsOf } from './pages';
import { openStream, type Stream } from './reading';
import type { Subject } from './subjects';

/** What rows hold: fields, types, amounts, dates, deletions. */
export function rowChecks(subject: Subject): Check[] {
  return Object.entries(subject.registered.manifest.streams).flatMap(([name, declared]) =>
    cases
      .filter(({ applies = () => true }) => applies(declared))
      .map(
        ({ number, run }): Check => ({
          number,
          of: name,
          run: async () => run(await openStream(subject, name)),
        }),
      ),
  );
}

interface RowCase {
  readonly number: Check['number'];
  readonly applies?: (declared: StreamDeclaration) => boolean;
  readonly run: (stream: Stream) => Promise<void>;
}

const cases: readonly RowCase[] = [
  { number: 25, run: showsDeletions, applies: ({ deletes }) => deletes !== 'never' },
  { number: 26, run: fillsFields },
  { number: 27, run: keepsTypes },
  { number: 28, run: keepsDates },
  { number: 29, run: honorsFirstDay, applies: ({ options }) => options.some(({ name }) => name === 'from') },
];

async function showsDeletions({ sample, declared, read }: Stream): Promise<void> {
  const [kept = '', gone = ''] = sample.add(2);
  const cursor = cursorAfter(await read());
  const remove = sample.remove ?? failed('the bench does not say how a row is deleted');
  remove(gone);
  if (declared.deletes === 'key-set-difference') {
    expect(keysOf(await read({ full: true }))).toEqual([kept]);
    return;
  }
  const isGone = sample.isGone ?? failed('the bench does not say how a deleted row looks');
  const rows = new Map(rowsOf(await read({ cursor })).map((row) => [row.key, row.data]));
  expect(isGone(rows.get(gone) ?? failed('the deleted row does not come'))).toBe(true);
  const all = new Map(rowsOf(await read({ full: true })).map((row) => [row.key, row.data]));
  expect(isGone(all.get(kept) ?? {})).toBe(false);
}

/** Rows of the list and, for streams of heads, the whole documents. */
async function wholeRows({ line, name, declared, read }: Stream): Promise<Row[]> {
  const rows = rowsOf(await read({ full: true }));
  if (!declared.detail) return rows;
  const reader = readerOf(line, name);
  const whole = await Promise.all(
    rows.map(async (row) => ({
      ...row,
      data: (await reader.get?.(row.key, contextOf(line))) ?? failed(`${row.key} cannot be fetched`),
    })),
  );
  return [...rows, ...whole];
}

async function fillsFields(stream: Stream): Promise<void> {
  stream.sample.add(3);
  const rows = await wholeRows(stream);
  const found = new Set(rows.flatMap((row) => pathsOf(row.data)));
  const missing = declaredPaths(stream.declared.row).filter((path) => !found.has(path));
  expect(missing).toEqual([]);
}

/** Names of the fields that a schema declares, dots reaching inside objects and lists. */
function declaredPaths(schema: JsonObject): string[] {
  const inner = isObject(schema['items']) ? schema['items'] : schema;
  const properties = isObject(inner['properties']) ? inner['properties'] : {};
  return Object.entries(properties).flatMap(([name, child]) => [
    name,
    ...declaredPaths(isObject(child) ? child : {}).map((path) => `${name}.${path}`),
  ]);
}

function pathsOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(pathsOf);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, child]) => [
    name,
    ...pathsOf(child).map((path) => `${name}.${path}`),
  ]);
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** No float holds the first of them, and none keeps the zeros of the second. */
const amounts = ['90071992547409.93', '1234.50'];

async function keepsTypes(stream: Stream): Promise<void> {
  const { sample, declared } = stream;
  const holdsAmounts = JSON.stringify(declared.row).includes('"decimal"');
  const keys = holdsAmounts ? amounts.map((amount) => sample.add(1, { amount })[0] ?? '') : [];
  sample.add(3);
  const rows = await wholeRows(stream);
  expect(rows.flatMap((row) => problemsOf(row, declared.row))).toEqual([]);
  expect(new Set(rows.map((row) => row.company)).size, 'one company').toBe(1);
  for (const [at, key] of keys.entries()) {
    const texts = rows.filter((row) => row.key === key).flatMap((row) => leavesOf(row.data));
    expect(texts).toContain(amounts[at]);
  }
}

function leavesOf(value: Json): Json[] {
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return isObject(value) ? Object.values(value).flatMap(leavesOf) : [value];
}

const zones = ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Berlin', 'UTC'];

async function keepsDates(stream: Stream): Promise<void> {
  const zone = process.env['TZ'];
  const date = '2026-03-29';
  const [key] = stream.sample.add(1, { date });
  try {
    const read = [];
    for (const each of zones) {
      process.env['TZ'] = each;
      read.push(await wholeRows(stream));
    }
    for (const rows of read) expect(rows).toEqual(read[0]);
    const dated = JSON.stringify(stream.declared.row).includes('"date"');
    const its = read[0]?.filter((each) => each.key === key) ?? [];
    if (dated) expect(its.flatMap((row) => leavesOf(row.data))).toContain(date);
  } finally {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  }
}

async function honorsFirstDay({ sample, read }: Stream): Promise<void> {
  const [before = ''] = sample.add(1, { date: '2026-02-28' });
  const [on = ''] = sample.add(1, { date: '2026-03-01' });
  const keys = keysOf(await read({ options: { from: '2026-03-01' } }));
  expect(keys).toContain(on);
  expect(keys).not.toContain(before);
  expect(keysOf(await read()).sort()).toEqual([before, on].sort());
}
