import { RecordOutcome, SystemError } from '../connector/errors';
import type { JsonObject } from '../connector/json';
import type { Effect, LookUp, OperationContext } from '../connector/system';
import { storableObject } from '../ledger/canonical-json';
import { claimedDocuments, claimOfAnother } from '../ledger/claimed-documents';
import type { Intent, IntentChange } from '../ledger/intents';
import type { Store } from '../ledger/store';
import { isUnclear, watchEffects } from './effect-watch';
import { describe } from './failure';
import type { HeldAttempt } from './held-attempt';
import { aboutIntent, isUnique, linkChange, newIntent, type Wish } from './new-intent';
import type { Policies } from './policies';
import type { WriteResult } from './protocol';
import type { Settler } from './settler';
import { type Step, Superseded } from './step';
import { contextOf, type Target } from './target';

export interface PerformerParts {
  readonly settler: Settler;
  readonly store: Store;
  readonly policies: Policies;
  readonly now: () => Date;
}

/** The call that brings about what an intent says. */
export type Run = (context: OperationContext) => Promise<Effect>;

export type Tried = { readonly effect: Effect } | { readonly ended: WriteResult };

/** Makes calls with an effect: none without a durable intent, and none whose outcome is forgotten. */
export class Performer {
  readonly #parts: PerformerParts;

  constructor(parts: PerformerParts) {
    this.#parts = parts;
  }

  /** Opens an intent, makes the call, writes down the outcome. `closes`: success settles the record. */
  async perform(
    held: HeldAttempt,
    target: Target,
    wish: Wish,
    run: Run,
    closes: boolean,
  ): Promise<WriteResult> {
    const { settler, policies, now } = this.#parts;
    const intent = newIntent(held, target, wish, now(), policies.settleMs);
    await settler.take({
      held,
      open: intent,
      unique: isUnique(target, wish),
      refuseNearDuplicates: wish.effect === 'create' && target.options['nearDuplicates'] === 'park',
      events: [{ kind: 'intent-sent', detail: aboutIntent(intent) }],
    });
    const tried = await this.try(held, target, intent, run);
    if ('ended' in tried) return tried.ended;
    await this.confirm(held, intent, tried.effect, closes);
    return { result: wish.effect === 'update' ? 'updated' : 'confirmed', ref: tried.effect.ref };
  }

  /**
   * Makes the calls of an open intent. When they fail, the intent is rejected only if provably nothing
   * happened, and the attempt has ended.
   * @param begun an earlier run under this intent left something in the target
   */
  async try(held: HeldAttempt, target: Target, intent: Intent, run: Run, begun = false): Promise<Tried> {
    const { settler, policies, now } = this.#parts;
    const watch = watchEffects(target.calls, begun);
    const remember = (facts: JsonObject) =>
      settler.take({ held, remember: { intentId: intent.id, facts: storableObject(facts) }, events: [] });
    const context = contextOf({ ...this.#parts, held, target, calls: watch.calls, intent, remember });
    try {
      return { effect: withRef(await run(context), target) };
    } catch (error) {
      if (error instanceof Superseded) throw error;
      const change: IntentChange = {
        id: intent.id,
        detail: describe(error),
        // An outcome that the operation itself declares is a known one: the next attempt begins with a look-up,
        // which finds and completes whatever an earlier call left behind.
        ...(isUnclear(watch, error) && !(error instanceof RecordOutcome)
          ? { state: 'unknown', checkAt: new Date(now().getTime() + policies.settleMs) }
          : { state: 'rejected' }),
      };
      return { ended: await settler.fail(held, error, change) };
    }
  }

  /** The effect is there: the intent's outcome, the link, and with `closes` the end of the record's attempt. */
  async confirm(held: HeldAttempt, intent: Intent, effect: Effect, closes: boolean): Promise<void> {
    const { id, operation } = intent;
    await this.#succeed(held, closes, intent.effect === 'update' ? 'updated' : 'confirmed', {
      intent: { id, state: 'confirmed', ref: effect.ref },
      ...linkChange(held, intent, effect),
      events: [{ kind: 'intent-confirmed', detail: { intent: id, operation, ref: effect.ref } }],
    });
  }

  /**
   * The effect was there before anything was sent. An operation that leaves no link keeps an intent that is
   * confirmed from the start: the next attempt knows it by that.
   */
  async adopt(held: HeldAttempt, target: Target, wish: Wish, effect: Effect, closes: boolean): Promise<void> {
    const { policies, now } = this.#parts;
    const intent = newIntent(held, target, wish, now(), policies.settleMs);
    const confirmed: Pick<Step, 'open' | 'intent'> =
      wish.effect === 'create'
        ? {}
        : { open: intent, intent: { id: intent.id, state: 'confirmed', ref: effect.ref } };
    const { operation, connection, businessKey } = intent;
    await this.#succeed(held, closes, 'confirmed', {
      ...confirmed,
      ...linkChange(held, intent, { ...effect, adopted: effect.adopted ?? true }),
      unique: isUnique(target, wish),
      events: [{ kind: 'adopted', detail: { operation, connection, businessKey, ref: effect.ref } }],
    });
  }

  /** Asks the target; changes nothing there. */
  lookUp(held: HeldAttempt, target: Target, document: JsonObject, intent?: Intent): Promise<LookUp> {
    const context = contextOf({ ...this.#parts, held, target, calls: target.calls, intent });
    return target.operation.lookUp(document, context);
  }

  /** Which record has the document that stands in the way, if one of ours has: its end lets this one go on. */
  async likeness(held: HeldAttempt, target: Target, wish: Wish): Promise<JsonObject> {
    const { store, policies, now } = this.#parts;
    if (!isUnique(target, wish)) return {};
    const { connection, operation, businessKey } = newIntent(held, target, wish, now(), policies.settleMs);
    const document = { connection, operation, businessKey };
    const like = claimOfAnother(await claimedDocuments(store, [document]), document, held.claim.id);
    return like ? { like: like.key } : {};
  }

  async #succeed(
    held: HeldAttempt,
    closes: boolean,
    as: 'confirmed' | 'updated',
    step: Omit<Step, 'held' | 'ending'>,
  ): Promise<void> {
    const { settler } = this.#parts;
    if (closes) await settler.end(held, { state: 'confirmed' }, step, as);
    else await settler.take({ ...step, held });
  }
}

/** A success that cannot name what it made is none. */
function withRef(effect: Effect, target: Target): Effect {
  if (typeof effect?.ref === 'string' && effect.ref !== '') return effect;
  throw new SystemError({
    recovery: 'ambiguous',
    code: 'EFFECT_WITHOUT_ID',
    text: `${target.connection} answered ${target.operationName} without the id of the document.`,
    remedy: 'It is looked up by its business key before anything is sent again.',
  });
}
