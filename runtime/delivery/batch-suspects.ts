import type { Gathered } from './batch-gathering';

const PARTS = 4;

/**
 * Which documents go out together. Those that were turned back with their whole batch, no document of it being named,
 * go in parts and apart from all others: the one at fault is alone at last, and holds up no other. Four parts need as
 * many batches as two to find one document, in half the rounds.
 */
export function apartFrom(gathered: readonly Gathered[]): readonly (readonly Gathered[])[] {
  const byBatch = Map.groupBy(gathered, (each) => turnedBackBatch(each)?.id);
  return [...byBatch].flatMap(([batch, some]) => (batch === undefined ? [some] : partsOf(some)));
}

function partsOf(suspects: readonly Gathered[]): readonly (readonly Gathered[])[] {
  const inOrder = suspects.toSorted((a, b) => placeOf(a) - placeOf(b));
  const size = Math.ceil(inOrder.length / PARTS);
  return Array.from({ length: PARTS }, (_, part) => inOrder.slice(part * size, (part + 1) * size)).filter(
    ({ length }) => length > 0,
  );
}

function turnedBackBatch({ held, target }: Gathered) {
  const last = held.intentOf(target.operationName);
  return last?.turnedBack ? last.batch : undefined;
}

function placeOf(each: Gathered): number {
  return turnedBackBatch(each)?.place ?? 0;
}
