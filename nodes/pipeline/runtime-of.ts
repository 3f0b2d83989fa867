import type { NodeAPI } from 'node-red';
import type { Runtime } from '../../runtime/host/runtime';

/** The runtime that the settings file opened. Node constructors run after that. */
export function runtimeOf(RED: NodeAPI): Runtime {
  const { mlConnector } = RED.settings as { readonly mlConnector?: Runtime };
  if (mlConnector) return mlConnector;
  throw new Error('These nodes need the runtime of ml-connector: start with its settings.js.');
}
