import { describe, expect, it } from 'vitest';
import { type Summary, together } from './summary';

const summary = (confirmed: number, parked: Record<string, number>, maxInFlight: number): Summary => ({
  template: 't',
  ok: true,
  seconds: 1.5,
  syncs: { s: { read: 10, confirmed, parked } },
  connections: { bill: { calls: 5, byOperation: { login: 1 }, maxInFlight } },
});

describe('the totals of two runs', () => {
  it('add counters and reasons, and keep the higher maximum', () => {
    expect(together(summary(3, { 'partly-paid': 1 }, 3), summary(4, { 'not-ours': 2 }, 2))).toEqual({
      template: 't',
      ok: true,
      seconds: 3,
      syncs: { s: { read: 20, confirmed: 7, parked: { 'partly-paid': 1, 'not-ours': 2 } } },
      connections: { bill: { calls: 10, byOperation: { login: 2 }, maxInFlight: 3 } },
    });
  });

  it('keep a sync that only one of them ran, and are not ok when one was not', () => {
    const second: Summary = { ...summary(0, {}, 0), ok: false, syncs: { other: { read: 1 } } };
    expect(together(summary(3, {}, 1), second)).toMatchObject({
      ok: false,
      syncs: { s: { confirmed: 3 }, other: { read: 1 } },
    });
  });
});
