import type { SourceFiles } from '../../connector/system';
import type { Runtime } from '../runtime';

/**
 * The files of the system that a sync reads: they are fetched through its own connection, when a write needs them.
 * Undefined when the sync is not on the canvas, or its source has no files.
 * @param signal ends a fetch on its way
 */
export function sourceFilesOf(
  { connections, syncs, clock }: Pick<Runtime, 'connections' | 'syncs' | 'clock'>,
  sync: string,
  signal: AbortSignal,
): SourceFiles | undefined {
  const source = syncs.get(sync)?.settings.source;
  const live = source === undefined ? undefined : connections.byNode(source);
  if (!live?.connection?.client.files) return undefined;
  const priority = syncs.priorityOf(sync);
  return {
    read: (key, maxBytes) =>
      live.use(async ({ client, calls }) => {
        const context = { calls: calls({ sync, signal, priority }), now: () => clock.now(), signal };
        return client.files?.read(key, maxBytes, context);
      }),
  };
}
