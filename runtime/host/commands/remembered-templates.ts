import type { DataFolder } from '../data-folder';

const FILE = 'templates.json';

/** Which templates have run on a data folder: `verify` compares what they connect. */
export function rememberTemplate(folder: DataFolder, template: string): void {
  const known = rememberedTemplates(folder);
  if (!known.includes(template)) folder.write(FILE, `${JSON.stringify([...known, template])}\n`);
}

export function rememberedTemplates(folder: DataFolder): readonly string[] {
  try {
    const names: unknown = JSON.parse(folder.read(FILE) ?? '[]');
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}
