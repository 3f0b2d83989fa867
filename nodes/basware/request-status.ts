import type { JsonObject } from '../../runtime/connector/json';
import type { Calls, HttpAnswer } from '../../runtime/connector/system';
import { type BaswareConnection, urlOf } from './connection';
import { readAll, readOne } from './list-reader';
import { asObject, objectsAt, textAt } from './members';

const wrapper = 'requestStatus';
const firstWaitMs = 100;
const longestWaitMs = 5_000;
/** A request that Basware does not know for so long is not one that it will tell about. */
const longestUnknownMs = 2_000;

/** What became of one record of a request. */
export type ItemState =
  | { readonly state: 'done' }
  /** The same as what is there: Basware left it alone. */
  | { readonly state: 'unchanged' }
  | { readonly state: 'in-progress' }
  /** A newer version of the record overtook it. */
  | { readonly state: 'expired' }
  | { readonly state: 'refused'; readonly message: string }
  /** The request ended, and says nothing about it. */
  | { readonly state: 'unknown' };

/** A request in the second phase, in which the target systems take the data. */
export interface RequestState {
  readonly ended: boolean;
  of(externalCode: string): ItemState;
}

/** The id by which an answered write is followed; undefined when Basware gave none. */
export function requestIdOf(answer: HttpAnswer): string | undefined {
  const header = answer.headers['x-amzn-requestid']?.trim();
  return header || textAt(asObject(answer.json), 'requestId');
}

/** How far a request is; undefined when Basware does not know it (yet). @throws SystemError */
export async function readRequest(
  basware: BaswareConnection,
  calls: Calls,
  requestId: string,
): Promise<RequestState | undefined> {
  const url = urlOf(basware, 'requestStatus', requestId);
  const found = await readOne(calls, { name: 'get-request-status', url }, 'requestId');
  return found && requestState(found);
}

/** Follows a request until it has ended or patience has, and gives how far it is then. @throws SystemError */
export async function followRequest(
  basware: BaswareConnection,
  calls: Calls,
  requestId: string,
  patienceMs: number,
  signal: AbortSignal,
): Promise<RequestState | undefined> {
  const { clock } = basware;
  const begun = clock.now().getTime();
  for (let wait = firstWaitMs; ; wait = Math.min(wait * 2, longestWaitMs)) {
    const state = await readRequest(basware, calls, requestId);
    const patience = state ? patienceMs : Math.min(patienceMs, longestUnknownMs);
    const left = begun + patience - clock.now().getTime();
    if (state?.ended || left <= 0) return state;
    await clock.wait(Math.min(wait, left), signal);
  }
}

/**
 * Records of a kind that a past request left in this state, with what was said about them, by external code.
 * @param entityType as Basware names it: `Vendor`, `TransferResponse`
 * @throws SystemError
 */
export async function recordsIn(
  basware: BaswareConnection,
  calls: Calls,
  status: 'Error' | 'InProgress',
  entityType: string,
): Promise<ReadonlyMap<string, string>> {
  const since = new Date(basware.clock.now().getTime() - 90 * 86_400_000).toISOString();
  const rows = await readAll(calls, {
    name: 'list-request-status',
    url: urlOf(basware, 'requestStatus'),
    // Misspelled on this one call, by Basware.
    query: { status, entityType, ignoreSuccessfullItems: 'true', pageSize: '500', lastUpdated: since },
    wrapper,
  });
  const wanted = status === 'Error' ? 'refused' : 'in-progress';
  const found = new Map<string, string>();
  for (const row of rows) {
    if (textAt(row, 'entityType') !== entityType) continue;
    for (const item of itemsOf(row)) {
      const code = textAt(item, 'externalCode');
      const state = itemState(item);
      if (code !== undefined && state.state === wanted) {
        found.set(code, state.state === 'refused' ? state.message : '');
      }
    }
  }
  return found;
}

function requestState(row: JsonObject): RequestState {
  const status = textAt(row, 'requestStatus');
  const items = itemsOf(row);
  const ended =
    status === undefined
      ? items.every((item) => textAt(item, 'status') !== 'InProgress')
      : status !== 'InProgress';
  return {
    ended,
    of(externalCode) {
      const own = items.filter((item) => textAt(item, 'externalCode') === externalCode).map(itemState);
      const refused = own.find(({ state }) => state === 'refused');
      if (refused) return refused;
      if (!ended) return { state: 'in-progress' };
      if (own.length === 0) return unlisted(status, items);
      return worstOf(own);
    },
  };
}

/** A request that succeeded may leave out its items; one that failed without items failed as a whole. */
function unlisted(status: string | undefined, items: readonly JsonObject[]): ItemState {
  if (status === 'Success' || status === 'AcknowledgedSuccess') return { state: 'done' };
  if (items.length === 0)
    return { state: 'refused', message: 'Basware refused the request without a reason.' };
  return { state: 'unknown' };
}

function worstOf(states: readonly ItemState[]): ItemState {
  const order: readonly ItemState['state'][] = ['in-progress', 'expired', 'unknown', 'done', 'unchanged'];
  for (const state of order) {
    const found = states.find((candidate) => candidate.state === state);
    if (found) return found;
  }
  return { state: 'unknown' };
}

function itemState(item: JsonObject): ItemState {
  switch (textAt(item, 'status')) {
    case 'Success':
    case 'Warning':
      return { state: 'done' };
    case 'NotProcessed':
      return { state: 'unchanged' };
    case 'InProgress':
      return { state: 'in-progress' };
    case 'RecordExpired':
      return { state: 'expired' };
    case 'Error':
    case 'Unpublished':
      return { state: 'refused', message: wordsOf(item) };
    default:
      return { state: 'unknown' };
  }
}

function wordsOf(item: JsonObject): string {
  const words = objectsAt(item, 'errors').map((error) => {
    const category = textAt(error, 'category');
    const remark = category === 'Technical' ? ' (technical: Basware has to act)' : '';
    return `${textAt(error, 'message') ?? 'no message'}${remark}`;
  });
  const all = [...new Set(words)].join('; ').slice(0, 1000);
  return all === '' ? `${textAt(item, 'status') ?? 'refused'} without a reason` : all;
}

function itemsOf(row: JsonObject): readonly JsonObject[] {
  return objectsAt(row, 'systems').flatMap((system) => objectsAt(system, 'items'));
}
