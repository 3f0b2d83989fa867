import type { JsonObject } from './json';

/**
 * What a system declares about itself, as data. The edit dialogs, the validation of settings and documents,
 * the help and the reference docs are all made from this; nothing about a system is said twice.
 */
export interface SystemManifest {
  /** Folder name, node type prefix and name in reports, for example `epicor-kinetic`. */
  readonly system: string;
  readonly title: string;
  /** Raised when a declared field changes its meaning; a node's saved configuration carries it. */
  readonly version: number;
  /** Look of the nodes on the canvas. */
  readonly color: string;
  readonly connection: ConnectionDeclaration;
  readonly streams: Readonly<Record<string, StreamDeclaration>>;
  readonly operations: Readonly<Record<string, OperationDeclaration>>;
  readonly webhook?: WebhookDeclaration;
  /** First matching rule wins; what no rule matches is classified by status alone (see `classify`). */
  readonly errors: readonly ErrorRule[];
}

export interface ConnectionDeclaration {
  readonly fields: readonly FieldDeclaration[];
  readonly limits: LimitDeclaration;
  /** How long a call may take, milliseconds. */
  readonly timeouts: { readonly readMs: number; readonly writeMs: number };
  /** Names of the fields that hold an address this connection may call; any other host is refused. */
  readonly hosts: readonly string[];
}

export interface LimitDeclaration {
  /** Calls in flight at once, over all processes, sign-ins and polls included. */
  readonly inFlight: number;
  /** Name of the connection field that may change the number, if a customer may. */
  readonly field?: string;
  /** Names of the fields that together name whom the limit counts for, for example key and organization. */
  readonly per: readonly string[];
}

/** One value a person fills in: on a connection, a read or a write node. */
export interface FieldDeclaration {
  readonly name: string;
  readonly type: 'text' | 'secret' | 'url' | 'choice' | 'integer' | 'decimal' | 'boolean' | 'date' | 'list';
  readonly label: string;
  readonly help: string;
  readonly default?: string | number | boolean;
  /** Fields that few people change stand folded, under this heading. */
  readonly group?: string;
  /** All there is to choose from; for a `text` or `url` suggestions, beside which anything can be written. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  readonly required?: boolean;
  /** Needed only when the field `auth` has one of these values. */
  readonly requiredFor?: readonly string[];
  /** The environment variable a template takes it from, written `${NAME}` in the node. */
  readonly environment?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  /** A regular expression the text must match. */
  readonly pattern?: string;
}

export type CursorStrategy =
  | 'timestamp-overlap'
  | 'date-tie-break'
  | 'row-version'
  | 'full-scan-hash'
  | 'opaque-token'
  | 'status-queue';

export interface StreamDeclaration {
  readonly title: string;
  readonly help: string;
  /**
   * JSON Schema (draft-07) of a row, with the formats `decimal`, `date`, `date-time`: what it declares
   * `decimal` arrives as decimal text, and only declared fields are asked for and kept.
   */
  readonly row: JsonObject;
  /** Names of the row's fields that make its key, in order. */
  readonly key: readonly string[];
  readonly cursor: {
    readonly strategy: CursorStrategy;
    readonly precision: 'instant' | 'day' | 'row-version' | 'none';
    /** Whether pages come in cursor order, so that a landed page may move the cursor. */
    readonly ordered: boolean;
  };
  /** How a deleted row shows. */
  readonly deletes: 'status-flag' | 'key-set-difference' | 'never';
  /** True when rows of the list are heads only and the document is fetched whole, by key, just before it is mapped. */
  readonly detail: boolean;
  /** Row fields from which the proof of completeness sums. Absent for master data. */
  readonly tally?: { readonly amount: string; readonly currency?: string; readonly date: string };
  /** Fields of the read node for this stream. */
  readonly options: readonly FieldDeclaration[];
}

export interface OperationDeclaration {
  readonly title: string;
  readonly help: string;
  /** JSON Schema (draft-07) of the document; `decimal` values leave as exact number tokens. */
  readonly document: JsonObject;
  /** `put` makes or changes one linked document; `close` ends it (archive, void); `act` leaves the link alone. */
  readonly effect: 'put' | 'close' | 'act';
  /** Names of document fields whose change counts as a change. Absent: all of them. */
  readonly material?: readonly string[];
  /**
   * Fields of the document (dots reach inside) that near-duplicates share, the document number last: it is
   * compared without case, punctuation and leading zeros. Used when the option `nearDuplicates` is `park`.
   */
  readonly nearKey?: readonly string[];
  /**
   * A business key names one document of one record: a second record under it parks as `number-in-use`. The look-up
   * alone would not do where lists of the target show a new document late, or would take another record's document.
   */
  readonly unique?: boolean;
  /** How the look-up finds the document again, in a person's words. */
  readonly businessKey: string;
  /** May run for a parked record too: it tells the sender. */
  readonly reply?: boolean;
  /** Documents are written in batches. Goes with `batch` of the operation. */
  readonly batch?: BatchDeclaration;
  /** Policies: fields of the write node for this operation. */
  readonly options: readonly FieldDeclaration[];
}

export interface BatchDeclaration {
  /** Most documents in one batch. */
  readonly size: number;
  /** Name of the operation's option (an integer) that may change the size, if a customer may. */
  readonly field?: string;
  /** The target takes all of a batch or nothing of it. */
  readonly atomic: boolean;
  /** Changes of linked documents go in batches too. Else they are updated one by one, if they may be. */
  readonly updates?: boolean;
  /** Most of what `weigh` says, summed over a batch; a heavier document goes alone. */
  readonly maxWeight?: number;
  /** A batch that is not full goes when no document has come for so long, milliseconds; else delivery's policy. */
  readonly gatherMs?: number;
}

export interface WebhookDeclaration {
  readonly title: string;
  readonly help: string;
  /** Event type to the stream it wakes. */
  readonly wakes: Readonly<Record<string, string>>;
  /** Fields of the webhook node. */
  readonly options: readonly FieldDeclaration[];
}

/** How one recovers from a failure; the class of every error. */
export type Recovery =
  | 'retry'
  | 'refresh-sign-in'
  | 'rate-limited'
  | 'ambiguous'
  | 'rejected'
  | 'configuration'
  | 'not-found';

export interface ErrorRule {
  /** All that is given must match. `code` and `type` are what the client reads out of the answer. */
  readonly when: {
    readonly status?: readonly number[];
    readonly code?: readonly string[];
    readonly type?: RegExp;
    readonly message?: RegExp;
    /** What the call is counted as. */
    readonly call?: RegExp;
    /** Only for calls that are reads, or only for calls that are not. */
    readonly effect?: readonly ('read' | 'idempotent' | 'once')[];
  };
  readonly recovery: Recovery;
  /** Our code, upper snake case, for example `BILL_SESSION_EXPIRED`. */
  readonly code: string;
  /** For operators: what happened, and what to do. */
  readonly text: string;
  readonly remedy: string;
  /** Reason under which a rejected record parks; default `rejected-by-target`. */
  readonly reason?: string;
  /** Server gives no wait: wait this long, milliseconds. `next-hour` waits for the next full hour. */
  readonly wait?: number | 'next-hour';
}
