import { ConfigurationError, RecordOutcome } from '../connector/errors';
import type { JsonObject } from '../connector/json';
import type { RecordFacts } from './functions';
import { lintMapping } from './lint';
import { compileMapping, type MappingSource } from './mapping';
import type { Preview } from './preview-report';

export interface PreviewRequest extends MappingSource {
  /** JSON Schema of the record, for the lint; absent when the stream is not known yet. */
  readonly row?: JsonObject;
  /** The stored record to map. */
  readonly data: JsonObject;
  readonly record: RecordFacts;
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
