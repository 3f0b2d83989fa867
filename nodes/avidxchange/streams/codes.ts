import type { StreamReader } from '../../../runtime/connector/system';
import { type AvidConnection, urlOf } from '../connection';
import { type ListPage, readPages } from '../list-reader';
import { flagAt, memberOf, numberAt, textAt } from '../members';
import { codeRow } from '../row-schemas';
import { wholeReader } from '../stream-reader';

/** GL accounts and dimensions, group by group. */
export function codeReader(avid: AvidConnection): StreamReader {
  return wholeReader(avid, {
    at: 'code',
    schema: codeRow,
    key: ['GroupName', 'CodeValue'],
    complete: (row) => {
      const active = flagAt(row, 'IsActive');
      return active === undefined ? row : { ...row, IsActive: active };
    },
    lists: ({ options }, { calls, signal }) => {
      const pageSize = numberAt({ ...options }, 'pageSize') ?? 100;
      const chosen = memberOf({ ...options }, 'groups');
      const groups = Array.isArray(chosen) && chosen.length > 0 ? chosen.map(String) : knownGroups(avid);
      return groups.map((group) => () => {
        const query = { [avid.name('groupParameter')]: group };
        const list = { name: 'list-codes', url: urlOf(avid, 'codesPath'), query, pageSize };
        return ofGroup(avid, group, readPages(avid, calls, list, signal));
      });
    },
  });
}

export function knownGroups({ glGroup, codeGroups }: AvidConnection): readonly string[] {
  return [...new Set([glGroup, ...codeGroups.values()])];
}

/** Rows need not repeat the group that was asked for; those of another one are no concern of the list. */
async function* ofGroup(
  avid: AvidConnection,
  group: string,
  pages: AsyncIterable<ListPage>,
): AsyncGenerator<ListPage, void, void> {
  const name = avid.fieldNames.get('code.GroupName') ?? 'GroupName';
  for await (const page of pages) {
    const rows = page.rows.flatMap((row) => {
      const its = textAt(row, name) ?? group;
      return its.toLowerCase() === group.toLowerCase() ? [{ ...row, [name]: its }] : [];
    });
    yield { ...page, rows, total: rows.length === page.rows.length ? page.total : undefined };
  }
}
