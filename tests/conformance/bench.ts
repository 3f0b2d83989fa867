import type { Clock } from '../../runtime/connector/clock';
import type { JsonObject } from '../../runtime/connector/json';
import type { SourceFiles, SystemModule, WebhookDelivery } from '../../runtime/connector/system';
import type { MovableClock } from '../../sandbox/clock';
import type { FaultProxy } from '../../sandbox/faults/proxy';

/**
 * What no manifest can say of a system: how its simulation is started, filled and made nasty. One per system,
 * `benches/<system>.ts`, exported as `bench`. What a bench cannot do fails its checks until it is waived.
 */
export interface Bench {
  /** Starts the simulated system, empty but for what its rows and documents refer to, behind a fault proxy. */
  start(): Promise<Stand>;
  /** Set-ups that a ping must tell apart, beside those that every system has. */
  readonly troubles: readonly Trouble[];
  /** The registered system with a clock of the tests, for systems that wait inside an operation. */
  module?(clock: Clock): SystemModule;
}

export type Settings = Readonly<Record<string, string | number | boolean>>;

/** A simulated system, running. */
export interface Stand {
  readonly proxy: FaultProxy;
  readonly clock: MovableClock;
  /** Fields of a connection that works, through the proxy, with the sign-in that has sessions if there is one. */
  readonly settings: Settings;
  /** Largest page that lists give from now on, whatever is asked for. */
  limitPages(rows: number): void;
  /** Ends every session given out so far. */
  expireSessions(): void;
  /** Changes a secret at the system; gives the fields that work from now on. */
  rotateSecret(): Settings;
  /** Makes wrong at the system what a trouble of this name says. */
  arrange(trouble: string): void;
  readonly streams: Readonly<Record<string, StreamSample>>;
  readonly operations: Readonly<Record<string, OperationSample>>;
  readonly webhook?: WebhookSample;
  /** Body of an answer with status 200 that is an error. */
  readonly hiddenError: string;
  /** Everything that an integration can change, for comparing two moments. */
  writable(): unknown;
  stop(): Promise<void>;
}

/** Something that is set up wrongly, and what a ping must say about it. */
export interface Trouble {
  readonly name: string;
  /** Wrong at the connection. */
  readonly settings?: Settings;
  /** Wrong at the system, see `arrange`. */
  readonly arranged?: boolean;
  /** Code of the error, or the name of the check of the report that fails. */
  readonly code?: string;
  readonly failsCheck?: RegExp;
}

export interface RowWish {
  /** Decimal text that the row's amount is to be. */
  readonly amount?: string;
  /** The date that "not before" looks at. */
  readonly date?: string;
  /** All of one call with the same stamp; stamped a little before the newest row; without a stamp. */
  readonly stamp?: 'tied' | 'late' | 'none';
}

export interface StreamSample {
  /** Adds rows that a read gives, with every field filled in that the system fills in. Gives their keys. */
  add(count: number, wish?: RowWish): string[];
  /** Changes something that lands. */
  change(key: string): void;
  /** Deletes the row the way the stream declares; absent where it is never deleted. */
  remove?(key: string): void;
  /** Whether a row of the stream says that it was deleted; for streams with a status flag. */
  isGone?(row: JsonObject): boolean;
}

export interface OperationSample {
  /** A document that was never sent, with all that it refers to at the system. */
  document(): JsonObject;
  /** What stands at the system because of this document, one text for each effect. */
  effects(document: JsonObject): string[];
  /** The same document changed where it counts; absent where a document of this kind does not change. */
  changed?(document: JsonObject): JsonObject;
  /** Somebody else saves what the document writes to. */
  touch?(document: JsonObject): void;
  /** Somebody has entered it by hand: the very same, or another one under its number. */
  enterByHand?(document: JsonObject, how: 'same' | 'other'): void;
  /** What stands there because of the document loses a part that counts. False when there is none to lose yet. */
  spoil?(document: JsonObject): boolean;
  /** A document whose texts have quotes, accents, plus signs, other scripts, and all the length they may have. */
  unusual?(): JsonObject;
  /** A document that its schema allows and the system refuses; for operations that write in batches. */
  refused?(): JsonObject;
  /** It only looks and links: nothing of it is stored at the system. */
  readonly onlyLinks?: boolean;
  /** Where the files that documents name come from. */
  readonly files?: SourceFiles;
  /** Fields of the write node. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export interface WebhookSample {
  /** Makes something happen that a subscriber hears of, `count` times. */
  happen(count: number): void;
  /** Sets up by hand what delivers to an address; gives the secrets. For systems without calls for subscriptions. */
  subscribe?(url: string): readonly string[];
  /** False where a delivery is known by a header alone, whatever its body says. Default true. */
  readonly bodyIsSigned?: boolean;
  /** Switches off what delivers to this address, as the system does after failures. */
  switchOff(url: string): void;
  /** The same delivery as if it had been signed long ago; absent where signatures hold no time. */
  aged?(delivery: WebhookDelivery): WebhookDelivery;
}
