import type { BatchAnswer, BatchResult } from '../connector/batch';

/** What is known of one item of a batch once the target was asked. */
export type ItemOutcome =
  | BatchResult
  | { readonly id: string; readonly outcome: 'pending'; readonly lookAt: Date; readonly why: string }
  /** The target does not know the batch. */
  | { readonly id: string; readonly outcome: 'absent' };

/** What the answer says about an item, and what its silence says. */
export function outcomeOf(
  answer: BatchAnswer | { readonly status: 'absent' },
  id: string,
  atomic: boolean,
  answeredAt: Date,
): ItemOutcome {
  if (answer.status === 'absent') return { id, outcome: 'absent' };
  const results = answer.results ?? [];
  const result = results.find((each) => each.id === id);
  if (result) return withRef(result);
  if (answer.status === 'pending') {
    const lookAt = new Date(answeredAt.getTime() + Math.max(0, answer.lookInMs));
    return { id, outcome: 'pending', lookAt, why: answer.why };
  }
  return atomic && results.some(({ outcome }) => outcome === 'refused')
    ? { id, outcome: 'again', message: 'the batch was refused because of another document' }
    : { id, outcome: 'unknown', message: 'the target did not say what became of it' };
}

/** A success that cannot name what it made is none. */
function withRef(result: BatchResult): BatchResult {
  if (result.outcome !== 'done' || (typeof result.ref === 'string' && result.ref !== '')) return result;
  return {
    id: result.id,
    outcome: 'unknown',
    message: 'it is said to be done, without the id of the document',
  };
}
