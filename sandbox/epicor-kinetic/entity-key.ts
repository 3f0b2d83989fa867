import { odataError } from './refusal';
import type { Table } from './schema';
import type { Row } from './table-rows';

const PARTS = /\s*(?:(\w+)\s*=\s*)?(?:'((?:[^']|'')*)'|(-?\d+)|([0-9a-fA-F-]{36})|(true|false))\s*(,|$)/y;

/** Reads a key such as `'EPIC06',12,'INV1'`: Company first, although it also stands in the path; names before values are allowed. */
export function parseEntityKey(source: string, table: Table, company: string): Row {
  const names = ['Company', ...table.key];
  const key: Row = {};
  let at = 0;
  for (let index = 0; at < source.length; index += 1) {
    PARTS.lastIndex = at;
    const found = PARTS.exec(source);
    const name = found?.[1] ?? names[index];
    if (found === null || name === undefined || !names.includes(name)) {
      throw odataError(`The key (${source}) does not match the key of ${table.set}.`);
    }
    if (found[2] !== undefined) key[name] = found[2].replaceAll("''", "'");
    else if (found[3] !== undefined) key[name] = Number(found[3]);
    else if (found[5] !== undefined) key[name] = found[5] === 'true';
    else key[name] = found[4] ?? '';
    at = PARTS.lastIndex;
  }
  for (const name of names) {
    const type = table.columns.get(name)?.type === 'int' ? 'number' : undefined;
    if (key[name] === undefined || (type !== undefined && typeof key[name] !== type)) {
      throw odataError(`The key (${source}) does not match the key of ${table.set}.`);
    }
  }
  if (key['Company'] !== company) throw odataError('The company of the key is not the company of the path.');
  return key;
}
