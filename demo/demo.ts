import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { Simulation } from '../sandbox/simulation';
import { SIMULATED, startSimulation } from '../sandbox/simulations';
import { serveDemo } from './live';
import { type Summary, together } from './summary';
import { say } from './terminal';

/** Templates with a flow whose systems are simulated. */
const TEMPLATES = SIMULATED.filter((name) =>
  existsSync(resolve(__dirname, '../../flows', name, 'flow.json')),
);
const COMMAND = resolve(__dirname, '../../bin/ml-connector.js');

async function main(): Promise<void> {
  const options = new Command('demo')
    .description('The whole product against simulated systems, in a fresh temporary data folder.')
    .addOption(
      new Option('--template <name>', 'the template that runs').choices(TEMPLATES).default(TEMPLATES[0]),
    )
    .option('--once', 'run until nothing is left to do, then exit')
    .option('--json', 'print one JSON summary as the last line of stdout')
    .parse()
    .opts<{ template: string; once?: boolean; json?: boolean }>();
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-demo-'));
  const world = await startSimulation(options.template, { pace: 'watchable' });
  try {
    if (options.once) process.exitCode = await once(world, folder, options.json === true);
    else await serveDemo(world, folder);
  } finally {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Brings over what is approved, lets people act on it, brings back what they did, and judges both systems' books. */
async function once(world: Simulation, folder: string, json: boolean): Promise<number> {
  const [source, target] = Object.keys(world.systems);
  say(`1  ${source} and ${target}: everything that is approved`);
  const sent = await run(world, folder);
  say('2  people approve, pay, void');
  world.people.finish();
  say('3  and what they did comes back');
  const paid = await run(world, folder);
  const broken = world.checkPromises();
  for (const promise of broken) say(`   broken: ${promise}`);
  if (broken.length === 0) say('   everything approved arrived once, and the books of both systems agree');
  const status = sent.status || paid.status || (broken.length === 0 ? 0 : 1);
  if (json && sent.summary && paid.summary) {
    const summary = together(sent.summary, paid.summary);
    process.stdout.write(`${JSON.stringify({ ...summary, ok: summary.ok && status === 0 })}\n`);
  }
  return status;
}

/** One `ml-connector run --once` against the world; its progress goes to our stderr. */
function run(world: Simulation, folder: string): Promise<{ status: number; summary: Summary | undefined }> {
  const child = spawn(
    process.execPath,
    [COMMAND, 'run', world.template, '--once', '--json', '--data', folder],
    {
      env: { ...process.env, ...world.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.on('data', (part) => {
    output += part;
  });
  return new Promise((done, fail) => {
    child.once('error', fail);
    child.once('close', (status) => done({ status: status ?? 1, summary: lastLine(output) }));
  });
}

function lastLine(output: string): Summary | undefined {
  try {
    return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as Summary;
  } catch {
    return undefined;
  }
}

void main();
