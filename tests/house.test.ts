import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(__dirname, '..');
const rooms = ['runtime', 'nodes', 'sandbox', 'flows', 'demo', 'bench', 'build', 'tests'] as const;

const sources = rooms
  .flatMap((room) => filesUnder(join(root, room)))
  .filter((file) => /\.(ts|tsx|mts)$/.test(file));

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : [path];
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import|require\()\s*['"](\.[^'"]+)['"]/g)].map((match) =>
    relative(root, resolve(file, '..', match[1] as string)),
  );
}

/** Which rooms the product code of a room may import from. */
const mayImport: Record<string, readonly string[]> = {
  runtime: ['runtime'],
  nodes: ['nodes', 'runtime'],
  sandbox: ['sandbox'],
  demo: ['demo', 'sandbox', 'runtime'],
};

describe('the house', () => {
  it('has arrows that run one way: nodes to runtime, the sandbox apart from both', () => {
    const wrong = sources
      .filter((file) => !/\.test\.ts$/.test(file))
      .flatMap((file) => {
        const allowed = mayImport[relative(root, file).split('/')[0] as string];
        if (!allowed) return [];
        return importsOf(file)
          .filter((target) => !allowed.includes(target.split('/')[0] as string))
          .map((target) => `${relative(root, file)} imports ${target}`);
      });
    expect(wrong).toEqual([]);
  });

  it('lets only the host know Node-RED inside the runtime', () => {
    const wrong = sources
      .filter((file) => /^runtime\/(?!host\/)/.test(relative(root, file)))
      .filter((file) => /['"](@node-red\/|node-red['"/])/.test(readFileSync(file, 'utf8')))
      .map((file) => relative(root, file));
    expect(wrong).toEqual([]);
  });

  it('has systems that do not know each other', () => {
    const wrong = sources.flatMap((file) => {
      const [room, system] = relative(root, file).split('/');
      if (room !== 'nodes' || system === 'pipeline') return [];
      return importsOf(file)
        .filter(
          (target) => target.startsWith('nodes/') && !['pipeline', system].includes(target.split('/')[1]),
        )
        .map((target) => `${relative(root, file)} imports ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it('names no system in the runtime', () => {
    const systems = readdirSync(join(root, 'nodes')).filter(
      (name) => name !== 'pipeline' && statSync(join(root, 'nodes', name)).isDirectory(),
    );
    const wrong = sources
      .filter((file) => relative(root, file).startsWith('runtime/') && !file.endsWith('.test.ts'))
      .filter((file) => systems.some((system) => readFileSync(file, 'utf8').includes(`'${system}'`)))
      .map((file) => relative(root, file));
    expect(wrong).toEqual([]);
  });

  it('keeps every file under four hundred lines', () => {
    const wrong = sources
      .map((file) => ({ file: relative(root, file), lines: readFileSync(file, 'utf8').split('\n').length }))
      .filter(({ lines }) => lines > 400);
    expect(wrong).toEqual([]);
  });

  it('pins every dependency to an exact version and says why each is there', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const reasons = readFileSync(join(root, 'docs/decisions/dependencies.md'), 'utf8');
    const all = Object.entries<string>({ ...dependencies, ...devDependencies });
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    expect(all.filter(([name]) => !reasons.includes(`| ${name} |`)).map(([name]) => name)).toEqual([]);
  });

  it('holds no download address in its lock file', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });
});
