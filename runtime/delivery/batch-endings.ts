import type { BatchResult } from '../connector/batch';
import { RecordOutcome, SystemError } from '../connector/errors';
import { BATCH_TURNED_BACK, type Intent } from '../ledger/intents';
import type { ItemOutcome } from './batch-answer';
import { describe } from './failure';
import type { HeldAttempt } from './held-attempt';
import type { OpenOutcomes } from './open-outcome';
import { backoff, type Policies } from './policies';
import type { WriteResult } from './protocol';
import type { Settler } from './settler';

export interface BatchEndingParts {
  readonly settler: Settler;
  readonly open: OpenOutcomes;
  readonly policies: Policies;
  readonly now: () => Date;
}

/** How the attempt of an item ends that was not done: each in its own way, whatever becomes of the others. */
export class BatchEndings {
  readonly #parts: BatchEndingParts;

  constructor(parts: BatchEndingParts) {
    this.#parts = parts;
  }

  /** The record parks with the target's words. */
  async refused(
    held: HeldAttempt,
    intent: Intent,
    result: Extract<BatchResult, { outcome: 'refused' }>,
  ): Promise<WriteResult> {
    const { reason = 'rejected-by-target', code, message, detail } = result;
    const refusal = new RecordOutcome('park', reason, {
      message: `${intent.connection} refused the document in its batch.`,
      systemWords: message,
      ...(code === undefined ? {} : { code }),
      ...detail,
    });
    const change = { id: intent.id, state: 'rejected', detail: describe(refusal) } as const;
    return this.#parts.settler.fail(held, refusal, change);
  }

  /** The target has it and is not done; it is looked up again then. */
  async pending(
    held: HeldAttempt,
    intent: Intent,
    { lookAt, why }: Extract<ItemOutcome, { outcome: 'pending' }>,
  ): Promise<WriteResult> {
    const { open, policies, now } = this.#parts;
    if (now().getTime() - intent.sentAt.getTime() > policies.batchPatienceMs) {
      const since = intent.sentAt.toISOString();
      return open.giveUp(held, intent, { message: `the target is not done with its batch: ${why}`, since });
    }
    const { id, state } = intent;
    return open.wait(held, lookAt, why, { id, state, checks: 0, checkAt: lookAt });
  }

  /** Nothing of its batch was taken, and no document named: it goes again later, with fewer others. */
  async again(held: HeldAttempt, intent: Intent, words: string): Promise<WriteResult> {
    const { settler, policies } = this.#parts;
    const error = new SystemError({
      recovery: 'retry',
      code: BATCH_TURNED_BACK,
      text: `${intent.connection} took nothing of the batch and named no document to blame.`,
      remedy: 'The documents are sent again, in smaller batches, until the one at fault is alone.',
      systemWords: words,
      // The same for all, so that they find together again.
      waitMs: backoff(held.claim.failures, policies, () => 0),
    });
    return settler.fail(held, error, {
      id: intent.id,
      state: 'rejected',
      detail: describe(error),
    });
  }

  /** It may have happened: it is looked up before anything is sent again. */
  async unclear(held: HeldAttempt, intent: Intent, error: unknown, at: Date): Promise<WriteResult> {
    const checkAt = new Date(at.getTime() + this.#parts.policies.settleMs);
    const change = { id: intent.id, state: 'unknown', checkAt, detail: describe(error) } as const;
    return this.#parts.settler.fail(held, error, change);
  }
}

/** Nobody knows what became of an item, or of a whole batch. */
export function unclearOutcome(connection: string, words: string | undefined, cause?: unknown): SystemError {
  return new SystemError({
    recovery: 'ambiguous',
    code: 'BATCH_OUTCOME_UNKNOWN',
    text: `${connection} has not said what became of the batch, or of this document in it.`,
    remedy: 'The batch is looked up by its id before anything is sent again.',
    systemWords: words,
    cause,
  });
}
