import type { Json } from '../../runtime/connector/json';
import type { ListPage } from './list-reader';
import { asObject, textAt } from './members';

/**
 * The newest `updatedTime` seen in one read. It is BILL's own stamp, and never later than BILL's clock when the
 * read began: a row stamped in the future must not hide the changes made until then.
 */
export class Watermark {
  /** Where this read began; what an unfinished read without order leaves. */
  readonly start: string | undefined;
  #newest: string | undefined;
  #cap: number | undefined;
  #last = Number.NEGATIVE_INFINITY;
  #inOrder = true;
  /** Of every row of this pass, by its id. */
  readonly #stamps = new Map<string, number>();
  #shifted = false;

  /** @param cursor as the last landed page left it: `{updatedTime}`, or nothing */
  constructor(cursor: Json | undefined) {
    this.start = instantOf(textAt(asObject(cursor), 'updatedTime'));
    this.#newest = this.start;
  }

  /** ISO-8601 UTC with milliseconds. */
  get value(): string | undefined {
    return this.#newest;
  }

  /** Whether all rows came in ascending order, as asked: only then does a page speak for all before it. */
  get inOrder(): boolean {
    return this.#inOrder;
  }

  /**
   * Whether a row changed after it had been read, and moved to the end. Where page tokens count rows, those behind
   * its place moved up by one, and one of them was on no page.
   */
  get shifted(): boolean {
    return this.#shifted;
  }

  /** @param now our clock, for when BILL does not tell its own */
  see(page: ListPage, now: Date): void {
    this.#cap ??= (page.serverTime ?? now).getTime();
    for (const row of page.rows) {
      const stamp = Date.parse(textAt(row, 'updatedTime') ?? '');
      if (Number.isNaN(stamp)) continue;
      if (stamp < this.#last) this.#inOrder = false;
      this.#last = stamp;
      const id = textAt(row, 'id') ?? '';
      this.#shifted ||= (this.#stamps.get(id) ?? stamp) !== stamp;
      this.#stamps.set(id, stamp);
      const newest = Math.min(stamp, this.#cap);
      if (this.#newest === undefined || newest > Date.parse(this.#newest)) {
        this.#newest = new Date(newest).toISOString();
      }
    }
  }

  /** Before the list is asked for again. @param keep whether what was seen has landed in order */
  restart(keep: boolean): void {
    if (!keep || !this.#inOrder) this.#newest = this.start;
    this.#last = Number.NEGATIVE_INFINITY;
    this.#inOrder = true;
    this.#shifted = false;
    this.#stamps.clear();
  }
}

function instantOf(text: string | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
