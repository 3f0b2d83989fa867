import type { TargetSource } from '../delivery/target';
import { sourceFilesOf } from './reading/source-files';
import type { Runtime } from './runtime';

/** Finds the operation behind an intent among the connections that live here, whatever the canvas has become since. */
export function intentTargets(parts: Pick<Runtime, 'connections' | 'syncs' | 'clock'>): TargetSource {
  return (intent, signal, sync) => {
    const live = parts.connections.get(intent.connection);
    const operation = live?.connection?.client.operations[intent.operation];
    const declaration = live?.module.manifest.operations[intent.operation];
    if (!live?.connection || !operation || !declaration) return undefined;
    return {
      connection: live.name,
      operationName: intent.operation,
      declaration,
      operation,
      calls: live.connection.calls({ recordId: intent.recordId }),
      batchCalls: live.connection.calls(),
      sourceFiles: sourceFilesOf(parts, sync, signal),
      options: intent.options,
      signal,
    };
  };
}
