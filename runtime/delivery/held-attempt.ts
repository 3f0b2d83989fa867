import type { JsonObject } from '../connector/json';
import type { OperationDeclaration } from '../connector/manifest';
import type { Claim } from '../ledger/claims';
import { type Intent, isOpen } from '../ledger/intents';
import type { Link } from '../ledger/links';
import type { Job } from './job-engine';
import type { Attempt, AttemptRef, Settlement } from './protocol';
import type { Ending, Step } from './step';

/** Who handed an attempt out. */
export interface HandingOut {
  /** There is room again. */
  wake(): void;
  /** Everything that it may hand out waits for others to fill a batch: no others will come. */
  readonly allGathered: boolean;
}

/**
 * An attempt that this process holds. Nobody else changes the record's link and intents meanwhile (the ledger
 * fences everybody else off), so what the claim loaded and this attempt did since is the truth.
 */
export class HeldAttempt {
  readonly claimedAt: Date;
  link: Link | undefined;
  settlement: Settlement | undefined;
  touchedAt: Date;
  /** It waits for others to fill a batch. */
  gathered = false;
  /** What fails now is told to the sender by the flow. */
  answered = false;
  /** How the attempt ends once the sender has been told, unless it is to be tried again. */
  refusal: Ending | undefined;
  /** An effect was established or found in this attempt. */
  succeeded = false;
  /** The last of our nodes that saw the message. */
  node = 'dedup';
  /** Our own work on it in progress: then it is neither overdue nor idle. */
  #busy = 0;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #intents: Map<string, Intent>;

  constructor(
    readonly claim: Claim,
    readonly job: Job,
    readonly consumer: HandingOut,
    now: Date,
  ) {
    this.claimedAt = now;
    this.touchedAt = now;
    this.link = claim.link;
    this.#intents = new Map(claim.intents.map((intent) => [intent.operation, intent]));
  }

  get ref(): AttemptRef {
    const { id, sync, key, attempt } = this.claim;
    return { id, sync, key, attempt };
  }

  get attempt(): Attempt {
    const { company, version, data, options } = this.claim;
    const link = this.link;
    return {
      ...this.ref,
      company,
      version,
      data,
      sent: link !== undefined,
      ref: link?.ref,
      ...(options ? { options } : {}),
    };
  }

  get options(): JsonObject {
    return this.claim.options ?? {};
  }

  /** The newest intent of an operation. */
  intentOf(operation: string): Intent | undefined {
    return this.#intents.get(operation);
  }

  get openIntents(): readonly Intent[] {
    return [...this.#intents.values()].filter(isOpen);
  }

  /** Follows what a step of this attempt changed in the ledger. */
  apply(step: Step): void {
    if (step.open) this.#intents.set(step.open.operation, step.open);
    if (step.remember) this.#change(step.remember.intentId, { remembered: step.remember.facts });
    this.succeeded ||= step.intent?.state === 'confirmed' || step.link !== undefined;
    if (step.intent) {
      const { id, state, ref, checks, checkAt } = step.intent;
      this.#change(id, {
        state,
        ...(ref === undefined ? {} : { ref }),
        ...(checks === undefined ? {} : { checks }),
        ...(checkAt === undefined ? {} : { checkAt }),
      });
    }
    if (step.closesLink) this.link = undefined;
    if (step.link) this.link = step.link;
  }

  #change(id: string, change: Partial<Intent>): void {
    for (const intent of this.#intents.values()) {
      if (intent.id === id) this.#intents.set(intent.operation, { ...intent, ...change });
    }
  }

  /** A refused or settled attempt writes no more; only a reply may tell the sender of a record that parks. */
  mayWrite({ reply }: OperationDeclaration): boolean {
    if (this.settlement) return this.settlement.state === 'parked' && reply === true;
    return !this.refusal || reply === true;
  }

  get busy(): boolean {
    return this.#busy > 0;
  }

  touch(node: string, now: Date): void {
    this.node = node;
    this.touchedAt = now;
  }

  /** Runs our own work on the attempt, one piece after the other; it counts as alive throughout. */
  whileBusy<T>(now: () => Date, work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    const turn = this.#turn.then(work).finally(() => {
      this.#busy -= 1;
      this.touchedAt = now();
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }
}
