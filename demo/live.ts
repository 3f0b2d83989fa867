import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Overview } from '../runtime/ops/api-types';
import type { Simulation } from '../sandbox/simulation';
import { liveLines, say } from './terminal';

const PROJECT = resolve(__dirname, '../..');
const STEP_MS = 1000;
/** How often the simulated people work, in steps. */
const WORK_EVERY = 2;
const START_MS = 60_000;

/** The runtime as in production, with the template deployed, until Ctrl-C. People at both systems work all the while. */
export async function serveDemo(world: Simulation, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(join(PROJECT, 'flows', world.template, 'flow.json'), join(folder, 'flows.json'));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  world.pushTo?.(address);
  const password = randomBytes(9).toString('base64url');
  const runtime = spawn(
    process.execPath,
    [require.resolve('node-red/red.js'), '--settings', join(PROJECT, 'settings.js')],
    {
      env: {
        ...process.env,
        ...world.env,
        ML_DATA_DIR: folder,
        ML_ADMIN_PASSWORD: password,
        ML_POLL_SECONDS: '5',
        ML_PUBLIC_URL: address,
        PORT: String(port),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const stopped = new Promise<void>((done) => runtime.once('close', () => done()));
  process.once('SIGINT', () => runtime.kill('SIGTERM'));
  process.once('SIGTERM', () => runtime.kill('SIGTERM'));
  try {
    await untilReady(address, runtime);
    const token = await signIn(address, password);
    say(`\n  flow editor          ${address}/\n  operations console   ${address}/ops/`);
    say(`  login                admin / ${password}\n\n  Ctrl-C ends it.\n`);
    await Promise.race([stopped, watch(world, address, token)]);
  } finally {
    runtime.kill('SIGTERM');
    await stopped;
  }
}

/** Paints the counts of every sync, and lets people work. Never ends by itself. */
async function watch(world: Simulation, address: string, token: string): Promise<void> {
  const terminal = liveLines();
  for (let step = 1; ; step++) {
    await sleep(STEP_MS);
    if (step % WORK_EVERY === 0) world.people.work();
    const answer = await fetch(`${address}/ops/api/overview`, {
      headers: { authorization: `Bearer ${token}` },
    }).catch(() => undefined);
    if (answer?.ok) terminal.paint(countsOf((await answer.json()) as Overview));
  }
}

function countsOf({ syncs }: Overview): string[] {
  const width = Math.max(...syncs.map(({ name }) => name.length));
  return syncs.map(({ name, counts }) => {
    const waiting = counts.landed + counts.working;
    return (
      `  ${name.padEnd(width)}  ${pad(counts.confirmed)} confirmed  ${pad(counts.parked)} parked  ` +
      `${pad(counts.ignored)} ignored  ${pad(waiting)} under way`
    );
  });
}

function pad(n: number): string {
  return String(n).padStart(5);
}

async function untilReady(address: string, runtime: ChildProcess): Promise<void> {
  const until = Date.now() + START_MS;
  while (Date.now() < until && runtime.exitCode === null) {
    const answer = await fetch(`${address}/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error('The runtime did not become ready; its log above says why.');
}

async function signIn(address: string, password: string): Promise<string> {
  const answer = await fetch(`${address}/auth/token`, {
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
}

async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}
