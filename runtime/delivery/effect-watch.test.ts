import { describe, expect, it } from 'vitest';
import { SystemError } from '../connector/errors';
import type { Recovery } from '../connector/manifest';
import type { HttpAnswer, HttpRequest } from '../connector/system';
import { isUnclear, watchEffects } from './effect-watch';

function request(effect: HttpRequest['effect']): HttpRequest {
  return { name: 'call', method: 'POST', url: '/', effect };
}

/** Whether the target may have done something after one such call. */
async function after(effect: HttpRequest['effect'], outcome: Recovery | number | Error): Promise<boolean> {
  const watch = watchEffects({
    call: async () => {
      if (typeof outcome === 'number')
        return { status: outcome, headers: {}, text: '', json: undefined } as HttpAnswer;
      if (outcome instanceof Error) throw outcome;
      throw new SystemError({ recovery: outcome, code: 'X', text: 'x', remedy: 'x' });
    },
  });
  await watch.calls.call(request(effect)).catch(() => {});
  return watch.mayHaveHappened;
}

describe('whether anything may have happened', () => {
  it.each([
    ['read', 200, false],
    ['read', 'ambiguous', false],
    ['once', 200, true],
    ['once', 404, false],
    ['once', 502, true],
    ['once', 'ambiguous', true],
    ['once', 'retry', false],
    ['once', 'rate-limited', false],
    ['once', 'rejected', false],
    ['once', 'configuration', false],
    ['once', new Error('a bug in the middle of it'), true],
    // The client may have sent it several times before it gave up.
    ['idempotent', 'retry', true],
    ['idempotent', 'rejected', false],
  ] as const)('a call of effect %s that ends with %s: %s', async (effect, outcome, expected) => {
    expect(await after(effect, outcome)).toBe(expected);
  });

  it('is not forgotten when a later call fails cleanly', async () => {
    const outcomes = [200, 400];
    const watch = watchEffects({
      call: async () => ({ status: outcomes.shift() ?? 0, headers: {}, text: '', json: undefined }),
    });
    await watch.calls.call(request('once'));
    await watch.calls.call(request('once'));
    expect(watch.mayHaveHappened).toBe(true);
  });

  it('is unclear too where the error itself says so, although no call may have done anything', () => {
    const watch = watchEffects({ call: () => Promise.reject(new Error('nobody calls')) });
    const error = (recovery: Recovery) => new SystemError({ recovery, code: 'X', text: 'x', remedy: 'x' });
    expect(isUnclear(watch, error('ambiguous'))).toBe(true);
    expect(isUnclear(watch, error('rejected'))).toBe(false);
    expect(isUnclear(watch, new Error('a bug before it'))).toBe(false);
  });
});
