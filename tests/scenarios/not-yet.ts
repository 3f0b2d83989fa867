import type { RowId } from './rows';

/** Rows that no test proves, and why. The list may only shrink: a row leaves it with the test that proves it. */
export const NOT_YET: Partial<Record<RowId, string>> = {
  H9: 'there is no upgrade of templates yet',
};
