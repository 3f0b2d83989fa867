import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const REGISTERED = /registerType\(\s*['"]([^'"]+)['"]/g;

/**
 * Files of Node-RED's own nodes that provide none of these types. Loading them all takes most of the time until
 * flows start; a run without an editor needs only what its flow names.
 */
export function unusedCoreNodes(types: ReadonlySet<string>): readonly string[] {
  return coreNodeFiles()
    .filter((file) => !typesOf(file).some((type) => types.has(type)))
    .map((file) => basename(file));
}

function coreNodeFiles(): readonly string[] {
  const core = join(dirname(createRequire(__filename).resolve('@node-red/nodes/package.json')), 'core');
  return readdirSync(core, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[^/\\]+[/\\][^/\\]+\.js$/.test(file))
    .map((file) => join(core, file));
}

/** The editor's half of a node names its types. */
function typesOf(file: string): readonly string[] {
  const html = readFileSync(file.replace(/\.js$/, '.html'), 'utf8');
  return [...html.matchAll(REGISTERED)].map(([, type]) => type ?? '');
}
