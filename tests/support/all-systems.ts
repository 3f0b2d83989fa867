import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createRegistry, type Registry } from '../../runtime/connector/registry';
import type { SystemModule } from '../../runtime/connector/system';

const nodes = resolve(__dirname, '../../nodes');

/** Names of all systems: every folder under `nodes/` with a `system.ts`, as the host finds them. */
export function systemNames(): string[] {
  return readdirSync(nodes)
    .filter((folder) => existsSync(join(nodes, folder, 'system.ts')))
    .sort();
}

/** What a system's folder exports as its system. Throws when there is none. */
export async function systemNamed(name: string): Promise<SystemModule> {
  const exported = (await import(join(nodes, name, 'system.ts'))) as Record<string, unknown>;
  const found = Object.values(exported).find(isSystem);
  if (!found)
    throw new Error(`nodes/${name}/system.ts exports no system: an object with manifest and connect`);
  return found;
}

/** All of them, registered. */
export async function allSystems(): Promise<Registry> {
  const registry = createRegistry();
  for (const name of systemNames()) registry.register(await systemNamed(name));
  return registry;
}

function isSystem(value: unknown): value is SystemModule {
  const module = value as Partial<SystemModule> | null;
  return typeof module?.connect === 'function' && typeof module.manifest?.system === 'string';
}
