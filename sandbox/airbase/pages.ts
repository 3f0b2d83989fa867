import type { Wire } from '../http/exact-json';
import type { AirbaseCall } from './handler';
import { notFound } from './refusal';
import type { AirbaseSwitches } from './switches';

/** One page of a list in its envelope. A page past the end is empty. Throws 404 for a page that is no number. */
export function pageOf<T>(
  call: AirbaseCall,
  rows: readonly T[],
  switches: AirbaseSwitches,
  show: (row: T) => Wire,
): { readonly body: Wire; readonly shown: readonly T[] } {
  const { largestPage, nextAfterLast, nextStyle } = switches;
  const whole = (name: string, usual: number): number => {
    const given = call.query.get(name);
    if (given === null || given === '') return usual;
    if (!/^\d{1,9}$/.test(given) || Number(given) < 1) throw notFound();
    return Number(given);
  };
  const size = Math.min(whole('page_size', switches.pageSize), largestPage);
  const page = whole('page', 1);
  const shown = rows.slice((page - 1) * size, page * size);
  const last = page * size >= rows.length;
  const more = !last || (nextAfterLast && shown.length > 0);
  const link = (to: number): Wire => {
    if (nextStyle === 'number') return to;
    const [path = '', search = ''] = call.url.split('?');
    const query = new URLSearchParams(search);
    query.set('page', String(to));
    return `${nextStyle === 'url' ? call.origin : ''}${path}?${query}`;
  };
  const pagination = {
    next: more ? link(page + 1) : null,
    previous: page > 1 ? link(page - 1) : null,
    page,
    page_size: size,
  };
  return { body: { data: shown.map(show), pagination }, shown };
}

/** Rows in the order of a list: by age, or in one that each write turns over. */
export function inOrder<T extends { readonly id: string }>(
  rows: readonly T[],
  unstable: boolean,
  changes: number,
): readonly T[] {
  if (!unstable) return rows;
  const place = ({ id }: T) =>
    (Number.parseInt(id.slice(0, 8), 16) * (2 * (changes % 9_973) + 1)) % 1_000_003;
  return rows.toSorted((a, b) => place(a) - place(b));
}
