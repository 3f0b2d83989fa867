import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import RED from 'node-red';
import type { SystemManifest } from '../runtime/connector/manifest';
import { FUNCTION_DOCS } from '../runtime/mapping/function-docs';
import { pipelineSet } from './pipeline-set.mts';
import { systemSet } from './system-set.mts';

const nodes = resolve(__dirname, '../nodes');

export interface EditorOnly {
  readonly url: string;
  /** What the dialogs asked, by path, the newest last. */
  readonly asked: { readonly path: string; readonly body: unknown }[];
  stop(): Promise<void>;
}

/**
 * A real Node-RED with our dialogs, built from the sources of this moment, and nodes that do nothing: for tests of
 * what the editor does, without the runtime behind it.
 * @param answers what the routes of the dialogs answer, by path
 */
export async function startEditorOnly(
  flow: readonly object[],
  answers: Readonly<Record<string, (body: unknown) => unknown>>,
): Promise<EditorOnly> {
  const folder = mkdtempSync(join(tmpdir(), 'ml-editor-'));
  const types = await writeSets(join(folder, 'module'));
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data/flows.json'), JSON.stringify(flow));

  const asked: EditorOnly['asked'] = [];
  let handle: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  const server: Server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const answer = answers[path];
    if (!answer) return void handle?.(request, response);
    void bodyOf(request).then((body) => {
      asked.push({ path, body });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer(body)));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  RED.init(server, {
    uiHost: '127.0.0.1',
    uiPort: 0,
    userDir: join(folder, 'data'),
    nodesDir: [join(folder, 'module')],
    flowFile: 'flows.json',
    credentialSecret: 'a secret of this test alone, long enough',
    httpAdminRoot: '/',
    httpNodeRoot: '/',
    logging: { console: { level: 'off', metrics: false, audit: false } },
    telemetry: { enabled: false, updateNotification: false },
    externalModules: { palette: { allowInstall: false } },
    editorTheme: { tours: false, palette: { catalogues: [] } },
  } as unknown as Parameters<typeof RED.init>[1]);
  await RED.start();
  handle = RED.httpAdmin as unknown as typeof handle;
  if (types.length === 0) throw new Error('no node type was built');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    async stop() {
      await RED.stop();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function writeSets(module: string): Promise<string[]> {
  const systems = readdirSync(nodes).filter((name) => existsSync(join(nodes, name, 'manifest.ts')));
  const all: string[] = [];
  for (const set of ['pipeline', ...systems]) {
    const target = join(module, 'dist/nodes', set);
    const html =
      set === 'pipeline'
        ? await pipelineSet(nodes, FUNCTION_DOCS)
        : await systemSet(await manifestOf(set), nodes);
    const types = [...html.matchAll(/data-template-name="([^"]+)"/g)].map(([, type]) => type as string);
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, 'nodes.html'), html);
    writeFileSync(
      join(target, 'nodes.js'),
      idleNodes(types, set === 'pipeline' ? undefined : await manifestOf(set)),
    );
    for (const part of ['icons', 'locales']) {
      const source = join(nodes, set, part);
      if (existsSync(source)) cpSync(source, join(target, part), { recursive: true });
    }
    all.push(...types);
  }
  const { version } = JSON.parse(readFileSync(resolve(nodes, '../package.json'), 'utf8'));
  const sets = Object.fromEntries(['pipeline', ...systems].map((set) => [set, `dist/nodes/${set}/nodes.js`]));
  writeFileSync(
    join(module, 'package.json'),
    JSON.stringify({ name: 'ml-connector', version, 'node-red': { nodes: sets } }),
  );
  return all;
}

function idleNodes(types: readonly string[], manifest: SystemManifest | undefined): string {
  const secrets = manifest?.connection.fields.filter(({ type }) => type === 'secret') ?? [];
  const credentials = Object.fromEntries(secrets.map(({ name }) => [name, { type: 'password' }]));
  return `module.exports = (RED) => {
    for (const type of ${JSON.stringify(types)}) {
      const credentials = type.endsWith('-connection') ? ${JSON.stringify(credentials)} : {};
      RED.nodes.registerType(type, function (config) { RED.nodes.createNode(this, config); }, { credentials });
    }
  };`;
}

async function manifestOf(set: string): Promise<SystemManifest> {
  return (await import(join(nodes, set, 'manifest.ts'))).manifest;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text === '' ? undefined : JSON.parse(text);
}
