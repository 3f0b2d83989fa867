import { Temporal } from 'temporal-polyfill';

const QUARTER_HOUR = 900_000;

/** Dates and times as a user of one zone sees them. */
export class ZoneTime {
  readonly #midnights = new Map<string, { text: string; instant: number }>();
  readonly #offsets = new Map<number, string>();

  constructor(readonly zone: string) {}

  /** A calendar date as the system writes it: midnight with the zone's offset of that day. */
  dateText(date: string): string {
    return this.#midnight(date).text;
  }

  /** The instant at which a calendar date begins, in milliseconds. */
  startOf(date: string): number {
    return this.#midnight(date).instant;
  }

  /** An instant with the zone's offset and as many fraction digits as it needs. */
  instantText(ms: number): string {
    const offset = this.#offset(ms);
    const sign = offset.startsWith('-') ? -1 : 1;
    const [hours = 0, minutes = 0] = offset.slice(1).split(':').map(Number);
    const local = new Date(ms + sign * (hours * 60 + minutes) * 60_000).toISOString();
    return `${local.slice(0, -1).replace(/0+$/, '').replace(/\.$/, '')}${offset}`;
  }

  /** The calendar date of an instant in the zone. */
  dateOf(ms: number): string {
    return this.instantText(ms).slice(0, 10);
  }

  #midnight(date: string): { text: string; instant: number } {
    const known = this.#midnights.get(date);
    if (known !== undefined) return known;
    const start = Temporal.PlainDate.from(date).toZonedDateTime(this.zone);
    const made = { text: `${date}T00:00:00${start.offset}`, instant: start.epochMilliseconds };
    this.#midnights.set(date, made);
    return made;
  }

  #offset(ms: number): string {
    const bucket = Math.floor(ms / QUARTER_HOUR);
    const known = this.#offsets.get(bucket);
    if (known !== undefined) return known;
    const offset = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(this.zone).offset;
    this.#offsets.set(bucket, offset);
    return offset;
  }
}
