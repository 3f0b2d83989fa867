import type { Express, RequestHandler } from 'express';
import type { NodeAPI } from 'node-red';
import { announce } from '../announce';
import type { FlowNode } from '../flows/flow-node';
import { findClashes } from '../flows/flow-rules';
import { unsafeExpressions } from '../flows/mapping-safety';
import type { Host } from '../host-handle';
import { operationsOf } from '../operations';
import { onSignal } from '../shutdown';
import { adminRoutes } from './admin-routes';
import { mountOpen, mountOperations } from './http-mounts';
import { injectGuard } from './inject-guard';
import { LIBRARY_TYPE, TemplateLibrary } from './template-library';

/** Of Node-RED's plugin API, what its types leave out. */
interface Plugins {
  readonly plugins: { registerPlugin(id: string, definition: object): void };
  readonly comms: { publish(topic: string, data: object, retain?: boolean): void };
}

const NOTICE = 'notification/ml-deploy';

/**
 * The part of the host that Node-RED loads before any node: Node-RED waits until the runtime is open, so no node
 * is ever made without one.
 */
export default async function registerHost(RED: NodeAPI): Promise<void> {
  const { plugins, comms } = RED as unknown as Plugins;
  plugins.registerPlugin(LIBRARY_TYPE, { type: 'node-red-library-source', class: TemplateLibrary });
  const { mlHost: host } = RED.settings as { readonly mlHost?: Host };
  if (!host) return;
  const runtime = await host.opening;
  const { delivery, log } = runtime;
  const guard = (permission: string) => RED.auth.needsPermission(permission) as unknown as RequestHandler;
  const admin = RED.httpAdmin as unknown as Express | undefined;
  let flowsRun = false;
  RED.events.on('flows:started', () => {
    flowsRun = true;
    delivery.resume();
  });
  RED.events.on('flows:stopping', () => {
    flowsRun = false;
  });

  host.deployGate.attach({
    mayDeploy: guard('flows.write'),
    currentFlows: () => flowsOf(RED),
    faultsOf: (nodes) => [
      ...findClashes(nodes).map(({ message }) => message),
      ...unsafeExpressions(nodes, host.systems),
    ],
    drain: (timeoutMs) => delivery.drain(timeoutMs),
    resume: () => delivery.resume(),
    tell: (text) => comms.publish(NOTICE, text ? { type: 'compact', text } : {}, false),
  });
  admin?.post(
    '/inject/:id',
    guard('inject.write'),
    injectGuard({
      typeOf: (id) => (RED.nodes.getNode(id) as { type?: string } | null)?.type,
      audit: (event, request) => RED.log.audit(event as never, request as never),
    }),
  );
  admin?.use(
    '/ml',
    adminRoutes({
      runtime,
      systems: host.systems,
      guard,
      storedSecrets: (id) => (RED.nodes.getCredentials(id) ?? {}) as Record<string, unknown>,
    }),
  );
  mountOpen(host.openRoutes, runtime, () => flowsRun);
  mountOperations(
    RED.httpNode as unknown as Express,
    operationsOf(runtime, host.version, () => flowsOf(RED)),
    guard,
  );
  RED.server?.once('listening', () => announce(runtime, RED.server));
  onSignal(
    runtime,
    () => host.stopFlows(),
    log,
    () => process.exit(0),
  );
}

function flowsOf(RED: NodeAPI): readonly FlowNode[] {
  const nodes: FlowNode[] = [];
  RED.nodes.eachNode((node) => nodes.push(node as unknown as FlowNode));
  return nodes;
}
