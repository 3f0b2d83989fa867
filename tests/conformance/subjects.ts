import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createRegistry } from '../../runtime/connector/registry';
import type { SystemModule } from '../../runtime/connector/system';
import { systemNamed } from '../support/all-systems';
import type { Bench } from './bench';

/** A system under test. */
export interface Subject {
  readonly system: string;
  readonly registered: SystemModule;
  readonly bench: Bench;
}

const benches = resolve(__dirname, 'benches');

/** The system as the host registers it, with its bench; or words about what is missing. */
export async function subjectOf(system: string): Promise<Subject | string> {
  try {
    const registry = createRegistry();
    registry.register(await systemNamed(system));
    if (!existsSync(join(benches, `${system}.ts`))) {
      return `${system} is registered, and nothing says how to start its simulation: write tests/conformance/benches/${system}.ts`;
    }
    const { bench } = (await import(join(benches, `${system}.ts`))) as { bench: Bench };
    return { system, registered: registry.get(system), bench };
  } catch (error) {
    return `${system} cannot be tested: ${error instanceof Error ? error.message : String(error)}`;
  }
}
