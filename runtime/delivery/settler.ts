import { RecordOutcome } from '../connector/errors';
import { NUMBER_IN_USE } from '../ledger/claimed-documents';
import type { IntentChange } from '../ledger/intents';
import type { Attempts } from './attempts';
import { describe, endingOfFailure } from './failure';
import type { GroupCommit } from './group-commit';
import type { HeldAttempt } from './held-attempt';
import type { Policies } from './policies';
import type { Settlement, WriteResult } from './protocol';
import { type Ending, type Step, type StepResult, Superseded } from './step';

/** What is counted per sync, for the summary of a run and for metrics. */
export type Counted =
  | 'read'
  | 'landed'
  | 'unchanged'
  | 'confirmed'
  | 'updated'
  | 'ignored'
  | 'parked'
  | 'unknown';

/**
 * `ignored` and `parked` come with their reason; `unchanged` counts rows that landed before; `unknown` counts
 * every write whose outcome became so, resolved since or not.
 */
export type OnCount = (sync: string, what: Counted, n: number, reason?: string) => void;

export interface SettlerParts {
  readonly commit: GroupCommit;
  readonly attempts: Attempts;
  readonly policies: Policies;
  readonly now: () => Date;
  readonly random: () => number;
  readonly onCount: OnCount;
}

/** The message ends here; the ledger knows what becomes of the record. */
export const WAITING: WriteResult = { result: 'waiting' };

/** Takes the steps of attempts to the ledger, and lets go of attempts that ended. */
export class Settler {
  readonly #parts: SettlerParts;

  constructor(parts: SettlerParts) {
    this.#parts = parts;
  }

  /**
   * One step of an attempt that goes on.
   * @throws Superseded when another attempt has the record, RecordOutcome when a near-duplicate or another record's document is refused
   */
  async take(step: Step): Promise<void> {
    const [refusal] = await this.takeTogether([step]);
    if (refusal) throw refusal;
  }

  /** Steps of several attempts, in one transaction. Gives for each what `take` would have thrown. */
  async takeTogether(steps: readonly Step[]): Promise<readonly (Superseded | RecordOutcome | undefined)[]> {
    const results = await this.#parts.commit.commit(steps);
    return steps.map((step, index) => this.#follow(step, results[index] as StepResult));
  }

  #follow(step: Step, result: StepResult): Superseded | RecordOutcome | undefined {
    const { held } = step;
    if (result.applied) {
      if (turnsUnknown(step)) this.#parts.onCount(held.claim.sync, 'unknown', 1);
      held.apply(step);
      return undefined;
    }
    if (result.because === 'of-another') {
      const { key, ref, businessKey } = result.of;
      const message = `${key} has been sent as ${businessKey} already.`;
      return new RecordOutcome('park', NUMBER_IN_USE, { message, like: key, ...(ref ? { ref } : {}) });
    }
    if (result.because === 'near-duplicate') {
      const { key, ref } = result.of;
      return new RecordOutcome('park', 'near-duplicate', { like: key, ...(ref ? { ref } : {}) });
    }
    this.#letGo(held, { state: 'superseded' });
    return new Superseded('another attempt has the record by now');
  }

  /**
   * The last step of an attempt: settles the record. `as` names a success more closely. What was refused parks,
   * however telling of it went, unless that is to be tried again.
   */
  async end(
    held: HeldAttempt,
    wanted: Ending,
    rest: Omit<Step, 'held' | 'ending'> = { events: [] },
    as: 'confirmed' | 'updated' = 'confirmed',
  ): Promise<Settlement> {
    const ending = wanted.state === 'landed' ? wanted : (held.refusal ?? wanted);
    await this.take({ ...rest, held, ending });
    const { sync } = held.claim;
    if (ending.state === 'confirmed') this.#parts.onCount(sync, as, 1);
    if (ending.state === 'ignored' || ending.state === 'parked') {
      this.#parts.onCount(sync, ending.state, 1, ending.reason);
    }
    return this.#letGo(held, settlementOf(ending));
  }

  /**
   * Ends an attempt with whatever was thrown. `intent` says what becomes of the write that failed. What the flow
   * tells the sender of stays in work until it has: after a crash it is tried again, and told then.
   */
  async settle(held: HeldAttempt, error: unknown, intent?: IntentChange): Promise<Settlement> {
    const ending = notBefore(this.#judge(held, error, intent), intent?.checkAt);
    const step = failureStep(held, error, intent);
    if (ending.state !== 'parked' || !held.answered || held.refusal) return this.end(held, ending, step);
    await this.take({ held, ...step });
    held.refusal = ending;
    return settlementOf(ending);
  }

  /** The same for a write: its result. */
  async fail(held: HeldAttempt, error: unknown, intent?: IntentChange): Promise<WriteResult> {
    const detail = describe(error);
    if (held.settlement) {
      // A reply for a parked record: the record stays as it is.
      const ending = this.#judge(held, error, intent);
      await this.take({ held, ...failureStep(held, error, intent) });
      return {
        result: 'parked',
        reason: ending.state === 'parked' ? ending.reason : 'rejected-by-target',
        detail,
      };
    }
    const settlement = await this.settle(held, error, intent);
    return settlement.state === 'parked' ? { result: 'parked', reason: settlement.reason, detail } : WAITING;
  }

  #judge(held: HeldAttempt, error: unknown, intent: IntentChange | undefined): Ending {
    const { policies, now, random } = this.#parts;
    const open = intent?.state === 'unknown' || held.openIntents.some(({ id }) => id !== intent?.id);
    const { failures } = held.claim;
    return endingOfFailure(error, { failures, open, policies, now: now(), random });
  }

  #letGo(held: HeldAttempt, settlement: Settlement): Settlement {
    this.#parts.attempts.end(held, settlement);
    return settlement;
  }
}

function turnsUnknown({ held, intent }: Step): boolean {
  if (intent?.state !== 'unknown') return false;
  return held.openIntents.some(({ id, state }) => id === intent.id && state === 'sent');
}

/** A record whose write has an unknown outcome is not worked on before that can be looked up. */
function notBefore(ending: Ending, checkAt: Date | undefined): Ending {
  if (ending.state !== 'landed' || !checkAt || (ending.at && ending.at >= checkAt)) return ending;
  return { ...ending, at: checkAt };
}

function settlementOf(ending: Ending): Settlement {
  if (ending.state === 'ignored' || ending.state === 'parked') {
    return { state: ending.state, reason: ending.reason };
  }
  return { state: ending.state };
}

function failureStep(held: HeldAttempt, error: unknown, intent: IntentChange | undefined) {
  const meant = error instanceof RecordOutcome;
  return {
    events: meant ? [] : [{ kind: 'failed', detail: { node: held.node, ...describe(error) } }],
    ...(intent ? { intent } : {}),
  };
}
