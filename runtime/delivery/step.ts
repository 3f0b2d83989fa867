import type { JsonObject } from '../connector/json';
import type { AuditEntry } from '../ledger/audit-chain';
import type { Batch } from '../ledger/batches';
import type { ClaimedDocument } from '../ledger/claimed-documents';
import type { Intent, IntentChange } from '../ledger/intents';
import type { Link } from '../ledger/links';
import type { NearDuplicate } from '../ledger/near-duplicates';
import type { HeldAttempt } from './held-attempt';

/** What becomes of a record at the end of an attempt. */
export type Ending =
  | { readonly state: 'confirmed' }
  | {
      readonly state: 'parked' | 'ignored';
      readonly reason: string;
      readonly detail: JsonObject;
      /** A link that brings it back when it appears: of this sync, by its source key or target id. */
      readonly waitsFor?: { readonly sync: string; readonly key: string } | undefined;
    }
  /** It is worked on again, at once or later. */
  | {
      readonly state: 'landed';
      readonly at: Date | undefined;
      /** Why it waits, for people. */
      readonly detail: JsonObject;
      readonly counts: boolean;
    };

/**
 * What one attempt changes in the ledger at one moment, all of it or nothing: open an intent before a call,
 * remember facts between two calls, write down the outcome, settle the record.
 */
export interface Step {
  readonly held: HeldAttempt;
  readonly open?: Intent;
  /** The batch of the intent it opens: written when it is not there yet. */
  readonly batch?: Batch;
  /** Do not open the intent when a document like this exists already. */
  readonly refuseNearDuplicates?: boolean;
  /** Do not open the intent, or link what was found, when another record has the document or is about to. */
  readonly unique?: boolean;
  readonly remember?: { readonly intentId: string; readonly facts: JsonObject };
  readonly rememberBatch?: { readonly batchId: string; readonly facts: JsonObject };
  readonly intent?: IntentChange;
  readonly link?: Link;
  readonly closesLink?: boolean;
  readonly ending?: Ending;
  readonly events: readonly Pick<AuditEntry, 'kind' | 'detail'>[];
}

export type StepResult =
  | { readonly applied: true }
  /** Another attempt has the record by now; nothing was changed. */
  | { readonly applied: false; readonly because: 'superseded' }
  | { readonly applied: false; readonly because: 'near-duplicate'; readonly of: NearDuplicate }
  | { readonly applied: false; readonly because: 'of-another'; readonly of: ClaimedDocument };

/** Thrown inside an attempt that lost its record: it ends without a trace, the newer one goes on. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}
