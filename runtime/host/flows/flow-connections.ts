import type { Registry } from '../../connector/registry';
import type { LiveConnection } from '../connections/connections';
import type { Runtime } from '../runtime';
import { enabledNodes, type FlowNode, isConnection } from './flow-node';

/** Opens the connections of a flow without Node-RED: for commands that only sign in or compare. */
export function openFlowConnections(
  nodes: readonly FlowNode[],
  systems: Registry,
  connections: Runtime['connections'],
): readonly LiveConnection[] {
  return enabledNodes(nodes)
    .filter(({ type }) => isConnection(type))
    .map((node) =>
      connections.open({
        module: systems.get(node.type.slice(0, -'-connection'.length)),
        nodeId: node.id,
        webhookName: typeof node['webhookName'] === 'string' ? node['webhookName'] : 'default',
        config: node,
        credentials: (node['credentials'] ?? {}) as Record<string, unknown>,
      }),
    );
}
