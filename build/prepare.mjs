import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';

// Runs after `npm ci`, on whatever Node the machine has: builds on the Node of this package, and makes the command
// `ml-connector` known inside this folder.
const root = resolve(import.meta.dirname ?? dirname(new URL(import.meta.url).pathname), '..');

const command = join(root, 'node_modules/.bin/ml-connector');
mkdirSync(dirname(command), { recursive: true });
rmSync(command, { force: true });
symlinkSync('../../bin/ml-connector.js', command);

if (!existsSync(join(root, 'node_modules/typescript'))) {
  console.log('ml-connector: development tools are not installed, dist/ stays as it is');
} else {
  const { status, error } = spawnSync(packagedNode(), [join(root, 'build/build.mts')], { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  process.exitCode = status ?? 1;
}

function packagedNode() {
  const packaged = join(root, 'node_modules/node/bin/node');
  if (existsSync(packaged)) return packaged;
  try {
    return createRequire(import.meta.url).resolve('node/bin/node');
  } catch {
    throw new Error('The package "node" is not installed: run npm ci with install scripts allowed for it.');
  }
}
