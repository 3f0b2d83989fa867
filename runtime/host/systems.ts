import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { ConfigurationError } from '../connector/errors';
import { createRegistry, type Registry } from '../connector/registry';
import type { SystemModule } from '../connector/system';

/** The package's own folder, from the sources as from the compiled program. */
export function projectRoot(from: string = __dirname): string {
  if (existsSync(join(from, 'package.json')) && existsSync(join(from, 'nodes'))) return from;
  const above = dirname(from);
  if (above !== from) return projectRoot(above);
  throw new Error('The folder of ml-connector was not found: package.json and nodes/ must stand together.');
}

export function projectVersion(root: string): string {
  const { version } = createRequire(__filename)(join(root, 'package.json')) as { version: string };
  return version;
}

/**
 * The systems of this installation: every folder under `nodes/` with a compiled `system.js` that exports one.
 * Adding a system is adding a folder; nothing here changes.
 * @throws ConfigurationError for a folder whose system cannot be read
 */
export function loadSystems(folder: string = resolve(__dirname, '../../nodes')): Registry {
  const registry = createRegistry();
  const load = createRequire(__filename);
  for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
    const file = join(folder, name, 'system.js');
    if (!existsSync(file)) continue;
    const module = Object.values(load(file) as Record<string, unknown>).find(isSystem);
    if (!module) {
      throw new ConfigurationError(
        'SYSTEM_UNREADABLE',
        `${file} exports no system.`,
        file,
        'Export an object with manifest and connect.',
      );
    }
    registry.register(module);
  }
  return registry;
}

function isSystem(value: unknown): value is SystemModule {
  const module = value as Partial<SystemModule> | null;
  return typeof module?.connect === 'function' && typeof module.manifest?.system === 'string';
}
