import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { addDays, addMonths, date, daysBetween } from './calendar-dates';
import { MappingFault } from './mapping-fault';

/** From UTC−12 to UTC+14, and zones that skip a midnight when the clocks change. */
const ZONES = [
  'Etc/GMT+12',
  'America/New_York',
  'America/Sao_Paulo',
  'UTC',
  'Asia/Kathmandu',
  'Pacific/Kiritimati',
];
const home = process.env['TZ'];

afterEach(() => {
  if (home === undefined) delete process.env['TZ'];
  else process.env['TZ'] = home;
});

/** Days since 1970-01-01 by arithmetic alone: the oracle. */
function dayNumber(text: string): number {
  return Date.parse(`${text}T00:00:00Z`) / 86_400_000;
}

const day = fc
  .integer({ min: -100_000, max: 100_000 })
  .map((number) => new Date(number * 86_400_000).toISOString().slice(0, 10));

describe.each(ZONES)('calendar dates on a machine in %s', (zone) => {
  it('D7 count days without a clock', () => {
    process.env['TZ'] = zone;
    fc.assert(
      fc.property(day, fc.integer({ min: -20_000, max: 20_000 }), (text, days) => {
        expect(date(text)).toBe(text);
        expect(dayNumber(addDays(text, days))).toBe(dayNumber(text) + days);
        expect(daysBetween(text, addDays(text, days))).toBe(days);
      }),
      { numRuns: 50 },
    );
  });

  it('D7 cut a time off and never convert it', () => {
    process.env['TZ'] = zone;
    expect(date('2026-03-08T23:59:59-08:00')).toBe('2026-03-08');
    expect(date('2026-01-01T00:00:00')).toBe('2026-01-01');
    expect(date('2026-01-01 00:00')).toBe('2026-01-01');
  });
});

describe('calendar dates', () => {
  it('adds months by the calendar', () => {
    expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
    expect(addMonths('2026-03-31', -1)).toBe('2026-02-28');
    expect(addMonths('2026-12-15', 2)).toBe('2027-02-15');
  });

  it('gives nothing for nothing', () => {
    expect(date(undefined)).toBeUndefined();
    expect(date(null)).toBeUndefined();
    expect(date('')).toBeUndefined();
  });

  it.each(['2026-02-30', '2026-13-01', '01/02/2026', '2026-1-2', '20260102', 'today', 20260102])(
    'refuses %j',
    (text) => {
      expect(() => date(text as string)).toThrow(MappingFault);
    },
  );

  it('refuses days that are not whole, and years without four digits', () => {
    expect(() => addDays('2026-01-01', 0.5)).toThrow(/whole number of days/);
    expect(() => addDays('9999-12-31', 1)).toThrow(/outside/);
    expect(() => addMonths('2026-01-01', 1e9)).toThrow(/outside/);
  });
});
