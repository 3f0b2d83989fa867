import type { NodeStatus } from 'node-red';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StatusBadge } from './status-badge';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function badge() {
  const shown: NodeStatus[] = [];
  return { badge: new StatusBadge({ status: (status) => shown.push(status) }), shown };
}
const texts = (shown: NodeStatus[]) => shown.map((status) => (status as { text?: string }).text);

describe('the status badge', () => {
  it('shows the first change at once and of a burst only the last, twice a second', () => {
    const { badge: it, shown } = badge();
    for (let n = 1; n <= 50; n += 1) it.working(`${n}`);
    expect(texts(shown)).toEqual(['1']);
    vi.advanceTimersByTime(500);
    expect(texts(shown)).toEqual(['1', '50']);
    vi.advanceTimersByTime(5_000);
    expect(texts(shown)).toEqual(['1', '50']);
  });

  it('does not repeat what is shown already', () => {
    const { badge: it, shown } = badge();
    for (let n = 0; n < 10; n += 1) {
      it.done('same');
      vi.advanceTimersByTime(500);
    }
    expect(shown).toHaveLength(1);
  });

  it('is cleared at the end, and nothing comes after', () => {
    const { badge: it, shown } = badge();
    it.working('1');
    it.working('2');
    it.close();
    vi.advanceTimersByTime(5_000);
    expect(shown.at(-1)).toEqual({});
  });
});
