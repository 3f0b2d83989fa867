import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { rolldown } from 'rolldown';
import { onTestFinished } from 'vitest';

const root = resolve(__dirname, '../..');

export interface Child {
  readonly process: ChildProcess;
  /** What it has printed so far, line by line. */
  readonly lines: readonly string[];
  readonly errors: readonly string[];
  /** Resolves with the first line that begins so; rejects when the child ends before. */
  line(beginning: string): Promise<string>;
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
}

/**
 * Makes a program out of one of our sources, to be run in processes of its own. Its folder, within the project so that
 * packages are found, is gone after the test.
 */
export async function childProgram(source: string): Promise<(...args: string[]) => Child> {
  await mkdir(join(root, '.data'), { recursive: true });
  const folder = mkdtempSync(join(root, '.data', 'child-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const bundle = await rolldown({
    input: source,
    platform: 'node',
    external: /^[^./]/,
    logLevel: 'silent',
  });
  const file = join(folder, 'program.js');
  await bundle.write({ file, format: 'cjs', codeSplitting: false });
  copyFileSync(join(root, 'runtime/ledger/embedded-worker.mts'), join(folder, 'embedded-worker.mts'));
  return (...args) => start(file, args);
}

function start(file: string, args: readonly string[]): Child {
  const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => errors.push(line));
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  return {
    process: child,
    lines,
    errors,
    kill,
    line: async (beginning) => {
      const found = () => lines.find((line) => line.startsWith(beginning));
      while (found() === undefined && child.exitCode === null && child.signalCode === null) {
        await Promise.race([ended, new Promise((tick) => setTimeout(tick, 5))]);
      }
      const line = found();
      if (line === undefined) throw new Error(`The child ended without "${beginning}": ${errors.join('\n')}`);
      return line;
    },
  };
}
