import type { BatchAnswer } from '../connector/batch';
import type { JsonObject } from '../connector/json';
import type { Effect } from '../connector/system';
import type { Ledger } from '../ledger/ledger';
import { outcomeOf } from './batch-answer';
import { callsOf, contextOfBatch, itemOf } from './batch-context';
import { type BatchEndings, unclearOutcome } from './batch-endings';
import { notThere } from './batch-found';
import type { Gathered } from './batch-gathering';
import { BatchHold } from './batch-hold';
import { type Item, type OpenBatch, openBatch } from './batch-opening';
import { apartFrom } from './batch-suspects';
import { type EffectWatch, isUnclear, watchEffects } from './effect-watch';
import { describe, isRefusal } from './failure';
import type { Performer } from './perform';
import type { Policies } from './policies';
import type { WriteResult } from './protocol';
import { type Settler, WAITING } from './settler';

export interface BatchRunParts {
  readonly ledger: Ledger;
  readonly settler: Settler;
  readonly performer: Performer;
  readonly endings: BatchEndings;
  readonly policies: Policies;
}

/**
 * Sends gathered documents: looks each up, writes all intents and the batch down in one transaction, makes the call,
 * and lets every document go its own way. Each promise of `Gathered` is settled, whatever happens.
 */
export class BatchRunner {
  readonly #parts: BatchRunParts;

  constructor(parts: BatchRunParts) {
    this.#parts = parts;
  }

  /** Never rejects. */
  async run(gathered: readonly Gathered[]): Promise<void> {
    const { performer, ledger } = this.#parts;
    await this.#guarded(gathered, async () => {
      const ours = gathered.filter((each) => {
        const { held, target } = each;
        const mayWrite = held.mayWrite(target.declaration);
        // What was put back while it waited is another attempt's by now.
        if (!mayWrite) each.resolve(WAITING);
        return mayWrite;
      });
      const fresh = await notThere({ performer, now: ledger.now }, ours);
      await Promise.all(apartFrom(fresh).map((some) => this.#guarded(some, () => this.#send(some))));
    });
  }

  async #send(gathered: readonly Gathered[]): Promise<void> {
    let opened: OpenBatch | undefined;
    try {
      opened = await openBatch(this.#parts, gathered, this.#parts.ledger.now());
    } catch (error) {
      // What the store will never take is in one of them.
      if (gathered.length === 1) throw error;
      await this.#sendHalves(gathered);
      return;
    }
    if (!opened) return;
    const watch = watchEffects(callsOf(opened.items[0].gathered.target));
    let answer: BatchAnswer;
    try {
      answer = await this.#call(opened, watch);
    } catch (error) {
      await this.#failed(opened.items, error, isUnclear(watch, error));
      return;
    }
    await this.#answered(opened.items, answer);
  }

  async #call({ batch, items }: OpenBatch, watch: EffectWatch): Promise<BatchAnswer> {
    const { settler, ledger } = this.#parts;
    const { target } = items[0].gathered;
    const attempts = items.map(({ gathered: { held } }) => held);
    const hold = new BatchHold(settler, batch, attempts, ledger.now);
    const answer = await target.batch.send(
      items.map(({ gathered: { held, link }, intent }) =>
        itemOf(held.claim, intent, link && { ref: link.ref, previous: link.document }, hold),
      ),
      contextOfBatch(ledger, target, batch, hold.guarding(watch.calls), hold),
    );
    if (answer?.status === 'done' || answer?.status === 'pending') return answer;
    throw unclearOutcome(batch.connection, 'the operation answered nothing about its batch');
  }

  /** The whole batch failed. */
  async #failed(items: readonly Item[], error: unknown, unclear: boolean): Promise<void> {
    const { endings, ledger, settler } = this.#parts;
    const detail = describe(error);
    if (unclear) {
      const at = ledger.now();
      for (const { gathered, intent } of items) {
        const why = isRefusal(error) ? unclearOutcome(intent.connection, wordsOf(detail), error) : error;
        gathered.resolve(endings.unclear(gathered.held, intent, why, at));
      }
      return;
    }
    if (isRefusal(error) && items.length > 1) {
      const why = { ...detail, why: 'refused with its whole batch' };
      await this.#sendHalves(await this.#turnedBack(items, why));
      return;
    }
    for (const { gathered, intent } of items) {
      gathered.resolve(settler.fail(gathered.held, error, { id: intent.id, state: 'rejected', detail }));
    }
  }

  async #answered(items: readonly Item[], answer: BatchAnswer): Promise<void> {
    const { endings, ledger } = this.#parts;
    const at = ledger.now();
    const again = items.filter((item) => !this.#ends(item, answer, at));
    if (again.length < items.length) {
      await this.#send(await this.#turnedBack(again, { why: 'turned back through no fault of its own' }));
      return;
    }
    // A batch that did not get smaller would go round for ever.
    for (const { gathered, intent } of again) {
      gathered.resolve(endings.again(gathered.held, intent, wordsAbout(answer, intent.id)));
    }
  }

  /** False when the document is to go again at once. */
  #ends({ gathered, intent }: Item, answer: BatchAnswer, at: Date): boolean {
    const { endings } = this.#parts;
    const { held, target, resolve } = gathered;
    const outcome = outcomeOf(answer, intent.id, target.batchDeclaration.atomic, at);
    switch (outcome.outcome) {
      case 'again':
        return false;
      case 'done':
        resolve(this.#done({ gathered, intent }, outcome));
        break;
      case 'refused':
        resolve(endings.refused(held, intent, outcome));
        break;
      case 'pending':
        resolve(endings.pending(held, intent, outcome));
        break;
      default: {
        const words = outcome.outcome === 'unknown' ? outcome.message : undefined;
        resolve(endings.unclear(held, intent, unclearOutcome(intent.connection, words), at));
      }
    }
    return true;
  }

  async #done({ gathered, intent }: Item, effect: Effect): Promise<WriteResult> {
    await this.#parts.performer.confirm(gathered.held, intent, effect, gathered.closes);
    return { result: intent.effect === 'update' ? 'updated' : 'confirmed', ref: effect.ref };
  }

  /** Nothing happened to these; they may be sent under a new intent. */
  async #turnedBack(items: readonly Item[], detail: JsonObject): Promise<readonly Gathered[]> {
    const refusals = await this.#parts.settler.takeTogether(
      items.map(({ gathered: { held }, intent }) => ({
        held,
        intent: { id: intent.id, state: 'rejected', detail },
        events: [{ kind: 'intent-turned-back', detail: { intent: intent.id, ...detail } }],
      })),
    );
    return items.flatMap(({ gathered }, index) => {
      if (refusals[index]) gathered.reject(refusals[index]);
      return refusals[index] ? [] : [gathered];
    });
  }

  /** Finds the one that all are refused for. */
  async #sendHalves(gathered: readonly Gathered[]): Promise<void> {
    const middle = Math.ceil(gathered.length / 2);
    const halves = [gathered.slice(0, middle), gathered.slice(middle)];
    await Promise.all(halves.map((half) => this.#guarded(half, () => this.#send(half))));
  }

  async #guarded(gathered: readonly Gathered[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      for (const { reject } of gathered) reject(error);
    }
  }
}

function wordsAbout({ results = [] }: BatchAnswer, id: string): string {
  const result = results.find((each) => each.id === id);
  return result && 'message' in result && result.message ? result.message : 'no reason given';
}

function wordsOf({ message }: JsonObject): string | undefined {
  return typeof message === 'string' ? message : undefined;
}
