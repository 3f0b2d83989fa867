import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { type EpicorBillWorld, startEpicorBillWorld } from '../sandbox/worlds/epicor-kinetic-bill';
import { serveDemo } from './live';
import { type Summary, together } from './summary';
import { say } from './terminal';

const TEMPLATE = 'epicor-kinetic-bill';
const COMMAND = resolve(__dirname, '../../bin/ml-connector.js');

/** Slow enough to watch, fast enough for a minute. */
const PACE = { epicorLatencyMs: 15, billLatencyMs: 40, postingMs: 150, delivery: 0.05 };

async function main(): Promise<void> {
  const options = new Command('demo')
    .description('The whole product against simulated systems, in a fresh temporary data folder.')
    .option('--once', 'run until nothing is left to do, then exit')
    .option('--json', 'print one JSON summary as the last line of stdout')
    .parse()
    .opts<{ once?: boolean; json?: boolean }>();
  const folder = await mkdtemp(join(tmpdir(), 'ml-connector-demo-'));
  const world = await startEpicorBillWorld({ pace: PACE });
  try {
    if (options.once) process.exitCode = await once(world, folder, options.json === true);
    else await serveDemo(world, folder, TEMPLATE);
  } finally {
    await world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Sends what is approved, lets BILL pay it, posts the payments, and judges both systems' books. */
async function once(world: EpicorBillWorld, folder: string, json: boolean): Promise<number> {
  say('1  Epicor Kinetic → BILL: accounts, vendors, approved invoices');
  const sent = await run(world, folder);
  say('2  BILL approves and pays');
  world.payer.payApprovedBills();
  world.payer.settleAll();
  say('3  BILL → Epicor Kinetic: settled payments');
  const paid = await run(world, folder);
  const broken = world.checkPromises();
  for (const promise of broken) say(`   broken: ${promise}`);
  if (broken.length === 0) say('   every approved invoice arrived once, every payment is on its invoice');
  const status = sent.status || paid.status || (broken.length === 0 ? 0 : 1);
  if (json && sent.summary && paid.summary) {
    const summary = together(sent.summary, paid.summary);
    process.stdout.write(`${JSON.stringify({ ...summary, ok: summary.ok && status === 0 })}\n`);
  }
  return status;
}

/** One `ml-connector run --once` against the world; its progress goes to our stderr. */
function run(
  world: EpicorBillWorld,
  folder: string,
): Promise<{ status: number; summary: Summary | undefined }> {
  const child = spawn(process.execPath, [COMMAND, 'run', TEMPLATE, '--once', '--json', '--data', folder], {
    env: { ...process.env, ...world.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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
