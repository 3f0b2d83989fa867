import { ConfigurationError } from './errors';
import { environmentNames } from './fields';
import { checkManifest } from './manifest-check';
import type { SystemModule } from './system';

/** The systems of this installation, by name. */
export interface Registry {
  /** @throws ConfigurationError `SYSTEM_TWICE` or `MANIFEST_INVALID` */
  register(module: SystemModule): void;
  /** @throws ConfigurationError `SYSTEM_UNKNOWN` */
  get(system: string): SystemModule;
  all(): SystemModule[];
  /** Every environment variable that the registered systems declare. */
  environmentNames(): string[];
}

export function createRegistry(): Registry {
  const modules = new Map<string, SystemModule>();
  return {
    register(module) {
      const { system } = module.manifest;
      if (modules.has(system)) {
        throw new ConfigurationError(
          'SYSTEM_TWICE',
          `the system ${system} is registered already`,
          system,
          'Give each system folder its own name.',
        );
      }
      const problems = checkManifest(module.manifest);
      if (problems.length > 0) {
        throw new ConfigurationError(
          'MANIFEST_INVALID',
          problems.join('; '),
          system,
          'Correct the manifest.',
        );
      }
      modules.set(system, module);
    },
    get(system) {
      const module = modules.get(system);
      if (module) return module;
      throw new ConfigurationError(
        'SYSTEM_UNKNOWN',
        `there is no system ${system}`,
        system,
        `Use one of ${[...modules.keys()].join(', ')}.`,
      );
    },
    all: () => [...modules.values()],
    environmentNames: () => [
      ...new Set(
        [...modules.values()].flatMap((module) => environmentNames(module.manifest.connection.fields)),
      ),
    ],
  };
}
