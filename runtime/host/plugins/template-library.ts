import { listTemplates, readTemplateText } from '../flows/templates';

/** What Node-RED asks of a library source; without `saveEntry` the library is read-only. */
export interface LibrarySource {
  getEntry(type: string, path: string): Promise<string | readonly { readonly fn: string }[]>;
}

/** Type of the plugin, and of the source in `editorTheme.library`. */
export const LIBRARY_TYPE = 'ml-connector-templates';

/**
 * The templates in the editor's import dialog, each under the title of its README. A path is never joined to a
 * folder: it is compared with the titles, so nothing outside can be read.
 */
export class TemplateLibrary implements LibrarySource {
  readonly #folder: string;

  constructor({ path }: { readonly path: string }) {
    this.#folder = path;
  }

  async getEntry(type: string, path: string): Promise<string | readonly { readonly fn: string }[]> {
    const templates = type === 'flows' ? listTemplates(this.#folder) : [];
    const wanted = path.replace(/^\/+|\/+$/g, '');
    if (wanted === '') return templates.map(({ title }) => ({ fn: title }));
    const template = templates.find(({ title }) => title === wanted);
    const text = template && readTemplateText(this.#folder, template.name);
    if (text === undefined)
      throw Object.assign(new Error('There is no such template.'), { code: 'not_found' });
    return text;
  }
}
