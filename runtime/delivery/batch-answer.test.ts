import { describe, expect, it } from 'vitest';
import type { BatchAnswer } from '../connector/batch';
import { outcomeOf } from './batch-answer';

const AT = new Date('2026-03-02T10:00:00.000Z');
const refused = { id: 'b', outcome: 'refused', message: 'no' } as const;

function kind(answer: BatchAnswer | { readonly status: 'absent' }, atomic = false) {
  return outcomeOf(answer, 'a', atomic, AT).outcome;
}

describe('what an answer says about an item', () => {
  it('is what it says', () => {
    const results = [refused, { id: 'a', outcome: 'done', ref: 'T1' } as const];
    expect(outcomeOf({ status: 'done', results }, 'a', false, AT)).toEqual(results[1]);
    expect(kind({ status: 'absent' })).toBe('absent');
  });

  it('is not a success without the id of the document', () => {
    expect(kind({ status: 'done', results: [{ id: 'a', outcome: 'done', ref: '' }] })).toBe('unknown');
  });

  it('is told by silence only where the target takes all or nothing', () => {
    expect(kind({ status: 'done', results: [refused] }, true)).toBe('again');
    expect(kind({ status: 'done', results: [refused] }, false)).toBe('unknown');
    expect(kind({ status: 'done', results: [] }, true)).toBe('unknown');
  });

  it('may come before the batch is done, and for the others says when to look', () => {
    const pending = { status: 'pending', lookInMs: 15_000, why: 'in work', results: [refused] } as const;
    expect(outcomeOf(pending, 'b', false, AT)).toEqual(refused);
    expect(outcomeOf(pending, 'a', true, AT)).toEqual({
      id: 'a',
      outcome: 'pending',
      lookAt: new Date('2026-03-02T10:00:15.000Z'),
      why: 'in work',
    });
  });
});
