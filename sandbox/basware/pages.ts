import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import type { BaswareCall } from './handler';
import { invalidParameter, notFound } from './refusal';
import type { BaswareSwitches } from './switches';

interface Cursor {
  /** Path and query of the first page; later ones must repeat them. */
  readonly query: string;
  readonly keys: readonly string[];
  readonly from: number;
  readonly at: number;
}

/** Lists that are cut into pages: the keys are taken when the first page is asked for, a token stands for the rest. */
export class Pages {
  readonly #cursors = new Map<string, Cursor>();

  constructor(
    private readonly switches: BaswareSwitches,
    private readonly clock: Clock,
  ) {}

  /**
   * The keys of the page that a call asks for, and the token of the next one while there are more. `weigh` says how
   * much of `room` a row takes; the first row of a page always fits. Throws 400 for a token that is not known any more
   * or came with another query, 404 for a page without rows.
   */
  page(
    list: string,
    call: BaswareCall,
    all: () => readonly string[],
    size: number,
    room: { readonly most: number; readonly weigh: (key: string) => number } | undefined = undefined,
  ): { keys: readonly string[]; next: string | undefined } {
    const query = `${list}?${[...call.query]
      .toSorted()
      .map((pair) => pair.join('='))
      .join('&')}`;
    const cursor = this.#cursor(query, call.pageToken, all);
    const keys: string[] = [];
    let weight = 0;
    for (const key of cursor.keys.slice(cursor.from, cursor.from + size)) {
      weight += room?.weigh(key) ?? 0;
      if (keys.length > 0 && room !== undefined && weight > room.most) break;
      keys.push(key);
    }
    if (keys.length === 0) throw notFound('no rows');
    const from = cursor.from + keys.length;
    if (from >= cursor.keys.length) return { keys, next: undefined };
    const next = randomUUID();
    this.#cursors.set(next, { ...cursor, from });
    return { keys, next };
  }

  #cursor(query: string, token: string | undefined, all: () => readonly string[]): Cursor {
    const now = this.clock.now();
    if (token === undefined || token === '') return { query, keys: all(), from: 0, at: now };
    const known = this.#cursors.get(token);
    if (known === undefined || now - known.at > this.switches.pageTokenLifeMs) {
      throw invalidParameter('The continuation token is not valid.');
    }
    if (known.query !== query) {
      throw invalidParameter('The continuation token belongs to another query.');
    }
    return known;
  }
}

/** The page size that a call asks for. Throws 400 when it is none, or above `most`. */
export function pageSizeOf(call: BaswareCall, usual: number, most: number): number {
  const given = call.query.get('pagesize');
  if (given === undefined) return usual;
  if (!/^\d{1,6}$/.test(given) || Number(given) < 1 || Number(given) > most) {
    throw invalidParameter(`pageSize must be between 1 and ${most}.`);
  }
  return Number(given);
}
