import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Json } from '../../runtime/connector/json';
import type { StreamDeclaration } from '../../runtime/connector/manifest';
import type { Page } from '../../runtime/connector/system';
import type { Stand, StreamSample } from './bench';
import { type Check, failed } from './check';
import { connect, errorOf, type Line, standOf, streamOf } from './line';
import { cursorAfter, keysOf, newest, pagesOf, type ReadWish, readPages, rowsOf } from './pages';
import type { Subject } from './subjects';

/** A stream of a simulation of its own, for one test. */
export interface Stream {
  readonly subject: Subject;
  readonly name: string;
  readonly stand: Stand;
  readonly line: Line;
  readonly sample: StreamSample;
  readonly declared: StreamDeclaration;
  read(wish?: ReadWish): Promise<Page[]>;
}

export async function openStream(subject: Subject, name: string): Promise<Stream> {
  const stand = await standOf(subject);
  const line = connect(subject, stand);
  const read = (wish?: ReadWish) => readPages(line, name, wish);
  return { subject, name, stand, line, read, ...streamOf(subject, stand, name) };
}

/** How pages, cursors and interruptions behave. */
export function readingChecks(subject: Subject): Check[] {
  const { streams } = subject.registered.manifest;
  return Object.entries(streams).flatMap(([name, declared]) =>
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

interface ReadingCase {
  readonly number: Check['number'];
  readonly applies?: (declared: StreamDeclaration) => boolean;
  readonly run: (stream: Stream) => Promise<void>;
}

const isStamped = ({ cursor }: StreamDeclaration) => ['instant', 'day'].includes(cursor.precision);
const isIncremental = ({ cursor }: StreamDeclaration) => cursor.precision !== 'none';

const cases: readonly ReadingCase[] = [
  { number: 13, run: comesOnce },
  { number: 14, run: fitsAnyPage },
  { number: 15, run: readsTheSame },
  { number: 17, run: restartsAnywhere },
  { number: 18, run: survivesFutureCursor, applies: isIncremental },
  { number: 19, run: keepsTies, applies: isStamped },
  { number: 20, run: findsLateRows, applies: isIncremental },
  { number: 21, run: seesChangesBetweenPages },
  { number: 22, run: findsUnstampedRows, applies: isStamped },
  { number: 23, run: survivesCuts },
  { number: 24, run: readsAgainWhatDidNotLand },
  { number: 30, run: waitsForLanding },
];

async function comesOnce({ stand, sample, read }: Stream): Promise<void> {
  stand.limitPages(3);
  const added = sample.add(8);
  const pages = await read();
  expect(keysOf(pages).sort()).toEqual([...added].sort());
  expect(pages.filter((page) => page.rows.length > 0).length).toBeGreaterThan(1);
}

async function fitsAnyPage({ stand, sample, read }: Stream): Promise<void> {
  expect(rowsOf(await read())).toEqual([]);
  const keys = sample.add(1);
  for (const [more, size] of [
    [0, 100],
    [2, 1],
    [3, 3],
    [0, 6],
    [0, 2],
  ] as const) {
    keys.push(...(more > 0 ? sample.add(more) : []));
    stand.limitPages(size);
    expect(keysOf(await read()).sort(), `${keys.length} rows in pages of ${size}`).toEqual([...keys].sort());
  }
}

async function readsTheSame({ stand, sample, read }: Stream): Promise<void> {
  sample.add(5);
  stand.limitPages(2);
  const first = rowsOf(await read({ full: true }));
  expect(first).toHaveLength(5);
  expect(rowsOf(await read({ full: true }))).toEqual(first);
}

async function restartsAnywhere({ stand, sample, read }: Stream): Promise<void> {
  stand.limitPages(2);
  const added = sample.add(7);
  const pages = await read();
  for (const [at, page] of pages.entries()) {
    const rest = await read({ cursor: page.cursor });
    const landed = new Set([...keysOf(pages.slice(0, at + 1)), ...keysOf(rest)]);
    expect([...landed].sort(), `from the cursor of page ${at + 1}`).toEqual([...added].sort());
  }
}

async function survivesFutureCursor({ sample, read }: Stream): Promise<void> {
  sample.add(3);
  const cursor = cursorAfter(await read());
  const ahead = later(cursor ?? null);
  expect(ahead, 'the cursor holds nothing that could lie ahead').not.toEqual(cursor);
  const pages = await read({ cursor: ahead });
  const added = sample.add(2);
  const keys = keysOf(await read({ cursor: cursorAfter(pages, ahead) }));
  expect(keys).toEqual(expect.arrayContaining(added));
}

/** A cursor with every instant, date and number in it moved ahead. */
function later(cursor: Json): Json {
  if (Array.isArray(cursor)) return cursor.map(later);
  if (cursor !== null && typeof cursor === 'object') {
    return Object.fromEntries(Object.entries(cursor).map(([name, value]) => [name, later(value)]));
  }
  if (typeof cursor === 'number') return cursor + 1_000_000;
  if (typeof cursor !== 'string') return cursor;
  if (/^\d+$/.test(cursor)) return String(BigInt(cursor) + 1_000_000n);
  return cursor.replace(/^\d{4}(?=-\d{2}-\d{2})/, (year) => String(Number(year) + 2));
}

async function keepsTies({ stand, sample, read }: Stream): Promise<void> {
  stand.limitPages(2);
  const added = [...sample.add(1), ...sample.add(5, { stamp: 'tied' }), ...sample.add(1)];
  const pages = await read();
  expect([...new Set(keysOf(pages))].sort()).toEqual([...added].sort());
  for (const [at, { cursor }] of pages.entries()) {
    const landed = new Set([...keysOf(pages.slice(0, at + 1)), ...keysOf(await read({ cursor }))]);
    expect([...landed].sort(), `from the cursor of page ${at + 1}`).toEqual([...added].sort());
  }
}

async function findsLateRows({ stand, sample, read }: Stream): Promise<void> {
  stand.limitPages(3);
  sample.add(5);
  const cursor = cursorAfter(await read());
  const late = sample.add(2, { stamp: 'late' });
  expect(keysOf(await read({ cursor }))).toEqual(expect.arrayContaining(late));
}

async function seesChangesBetweenPages({ stand, sample, line, name, read }: Stream): Promise<void> {
  stand.limitPages(2);
  const added = sample.add(7);
  const iterator = pagesOf(line, name);
  const pages: Page[] = [];
  let moved = false;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    pages.push(next.value);
    if (moved) continue;
    moved = true;
    sample.change(added[0] ?? '');
    sample.change(added[4] ?? '');
    added.push(...sample.add(1));
  }
  const rest = await read({ cursor: cursorAfter(pages) });
  const seen = newest(rowsOf([...pages, ...rest]));
  const now = newest(rowsOf(await read({ full: true })));
  expect([...seen.keys()].sort()).toEqual([...added].sort());
  for (const key of added) expect(seen.get(key), key).toEqual(now.get(key));
}

async function findsUnstampedRows({ sample, read }: Stream): Promise<void> {
  const added = [...sample.add(2), ...sample.add(2, { stamp: 'none' })];
  expect(keysOf(await read()).sort()).toEqual([...added].sort());
}

/** The network goes away after each page in turn; the cursor of the last page that landed is all that is left. */
async function survivesCuts({ subject, stand, sample, name, read }: Stream): Promise<void> {
  stand.limitPages(2);
  const added = sample.add(6);
  const count = (await read()).length;
  for (let landed = 0; landed < count; landed += 1) {
    const line = connect(subject, stand);
    const iterator = pagesOf(line, name);
    const pages: Page[] = [];
    while (pages.length < landed) {
      const next = await iterator.next();
      if (next.done) break;
      pages.push(next.value);
    }
    stand.proxy.setDown(true);
    const cut = await iterator.next().then(
      (next) => next,
      () => undefined,
    );
    stand.proxy.setDown(false);
    if (cut && !cut.done) pages.push(cut.value);
    const rest = await readPages(connect(subject, stand), name, { cursor: cursorAfter(pages) });
    const keys = new Set(keysOf([...pages, ...rest]));
    expect([...keys].sort(), `cut after page ${landed}`).toEqual([...added].sort());
  }
  stand.proxy.setDown(true);
  await errorOf(readPages(connect(subject, stand), name));
  stand.proxy.setDown(false);
}

async function readsAgainWhatDidNotLand({ stand, sample, line, name, read }: Stream): Promise<void> {
  stand.limitPages(2);
  const added = sample.add(6);
  const iterator = pagesOf(line, name);
  const first = await iterator.next();
  const refused = await iterator.next();
  if (first.done || refused.done) failed('six rows came in less than two pages');
  await iterator.return?.();
  const again = await read({ cursor: first.value.cursor });
  expect(keysOf(again)).toEqual(expect.arrayContaining(keysOf([refused.value])));
  expect([...new Set(keysOf([first.value, ...again]))].sort()).toEqual([...added].sort());
}

async function waitsForLanding({ stand, sample, line, name }: Stream): Promise<void> {
  stand.limitPages(1);
  sample.add(4);
  const iterator = pagesOf(line, name);
  await iterator.next();
  const before = stand.proxy.seen;
  await pause(40);
  expect(stand.proxy.seen, 'calls while a page is landing').toBe(before);
  await iterator.next();
  expect(stand.proxy.seen).toBeGreaterThan(before);
  await iterator.return?.();
}
