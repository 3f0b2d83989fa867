import * as PlainDate from 'temporal-polyfill/fns/PlainDate';
import { MappingFault } from './mapping-fault';

const BEGINS_WITH_DATE = /^(\d{4}-\d{2}-\d{2})($|[T ])/;

/**
 * The calendar date at the beginning of a text, as `YYYY-MM-DD`: `2026-01-31`, `2026-01-31T00:00:00`. What
 * follows the date is cut off, never converted: no time zone can move it. Nothing gives nothing.
 * @throws MappingFault NOT_A_DATE for other text and for days that no calendar has.
 */
export function date(text: string | null | undefined): string | undefined {
  if (text === undefined || text === null || text === '') return undefined;
  return PlainDate.toString(read(text));
}

/** @throws MappingFault NOT_A_DATE, NOT_A_COUNT */
export function addDays(text: string, days: number): string {
  return PlainDate.toString(moved(text, whole(days, 'days'), PlainDate.addDays));
}

/** The same day of another month, or its last day when it is shorter: 31 January and one month is 28 February. */
export function addMonths(text: string, months: number): string {
  return PlainDate.toString(moved(text, whole(months, 'months'), PlainDate.addMonths));
}

/** How many days later the second date is; negative when it is earlier. */
export function daysBetween(from: string, to: string): number {
  return PlainDate.diffDays(read(from), read(to));
}

function read(text: unknown): PlainDate.Record {
  const found = typeof text === 'string' ? BEGINS_WITH_DATE.exec(text) : null;
  if (!found)
    throw new MappingFault('NOT_A_DATE', `${JSON.stringify(text) ?? 'nothing'} is not a calendar date`);
  const [year, month, day] = (found[1] as string).split('-').map(Number) as [number, number, number];
  try {
    return PlainDate.create(year, month, day);
  } catch {
    throw new MappingFault('NOT_A_DATE', `${found[1]} is a day that the calendar does not have`);
  }
}

function whole(count: unknown, unit: string): number {
  if (Number.isSafeInteger(count)) return count as number;
  throw new MappingFault(
    'NOT_A_COUNT',
    `${JSON.stringify(count) ?? 'nothing'} is not a whole number of ${unit}`,
  );
}

/** Four-digit years only: what goes beyond has no ISO text that other systems read. */
function moved(
  text: unknown,
  by: number,
  move: (date: PlainDate.Record, by: number) => PlainDate.Record,
): PlainDate.Record {
  const from = read(text);
  try {
    const result = move(from, by);
    if (/^\d{4}-/.test(PlainDate.toString(result))) return result;
  } catch {
    // The library's own limit lies beyond ours.
  }
  throw new MappingFault('NOT_A_DATE', 'the resulting date lies outside the years 0000 to 9999');
}
