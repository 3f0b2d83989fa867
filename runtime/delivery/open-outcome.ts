import { RecordOutcome } from '../connector/errors';
import type { JsonObject } from '../connector/json';
import type { Intent, IntentChange } from '../ledger/intents';
import type { HeldAttempt } from './held-attempt';
import type { Policies } from './policies';
import type { WriteResult } from './protocol';
import { type Settler, WAITING } from './settler';
import type { Ending } from './step';

export interface OpenOutcomeParts {
  readonly settler: Settler;
  readonly policies: Policies;
}

/** What looking led to when it did not settle a write, and ends the attempt: wait, or leave it to a person. */
export class OpenOutcomes {
  readonly #parts: OpenOutcomeParts;

  constructor(parts: OpenOutcomeParts) {
    this.#parts = parts;
  }

  async wait(held: HeldAttempt, at: Date, why: string, intent?: IntentChange): Promise<WriteResult> {
    const ending: Ending = { state: 'landed', at, detail: { message: why }, counts: false };
    await this.#parts.settler.end(held, ending, { events: [], ...(intent ? { intent } : {}) });
    return WAITING;
  }

  async giveUp(held: HeldAttempt, intent: Intent, detail: JsonObject): Promise<WriteResult> {
    const { operation, connection, businessKey } = intent;
    const about = { operation, connection, businessKey, ...detail };
    return this.#parts.settler.fail(held, new RecordOutcome('park', 'outcome-unknown', about));
  }

  /**
   * It was looked for and is not there. One look is not enough: the target may still be at it, above all when the
   * call was cut with its process. Undefined when it has been looked for often enough: then it did not happen.
   * @param lookedAt when the look began
   * @param endsAt until when a call cut with its process may go on in the target
   */
  async absent(
    held: HeldAttempt,
    intent: Intent,
    lookedAt: Date,
    endsAt: (checks: number) => number,
  ): Promise<WriteResult | undefined> {
    const { settler, policies } = this.#parts;
    const { id, state } = intent;
    const checks = intent.checks + 1;
    const end = state === 'sent' ? endsAt(checks) : 0;
    if (checks >= policies.checks && lookedAt.getTime() >= end) {
      await settler.take({
        held,
        intent: { id, state: 'rejected', checks, detail: { why: `looked ${checks} times, not there` } },
        events: [{ kind: 'intent-absent', detail: { intent: id, checks } }],
      });
      return undefined;
    }
    const pause = lookedAt.getTime() + policies.settleMs * 2 ** checks;
    const checkAt = new Date(checks + 1 >= policies.checks ? Math.max(pause, end) : pause);
    const why = 'the last write is not there yet; it is looked up again then';
    return this.wait(held, checkAt, why, { id, state, checks, checkAt });
  }
}
