import type { JsonObject } from '../connector/json';
import type { MappingRule } from './mapping-rule';

/** What the map dialog asks the runtime for, and what it is told. */

/** `GET /ml/mapping/samples?node=<id>&sync=<name>`: stored records of the sync, the newest first. */
export interface MappingSamples {
  readonly samples: readonly MappingSample[];
}

export interface MappingSample {
  /** Id of the record in the ledger. */
  readonly id: string;
  readonly key: string;
  readonly state: string;
  /** What the map node would get; for streams with details the whole document, as it was last read. */
  readonly data: JsonObject;
}

/** `POST /ml/mapping/preview`, answered with a `Preview`: the mapping as it stands in the dialog, not deployed yet. */
export interface PreviewQuestion {
  /** Id of the map node. */
  readonly node: string;
  /** Name of the sync whose records reach it. */
  readonly sync: string | undefined;
  /** Id of the record to try it on. */
  readonly record: string;
  /** Id of the target connection's node. */
  readonly connection: string;
  readonly operation: string;
  readonly rules: readonly MappingRule[];
  readonly document: string;
}
