import type { JsonObject } from '../../runtime/connector/json';
import type { Calls, HttpAnswer } from '../../runtime/connector/system';
import { type AirbaseConnection, askUnlessForbidden, bulkUrlOf, wordsOf } from './connection';
import { complaintsOf, isAboutSession } from './failures';
import type { FeedKind } from './feed-kinds';
import { inSession } from './feed-session';
import { masterOf } from './master-book';
import { asObject, idOf, objectsAt, objectsIn, textAt } from './members';

/** What became of one entity of a load. */
export type Loaded =
  | { readonly became: 'stored'; readonly id: string }
  /** Airbase names it as wrong. */
  | { readonly became: 'refused'; readonly message: string }
  /** The tenant or the token has no feed for this kind. */
  | { readonly became: 'no-feed'; readonly message: string }
  /** It was outside of a session, which somebody else may have ended. Nothing happened. */
  | { readonly became: 'turned-away'; readonly message: string }
  /** Airbase does not mention it in its answer. */
  | { readonly became: 'silent' };

/** An entity on its way, and what it is called for the caller. */
export interface Load {
  readonly key: string;
  readonly entity: JsonObject;
}

/** Answers that are read here. */
const readHere = [400, 403, 404, 405, 409, 413, 422];
const noFeed = [403, 404, 405];

/**
 * Loads entities with one call. Airbase takes all of a call or nothing: what it names as wrong goes aside and the rest
 * goes again; a refusal without names is narrowed down by halves. Gives an outcome for each, by its key.
 * @throws SystemError when the outcome is unclear
 */
export async function loadAll(
  airbase: AirbaseConnection,
  calls: Calls,
  kind: FeedKind,
  loads: readonly Load[],
): Promise<ReadonlyMap<string, Loaded>> {
  const outcomes = new Map<string, Loaded>();
  const post = async (some: readonly Load[]): Promise<void> => {
    if (some.length === 0) return;
    const answer = await inSession(airbase, calls, () => send(airbase, calls, kind, some));
    const complaints = new Map(
      complaintsOf(answer).map(({ index, message }) => [index, airbase.redactor.text(message)]),
    );
    const wrong = some.filter((_load, at) => complaints.has(at));
    for (const [at, { key }] of some.entries()) {
      const message = complaints.get(at);
      if (message !== undefined) outcomes.set(key, { became: 'refused', message });
    }
    const rest = some.filter((load) => !wrong.includes(load));
    if (answer.status < 300) {
      for (const { key, entity } of rest) outcomes.set(key, resultOf(entity, answer));
      return;
    }
    if (wrong.length > 0) return post(rest);
    const message = wordsOf(airbase, answer);
    if (isAboutSession(answer)) {
      for (const { key } of some) outcomes.set(key, { became: 'turned-away', message });
      return;
    }
    if (noFeed.includes(answer.status)) {
      for (const { key } of some) outcomes.set(key, { became: 'no-feed', message });
      return;
    }
    const [only] = some;
    if (some.length === 1 && only) {
      outcomes.set(only.key, { became: 'refused', message });
      return;
    }
    const middle = Math.ceil(some.length / 2);
    await post(some.slice(0, middle));
    await post(some.slice(middle));
  };
  await post(loads);
  for (const { key, entity } of loads) {
    const loaded = outcomes.get(key);
    // What was written is known before the list is read again.
    const master = loaded?.became === 'stored' ? masterOf({ ...entity, airbase_id: loaded.id }) : undefined;
    if (master) airbase.books[kind.path].note(master);
  }
  return outcomes;
}

function send(
  airbase: AirbaseConnection,
  calls: Calls,
  { one, path }: FeedKind,
  loads: readonly Load[],
): Promise<HttpAnswer> {
  return askUnlessForbidden(airbase, calls, {
    name: `load-${one}s`,
    method: 'POST',
    url: bulkUrlOf(airbase, path),
    json: { entities: loads.map(({ entity }) => entity) },
    // Keys of the ERP are unique, and it is not known how soon: new ones are looked up before they go again.
    effect: loads.some(({ entity }) => idOf(entity) === undefined) ? 'once' : 'idempotent',
    accept: readHere,
  });
}

/** Results are told apart by their keys: their order says nothing. */
function resultOf(entity: JsonObject, answer: HttpAnswer): Loaded {
  const body = asObject(answer.json);
  const rows = Array.isArray(answer.json)
    ? objectsIn(answer.json)
    : ['created', 'updated', 'entities', 'data', 'results'].flatMap((name) => objectsAt(body, name));
  const reference = textAt(entity, 'erp_reference_id');
  const id = idOf(entity);
  const row =
    rows.find((each) => id !== undefined && idOf(each) === id) ??
    rows.find((each) => textAt(each, 'erp_reference_id') === reference);
  const stored = idOf(row) ?? (row ? id : undefined);
  return stored === undefined ? { became: 'silent' } : { became: 'stored', id: stored };
}
