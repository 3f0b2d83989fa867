import { RecordOutcome, SystemError } from '../connector/errors';
import type { JsonObject } from '../connector/json';
import type { LookUp, PartialEffect } from '../connector/system';
import type { Intent, IntentChange } from '../ledger/intents';
import { describe } from './failure';
import type { HeldAttempt } from './held-attempt';
import type { Performer, Run } from './perform';
import type { Policies } from './policies';
import type { WriteResult } from './protocol';
import { type Settler, WAITING } from './settler';
import { type Ending, Superseded } from './step';
import type { Target } from './target';

export interface ResolverParts {
  readonly settler: Settler;
  readonly performer: Performer;
  readonly policies: Policies;
  readonly now: () => Date;
}

/**
 * Settles a write whose outcome is not known, by looking and never by hoping. The document looked for is the
 * one under the intent, whatever the record has become since.
 */
export class IntentResolver {
  readonly #parts: ResolverParts;

  constructor(parts: ResolverParts) {
    this.#parts = parts;
  }

  /** Undefined when the outcome is known now and the attempt goes on; else the attempt has ended. */
  async resolve(held: HeldAttempt, intent: Intent, target: Target): Promise<WriteResult | undefined> {
    const { settler, performer, now } = this.#parts;
    if (now() < intent.checkAt) {
      return this.#wait(held, intent.checkAt, 'the outcome of the last write is looked up then');
    }
    if (intent.effect === 'update') {
      // An update states what a known document is to be, so saying it again doubles nothing.
      await settler.take({
        held,
        intent: {
          id: intent.id,
          state: 'rejected',
          detail: { why: 'repeated: its outcome makes no difference' },
        },
        events: [{ kind: 'intent-repeated', detail: { intent: intent.id } }],
      });
      return undefined;
    }
    let found: LookUp;
    try {
      found = await performer.lookUp(held, target, intent.body, intent);
    } catch (error) {
      if (isPassing(error)) throw error;
      return this.#giveUp(held, intent, describe(error));
    }
    switch (found.found) {
      case 'present':
        await performer.confirm(held, intent, found, false);
        return undefined;
      case 'partial':
        return this.#resume(held, intent, target, found);
      case 'absent':
        return this.#absent(held, intent);
      case 'conflict':
        return this.#giveUp(held, intent, { ...found.detail, found: found.reason });
    }
  }

  /** The connection it was sent through does not run here. */
  async unreachable(held: HeldAttempt, intent: Intent): Promise<WriteResult> {
    return this.#giveUp(held, intent, { message: `the connection ${intent.connection} does not run here` });
  }

  async #resume(
    held: HeldAttempt,
    intent: Intent,
    target: Target,
    partial: PartialEffect,
  ): Promise<WriteResult | undefined> {
    const { performer } = this.#parts;
    const { operation } = target;
    if (!operation.resume) {
      return this.#giveUp(held, intent, { ref: partial.ref, message: `incomplete: ${partial.missing}` });
    }
    const resume = operation.resume.bind(operation);
    const run: Run = (context) => resume(partial, intent.body, context);
    const tried = await performer.try(held, target, intent, run, true);
    if ('ended' in tried) return tried.ended;
    await performer.confirm(held, intent, tried.effect, false);
    return undefined;
  }

  /** One look is not enough: the target may still be at it, above all when the call was cut with its process. */
  async #absent(held: HeldAttempt, intent: Intent): Promise<WriteResult | undefined> {
    const { settler, policies, now } = this.#parts;
    const { id, state } = intent;
    const checks = intent.checks + 1;
    const endsAt = state === 'sent' ? intent.sentAt.getTime() + policies.callMs : 0;
    if (checks >= policies.checks && now().getTime() >= endsAt) {
      await settler.take({
        held,
        intent: { id, state: 'rejected', checks, detail: { why: `looked ${checks} times, not there` } },
        events: [{ kind: 'intent-absent', detail: { intent: id, checks } }],
      });
      return undefined;
    }
    const pause = now().getTime() + policies.settleMs * 2 ** checks;
    const checkAt = new Date(checks + 1 >= policies.checks ? Math.max(pause, endsAt) : pause);
    const why = 'the last write is not there yet; it is looked up again then';
    return this.#wait(held, checkAt, why, { id, state, checks, checkAt });
  }

  async #wait(held: HeldAttempt, at: Date, why: string, intent?: IntentChange): Promise<WriteResult> {
    const ending: Ending = { state: 'landed', at, detail: { message: why }, counts: false };
    await this.#parts.settler.end(held, ending, { events: [], ...(intent ? { intent } : {}) });
    return WAITING;
  }

  async #giveUp(held: HeldAttempt, intent: Intent, detail: JsonObject): Promise<WriteResult> {
    const { operation, connection, businessKey } = intent;
    const about = { operation, connection, businessKey, ...detail };
    return this.#parts.settler.fail(held, new RecordOutcome('park', 'outcome-unknown', about));
  }
}

/** The look-up may succeed later. */
function isPassing(error: unknown): boolean {
  if (error instanceof Superseded) return true;
  if (!(error instanceof SystemError)) return false;
  return error.recovery !== 'rejected' && error.recovery !== 'not-found';
}
