import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const COMMAND = resolve(__dirname, '../../bin/ml-connector.js');
const SAMPLE_MS = 100;

export interface RuntimeProcess {
  readonly startedAt: number;
  readonly ended: Promise<{
    readonly status: number | null;
    readonly seconds: number;
    readonly peakMb: number;
  }>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `ml-connector run <template> --once` and watches its memory (peak resident set of the process, MB). */
export function startRuntime(
  template: string,
  dataFolder: string,
  environment: Readonly<Record<string, string>>,
): RuntimeProcess {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [COMMAND, 'run', template, '--once', '--json', '--data', dataFolder],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'ignore', 'ignore'] },
  );
  let peakKb = 0;
  const sample = () => {
    peakKb = Math.max(peakKb, ...processesUnder(child.pid ?? 0).map(peakOf));
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    startedAt,
    ended: new Promise((done, fail) => {
      child.once('error', fail);
      child.once('close', (status) => {
        clearInterval(timer);
        done({ status, seconds: (performance.now() - startedAt) / 1000, peakMb: Math.round(peakKb / 1024) });
      });
    }),
    kill: (signal) => {
      for (const pid of processesUnder(child.pid ?? 0)) process.kill(pid, signal);
    },
  };
}

/** The command runs the packaged Node as a child of its own. */
function processesUnder(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(processesUnder)];
}

function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
