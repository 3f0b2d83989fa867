import { ConfigurationError } from '../../connector/errors';
import type { JsonObject } from '../../connector/json';
import type { StreamDeclaration } from '../../connector/manifest';
import type { MappingRule } from '../../mapping/mapping-rule';
import { previewMapping } from '../../mapping/preview';
import type { Preview } from '../../mapping/preview-report';
import type { LiveConnection } from '../connections/connections';
import type { Runtime } from '../runtime';
import { readSample } from './mapping-samples';

/** What stands in the map dialog, saved or not, and the stored record to try it on. */
export interface MappingDraft {
  readonly record: string;
  /** Id of the target's connection node. */
  readonly connection: string;
  readonly operation: string;
  readonly rules: readonly MappingRule[];
  readonly document: string;
}

const FETCH_MS = 10_000;

/**
 * What a mapping would make of a stored record, without any effect.
 * @throws ConfigurationError when the record or the operation is not there
 */
export async function previewDraft(runtime: Runtime, draft: MappingDraft): Promise<Preview> {
  const { key, data, facts } = await readSample(runtime.ledger, draft.record);
  const source = sourceOf(runtime, facts.sync);
  const row = source?.declaration.row;
  return previewMapping({
    rules: draft.rules,
    document: draft.document,
    documentSchema: schemaOf(runtime, draft),
    lookups: runtime.lookups,
    runner: runtime.programs,
    data: (source && (await fetchWhole(runtime, source, key))) ?? data,
    record: facts,
    ...(row ? { row } : {}),
  });
}

interface Source {
  readonly sync: string;
  readonly stream: string;
  readonly live: LiveConnection;
  readonly declaration: StreamDeclaration;
}

function sourceOf(runtime: Runtime, sync: string): Source | undefined {
  const settings = runtime.syncs.get(sync)?.settings;
  const live = settings && runtime.connections.byNode(settings.source);
  const declaration = settings && live?.module.manifest.streams[settings.stream];
  return live && declaration ? { sync, stream: settings.stream, live, declaration } : undefined;
}

/** As the flow would get it. When the source is away the landed row must do. */
async function fetchWhole(runtime: Runtime, source: Source, key: string): Promise<JsonObject | undefined> {
  const { sync, stream, live, declaration } = source;
  if (!declaration.detail) return undefined;
  const signal = AbortSignal.timeout(FETCH_MS);
  const fetching = live.use(async ({ client, calls }) =>
    client.streams[stream]?.get?.(key, {
      calls: calls({ sync, signal }),
      now: () => runtime.clock.now(),
      signal,
    }),
  );
  return fetching.catch(() => undefined);
}

function schemaOf(runtime: Runtime, { connection, operation }: MappingDraft): JsonObject {
  const declaration = runtime.connections.byNode(connection)?.module.manifest.operations[operation];
  if (declaration) return declaration.document;
  throw new ConfigurationError(
    'OPERATION_UNKNOWN',
    `There is no operation "${operation}" on the chosen connection.`,
    'map dialog',
    'Choose a connection and an operation; a new connection must be deployed first.',
  );
}
