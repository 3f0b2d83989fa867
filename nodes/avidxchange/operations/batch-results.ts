import type { BatchItem } from '../../../runtime/connector/batch';
import type { AvidConnection } from '../connection';
import { toOurNames } from '../field-names';
import type { BatchKind } from './batch-kind';
import type { ItemResult } from './batch-state';

/**
 * Finds the result of each item: by what the result names, and where some name nothing, by their place among as many
 * results as there are items. What two results or two items could claim belongs to none.
 */
export function resultsByItem(
  avid: AvidConnection,
  kind: BatchKind,
  items: readonly BatchItem[],
  results: readonly ItemResult[],
): ReadonlyMap<string, ItemResult> {
  const found = new Map<string, ItemResult>();
  const claims = results.map((result) => {
    const said = toOurNames(result.said, kind.schema, avid.fieldNames, kind.at);
    const about = items.map(({ document }) => kind.isAbout(said, document, avid));
    const named = items.filter((_, place) => about[place]);
    return { result, named, silent: about.every((answer) => answer === undefined) };
  });
  for (const { id } of items) {
    const own = claims.filter(({ named }) => named.length === 1 && named[0]?.id === id);
    if (own.length === 1 && own[0]) found.set(id, own[0].result);
  }
  for (const [id, result] of byPlace(items, claims)) if (!found.has(id)) found.set(id, result);
  return found;
}

interface Claim {
  readonly result: ItemResult;
  readonly named: readonly BatchItem[];
  readonly silent: boolean;
}

/** Only where those that name an item stand in its place, and at least one does. */
function byPlace(
  items: readonly BatchItem[],
  claims: readonly Claim[],
): readonly (readonly [string, ItemResult])[] {
  if (claims.length !== items.length) return [];
  const inPlace = claims.every(({ named, silent }, place) => silent || named[0]?.id === items[place]?.id);
  const anchored = items.length === 1 || claims.some(({ named }) => named.length === 1);
  if (!inPlace || !anchored) return [];
  return claims.flatMap(({ result, silent }, place) => {
    const id = items[place]?.id;
    return silent && id !== undefined ? [[id, result] as const] : [];
  });
}
