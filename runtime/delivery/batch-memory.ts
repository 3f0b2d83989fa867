import type { Batch } from '../ledger/batches';
import { storableObject } from '../ledger/canonical-json';
import type { BatchMemory } from './batch-context';
import type { HeldAttempt } from './held-attempt';
import type { Settler } from './settler';

/**
 * Keeps the facts of a batch that is being sent. A process that lost one of the records has lost the batch: what it
 * would do next, another may have done already.
 * @throws Superseded from both ways to remember
 */
export function memoryOf(settler: Settler, batch: Batch, held: readonly HeldAttempt[]): BatchMemory {
  return {
    async ofBatch(facts) {
      const rememberBatch = { batchId: batch.id, facts: storableObject(facts) };
      const refusals = await settler.takeTogether(
        held.map((each) => ({ held: each, rememberBatch, events: [] })),
      );
      const refusal = refusals.find((each) => each !== undefined);
      if (refusal) throw refusal;
    },
    async ofItem(intent, facts) {
      const owner = held.find(({ claim }) => claim.id === intent.recordId);
      if (!owner) throw new TypeError(`the intent ${intent.id} is of another batch`);
      await settler.take({
        held: owner,
        remember: { intentId: intent.id, facts: storableObject(facts) },
        events: [],
      });
    },
  };
}
