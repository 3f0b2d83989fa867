import { describe, expect, it } from 'vitest';
import { classify, type Failure } from './classify';
import { CONNECTION_ERRORS, SENT_ERRORS, STATUS_ERRORS, UNSENT_ERRORS } from './error-table';
import type { ErrorRule, Recovery } from './manifest';
import { jitter, repeatAfter, retryAfterMs } from './retry-policy';

const now = new Date('2026-03-02T10:20:30.000Z');

function failure(more: Partial<Failure>): Failure {
  return {
    call: 'create-bill',
    effect: 'read',
    status: 400,
    description: { message: '' },
    retryAfterMs: undefined,
    now,
    ...more,
  };
}

function rule(more: Partial<ErrorRule>): ErrorRule {
  return { when: {}, recovery: 'rejected', code: 'RULE', text: 'Text.', remedy: 'Remedy.', ...more };
}

const recovery = (more: Partial<Failure>, rules: ErrorRule[] = []) =>
  classify(failure(more), rules, (text) => text).recovery;

describe('classification', () => {
  it.each<[number, Recovery, Recovery]>([
    [301, 'configuration', 'configuration'],
    [400, 'rejected', 'rejected'],
    [401, 'refresh-sign-in', 'refresh-sign-in'],
    [403, 'rejected', 'rejected'],
    [404, 'not-found', 'not-found'],
    [408, 'retry', 'ambiguous'],
    [409, 'rejected', 'rejected'],
    [422, 'rejected', 'rejected'],
    [425, 'retry', 'retry'],
    [429, 'rate-limited', 'rate-limited'],
    [500, 'retry', 'ambiguous'],
    [502, 'retry', 'ambiguous'],
    [503, 'retry', 'ambiguous'],
    [599, 'retry', 'ambiguous'],
    [999, 'retry', 'ambiguous'],
  ])('of status %d is %s for a read and %s for a write, without a rule', (status, read, once) => {
    expect(recovery({ status })).toBe(read);
    expect(recovery({ status, effect: 'idempotent' })).toBe(read);
    expect(recovery({ status, effect: 'once' })).toBe(once);
  });

  it('B16: goes by code and status: other words, or none, change nothing, and what nobody knows parks', () => {
    const rules = [
      rule({ when: { code: ['IN_USE'] }, code: 'NUMBER_IN_USE', reason: 'number-in-use' }),
      rule({ when: { message: /already exists/i }, code: 'BY_WORDS', reason: 'number-in-use' }),
    ];
    const named = (message: string, code?: string, effect: Failure['effect'] = 'once') => {
      const description = { message, ...(code === undefined ? {} : { code }) };
      const { recovery, reason, systemWords } = classify(
        failure({ description, effect }),
        rules,
        (text) => text,
      );
      return { recovery, reason, systemWords };
    };
    const inUse = { recovery: 'rejected', reason: 'number-in-use' };
    for (const words of ['The number already exists.', 'Die Nummer ist vergeben.', '番号が重複しています']) {
      expect(named(words, 'IN_USE')).toEqual({ ...inUse, systemWords: words });
    }
    expect(named('', 'IN_USE')).toEqual({ ...inUse, systemWords: undefined });
    // Neither code nor words are known: it is refused in the system's own words, not repeated and not dropped.
    const unknown = 'Die Buchung ist aus unbekannten Gründen nicht zulässig.';
    expect(named(unknown, 'NEW_CODE')).toEqual({
      recovery: 'rejected',
      reason: 'rejected-by-target',
      systemWords: unknown,
    });
  });

  it('takes the first rule of which everything matches', () => {
    const rules = [
      rule({ when: { status: [422], code: ['BUSY'] }, recovery: 'rate-limited' }),
      rule({ when: { status: [422], type: /conflict/i }, recovery: 'retry' }),
      rule({ when: { message: /closed period/ }, reason: 'period-closed' }),
      rule({ when: { status: [500], effect: ['once'] }, recovery: 'rejected' }),
    ];
    const of = (more: Partial<Failure>) => recovery(more, rules);
    expect(of({ status: 422, description: { code: 'BUSY', message: '' } })).toBe('rate-limited');
    expect(of({ status: 400, description: { code: 'BUSY', message: '' } })).toBe('rejected');
    expect(of({ status: 422, description: { type: 'RowConflict', message: '' } })).toBe('retry');
    expect(of({ status: 500, effect: 'once' })).toBe('rejected');
    expect(of({ status: 500, effect: 'read' })).toBe('retry');
    const parked = classify(failure({ description: { message: 'closed period' } }), rules, (text) => text);
    expect(parked.reason).toBe('period-closed');
    expect(classify(failure({}), rules, (text) => text).reason).toBe('rejected-by-target');
  });

  it('is not thrown off by a global expression', () => {
    const rules = [rule({ when: { message: /busy/g }, recovery: 'retry' })];
    for (let time = 0; time < 4; time++)
      expect(recovery({ description: { message: 'busy' } }, rules)).toBe('retry');
  });

  it('prefers the wait of the server to that of the rule, and knows the next full hour', () => {
    const wait = (more: Partial<Failure>, rules: ErrorRule[]) =>
      classify(failure(more), rules, (text) => text).waitMs;
    expect(wait({ retryAfterMs: 5 }, [rule({ wait: 9 })])).toBe(5);
    expect(wait({ description: { message: '', waitMs: 7 } }, [rule({ wait: 9 })])).toBe(7);
    expect(wait({}, [rule({ wait: 9 })])).toBe(9);
    expect(wait({}, [rule({ wait: 'next-hour' })])).toBe((39 * 60 + 30) * 1_000 + 5_000);
    expect(wait({}, [])).toBeUndefined();
  });

  it('keeps the words of the system, redacted and cut', () => {
    const error = classify(failure({ description: { message: `secret ${'x'.repeat(5_000)}` } }), [], (text) =>
      text.replace('secret', '[removed]'),
    );
    expect(error.systemWords).toMatch(/^\[removed\] x+$/);
    expect(error.systemWords?.length).toBeLessThan(1_100);
  });
});

describe('the table of errors', () => {
  it('says for every code what happened and what to do', () => {
    for (const table of [UNSENT_ERRORS, SENT_ERRORS, STATUS_ERRORS, CONNECTION_ERRORS]) {
      for (const entry of Object.values(table)) {
        expect(entry.text).toMatch(/\.$/);
        expect(entry.remedy).toMatch(/\.$/);
      }
    }
  });

  it('calls nothing that may have been handled safe to repeat for a write', () => {
    for (const entry of Object.values(SENT_ERRORS)) expect(entry.once).toBe('ambiguous');
    for (const entry of Object.values(UNSENT_ERRORS)) expect('once' in entry).toBe(false);
  });
});

describe('repetition', () => {
  const error = (more: Partial<Failure>) => classify(failure({ status: 500, ...more }), [], (text) => text);

  it('never repeats a write, whatever the recovery', () => {
    for (const status of [425, 429, 500, 503]) {
      expect(repeatAfter(error({ status, effect: 'once' }), 'once', 1, 0, () => 0.5)).toBeUndefined();
    }
  });

  it('waits within bounds that spread out with every attempt', () => {
    let previous = 0;
    for (let attempt = 1; attempt < 40; attempt++) {
      for (const chance of [0, 0.5, 0.999]) {
        const wait = jitter(previous, () => chance);
        expect(wait).toBeGreaterThanOrEqual(500);
        expect(wait).toBeLessThanOrEqual(Math.min(30_000, Math.max(500, previous) * 3));
      }
      previous = jitter(previous, () => 0.9);
    }
    expect(previous).toBeGreaterThan(10_000);
  });

  it('reads Retry-After in seconds and as a date, by the server clock when it says one', () => {
    const at = 'Mon, 02 Mar 2026 10:21:00 GMT';
    expect(retryAfterMs('12', undefined, now)).toBe(12_000);
    expect(retryAfterMs('0', undefined, now)).toBe(0);
    expect(retryAfterMs(at, undefined, now)).toBe(30_000);
    expect(retryAfterMs(at, 'Mon, 02 Mar 2026 10:20:50 GMT', now)).toBe(10_000);
    expect(retryAfterMs('Mon, 02 Mar 2020 10:21:00 GMT', undefined, now)).toBe(0);
    for (const wrong of [undefined, '', 'soon', '-5'])
      expect(retryAfterMs(wrong, undefined, now)).toBeUndefined();
  });
});
