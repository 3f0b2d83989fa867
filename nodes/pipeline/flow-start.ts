import type { Node, NodeAPI } from 'node-red';

const SPARE = 10;

/**
 * Calls back when the flows have started, at every start that this node lives through: a message sent from a
 * constructor would be lost, and only now do all nodes exist that may clash.
 */
export function onFlowsStarted(RED: NodeAPI, node: Node, begin: () => void): void {
  const { events } = RED;
  // Each node listens once and takes its listener away again: many of them are no leak.
  events.setMaxListeners(Math.max(events.getMaxListeners(), events.listenerCount('flows:started') + SPARE));
  events.on('flows:started', begin);
  node.on('close', () => events.removeListener('flows:started', begin));
}

/** What a close waits for; a failure is told to Node-RED. */
export function onClose(node: Node, end: () => Promise<unknown>): void {
  node.on('close', (done: (error?: Error) => void) => {
    end().then(() => done(), done);
  });
}
