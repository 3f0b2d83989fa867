import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import express from 'express';
import nodeRed from 'node-red';
import { ConfigurationError } from '../../connector/errors';
import type { Log } from '../../connector/log';
import { mountOpen } from '../plugins/http-mounts';
import type { Runtime } from '../runtime';
import { unusedCoreNodes } from './core-nodes';
import type { FlowNode } from './flow-node';

export interface Headless {
  stop(): Promise<void>;
}

export interface HeadlessParts {
  readonly runtime: Runtime;
  /** The package, whose node types are loaded. */
  readonly root: string;
  readonly nodes: readonly FlowNode[];
}

const START_MS = 60_000;
const WARN_LEVEL = 'warn';

/**
 * Runs flows in Node-RED inside this process, without editor and admin API. The flows come as they are given and
 * are stored nowhere. Listens only when the systems should reach it from outside.
 * @throws ConfigurationError when the flows use node types that are not here
 */
export async function startHeadless({ runtime, root, nodes }: HeadlessParts): Promise<Headless> {
  const { environment, log } = runtime;
  let running = false;
  const routes = express.Router();
  mountOpen(routes, runtime, () => running);
  const server = createServer(express().use(routes));
  // Before anything is read or written: a port that is taken ends the start, and who is subscribed finds somebody in.
  if (environment.publicUrl) {
    await listen(server, environment.host, environment.port);
    log.info(`listening for webhooks on ${environment.host}:${(server.address() as { port: number }).port}`);
  }
  const started = untilStarted();
  nodeRed.init(server, settingsOf(runtime, root, nodes) as Parameters<typeof nodeRed.init>[1]);
  await nodeRed.start();
  await started;
  running = true;
  return {
    async stop() {
      running = false;
      server.closeAllConnections();
      server.close();
      await nodeRed.stop();
    },
  };
}

function settingsOf(runtime: Runtime, root: string, nodes: readonly FlowNode[]): object {
  const { log } = runtime;
  return {
    nodesDir: [root],
    httpAdminRoot: false,
    disableEditor: true,
    nodesExcludes: unusedCoreNodes(new Set(nodes.map(({ type }) => type))),
    // Nothing is stored: the key only keeps Node-RED from complaining that there is none.
    credentialSecret: randomBytes(32).toString('hex'),
    functionExternalModules: false,
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false },
      modules: { allowInstall: false },
    },
    telemetry: { enabled: false, updateNotification: false },
    nodeCloseTimeout: 30_000,
    storageModule: flowsOnly(nodes),
    logging: {
      host: {
        level: WARN_LEVEL,
        metrics: false,
        audit: false,
        handler: () => (entry: LogEntry) => tell(entry, log),
      },
    },
    get mlConnector() {
      return runtime;
    },
  };
}

interface LogEntry {
  readonly level: number;
  readonly msg?: unknown;
  readonly id?: string;
  readonly name?: string;
}

/** What nodes say, and errors; Node-RED's own warnings are about an installation that this is not. */
function tell({ level, msg, id, name }: LogEntry, log: Log): void {
  if (msg === undefined || (id === undefined && level > nodeRed.log.ERROR)) return;
  log.warn([name, textOf(msg)].filter(Boolean).join(': '));
}

/** Node-RED's storage, holding the given flows and nothing else. */
function flowsOnly(nodes: readonly FlowNode[]): object {
  const credentials = Object.fromEntries(
    nodes.flatMap((node) => (node['credentials'] ? [[node.id, node['credentials']]] : [])),
  );
  const nothing = async () => {};
  return {
    init: nothing,
    getFlows: async () => nodes.map((node) => ({ ...node })),
    saveFlows: nothing,
    getCredentials: async () => credentials,
    saveCredentials: nothing,
    getSettings: async () => ({}),
    saveSettings: nothing,
    getSessions: async () => ({}),
    saveSessions: nothing,
    getLibraryEntry: async () => [],
    saveLibraryEntry: nothing,
  };
}

/** Flows start after Node-RED's own start has resolved, or not at all when node types are missing. */
function untilStarted(): Promise<void> {
  const { events } = nodeRed.runtime as unknown as { events: NodeJS.EventEmitter };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(
    () => reject(new Error(`The flows did not start within ${START_MS / 1000} s.`)),
    START_MS,
  );
  const onState = ({ payload }: { payload?: { error?: string; types?: readonly string[] } }) => {
    if (payload?.error === 'missing-types') reject(missing(payload.types ?? []));
  };
  events.once('flows:started', resolve);
  events.on('runtime-event', onState);
  return promise.finally(() => {
    clearTimeout(timer);
    events.removeListener('flows:started', resolve);
    events.removeListener('runtime-event', onState);
  });
}

function missing(types: readonly string[]): ConfigurationError {
  return new ConfigurationError(
    'NODE_TYPES_MISSING',
    `The flows use node types that are not installed: ${types.join(', ')}.`,
    'flow.json',
    'Install what provides them, or remove these nodes.',
  );
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new ConfigurationError(
          'ADDRESS_UNUSABLE',
          `Cannot listen on ${host}:${port}: ${error.code}.`,
          'environment, ML_HOST and PORT',
          'Choose another port, or 0 for a free one.',
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
}

function textOf(message: unknown): string {
  if (message instanceof Error) return message.message;
  return typeof message === 'string' ? message : JSON.stringify(message);
}
