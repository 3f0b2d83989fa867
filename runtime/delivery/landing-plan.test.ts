import { describe, expect, it } from 'vitest';
import type { LockedRecord, RecordState } from '../ledger/records';
import { decideLanding, IGNORED_AT_LANDING } from './landing-plan';

function known(state: RecordState, more: Partial<LockedRecord> = {}): LockedRecord {
  return {
    id: 'id',
    sync: 's',
    company: 'c',
    key: 'k',
    orderKey: 'k',
    version: 1,
    contentHash: 'old',
    state,
    reason: undefined,
    detail: undefined,
    attempt: 1,
    workedVersion: 1,
    linked: false,
    open: false,
    ...more,
  };
}

const same = { contentHash: 'old', ignore: undefined };
const newer = { contentHash: 'new', ignore: undefined };
const refused = { contentHash: 'new', ignore: 'not-approved' };

describe('what becomes of a row at landing', () => {
  it('is a new record, landed or ignored by rule', () => {
    expect(decideLanding(newer, undefined)).toMatchObject({ act: 'new', state: 'landed' });
    expect(decideLanding(refused, undefined)).toMatchObject({ act: 'new', state: 'ignored' });
  });

  it.each<RecordState>(['landed', 'working', 'confirmed', 'parked', 'ignored'])(
    'is unchanged when %s and seen before',
    (state) => {
      expect(decideLanding(same, known(state))).toEqual({ act: 'unchanged', requeued: false });
    },
  );

  it.each<[RecordState, string, boolean]>([
    ['landed', 'landed', false],
    ['working', 'working', false],
    ['confirmed', 'landed', true],
    ['parked', 'landed', true],
    ['ignored', 'landed', true],
  ])('is a newer version of a record that is %s: then it is %s', (before, state, requeued) => {
    expect(decideLanding(newer, known(before))).toEqual({ act: 'version', state, requeued });
  });

  it('goes on in spite of the rule when it was sent, or may have been', () => {
    expect(decideLanding(refused, known('confirmed', { linked: true }))).toMatchObject({ state: 'landed' });
    expect(decideLanding(refused, known('parked', { open: true }))).toMatchObject({ state: 'landed' });
    expect(decideLanding(refused, known('working'))).toMatchObject({ state: 'working' });
    expect(decideLanding(refused, known('confirmed'))).toMatchObject({ state: 'ignored' });
  });

  it('follows a rule that was edited, without a new version', () => {
    const now = { contentHash: 'old', ignore: 'not-approved' };
    expect(decideLanding(now, known('parked'))).toMatchObject({ act: 'refused', state: 'ignored' });
    const byRule = known('ignored', { reason: 'not-approved', detail: { ...IGNORED_AT_LANDING } });
    expect(decideLanding(same, byRule)).toMatchObject({ act: 'again', state: 'landed' });
    expect(decideLanding(now, byRule)).toMatchObject({ act: 'unchanged' });
    const byFlow = known('ignored', { reason: 'not-ours', detail: { bill: 'b' } });
    expect(decideLanding(same, byFlow)).toMatchObject({ act: 'unchanged' });
  });

  it('is tried again when parked for a reason that may have passed', () => {
    const parked = known('parked', { reason: 'vendor-inactive' });
    expect(decideLanding(same, parked, ['vendor-inactive'])).toMatchObject({ act: 'again', requeued: true });
    expect(decideLanding(same, parked, ['period-closed'])).toMatchObject({ act: 'unchanged' });
  });
});
