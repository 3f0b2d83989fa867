import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ConfigurationError } from '../../runtime/connector/errors';
import type { SystemModule } from '../../runtime/connector/system';
import type { LiveConnection } from '../../runtime/host/connections/connections';
import { fullText } from './failure-text';
import { runtimeOf } from './runtime-of';

interface ConnectionConfig extends NodeDef {
  readonly webhookName?: string;
  readonly [field: string]: unknown;
}

export interface ConnectionNode extends Node {
  readonly live: LiveConnection;
}

/** `<system>-connection`: one tenant of one system. Its fields are those that the manifest declares. */
export function registerConnection(RED: NodeAPI, module: SystemModule): void {
  const { system, connection } = module.manifest;
  const secrets = connection.fields.filter(({ type }) => type === 'secret').map(({ name }) => name);

  RED.nodes.registerType(
    `${system}-connection`,
    function (this: Node<Record<string, string>>, config: ConnectionConfig) {
      RED.nodes.createNode(this, config);
      const live = runtimeOf(RED).connections.open({
        module,
        nodeId: this.id,
        webhookName: config.webhookName || 'default',
        config: { ...config },
        credentials: { ...this.credentials },
      });
      Object.assign(this, { live } satisfies Partial<ConnectionNode>);
      if (live.fault) this.error(fullText(live.fault));
      this.on('close', (done: (error?: Error) => void) => {
        live.close().then(() => done(), done);
      });
    },
    { credentials: Object.fromEntries(secrets.map((name) => [name, { type: 'password' as const }])) },
  );
}

/** @throws ConfigurationError when there is no such connection, or it is not of the given system */
export function connectionOf(
  RED: NodeAPI,
  id: string | undefined,
  where: string,
  system?: string,
): LiveConnection {
  const node = RED.nodes.getNode(id ?? '') as ConnectionNode | null;
  if (!node?.live) {
    const remedy = 'Choose or add a connection, and enable it.';
    throw new ConfigurationError('CONNECTION_MISSING', 'No connection is chosen.', where, remedy);
  }
  const actual = node.live.module.manifest.system;
  if (system === undefined || actual === system) return node.live;
  throw new ConfigurationError(
    'CONNECTION_OF_OTHER_SYSTEM',
    `The connection is one of ${actual}, and this node is of ${system}.`,
    where,
    `Choose a connection of ${system}, or use a node of ${actual}.`,
  );
}
