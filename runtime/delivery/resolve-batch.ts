import type { Intent } from '../ledger/intents';
import type { BatchEndings } from './batch-endings';
import type { BatchLooks } from './batch-looks';
import type { HeldAttempt } from './held-attempt';
import type { OpenOutcomes } from './open-outcome';
import type { Performer } from './perform';
import type { Policies } from './policies';
import type { WriteResult } from './protocol';
import type { Target } from './target';

export interface BatchResolverParts {
  readonly looks: BatchLooks;
  readonly endings: BatchEndings;
  readonly open: OpenOutcomes;
  readonly performer: Performer;
  readonly policies: Policies;
}

/** Settles a write that went out in a batch, by looking at the batch. */
export class BatchResolver {
  readonly #parts: BatchResolverParts;

  constructor(parts: BatchResolverParts) {
    this.#parts = parts;
  }

  /**
   * Undefined when the outcome is known now and the attempt goes on; `unclear` when the batch does not tell, and the
   * document is to be looked up by itself; else the attempt has ended.
   * @throws whatever the look-up threw
   */
  async resolve(
    held: HeldAttempt,
    intent: Intent,
    target: Target,
  ): Promise<WriteResult | undefined | 'unclear'> {
    const { looks, endings, open, performer, policies } = this.#parts;
    const seen = await looks.outcomeOf(intent, target);
    if (!seen) return 'unclear';
    const { outcome, lookedAt } = seen;
    switch (outcome.outcome) {
      case 'done':
        await performer.confirm(held, intent, outcome, false);
        return undefined;
      case 'refused':
        return endings.refused(held, intent, outcome);
      case 'again':
        return endings.again(held, intent, outcome.message);
      case 'pending':
        return endings.pending(held, intent, outcome);
      case 'absent':
        // Much may have been done under the intent before the call that was cut, so the time that a call may take
        // counts from the last look but one.
        return open.absent(held, intent, lookedAt, (checks) =>
          checks >= Math.max(policies.checks, 2) ? 0 : lookedAt.getTime() + policies.callMs,
        );
      case 'unknown':
        return 'unclear';
    }
  }
}
