import { createRequire } from 'node:module';
import type { Node, NodeAPI } from 'node-red';

/** Of node-red-node-test-helper, which comes without types, what the tests use. */
interface NodeRedHelper {
  init(runtimePath: string, settings: object): void;
  load(sets: readonly ((RED: NodeAPI) => void)[], flow: readonly object[]): Promise<void>;
  unload(): Promise<void>;
  getNode(id: string): Node & { receive(message: object): void };
}

const load = createRequire(__filename);
const helper: NodeRedHelper = load('node-red-node-test-helper');

/** Runs a flow in a real Node-RED runtime, with the given node types and nothing else. */
export async function startFlow(
  sets: readonly ((RED: NodeAPI) => void)[],
  flow: readonly object[],
  settings: object,
): Promise<Pick<NodeRedHelper, 'getNode'>> {
  helper.init(load.resolve('node-red'), settings);
  await helper.load(sets, flow);
  return helper;
}

/** Stops the flow and forgets the node types. */
export function stopFlow(): Promise<void> {
  return helper.unload();
}
