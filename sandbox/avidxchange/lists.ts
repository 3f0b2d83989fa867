import { addDays } from '../clock';
import type { Wire, WireObject } from '../http/exact-json';
import type { AvidAnswer, AvidCall } from './handler';
import { ok } from './handler';
import { invalidRequest } from './refusal';
import type { AvidSite } from './site';
import { isDate, windowDate } from './wire-style';

interface Listed {
  readonly id: number | string;
  readonly modified: number;
}

/** Rows that are old enough to be in lists. */
export function visible<T extends { readonly modified: number }>(site: AvidSite, rows: readonly T[]): T[] {
  const { listLagMs } = site.switches;
  return rows.filter((row) => row.modified + listLagMs <= site.clock.now());
}

/** Values of a query parameter separated by commas; undefined when it is not there. */
export function valuesOf(call: AvidCall, name: string): ReadonlySet<string> | undefined {
  const given = call.query.get(name);
  return given === null ? undefined : new Set(given.split(',').map((value) => value.trim()));
}

function dateIn(call: AvidCall, name: string): string | undefined {
  const given = call.query.get(name);
  if (given === null) return undefined;
  if (!isDate(given)) throw invalidRequest(`${name} must be a date, YYYY-MM-DD.`);
  return given;
}

/** A test of times against `<name>From` and `<name>To`, both days included. Throws 400 for a window that is too long. */
export function windowOf(site: AvidSite, call: AvidCall, name: string): (ms: number) => boolean {
  const [from, to] = [dateIn(call, `${name}From`), dateIn(call, `${name}To`)];
  const today = windowDate(site.clock.now(), site.switches);
  const { longestWindow } = site.switches;
  if (from !== undefined && longestWindow > 0 && addDays(from, longestWindow) < (to ?? today)) {
    throw invalidRequest(`The window must not be longer than ${longestWindow} days.`);
  }
  return (ms) => {
    const date = windowDate(ms, site.switches);
    return (from === undefined || from <= date) && (to === undefined || date <= to);
  };
}

function wholeOf(call: AvidCall, name: string, fallback: number): number {
  const given = call.query.get(name);
  if (given === null) return fallback;
  if (!/^\d{1,6}$/.test(given) || Number(given) < 1)
    throw invalidRequest(`${name} must be a positive number.`);
  return Number(given);
}

/** Answers with the page of rows that the call asks for, in the customer's envelope. */
export function listed<T extends Listed>(
  site: AvidSite,
  call: AvidCall,
  rows: readonly T[],
  show: (row: T) => Wire,
): AvidAnswer {
  const { paging, order, pageSize, largestPage } = site.switches;
  const sorted = order === 'id' ? [...rows] : rows.toSorted((a, b) => b.modified - a.modified);
  const number = wholeOf(call, 'pageNumber', 1);
  const size = Math.min(wholeOf(call, 'pageSize', pageSize), largestPage);
  if (paging === 'absent') return ok(envelope(site, sorted.map(show), undefined));
  const pages = Math.max(1, Math.ceil(sorted.length / size));
  const shown = sorted.slice((number - 1) * size, number * size).map(show);
  const counts = { PageSize: size, PageNumber: number, PageItems: shown.length, TotalItems: sorted.length };
  const total = paging === 'pages' ? { Pages: pages } : { PageCount: pages };
  const links = paging === 'links' ? { Links: linksOf(call, number, pages) } : {};
  return ok(envelope(site, shown, { ...counts, ...total, ...links }));
}

/** Answers with all rows of a resource that has no paging. */
export function listedWhole(site: AvidSite, rows: readonly Wire[]): AvidAnswer {
  return ok(envelope(site, rows, undefined));
}

function linksOf({ url }: AvidCall, number: number, pages: number): WireObject[] {
  const to = (page: number): string => {
    const target = new URL(url, 'http://avid');
    target.searchParams.set('pageNumber', String(page));
    return `${target.pathname}${target.search}`;
  };
  const first = { Rel: 'first', Href: to(1) };
  return number < pages ? [first, { Rel: 'next', Href: to(number + 1) }] : [first];
}

function envelope(site: AvidSite, items: readonly Wire[], paging: WireObject | undefined): WireObject {
  const camel = site.switches.envelope === 'camel';
  const whole: WireObject = { [camel ? 'items' : 'Items']: [...items] };
  if (paging === undefined) return whole;
  const lower = (name: string) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const shown = camel
    ? Object.fromEntries(Object.entries(paging).map(([name, value]) => [lower(name), value]))
    : paging;
  return { ...whole, [camel ? 'paging' : 'Paging']: shown };
}
