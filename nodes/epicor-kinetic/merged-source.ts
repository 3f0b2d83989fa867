import type { JsonObject } from '../../runtime/connector/json';
import { textIn } from './dataset';
import type { RowSource } from './row-source';

/**
 * Two lists of one table as one, for reads in the order of `column`, a whole number. A page ends where the shorter
 * look of the two ends: what the other one has behind that comes with a later page.
 */
export function mergedSource(first: RowSource, second: RowSource, column: string): RowSource {
  const numberOf = (row: JsonObject | undefined) => {
    const text = textIn(row, column);
    return text !== undefined && /^\d+$/.test(text) ? BigInt(text) : 0n;
  };
  return {
    get mode() {
      return first.mode;
    },
    async page(request) {
      const [some, others] = [await first.page(request), await second.page(request)];
      if (some.length === 0 || others.length === 0) return [...some, ...others];
      const [end, otherEnd] = [numberOf(some.at(-1)), numberOf(others.at(-1))];
      const last = end < otherEnd ? end : otherEnd;
      return [...some, ...others]
        .filter((row) => numberOf(row) <= last)
        .toSorted((a, b) => (numberOf(a) < numberOf(b) ? -1 : numberOf(a) > numberOf(b) ? 1 : 0));
    },
  };
}
