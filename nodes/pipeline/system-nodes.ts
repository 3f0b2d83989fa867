import type { NodeAPI } from 'node-red';
import type { SystemModule } from '../../runtime/connector/system';
import { registerConnection } from './connection-node';
import { registerRead } from './read-node';
import { registerWebhook } from './webhook-node';
import { registerWrite } from './write-node';

/** Registers the node types of a system from what it declares: connection, read, write, and webhook if it pushes. */
export function registerSystem(RED: NodeAPI, module: SystemModule): void {
  registerConnection(RED, module);
  registerRead(RED, module);
  registerWrite(RED, module);
  registerWebhook(RED, module);
}
