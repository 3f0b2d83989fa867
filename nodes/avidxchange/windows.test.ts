import { describe, expect, it } from 'vitest';
import type { Json } from '../../runtime/connector/json';
import { cursorAfter, windowsOf } from './windows';

const now = new Date('2026-03-02T23:59:59Z');
const windows = (cursor: Json | undefined, options = {}, full = false) =>
  windowsOf({ cursor, options, full }, now).map(({ from, to }) => `${from} ${to}`);

describe('the windows of a read', () => {
  it('overlap by a day and end today in UTC, both days included', () => {
    expect(windows({ through: '2026-03-01' })).toEqual(['2026-02-28 2026-03-02']);
    expect(windows({ through: '2026-03-02' })).toEqual(['2026-03-01 2026-03-02']);
    expect(windows({ through: '2026-02-20' }, { overlapDays: 5 })).toEqual(['2026-02-15 2026-03-02']);
  });

  it('are thirty days long at most, one after the other', () => {
    expect(windows({ through: '2026-01-01' })).toEqual([
      '2025-12-31 2026-01-29',
      '2026-01-30 2026-02-28',
      '2026-03-01 2026-03-02',
    ]);
  });

  it('go back with the first read of a day, as far as the stream looks again', () => {
    const again = { lookAgainDays: 40 };
    expect(windows({ through: '2026-03-01' }, again)).toEqual([
      '2026-01-21 2026-02-19',
      '2026-02-20 2026-03-02',
    ]);
    expect(windows({ through: '2026-03-02' }, again)).toEqual(['2026-03-01 2026-03-02']);
    expect(windows({ through: '2026-01-01' }, again)[0]).toBe('2025-12-31 2026-01-29');
    expect(windows({ through: '2026-03-01' }, { ...again, from: '2026-02-25' })).toEqual([
      '2026-02-25 2026-03-02',
    ]);
  });

  it('never take the cursor back from where a read began', () => {
    const cursorOf = (to: string, cursor: Json | undefined, full = false) =>
      cursorAfter({ from: to, to }, { cursor, options: {}, full }, '2026-03-02');
    expect(cursorOf('2026-02-19', { through: '2026-03-01' })).toEqual({ through: '2026-03-01' });
    expect(cursorOf('2026-03-02', { through: '2026-03-01' })).toEqual({ through: '2026-03-02' });
    expect(cursorOf('2026-02-19', undefined)).toEqual({ through: '2026-02-19' });
    expect(cursorOf('2026-02-19', { through: '2027-01-01' })).toEqual({ through: '2026-02-19' });
    expect(cursorOf('2026-02-19', { through: '2026-03-01' }, true)).toEqual({ through: '2026-02-19' });
  });

  it('begin at the first day, or as far back as the read looks', () => {
    expect(windows(undefined, { from: '2026-02-27' })).toEqual(['2026-02-27 2026-03-02']);
    expect(windows(undefined, { lookBackDays: 2 })).toEqual(['2026-02-28 2026-03-02']);
    expect(windows({ through: '2026-02-28' }, { from: '2026-02-28' })).toEqual(['2026-02-28 2026-03-02']);
    expect(windows({ through: '2026-03-01' }, { lookBackDays: 4 }, true)).toEqual(['2026-02-26 2026-03-02']);
  });

  it('do not begin ahead of today, whatever the cursor says', () => {
    expect(windows({ through: '2027-01-01' })).toEqual(['2026-03-01 2026-03-02']);
    expect(windows(undefined, { from: '2027-01-01' })).toEqual(['2026-03-02 2026-03-02']);
    for (const broken of ['yesterday', 7, null, { through: 'x' }, { through: 5 }]) {
      expect(windows(broken, { lookBackDays: 1 })).toEqual(['2026-03-01 2026-03-02']);
    }
  });

  it('cross the change to summer time by the calendar', () => {
    const summer = windowsOf(
      { cursor: { through: '2026-03-29' }, options: {}, full: false },
      new Date('2026-03-30T00:30:00Z'),
    );
    expect(summer).toEqual([{ from: '2026-03-28', to: '2026-03-30' }]);
  });
});
