import type { BatchItem } from '../../../runtime/connector/batch';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import type { Calls, TallyRow } from '../../../runtime/connector/system';
import type { AvidConnection, PathName } from '../connection';

export type Options = Readonly<Record<string, Json>>;

/** A kind of document that AvidXchange takes in batches. */
export interface BatchKind {
  /** Noun for people and for the names of calls: `vendor`. */
  readonly one: string;
  /** What the document is, as other names of fields call it. */
  readonly at: string;
  readonly batches: PathName;
  /** Schema of one item, for numbers on the wire. */
  readonly schema: JsonObject;
  /** Our id of the document, which is also its id for links. */
  readonly idOf: (document: JsonObject, avid: AvidConnection) => string;
  /** What no two documents of a batch may share. */
  readonly placeOf: (document: JsonObject, avid: AvidConnection) => string;
  /** The item as it is sent. @throws RecordOutcome when the document cannot be sent */
  readonly record: (document: JsonObject, avid: AvidConnection, options: Options) => JsonObject;
  /** Whether a result or a row of a list, in our names, is about the document; undefined: it does not say. */
  readonly isAbout: (said: JsonObject, document: JsonObject, avid: AvidConnection) => boolean | undefined;
  /** Whether a row of a list has what was sent, as far as it shows it. */
  readonly isAsSent: (
    row: JsonObject,
    document: JsonObject,
    avid: AvidConnection,
    options: Options,
  ) => boolean;
  /** Documents are read back even where the result of their batch is plain. */
  readonly readsBack: boolean;
  /** Facts about the document for other mappings, from what AvidXchange says of it. */
  readonly attributes: (
    said: JsonObject,
    item: Pick<BatchItem, 'remembered'>,
  ) => Readonly<Record<string, string>>;
  /** What AvidXchange has of these documents, in as few calls as it can be asked for. @throws SystemError */
  readonly find: (
    avid: AvidConnection,
    calls: Calls,
    documents: readonly JsonObject[],
  ) => Promise<readonly JsonObject[]>;
  readonly tally: (avid: AvidConnection, calls: Calls, now: Date) => AsyncIterable<TallyRow>;
}
