import { RecordOutcome } from '../connector/errors';
import type { JsonObject } from '../connector/json';
import { hashJson } from '../ledger/canonical-json';
import type { Intent } from '../ledger/intents';
import type { Link } from '../ledger/links';
import type { Attempts } from './attempts';
import { batchTargetOf, type Gathering } from './batch-gathering';
import { actOnFound } from './found-effect';
import type { HeldAttempt } from './held-attempt';
import type { Wish } from './new-intent';
import type { Performer, Run } from './perform';
import type { WriteRequest, WriteResult } from './protocol';
import type { IntentResolver } from './resolve-intent';
import { type Settler, WAITING } from './settler';
import { Superseded } from './step';
import { differenceOf, materialOf, type Target, type TargetSource } from './target';

export interface WriterParts {
  readonly attempts: Attempts;
  readonly settler: Settler;
  readonly performer: Performer;
  readonly resolver: IntentResolver;
  readonly gathering: Gathering;
  readonly targets: TargetSource;
  readonly now: () => Date;
}

/**
 * The write protocol, which keeps "at most one effect":
 *
 *   1. a write whose outcome is open is settled first, by looking
 *   2. linked and nothing that matters has changed: unchanged
 *   3. linked and changed: update, under an intent; or park what may not be updated
 *   4. not linked: look up; adopt, park a conflict, complete what is partial, or
 *   5. durable intent, then the call, then link and end of the record in one transaction
 *
 * Where the operation writes in batches, 4 and 5 are done for many records at once: see `batch-run.ts`.
 */
export class Writer {
  readonly #parts: WriterParts;

  constructor(parts: WriterParts) {
    this.#parts = parts;
  }

  async write(request: WriteRequest): Promise<WriteResult> {
    const { attempts, now } = this.#parts;
    const held = attempts.find(request.attempt) ?? attempts.findSettled(request.attempt);
    if (!held) return WAITING;
    return held.whileBusy(now, async () => {
      if (!held.mayWrite(request.declaration)) return WAITING;
      held.answered = request.answered === true;
      return this.#guarded(held, request).finally(() => {
        held.answered = false;
      });
    });
  }

  /**
   * Settles what earlier attempts left open, before the flow sees the record.
   * Undefined when the attempt goes on.
   */
  async settleOpen(held: HeldAttempt, signal: AbortSignal): Promise<WriteResult | undefined> {
    const { targets, resolver, settler, now } = this.#parts;
    return held.whileBusy(now, async () => {
      try {
        for (const intent of held.openIntents) {
          const target = targets(intent, signal, held.claim.sync);
          const ended = target && (await resolver.resolve(held, intent, target));
          if (ended) return ended;
        }
        return undefined;
      } catch (error) {
        return error instanceof Superseded ? WAITING : settler.fail(held, error);
      }
    });
  }

  async #guarded(held: HeldAttempt, request: WriteRequest): Promise<WriteResult> {
    const target = { ...request, options: { ...request.options, ...held.options } };
    const closes = request.closes && !held.settlement;
    try {
      return await this.#write(held, target, request, closes);
    } catch (error) {
      return error instanceof Superseded ? WAITING : this.#parts.settler.fail(held, error);
    }
  }

  async #write(
    held: HeldAttempt,
    target: Target,
    request: WriteRequest,
    closes: boolean,
  ): Promise<WriteResult> {
    for (const intent of held.openIntents) {
      const ended = await this.#settle(held, intent, target);
      if (ended) return ended;
    }
    const { document, mappingVersion, declaration } = request;
    const materialHash = hashJson(materialOf(document, declaration));
    const done = doneBefore(held, target, materialHash);
    if (done !== undefined) {
      const result = held.succeeded ? 'confirmed' : 'unchanged';
      if (closes) await this.#parts.settler.end(held, { state: 'confirmed' });
      return { result, ref: done };
    }
    const effect = declaration.effect === 'put' ? 'create' : declaration.effect;
    return effect === 'create' && held.link
      ? this.#update(held, held.link, target, { effect: 'update', document, mappingVersion }, closes)
      : this.#bringAbout(held, target, { effect, document, mappingVersion }, closes);
  }

  async #settle(held: HeldAttempt, intent: Intent, target: Target): Promise<WriteResult | undefined> {
    const { resolver, targets } = this.#parts;
    const same = intent.operation === target.operationName && intent.connection === target.connection;
    const its = same ? target : targets(intent, target.signal, held.claim.sync);
    return its ? resolver.resolve(held, intent, its) : resolver.unreachable(held, intent);
  }

  async #update(
    held: HeldAttempt,
    link: Link,
    target: Target,
    wish: Wish,
    closes: boolean,
  ): Promise<WriteResult> {
    const { performer, gathering } = this.#parts;
    const { operation, operationName, declaration } = target;
    const previous = link.document;
    const batched = batchTargetOf(target, wish);
    const foreign = link.operation !== operationName || link.connection !== target.connection;
    if (batched && !foreign) return gathering.write({ held, target: batched, wish, link, closes });
    const changed = differenceOf(materialOf(previous, declaration), materialOf(wish.document, declaration));
    if (foreign || !operation.update) {
      const sentBy = { operation: link.operation, connection: link.connection };
      throw new RecordOutcome('park', 'changed-after-sent', { ref: link.ref, ...sentBy, changed });
    }
    const update = operation.update.bind(operation);
    const run: Run = async (context) => {
      try {
        return await update(link.ref, wish.document, previous, context);
      } catch (error) {
        throw shown(error, changed);
      }
    };
    return performer.perform(held, target, wish, run, closes);
  }

  async #bringAbout(held: HeldAttempt, target: Target, wish: Wish, closes: boolean): Promise<WriteResult> {
    const { performer, gathering } = this.#parts;
    const { operation } = target;
    const { document } = wish;
    const batched = batchTargetOf(target, wish);
    if (batched) return gathering.write({ held, target: batched, wish, link: undefined, closes });
    const found = await performer.lookUp(held, target, document);
    const ended = await actOnFound(performer, held, target, wish, found, closes);
    if (ended) return ended;
    return performer.perform(held, target, wish, (context) => operation.create(document, context), closes);
  }
}

/** The ref of an effect that is there already and needs no change. */
function doneBefore(held: HeldAttempt, target: Target, materialHash: string): string | undefined {
  const { link } = held;
  if (target.declaration.effect === 'put') {
    const same = link?.operation === target.operationName && link.connection === target.connection;
    return same && link.materialHash === materialHash ? link.ref : undefined;
  }
  const last = held.intentOf(target.operationName);
  if (last?.state !== 'confirmed' || last.materialHash !== materialHash) return undefined;
  // A document that was closed, and stands again, has to be closed again.
  return target.declaration.effect === 'close' && link ? undefined : last.ref;
}

/** A change that the operation leaves to a person, with what has changed where the operation does not say it. */
function shown(error: unknown, changed: JsonObject): unknown {
  const isLeft = error instanceof RecordOutcome && error.reason === 'changed-after-sent';
  if (!isLeft || 'changed' in error.detail) return error;
  return new RecordOutcome(error.outcome, error.reason, { ...error.detail, changed }, error.waitsFor);
}
