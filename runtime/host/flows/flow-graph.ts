import { enabledNodes, type FlowNode, isWrite } from './flow-node';

/**
 * Whether a message that leaves this node can come to another write node. Follows wires, link nodes and
 * subflows; a disabled node ends a path, as it does in Node-RED.
 */
export function reachesWrite(nodes: readonly FlowNode[], from: string): boolean {
  const byId = new Map(enabledNodes(nodes).map((node) => [node.id, node]));
  const seen = new Set<string>();
  const queue = [...next(byId.get(from), byId)];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const node = byId.get(id);
    if (!node || seen.has(id)) continue;
    seen.add(id);
    if (isWrite(node.type)) return true;
    queue.push(...next(node, byId));
  }
  return false;
}

/** Whether a Catch that hears a node leads to a write: somebody may be told what failed there. */
export function isAnswered(nodes: readonly FlowNode[], id: string): boolean {
  const enabled = enabledNodes(nodes);
  const tab = enabled.find((node) => node.id === id)?.z;
  return enabled.some((node) => {
    if (node.type !== 'catch' || node.z !== tab) return false;
    const { scope } = node;
    return (!Array.isArray(scope) || scope.includes(id)) && reachesWrite(nodes, node.id);
  });
}

/** Nodes behind which a message still holds what it held before. */
const CHANGES_NOTHING = new Set(['switch', 'delay', 'junction', 'link in', 'link out']);

/** The nodes of a type that a message comes to with the payload that left `from`: nothing in between changes it. */
export function reachedUnchanged(
  nodes: readonly FlowNode[],
  from: string,
  type: string,
): readonly FlowNode[] {
  const byId = new Map(enabledNodes(nodes).map((node) => [node.id, node]));
  const seen = new Set<string>();
  const found: FlowNode[] = [];
  const queue = [...next(byId.get(from), byId)];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    const node = byId.get(id);
    if (!node || seen.has(id)) continue;
    seen.add(id);
    if (node.type === type) found.push(node);
    if (CHANGES_NOTHING.has(node.type)) queue.push(...next(node, byId));
  }
  return found;
}

type Nodes = ReadonlyMap<string, FlowNode>;

function next(node: FlowNode | undefined, byId: Nodes): readonly string[] {
  if (!node) return [];
  return [
    ...(node.wires ?? []).flat(),
    ...linksOf(node, byId),
    ...intoSubflow(node, byId),
    ...outOfSubflow(node, byId),
  ];
}

function linksOf(node: FlowNode, byId: Nodes): readonly string[] {
  if (node.type === 'link out' && node['mode'] === 'return') {
    return [...byId.values()]
      .filter(({ type }) => type === 'link call')
      .flatMap(({ wires }) => wires ?? [])
      .flat();
  }
  const links = node.type === 'link out' || node.type === 'link call' ? node['links'] : undefined;
  return Array.isArray(links) ? links.map(String) : [];
}

function intoSubflow(node: FlowNode, byId: Nodes): readonly string[] {
  if (!node.type.startsWith('subflow:')) return [];
  return portTargets(byId.get(node.type.slice('subflow:'.length)), 'in');
}

/** A node wired to the output of the subflow it stands in goes on behind every instance of that subflow. */
function outOfSubflow(node: FlowNode, byId: Nodes): readonly string[] {
  const subflow = byId.get(node.z ?? '');
  if (subflow?.type !== 'subflow' || !portTargets(subflow, 'out').includes(node.id)) return [];
  return [...byId.values()]
    .filter(({ type }) => type === `subflow:${subflow.id}`)
    .flatMap(({ wires }) => (wires ?? []).flat());
}

/** Ids that a subflow's ports are wired to: behind its inputs, before its outputs. */
function portTargets(subflow: FlowNode | undefined, side: 'in' | 'out'): readonly string[] {
  const ports = subflow?.[side];
  if (!Array.isArray(ports)) return [];
  return ports.flatMap((port: { wires?: readonly { id?: string }[] }) =>
    (port.wires ?? []).flatMap(({ id }) => id ?? []),
  );
}
