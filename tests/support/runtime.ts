import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longer than it waits for work in flight. */
const LONGEST_END_MS = 40_000;
const PROJECT = resolve(__dirname, '../..');

export interface StartedRuntime {
  readonly url: string;
  readonly password: string;
  readonly folder: string;
  /** What it wrote to its log so far. */
  log(): string;
  /** A bearer token of the admin. */
  token(): Promise<string>;
  /** Ends it as a service manager does, and keeps its data folder. */
  end(): Promise<void>;
  /** Ends it and removes its data folder. */
  stop(): Promise<void>;
}

/** The real Node-RED process with `settings.js`, as `npm start` runs it, on a free port, with a template deployed. */
export async function startRuntimeProcess(
  template: string,
  environment: Readonly<Record<string, string>>,
): Promise<StartedRuntime> {
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-runtime-'));
  await copyFile(join(PROJECT, 'flows', template, 'flow.json'), join(folder, 'flows.json'));
  return startRuntimeIn(folder, environment);
}

/** The same in a data folder that has its flows already, of a process that has ended. */
export async function startRuntimeIn(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<StartedRuntime> {
  const password = 'a-password-for-this-test-only';
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(
    process.execPath,
    [require.resolve('node-red/red.js'), '--settings', join(PROJECT, 'settings.js')],
    {
      env: { PATH, HOME, ...environment, ML_DATA_DIR: folder, ML_ADMIN_PASSWORD: password, PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part) => {
      log += part;
    });
  }
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  const end = async () => {
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_END_MS);
    await closed;
    clearTimeout(late);
  };
  const stop = async () => {
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  const url = await addressIn(
    () => log,
    () => child.exitCode === null,
  ).catch(async (error) => {
    await stop();
    throw error;
  });
  return {
    url,
    password,
    folder,
    log: () => log,
    end,
    stop,
    async token() {
      const answer = await fetch(`${url}/auth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_id: 'node-red-editor',
          grant_type: 'password',
          scope: '*',
          username: 'admin',
          password,
        }),
      });
      return ((await answer.json()) as { access_token: string }).access_token;
    },
  };
}

/** Waits until the log says where it listens and the readiness check agrees. */
async function addressIn(log: () => string, alive: () => boolean): Promise<string> {
  const until = Date.now() + 60_000;
  while (Date.now() < until && alive()) {
    const url = /https?:\/\/127\.0\.0\.1:\d+/.exec(log())?.[0];
    if (url && (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok) return url;
    await sleep(100);
  }
  throw new Error(`The runtime did not become ready:\n${log()}`);
}
