import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { REASONS } from '../runtime/connector/reasons';

const page = (name: string) => readFileSync(resolve(__dirname, '..', name), 'utf8');

describe('the documentation', () => {
  it('explains every reason as the console does', () => {
    const documented = page('docs/reasons.md');
    const rows = Object.entries(REASONS).map(
      ([code, { text, remedy }]) => `| \`${code}\` | ${text} | ${remedy} |`,
    );
    expect(rows.filter((row) => !documented.includes(row))).toEqual([]);
  });

  it('links only to pages that exist', () => {
    const links = [...page('README.md').matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(
      ([, link]) => link as string,
    );
    expect(links.filter((link) => !exists(link))).toEqual([]);
  });
});

function exists(path: string): boolean {
  try {
    page(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EISDIR';
  }
}
