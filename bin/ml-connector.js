#!/usr/bin/env node
// Runs on whatever Node the machine has (no modern syntax in here), and goes on with the Node of the package.
'use strict';

const childProcess = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const program = path.join(root, 'dist', 'runtime', 'host', 'main.js');
const settingsOfV8 = [
  // V8 lets its room for short-lived objects grow under load, and files that are done with lie there: several hundred
  // megabytes more with many records, for no gain in speed.
  '--max-semi-space-size=8',
  // The embedded database is WebAssembly, with functions so large that to optimize one takes 600 MB: more memory than
  // everything else together, and a second of each start, for a sixth more records a second.
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
];

function packagedNode() {
  const description = find('node/package.json');
  if (!description) return null;
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const file = path.join(path.dirname(description), 'bin', name);
  return fs.existsSync(file) ? { file: file, version: `v${require(description).version}` } : null;
}

function find(name) {
  try {
    return require.resolve(name, { paths: [root] });
  } catch (_error) {
    return null;
  }
}

function complain(text) {
  process.stderr.write(`${text}\n`);
  process.exit(2);
}

/** Settings that nobody has chosen otherwise. */
function flags() {
  const chosen = process.execArgv.concat(process.env.NODE_OPTIONS || '').join(' ');
  return settingsOfV8.filter((setting) => !chosen.includes(setting.split('=')[0]));
}

function goOnHere() {
  const missing = flags();
  // The same process goes on with the flag, where the system can do that.
  if (missing.length > 0 && process.execve && process.platform !== 'win32' && !process.channel) {
    const words = [process.execPath].concat(missing, process.execArgv, process.argv.slice(1));
    process.execve(process.execPath, words, process.env);
  }
  require(program);
}

function goOnWith(node) {
  // The channel tells the child when this process is gone, however it went: nothing may be left running.
  const child = childProcess.spawn(node, flags().concat([program], process.argv.slice(2)), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  ['SIGTERM', 'SIGINT', 'SIGHUP'].forEach((signal) => {
    process.on(signal, () => child.kill(signal));
  });
  child.on('error', (error) => complain(`The packaged Node cannot be started: ${error.message}`));
  child.on('close', (status, signal) => process.exit(signal ? 1 : status));
}

const node = packagedNode();
if (!fs.existsSync(program)) complain('ml-connector is not built: run npm ci, or npm run build.');
else if (!node)
  complain('The package "node" is not installed: run npm ci with install scripts allowed for it.');
else if (node.version === process.version) goOnHere();
else goOnWith(node.file);
