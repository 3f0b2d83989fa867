import { describe, expect, it } from 'vitest';
import { parseSchedule } from './schedule';

const now = new Date('2026-03-02T10:20:30.000Z');

describe('a schedule', () => {
  it('is the default interval when empty, else its own', () => {
    expect(parseSchedule(' ', 300, 'read').after(now)).toEqual(new Date('2026-03-02T10:25:30.000Z'));
    expect(parseSchedule('60', 300, 'read').after(now)).toEqual(new Date('2026-03-02T10:21:30.000Z'));
    expect(parseSchedule('', 300, 'read').firstAtOnce).toBe(true);
  });

  it('may be a cron expression, which waits for its time', () => {
    const quarterHours = parseSchedule('*/15 * * * *', 300, 'read');
    expect(quarterHours.after(now)).toEqual(new Date('2026-03-02T10:30:00.000Z'));
    expect(quarterHours.firstAtOnce).toBe(false);
  });

  it.each(['0', '99999999', 'soon', '61 * * * *', '-5', '0 0 31 2 *'])(
    'refuses %s, naming the node',
    (text) => {
      expect(() => parseSchedule(text, 300, 'read of bills')).toThrow(
        expect.objectContaining({ code: 'SCHEDULE_INVALID', where: 'read of bills' }),
      );
    },
  );
});
