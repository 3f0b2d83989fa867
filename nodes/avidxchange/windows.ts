import { Temporal } from 'temporal-polyfill';
import type { Json } from '../../runtime/connector/json';
import type { ReadQuery } from '../../runtime/connector/system';
import { asObject, numberAt, textAt } from './members';

/** Days from the first to the last, both included, `YYYY-MM-DD`. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

const usual = { overlapDays: 1, lookBackDays: 730, windowDays: 30, lookAgainDays: 0 };

/**
 * The windows that a read asks for one after the other: from the last day that was read, less the overlap, through
 * today in UTC. A cursor that lies ahead counts as today. The first read of a day goes back for what is looked at again.
 */
export function windowsOf({ cursor, options, full }: ReadQuery, now: Date): readonly Window[] {
  const option = (name: keyof typeof usual) => numberAt({ ...options }, name) ?? usual[name];
  const today = now.toISOString().slice(0, 10);
  const through = full ? undefined : throughOf(cursor);
  const earliest = textAt({ ...options }, 'from');
  const begin =
    through === undefined
      ? (earliest ?? addDays(today, -option('lookBackDays')))
      : earlier(
          addDays(earlier(through, today), -Math.max(1, option('overlapDays'))),
          through < today ? addDays(today, -option('lookAgainDays')) : today,
        );
  const first = earliest !== undefined && begin < earliest ? earliest : begin;
  const windows: Window[] = [];
  for (let from = first < today ? first : today; from <= today; ) {
    const end = addDays(from, option('windowDays') - 1);
    const to = end < today ? end : today;
    windows.push({ from, to });
    from = addDays(to, 1);
  }
  return windows;
}

/**
 * Through which day everything has landed, once this window has: never back from where the read began.
 * @param today the end of the last window
 */
export function cursorAfter({ to }: Window, { cursor, full }: ReadQuery, today: string): Json {
  const through = full ? undefined : throughOf(cursor);
  return { through: through !== undefined && through > to && through <= today ? through : to };
}

function throughOf(cursor: Json | undefined): string | undefined {
  const through = textAt(asObject(cursor), 'through');
  return through !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(through) ? through : undefined;
}

function earlier(one: string, other: string): string {
  return one < other ? one : other;
}

function addDays(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}
