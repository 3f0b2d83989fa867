import type { JsonObject } from '../../runtime/connector/json';
import type { Calls } from '../../runtime/connector/system';
import type { AirbaseConnection } from './connection';
import { type FeedKind, referenceIn } from './feed-kinds';
import type { Master } from './master-book';
import { idOf, textAt } from './members';
import { subsidiaryReferences } from './subsidiaries';

/**
 * The entity of a bulk call for a document. One that is there already keeps the subsidiaries that it has. Activity is
 * only said where it differs from what a new one would have, or from what stands there, or where nobody can see what
 * stands there: not every resource has it.
 * @param id of the one in Airbase that it changes; undefined makes a new one
 * @param hidden Airbase does not list this kind: one with the same key may stand there, and may be inactive
 * @param previous the document as it was sent last
 * @throws RecordOutcome when it cannot be sent
 */
export async function entityOf(
  kind: FeedKind,
  document: JsonObject,
  known: {
    readonly id?: string | undefined;
    readonly stored?: Master | undefined;
    readonly hidden?: boolean;
    readonly previous?: JsonObject;
  },
  airbase: AirbaseConnection,
  calls: Calls,
): Promise<JsonObject> {
  const { id, stored, hidden = false, previous } = known;
  const wanted = Array.isArray(document['subsidiaries']) ? document['subsidiaries'].map(String) : [];
  const places = await subsidiaryReferences(airbase, calls, wanted);
  const active = document['active'] !== false;
  const mayBeInactive = previous === undefined ? hidden : previous['active'] === false;
  const isSaid = !active || mayBeInactive || stored?.active === false;
  return {
    ...(id === undefined ? {} : { airbase_id: id }),
    erp_reference_id: referenceIn(document),
    ...(await kind.members(document, airbase, calls)),
    ...(isSaid ? { is_active: active } : {}),
    subsidiary_reference_ids: united(stored?.subsidiaries ?? [], places),
  };
}

function united(present: readonly JsonObject[], wanted: readonly JsonObject[]): JsonObject[] {
  const missing = wanted.filter((place) => !present.some((one) => isSame(one, place)));
  return [...present, ...missing];
}

function isSame(one: JsonObject, other: JsonObject): boolean {
  const reference = textAt(one, 'erp_reference_id');
  if (reference !== undefined && reference === textAt(other, 'erp_reference_id')) return true;
  return idOf(one) !== undefined && idOf(one) === idOf(other);
}
