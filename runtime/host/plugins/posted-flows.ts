import type { FlowNode } from '../flows/flow-node';

/** A request of Node-RED's admin API that changes what runs. */
export type FlowChange = 'all' | 'one' | 'state';

/**
 * Which change a request asks for, if any. Node-RED's routes match without case and with a slash at the end, so
 * this does too.
 */
export function flowChangeOf(method: string, path: string): FlowChange | undefined {
  const plain = path.toLowerCase().replace(/\/+$/, '');
  if (method === 'POST' && plain === '/flows') return 'all';
  if (method === 'POST' && plain === '/flows/state') return 'state';
  if (method === 'POST' && plain === '/flow') return 'one';
  if ((method === 'PUT' || method === 'DELETE') && /^\/flow\/[^/]+$/.test(plain)) return 'one';
  return undefined;
}

/** The flows as they would be after the request, or undefined when it brings none. */
export function flowsAfter(
  request: { readonly method: string; readonly path: string; readonly body: unknown },
  current: readonly FlowNode[],
): readonly FlowNode[] | undefined {
  const change = flowChangeOf(request.method, request.path);
  if (change === 'all') return wholeFlows(request.body);
  if (change !== 'one') return undefined;
  const id = /\/flow\/([^/]+)\/?$/i.exec(request.path)?.[1];
  const body = (request.body ?? {}) as {
    readonly id?: string;
    readonly nodes?: readonly FlowNode[];
    readonly configs?: readonly FlowNode[];
    readonly disabled?: boolean;
  };
  if (request.method === 'DELETE') return current.filter((node) => node.id !== id && node.z !== id);
  const tab = id ?? body.id ?? '';
  const brought = [...listOf(body.nodes), ...listOf(body.configs)];
  const ids = new Set(brought.map((node) => node.id));
  const kept = current.filter(
    (node) => node.id !== tab && !ids.has(node.id) && (node.z !== tab || tab === ''),
  );
  return [...kept, { id: tab, type: 'tab', disabled: body.disabled === true }, ...brought];
}

/** Version 1 of the API posts the list itself, version 2 an object around it; a reload posts nothing. */
function wholeFlows(body: unknown): readonly FlowNode[] | undefined {
  const flows = Array.isArray(body) ? body : (body as { flows?: unknown } | undefined)?.flows;
  return Array.isArray(flows) ? listOf(flows) : undefined;
}

function listOf(nodes: unknown): readonly FlowNode[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.filter((node) => typeof node?.id === 'string' && typeof node?.type === 'string');
}
