import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const { dependencies } = createRequire(import.meta.url)(
  '../package.json',
) as typeof import('../package.json');
const version = dependencies['@electric-sql/pglite'];

/**
 * Puts `empty-database.tar.gz` into a folder: a new embedded database starts from it, because making one takes seconds
 * and a gigabyte. It is made once for a version of PGlite, and kept in a cache folder for the next builds.
 */
export async function emptyDatabase(cache: string, target: string): Promise<void> {
  const made = join(cache, `pglite-${version}.tar.gz`);
  if (!existsSync(made)) await make(cache, made);
  await mkdir(target, { recursive: true });
  await copyFile(made, join(target, 'empty-database.tar.gz'));
}

async function make(cache: string, made: string): Promise<void> {
  const lite = await PGlite.create();
  const archive = await lite.dumpDataDir('gzip');
  await lite.close();
  // Several builds may be here at once: each writes its own, and the last whole one stays.
  const draft = join(cache, `${process.pid}.draft`);
  await mkdir(cache, { recursive: true });
  await writeFile(draft, Buffer.from(await archive.arrayBuffer()));
  await rename(draft, made);
}
