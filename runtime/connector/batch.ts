import type { Json, JsonObject } from './json';
import type { Calls, Effect, LookUp, Operation, SourceFiles } from './system';

/**
 * How an operation writes many documents with one call. The declaration says how many (`batch` in the manifest);
 * delivery gathers them, writes every intent and the batch down before `send`, and keeps an outcome for each.
 * Where an operation has this, `create` (and `update`, when the declaration says `updates`) is never called.
 */
export interface BatchedWrite {
  /**
   * Sends the items as one batch that the target knows by `context.externalId`. Called at most once per batch, and
   * never for a batch that may have been sent before. May follow the batch for a while, and answers `pending` when
   * the target needs longer. Big parts (images) are fetched in here and not kept.
   *
   * Whatever is thrown is about the whole batch. When provably nothing happened and the target (or a check of ours)
   * refused it, delivery halves the batch until the refused record is alone; when it may have happened, the batch
   * is looked up. A target that names the refused items is better answered with results: `refused` for those,
   * `again` for the others.
   */
  send(items: readonly BatchItem[], context: BatchContext): Promise<BatchAnswer>;
  /**
   * What became of a batch that was sent, or may have been. Reads only. `items` are all items of the batch, as they
   * were sent and in that order, also those that are settled already.
   * Absent: after an unclear outcome each item is looked up by itself (`lookUp`; an update is repeated).
   */
  lookUp?(
    items: readonly BatchItem[],
    context: BatchContext,
  ): Promise<BatchAnswer | { readonly status: 'absent' }>;
  /**
   * `lookUp` of the operation for many documents before they are sent, in as few calls as possible: one answer for
   * each, in order. Reads only. Absent: each is looked up by itself.
   */
  lookUpItems?(items: readonly BatchCandidate[], context: BatchReading): Promise<readonly LookUp[]>;
  /** How much of the declared `maxWeight` this document takes, for example the bytes of its images. Pure. */
  weigh?(document: JsonObject): number;
}

/** A document that may become an item of a batch. */
export interface BatchCandidate {
  readonly record: { readonly sync: string; readonly company: string; readonly key: string };
  readonly document: JsonObject;
}

export interface BatchItem extends BatchCandidate {
  /** Names the item in the answer: unique, the same for as long as the batch is of interest. A UUID. */
  readonly id: string;
  /** The document is linked and changed: its id over there, and the document as last written. */
  readonly linked?: { readonly ref: string; readonly previous: JsonObject };
  /** What `remember` stored about this item, in this process or one that died. */
  readonly remembered: JsonObject;
  /** Stores facts about this item, durably, before the next call is made. Only within `send`. */
  remember(facts: JsonObject): Promise<void>;
}

export interface BatchReading {
  readonly calls: Calls;
  /** The write node's fields for this operation. */
  readonly options: Readonly<Record<string, Json>>;
  /** All items are of one sync and one company. */
  readonly sync: string;
  readonly company: string;
  /** Absent where the source of the sync has no files, or does not run here. */
  readonly sourceFiles?: SourceFiles | undefined;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export interface BatchContext extends BatchReading {
  /**
   * What the target is to know the batch by: company, day and twelve random hexadecimal digits, of letters, digits,
   * `-` and `_`, at most 42 long: `EPIC06-20260105-9f86d081884c`. Durable before `send`, used for this batch only.
   */
  readonly externalId: string;
  readonly sentAt: Date;
  /** What `remember` stored about the batch, in this process or one that died. */
  readonly remembered: JsonObject;
  /** Stores facts about the batch (its id over there), durably, before the next call is made. Only within `send`. */
  remember(facts: JsonObject): Promise<void>;
  /** A number never given out before under this name, counting up from `start`. */
  nextNumber(name: string, start: number): Promise<number>;
}

export type BatchAnswer =
  /**
   * The target has judged the batch. Items without a result: where the batch is declared atomic and another item
   * was refused, nothing happened to them and they go again; else their outcome is unknown.
   */
  | { readonly status: 'done'; readonly results: readonly BatchResult[] }
  /** The target has the batch and is not done with it; results may be there for some items. */
  | {
      readonly status: 'pending';
      readonly results?: readonly BatchResult[];
      /** When it is worth looking again, milliseconds from now. */
      readonly lookInMs: number;
      /** In a person's words: `the batch is being processed`. */
      readonly why: string;
    };

/** What became of one item. */
export type BatchResult = { readonly id: string } & (
  | ({ readonly outcome: 'done' } & Effect)
  /** The record parks. */
  | {
      readonly outcome: 'refused';
      /** A code of the table of reasons; default `rejected-by-target`. */
      readonly reason?: string;
      /** The target's own code and words, redacted by the caller where they may hold a secret. */
      readonly code?: string;
      readonly message: string;
      /** What a person needs to decide: amounts, candidates. */
      readonly detail?: JsonObject;
    }
  /** Provably not done, through no fault of its own: it goes again, in another batch. */
  | { readonly outcome: 'again'; readonly message: string }
  /** Nobody can tell: it is looked up by itself. */
  | { readonly outcome: 'unknown'; readonly message?: string }
);

/** The `create` of an operation that only writes in batches. */
export const onlyInBatches: Operation['create'] = async () => {
  throw new TypeError('this operation writes in batches only: its declaration must say `batch`');
};
