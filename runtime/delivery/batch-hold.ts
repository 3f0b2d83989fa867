import type { Calls } from '../connector/system';
import type { Batch } from '../ledger/batches';
import { storableObject } from '../ledger/canonical-json';
import type { BatchMemory } from './batch-context';
import type { HeldAttempt } from './held-attempt';
import type { Settler } from './settler';
import type { Step } from './step';

/** So long a process may take its records for its own without asking, milliseconds. */
const SURE_MS = 5_000;

/**
 * What the ledger keeps of a batch that is being sent. A process that lost one of the records has lost the batch:
 * what it would do next, another may have done already. All of this throws `Superseded` then.
 */
export class BatchHold implements BatchMemory {
  #sureAt: Date;

  constructor(
    private readonly settler: Settler,
    private readonly batch: Batch,
    private readonly held: readonly HeldAttempt[],
    private readonly now: () => Date,
  ) {
    this.#sureAt = batch.sentAt;
  }

  ofBatch: BatchMemory['ofBatch'] = async (facts) => {
    const rememberBatch = { batchId: this.batch.id, facts: storableObject(facts) };
    await this.#take({ rememberBatch });
  };

  ofItem: BatchMemory['ofItem'] = async (intent, facts) => {
    const owner = this.held.find(({ claim }) => claim.id === intent.recordId);
    if (!owner) throw new TypeError(`the intent ${intent.id} is of another batch`);
    const remember = { intentId: intent.id, facts: storableObject(facts) };
    await this.settler.take({ held: owner, remember, events: [] });
  };

  /** Much may go before the call that matters (images are fetched): then it is asked again whose the batch is. */
  guarding(calls: Calls): Calls {
    return {
      call: async (request) => {
        const unsureFor = this.now().getTime() - this.#sureAt.getTime();
        if (request.effect !== 'read' && unsureFor > SURE_MS) await this.#take({});
        return calls.call(request);
      },
    };
  }

  async #take(step: Partial<Step>): Promise<void> {
    const steps = this.held.map((held) => ({ events: [], ...step, held }));
    const refusal = (await this.settler.takeTogether(steps)).find((each) => each !== undefined);
    if (refusal) throw refusal;
    this.#sureAt = this.now();
  }
}
