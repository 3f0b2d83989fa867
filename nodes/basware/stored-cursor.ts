import type { Json, JsonObject } from '../../runtime/connector/json';
import type { ListQuery } from './list-reader';
import { asObject, textAt } from './members';

/** How far the documents have been read, as it is kept between reads. */
export interface StoredCursor {
  /** Newest `lastUpdated` of a completed read, ISO-8601 UTC. */
  readonly newest: string | undefined;
  /** Where a read stopped in the middle of a list. */
  readonly place: Place | undefined;
}

/** A continuation token is good only for the very query that it came from. */
export interface Place {
  readonly query: Readonly<Record<string, string>>;
  readonly token: string;
  /** Newest `lastUpdated` on the pages before. */
  readonly newest: string | undefined;
}

export function readCursor(cursor: Json | undefined): StoredCursor {
  const stored = asObject(cursor);
  const place = asObject(stored?.['place']);
  const token = textAt(place, 'token');
  const query = asObject(place?.['query']);
  return {
    newest: textAt(stored, 'newest'),
    place: token && query ? { query: textsIn(query), token, newest: textAt(place, 'newest') } : undefined,
  };
}

export function writeCursor({ newest, place }: StoredCursor): JsonObject {
  return {
    ...(newest === undefined ? {} : { newest }),
    ...(place === undefined
      ? {}
      : {
          place: {
            query: { ...place.query },
            token: place.token,
            ...(place.newest === undefined ? {} : { newest: place.newest }),
          },
        }),
  };
}

/** Whether the place lies in this list. `lastUpdated` moves from read to read and is taken from the place. */
export function isWithin({ query }: Place, list: ListQuery): boolean {
  const still = ({ lastUpdated, ...rest }: Readonly<Record<string, string>>) =>
    JSON.stringify(Object.entries({ ...rest, timed: String(lastUpdated !== undefined) }).sort());
  return still(query) === still(list.query);
}

function textsIn(object: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}
