import type { JsonObject } from '../../runtime/connector/json';
import type { Condition } from './conditions';
import { textIn } from './dataset';
import type { RowSource } from './row-source';
import { unsupportedReading } from './troubles';

export const versionColumn = 'SysRevID';

export interface VersionRead {
  readonly source: RowSource;
  readonly name: string;
  /** Rows of this version and below are left out. */
  readonly after: bigint;
  readonly pageSize: number;
  readonly conditions: readonly Condition[];
  /** Columns that decide the order between rows of one version. */
  readonly key: readonly string[];
  keyOf(row: JsonObject): string;
}

export interface VersionPage {
  readonly rows: readonly JsonObject[];
  /** Highest version so far. */
  readonly version: bigint;
}

const remedy = 'Choose "by date" or "everything" under "Find changes by" on the read node.';

/**
 * Reads rows in the order of their row version, which the database raises with every write of a row. Each page
 * begins at the version where the last one ended, so nothing is skipped: a row that changes meanwhile moves to
 * the end and comes once more. No page is taken for the last one before an empty one has said so.
 * @throws SystemError `EPICOR_READING_UNSUPPORTED` when the server cannot filter or sort by the version
 */
export async function* readByVersion(read: VersionRead): AsyncGenerator<VersionPage, void, void> {
  let version = read.after;
  let seen = new Set<string>();
  let beginning: 'at' | 'after' = 'after';
  let tie: { readonly skip: number } | undefined;
  for (;;) {
    const page = await versionPage(read, beginning === 'at' ? 'ge' : 'gt', version, tie);
    const rows = page.filter(({ row, revision }) => revision !== version || !seen.has(read.keyOf(row)));
    if (rows.length === 0) {
      if (beginning === 'after') return;
      // Rows of one version may be more than a page holds: then they are gone through in the order of their key.
      const goesOn = page.length > (tie ? 0 : 1) && read.source.mode !== 'getRows';
      if (goesOn) tie = { skip: tie ? tie.skip + page.length : 0 };
      else [tie, beginning] = [undefined, 'after'];
      continue;
    }
    const highest = (rows.at(-1) as Versioned).revision;
    tie = tie && highest === version ? { skip: tie.skip + page.length } : undefined;
    const ties = rows.filter(({ revision }) => revision === highest).map(({ row }) => read.keyOf(row));
    seen = highest === version ? new Set([...seen, ...ties]) : new Set(ties);
    version = highest;
    beginning = 'at';
    yield { rows: rows.map(({ row }) => row), version };
  }
}

interface Versioned {
  readonly row: JsonObject;
  readonly revision: bigint;
}

async function versionPage(
  read: VersionRead,
  operator: 'ge' | 'gt',
  version: bigint,
  tie: { readonly skip: number } | undefined,
): Promise<readonly Versioned[]> {
  const { source, conditions, pageSize: top, name } = read;
  const bound: Condition = { column: versionColumn, operator, value: { number: String(version) } };
  const rows = await source.page({
    conditions: [bound, ...conditions],
    order: tie ? [versionColumn, ...read.key] : [versionColumn],
    top,
    skip: tie?.skip ?? 0,
  });
  const page = rows.map((row) => ({ row, revision: revisionOf(row, name) }));
  const isOrdered = page.every(({ revision }, at) => revision >= (page[at - 1]?.revision ?? version));
  if (!isOrdered) {
    throw unsupportedReading(name, `The server does not sort or filter by ${versionColumn}.`, remedy);
  }
  return page;
}

function revisionOf(row: JsonObject, name: string): bigint {
  const text = textIn(row, versionColumn);
  if (text !== undefined && /^\d+$/.test(text)) return BigInt(text);
  throw unsupportedReading(name, `The rows come without ${versionColumn}.`, remedy);
}
