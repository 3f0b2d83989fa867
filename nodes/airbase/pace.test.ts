import { describe, expect, it } from 'vitest';
import { Pace } from './pace';

function paced(left: number) {
  const waits: number[] = [];
  const now = new Date('2026-03-02T10:00:00Z');
  const pace = new Pace({ now: () => now, wait: async (ms) => void waits.push(ms) });
  pace.note({ 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': String(left) });
  return { pace, waits };
}

describe('the pace of calls', () => {
  it('is free while enough of the limit is left, or nothing is said about it', async () => {
    const { pace, waits } = paced(50);
    for (let call = 0; call < 5; call += 1) await pace.before();
    pace.note({});
    await pace.before();
    expect(waits).toEqual([]);
  });

  it('slows down in the last tenth, also for calls that come at once', async () => {
    const { pace, waits } = paced(49);
    await Promise.all([1, 2, 3].map(() => pace.before()));
    expect(waits).toEqual([1000, 2000]);
  });

  it('is free again when the count begins anew', async () => {
    const { pace, waits } = paced(3);
    pace.note({ 'x-ratelimit-limit': '500', 'x-ratelimit-remaining': '499' });
    for (let call = 0; call < 5; call += 1) await pace.before();
    expect(waits).toEqual([]);
  });
});
