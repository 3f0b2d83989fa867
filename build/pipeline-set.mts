import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionDoc } from '../runtime/mapping/function-docs.ts';
import { bundleForBrowser } from './browser-bundle.mts';
import { functionReference, helpScript, helpText } from './help.mts';
import { script } from './markup.mts';

/**
 * The editor's part of the node set `pipeline`: every `<type>.html` of the folder is a dialog, with its code in
 * `<type>.editor.ts` and its help beside; `dialogs.css` is the look of all our dialogs.
 * @param nodes the folder `nodes` of the project
 * @param functions what expressions may call, for the help of the map node
 */
export async function pipelineSet(nodes: string, functions: readonly FunctionDoc[]): Promise<string> {
  const folder = join(nodes, 'pipeline');
  const types = readdirSync(folder)
    .filter((name) => name.endsWith('.html'))
    .map((name) => name.replace('.html', ''))
    .sort();
  const entry = types.map((type) => `import '${folder}/${type}.editor.ts';`).join('\n');
  const dialogs = types.map((type) =>
    script('text/html', readFileSync(join(folder, `${type}.html`), 'utf8'), { 'data-template-name': type }),
  );
  const help = types.map((type) => helpScript(type, helpText(folder, type, functionReference(functions))));
  const look = `<style>\n${readFileSync(join(folder, 'dialogs.css'), 'utf8')}</style>\n`;
  return look + script('text/javascript', await bundleForBrowser(entry)) + dialogs.join('') + help.join('');
}
