import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createRegistry } from '../../runtime/connector/registry';
import type { SystemModule } from '../../runtime/connector/system';
import type { Bench } from './bench';

/** A system under test. */
export interface Subject {
  readonly system: string;
  readonly registered: SystemModule;
  readonly bench: Bench;
}

const nodes = resolve(__dirname, '../../nodes');
const benches = resolve(__dirname, 'benches');

/** Names of all systems: every folder under `nodes/` with a `system.ts`, as the host finds them. */
export function systemNames(): string[] {
  return readdirSync(nodes)
    .filter((folder) => existsSync(join(nodes, folder, 'system.ts')))
    .sort();
}

/** The system as the host registers it, with its bench; or words about what is missing. */
export async function subjectOf(system: string): Promise<Subject | string> {
  try {
    const exported = (await import(join(nodes, system, 'system.ts'))) as Record<string, unknown>;
    const module = Object.values(exported).find(isSystem);
    if (!module) return `nodes/${system}/system.ts exports no system: an object with manifest and connect`;
    const registry = createRegistry();
    registry.register(module);
    if (!existsSync(join(benches, `${system}.ts`))) {
      return `${system} is registered, and nothing says how to start its simulation: write tests/conformance/benches/${system}.ts`;
    }
    const { bench } = (await import(join(benches, `${system}.ts`))) as { bench: Bench };
    return { system, registered: registry.get(system), bench };
  } catch (error) {
    return `${system} cannot be tested: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function isSystem(value: unknown): value is SystemModule {
  const module = value as Partial<SystemModule> | null;
  return typeof module?.connect === 'function' && typeof module.manifest?.system === 'string';
}
