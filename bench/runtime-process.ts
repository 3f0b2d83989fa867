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
  /** Most that was resident at once from `since` (`performance.now()`) until now, MB. */
  peakMbSince(since: number): number;
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
  const resident: { readonly at: number; readonly kb: number }[] = [];
  const sample = () => {
    const processes = processesUnder(child.pid ?? 0);
    peakKb = Math.max(peakKb, ...processes.map((pid) => kilobytesOf(pid, 'VmHWM')));
    const kb = Math.max(...processes.map((pid) => kilobytesOf(pid, 'VmRSS')));
    resident.push({ at: performance.now(), kb });
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
    peakMbSince: (since) =>
      Math.round(Math.max(0, ...resident.filter(({ at }) => at >= since).map(({ kb }) => kb)) / 1024),
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

function kilobytesOf(pid: number, name: 'VmHWM' | 'VmRSS'): number {
  return Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
