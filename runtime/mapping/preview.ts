import { ConfigurationError, RecordOutcome } from '../connector/errors';
import type { JsonObject } from '../connector/json';
import type { RecordFacts } from './functions';
import { type Finding, lintMapping } from './lint';
import { compileMapping, type MappingSource } from './mapping';

export interface PreviewRequest extends MappingSource {
  /** JSON Schema of the record, for the lint; absent when the stream is not known yet. */
  readonly row?: JsonObject;
  /** The stored record to map. */
  readonly data: JsonObject;
  readonly record: RecordFacts;
}

/** What would become of one record; what the map dialog shows beside it. */
export interface Preview {
  readonly version?: string;
  readonly document?: JsonObject;
  /** The record would not be sent, and why. */
  readonly outcome?: {
    readonly outcome: 'park' | 'ignore';
    readonly reason: string;
    readonly detail: Readonly<Record<string, unknown>>;
    readonly waitsFor?: { readonly sync: string; readonly key: string };
  };
  /** The mapping itself cannot work. */
  readonly error?: { readonly code: string; readonly message: string; readonly where: string };
  /** What would go wrong silently. */
  readonly findings: readonly Finding[];
}

/** Maps a stored record without any effect. Throws only what a look-up throws. */
export async function previewMapping(request: PreviewRequest): Promise<Preview> {
  try {
    const mapping = compileMapping(request);
    const findings = request.row ? lintMapping(request, request.row) : [];
    try {
      return { ...(await mapping.map(request.data, request.record)), findings };
    } catch (error) {
      if (!(error instanceof RecordOutcome)) throw error;
      const { outcome, reason, detail, waitsFor } = error;
      return {
        version: mapping.version,
        outcome: { outcome, reason, detail, ...(waitsFor ? { waitsFor } : {}) },
        findings,
      };
    }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { error: { code: error.code, message: error.message, where: error.where }, findings: [] };
  }
}
