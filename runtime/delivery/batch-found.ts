import type { LookUp } from '../connector/system';
import { candidateOf, readingOf } from './batch-context';
import type { Gathered } from './batch-gathering';
import { isRefusal } from './failure';
import { actOnFound } from './found-effect';
import type { Performer } from './perform';
import { WAITING } from './settler';

interface FindingParts {
  readonly performer: Performer;
  readonly now: () => Date;
}

/** Looks documents up before they are sent. Gives those that are not there; the others go their own way from here. */
export async function notThere(
  parts: FindingParts,
  gathered: readonly Gathered[],
): Promise<readonly Gathered[]> {
  const fresh = gathered.filter(({ link }) => link === undefined);
  const answers = await lookUp(parts, fresh);
  const found = new Map(fresh.map((each, index) => [each, answers[index]]));
  return gathered.filter((each) => {
    const answer = found.get(each);
    if (answer === undefined) return true;
    if (answer.status === 'rejected') each.reject(answer.reason);
    else if (answer.value.found === 'absent') return true;
    else each.resolve(actOn(parts, each, answer.value));
    return false;
  });
}

async function actOn({ performer }: FindingParts, each: Gathered, found: LookUp) {
  const { held, target, wish, closes } = each;
  return (await actOnFound(performer, held, target, wish, found, closes)) ?? WAITING;
}

async function lookUp(
  { performer, now }: FindingParts,
  gathered: readonly Gathered[],
): Promise<readonly PromiseSettledResult<LookUp>[]> {
  const [first] = gathered;
  if (!first) return [];
  const { target, held } = first;
  try {
    const found = await target.batch.lookUpItems?.(
      gathered.map((each) => candidateOf(each.held.claim, each.wish.document)),
      readingOf(target, held.claim, now),
    );
    if (found?.length === gathered.length) return found.map((value) => ({ status: 'fulfilled', value }));
  } catch (error) {
    // One that cannot be asked about must not keep the others from being found.
    if (!isRefusal(error)) return gathered.map(() => ({ status: 'rejected', reason: error }));
  }
  return Promise.allSettled(
    gathered.map((each) => performer.lookUp(each.held, each.target, each.wish.document)),
  );
}
