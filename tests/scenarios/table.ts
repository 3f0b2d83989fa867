import type { NamedTest } from './named-tests';
import { ROWS, type RowId } from './rows';

export interface Table {
  /** As a person reads it, a row a line. */
  readonly text: string;
  /** Rows that have neither a test nor a reason. */
  readonly open: readonly RowId[];
  /** Rows that have both. */
  readonly twice: readonly RowId[];
}

/** Each row with the tests that carry its number, or with the reason why there is none. */
export function tableOf(
  tests: ReadonlyMap<RowId, readonly NamedTest[]>,
  notYet: Partial<Record<RowId, string>>,
): Table {
  const ids = Object.keys(ROWS) as RowId[];
  const lines = ids.flatMap((id) => {
    const head = `${id.padEnd(4)} ${ROWS[id]}`;
    const proofs = (tests.get(id) ?? []).map(({ file, name }) => `       ${file}: ${name}`);
    if (proofs.length > 0) return [head, ...proofs];
    return [head, `       not yet: ${notYet[id] ?? 'NO TEST AND NO REASON'}`];
  });
  const open = ids.filter((id) => !tests.has(id) && notYet[id] === undefined);
  const proven = ids.filter((id) => tests.has(id)).length;
  const sum = `${ids.length} rows: ${proven} with tests, ${ids.length - proven - open.length} not yet, ${open.length} open`;
  return {
    text: [...lines, '', sum].join('\n'),
    open,
    twice: ids.filter((id) => tests.has(id) && notYet[id] !== undefined),
  };
}
