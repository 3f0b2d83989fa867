import { Temporal } from 'temporal-polyfill';

const instantText = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:\d{2})?$/;
const hourMs = 3_600_000;

/**
 * The instant that the server means, as ISO-8601 UTC with milliseconds; undefined when it is none.
 * @param zone of the server, for stamps that come without an offset
 */
export function instantOf(text: string | undefined, zone: string): string | undefined {
  const [, local, offset] = instantText.exec(text ?? '') ?? [];
  if (local === undefined) return undefined;
  try {
    const instant =
      offset === undefined
        ? Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant()
        : Temporal.Instant.from(`${local}${offset}`);
    return new Date(instant.epochMilliseconds).toISOString();
  } catch {
    return undefined;
  }
}

/** The offset that a stamp carries, `-04:00`; UTC for `Z`. */
export function offsetOf(text: string | undefined): string | undefined {
  const offset = instantText.exec(text ?? '')?.[2];
  return offset === 'Z' ? '+00:00' : offset;
}

/**
 * An instant as the server's own clock shows it, with the offset: right for a server that compares instants, and
 * for one that compares what clocks show. Where the clock was put back within the next hour, it is the earlier
 * hour, because the server's clock showed the same time twice.
 * @param instant epoch ms
 * @param zone IANA name or offset
 */
export function onServerClock(instant: number, zone: string): string {
  const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const putBack = at(instant).offsetNanoseconds > at(instant + hourMs).offsetNanoseconds;
  return at(putBack ? instant - hourMs : instant).toString({
    timeZoneName: 'never',
    fractionalSecondDigits: 3,
  });
}

/** Whether the name is one that a clock can be set to. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}
