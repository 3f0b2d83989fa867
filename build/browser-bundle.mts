import { rolldown } from 'rolldown';

const ENTRY = 'virtual:entry';

/**
 * Bundles a module, given as text with absolute imports, into one script for the browser. Kept readable: a stack
 * trace from the editor must name our functions.
 * @throws for anything unresolved and for every warning: a dialog that half works is worse than none.
 */
export async function bundleForBrowser(entry: string): Promise<string> {
  const bundle = await rolldown({
    input: ENTRY,
    platform: 'browser',
    plugins: [
      {
        name: 'entry',
        resolveId: (id: string) => (id === ENTRY ? id : null),
        load: (id: string) => (id === ENTRY ? { code: entry, moduleType: 'js' } : null),
      },
    ],
    onwarn(warning) {
      throw new Error(`${warning.code}: ${warning.message}`);
    },
  });
  try {
    const { output } = await bundle.generate({ format: 'iife' });
    return output[0].code;
  } finally {
    await bundle.close();
  }
}
