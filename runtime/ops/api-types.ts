import type { JsonObject } from '../connector/json';

/** What `/ops/api/` answers. Instants are ISO-8601 UTC, amounts decimal text, dates `YYYY-MM-DD`. */
export interface Overview {
  readonly runtime: {
    readonly version: string;
    readonly store: 'embedded' | 'server';
    readonly startedAt: string;
  };
  readonly connections: readonly ConnectionView[];
  readonly syncs: readonly SyncView[];
}

export interface ConnectionView {
  readonly name: string;
  readonly system: string;
  readonly title: string;
  readonly state: 'unknown' | 'online' | 'offline';
  readonly code?: string;
  readonly cause?: string;
  readonly remedy?: string;
  readonly since?: string;
  readonly calls: number;
  readonly inFlight: number;
  readonly limit: number;
  readonly throttled: number;
  readonly signIns: number;
}

export interface SyncView {
  readonly name: string;
  readonly source: string;
  readonly stream: string;
  readonly target: string;
  readonly after: readonly string[];
  readonly counts: RecordCounts;
  /** Absent when the sync has no read node running in this process. */
  readonly nextReadAt?: string;
  readonly lastReadAt?: string;
  readonly fault?: string;
}

export interface RecordCounts {
  readonly landed: number;
  readonly working: number;
  readonly confirmed: number;
  readonly parked: number;
  readonly ignored: number;
  /** Records, in whatever state, whose last write has an unknown outcome. */
  readonly unknown: number;
}

export type RecordState = 'landed' | 'working' | 'confirmed' | 'parked' | 'ignored';

export interface RecordView {
  readonly id: string;
  readonly sync: string;
  readonly company: string;
  readonly key: string;
  readonly state: RecordState;
  readonly reason?: string;
  readonly detail?: JsonObject;
  readonly unknown: boolean;
  readonly amount?: string;
  readonly currency?: string;
  readonly date?: string;
  readonly ref?: string;
  readonly failures: number;
  readonly nextAttemptAt?: string;
  readonly updatedAt: string;
}

export interface RecordPage {
  readonly records: readonly RecordView[];
  readonly total: number;
  /** Parked and ignored records of the same filter, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
}

export interface PassportView {
  readonly record: RecordView;
  readonly reasonText?: string;
  readonly remedy?: string;
  readonly waitsFor?: { readonly sync: string; readonly key: string };
  readonly versions: readonly {
    readonly version: number;
    readonly hash: string;
    readonly landedAt: string;
    readonly data: JsonObject;
  }[];
  readonly intents: readonly {
    readonly id: string;
    readonly operation: string;
    readonly generation: number;
    readonly connection: string;
    readonly businessKey: string;
    readonly state: 'sent' | 'unknown' | 'confirmed' | 'rejected';
    readonly ref?: string;
    readonly mappingVersion: string;
    readonly body: JsonObject;
    readonly createdAt: string;
    readonly settledAt?: string;
  }[];
  readonly links: readonly {
    readonly connection: string;
    readonly ref: string;
    readonly attributes: JsonObject;
    readonly createdAt: string;
    readonly closedAt?: string;
  }[];
  readonly events: readonly {
    readonly seq: string;
    readonly at: string;
    readonly kind: string;
    readonly detail: JsonObject;
    readonly hash: string;
  }[];
}

export interface ReplayBody {
  readonly why: string;
  readonly recordIds?: readonly string[];
  readonly sync?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly options?: JsonObject;
}

export interface ResolveBody {
  readonly why: string;
  readonly happened: boolean;
  /** The document's id in the target; needed when it happened. */
  readonly ref?: string;
}

/** The one shape of every refusal. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
