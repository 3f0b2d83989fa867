/** One node of a flow as Node-RED stores it, as far as the host reads it. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  /** The tab or subflow it stands on; absent for tabs and config nodes. */
  readonly z?: string;
  readonly name?: string;
  readonly label?: string;
  /** Disabled node. */
  readonly d?: boolean;
  /** Disabled tab. */
  readonly disabled?: boolean;
  readonly wires?: readonly (readonly string[])[];
  readonly [property: string]: unknown;
}

export const isRead = (type: string): boolean => type.endsWith('-read');
export const isWrite = (type: string): boolean => type.endsWith('-write');
export const isConnection = (type: string): boolean => type.endsWith('-connection');

/** The nodes that a start would bring to life: not disabled, and not on a disabled tab. */
export function enabledNodes(nodes: readonly FlowNode[]): readonly FlowNode[] {
  const asleep = new Set(
    nodes.filter(({ type, disabled }) => type === 'tab' && disabled).map(({ id }) => id),
  );
  return nodes.filter(
    (node) => !node.d && !(node.type === 'tab' && node.disabled) && !asleep.has(node.z ?? ''),
  );
}

/** What a person calls it. */
export function nameOf(node: FlowNode): string {
  return node.name || node.label || node.id;
}
