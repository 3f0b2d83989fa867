import type { Router } from 'express';
import type { Registry } from '../connector/registry';
import type { DeployGate } from './plugins/deploy-gate';
import type { Runtime } from './runtime';

/** What the settings hand to the plugin that Node-RED loads before any node. */
export interface Host {
  readonly systems: Registry;
  readonly version: string;
  readonly deployGate: DeployGate;
  /** Stands before Node-RED's body parsers: what is signed must come as it was sent. */
  readonly openRoutes: Router;
  readonly opening: Promise<Runtime>;
  /** Stops Node-RED's flows for good. */
  readonly stopFlows: () => Promise<unknown>;
}

/**
 * Carries the runtime through Node-RED's settings: `mlHost` for our plugin, which waits until the runtime is open,
 * and `mlConnector`, the open runtime, for nodes.
 */
export class HostHandle {
  #runtime: Runtime | undefined;

  constructor(private readonly host: Host) {
    host.opening.then(
      (runtime) => {
        this.#runtime = runtime;
      },
      () => {},
    );
  }

  extend(settings: object): object {
    const read = () => this.#runtime;
    return {
      ...settings,
      mlHost: this.host,
      get mlConnector() {
        return read();
      },
    };
  }
}
