import { enabledNodes, type FlowNode, isRead, nameOf } from './flow-node';

/** Why a set of flows may not run, in a person's words. */
export interface Clash {
  readonly sync: string;
  readonly message: string;
}

/**
 * What must hold before flows run: one config node per sync name, one enabled read and one enabled dedup per
 * sync, and both on a tab. Two of them would read one cursor or hand out one record twice.
 */
export function findClashes(nodes: readonly FlowNode[]): readonly Clash[] {
  const enabled = enabledNodes(nodes);
  const syncs = enabled.filter(({ type }) => type === 'sync');
  const subflows = new Set(nodes.filter(({ type }) => type === 'subflow').map(({ id }) => id));
  const byName = Map.groupBy(syncs, nameOf);

  return [...byName].flatMap(([sync, definitions]) => {
    const ids = new Set(definitions.map(({ id }) => id));
    const ofSync = enabled.filter((node) => ids.has(String(node['sync'])));
    const reads = ofSync.filter(({ type }) => isRead(type));
    const dedups = ofSync.filter(({ type }) => type === 'dedup');
    const messages = [
      ...(definitions.length > 1 ? [`${definitions.length} sync settings have the name "${sync}"`] : []),
      ...tooMany(sync, 'read', reads),
      ...tooMany(sync, 'dedup', dedups),
      ...[...reads, ...dedups]
        .filter(({ z }) => subflows.has(z ?? ''))
        .map((node) => `"${nameOf(node)}" of "${sync}" stands in a subflow; it belongs on a tab`),
    ];
    return messages.map((message) => ({ sync, message }));
  });
}

function tooMany(sync: string, kind: string, found: readonly FlowNode[]): readonly string[] {
  if (found.length < 2) return [];
  const names = found.map((node) => `"${nameOf(node)}"`).join(', ');
  return [`"${sync}" has ${found.length} enabled ${kind} nodes (${names}); it may have one`];
}
