import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

/** Bundles the operations console into `index.html`, `console.js` and `console.css`. */
export async function buildConsole(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true });
  const bundle = await rolldown({
    input: join(source, 'main.tsx'),
    platform: 'browser',
    onwarn(warning) {
      throw new Error(`console: ${warning.code}: ${warning.message}`);
    },
  });
  await bundle.write({ file: join(target, 'console.js'), format: 'iife', minify: true, sourcemap: true });
  await bundle.close();
  for (const name of ['index.html', 'console.css']) await copyFile(join(source, name), join(target, name));
}
