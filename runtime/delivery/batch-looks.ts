import type { BatchAnswer } from '../connector/batch';
import type { Intent } from '../ledger/intents';
import type { Ledger } from '../ledger/ledger';
import { type ItemOutcome, outcomeOf } from './batch-answer';
import { sentBatchOf } from './batch-context';
import type { Target } from './target';

/** How many batches' last answers are kept. */
const REMEMBERED = 100;

interface Look {
  readonly lookedAt: Date;
  readonly answer: Promise<BatchAnswer | { readonly status: 'absent' }>;
}

export interface LookOutcome {
  readonly outcome: ItemOutcome;
  /** When the look began. */
  readonly lookedAt: Date;
}

/** Looks up batches whose outcome is open: once for all items that ask at the same time. */
export class BatchLooks {
  readonly #looks = new Map<string, Look>();

  constructor(private readonly ledger: Ledger) {}

  /**
   * What the target says about the item of this intent; undefined when it cannot be asked about batches. An answer
   * serves every item whose time to look had come when it was asked for.
   * @throws whatever the look-up threw
   */
  async outcomeOf(intent: Intent, target: Target): Promise<LookOutcome | undefined> {
    const { batch } = intent;
    if (!batch || !target.operation.batch?.lookUp) return undefined;
    const look = this.#recent(batch.id, intent.checkAt) ?? this.#look(batch.id, target);
    const answer = await look.answer;
    const atomic = target.declaration.batch?.atomic ?? false;
    const { lookedAt } = look;
    return { outcome: outcomeOf(answer, intent.id, atomic, lookedAt), lookedAt };
  }

  #recent(batchId: string, since: Date): Look | undefined {
    const look = this.#looks.get(batchId);
    return look && look.lookedAt >= since ? look : undefined;
  }

  #look(batchId: string, target: Target): Look {
    const look = { lookedAt: this.ledger.now(), answer: this.#ask(batchId, target) };
    this.#looks.delete(batchId);
    this.#looks.set(batchId, look);
    look.answer.catch(() => {
      if (this.#looks.get(batchId) === look) this.#looks.delete(batchId);
    });
    const oldest = this.#looks.keys().next();
    if (this.#looks.size > REMEMBERED && !oldest.done) this.#looks.delete(oldest.value);
    return look;
  }

  async #ask(batchId: string, target: Target): Promise<BatchAnswer | { readonly status: 'absent' }> {
    const { items, context } = await sentBatchOf(this.ledger, target, batchId);
    const answer = await target.operation.batch?.lookUp?.(items, context);
    if (!answer) throw new TypeError('the look-up of a batch answered nothing');
    return answer;
  }
}
