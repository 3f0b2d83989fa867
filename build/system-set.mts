import { join } from 'node:path';
import type { SystemManifest } from '../runtime/connector/manifest.ts';
import { bundleForBrowser } from './browser-bundle.mts';
import { helpScript, helpText, systemReference } from './help.mts';
import { script } from './markup.mts';
import { systemDialogs } from './system-dialogs.mts';
import { systemEntry } from './system-entry.mts';
import { viewOf } from './system-view.mts';

/**
 * The editor's part of one system's node set: registrations, dialogs and help, as one HTML file.
 * @param nodes the folder `nodes` of the project
 */
export async function systemSet(manifest: SystemManifest, nodes: string): Promise<string> {
  const system = viewOf(manifest);
  const entry = systemEntry(system, manifest, join(nodes, 'pipeline'));
  const reference = systemReference(system);
  const kinds = ['connection', 'read', 'write', ...(manifest.webhook ? ['webhook'] : [])];
  const help = kinds.map((kind) =>
    helpScript(`${system.system}-${kind}`, helpText(join(nodes, system.system), kind, reference[kind])),
  );
  return script('text/javascript', await bundleForBrowser(entry)) + systemDialogs(system) + help.join('');
}
