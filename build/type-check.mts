import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** Runs the TypeScript compiler. @throws with its output when anything is wrong: nothing is built on a type error. */
export function compile(root: string, project: string, ...options: readonly string[]): Promise<void> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [compiler, '--project', join(root, project), ...options],
      { cwd: root, maxBuffer: 16_000_000 },
      (error, stdout, stderr) =>
        error ? reject(new Error(`${project} does not compile:\n${stdout}${stderr}`)) : resolve(),
    );
  });
}
