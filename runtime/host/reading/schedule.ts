import { Cron } from 'croner';
import { ConfigurationError } from '../../connector/errors';

/** When a read node reads. */
export interface Schedule {
  /** The next time after `now`. */
  after(now: Date): Date;
  /** Whether a sync that was never read is read at once. A cron schedule waits for its time. */
  readonly firstAtOnce: boolean;
}

const LONGEST_SECONDS = 7 * 86_400;

/**
 * Reads a schedule as a person writes it: empty for the default interval, a number of seconds, or a cron
 * expression of five or six fields, in the machine's time zone.
 * @throws ConfigurationError
 */
export function parseSchedule(text: string, defaultSeconds: number, where: string): Schedule {
  const written = text.trim();
  if (written === '') return interval(defaultSeconds);
  if (/^\d+(\.\d+)?$/.test(written)) {
    const seconds = Number(written);
    if (seconds >= 1 && seconds <= LONGEST_SECONDS) return interval(seconds);
    throw unusable(written, `between 1 and ${LONGEST_SECONDS} seconds are possible`, where);
  }
  try {
    const cron = new Cron(written, { paused: true });
    if (!cron.nextRun()) throw new TypeError('it never comes');
    return { after: (now) => cron.nextRun(now) as Date, firstAtOnce: false };
  } catch (error) {
    throw unusable(written, (error as Error).message, where);
  }
}

function interval(seconds: number): Schedule {
  return { after: (now) => new Date(now.getTime() + seconds * 1000), firstAtOnce: true };
}

function unusable(written: string, why: string, where: string): ConfigurationError {
  return new ConfigurationError(
    'SCHEDULE_INVALID',
    `"${written}" is no schedule: ${why}.`,
    where,
    'Write a number of seconds, or a cron expression such as "*/15 6-20 * * 1-5"; empty is the default interval.',
  );
}
