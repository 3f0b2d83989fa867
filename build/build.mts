import { existsSync, readdirSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { SystemManifest } from '../runtime/connector/manifest.ts';
import type * as ManifestCheck from '../runtime/connector/manifest-check.ts';
import type { FunctionDoc } from '../runtime/mapping/function-docs.ts';
import { buildConsole } from './console.mts';
import { emptyDatabase } from './empty-database.mts';
import { pipelineSet } from './pipeline-set.mts';
import { systemSet } from './system-set.mts';
import { compile } from './type-check.mts';

/**
 * Builds `dist/` from scratch beside the old one and changes them over at the end: a failed build leaves what was
 * there, and a running process never sees half of one.
 */
const root = resolve(import.meta.dirname, '..');
const nodes = join(root, 'nodes');
const staging = join(root, `.dist-${process.pid}`);
const dist = join(root, 'dist');

const started = performance.now();
try {
  await build();
  await changeOver();
  console.log(`built in ${Math.round(performance.now() - started)} ms`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await rm(staging, { recursive: true, force: true });
}

async function build(): Promise<void> {
  await everything([
    compile(root, 'tsconfig.build.json', '--outDir', staging),
    compile(root, 'tsconfig.editor.json'),
    compile(root, 'build/tsconfig.json'),
    compile(root, 'runtime/ops/console/tsconfig.json'),
    buildConsole(join(root, 'runtime/ops/console'), join(staging, 'runtime/ops/console')),
    copySql('runtime/ledger/migrations'),
    emptyDatabase(join(root, 'node_modules/.cache/ml-connector'), join(staging, 'runtime/ledger')),
  ]);
  await everything(nodeSets().map(buildSet));
}

/** Waits for all, also when one fails: nothing may still write when the staging folder goes. @throws every failure */
async function everything(steps: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(steps)).filter((step) => step.status === 'rejected');
  if (failures.length > 0)
    throw new Error(failures.map(({ reason }) => reason.message ?? reason).join('\n\n'));
}

/** Folders of node types that were compiled: the pipeline and the systems. */
function nodeSets(): string[] {
  return readdirSync(nodes).filter((name) => existsSync(join(staging, 'nodes', name, 'nodes.js')));
}

async function buildSet(set: string): Promise<void> {
  const target = join(staging, 'nodes', set);
  const html =
    set === 'pipeline' ? await pipelineSet(nodes, functionDocs()) : await systemSet(manifestOf(set), nodes);
  await writeFile(join(target, 'nodes.html'), html);
  for (const folder of ['icons', 'locales']) {
    const source = join(nodes, set, folder);
    if (existsSync(source)) await cp(source, join(target, folder), { recursive: true });
  }
}

/** The compiled file, not the source: Node reads TypeScript, but not the modules of this package as they stand. */
function compiled(file: string): unknown {
  return createRequire(import.meta.url)(join(staging, file));
}

/** @throws when the manifest is not right */
function manifestOf(set: string): SystemManifest {
  const { manifest } = compiled(`nodes/${set}/manifest.js`) as { manifest: SystemManifest };
  const { checkManifest, checkSchemas } = compiled(
    'runtime/connector/manifest-check.js',
  ) as typeof ManifestCheck;
  const problems = [...checkManifest(manifest), ...checkSchemas(manifest)];
  if (problems.length > 0)
    throw new Error(`nodes/${set}/manifest.ts\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  return manifest;
}

function functionDocs(): readonly FunctionDoc[] {
  return (compiled('runtime/mapping/function-docs.js') as { FUNCTION_DOCS: readonly FunctionDoc[] })
    .FUNCTION_DOCS;
}

async function copySql(folder: string): Promise<void> {
  await mkdir(join(staging, folder), { recursive: true });
  await cp(join(root, folder), join(staging, folder), {
    recursive: true,
    filter: (name) => !/\.[mc]?ts$/.test(name),
  });
}

async function changeOver(): Promise<void> {
  const old = join(dirname(dist), `.dist-${process.pid}-old`);
  if (existsSync(dist)) await rename(dist, old);
  await rename(staging, dist);
  await rm(old, { recursive: true, force: true });
}
