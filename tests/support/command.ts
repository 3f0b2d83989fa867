import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const COMMAND = resolve(__dirname, '../../bin/ml-connector.js');

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
  kill(signal: NodeJS.Signals): void;
}

/** Starts the built `ml-connector` with exactly the given environment, beside what a process needs to run at all. */
export function startCommand(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Running {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(process.execPath, [COMMAND, ...words], {
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (part) => {
    stdout += part;
  });
  child.stderr.on('data', (part) => {
    stderr += part;
  });
  return {
    pid: child.pid ?? 0,
    kill: (signal) => child.kill(signal),
    ended: new Promise((done, fail) => {
      child.once('error', fail);
      child.once('close', (status) => done({ status, stdout, stderr, summary: lastJsonLine(stdout) }));
    }),
  };
}

export function runCommand(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  return startCommand(words, environment).ended;
}

function lastJsonLine(stdout: string): unknown {
  try {
    return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  } catch {
    return undefined;
  }
}
