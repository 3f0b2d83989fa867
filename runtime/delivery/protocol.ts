import type { Json, JsonObject } from '../connector/json';
import type { OperationDeclaration } from '../connector/manifest';
import type { Calls, Operation, Row, SourceFiles } from '../connector/system';

/** What the nodes ask of delivery. Implemented in `delivery.ts`; everything durable happens behind it. */
export interface Delivery {
  /** Lands one page: new versions become records and jobs, seen ones are counted, the cursor moves; one transaction. */
  land(landing: Landing): Promise<LandingResult>;
  /** Begins to hand out the sync's records, in order per order key, at most `window` at once. */
  consume(consumption: Consumption): Promise<Consumer>;
  /** The write protocol: unchanged, resolve the open intent, look up, intent, call, link. See `write.ts`. */
  write(request: WriteRequest): Promise<WriteResult>;
  /** Settles an attempt that ended without a write, or with an error. Idempotent: a settled attempt stays as it is. */
  settle(attempt: AttemptRef, outcome: AttemptOutcome): Promise<Settlement>;
  /** Our own nodes say that the message is alive, and where. Renews the hold. */
  touch(attempt: AttemptRef, node: string): void;
  /** Makes parked, ignored or confirmed records work again. Returns how many. */
  replay(request: ReplayRequest): Promise<number>;
  /** A person's word on an unknown outcome. */
  resolve(request: ResolveRequest): Promise<void>;
  /** Whether the sync has anything left to do, for `--once`, the deploy gate and the console. */
  pending(syncs: readonly string[]): Promise<Pending>;
  /** Stops handing out records and waits until nothing is in flight, `timeoutMs` at most. True when drained. */
  drain(timeoutMs: number): Promise<boolean>;
  /** Goes on after `drain`. */
  resume(): void;
}

export interface Landing {
  readonly sync: string;
  readonly rows: readonly (Row & {
    /** Rows of one order key are worked on one at a time, oldest first. Default: the row's key. */
    readonly orderKey?: string;
    /** The dedup node's "only work on" rule said no, and the record has no link: it is ignored with this reason. */
    readonly ignore?: string;
    readonly tally?: { readonly amount: string; readonly currency: string; readonly date: string };
  })[];
  /** Absent when single records are fetched: then the cursor stays. */
  readonly cursor?: Json;
  /** Parked records with one of these reasons are tried again although nothing changed. */
  readonly retryParked?: readonly string[];
}

export interface LandingResult {
  readonly read: number;
  readonly landed: number;
  readonly unchanged: number;
  readonly ignored: Readonly<Record<string, number>>;
}

export interface Consumption {
  readonly sync: string;
  readonly window: number;
  /** How long a message may stay in the flow without one of our nodes touching it, milliseconds. */
  readonly holdMs: number;
  /** Called for every attempt; returns at once, the attempt is settled later. */
  onAttempt(attempt: Attempt): void;
}

export interface Consumer {
  /** Stops taking; attempts in flight go back to landed when they are not settled within `graceMs`. */
  stop(graceMs: number): Promise<void>;
  readonly inFlight: number;
}

/** What travels in `msg.record`. */
export interface AttemptRef {
  readonly id: string;
  readonly sync: string;
  readonly key: string;
  readonly attempt: number;
}

export interface Attempt extends AttemptRef {
  readonly company: string;
  readonly version: number;
  /** The row as it landed. */
  readonly data: JsonObject;
  /** Whether the record has a live link: it was sent before. */
  readonly sent: boolean;
  readonly ref: string | undefined;
  /** Policies that a replay overrides for this attempt; `write` heeds them by itself. */
  readonly options?: JsonObject;
}

export interface WriteRequest {
  readonly attempt: AttemptRef;
  readonly document: JsonObject;
  readonly operationName: string;
  readonly declaration: OperationDeclaration;
  readonly operation: Operation;
  /** Name of the connection in ledger and audit, for example `bill`. */
  readonly connection: string;
  readonly calls: Calls;
  /** Calls for a batch of many records; default: `calls`. */
  readonly batchCalls?: Calls;
  /** Files of the system that the record was read from. */
  readonly sourceFiles?: SourceFiles | undefined;
  readonly options: Readonly<Record<string, Json>>;
  readonly mappingVersion: string;
  /** False when another write follows in the flow: the record stays open. */
  readonly closes: boolean;
  /** The flow may tell the sender of a failure: a record that parks here is kept in work until it has done so. */
  readonly answered?: boolean;
  readonly signal: AbortSignal;
}

export type WriteResult =
  | { readonly result: 'confirmed' | 'updated' | 'unchanged'; readonly ref: string }
  /** Already settled in the ledger: the message ends here, without an error. */
  | { readonly result: 'waiting' }
  /** Settled in the ledger, or kept in work until the flow has told of it: the node reports it, Catch sees it. */
  | { readonly result: 'parked'; readonly reason: string; readonly detail: JsonObject };

export type AttemptOutcome =
  | { readonly outcome: 'confirmed' }
  | { readonly outcome: 'ignored'; readonly reason: string; readonly detail?: JsonObject }
  | {
      readonly outcome: 'parked';
      readonly reason: string;
      readonly detail?: JsonObject;
      readonly waitsFor?: { readonly sync: string; readonly key: string };
    }
  /** Any thrown value; delivery decides between retry, wait and park by its class. */
  | {
      readonly outcome: 'failed';
      readonly error: unknown;
      readonly node: string;
      /** As in `WriteRequest`. */
      readonly answered?: boolean;
    };

/** What became of it. */
export type Settlement =
  | { readonly state: 'confirmed' | 'landed' | 'superseded' }
  | { readonly state: 'ignored' | 'parked'; readonly reason: string };

export interface ReplayRequest {
  readonly by: string;
  readonly why: string;
  readonly recordIds?: readonly string[];
  readonly sync?: string;
  readonly reason?: string;
  /** Only count. */
  readonly dryRun?: boolean;
  /** Policies overridden for this replay, for example `{ "nearDuplicates": "allow" }`. */
  readonly options?: JsonObject;
}

export interface ResolveRequest {
  readonly by: string;
  readonly why: string;
  readonly recordId: string;
  /** It happened, under this id of the target; or it did not, and may be sent again. */
  readonly decision: { readonly happened: true; readonly ref: string } | { readonly happened: false };
}

export interface Pending {
  /** Records due now or being worked on. */
  readonly active: number;
  /** Records that wait for a time. */
  readonly waiting: readonly {
    readonly sync: string;
    readonly key: string;
    readonly until: Date;
    readonly why: string;
  }[];
  /** Records whose last write has an unknown outcome. */
  readonly unknown: number;
}
