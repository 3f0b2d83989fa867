import { dateOf } from '../clock';
import { type ExactNumber, exact, isObject, type Wire, type WireObject } from '../http/exact-json';
import { rounded } from '../money';
import type { AvidSwitches } from './switches';

/** Decimal text as a number in the way the customer's server writes numbers. */
export function amountToken(text: string, { numberStyle }: AvidSwitches): ExactNumber {
  const whole = rounded(text);
  return exact(numberStyle === 'fraction' ? whole : whole.replace(/\.?0+$/, ''));
}

/** A document number; made of digits alone it may leave as a JSON number. */
export function documentNumber(text: string, { numericNumbers }: AvidSwitches): string | number {
  return numericNumbers && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : text;
}

/** An instant, without zone; it is UTC. */
export function timeText(ms: number, { dateStyle }: AvidSwitches): string {
  return new Date(ms).toISOString().slice(0, dateStyle === 'millis' ? 23 : 19);
}

/** A calendar date, `YYYY-MM-DD`, as a date and time; undefined stays without value. */
export function dateText(date: string | undefined, { dateStyle }: AvidSwitches): string | null {
  if (date === undefined) return null;
  return `${date}T00:00:00${dateStyle === 'millis' ? '.000' : ''}`;
}

/** The calendar date that date windows count an instant to. */
export function windowDate(ms: number, { windowZoneHours }: AvidSwitches): string {
  return dateOf(ms + windowZoneHours * 3_600_000);
}

/** Id and description of a status or the like. */
export function named(id: number, description: string, { statusCase }: AvidSwitches): WireObject {
  return { Id: id, Description: statusCase === 'upper' ? description.toUpperCase() : description };
}

/** One of many, or alone and then perhaps without its array. */
export function several(items: readonly Wire[], { singles }: AvidSwitches): Wire {
  const [only] = items;
  return singles === 'bare' && items.length === 1 && isObject(only) ? only : [...items];
}

/** Whether something succeeded, as JSON or as text. */
export function truth(value: boolean, { booleans }: AvidSwitches): boolean | string {
  return booleans === 'text' ? String(value) : value;
}

/** Whether a text is a date of the calendar, `YYYY-MM-DD`. */
export function isDate(text: string): boolean {
  const ms = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(ms) && dateOf(ms) === text;
}
