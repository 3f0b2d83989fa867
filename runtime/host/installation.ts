import { join } from 'node:path';
import { resolveSettings } from '../connector/fields';
import type { Registry } from '../connector/registry';
import { type Secrets, takeSecrets } from '../connector/secrets';
import { withEnvironment } from './connections/connections';
import { HOST_SECRETS, type HostEnvironment, readEnvironment } from './environment';
import { enabledNodes, type FlowNode, isConnection, nameOf } from './flows/flow-node';
import { loadSystems, projectRoot } from './systems';

/** What a command works with: the package, its systems, and the environment without its secrets. */
export interface Installation {
  readonly root: string;
  /** Folder of the templates. */
  readonly flows: string;
  readonly systems: Registry;
  readonly environment: HostEnvironment;
  readonly secrets: Secrets;
}

/**
 * Reads the environment and takes the secrets out of it.
 * @throws ConfigurationError
 */
export function openInstallation(variables: NodeJS.ProcessEnv, dataFolder?: string): Installation {
  const root = projectRoot();
  const systems = loadSystems();
  const environment = readEnvironment(variables, root, dataFolder);
  const secrets = takeSecrets(variables, systems.environmentNames());
  for (const name of HOST_SECRETS) delete variables[name];
  return { root, flows: join(root, 'flows'), systems, environment, secrets };
}

/**
 * Makes sure, before any call, that every connection of a flow has the fields it needs.
 * @throws ConfigurationError naming the variables that are not set
 */
export function requireFields(
  nodes: readonly FlowNode[],
  { systems, secrets }: Pick<Installation, 'systems' | 'secrets'>,
): void {
  for (const node of enabledNodes(nodes).filter(({ type }) => isConnection(type))) {
    const { manifest } = systems.get(node.type.slice(0, -'-connection'.length));
    const credentials = (node['credentials'] ?? {}) as Record<string, unknown>;
    const raw = withEnvironment(manifest.connection.fields, node, credentials);
    resolveSettings(manifest.connection, raw, secrets, nameOf(node));
  }
}
