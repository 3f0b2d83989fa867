import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROWS, type RowId } from './rows';

export interface NamedTest {
  readonly file: string;
  readonly name: string;
}

/** Rooms whose tests prove something of the product; those of the sandbox prove the sandbox. */
const ROOMS = ['runtime', 'nodes', 'flows', 'tests'];
/** The name in `it('…'`, `describe.each(…)('…'`, also on the next line. */
const NAMED = /(?:\b(?:it|test|describe)\b[^'"`\n]*|\]\s*(?:as const)?,?\s*\))\(\s*(['"`])((?:(?!\1).)*)\1/g;
/** The name of a case in a table: `['A3: …', …]` and `{ name: 'A3: …' }`. */
const CASE = /(?:\[|name:)\s*(['"`])((?:(?!\1).)*)\1/g;
/** Rows stand at the beginning of a name, or at its end in parentheses. */
const IDS = /^((?:[A-I]\d{1,2}[ ,]+)*[A-I]\d{1,2})(?=[ :])|\(((?:[A-I]\d{1,2}, ?)*[A-I]\d{1,2})\)/g;

/** Tests of the project by the rows that their names begin with. */
export function testsByRow(root: string): Map<RowId, NamedTest[]> {
  const found = new Map<RowId, NamedTest[]>();
  for (const file of ROOMS.flatMap((room) => testFilesUnder(join(root, room)))) {
    for (const { ids, name } of namesIn(readFileSync(file, 'utf8'))) {
      for (const id of ids) found.set(id, [...(found.get(id) ?? []), { file: relative(root, file), name }]);
    }
  }
  return found;
}

/** Row ids and the name, for every test in a source text whose name holds ids. */
export function namesIn(source: string): { readonly ids: RowId[]; readonly name: string }[] {
  return [...source.matchAll(NAMED), ...source.matchAll(CASE)]
    .map(([, , name = '']) => ({ name, ids: idsIn(name) }))
    .filter(({ ids }) => ids.length > 0);
}

function idsIn(name: string): RowId[] {
  const found = [...name.matchAll(IDS)].flatMap(([, first, last]) => (first ?? last ?? '').split(/[ ,]+/));
  return [...new Set(found)].filter((id): id is RowId => id in ROWS);
}

function testFilesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return testFilesUnder(path);
    return /\.test\.ts$/.test(entry.name) ? [path] : [];
  });
}
