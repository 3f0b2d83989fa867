import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PROJECT } from './project';

const COMMAND = join(PROJECT, 'bin/ml-connector.js');

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The last line of stdout, when it is JSON. */
  readonly summary: unknown;
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Ends the command and every process that it started. */
  kill(signal: NodeJS.Signals): void;
}

/** What still runs must not outlive us. */
const running = new Set<number>();
process.once('exit', () => {
  for (const pid of running) signalGroup(pid, 'SIGKILL');
});

/** Starts the built `ml-connector` with exactly the given environment, beside what a process needs to run at all. */
export function startCommand(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Running {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(process.execPath, [COMMAND, ...words], {
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: the command runs the packaged Node as a child, and a kill has to reach both.
    detached: true,
  });
  const pid = child.pid ?? 0;
  if (pid) running.add(pid);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part) => {
    stdout += part;
  });
  child.stderr.on('data', (part) => {
    stderr += part;
  });
  return {
    pid,
    kill: (signal) => signalGroup(pid, signal),
    ended: new Promise((done, fail) => {
      child.once('error', fail);
      child.once('close', (status) => {
        running.delete(pid);
        done({ status, stdout, stderr, summary: lastJsonLine(stdout) });
      });
    }),
  };
}

export function runCommand(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  return startCommand(words, environment).ended;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (!running.has(pid)) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function lastJsonLine(stdout: string): unknown {
  try {
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
}
