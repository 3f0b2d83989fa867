import './compile-cache';
import { Router } from 'express';
import nodeRed from 'node-red';
import { ConfigurationError } from '../connector/errors';
import { consoleLog } from './commands/console-log';
import { describeFailure, EXIT } from './commands/exit-status';
import { credentialSecret } from './credential-secret';
import { DataFolder } from './data-folder';
import { HOST_SECRETS } from './environment';
import { type Host, HostHandle } from './host-handle';
import { openInstallation } from './installation';
import { openLogin } from './login';
import { openRuntime } from './open-runtime';
import { DeployGate } from './plugins/deploy-gate';
import { LIBRARY_TYPE } from './plugins/template-library';
import { securityHeaders } from './security-headers';
import { projectVersion } from './systems';

/** Core nodes that reach the machine itself; flows of this product need none of them. */
const NODES_LEFT_OUT = [
  '90-exec.js',
  '10-file.js',
  '23-watch.js',
  '31-tcpin.js',
  '32-udp.js',
  '22-websocket.js',
];

/**
 * The settings of a runtime with editor, for `node-red --settings settings.js`. Takes the secrets out of the
 * environment, opens the runtime and ends the process with a clear word when something is wrong.
 */
export function settings(variables: NodeJS.ProcessEnv = process.env): object {
  try {
    return build(variables);
  } catch (error) {
    if (error instanceof ConfigurationError) fail(error);
    throw error;
  }
}

function build(variables: NodeJS.ProcessEnv): object {
  const { root, flows, systems, environment, secrets } = openInstallation(variables);
  const folder = new DataFolder(environment.dataFolder);
  const adminAuth = openLogin(folder, environment.adminPassword, showPassword);
  const secret = credentialSecret(environment, folder, (text) => consoleLog.warn(text));
  const opening = openRuntime({
    environment: { ...environment, credentialSecret: secret },
    secrets,
    log: consoleLog,
  });
  opening.catch(fail);
  const host: Host = {
    systems,
    version: projectVersion(root),
    deployGate: new DeployGate(),
    openRoutes: Router(),
    opening,
    stopFlows: () => nodeRed.stop(),
  };

  return new HostHandle(host).extend({
    userDir: folder.path,
    nodesDir: [root],
    flowFile: folder.file('flows.json'),
    flowFilePretty: true,
    credentialSecret: secret,
    uiHost: environment.host,
    uiPort: environment.port,
    httpAdminRoot: '/',
    httpNodeRoot: '/',
    apiMaxLength: '5mb',
    adminAuth,
    httpAdminMiddleware: [securityHeaders, host.openRoutes, host.deployGate.middleware],
    nodesExcludes: NODES_LEFT_OUT,
    functionExternalModules: false,
    functionTimeout: 30,
    envVarExcludes: [...HOST_SECRETS, ...systems.environmentNames(), 'PGPASSWORD'],
    externalModules: {
      autoInstall: false,
      palette: { allowInstall: false, allowUpdate: false, allowUpload: false },
      modules: { allowInstall: false },
    },
    telemetry: { enabled: false, updateNotification: false },
    diagnostics: { enabled: false, ui: false },
    runtimeState: { enabled: true, ui: true },
    nodeCloseTimeout: 30_000,
    nodeMessageBufferMaxLength: 10_000,
    exportGlobalContextKeys: false,
    tlsConfigDisableLocalFiles: true,
    logging: { console: { level: 'info', metrics: false, audit: true } },
    editorTheme: {
      page: { title: 'ml-connector' },
      header: { title: 'ml-connector' },
      tours: false,
      projects: { enabled: false },
      palette: { catalogues: [] },
      codeEditor: { lib: 'monaco' },
      library: {
        sources: [
          {
            id: 'ml-templates',
            type: LIBRARY_TYPE,
            path: flows,
            label: 'Templates',
            icon: 'font-awesome/fa-book',
            types: ['flows'],
            readOnly: true,
          },
        ],
      },
    },
  });
}

function showPassword(password: string): void {
  process.stderr.write(
    `\n  First start: sign in as  admin  with the password  ${password}\n  It is shown this once and kept nowhere.\n\n`,
  );
}

function fail(error: unknown): never {
  process.stderr.write(`${describeFailure(error)}\n`);
  process.exit(error instanceof ConfigurationError ? EXIT.usage : EXIT.failed);
}
