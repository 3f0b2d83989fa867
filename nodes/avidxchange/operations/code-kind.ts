import type { JsonObject } from '../../../runtime/connector/json';
import { ownRows } from '../accounting-system';
import { type AvidConnection, urlOf } from '../connection';
import { glCodeDocument } from '../document-schemas';
import { readPages } from '../list-reader';
import { textAt, withoutBlanks } from '../members';
import { knownGroups } from '../streams/codes';
import type { BatchKind } from './batch-kind';
import { saysAll } from './row-as-sent';

/** GL accounts and dimensions: a code is known by its group and value, and linked by its value. */
export const codes: BatchKind = {
  one: 'code',
  at: 'code',
  batches: 'codeBatchesPath',
  schema: glCodeDocument,
  idOf: codeValueOf,
  placeOf: (document, avid) => `${codeValueOf(document)} of ${groupOf(document, avid)}`,
  record: (document, avid) => withoutBlanks({ ...document, GroupName: groupOf(document, avid) }),
  isAbout: (said, document, avid) => {
    const value = textAt(said, 'CodeValue');
    if (value === undefined) return undefined;
    const group = textAt(said, 'GroupName');
    return value === codeValueOf(document) && (group === undefined || same(group, groupOf(document, avid)));
  },
  isAsSent: (row, document, avid, options) =>
    saysAll(avid, codes, row, codes.record(document, avid, options)),
  readsBack: false,
  attributes: (said) => {
    const group = textAt(said, 'GroupName');
    return group === undefined ? {} : { group };
  },
  async find(avid, calls, documents) {
    const groups = new Set(documents.map((document) => groupOf(document, avid)));
    const wanted = new Set(documents.map(codeValueOf));
    const isOurs = await ownRows(avid, calls);
    const found: JsonObject[] = [];
    for (const group of groups) {
      for await (const { rows } of readPages(avid, calls, list(avid, group))) {
        // The list takes no values: all of the group comes, and only what was asked for is kept.
        for (const row of rows) {
          if (isOurs(row) && wanted.has(codeIn(avid, row) ?? '')) found.push({ GroupName: group, ...row });
        }
      }
    }
    return found;
  },
  async *tally(avid, calls) {
    const isOurs = await ownRows(avid, calls);
    for (const group of knownGroups(avid)) {
      for await (const { rows } of readPages(avid, calls, list(avid, group))) {
        for (const row of rows.filter(isOurs)) {
          const ref = codeIn(avid, row);
          if (ref !== undefined) yield { ref };
        }
      }
    }
  },
};

/** Name of the group over there. */
export function groupNamed(group: string | undefined, { glGroup, codeGroups }: AvidConnection): string {
  return group === undefined ? glGroup : (codeGroups.get(group) ?? group);
}

function groupOf(document: JsonObject, avid: AvidConnection): string {
  return groupNamed(textAt(document, 'GroupName'), avid);
}

function codeValueOf(document: JsonObject): string {
  return textAt(document, 'CodeValue') ?? '';
}

function codeIn(avid: AvidConnection, row: JsonObject): string | undefined {
  return textAt(row, avid.fieldNames.get('code.CodeValue') ?? 'CodeValue');
}

function list(avid: AvidConnection, group: string) {
  const query = { [avid.name('groupParameter')]: group };
  return { name: 'find-codes', url: urlOf(avid, 'codesPath'), query, pageSize: 500 };
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
