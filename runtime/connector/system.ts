import type { BatchedWrite } from './batch';
import type { Json, JsonObject } from './json';
import type { SystemManifest } from './manifest';

/**
 * What a system must be able to do. A system is one folder that exports a `SystemModule`; it imports this
 * contract and nothing else of the runtime's inside.
 */
export interface SystemModule {
  readonly manifest: SystemManifest;
  /** Makes the client of one connection. Makes no call. */
  connect(settings: ConnectionSettings): SystemClient;
}

/** The resolved, validated fields of a connection, by their declared names. Secrets are plain in here only. */
export type ConnectionSettings = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SystemClient {
  /** Opens a session with the least possible call. Absent when every call carries its own credentials. */
  signIn?(calls: UnsignedCalls, memory: SessionMemory): Promise<Session>;
  /** Ends a session on a clean stop, where the system counts seats. */
  signOut?(session: Session, calls: UnsignedCalls, memory: SessionMemory): Promise<void>;
  /** Adds what proves identity to a call: headers, cookies. Pure. */
  authorize(request: HttpRequest, session: Session | undefined): HttpRequest;
  /** Reads the system's own code, type and words out of a failed answer. Must survive HTML, XML, empty. Pure. */
  describeFailure(answer: HttpAnswer): FailureDescription;
  /** Optional second look at an answer that came with a good status but hides an error. Pure. */
  findHiddenFailure?(answer: HttpAnswer, request: HttpRequest): FailureDescription | undefined;
  /** What somebody should do before it is too late, in a person's words. Asked after each sign-in. Makes no call. */
  warnings?(): readonly string[];
  /** Signs in and makes the least possible call; throws a `SystemError` that names the cause. */
  ping(calls: Calls): Promise<PingReport>;
  readonly streams: Readonly<Record<string, StreamReader>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly webhook?: WebhookReceiver;
  /** Where documents have files of their own: images, receipts. */
  readonly files?: FileReader;
}

export interface Session {
  /** What `authorize` needs. Never logged. */
  readonly token: string;
  /** Not to be used from this instant on, epoch ms. */
  readonly expiresAt?: number;
  /** Not to be used when idle for longer, milliseconds. */
  readonly idleMs?: number;
}

/**
 * What a system needs to know of its open session beyond the end of the process: where seats are counted, the next
 * runtime goes on with the session that a killed one left, or ends it. Durable and sealed where there is a store;
 * a store that is away remembers nothing and fails nothing.
 */
export interface SessionMemory {
  /** As it was saved last, by whatever runtime of this store; empty when nothing was. */
  load(): Promise<JsonObject>;
  save(facts: JsonObject): Promise<void>;
}

export interface PingCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
  /** Nothing is wrong yet, and somebody should do what the detail says. */
  readonly warning?: boolean;
}

export interface PingReport {
  readonly ok: true;
  /** Who and where, in a person's words, without secrets: `company EPIC06 on https://…`. */
  readonly identity: string;
  /** Per right that the product needs, whether this sign-in has it. */
  readonly checks: readonly PingCheck[];
  /** Server clock minus ours, milliseconds, when the server says its time. */
  readonly clockSkewMs?: number;
}

// ---- calls --------------------------------------------------------------------------------------------

export interface HttpRequest {
  /** What it is counted and audited as, kebab-case: `list-vendors`, `login`, `create-bill`. */
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, or beginning with `/` and then relative to the connection's base URL. Already URL-encoded. */
  readonly url: string;
  /** Encoded with %20, appended to the url. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** One of the three, or none. Decimal text under `bodySchema` leaves as exact number tokens. */
  readonly json?: Json;
  readonly bodySchema?: JsonObject;
  readonly form?: Readonly<Record<string, string>>;
  readonly bytes?: { readonly content: Uint8Array; readonly type: string };
  /**
   * `read` and `idempotent` calls are repeated by the HTTP client on passing failures; a call with effect
   * `once` is sent at most once, and its unclear outcome surfaces as an `ambiguous` error.
   */
  readonly effect: 'read' | 'idempotent' | 'once';
  readonly timeoutMs?: number;
  /** Failure statuses that this caller reads itself, for example 404. */
  readonly accept?: readonly number[];
  /**
   * `bare`: a redirect of this read is followed to whatever host it names, as systems do that hand out documents
   * from a store of files. Nothing of ours goes there: no session, no header of this request. Headers that only
   * the redirect had, `location` among them, are headers of the answer too. `none`: a redirect is the answer, for
   * systems that send a read without a session to a page.
   */
  readonly redirects?: 'bare' | 'none';
  /** The content of a good answer is a file, of at most so many bytes: it comes as `bytes`, and is never taken for text. */
  readonly file?: { readonly maxBytes: number };
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body read losslessly: safe integers as numbers, every other number as its exact text. Undefined when it is not JSON. */
  readonly json: Json | undefined;
  /** The content, where the request asked for a file. */
  readonly bytes?: Uint8Array;
}

/** Calls in a session, within the connection's limit, audited. */
export interface Calls {
  /** Throws `SystemError`. */
  call(request: HttpRequest): Promise<HttpAnswer>;
}

/** The same without a session, for signing in and out. */
export type UnsignedCalls = Calls;

export interface FailureDescription {
  readonly code?: string;
  readonly type?: string;
  /** The system's own words, for operators. Redacted before it is stored. */
  readonly message: string;
  /** Wait that the server asked for in another way than `Retry-After`, milliseconds. */
  readonly waitMs?: number;
}

// ---- reading --------------------------------------------------------------------------------------------

export interface StreamReader {
  /**
   * Yields what changed since the cursor, page by page. The consumer asks for the next page only when the one
   * before has landed, so a page's `cursor` may say "everything up to and including this page has landed".
   * @throws SystemError
   */
  read(query: ReadQuery, context: ReadContext): AsyncIterable<Page>;
  /** The whole document of one key, fresh, or undefined when it is gone. Required when the stream declares `detail`. */
  get?(key: string, context: ReadContext): Promise<JsonObject | undefined>;
}

export interface ReadQuery {
  /** As the last landed page left it; undefined on the first read. */
  readonly cursor: Json | undefined;
  /** The read node's fields for this stream. */
  readonly options: Readonly<Record<string, Json>>;
  /** Read everything, whatever the cursor says: reconciliation and the periodic full pass. */
  readonly full: boolean;
  /** Keys of documents that deliveries named. A list that lags does not show them yet; reading by key may. */
  readonly named?: readonly string[];
}

export interface ReadContext {
  readonly calls: Calls;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** Files that hang on documents. They are fetched when they are needed, and never travel in messages. */
export interface FileReader {
  /**
   * The content of one file, by the key that the document gives. Undefined when there is no such file.
   * @throws SystemError of recovery `rejected` when it is larger than `maxBytes`
   */
  read(key: string, maxBytes: number, context: ReadContext): Promise<FileContent | undefined>;
}

export interface FileContent {
  readonly bytes: Uint8Array;
  /** Of the bytes, lower-case hex. */
  readonly sha256: string;
}

/** Files of the system that a record was read from, for operations that send them on. */
export interface SourceFiles {
  /**
   * The content of one file, by the key that the row gives. Undefined when there is no such file.
   * @throws SystemError as the source's `FileReader` does
   */
  read(key: string, maxBytes: number): Promise<FileContent | undefined>;
}

export interface Page {
  readonly rows: readonly Row[];
  /** Where a later read goes on once this page has landed. */
  readonly cursor: Json;
}

export interface Row {
  /** Unique within the stream and company, stable for the life of the document. */
  readonly key: string;
  readonly company: string;
  /** The declared fields; decimals as text, business dates as `YYYY-MM-DD`, instants as ISO-8601 UTC. */
  readonly data: JsonObject;
  /** Rows of a full read that an ordinary read leaves out for now: it is no fault that they have not landed. */
  readonly notNow?: boolean;
}

// ---- writing --------------------------------------------------------------------------------------------

export interface Operation {
  /** The document's identity in the target, for the ledger and for people: `vendor 0091… invoice A-17`. Pure. */
  businessKey(document: JsonObject): string;
  /**
   * Looks in the target for the effect of this document: before a create, and after every unclear outcome.
   * Reads only. Says `conflict` when something there must not be touched or adopted.
   */
  lookUp(document: JsonObject, context: OperationContext): Promise<LookUp>;
  /**
   * Brings the effect about. Called only under a durable intent, at most once per intent, and not at all where
   * there is `batch`.
   */
  create(document: JsonObject, context: OperationContext): Promise<Effect>;
  /** Brings the linked document to this state. Absent: a change after sending parks as `changed-after-sent`. */
  update?(
    ref: string,
    document: JsonObject,
    previous: JsonObject,
    context: OperationContext,
  ): Promise<Effect>;
  /** Writes many documents with one call. Goes with `batch` in the declaration. */
  readonly batch?: BatchedWrite;
  /** Completes an effect that a look-up found partial. Required where `create` makes several calls. */
  resume?(partial: PartialEffect, document: JsonObject, context: OperationContext): Promise<Effect>;
  /**
   * Every live document of this kind in the target, for the proof of completeness.
   * @param adopted refs of documents that were there already when ours came; nothing on them says that they are ours
   */
  tally?(context: OperationContext, adopted?: ReadonlySet<string>): AsyncIterable<TallyRow>;
}

export interface OperationContext {
  readonly calls: Calls;
  /** The write node's fields for this operation. */
  readonly options: Readonly<Record<string, Json>>;
  readonly record: { readonly sync: string; readonly company: string; readonly key: string };
  /** Absent where the record's source has no files, or does not run here. */
  readonly sourceFiles?: SourceFiles | undefined;
  /**
   * True while an unclear outcome is resolved: the question is whether what was sent under this intent is there,
   * not whether something like it is.
   */
  readonly resolving?: boolean;
  /** What `remember` stored under this intent, in this process or one that died. */
  readonly remembered: JsonObject;
  /** Stores facts about a write of several calls, durably, before the next call is made. */
  remember(facts: JsonObject): Promise<void>;
  /** A number never given out before under this name, counting up from `start`. */
  nextNumber(name: string, start: number): Promise<number>;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

export type LookUp =
  | { readonly found: 'absent' }
  | PartialEffect
  | ({ readonly found: 'present' } & Effect)
  /** The record parks with this reason, or is ignored with it; nothing is written. */
  | {
      readonly found: 'conflict';
      readonly reason: string;
      readonly detail: JsonObject;
      /**
       * What is looked for is certainly not there, whatever keeps it from being made now: a write of it whose outcome is
       * unclear did not happen.
       */
      readonly absent?: boolean;
      /** There is nothing to do, and nothing for a person to decide. */
      readonly ignored?: boolean;
    };

export interface PartialEffect {
  readonly found: 'partial';
  readonly ref: string;
  /** What is not there yet, in a person's words. */
  readonly missing: string;
}

export interface Effect {
  /** The document's id in the target. */
  readonly ref: string;
  /** Facts about the target document that other mappings ask for through `$link`, for example its currency. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Set when a look-up found the document made by somebody else and it is taken over. */
  readonly adopted?: boolean;
}

export interface TallyRow {
  readonly ref: string;
  /** Decimal text, in the document's currency; absent for documents without an amount. */
  readonly amount?: string;
  readonly currency?: string;
  /** Calendar date. */
  readonly date?: string;
}

// ---- being told --------------------------------------------------------------------------------------------

export interface WebhookReceiver {
  /**
   * Verifies a delivery over its raw bytes, in constant time, with any of the secrets.
   * Returns undefined when no secret fits: the caller answers 401 and keeps nothing.
   */
  verify(delivery: WebhookDelivery, secrets: readonly string[]): WebhookEvent | undefined;
  /**
   * Keeps the subscription alive: creates or adopts it, checks that it is enabled, re-enables it.
   * Absent when the system has no subscription calls.
   */
  keep?(subscription: SubscriptionContext): Promise<SubscriptionReport>;
}

export interface WebhookDelivery {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly now: Date;
}

export interface WebhookEvent {
  readonly id: string;
  readonly type: string;
  /** Key of the document it is about, when it says so. */
  readonly key?: string;
  /** Answer to give other than 200 with an empty body. */
  readonly answer?: { readonly status: number; readonly body: string };
}

export interface SubscriptionContext {
  readonly calls: Calls;
  /** Where deliveries should go, absolute. */
  readonly url: string;
  readonly options: Readonly<Record<string, Json>>;
  /** Durable, encrypted facts of this subscription: its id, its secrets (newest first). */
  readonly state: JsonObject;
  save(state: JsonObject): Promise<void>;
  readonly now: () => Date;
}

export interface SubscriptionReport {
  readonly status: 'healthy' | 'created' | 're-enabled' | 'refused';
  readonly detail: string;
  /** True when deliveries may have been missed: the caller reads at once. */
  readonly catchUp: boolean;
  /** Secrets that deliveries may be signed with, newest first. */
  readonly secrets: readonly string[];
}
