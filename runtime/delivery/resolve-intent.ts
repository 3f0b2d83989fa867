import { SystemError } from '../connector/errors';
import type { LookUp, PartialEffect } from '../connector/system';
import type { Intent } from '../ledger/intents';
import { describe } from './failure';
import type { HeldAttempt } from './held-attempt';
import type { OpenOutcomes } from './open-outcome';
import type { Performer, Run } from './perform';
import type { Policies } from './policies';
import type { WriteResult } from './protocol';
import type { BatchResolver } from './resolve-batch';
import type { Settler } from './settler';
import { Superseded } from './step';
import type { Target } from './target';

export interface ResolverParts {
  readonly settler: Settler;
  readonly performer: Performer;
  readonly open: OpenOutcomes;
  readonly batches: BatchResolver;
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
    const { settler, performer, open, batches, policies, now } = this.#parts;
    if (now() < intent.checkAt) {
      return open.wait(held, intent.checkAt, 'the outcome of the last write is looked up then');
    }
    if (intent.batch) {
      try {
        const settled = await batches.resolve(held, intent, target);
        if (settled !== 'unclear') return settled;
      } catch (error) {
        return this.#cannotLook(held, intent, error);
      }
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
      return this.#cannotLook(held, intent, error);
    }
    switch (found.found) {
      case 'present':
        await performer.confirm(held, intent, found, false);
        return undefined;
      case 'partial':
        return this.#resume(held, intent, target, found);
      case 'conflict':
        if (!found.absent) return open.giveUp(held, intent, { ...found.detail, found: found.reason });
        break;
      case 'absent':
        break;
    }
    return open.absent(held, intent, now(), () => intent.sentAt.getTime() + policies.callMs);
  }

  async #cannotLook(held: HeldAttempt, intent: Intent, error: unknown): Promise<WriteResult> {
    if (isPassing(error)) throw error;
    return this.#parts.open.giveUp(held, intent, describe(error));
  }

  /** The connection it was sent through does not run here. */
  async unreachable(held: HeldAttempt, intent: Intent): Promise<WriteResult> {
    return this.#parts.open.giveUp(held, intent, {
      message: `the connection ${intent.connection} does not run here`,
    });
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
      return this.#parts.open.giveUp(held, intent, {
        ref: partial.ref,
        message: `incomplete: ${partial.missing}`,
      });
    }
    const resume = operation.resume.bind(operation);
    const run: Run = (context) => resume(partial, intent.body, context);
    const tried = await performer.try(held, target, intent, run, true);
    if ('ended' in tried) return tried.ended;
    await performer.confirm(held, intent, tried.effect, false);
    return undefined;
  }
}

/** The look-up may succeed later. */
function isPassing(error: unknown): boolean {
  if (error instanceof Superseded) return true;
  if (!(error instanceof SystemError)) return false;
  return error.recovery !== 'rejected' && error.recovery !== 'not-found';
}
